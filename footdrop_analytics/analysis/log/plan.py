"""The plan as whole columns: versions of prescriptions, and each series' days by what was asked of them.

Days of a series are *due*, *unobserved* (the log was not handed in) or *paused*; all other days are not prescribed.
They are kept as segments of days on which nothing changes, never day by day.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from footdrop_analytics.analysis.log.arrays import (
    FAR_DAY,
    NO_DAY,
    Bools,
    Floats,
    Ints,
    day_keys,
    day_numbers,
    monday_of,
    running_total,
)
from footdrop_analytics.model.study import Study

DUE, UNOBSERVED, PAUSED = 0, 1, 2


@dataclass(frozen=True)
class Versions:
    """Prescription versions sorted by series and start. All arrays have one entry per version.

    ``start``, ``end`` are day numbers (both inclusive; ``FAR_DAY`` = open; after discharge nothing is active).
    ``rate14`` is the sessions due per day in fourteenths, ``per_week2`` the days per week in halves: whole numbers, so
    that sums are exact. ``session_dose`` is the prescribed dose of one session (missing if unknown), ``target`` the
    repetitions, or seconds for exercises counted in seconds. ``row`` is the position in ``study.prescriptions``.
    """

    series: Ints
    start: Ints
    end: Ints
    per_week2: Ints
    sessions_per_day: Ints
    rate14: Ints
    target: Floats
    session_dose: Floats
    row: Ints

    def at(self, series: Ints, days: Ints) -> Ints:
        """The latest version begun by the day, ended or not; −1 where there is none."""
        index = np.searchsorted(day_keys(self.series, self.start), day_keys(series, days), side="right") - 1
        found = (index >= 0) & (days >= 0)
        found[found] = self.series[index[found]] == series[found]
        return np.where(found, index, -1)

    def active_on(self, day: int) -> Bools:
        """Whether each version is active on the day (paused or not)."""
        return (self.start <= day) & (day <= self.end)


def prescribed_dose(seconds: Bools, sets: Floats, reps: Floats, hold_s: Floats) -> Floats:
    """Dose of a row or of a prescribed session: sets × reps, or sets × max(reps, 1) × seconds; NaN if unknown."""
    tries = np.maximum(np.nan_to_num(reps, nan=1.0), 1.0)
    return np.where(seconds, sets * tries * hold_s, sets * reps)


def versions_of(study: Study, series: Ints, seconds: Bools, discharged: Ints) -> Versions:
    """Versions sorted by series and start.

    ``series`` is the series number of each prescription row, ``seconds`` whether its exercise is counted in seconds and
    ``discharged`` the patient's last day (``FAR_DAY`` if none), all in the order of ``study.prescriptions``.
    """
    table = study.prescriptions
    start = day_numbers(table["start_date"])
    row = np.lexsort((start, series))
    series, start = series[row], start[row]
    end = day_numbers(table["end_date"], missing=FAR_DAY)[row]
    same = np.flatnonzero(series[1:] == series[:-1])
    end[same] = np.minimum(end[same], start[same + 1] - 1)
    number = {
        name: table[name].to_numpy(dtype=np.float64, na_value=np.nan)[row]
        for name in ("days_per_week", "sessions_per_day", "sets", "reps", "hold_s")
    }
    per_week2 = np.rint(2 * number["days_per_week"]).astype(np.int64)
    per_day = number["sessions_per_day"].astype(np.int64)
    seconds = seconds[row]
    return Versions(
        series=series,
        start=start,
        end=np.minimum(end, discharged[row]),
        per_week2=per_week2,
        sessions_per_day=per_day,
        rate14=per_week2 * per_day,
        target=np.where(seconds, number["hold_s"], number["reps"]),
        session_dose=prescribed_dose(seconds, number["sets"], number["reps"], number["hold_s"]),
        row=row,
    )


@dataclass(frozen=True)
class DayCounter:
    """Sums of a whole number per day over the segments of each series, for any stretch of days."""

    keys: Ints
    length: Ints
    per_day: Ints
    before: Ints

    def up_to(self, groups: Ints, days: Ints) -> Ints:
        """Sum over all days of earlier groups and this group's days up to ``days``: use differences only."""
        if len(self.keys) == 0:
            return np.zeros(len(groups), dtype=np.int64)
        wanted = day_keys(groups, days)
        index = np.searchsorted(self.keys, wanted, side="right") - 1
        first = np.maximum(index, 0)
        inside = np.minimum(wanted - self.keys[first] + 1, self.length[first])
        return np.where(index < 0, 0, self.before[first] + self.per_day[first] * inside)

    def between(self, groups: Ints, first: Ints, last: Ints) -> Ints:
        """Sum over the days from ``first`` to ``last``, both inclusive; 0 where last < first."""
        return np.where(last < first, 0, self.up_to(groups, last) - self.up_to(groups, first - 1))


