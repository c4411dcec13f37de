"""Persistence: when a series began, its gaps in due days, interruptions, lapse, and time to discontinuation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.adherence.session_days import SeriesDays, series_days
from footdrop_analytics.analysis.log.arrays import (
    NO_DAY,
    Ints,
    dates_from,
    day_keys,
    run_starts,
    table_of,
    truth,
    whole,
)
from footdrop_analytics.analysis.log.coded_log import CodedLog, open_log
from footdrop_analytics.analysis.log.plan import DUE
from footdrop_analytics.analysis.log.rows import Rows, picked
from footdrop_analytics.model.study import Study

INTERRUPTION_MISSED = 3
LAPSE_DAYS, LAPSE_MISSED = 7, 2
DISCONTINUED_DAYS = 28


def persistence(study: Study, as_of: object = None) -> pd.DataFrame:
    """Beginning, gaps and end of every series with a prescription, begun or not.

    Returns
    -------
    DataFrame
        One row per series: ``patient_id``, ``exercise``, ``side``; ``first_due``, ``first_session``, ``last_session``
        (dates; sessions at home on due days); ``initiation_days``, ``days_since_last``; ``longest_gap_days`` and
        ``open_gap_days`` (due days), ``interruptions`` (gaps with at least 3 missed sessions), ``lapsed``,
        ``discontinued``; for survival analysis ``follow_up_end``, ``event``, ``time_days``. Gaps are counted in due
        days only: pauses and days for which no log was handed in are no gap.

    Raises
    ------
    ParameterError
        If ``as_of`` is no date.

    Notes
    -----
    Interruption as at least 3 sessions missed in a row: Nilsen et al. (2018), Med Sci Sports Exerc 50:1134.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> times = fd.persistence(study)
    >>> bool(times["event"].isna().any())
    False
    """
    log = open_log(study, as_of)
    return persistence_of(log, series_days(log))


def persistence_of(log: CodedLog, days: SeriesDays) -> pd.DataFrame:
    """:func:`persistence` on a prepared log and its days."""
    versions, segments = log.versions, log.segments
    size = len(log.series)
    series = np.unique(versions.series)
    due = (segments.status == DUE) & (segments.first <= log.as_of_day)
    first_due = np.full(size, NO_DAY)
    begins = run_starts(segments.series[due])
    first_due[segments.series[due][begins]] = segments.first[due][begins]
    last_due = np.full(size, NO_DAY)
    ends = np.append(begins[1:], due.sum()) - 1 if len(begins) else begins
    last_due[segments.series[due][ends]] = np.minimum(segments.last[due][ends], log.as_of_day)

    logged_first, logged_last = _first_and_last(days.series, days.day, days.logged > 0, size)
    _, exercise_last = _first_and_last(days.series, days.day, days.due & (days.exercise > 0), size)
    gaps = _gaps(log, days, first_due, exercise_last)
    longest, interruptions = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    np.maximum.at(longest, gaps["series"], gaps["days"])
    np.add.at(interruptions, gaps["series"], gaps["missed"] >= INTERRUPTION_MISSED)
    open_days, open_missed = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    still_open = picked(gaps, gaps["is_open"])
    open_days[still_open["series"]] = still_open["days"]
    open_missed[still_open["series"]] = still_open["missed"]
    active = np.zeros(size, dtype=bool)
    active[versions.series[versions.active_on(log.as_of_day)]] = True
    event = open_days >= DISCONTINUED_DAYS
    until = np.where(event, exercise_last, last_due)
    time_days = np.where(event & (exercise_last == NO_DAY), 0, until - first_due)
    ever_due = first_due >= 0
    lapsed = active & (open_days >= LAPSE_DAYS) & (open_missed >= LAPSE_MISSED)
    since_last = log.as_of_day - logged_last
    has_session, ever_due = (logged_first >= 0)[series], ever_due[series]
    return table_of(
        {
            **log.labels(series),
            "first_due": dates_from(first_due[series]),
            "first_session": dates_from(logged_first[series]),
            "last_session": dates_from(logged_last[series]),
            "initiation_days": whole((logged_first - first_due)[series], has_session),
            "days_since_last": whole(since_last[series], has_session),
            "longest_gap_days": whole(longest[series], ever_due),
            "interruptions": whole(interruptions[series], ever_due),
            "open_gap_days": whole(open_days[series], ever_due),
            "lapsed": truth(lapsed[series]),
            "discontinued": truth(event[series]),
            "follow_up_end": dates_from(last_due[series]),
            "event": truth(event[series]),
            "time_days": whole(time_days[series], ever_due),
        }
    )


def _first_and_last(series: Ints, day: Ints, chosen: np.ndarray, size: int) -> tuple[Ints, Ints]:
    """First and last chosen day of each series, ``NO_DAY`` without any; the days are sorted by series and day."""
    series, day = series[chosen], day[chosen]
    first, last = np.full(size, NO_DAY), np.full(size, NO_DAY)
    begins = run_starts(series)
    if len(begins):
        first[series[begins]] = day[begins]
        ends = np.append(begins[1:], len(series)) - 1
        last[series[ends]] = day[ends]
    return first, last


def _gaps(log: CodedLog, days: SeriesDays, first_due: Ints, exercise_last: Ints) -> Rows:
    """Gaps of at least one due day: ``series``, ``days``, ``missed``, ``is_open``."""
    on = days.due & (days.exercise > 0)
    series, day = days.series[on], days.day[on]
    inner = np.flatnonzero(series[1:] == series[:-1])
    waiting = np.flatnonzero(first_due >= 0)
    since = np.where(exercise_last[waiting] >= 0, exercise_last[waiting] + 1, first_due[waiting])
    gap_series = np.concatenate([series[inner], waiting])
    first = np.concatenate([day[inner] + 1, since])
    last = np.concatenate([day[inner + 1] - 1, np.full(len(waiting), log.as_of_day)])
    is_open = np.arange(len(first)) >= len(inner)
    segments = log.segments
    due = segments.status == DUE
    wide = last >= first
    gap_series, first, last, is_open = gap_series[wide], first[wide], last[wide], is_open[wide]
    length = segments.due_days.between(gap_series, first, last)
    found = length > 0
    gap_series, first, last = gap_series[found], first[found], last[found]
    length, is_open = length[found], is_open[found]
    asked14 = segments.asked_days14.between(gap_series, first, last)
    key = day_keys(segments.series[due], segments.first[due])
    at_end = np.searchsorted(key, day_keys(gap_series, last), side="right") - 1
    movable14 = np.where(segments.per_week2[due][at_end] < 14, 14, 0)
    missed = np.maximum((asked14 - movable14) // 14, 0)
    return {"series": gap_series, "days": length, "missed": missed, "is_open": is_open}
