"""Persistence: when a series began, its gaps in due days, interruptions, lapse, and time to the first long silence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.adherence.calendar import SeriesDays, series_days
from footdrop_analytics.analysis.adherence.period import patient_periods
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import DAY_BITS, FAR_DAY, NO_DAY, Bools, Ints, Rows
from footdrop_analytics.analysis.log.coded_log import CodedLog, open_log
from footdrop_analytics.analysis.log.segments import DUE, UNREADABLE
from footdrop_analytics.knowledge.flag_rules import load_silences
from footdrop_analytics.model.study import Study


def persistence(
    study: Study, as_of: object = None, start: object = None, end: object = None, log_through: object = None
) -> pd.DataFrame:
    """Beginning, gaps and silences of every series with a prescription, begun or not.

    Parameters
    ----------
    study : Study
        A validated study.
    as_of, log_through : date, Timestamp or ISO text, optional
        The last day that counts, and the last observed day of patients who state none. Default: the study's own.
    start, end : date, Timestamp, ISO text, column of ``patients``, mapping or Series by patient, optional
        Only due days from ``start`` to ``end`` count; ``end`` (also a length such as ``"84D"``) stands for ``as_of``.
        A patient without such a day is left out; ``table.attrs["notes"]`` says so.

    Returns
    -------
    DataFrame
        One row per series: ``patient_id``, ``exercise``, ``side``; ``first_due``, ``first_session``, ``last_session``
        (dates; sessions at home on due days); ``initiation_days``, ``days_since_last``; ``longest_gap_days`` and
        ``open_gap_days`` (due days), ``interruptions`` (gaps with at least 3 missed exercise days), ``lapsed``,
        ``discontinued``; for survival analysis ``follow_up_end``, ``event`` (a gap reached 28 due days) and
        ``time_days`` (from ``first_due`` to the day on which the first such gap did, else to ``follow_up_end``): a
        stopping time, so that coming back undoes nothing. Gaps are counted in due days only: pauses and days without a
        readable log are no gap, and an unreadable day ends one.

    Raises
    ------
    ParameterError
        If a parameter has a value that it does not take.

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
    log = open_log(study, as_of, log_through)
    return persistence_of(log, series_days(log), start, end)


def persistence_of(log: CodedLog, days: SeriesDays, start: object = None, end: object = None) -> pd.DataFrame:
    """:func:`persistence` on a prepared log and its days."""
    periods, limits = patient_periods(log, start, end, log.first_day), load_silences()
    versions, owner, due_days = log.versions, log.series.patient, log.segments.due_days
    first, last, every = periods.start[owner], periods.end[owner], np.arange(len(log.series))
    n_due = due_days.between(every, first, last)
    ever_due = n_due > 0
    first_due, last_due = np.full_like(first, NO_DAY), np.full_like(first, NO_DAY)
    first_due[ever_due] = due_days.day_of(every[ever_due], first[ever_due], np.ones(ever_due.sum(), dtype=np.int64))
    last_due[ever_due] = due_days.day_of(every[ever_due], first[ever_due], n_due[ever_due])
    inside = (days.day >= first[days.series]) & (days.day <= last[days.series])
    logged_first, logged_last = _first_and_last(days.series, days.day, inside & (days.logged > 0), len(every))
    gaps = _gaps(log, days, inside, first_due, last)
    told = cols.picked(gaps, ~gaps["is_first"])
    longest, open_days, open_missed = (np.zeros_like(first) for _ in range(3))
    np.maximum.at(longest, told["series"], told["days"])
    interrupted = told["series"][told["missed"] >= limits.interruption.missed]
    interruptions = np.bincount(interrupted, minlength=len(every))
    still_open = cols.picked(gaps, gaps["is_open"])
    open_days[still_open["series"]] = still_open["days"]
    open_missed[still_open["series"]] = still_open["missed"]
    reached, silence = np.full_like(first, FAR_DAY), limits.discontinuation.due_days
    long = cols.picked(gaps, gaps["days"] >= silence)
    on = due_days.day_of(long["series"], long["first"], np.full(len(long["first"]), silence))
    np.minimum.at(reached, long["series"], on)
    event, version = reached < FAR_DAY, versions.at(every, last)
    time_days = np.where(event, reached, last_due) - first_due
    active = version >= 0
    active[active] = last[active] <= versions.end[version[active]]
    lapsed = active & (open_days >= limits.lapse.due_days) & (open_missed >= limits.lapse.missed)
    series = np.intersect1d(versions.series, np.flatnonzero(~periods.left_out[owner]))
    has_session, ever_due = (logged_first >= 0)[series], ever_due[series]
    table = cols.table_of(
        {
            **log.labels(series),
            "first_due": cols.dates_from(first_due[series]),
            "first_session": cols.dates_from(logged_first[series]),
            "last_session": cols.dates_from(logged_last[series]),
            "initiation_days": cols.whole((logged_first - first_due)[series], has_session),
            "days_since_last": cols.whole((last - logged_last)[series], has_session),
            "longest_gap_days": cols.whole(longest[series], ever_due),
            "interruptions": cols.whole(interruptions[series], ever_due),
            "open_gap_days": cols.whole(open_days[series], ever_due),
            "lapsed": cols.truth(lapsed[series]),
            "discontinued": cols.truth((open_days >= silence)[series]),
            "follow_up_end": cols.dates_from(last_due[series]),
            "event": cols.truth(event[series]),
            "time_days": cols.whole(time_days[series], ever_due),
        }
    )
    table.attrs["notes"] = list(periods.notes)
    return table


