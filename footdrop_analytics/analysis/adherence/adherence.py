"""Adherence: which part of the due sessions was logged, per series or patient, in any windows."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.adherence.calendar import PatientDays, SeriesDays, credit14, series_days
from footdrop_analytics.analysis.adherence.interval import wilson
from footdrop_analytics.analysis.adherence.period import Windows, end_to_end, patient_periods, window_rule
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import TOLERANCE, Floats, Ints
from footdrop_analytics.analysis.log.coded_log import CodedLog, open_log
from footdrop_analytics.analysis.log.segments import DayCounter
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.study import Study

LEAST_DUE = 3
LEAST_DOSE_KNOWN = 0.8

_DAYS = ("active_days", "paused_days", "unobserved_days", "unreadable_days")
_WHOLE = ("logged", "done", "skipped", "clinic", "extra", *_DAYS)
Sums = dict[str, Ints]
_ADDED = ("due14", "credited14", "credited_raw14", "logged", "done", "skipped", "clinic", "extra")
"""What the series of a patient have together is the sum of what each has."""
_NOTHING = ("due14", "logged", "skipped", "extra", "clinic", "paused_days", "unobserved_days")


def adherence(
    study: Study,
    start: object = None,
    end: object = None,
    every: str | None = "week",
    length: str | None = None,
    anchor: Literal["start", "end"] = "end",
    level: Literal["series", "patient"] = "series",
    as_of: object = None,
    log_through: object = None,
) -> pd.DataFrame:
    """Logged adherence of every series (or patient) in windows of a period.

    Parameters
    ----------
    study : Study
        A validated study.
    start, end : date, Timestamp, ISO text, column of ``patients``, mapping or Series by patient, optional
        The period, both inclusive; ``end`` also as a length from each patient's start (``"12W"``, ``"84D"``). Default:
        from each patient's first prescription or session day to ``as_of``. A patient without such a day is left out;
        ``table.attrs["notes"]`` says so.
    every : "week", "7D" (any number of days) or None
        Calendar weeks (Monday to Sunday, clipped to the period), windows every so many days, or the whole period.
    length : text such as "28D", optional
        Length of each window beside ``every="7D"`` (default: as long as ``every``): longer windows overlap.
    anchor : "end" or "start"
        Whether the windows of ``every="7D"`` are counted back from ``end``, or on from ``start`` (programme weeks;
        ``start`` is then the first prescription day, unless given, and sessions are credited by these weeks).
    level : "series" or "patient"
        One row per series and window, or the patient's series together.
    as_of : date, Timestamp or ISO text, optional
        The last day that counts. Default: the study's last day, never the clock.
    log_through : date, Timestamp or ISO text, optional
        The last observed day of patients who state none. Default: the study's ``log_through``.

    Returns
    -------
    DataFrame
        One row per series (patient) and window in which anything was due, logged, paused or unobserved. Columns:
        ``patient_id``, ``exercise``, ``side``, ``window_no``, ``window_start``, ``window_end``; ``due`` and
        ``credited`` (sessions, fractions stay), ``credited_raw`` (adds up over windows), ``logged``, ``done``,
        ``skipped``, ``clinic``, ``extra`` (sessions); ``adherence`` = credited / due with a 95 % Wilson interval
        ``adherence_low``, ``adherence_high``; ``ratio`` = logged / due; ``active_days``, ``paused_days``,
        ``unobserved_days`` and, of these, ``unreadable_days`` (days); ``dose_known``, ``dose_ratio``, ``completeness``
        (shares, not at patient level). Missing is never 0.

    Raises
    ------
    ParameterError
        If a parameter has a value that it does not take.

    Notes
    -----
    Interval: see ``interval``. Relative dose: Nilsen et al. (2018), Med Sci Sports Exerc 50:1134.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=3, weeks=8, seed=1)
    >>> weeks = fd.adherence(study, every="7D", anchor="start", end="4W", level="patient")
    >>> int(weeks["window_no"].max())
    4
    """
    log = open_log(study, as_of, log_through)
    return adherence_of(PatientDays(log, series_days(log)), start, end, every, length, anchor, level)


def adherence_of(
    calendar: PatientDays,
    start: object = None,
    end: object = None,
    every: str | None = "week",
    length: str | None = None,
    anchor: Literal["start", "end"] = "end",
    level: Literal["series", "patient"] = "series",
) -> pd.DataFrame:
    """:func:`adherence` on a prepared log and its days, which the calendar holds."""
    if level not in ("series", "patient"):
        raise ParameterError(f"level: expected 'series' or 'patient', found {level!r}.")
    rule, log = window_rule(every, length, anchor), calendar.log
    by_programme = anchor == "start"
    periods = patient_periods(log, start, end, log.first_planned_day if by_programme else log.first_day)
    if by_programme:
        # Sessions are credited by the seven-day weeks of each patient's programme.
        days, begin = calendar.days, periods.start[log.series.patient[calendar.days.series]]
        added = credit14(log, days.series, days.day, days.done, begin + (days.day - begin) // 7 * 7)
        calendar = PatientDays(log, replace(days, credited14=added))
    cut = WindowedAdherence(calendar, rule.windows(np.arange(len(periods.start)), periods.start, periods.end))
    table = cut.series_table() if level == "series" else cut.patient_table()
    table.attrs["notes"] = list(periods.notes)
    return table


class WindowedAdherence:
    """A study cut into windows of its patients, in one way or in several: what lies in each, for both levels.

    Several ways are worked out as one and their tables are parts of one: a table costs more than the rows of a patient.
    """

    def __init__(self, calendar: PatientDays, *ways: Windows) -> None:
        self._calendar = calendar
        self.windows = end_to_end(ways)
        self._before = cols.running_total(np.array([len(windows.group) for windows in ways]))
        owner = calendar.log.series.patient
        # Each series' windows are its patient's.
        of_series = [cols.beside(windows.group, owner) for windows in ways]
        self._series_windows = end_to_end(
            [
                Windows(series, windows.start[which], windows.end[which], windows.number[which])
                for windows, (series, which) in zip(ways, of_series, strict=True)
            ]
        )
        self._series_before = cols.running_total(np.array([len(which) for _, which in of_series]))
        shifted = [which + before for (_, which), before in zip(of_series, self._before[:-1], strict=True)]
        self._patient_window = np.concatenate(shifted)

    @cached_property
    def _sums(self) -> Sums:
        return sums_in(self._calendar.log, self._calendar.days, self._series_windows)

    @cached_property
    def _of_series(self) -> tuple[Ints, Sums]:
        """The series' windows in which anything was, and their sums."""
        return _where_anything(self._sums)

    def series_table(self) -> pd.DataFrame:
        """Adherence of each series, way after way."""
        kept, shown = self._of_series
        labels = self._calendar.log.labels(self._series_windows.group[kept])
        effect = self._calendar.series_history.at(self._series_windows.group[kept], self._series_windows.end[kept])
        rates = _rates(shown, shown["due14"], effect)
        return _in_order(labels, self._series_windows, kept, rates | _dose(self._calendar.days, shown), shown)

    def series_tables(self) -> list[pd.DataFrame]:
        """:meth:`series_table` with a table for each way."""
        return _parted(self.series_table(), np.searchsorted(self._of_series[0], self._series_before))

    def patient_table(self) -> pd.DataFrame:
        """Adherence of each patient's series together, way after way."""
        kept, rates, shown = self.of_patients
        labels = {"patient_id": self._calendar.log.patient_labels(self.windows.group[kept])}
        return _in_order(labels, self.windows, kept, {name: rate.copy() for name, rate in rates.items()}, shown)

    def patient_tables(self) -> list[pd.DataFrame]:
        """:meth:`patient_table` with a table for each way."""
        return _parted(self.patient_table(), np.searchsorted(self.of_patients[0], self._before))

    @cached_property
    def of_patients(self) -> tuple[Ints, dict[str, Floats], Sums]:
        """The patients' windows in which anything was (by position), with rates and sums of their series together."""
        size = len(self.windows.group)
        added = {name: cols.totals_of(self._patient_window, self._sums[name], size).astype(np.int64) for name in _ADDED}
        kept, shown = _where_anything(added | self._calendar.sums(self.windows))
        effect = self._calendar.patient_history.at(self.windows.group[kept], self.windows.end[kept])
        return kept, _rates(shown, shown["largest14"], effect), shown


