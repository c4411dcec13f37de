"""The plan as whole columns, and each series' days by what was asked of them.

Days of a series are *due*, *paused* or *unobserved*: the log was not handed in, what was written could not be read, or
what was written that week could not be read. All other days are not prescribed. They are kept as segments of days on
which nothing changes, never day by day.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import DAY_BITS, FAR_DAY, NO_DAY, Bools, Floats, Ints
from footdrop_analytics.analysis.log.entries import Unread
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import WEEKDAYS

EVERY_DAY = 0b111_1111
"""The days of the week as bits, Monday the lowest."""


@dataclass(frozen=True)
class Versions:
    """Prescription versions sorted by series and start. All arrays have one entry per version.

    ``start``, ``end`` are day numbers (both inclusive; ``FAR_DAY`` = open; after discharge nothing is active).
    ``rate14`` is the sessions due per day in fourteenths, ``per_week2`` the days per week in halves: whole numbers, so
    that sums are exact. ``weekdays`` are the days on which they are due, as bits (``EVERY_DAY`` where none are named).
    ``session_dose`` is the prescribed dose of one session (missing if unknown), ``target`` the repetitions, or seconds
    for exercises counted in seconds. ``row`` is the position in ``study.prescriptions``.
    """

    series: Ints
    start: Ints
    end: Ints
    per_week2: Ints
    sessions_per_day: Ints
    rate14: Ints
    weekdays: Ints
    target: Floats
    session_dose: Floats
    row: Ints

    @classmethod
    def of(cls, study: Study, series: Ints, seconds: Bools, discharged: Ints) -> Versions:
        """Versions sorted by series and start.

        ``series`` is the series number of each prescription row, ``seconds`` whether its exercise is counted in seconds
        and ``discharged`` the patient's last day (``FAR_DAY`` if none), all in the order of ``study.prescriptions``.
        """
        table = study.prescriptions
        start = cols.day_numbers(table["start_date"])
        row = np.lexsort((start, series))
        series, start = series[row], start[row]
        end = cols.day_numbers(table["end_date"], missing=FAR_DAY)[row]
        same = np.flatnonzero(series[1:] == series[:-1])
        end[same] = np.minimum(end[same], start[same + 1] - 1)
        names = ("days_per_week", "sessions_per_day", "sets", "reps", "hold_s")
        number = {name: cols.numbers_of(table[name])[row] for name in names}
        per_week2 = np.rint(2 * number["days_per_week"]).astype(np.int64)
        per_day = number["sessions_per_day"].astype(np.int64)
        codes, texts = pd.factorize(table["weekdays"])
        bits = [sum(1 << WEEKDAYS.index(day) for day in str(text).split(",")) for text in texts]
        weekdays = np.array([*bits, EVERY_DAY], dtype=np.int64)[codes][row]
        seconds = seconds[row]
        return cls(
            series=series,
            start=start,
            end=np.minimum(end, discharged[row]),
            per_week2=per_week2,
            sessions_per_day=per_day,
            rate14=np.where(weekdays == EVERY_DAY, per_week2, 14) * per_day,
            weekdays=weekdays,
            target=np.where(seconds, number["hold_s"], number["reps"]),
            session_dose=prescribed_dose(seconds, number["sets"], number["reps"], number["hold_s"]),
            row=row,
        )

    def at(self, series: Ints, days: Ints) -> Ints:
        """The latest version begun by the day, ended or not; −1 where there is none."""
        return cols.latest(cols.day_keys(self.series, self.start), series, days)


def prescribed_dose(seconds: Bools, sets: Floats, reps: Floats, hold_s: Floats) -> Floats:
    """Dose of a row or of a prescribed session: sets × reps, or sets × max(reps, 1) × seconds; NaN if unknown."""
    tries = np.maximum(np.nan_to_num(reps, nan=1.0), 1.0)
    return np.where(seconds, sets * tries * hold_s, sets * reps)


@dataclass(frozen=True)
class Pauses:
    """One entry per pause and series it applies to; ``start`` and ``end`` are day numbers."""

    series: Ints
    start: Ints
    end: Ints


DUE, NOT_HANDED_IN, PAUSED, UNREADABLE, UNREADABLE_WEEK = range(5)
UNOBSERVED = (NOT_HANDED_IN, UNREADABLE, UNREADABLE_WEEK)
"""What a day without a log may be; the last one: the sessions may have been on a day that week that was unreadable."""

_DAYS_FROM = np.array(
    [
        [[sum(bits >> (first + later) % 7 & 1 for later in range(count)) for count in range(7)] for first in range(7)]
        for bits in range(EVERY_DAY + 1)
    ]
)
"""How many of the first so many days from a day of the week on are among the days of ``bits``."""


def days_among(weekdays: Ints, first: Ints, count: Ints) -> Ints:
    """How many of ``count`` days from ``first`` on are among the days of the week (bits)."""
    in_week: Ints = _DAYS_FROM[weekdays, 0, 6] + (weekdays >> 6)
    begun: Ints = _DAYS_FROM[weekdays, (first + 3) % 7, count % 7]
    return count // 7 * in_week + begun


Places = tuple[Ints, Ints, Ints]
"""Where days of series lie: the number of segments that begin by each day, and how many days of the last one passed.

