"""Persistence, gap by gap."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from fractions import Fraction
from typing import Any

from tests.reference.naive_adherence import CodedLog
from tests.reference.naive_sessions import Patient, Row, Series, as_date, days_between, default_as_of, patients_of


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


def gaps_of(patient: Patient, series: Series) -> tuple[list[list[dt.date]], list[dt.date]]:
    """(the gaps between consecutive exercise days, the open gap), each as its due days."""
    first = min(version["start"] for version in patient.versions_of(series))
    log = CodedLog(patient, series)
    due = [day for day in days_between(first, patient.as_of) if patient.kind_of_day(series, day) == "due"]
    # "An exercise day is a due day with an exercise session, here clinic sessions too."
    exercised = [day for day in due if day in log.exercise_sessions or day in log.clinic_sessions]
    closed = [[day for day in due if before < day < after] for before, after in itertools.pairwise(exercised)]
    # "the open gap after the last one (from `first_due` on if there is none) up to `as_of`"
    opened = [day for day in due if not exercised or day > exercised[-1]]
    return [gap for gap in closed if gap], opened


def persistence_of(patient: Patient, series: Series) -> Row:
    first = min(version["start"] for version in patient.versions_of(series))
    log = CodedLog(patient, series)
    as_of = patient.as_of
    due = [day for day in days_between(first, as_of) if patient.kind_of_day(series, day) == "due"]
    logged = [day for day in due if log.logged(day)]
    exercised = [day for day in due if day in log.exercise_sessions or day in log.clinic_sessions]
    closed, opened = gaps_of(patient, series)
    first_due = due[0] if due else None
    follow_up_end = due[-1] if due else None
    # "`lapsed`: a version is active on `as_of`, open gap ≥ 7 and ≥ 2 missed in it"
    active = patient.version_on(series, as_of) is not None
    discontinued = len(opened) >= 28
    time: int | None = None
    if first_due is not None and follow_up_end is not None:
        # "from first_due to the last exercise day, or 0 without one, if event; else to follow_up_end"
        if discontinued:
            time = (exercised[-1] - first_due).days if exercised else 0
        else:
            time = (follow_up_end - first_due).days
    return {
        "patient_id": patient.id,
        "exercise": series[0],
        "side": series[1],
        "first_due": first_due,
        "first_session": logged[0] if logged else None,
        "last_session": logged[-1] if logged else None,
        "initiation_days": (logged[0] - first_due).days if logged and first_due else None,
        "days_since_last": (as_of - logged[-1]).days if logged else None,
        # where nothing was ever due no gap can be counted: missing, not 0
        "longest_gap_days": max(len(gap) for gap in [*closed, opened]) if due else None,
        "interruptions": sum(missed(patient, series, gap) >= 3 for gap in [*closed, opened]) if due else None,
        "open_gap_days": len(opened) if due else None,
        "lapsed": active and len(opened) >= 7 and missed(patient, series, opened) >= 2,
        "discontinued": discontinued,
        "follow_up_end": follow_up_end,
        "event": discontinued,
        "time_days": time,
    }


def naive_persistence(study: Any, as_of: Any = None) -> list[Row]:
    day = default_as_of(study) if as_of is None else as_date(as_of)
    # "per prescribed series", also before its first version begins
    return [
        persistence_of(patient, series)
        for patient in patients_of(study, day)
        for series in patient.series()
        if patient.versions_of(series)
    ]