@dataclass(frozen=True)
class Segments:
    """Stretches of active days on which nothing changes, sorted by series and day.

    ``status`` is ``DUE``, ``UNOBSERVED`` or ``PAUSED``, ``version`` the active version, ``per_week2`` and ``rate14``
    what it asks for. Open ends are cut at the Sunday of ``as_of``'s week: nothing looks further.
    """

    series: Ints
    first: Ints
    last: Ints
    status: Ints
    version: Ints
    per_week2: Ints
    rate14: Ints

    @cached_property
    def due14(self) -> DayCounter:
        """Sessions due, in fourteenths."""
        return self.counter(self.rate14, self.status == DUE)

    @cached_property
    def asked_days14(self) -> DayCounter:
        """Days on which sessions are due (3 in a week of 3), in fourteenths."""
        return self.counter(self.per_week2, self.status == DUE)

    @cached_property
    def due_days(self) -> DayCounter:
        """Due days, on any of which a session may be done."""
        return self._days(DUE)

    @cached_property
    def paused_days(self) -> DayCounter:
        """Days in a pause."""
        return self._days(PAUSED)

    @cached_property
    def unobserved_days(self) -> DayCounter:
        """Days for which the log was not handed in."""
        return self._days(UNOBSERVED)

    def _days(self, status: int) -> DayCounter:
        return self.counter(np.ones_like(self.series), self.status == status)

    def counter(self, values: Ints, chosen: Bools) -> DayCounter:
        """A counter of ``values`` per day over the chosen segments."""
        length = (self.last - self.first + 1)[chosen]
        return DayCounter(
            keys=day_keys(self.series[chosen], self.first[chosen]),
            length=length,
            per_day=values[chosen],
            before=running_total(values[chosen] * length),
        )

    def at(self, series: Ints, days: Ints) -> Ints:
        """The segment that holds the day; −1 on days that are not active."""
        if len(self.series) == 0:
            return np.full(len(series), -1)
        index = np.searchsorted(day_keys(self.series, self.first), day_keys(series, days), side="right") - 1
        first = np.maximum(index, 0)
        held = (index >= 0) & (self.series[first] == series) & (days <= self.last[first])
        return np.where(held, index, -1)


@dataclass(frozen=True)
class Pauses:
    """One entry per pause and series it applies to; ``start`` and ``end`` are day numbers."""

    series: Ints
    start: Ints
    end: Ints


def segments_of(versions: Versions, pauses: Pauses, data_through: Ints, as_of_day: int) -> Segments:
    """WindowedAdherence the versions at pauses and at the day through which logs were handed in: one day per series."""
    horizon = int(monday_of(np.array([as_of_day]))[0]) + 6
    end = np.minimum(versions.end, horizon)
    real = versions.start <= end
    pause_series, pause_start, pause_end = pauses.series, pauses.start, np.minimum(pauses.end, horizon)
    series_with_versions = np.unique(versions.series)
    cut_series = np.concatenate(
        [versions.series[real], versions.series[real], pause_series, pause_series, series_with_versions]
    )
    cut_day = np.concatenate(
        [versions.start[real], end[real] + 1, pause_start, pause_end + 1, data_through[series_with_versions] + 1]
    )
    depth = np.concatenate(
        [np.zeros(2 * real.sum(), dtype=np.int64), np.ones(len(pause_start), dtype=np.int64)]
        + [-np.ones(len(pause_start), dtype=np.int64), np.zeros(len(series_with_versions), dtype=np.int64)]
    )
    order = np.argsort(day_keys(cut_series, cut_day), kind="stable")
    series, first, paused_by = cut_series[order], cut_day[order], np.cumsum(depth[order])
    last = np.append(first[1:], NO_DAY) - 1
    within = np.append(series[1:] == series[:-1], False) & (first <= last)
    series, first, last, paused_by = series[within], first[within], last[within], paused_by[within]
    version = versions.at(series, first)
    active = version >= 0
    active[active] = first[active] <= end[version[active]]
    series, first, last, version = series[active], first[active], last[active], version[active]
    status = np.where(first > data_through[series], UNOBSERVED, DUE)
    status[paused_by[active] > 0] = PAUSED
    per_week2, rate14 = versions.per_week2[version], versions.rate14[version]
    return Segments(series, first, last, status, version, per_week2, rate14)
