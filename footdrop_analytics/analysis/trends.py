"""Trends: the line through each series' daily values on real dates, and what may be said of it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.columns import (
    FAR_DAY,
    NO_DAY,
    as_day,
    dates_from,
    run_starts,
    whole,
)
from footdrop_analytics.analysis.ledger import categories, open_ledger
from footdrop_analytics.analysis.line import PHI, SlopeMixture, fit_lines
from footdrop_analytics.analysis.performance import DailyValues, Performance
from footdrop_analytics.analysis.ratings import day_ratings
from footdrop_analytics.analysis.verdicts import LEAST_FOR_TEST, LEAST_FOR_VERDICT, VERDICTS, judge
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.study import Study

Measure = Literal["primary", "reps", "hold", "dose", "effort", "pain"]
MEASURES = ("primary", "reps", "hold", "dose", "effort", "pain")


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
    ``footdrop_analytics.analysis.line``. Unlike Mann–Kendall and Theil–Sen on ranks of entries, dates count.
    """
    ledger = open_ledger(study, as_of)
    return trends_of(Performance(ledger, day_ratings(ledger)), measure, start, end)


def trends_of(
    performance: Performance, measure: Measure = "primary", start: object = None, end: object = None
) -> pd.DataFrame:
    """:func:`trends` on what was performed."""
    if measure not in MEASURES:
        raise ParameterError(f"measure: expected one of {', '.join(MEASURES)}, found {measure!r}.")
    low = NO_DAY if start is None else as_day(start, "start")
    high = FAR_DAY if end is None else as_day(end, "end")
    judged = judge_runs(performance, measure, low, high, intervals=True)
    table = current_trends(performance, judged, measure)
    if start is not None or end is not None:
        table["verdict"] = categories(np.full(len(table), -1), VERDICTS)
        table["reasons"] = pd.Series(np.nan, index=table.index, dtype="str")
    return table


def current_trends(performance: Performance, judged: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """The rows of :func:`judge_runs` that belong to the current run of each series, with its labels."""
    runs = performance.runs
    current = np.flatnonzero(runs.current)
    labels = pd.DataFrame(performance.ledger.labels(runs.series[current]))
    labels["measure"] = categories(np.full(len(labels), MEASURES.index(measure)), MEASURES)
    return pd.concat([labels, judged.iloc[current].reset_index(drop=True)], axis=1)


def judge_runs(
    performance: Performance,
    measure: Measure,
    low: int = NO_DAY,
    high: int = FAR_DAY,
    *,
    intervals: bool = False,
) -> pd.DataFrame:
    """The line and verdict of every run: one row per run, the columns of :func:`trends` from ``n`` on.

    Without ``intervals`` the 95 % interval is left out: it is what costs most.
    """
    runs = performance.runs
    size = len(runs.series)
    others = _clip(performance.other_days(), low, high)
    days = _clip(performance.daily(measure), low, high).known()
    table = _lines(days, size, intervals=intervals)
    table.insert(1, "n_other", whole(np.bincount(others.run, minlength=size)))
    table.insert(2, "run_start", dates_from(runs.start))
    return judge(performance, measure, days, table)


def _clip(days: DailyValues, low: int, high: int) -> DailyValues:
    kept = (days.day >= low) & (days.day <= high)
    return days if kept.all() else DailyValues(days.run[kept], days.day[kept], days.value[kept])


def _lines(days: DailyValues, size: int, *, intervals: bool) -> pd.DataFrame:
    """Line columns of every run, missing where there are too few days."""
    begins = run_starts(days.run)
    found = days.run[begins]
    n = np.bincount(days.run, minlength=size)
    first, last = np.full(size, NO_DAY), np.full(size, NO_DAY)
    first[found] = days.day[begins]
    last[found] = days.day[np.append(begins[1:], len(days.run)) - 1] if len(begins) else first[found]
    lines = fit_lines(days.run, days.day, days.value)
    span = (lines.last - lines.first).astype(np.float64)
    slope = lines.mean(lines.slope)
    level = lines.mean(lines.level_first)
    low, high, inner_low, inner_high = (slope.copy() for _ in range(4))
    p_value = np.where(lines.constant, 1.0, 0.0)
    spread = ~lines.exact
    mixture = SlopeMixture.of(lines, spread)
    if intervals:
        low[spread], high[spread] = mixture.quantile(0.025), mixture.quantile(0.975)
    tested = spread & (lines.n >= LEAST_FOR_VERDICT)
    inner = SlopeMixture.of(lines, tested)
    inner_low[tested], inner_high[tested] = inner.quantile(0.05), inner.quantile(0.95)
    below = mixture.below(np.zeros(mixture.size))
    p_value[spread] = 2 * np.minimum(below, 1 - below)
    p_value[lines.n < LEAST_FOR_TEST] = np.nan
    columns = {
        "slope_per_week": 7 * slope,
        "slope_low": 7 * low,
        "slope_high": 7 * high,
        "p_value": p_value,
        "level_start": level,
        "level_end": level + slope * span,
        "change": slope * span,
        "change_low": low * span,
        "change_high": high * span,
        "autocorrelation": np.where(lines.exact, np.nan, lines.mean(np.broadcast_to(PHI, lines.weight.shape))),
        "residual_sd": np.sqrt(lines.mean(lines.rss) / (lines.n - 2)),
        "inner_low": inner_low * span,
        "inner_high": inner_high * span,
    }
    fitted = pd.DataFrame(columns, index=lines.series).reindex(np.arange(size))
    return pd.concat(
        [pd.DataFrame({"n": whole(n), "first_day": dates_from(first), "last_day": dates_from(last)}), fitted], axis=1
    )