def _first_and_last(series: Ints, day: Ints, chosen: Bools, size: int) -> tuple[Ints, Ints]:
    """First and last chosen day of each series, ``NO_DAY`` without any; the days are sorted by series and day."""
    series, day = series[chosen], day[chosen]
    first, last = np.full(size, NO_DAY), np.full(size, NO_DAY)
    begins, ends = cols.run_starts(series), cols.run_ends(series)
    first[series[begins]], last[series[ends]] = day[begins], day[ends]
    return first, last


def gap_ends(log: CodedLog, days: SeriesDays, chosen: Bools) -> Ints:
    """Sorted day keys of what ends a gap of a series: due days with an exercise session, and unreadable days."""
    on = chosen & days.due & (days.exercise > 0)
    segments = log.segments
    unreadable = segments.status == UNREADABLE
    unread = cols.day_keys(segments.series[unreadable], segments.first[unreadable])
    # An unreadable day has no exercise session: the two have no day in common.
    return np.sort(np.append(days.keys[on], unread), kind="stable")


def _gaps(log: CodedLog, days: SeriesDays, inside: Bools, first_due: Ints, last: Ints) -> Rows:
    """Gaps of at least one due day: ``series``, ``first``, ``days``, ``missed``, ``is_open``, ``is_first``.

    ``is_first`` are those from the first due day to the first exercise day, which only the first silence looks at.
    """
    ends = gap_ends(log, days, inside)
    series, day = ends >> DAY_BITS, cols.days_of_keys(ends)
    kept = (day >= first_due[series]) & (first_due[series] >= 0) & (day <= last[series])
    series, day = series[kept], day[kept]
    begun, latest = _first_and_last(series, day, np.ones(len(series), dtype=bool), len(first_due))
    inner = np.flatnonzero((series[1:] == series[:-1]) & (day[1:] > day[:-1] + 1))
    due, started = np.flatnonzero(first_due >= 0), np.flatnonzero(begun >= 0)
    since = np.where(latest[due] >= 0, latest[due] + 1, first_due[due])
    parts = (
        (series[inner], day[inner] + 1, day[inner + 1] - 1),
        (due, since, last[due]),
        (started, first_due[started], begun[started] - 1),
    )
    kind = np.repeat(np.arange(len(parts)), [len(of) for of, _, _ in parts])
    of, begin, end = (np.concatenate(one) for one in zip(*parts, strict=True))
    gaps: Rows = {"series": of, "first": begin, "last": end, "is_open": kind == 1, "is_first": kind == 2}
    gaps["days"] = log.segments.due_days.between(gaps["series"], gaps["first"], gaps["last"])
    gaps = cols.picked(gaps, gaps["days"] > 0)
    return gaps | {"missed": missed_in(log, gaps["series"], gaps["first"], gaps["last"])}


def missed_in(log: CodedLog, series: Ints, first: Ints, last: Ints) -> Ints:
    """Exercise days missed in each gap: one may still be made up in the week of a plan under seven days a week."""
    segments = log.segments
    due = segments.status == DUE
    asked14 = segments.asked_days14.between(series, first, last)
    keys = cols.day_keys(segments.series[due], segments.first[due])
    at_end = np.searchsorted(keys, cols.day_keys(series, last), side="right") - 1
    movable14 = np.where(np.append(segments.per_week2[due], 14)[at_end] < 14, 14, 0)
    return np.maximum((asked14 - movable14) // 14, 0)
