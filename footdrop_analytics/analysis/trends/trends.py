"""Trends: the line through each series' daily values on real dates, what may be said of it, and the values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import FAR_DAY, NO_DAY, Rows
from footdrop_analytics.analysis.log.coded_log import open_log
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.analysis.trends.estimates import LEAST_FOR_TEST, TrendEstimates
from footdrop_analytics.analysis.trends.run_values import RunValues, helped, load_varied, run_values
from footdrop_analytics.analysis.trends.verdicts import Reasons, Verdicts, judged, reasons_of
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import MEASURES, VERDICTS, Measure, Over

LATEST = 3
"""The level now is the median of so many values."""


def trends(
    study: Study,
    measure: Measure = "primary",
    start: object = None,
    end: object = None,
    as_of: object = None,
    over: Over = "run",
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
    over : "run", "difficulty" or "all"
        What the days are taken from: the run of one difficulty and target, all versions of one difficulty, or all days.

    Returns
    -------
    DataFrame
        One row per series with a prescription (begun or not) or a tried row. ``measure``; ``n`` (days with a
        value), ``n_other`` (days with tried rows, none as prescribed), ``run_start``; ``first_day``, ``last_day`` (of
        the values that take part); ``slope_per_week`` with ``slope_low``, ``slope_high`` (95 %), ``p_value`` (n ≥ 10);
        ``level_start``, ``level_end``, ``change``, ``change_low``, ``change_high`` (units of the measure; n ≥ 3);
        ``autocorrelation`` of neighbouring sessions, ``residual_sd``; ``target``, ``n_at_target`` (of the last 5 days),
        ``margin``, ``verdict``, ``reasons`` (codes with numbers and days, such as ``few_days=4`` or
        ``one_value_far=90@2025-11-04``, joined by semicolons); ``n_outlying`` (of ``n``, days far from all others or
        more than can be meant: they take no part), ``capped`` (the log stops at the target: the line goes through
        censored values), ``level_now`` (median of the last 3 values), ``recent_since`` and ``recent_change`` (a decline
        of the last weeks).

    Raises
    ------
    ParameterError
        If a parameter has a value that it does not take.

    Notes
    -----
    Generalised least squares with the autocorrelation integrated out; see ``docs/methods.md`` and
    ``footdrop_analytics.analysis.trends.gls``. Unlike Mann–Kendall and Theil–Sen on ranks of entries, dates count.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> trends = fd.trends(study, measure="effort")
    >>> list(trends["measure"].unique())
    ['effort']
    """
    if over not in get_args(Over):
        raise ParameterError(f"over: expected one of {', '.join(get_args(Over))}, found {over!r}.")
    _check_measure(measure)
    low = NO_DAY if start is None else cols.as_day(start, "start")
    high = FAR_DAY if end is None else cols.as_day(end, "end")
    if high < low:
        raise ParameterError(f"end: {end} is before start, {start}.")
    performance = Performance(open_log(study, as_of), over)
    judged = judge_runs(performance, measure, run_values(performance, measure, low, high))
    table = current_trends(performance, judged, measure)
    if start is not None or end is not None:
        for name in ("verdict", "reasons", "recent_since", "recent_change"):
            table[name] = table[name].array.take(np.full(len(table), -1), allow_fill=True)
    return table


def _check_measure(measure: str) -> None:
    """Refuse what is no measure."""
    if measure not in MEASURES:
        raise ParameterError(f"measure: expected one of {', '.join(MEASURES)}, found {measure!r}.")


@dataclass(frozen=True)
class JudgedRuns:
    """The line and verdict of every run; all arrays have one entry per run.

    ``counts`` has ``n``, ``n_other``, ``n_outlying``, ``first_day`` and ``last_day`` (day numbers), ``fitted`` the
    columns of the line; ``values`` the days that take part and those left out.
    """

    counts: Rows
    fitted: Rows
    values: RunValues
    estimates: TrendEstimates
    verdicts: Verdicts
    reasons: Reasons