def _parted(table: pd.DataFrame, bounds: Ints) -> list[pd.DataFrame]:
    """The rows of a table between each bound and the next, numbered from 0."""
    parts = [table.iloc[low:high] for low, high in pairwise(bounds)]
    for part in parts:
        part.index = pd.RangeIndex(len(part))
    return parts


def sums_in(log: CodedLog, days: SeriesDays, windows: Windows) -> Sums:
    """Whole-number sums of each series in its windows, none of which ends before it begins.

    One entry per window: ``due14``, ``credited14``, ``credited_raw14`` (fourteenths of a session, so that sums are
    exact), ``logged``, ``done``, ``active_days``, ``skipped``, ``clinic``, ``extra``, ``due_days``, ``paused_days``,
    ``unobserved_days``, ``unreadable_days``, and ``low``, ``high``: which of the series' days lie in the window.
    """
    before, until = cols.day_keys(windows.group, windows.start - 1), cols.day_keys(windows.group, windows.end)
    low, high = (np.searchsorted(days.keys, key, side="right") for key in (before, until))
    sums = {"low": low, "high": high}
    for name, total in days.totals.items():
        sums[name] = total[high] - total[low]
    since, by = log.segments.places(before), log.segments.places(until)
    for name in ("due14", "due_days", "paused_days", "unobserved_days", "unreadable_days"):
        counter: DayCounter = getattr(log.segments, name)
        sums[name] = counter.at(by) - counter.at(since)
    sums["credited_raw14"] = sums["credited14"]
    sums["credited14"] = np.minimum(sums["credited14"], sums["due14"])
    return sums


