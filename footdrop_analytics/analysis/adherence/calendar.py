"""Each patient's calendar, day by day: distinct days, the largest daily due, and what to show on a calendar strip."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.adherence.interval import WeekHistory, Weeks, patient_history, series_history, weeks_of
from footdrop_analytics.analysis.adherence.session_days import SeriesDays
from footdrop_analytics.analysis.adherence.windows import Windows
from footdrop_analytics.analysis.log.arrays import (
    Bools,
    Ints,
    categories,
    dates_from,
    ranges,
    run_starts,
    running_total,
    table_of,
    whole,
)
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.plan import EVERY_DAY
from footdrop_analytics.analysis.log.segments import DUE, PAUSED, UNOBSERVED, UNREADABLE, UNREADABLE_WEEK

DAY_STATUS = (
    "not_prescribed",
    "log_not_handed_in",
    "paused",
    "not_logged",
    "unreadable",
    "skipped",
    "clinic",
    "extra",
    "done",
)
"""What a day of a patient shows, each overruling those before it."""


@dataclass(frozen=True)
class PatientDays:
    """The days of each patient from the first prescription or session day to ``as_of``, laid end to end."""

    log: CodedLog
    days: SeriesDays

    @cached_property
    def first(self) -> Ints:
        """First day of each patient."""
        return np.minimum(self.log.first_day, self.log.as_of_day)

    @cached_property
    def span(self) -> Ints:
        """Number of days of each patient."""
        return self.log.as_of_day - self.first + 1

    @cached_property
    def offset(self) -> Ints:
        """Where each patient's days begin; the last number is their total."""
        return np.concatenate(([0], np.cumsum(self.span)))

    @cached_property
    def _weeks(self) -> Weeks:
        return weeks_of(self)

    @cached_property
    def series_history(self) -> WeekHistory:
        """The design effects of series."""
        return series_history(self._weeks)

    @cached_property
    def patient_history(self) -> WeekHistory:
        """The design effects of patients."""
        return patient_history(self, self._weeks)

    @cached_property
    def _owner(self) -> Ints:
        owner: Ints = self.log.series.patient
        return owner

    @cached_property
    def _totals(self) -> dict[str, Ints]:
        """Running totals of what is summed over windows."""
        daily = {
            "active_days": self._on(self.days.logged > 0),
            "exercise_days": self._on(self.days.exercise > 0),
            "due_days": self.has_status(DUE),
            "paused_days": self.paused,
            "unobserved_days": self.unobserved,
            "unreadable_days": self.has_status(UNREADABLE),
            "largest14": self.largest_due14,
        }
        return {name: running_total(values) for name, values in daily.items()}

    def sums(self, windows: Windows) -> dict[str, Ints]:
        """Sums over each patient's windows.

        ``active_days``, ``exercise_days`` (with anything done, due or not), ``due_days``, ``paused_days``,
        ``unobserved_days``, ``unreadable_days`` (of any series), and ``largest14``: the largest daily due of one
        series, in fourteenths of a session.
        """
        first, span, offset = (part[windows.group] for part in (self.first, self.span, self.offset))
        begin = np.minimum(np.maximum(windows.start - first, 0), span)
        stop = np.minimum(np.maximum(windows.end - first + 1, begin), span)
        begin, stop = offset + begin, offset + stop
        return {name: total[stop] - total[begin] for name, total in self._totals.items()}

    def places(self, chosen: Bools) -> Ints:
        """The patient's day of each chosen series-day."""
        owner = self._owner[self.days.series[chosen]]
        return self.offset[owner] + self.days.day[chosen] - self.first[owner]

    def _on(self, chosen: Bools) -> Ints:
        """1 on days on which one of these days of a series is."""
        values = np.zeros(int(self.offset[-1]), dtype=np.int64)
        values[self.places(chosen)] = 1
        return values

    def segment_values(self, statuses: tuple[int, ...], per_day: Ints) -> Ints:
        """The largest ``per_day`` (one value per segment) of the patient's series whose day has a status, else 0."""
        return self._laid_out(np.isin(self.log.segments.status, statuses), per_day)

    def _laid_out(self, chosen: Bools, per_day: Ints, weekdays: int = EVERY_DAY) -> Ints:
        segments = self.log.segments
        first, last = segments.first[chosen], np.minimum(segments.last[chosen], self.log.as_of_day)
        value, owner = per_day[chosen], self._owner[segments.series[chosen]]
        # Ten exercises mostly share their days: each distinct stretch is laid out once, the largest value last.
        order = np.lexsort((last, first, owner, value))
        once = order[run_starts(value[order], owner[order], first[order], last[order])]
        first, last, value, owner = first[once], last[once], value[once], owner[once]
        length = np.maximum(last - first + 1, 0)
        begin = self.offset[owner] + first - self.first[owner]
        values = np.zeros(int(self.offset[-1]), dtype=np.int64)
        place, value = np.repeat(begin, length) + ranges(length), np.repeat(value, length)
        if weekdays != EVERY_DAY:
            on = weekdays >> (np.repeat(first, length) + ranges(length) + 3) % 7 & 1 == 1
            place, value = place[on], value[on]
        values[place] = value
        return values

    def has_status(self, *statuses: int) -> Ints:
        """1 on days on which any series has one of these."""
        return self.segment_values(statuses, np.ones_like(self.log.segments.series))

    @cached_property
    def paused(self) -> Ints:
        """1 on days on which any series is paused."""
        return self.has_status(PAUSED)

    @cached_property
    def unobserved(self) -> Ints:
        """1 on days that are unobserved for any series."""
        return self.has_status(*UNOBSERVED)

    @property
    def largest_due14(self) -> Ints:
        """The largest daily due of one series, in fourteenths of a session."""
        segments, largest = self.log.segments, np.zeros(int(self.offset[-1]), dtype=np.int64)
        for weekdays in np.unique(segments.weekdays):
            chosen = (segments.status == DUE) & (segments.weekdays == weekdays)
            largest = np.maximum(largest, self._laid_out(chosen, segments.rate14, int(weekdays)))
        return largest