def judge_runs(performance: Performance, measure: str, values: RunValues) -> JudgedRuns:
    """The line and verdict of every run. The 95 % interval, which costs most, is given for the current runs only."""
    runs, days, size = performance.runs, values.days, len(performance.runs.series)
    first, last = np.full(size, NO_DAY), np.full(size, NO_DAY)
    run = days.run[days.begins]
    first[run], last[run] = days.day[days.begins], days.day[days.begins + days.count - 1]
    left_out = np.concatenate([values.outlying.run, values.implausible.run])
    n_outlying = np.bincount(left_out, minlength=size)
    estimates = TrendEstimates(days, runs.series, values.target, values.margin, runs.current)
    level_now = np.full(size, np.nan)
    level_now[run] = cols.median_of_rows(days.latest(LATEST))
    fitted = estimates.columns() | {"level_now": level_now}
    help_given, varied = helped(performance, measure), load_varied(performance, days)
    patient = performance.log.series.patient[runs.series]
    # How many of the patient's series could get a verdict (at least 1).
    could = patient[runs.current & (estimates.n >= LEAST_FOR_TEST) & ~help_given]
    looked_at = np.maximum(np.bincount(could, minlength=len(performance.log.patients)), 1)[patient]
    verdicts = judged(estimates, fitted, help_given, varied, looked_at)
    counts = {
        "n": estimates.n + n_outlying,
        "n_other": np.bincount(values.other.run, minlength=size),
        "n_outlying": n_outlying,
        "first_day": first,
        "last_day": last,
    }
    return JudgedRuns(
        counts, fitted, values, estimates, verdicts, reasons_of(values, estimates, verdicts, help_given, varied)
    )


def current_trends(performance: Performance, found: JudgedRuns, measure: str) -> pd.DataFrame:
    """What :func:`judge_runs` says of the current run of each series, as a table."""
    runs, verdicts, values, recent = performance.runs, found.verdicts, found.values, found.estimates.recent
    current = np.flatnonzero(runs.current)
    counts, fitted = cols.picked(found.counts, current), cols.picked(found.fitted, current)
    level_now = fitted.pop("level_now")
    target, declines = values.target[current], verdicts.recent[current]
    return cols.table_of(
        {
            **performance.log.labels(runs.series[current]),
            "measure": cols.categories(np.full(len(current), MEASURES.index(measure)), MEASURES),
            "n": cols.whole(counts["n"]),
            "n_other": cols.whole(counts["n_other"]),
            "run_start": cols.dates_from(runs.start[current]),
            "first_day": cols.dates_from(counts["first_day"]),
            "last_day": cols.dates_from(counts["last_day"]),
            **fitted,
            "target": target,
            "n_at_target": cols.whole(verdicts.n_at_target[current], ~np.isnan(target)),
            "margin": values.margin[current],
            "verdict": cols.categories(verdicts.verdict[current], VERDICTS),
            "reasons": cols.texts(found.reasons.texts(len(runs.series))[current]),
            "n_outlying": cols.whole(counts["n_outlying"]),
            "capped": cols.truth(found.estimates.capped.capped[current]),
            "level_now": level_now,
            "recent_since": cols.dates_from(np.where(declines, recent["since"][current], NO_DAY)),
            "recent_change": np.where(declines, recent["change"][current], np.nan),
        }
    )


def daily(study: Study, measure: Measure = "primary", as_of: object = None) -> pd.DataFrame:
    """The values that :func:`trends` looks at, of all runs, and the days with other tried rows.

    Returns
    -------
    DataFrame
        One row per series and day with a tried row: ``patient_id``, ``exercise``, ``side``, ``day``, ``value`` (units
        of the measure; missing if not recorded), ``as_prescribed`` (false: no tried row of the day was), ``outlying``
        (far from all other values of its run), ``implausible`` (more than can be meant). Values that are either decide
        nothing in a trend.

    Raises
    ------
    ParameterError
        If ``measure`` is unknown or ``as_of`` is no date.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> daily = fd.daily(study)
    >>> {"patient_id", "exercise", "side", "day", "value"} <= set(daily)
    True
    """
    log = open_log(study, as_of)
    _check_measure(measure)
    performance = Performance(log)
    return daily_of(performance, measure, run_values(performance, measure))


def daily_of(performance: Performance, measure: Measure, values: RunValues) -> pd.DataFrame:
    """:func:`daily` on what was performed and the values of the measure in every run."""
    fitting, other = performance.daily(measure), performance.other_daily(measure)
    names = ("run", "day", "value")
    run, day, value = (np.concatenate([getattr(fitting, name), getattr(other, name)]) for name in names)
    order = np.argsort(cols.day_keys(run, day), kind="stable")
    keys, value = cols.day_keys(run, day)[order], value[order]
    beyond = cols.day_keys(values.implausible.run, values.implausible.day)
    value[np.searchsorted(keys, beyond)] = values.implausible.value
    return cols.table_of(
        {
            **performance.log.labels(performance.runs.series[run[order]]),
            "day": cols.dates_from(day[order]),
            "value": value,
            "as_prescribed": order < len(fitting.run),
            "outlying": np.isin(keys, cols.day_keys(values.outlying.run, values.outlying.day)),
            "implausible": np.isin(keys, beyond),
        }
    )