The third: how many of these are among the segment's days of the week.
"""


@dataclass(frozen=True)
class DayCounter:
    """Sums of a whole number per day over the segments of each series, for any stretch of days.

    ``per_day`` and ``before`` begin with a segment of nothing. With ``on_weekdays`` only the segment's own days of the
    week count.
    """

    segments: Segments
    per_day: Ints
    before: Ints
    on_weekdays: bool = False

    def at(self, places: Places) -> Ints:
        """Sum over all days of earlier groups and this group's days up to each place: use differences only."""
        until, inside, due_inside = places
        return self.before[until] + self.per_day[until] * (due_inside if self.on_weekdays else inside)

    def up_to(self, groups: Ints, days: Ints) -> Ints:
        """:meth:`at` for groups and days."""
        return self.at(self.segments.places(cols.day_keys(groups, days)))

    def between(self, groups: Ints, first: Ints, last: Ints) -> Ints:
        """Sum over the days from ``first`` to ``last``, both inclusive; 0 where last < first."""
        return np.where(last < first, 0, self.up_to(groups, last) - self.up_to(groups, first - 1))

    def day_of(self, groups: Ints, first: Ints, count: Ints) -> Ints:
        """The day that is the ``count``-th counted one from ``first`` on, of which there are as many (1 a day)."""
        wanted = self.up_to(groups, first - 1) + count
        until = np.searchsorted(self.before, wanted) - 1
        return self.segments.first[until - 1] + wanted - self.before[until] - 1


@dataclass(frozen=True)
class Segments:
    """Stretches of active days on which nothing changes, sorted by series and day.

    ``status`` is ``DUE``, ``PAUSED`` or one of ``UNOBSERVED``, ``version`` the active version, ``per_week2``,
    ``rate14`` and ``weekdays`` what it asks for. Open ends are cut six days after ``as_of``: no week that looks at
    ``as_of`` goes further.
    """

    series: Ints
    first: Ints
    last: Ints
    status: Ints
    version: Ints
    per_week2: Ints
    rate14: Ints
    weekdays: Ints

    @cached_property
    def due14(self) -> DayCounter:
        """Sessions due, in fourteenths."""
        return self.counter(self.rate14, self.status == DUE, on_weekdays=True)

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
        """Days for which there is no log: not handed in, or not readable."""
        return self._days(*UNOBSERVED)

    @cached_property
    def unreadable_days(self) -> DayCounter:
        """Days on which something was written that could not be read."""
        return self._days(UNREADABLE)

    def _days(self, *statuses: int) -> DayCounter:
        return self.counter(np.ones_like(self.series), np.isin(self.status, statuses))

    def counter(self, values: Ints, chosen: Bools, on_weekdays: bool = False) -> DayCounter:
        """A counter of ``values`` per day over the chosen segments, or over their days of the week only."""
        per_day, length = np.where(chosen, values, 0), self.last - self.first + 1
        counted = days_among(self.weekdays, self.first, length) if on_weekdays and self._some_weekdays else length
        before = np.append(0, cols.running_total(per_day * counted)[:-1])
        return DayCounter(self, np.append(0, per_day), before, on_weekdays)

    @cached_property
    def keys(self) -> Ints:
        """Sortable number of series and first day."""
        return cols.day_keys(self.series, self.first)

    @cached_property
    def _some_weekdays(self) -> bool:
        return bool((self.weekdays != EVERY_DAY).any())

    def places(self, wanted: Ints) -> Places:
        """The places of keys of series and days."""
        until = cols.up_to(self.keys, wanted)
        passed, length = wanted - np.append(0, self.keys)[until] + 1, np.append(0, self.last - self.first + 1)[until]
        due_inside = inside = np.minimum(passed, length)
        if self._some_weekdays:
            due_inside = days_among(np.append(0, self.weekdays)[until], np.append(0, self.first)[until], inside)
        return until, inside, due_inside

    def at(self, series: Ints, days: Ints) -> Ints:
        """The segment that holds the day; −1 on days that are not active."""
        place = cols.latest(self.keys, series, days)
        return np.where(days <= np.append(self.last, NO_DAY)[place], place, -1)


