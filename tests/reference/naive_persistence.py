"""Persistence, gap by gap."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from fractions import Fraction
from typing import Any

from tests.reference.naive_adherence import CodedLog, period_of
from tests.reference.naive_sessions import Patient, Row, Series, days_between, patients_of


def dpw(patient: Patient, series: Series, day: dt.date) -> Fraction:
    version = patient.version_on(series, day)
    assert version is not None
    return Fraction(version["days_per_week"])


def missed(patient: Patient, series: Series, gap: list[dt.date]) -> int:
    """ "floor(M − s), M = Σ over its due days of days_per_week / 7, s = 1 if days_per_week on the gap's last due day
    is under 7 ..., else 0; never below 0"."""
    if not gap:
        return 0
    total = sum((dpw(patient, series, day) for day in gap), Fraction(0)) / 7
    spared = 1 if dpw(patient, series, gap[-1]) < 7 else 0
    return max(0, math.floor(total - spared))


def ends_of_gaps(log: CodedLog, days: list[dt.date]) -> list[dt.date]:
    """Exercise days, and unreadable days: "they ... end a gap as an exercise day does"."""
    # "An exercise day is a due day with an exercise session, here clinic sessions too."
    return [
        day
        for day in days
        if (log.kind(day) == "due" and (day in log.exercise_sessions or day in log.clinic_sessions))
        or log.kind(day) == "unreadable"
    ]


def gaps_of(
    patient: Patient, series: Series, first: dt.date | None = None, last: dt.date | None = None
) -> tuple[list[list[dt.date]], list[dt.date], list[dt.date]]:
    """(the gaps between consecutive exercise days, the open gap, the days before the first), each as its due days."""
    begin = min(version["start"] for version in patient.versions_of(series))
    days = days_between(max(begin, first or begin), last or patient.as_of)
    log = CodedLog(patient, series)
    due = [day for day in days if log.kind(day) == "due"]
    if not due:
        return [], [], []
    ends = [day for day in ends_of_gaps(log, days) if day >= due[0]]
    closed = [[day for day in due if before < day < after] for before, after in itertools.pairwise(ends)]
    # "the open gap after the last one (from `first_due` on if there is none) up to `as_of`"
    opened = [day for day in due if not ends or day > ends[-1]]
    return [gap for gap in closed if gap], opened, [day for day in due if ends and day < ends[0]]


def persistence_of(patient: Patient, series: Series, first: dt.date | None = None, last: dt.date | None = None) -> Row:
    begin = min(version["start"] for version in patient.versions_of(series))
    log = CodedLog(patient, series)
    last = last or patient.as_of
    due = [day for day in days_between(max(begin, first or begin), last) if log.kind(day) == "due"]
    logged = [day for day in due if log.logged(day)]
    closed, opened, initial = gaps_of(patient, series, first, last)
    first_due = due[0] if due else None
    follow_up_end = due[-1] if due else None
    # "`lapsed`: a version is active on `as_of`, open gap ≥ 7 and ≥ 2 missed in it"
    active = patient.version_on(series, last) is not None
    # "`event` (any gap reached 28 due days)"; "the days from `first_due` to the first exercise day are a gap as well"
    reached = [gap[27] for gap in (*closed, opened, initial) if len(gap) >= 28]
    time: int | None = None
    if first_due is not None and follow_up_end is not None:
        time = ((min(reached) if reached else follow_up_end) - first_due).days
    return {
        "patient_id": patient.id,
        "exercise": series[0],
        "side": series[1],
        "first_due": first_due,
        "first_session": logged[0] if logged else None,
        "last_session": logged[-1] if logged else None,
        "initiation_days": (logged[0] - first_due).days if logged and first_due else None,
        "days_since_last": (last - logged[-1]).days if logged else None,
        # where nothing was ever due no gap can be counted: missing, not 0
        "longest_gap_days": max(len(gap) for gap in [*closed, opened]) if due else None,
        "interruptions": sum(missed(patient, series, gap) >= 3 for gap in [*closed, opened]) if due else None,
        "open_gap_days": len(opened) if due else None,
        "lapsed": active and len(opened) >= 7 and missed(patient, series, opened) >= 2,
        "discontinued": len(opened) >= 28,
        "follow_up_end": follow_up_end,
        "event": bool(reached),
        "time_days": time,
    }


def naive_persistence(
    study: Any, as_of: Any = None, start: Any = None, end: Any = None, log_through: Any = None
) -> list[Row]:
    found = []
    for patient in patients_of(study, as_of, log_through):
        period = period_of(study, patient, start, end, patient.first_day())
        if period is None:
            continue
        # "per prescribed series", also before its first version begins
        found += [
            persistence_of(patient, series, *period) for series in patient.series() if patient.versions_of(series)
        ]
    return found