def calendar_of(grid: PatientDays) -> pd.DataFrame:
    """What each day of each patient was, for a calendar strip.

    Returns
    -------
    DataFrame
        One row per patient and day: ``patient_id``, ``day``, ``status`` (the first of ``DAY_STATUS`` that holds;
        ``unreadable``: something was written that day, or in the week of a plan of fewer than seven days, that could
        not be read), ``exercises`` (in how many series a session was done).
    """
    log, days = grid.log, grid.days
    status = np.zeros(int(grid.offset[-1]), dtype=np.int64)
    status[grid.unobserved > 0] = DAY_STATUS.index("log_not_handed_in")
    status[grid.paused > 0] = DAY_STATUS.index("paused")
    status[grid.has_status(UNREADABLE_WEEK) > 0] = DAY_STATUS.index("unreadable")
    status[grid.has_status(DUE) > 0] = DAY_STATUS.index("not_logged")
    status[grid.has_status(UNREADABLE) > 0] = DAY_STATUS.index("unreadable")
    for name in ("skipped", "clinic", "extra", "logged"):
        shown = DAY_STATUS.index("done" if name == "logged" else name)
        status[grid.places(getattr(days, name) > 0)] = shown
    exercises = np.bincount(grid.places(days.exercise > 0), minlength=len(status))
    patient = np.repeat(np.arange(len(grid.span)), grid.span)
    day = grid.first[patient] + ranges(grid.span)
    return table_of(
        {
            "patient_id": log.patient_labels(patient),
            "day": dates_from(day),
            "status": categories(status, DAY_STATUS),
            "exercises": whole(exercises),
        }
    )