def kept_share(sums: Sums) -> Floats:
    """credited / due; missing if nothing was due, or more days were unreadable than due."""
    kept = cols.share(sums["credited14"], sums["due14"])
    kept[sums["unreadable_days"] > sums["due_days"]] = np.nan
    return kept


def _where_anything(sums: Sums) -> tuple[Ints, Sums]:
    """The windows in which anything was due, logged, paused or unobserved, and their sums."""
    kept = np.flatnonzero(np.logical_or.reduce([sums[name] != 0 for name in _NOTHING]))
    return kept, {name: values[kept] for name, values in sums.items()}


def _rates(sums: Sums, units14: Ints, effect: tuple[Floats, Floats]) -> dict[str, Floats]:
    due14, kept = sums["due14"], kept_share(sums)
    design, z = effect
    low, high = wilson(kept, np.where(units14 >= 14 * LEAST_DUE, units14 / 14 / design, np.nan), z)
    return {
        "due": due14 / 14,
        "credited": sums["credited14"] / 14,
        "credited_raw": sums["credited_raw14"] / 14,
        "adherence": kept,
        "adherence_low": low,
        "adherence_high": high,
        "ratio": cols.share(14 * sums["logged"], due14),
    }


def _dose(days: SeriesDays, sums: Sums) -> dict[str, Floats]:
    """``dose_known``, ``dose_ratio`` and ``completeness`` of each window."""
    low, high = sums["low"], sums["high"]
    active, due14 = sums["active_days"], sums["due14"]
    known, n_known = days.dose_known, sums["dose_days"]
    dose = cols.sums_between(np.where(known, days.dose, 0.0), low, high)
    asked = cols.sums_between(np.where(known, days.asked, 0.0), low, high)
    complete = np.zeros(len(known))
    np.divide(days.dose, days.asked, out=complete, where=known & (days.asked > 0))
    completeness = cols.share(cols.sums_between(np.minimum(complete, 1.0), low, high), n_known)
    dose_known = cols.share(n_known, active)
    ratio = cols.share(dose, asked) * cols.share(14 * sums["done"], due14)
    ratio[dose_known < LEAST_DOSE_KNOWN - TOLERANCE] = np.nan
    ratio[(active == 0) & (due14 > 0)] = 0.0
    return {"dose_known": dose_known, "dose_ratio": ratio, "completeness": completeness}


def _in_order(
    labels: dict[str, pd.Categorical], windows: Windows, kept: Ints, rates: dict[str, Floats], sums: Sums
) -> pd.DataFrame:
    columns: dict[str, Any] = labels | rates | {name: cols.whole(sums[name]) for name in _WHOLE}
    columns["window_no"] = cols.whole(windows.number[kept])
    columns["window_start"] = cols.dates_from(windows.start[kept])
    columns["window_end"] = cols.dates_from(windows.end[kept])
    order = [*labels, "window_no", "window_start", "window_end"]
    order += ["due", "logged", "done", "credited", "unreadable_days", "credited_raw", "adherence"]
    order += ["adherence_low", "adherence_high", "ratio", "active_days"]
    order += [name for name in ("dose_known", "dose_ratio", "completeness") if name in rates]
    order += ["skipped", "clinic", "extra", "paused_days", "unobserved_days"]
    return cols.table_of({name: columns[name] for name in order})