def segments_of(versions: Versions, pauses: Pauses, observed_through: Ints, unread: Unread, as_of_day: int) -> Segments:
    """The active days of each series by what was asked of them; ``observed_through``: one day per series."""
    horizon = as_of_day + 6
    end = np.minimum(versions.end, horizon)
    real = versions.start <= end
    pause_end = np.minimum(pauses.end, horizon)
    of_weeks = np.repeat(unread.weeks, 8)
    planned = np.unique(versions.series)
    cuts = (
        (versions.series[real], versions.start[real], 0),
        (versions.series[real], end[real] + 1, 0),
        (pauses.series, pauses.start, 1),
        (pauses.series, pause_end + 1, -1),
        (planned, observed_through[planned] + 1, 0),
        (of_weeks >> DAY_BITS, cols.days_of_keys(of_weeks) + np.tile(np.arange(8), len(unread.weeks)), 0),
    )
    cut_series, cut_day = (np.concatenate([cut[place] for cut in cuts]) for place in (0, 1))
    depth = np.concatenate([np.full(len(cut[0]), cut[2]) for cut in cuts])
    order = np.argsort(cols.day_keys(cut_series, cut_day), kind="stable")
    series, first, paused_by = cut_series[order], cut_day[order], np.cumsum(depth[order])
    last = np.append(first[1:], NO_DAY) - 1
    within = np.append(series[1:] == series[:-1], False) & (first <= last)
    series, first, last, paused_by = series[within], first[within], last[within], paused_by[within]
    version = versions.at(series, first)
    active = version >= 0
    active[active] = first[active] <= end[version[active]]
    series, first, last, version = series[active], first[active], last[active], version[active]
    per_week2 = versions.per_week2[version]
    status = _status(unread, series, first, per_week2, first > observed_through[series])
    status[paused_by[active] > 0] = PAUSED
    asked = (per_week2, versions.rate14[version], versions.weekdays[version])
    return Segments(series, first, last, status, version, *asked)


def _status(unread: Unread, series: Ints, first: Ints, per_week2: Ints, not_handed_in: Bools) -> Ints:
    """What each segment is where it is not paused; in weeks with an unreadable day each day is a segment."""
    if not len(unread.keys):
        return np.where(not_handed_in, NOT_HANDED_IN, DUE)
    day, week = cols.day_keys(series, first), cols.day_keys(series, cols.monday_of(first))
    # Under seven days a week the missing sessions may have been on the day that cannot be read.
    movable = (per_week2 < 14) & np.isin(week, unread.weeks) & ~np.isin(day, unread.exercise_keys)
    status = np.where(not_handed_in, NOT_HANDED_IN, np.where(movable, UNREADABLE_WEEK, DUE))
    status[np.isin(day, unread.keys)] = UNREADABLE
    return status
