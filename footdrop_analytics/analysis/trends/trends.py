"""Trends: the line through each series' daily values on real dates, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log.arrays import (
    FAR_DAY,
    NO_DAY,
    as_day,
    categories,
    dates_from,
    run_ends,
    run_starts,
    table_of,
    whole,
)
from footdrop_analytics.analysis.log.coded_log import open_log
from footdrop_analytics.analysis.log.daily_performance import DailyValues, Performance
from footdrop_analytics.analysis.log.ratings import day_ratings
from footdrop_analytics.analysis.log.rows import Rows, picked
from footdrop_analytics.analysis.trends.estimates import RunLines
from footdrop_analytics.analysis.trends.verdicts import Verdicts, judgements
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import MEASURES, VERDICTS, Measure


def trends(
    study: Study,
    measure: Measure = "primary",
    start: object = None,
    end: object = None,
    as_of: object = None,
) -> pd.DataFrame:
    """The line through the daily values of each series' current run, and a verdict.

    Parameters
    ----------
    study : Study
        A validated study.
    measure : "primary", "reps", "hold", "dose", "effort" or "pain"
        What is followed: best set of the day, mean seconds per try (``primary``: of these two, by the exercise's
        unit), dose, or the day's highest rating.
    start, end : date, Timestamp or ISO text, optional
        Only days from ``start`` to ``end``; then no verdict is given.
    as_of : date, Timestamp or ISO text, optional
        The last day that counts. Default: the study's last day, never the clock.

    Returns
    -------
    DataFrame
        One row per series with a prescription (begun or not) or a tried row. ``measure``; ``n`` (days with a
        value), ``n_other`` (days with tried rows, none as prescribed), ``run_start``, ``first_day``, ``last_day``;
        ``slope_per_week`` with ``slope_low``, ``slope_high`` (95 %), ``p_value`` (n ≥ 10); ``level_start``,
        ``level_end``, ``change``, ``change_low``, ``change_high`` (units of the measure; n ≥ 3); ``autocorrelation``,
        ``residual_sd``; ``target``, ``n_at_target`` (of the last 5 days), ``margin``, ``verdict``, ``reasons``.

    Raises
    ------
    ParameterError
        If a parameter has a value that it does not take.

    Notes
    -----
    Generalised least squares with the autocorrelation integrated out; see ``docs/methods.md`` and
    ``footdrop_analytics.analysis.trends.gls``. Unlike Mann–Kendall and Theil–Sen on ranks of entries, dates count.
    """
    log = open_log(study, as_of)
    return trends_of(Performance(log, day_ratings(log)), measure, start, end)


def trends_of(
    performance: Performance, measure: Measure = "primary", start: object = None, end: object = None
) -> pd.DataFrame:
    """:func:`trends` on what was performed."""
    if measure not in MEASURES:
        raise ParameterError(f"measure: expected one of {', '.join(MEASURES)}, found {measure!r}.")
    low = NO_DAY if start is None else as_day(start, "start")
    high = FAR_DAY if end is None else as_day(end, "end")
    judged = judge_runs(performance, measure, low, high)
    table = current_trends(performance, judged, measure)
    if start is not None or end is not None:
        table["verdict"] = categories(np.full(len(table), -1), VERDICTS)
        table["reasons"] = pd.Series(np.nan, index=table.index, dtype="str")
    return table


def current_trends(performance: Performance, judged: JudgedRuns, measure: Measure) -> pd.DataFrame:
    """What :func:`judge_runs` says of the current run of each series, as a table."""
    runs = performance.runs
    current = np.flatnonzero(runs.current)
    counts, verdicts = picked(judged.counts, current), judged.verdicts
    target = verdicts.target[current]
    return table_of(
        {
            **performance.log.labels(runs.series[current]),
            "measure": categories(np.full(len(current), MEASURES.index(measure)), MEASURES),
            "n": whole(counts["n"]),
            "n_other": whole(counts["n_other"]),
            "run_start": dates_from(runs.start[current]),
            "first_day": dates_from(counts["first_day"]),
            "last_day": dates_from(counts["last_day"]),
            **picked(judged.fitted, current),
            "target": target,
            "n_at_target": whole(verdicts.n_at_target[current], ~np.isnan(target)),
            "margin": verdicts.margin[current],
            "verdict": categories(verdicts.verdict[current], VERDICTS),
            "reasons": verdicts.reasons.at(current).column(),
        }
    )


@dataclass(frozen=True)
class JudgedRuns:
    """The line and verdict of every run; all arrays have one entry per run.

    ``counts`` has ``n``, ``n_other``, ``first_day`` and ``last_day`` (day numbers), ``fitted`` the columns of the line.
    """

    counts: Rows
    fitted: Rows
    verdicts: Verdicts


def judge_runs(
    performance: Performance,
    measure: Measure,
    low: int = NO_DAY,
    high: int = FAR_DAY,
) -> JudgedRuns:
    """The line and verdict of every run. The 95 % interval, which costs most, is given for the current runs only."""
    runs = performance.runs
    others = _clip(performance.other_daily(measure), low, high)
    days = _clip(performance.daily(measure), low, high).known()
    size, begins, ends = len(runs.series), run_starts(days.run), run_ends(days.run)
    first, last = np.full(size, NO_DAY), np.full(size, NO_DAY)
    first[days.run[begins]], last[days.run[ends]] = days.day[begins], days.day[ends]
    n, n_other = (np.bincount(of.run, minlength=size) for of in (days, others))
    lines = RunLines(days, runs.current)
    fitted = lines.columns()
    counts = {"n": n, "n_other": n_other, "first_day": first, "last_day": last}
    return JudgedRuns(counts, fitted, judgements(performance, measure, days, fitted, lines))


def _clip(days: DailyValues, low: int, high: int) -> DailyValues:
    kept = (days.day >= low) & (days.day <= high)
    return days if kept.all() else DailyValues(days.run[kept], days.day[kept], days.value[kept])
