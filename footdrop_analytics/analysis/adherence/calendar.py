"""What happened day by day: sessions and dose of each series, and the calendar of each patient."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.adherence.interval import WeekHistory, week_history
from footdrop_analytics.analysis.adherence.period import Windows
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import DAY_BITS, Bools, Floats, Ints, Rows
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.day_values import day_dose
from footdrop_analytics.analysis.log.segments import DUE, EVERY_DAY, PAUSED, UNOBSERVED, UNREADABLE, UNREADABLE_WEEK


@dataclass(frozen=True)
class SeriesDays:
    """One entry per series and day with a session of it, sorted by series and day.

    Counts of sessions: ``exercise`` (clinic too), ``home`` (exercise, not clinic), ``clinic``, ``skipped``, and as they
    count for adherence ``logged``, ``done``, ``extra``. ``credited14`` is what the day adds to the credit of its
    calendar week, in fourteenths of a session. ``due`` says whether the day is a due day; ``dose`` is the dose of the
    logged sessions and ``asked`` ``done`` × the prescribed session dose, NaN if unknown. A series of both sides has the
    dose of its rows plus the larger one of its left and right rows.
    """

    series: Ints
    day: Ints
    due: Bools
    exercise: Ints
    clinic: Ints
    skipped: Ints
    logged: Ints
    done: Ints
    extra: Ints
    credited14: Ints
    dose: Floats
    asked: Floats

    @cached_property
    def keys(self) -> Ints:
        """Sortable number of series and day."""
        return cols.day_keys(self.series, self.day)

    @cached_property
    def totals(self) -> dict[str, Ints]:
        """Running totals of the counts, for sums over any stretch of days; with ``active_days`` and ``dose_days``."""
        counts = {name: getattr(self, name) for name in ("logged", "done", "skipped", "clinic", "extra", "credited14")}
        counts |= {"active_days": self.logged > 0, "dose_days": self.dose_known}
        return {name: cols.running_total(values) for name, values in counts.items()}

    @property
    def dose_known(self) -> Bools:
        """Days with a logged session on which the dose and the prescribed dose are known."""
        return (self.logged > 0) & ~np.isnan(self.dose) & ~np.isnan(self.asked)


def series_days(log: CodedLog) -> SeriesDays:
    """Gather the entries of a log by series and day."""
    entries = log.entries
    begins = cols.run_starts(entries.series, entries.session)
    is_done, skipped = log.done, entries.holds("status", "skipped")
    # A clinic session is one whose done rows were all logged as done at a visit.
    of_rows = (is_done, is_done & ~entries.holds("source", "clinic"), skipped)
    has_done, at_home, has_skipped = (cols.reduced(np.logical_or, flags, begins) for flags in of_rows)
    series, day = entries.series[begins], entries.day[begins]
    days = cols.run_starts(series, day)
    bounds = np.append(days, len(begins))
    of_days = (has_done, at_home, has_skipped & ~has_done)
    exercise, home, skips = (np.diff(cols.running_total(flags)[bounds]) for flags in of_days)
    counts = is_done & np.repeat(at_home, cols.run_lengths(begins, len(is_done)))
    dose = day_dose(log, np.where(counts, log.dose, 0.0), begins[days])
    series, day = series[days], day[days]
    segments, versions = log.segments, log.versions
    segment = segments.at(series, day)
    status, version = np.append(segments.status, -1)[segment], np.append(segments.version, -1)[segment]
    due, observed = status == DUE, ~np.isin(status, UNOBSERVED)
    asked_dose = np.append(versions.session_dose, np.nan)[version]
    done = np.where(due, np.minimum(home, np.append(versions.sessions_per_day, 0)[version]), 0)
    return SeriesDays(
        series=series,
        day=day,
        due=due,
        exercise=exercise,
        clinic=exercise - home,
        skipped=np.where(due, skips, 0),
        logged=np.where(due, home, 0),
        done=done,
        extra=np.where(~due & observed, home, 0),
        credited14=credit14(log, series, day, done, cols.monday_of(day)),
        dose=np.where(due & (home > 0), dose, np.nan),
        asked=np.where(due, done * asked_dose, np.nan),
    )


def credit14(log: CodedLog, series: Ints, day: Ints, done: Ints, week: Ints) -> Ints:
    """What each day adds to its week's credit: done sessions count up to the week's due, rounded up to whole ones.

    ``week`` is the first day of each day's week, a Monday or the beginning of seven days of a programme.
    """
    weeks = cols.run_starts(series, week)
    segments = log.segments
    # Sessions planned on days without a pause, observed or not.
    counter = segments.counter(segments.rate14, segments.status != PAUSED, on_weekdays=True)
    planned = counter.between(series[weeks], week[weeks], week[weeks] + 6)
    of_week = cols.run_numbers(weeks, len(day))
    limit = (-(-planned // 14) * 14)[of_week]
    total = cols.running_total(done)
    up_to_day = 14 * (total[1:] - total[weeks][of_week])
    added: Ints = np.minimum(up_to_day, limit) - np.minimum(up_to_day - 14 * done, limit)
    return added


DAY_STATUS = (
    *("not_prescribed", "log_not_handed_in", "paused", "not_logged", "unreadable"),
    *("skipped", "clinic", "extra", "done"),
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
    def _weeks(self) -> Rows:
        """Whole calendar weeks up to ``as_of`` of each series, from its first active day on.

        ``series``, ``monday``, ``due14``, ``done14`` (in fourteenths of a session) and ``clean``: nothing of the series
        was paused or unobserved.
        """
        segments, days, as_of_day = self.log.segments, self.days, self.log.as_of_day
        begins, ends = cols.run_starts(segments.series), cols.run_ends(segments.series)
        first = cols.monday_of(segments.first[begins])
        count = np.maximum((np.minimum(segments.last[ends], as_of_day) - first) // 7 + 1, 0)
        # A boundary before each week and after the last one: sums of weeks are differences of neighbours.
        bounds = count + 1
        series = np.repeat(segments.series[begins], bounds)
        monday = np.repeat(first, bounds) + 7 * cols.ranges(bounds)
        whole = np.append(series[1:] == series[:-1], False)[: len(series)] & (monday + 6 <= as_of_day)
        places = segments.places(cols.day_keys(series, monday - 1))
        counters = (segments.due14, segments.paused_days, segments.unobserved_days)
        done = days.totals["done"][np.searchsorted(days.keys, cols.day_keys(series, monday))]
        totals = (*(one.at(places) for one in counters), done)
        due14, paused, unobserved, done = (np.diff(total, append=0)[whole] for total in totals)
        clean, done14 = (paused == 0) & (unobserved == 0), np.minimum(14 * done, due14)
        return {"series": series[whole], "monday": monday[whole], "due14": due14, "done14": done14, "clean": clean}

    @cached_property
    def series_history(self) -> WeekHistory:
        """The design effects of series, of weeks with something due, nothing paused and nothing unobserved."""
        weeks = cols.picked(self._weeks, self._weeks["clean"] & (self._weeks["due14"] > 0))
        due14 = weeks["due14"]
        return week_history(weeks["series"], weeks["monday"] + 6, due14 / 14, weeks["done14"] / due14)

    @cached_property
    def patient_history(self) -> WeekHistory:
        """The design effects of patients, of weeks in which this holds for every series; sizes are sittings."""
        weeks = self._weeks
        keys, of = np.unique(
            cols.day_keys(self.log.series.patient[weeks["series"]], weeks["monday"]), return_inverse=True
        )
        amounts = (weeks["due14"], weeks["done14"], ~weeks["clean"])
        due14, done14, unclean = (cols.totals_of(of, amount, len(keys)) for amount in amounts)
        used = (unclean == 0) & (due14 > 0)
        monday, patient = cols.days_of_keys(keys[used]), keys[used] >> DAY_BITS
        sittings14 = self.sums(Windows(patient, monday, monday + 6, monday))["largest14"]
        return week_history(patient, monday + 6, sittings14 / 14, done14[used] / due14[used])

    @cached_property
    def _totals(self) -> dict[str, Ints]:
        daily = {
            "active_days": self._on(self.days.logged > 0),
            "exercise_days": self._on(self.days.exercise > 0),
            "due_days": self.has_status(DUE),
            "paused_days": self.paused,
            "unobserved_days": self.unobserved,
            "unreadable_days": self.has_status(UNREADABLE),
            "largest14": self.largest_due14,
        }
        return {name: cols.running_total(values) for name, values in daily.items()}

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
        owner = self.log.series.patient[self.days.series[chosen]]
        return self.offset[owner] + self.days.day[chosen] - self.first[owner]

    def _on(self, chosen: Bools) -> Ints:
        """1 on days on which one of these days of a series is."""
        values = np.zeros(int(self.offset[-1]), dtype=np.int64)
        values[self.places(chosen)] = 1
        return values

    def _laid_out(self, chosen: Bools, per_day: Ints, weekdays: int = EVERY_DAY) -> Ints:
        """The largest ``per_day`` (of each segment) of the patient's series whose day is in a chosen one, else 0."""
        segments = self.log.segments
        first, last = segments.first[chosen], np.minimum(segments.last[chosen], self.log.as_of_day)
        value, owner = per_day[chosen], self.log.series.patient[segments.series[chosen]]
        # Ten exercises mostly share their days: each distinct stretch is laid out once, the largest value last.
        order = np.lexsort((last, first, owner, value))
        once = order[cols.run_starts(value[order], owner[order], first[order], last[order])]
        first, last, value, owner = first[once], last[once], value[once], owner[once]
        length = np.maximum(last - first + 1, 0)
        begin = self.offset[owner] + first - self.first[owner]
        values = np.zeros(int(self.offset[-1]), dtype=np.int64)
        place, value = np.repeat(begin, length) + cols.ranges(length), np.repeat(value, length)
        if weekdays != EVERY_DAY:
            on = weekdays >> (np.repeat(first, length) + cols.ranges(length) + 3) % 7 & 1 == 1
            place, value = place[on], value[on]
        values[place] = value
        return values

    def has_status(self, *statuses: int) -> Ints:
        """1 on days on which any series has one of these."""
        segments = self.log.segments
        return self._laid_out(np.isin(segments.status, statuses), np.ones_like(segments.series))

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

    One row per patient and day: ``patient_id``, ``day``, ``status`` (the first of ``DAY_STATUS`` that holds;
    ``unreadable``: something was written that day, or in the week of a plan of fewer than seven days, that could not be
    read), ``exercises`` (in how many series a session was done).
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
    day = grid.first[patient] + cols.ranges(grid.span)
    return cols.table_of(
        {
            "patient_id": log.patient_labels(patient),
            "day": cols.dates_from(day),
            "status": cols.categories(status, DAY_STATUS),
            "exercises": cols.whole(exercises),
        }
    )
