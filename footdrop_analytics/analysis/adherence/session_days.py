"""What happened on each day of each series: sessions by kind, what counts, and the dose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from footdrop_analytics.analysis.log.arrays import (
    Bools,
    Floats,
    Ints,
    day_keys,
    monday_of,
    reduced,
    run_lengths,
    run_numbers,
    run_starts,
    running_total,
)
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.days.day_values import day_dose
from footdrop_analytics.analysis.log.segments import DUE, UNOBSERVED


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
        return day_keys(self.series, self.day)

    @cached_property
    def totals(self) -> dict[str, Ints]:
        """Running totals of the counts, for sums over any stretch of days; with ``active_days`` and ``dose_days``."""
        counts = {name: getattr(self, name) for name in ("logged", "done", "skipped", "clinic", "extra", "credited14")}
        counts |= {"active_days": self.logged > 0, "dose_days": self.dose_known}
        return {name: running_total(values) for name, values in counts.items()}

    @property
    def dose_known(self) -> Bools:
        """Days with a logged session on which the dose and the prescribed dose are known."""
        return (self.logged > 0) & ~np.isnan(self.dose) & ~np.isnan(self.asked)


def series_days(log: CodedLog) -> SeriesDays:
    """Gather the entries of a log by series and day."""
    entries = log.entries
    begins = run_starts(entries.series, entries.session)
    done, skipped = log.done, entries.holds("status", "skipped")
    has_done = _any(done, begins)
    # A clinic session is one whose done rows were all logged as done at a visit.
    at_home = _any(done & (~entries.holds("source", "clinic")), begins)
    is_skipped = _any(skipped, begins) & ~has_done
    series, day = entries.series[begins], entries.day[begins]
    days = run_starts(series, day)
    exercise, home, skips = (_count(which, days) for which in (has_done, at_home, is_skipped))
    counts = done & np.repeat(at_home, run_lengths(begins, len(done)))
    dose = day_dose(log, np.where(counts, log.dose, 0.0), begins[days])
    series, day = series[days], day[days]
    return _as_counted(log, series, day, exercise, home, skips, dose)


def _any(flags: Bools, begins: Ints) -> Bools:
    return reduced(np.logical_or, flags, begins)


def _count(flags: Bools, begins: Ints) -> Ints:
    counts: Ints = np.diff(running_total(flags)[np.append(begins, len(flags))])
    return counts


def _as_counted(
    log: CodedLog, series: Ints, day: Ints, exercise: Ints, home: Ints, skips: Ints, dose: Floats
) -> SeriesDays:
    segments, versions = log.segments, log.versions
    segment = segments.at(series, day)
    active = segment >= 0
    held = np.maximum(segment, 0)
    status = np.where(active, segments.status[held], -1) if len(segments.status) else np.full(len(day), -1)
    due, observed = status == DUE, ~np.isin(status, UNOBSERVED)
    version = segments.version[held] if len(segments.version) else held
    per_day = np.where(due, versions.sessions_per_day[version], 0) if len(versions.start) else np.zeros_like(day)
    asked_dose = versions.session_dose[version] if len(versions.start) else np.full(len(day), np.nan)
    done = np.where(due, np.minimum(home, per_day), 0)
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
        credited14=credit14(log, series, day, done, monday_of(day)),
        dose=np.where(due & (home > 0), dose, np.nan),
        asked=np.where(due, done * asked_dose, np.nan),
    )


def credit14(log: CodedLog, series: Ints, day: Ints, done: Ints, week: Ints) -> Ints:
    """What each day adds to its week's credit: done sessions count up to the week's due, rounded up to whole ones.

    ``week`` is the first day of each day's week, a Monday or the beginning of seven days of a programme.
    """
    weeks = run_starts(series, week)
    planned = log.segments.planned14.between(series[weeks], week[weeks], week[weeks] + 6)
    of_week = run_numbers(weeks, len(day))
    limit = (-(-planned // 14) * 14)[of_week]
    total = running_total(done)
    up_to_day = 14 * (total[1:] - total[weeks][of_week])
    added: Ints = np.minimum(up_to_day, limit) - np.minimum(up_to_day - 14 * done, limit)
    return added
