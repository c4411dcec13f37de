"""Review flags from how series are practised: more help, too much, pauses."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.flags.evidence import Evidence, flag_rows, series_flags
from footdrop_analytics.analysis.log.arrays import TOLERANCE, Ints, day_keys, run_starts, running_total
from footdrop_analytics.analysis.log.rows import Groups, Rows
from footdrop_analytics.analysis.log.segments import DUE, PAUSED
from footdrop_analytics.analysis.wording import number, together
from footdrop_analytics.wording.language import how_many, translated


def help_flags(evidence: Evidence) -> list[Rows]:
    """More help than prescribed on one of the last three days."""
    practice = evidence.practice
    helped = practice.of_last_days(practice.tried_days.more_help) == 1
    chosen = np.flatnonzero(helped.any(axis=1) & practice.has_last_days)
    day = np.nan_to_num(practice.of_last_days(practice.tried_days.day), nan=-1.0)
    latest = np.where(helped, day, -1).max(axis=1, initial=-1).astype(np.int64)[chosen]
    series = practice.series[chosen]
    told = together(
        lambda n: how_many("on {n} of the last {count} day", "on {n} of the last {count} days", helped.shape[1], n=n),
        helped.sum(axis=1)[chosen],
    )
    message = evidence.of_series(
        series, lambda name: translated("{series}: done with more help than prescribed.", series=name)
    )
    return [series_flags(evidence, "more_help", series, latest, message, told)]


def over_doing_flags(evidence: Evidence) -> list[Rows]:
    """Far more than was due over the last due days: by dose, by sessions where the dose is unknown."""
    log, days, rule = evidence.log, evidence.days, evidence.rules.flags["over_doing"]
    series, first = _first_of_last_due_days(evidence, evidence.limit("over_doing", "due_days"))
    as_of = np.full(len(series), log.as_of_day)
    segments, versions = log.segments, log.versions
    due = segments.status == DUE
    dose = versions.session_dose[segments.version]
    due14 = segments.due14.between(series, first, as_of)
    unknown = segments.counter(np.ones_like(segments.rate14), due & np.isnan(dose)).between(series, first, as_of) > 0
    # A dose is a whole or short decimal number; in thousandths its sums are exact.
    milli = np.rint(1000 * np.nan_to_num(dose, nan=0.0)).astype(np.int64)
    due_dose = segments.counter(segments.rate14 * milli, due, on_weekdays=True).between(series, first, as_of) / 14000
    one_session = np.nan_to_num(versions.session_dose[evidence.practice.version[evidence.practice.number_of[series]]])
    low = np.searchsorted(days.keys, day_keys(series, first))
    high = np.searchsorted(days.keys, day_keys(series, as_of), side="right")
    logged_total = running_total(days.logged)
    logged = logged_total[high] - logged_total[low]
    dosed = (days.logged > 0) & days.due
    lost = running_total((dosed & np.isnan(days.dose)).astype(np.int64))
    unknown |= lost[high] - lost[low] > 0
    done_total = running_total(np.rint(1000 * np.where(dosed, np.nan_to_num(days.dose, nan=0.0), 0.0)).astype(np.int64))
    done = (done_total[high] - done_total[low]) / 1000
    ratio = rule.parameters["ratio"]
    # Where less than one session is due in these days, a single session is no excess.
    by_dose = ~unknown & (done > ratio * np.maximum(due_dose, one_session) + TOLERANCE)
    by_count = unknown & (14 * logged > ratio * due14 + TOLERANCE)
    by_count &= 14 * logged - due14 >= 14 * rule.parameters["min_extra_sessions"] - TOLERANCE
    chosen = np.flatnonzero(by_dose | by_count)
    told = together(
        _told_of_excess,
        logged[chosen],
        due14[chosen],
        done[chosen],
        due_dose[chosen],
        by_count[chosen],
        evidence.log.counts_seconds[evidence.log.series.exercise[series[chosen]]],
    )
    message = evidence.of_series(
        series[chosen],
        lambda name: how_many(
            "{series}: far more than was due over the last {count} due day.",
            "{series}: far more than was due over the last {count} due days.",
            evidence.limit("over_doing", "due_days"),
            series=name,
        ),
    )
    return [series_flags(evidence, "over_doing", series[chosen], as_of[chosen], message, told)]


def _told_of_excess(logged: int, due14: float, done: float, due: float, by_count: bool, in_seconds: bool) -> str:
    """Sessions logged and due, and the dose of both where it is known."""
    said = how_many(
        "{count} session logged, about {due} due",
        "{count} sessions logged, about {due} due",
        logged,
        due=round(due14 / 14),
    )
    if by_count:
        return said
    if in_seconds:
        return translated(
            "{sessions}; {done} seconds done, {due} due", sessions=said, done=number(done), due=number(due)
        )
    return translated(
        "{sessions}; {done} repetitions done, {due} due", sessions=said, done=number(done), due=number(due)
    )


def _first_of_last_due_days(evidence: Evidence, count: int) -> tuple[Ints, Ints]:
    """Active series that have so many due days up to ``as_of``, and the first of their last so many."""
    log = evidence.log
    segments = log.segments
    due = np.flatnonzero((segments.status == DUE) & (segments.first <= log.as_of_day))
    first = segments.first[due]
    length = np.minimum(segments.last[due], log.as_of_day) - first + 1
    total = running_total(length)
    begins = run_starts(segments.series[due])
    ends = np.append(begins[1:], len(due)) if len(begins) else begins
    series = segments.series[due][begins]
    enough = (total[ends] - total[begins] >= count) & (evidence.practice.number_of[series] >= 0)
    wanted = total[ends][enough] - count
    place = np.searchsorted(total, wanted, side="right") - 1
    return series[enough], first[place] + wanted - total[place]


def paused_flags(evidence: Evidence) -> list[Rows]:
    """Exercise on paused days: one flag per patient and exercise."""
    log, days = evidence.log, evidence.days
    recent = (days.exercise > 0) & (days.day > log.as_of_day - evidence.limit("paused_exercise", "days"))
    series, day = days.series[recent], days.day[recent]
    segment = log.segments.at(series, day)
    paused = segment >= 0
    paused[paused] = log.segments.status[segment[paused]] == PAUSED
    series, day = series[paused], day[paused]
    # A day on which both sides were exercised is one day.
    exercises = len(log.counts_seconds)
    of_exercise = log.series.patient[series] * exercises + log.series.exercise[series]
    order = np.lexsort((day, of_exercise))
    once = order[run_starts(of_exercise[order], day[order])]
    groups, day = Groups(of_exercise[once]), day[once]
    patient, exercise = groups.keys // exercises, groups.keys % exercises
    message = together(
        lambda name: translated("{exercise}: exercise logged on a paused day.", exercise=name),
        evidence.exercise_names[exercise],
    )
    told = together(lambda n: how_many("on {count} day", "on {count} days", n), groups.sizes)
    severity = evidence.rules.flags["paused_exercise"].severity
    return [flag_rows("paused_exercise", severity, patient, groups.highest(day), message, told, exercise)]
