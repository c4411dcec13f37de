"""Open review flags of the clearly specified kinds, as a set of (patient_id, rule_id, severity, day, exercise).

`day` is given for events only, `exercise` for the kinds that belong to one; elsewhere they are None.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import statistics
from fractions import Fraction
from typing import Any

from tests.reference.naive_adherence import CodedLog
from tests.reference.naive_events import (
    RED,
    all_events,
    followed_by_visit,
    is_open,
    is_within,
    near_falls,
    open_near_falls,
)
from tests.reference.naive_persistence import gaps_of, missed, persistence_of
from tests.reference.naive_readiness import Outlook, more_help, rejected_lately
from tests.reference.naive_sessions import (
    DAY,
    Patient,
    Row,
    Series,
    days_between,
    patients_of,
)
from tests.reference.naive_trends import as_prescribed, day_value, difficulty, primary, runs, target_of

Flag = tuple[str, str, str, dt.date | None, str | None]
HEALTH = ("pain", "fatigue", "unwell", "afraid", "told_to_stop")
TINY = 1e-9


def event_flags(patient: Patient) -> set[Flag]:
    found: set[Flag] = set()
    for event in all_events(patient):
        kind, day = event["kind"], event["day"]
        severity = "red" if kind in RED else "amber" if kind in ("dizziness", "skin") else "note"
        if is_open(patient, day):
            found.add((patient.id, kind, severity, day, None))
        elif kind in RED and not followed_by_visit(patient, day) and (patient.as_of - day).days <= 90:
            # "a red event that no visit followed stays amber for 90 days"
            found.add((patient.id, kind, "amber", day, None))
    # "two near falls in 14 days or one during an exercise"; "(near falls too)" are open until a visit
    during = [row for row in patient.events if row["kind"] == "near_fall" and row["during_exercise"]]
    lately = [row for row in during if is_within(patient, row["day"], 14) and is_open(patient, row["day"])]
    if open_near_falls(patient) >= 2 or lately:
        found.add((patient.id, "near_falls", "amber", None, None))
    return found


def worst_pain(patient: Patient) -> dict[dt.date, float]:
    """ "daily worst pain": the highest of the day's rows and check-in."""
    found: dict[dt.date, float] = {}
    ratings = [(row["day"], row["pain_0_10"]) for row in patient.checkins]
    ratings += [(session["day"], row["pain_0_10"]) for session in patient.sessions for row in session["rows"]]
    for day, pain in ratings:
        if pain is not None:
            found[day] = max(pain, found.get(day, 0.0))
    return dict(sorted(found.items()))


def high_days(patient: Patient, pains: dict[dt.date, float]) -> list[dt.date]:
    """ "pain ≥ min(10, max(7, usual + 2))"."""
    usual = patient.info.get("usual_pain_0_10") or 0
    return [day for day, pain in pains.items() if pain >= min(10, max(7, usual + 2)) - TINY]


def rising_days(pains: dict[dt.date, float]) -> list[dt.date]:
    """ "daily worst pain ≥ 4 and ≥ 2 above the median of the 14 days before (≥ 5 rated) on two rated days running": the
    second of these days."""
    high = {}
    for day, pain in pains.items():
        before = [value for other, value in pains.items() if day - 14 * DAY <= other < day]
        high[day] = len(before) >= 5 and pain >= 4 - TINY and pain >= statistics.median(before) + 2 - TINY
    return [second for first, second in itertools.pairwise(pains) if high[first] and high[second]]


def pain_flags(patient: Patient) -> set[Flag]:
    found: set[Flag] = set()
    pains = worst_pain(patient)
    # "pain flags close in the same way"
    if any(is_open(patient, day) for day in high_days(patient, pains)):
        found.add((patient.id, "high_pain", "red", None, None))
    if any(is_within(patient, day, 14) and is_open(patient, day) for day in rising_days(pains)):
        found.add((patient.id, "pain_rise", "amber", None, None))
    # who neither logged anything lately nor has anything prescribed has nothing to rate
    logged_lately = any(is_within(patient, session["day"], 28) for session in patient.sessions)
    if (logged_lately or active_series(patient)) and not any(is_within(patient, day, 28) for day in pains):
        found.add((patient.id, "no_pain_rating", "note", None, None))
    return found


def active_series(patient: Patient) -> list[Series]:
    return [series for series in patient.series() if patient.version_on(series, patient.as_of) is not None]


def run_days(outlook: Outlook) -> dict[dt.date, float]:
    """The known values of the current run, day by day."""
    patient, series = outlook.patient, outlook.series
    run = runs(patient, series)[-1]
    measure = primary(patient, series[0])
    found: dict[dt.date, float] = {}
    for day, rows in outlook.tried.items():
        right = [row for row in rows if as_prescribed(row, run[-1])]
        if day >= run[0]["start"] and right:
            value = day_value(patient, series, measure, right, day)
            if value is not None:
                found[day] = value
    return found


def is_declining(outlook: Outlook) -> bool:
    """ "median of the last 5 days ≥ margin and ≥ 30 % below that of the up to 20 days before (b ≥ 10 of them), and by
    at least 3 × s × √(1.5 × (1/5 + 1/b)), s = their SD, at least 0.8"."""
    known = list(run_days(outlook).values())
    before = known[:-5][-20:]
    if len(before) < 10:
        return False
    drop = statistics.median(before) - statistics.median(known[-5:])
    noise = 3 * max(statistics.stdev(before), 0.8) * math.sqrt(1.5 * (1 / 5 + 1 / len(before)))
    margin = outlook.margin()
    assert margin is not None
    return drop >= margin - TINY and drop >= 0.3 * statistics.median(before) - TINY and drop >= noise - TINY


def is_slipping(outlook: Outlook) -> bool:
    """ "for some k from 3 to 7, x ≥ 2 of the run's last k days lie below the target, b ≤ n / 2 of the n ≥ 8 days before
    did, and the beta-binomial probability of x or more of k (parameters ½ + b, ½ + n − b) is < 0.005 (< 0.001 where
    the median gap between days is under 2)"."""
    days = run_days(outlook)
    target = target_of(outlook.patient, runs(outlook.patient, outlook.series)[-1][-1])
    if target is None or len(days) < 11:
        return False
    gaps = [(second - first).days for first, second in itertools.pairwise(days)]
    limit = 0.001 if statistics.median(gaps) < 2 else 0.005
    below = [value < target - TINY for value in days.values()]
    for k in range(3, 8):
        earlier, x = below[:-k], sum(below[-k:])
        n, b = len(earlier), sum(earlier)
        if n >= 8 and x >= 2 and b <= n / 2 and at_least(x, k, 0.5 + b, 0.5 + n - b) < limit:
            return True
    return False


def at_least(x: int, k: int, alpha: float, beta: float) -> float:
    """The beta-binomial probability of x or more of k."""

    def log_beta(one: float, other: float) -> float:
        return math.lgamma(one) + math.lgamma(other) - math.lgamma(one + other)

    return sum(
        math.comb(k, hits) * math.exp(log_beta(hits + alpha, k - hits + beta) - log_beta(alpha, beta))
        for hits in range(x, k + 1)
    )


def is_overdone(patient: Patient, series: Series) -> bool:
    """ "done dose > 1.5 × due dose over the last 7 due days (extra sessions left out; sessions, where dose is unknown:
    > 1.5 × and ≥ 3 over)"."""
    first = patient.versions_of(series)[0]["start"]
    days = [day for day in days_between(first, patient.as_of) if patient.kind_of_day(series, day) == "due"][-7:]
    if len(days) < 7:
        return False
    log = CodedLog(patient, series)
    due = sum((log.daily_due(day) for day in days), Fraction(0))
    logged = sum(log.logged(day) for day in days)
    doses = [log.day_dose(day) for day in days if log.logged(day)]
    plans = [log.prescribed_dose(day) for day in days]
    if None in doses or None in plans:
        return logged > due * Fraction(3, 2) and logged - due >= 3
    planned = sum((plan * log.daily_due(day) for plan, day in zip(plans, days, strict=True) if plan), Fraction(0))
    return sum((dose for dose in doses if dose), Fraction(0)) > planned * Fraction(3, 2)


def side_mismatch(patient: Patient, series: Series) -> bool:
    """ "a series active on `as_of` has no row in 28 days while its exercise is logged on a side that is not
    prescribed"."""
    for key, side in patient.series():
        for day, _ in patient.parts((key, side)):
            if key != series[0] or not is_within(patient, day, 28):
                continue
            if side == series[1]:
                return False
    # a side prescribed neither on the day of the row nor on `as_of`
    return any(
        is_within(patient, day, 28)
        and patient.version_on(other, day) is None
        and patient.version_on(other, patient.as_of) is None
        for other in patient.series()
        if other[0] == series[0]
        for day, _ in patient.parts(other)
    )


def series_flags(patient: Patient) -> set[Flag]:
    found: set[Flag] = set()
    gone = []
    for series in active_series(patient):
        version = patient.version_on(series, patient.as_of)
        assert version is not None
        outlook = Outlook(patient, series, version)
        days = outlook.last_three() or []
        if any(more_help(row, version) for day in days for row in outlook.tried[day]):
            found.add((patient.id, "more_help", "amber", None, series[0]))
        if is_declining(outlook):
            found.add((patient.id, "decline", "amber", None, series[0]))
        if is_slipping(outlook):
            found.add((patient.id, "slipping", "amber", None, series[0]))
        if is_overdone(patient, series):
            found.add((patient.id, "over_doing", "amber", None, series[0]))
        if side_mismatch(patient, series):
            # "(lapse flags of that series are then withheld)"
            found.add((patient.id, "side_mismatch", "amber", None, series[0]))
            continue
        opened = gaps_of(patient, series)[1]
        if persistence_of(patient, series)["lapsed"] or missed(patient, series, opened) >= 3:
            gone.append(series)
    if gone:
        found.add((patient.id, "lapse", "amber", None, None))
    return found


def is_silent(patient: Patient) -> bool:
    """ "no log handed in for ≥ 14 days ... or, without a plan, 14 days without a row"."""
    if any(patient.versions_of(series) for series in patient.series()):
        # without an active prescription none is expected
        active, through = active_series(patient), patient.data_through
        last = days_between(patient.as_of - 13 * DAY, patient.as_of)
        dark = all(
            patient.kind_of_day(series, day) in ("unobserved", "unreadable") for series in active for day in last
        )
        stated = through is not None and (patient.as_of - through).days >= 14
        return bool(active) and (stated or dark)
    days = [session["day"] for session in patient.sessions]
    return bool(days) and (patient.as_of - max(days)).days >= 14


def names_a_fall(row: Row) -> bool:
    """ "red if its text holds a word for a fall"."""
    cells = json.loads(row["original"])
    if row["table"] == "checkins" and cells.get("fell") not in (None, "", "no"):
        return True
    text = " ".join(str(cell) for cell in cells.values()).replace("_", " ").replace("near fall", "")
    return bool({"fell", "fall", "falls", "fallen", "falling"} & set(text.lower().split()))


def other_flags(patient: Patient, rejected: list[Row]) -> set[Flag]:
    found: set[Flag] = set()
    # "two health-related skips in 14 days"
    skips = [
        row
        for session in patient.sessions
        for row in session["rows"]
        if is_within(patient, session["day"], 14) and row["status"] == "skipped" and row["skip_reason"] in HEALTH
    ]
    if len(skips) >= 2:
        found.add((patient.id, "health_skips", "amber", None, None))
    # "exercise on a paused day"
    for series in patient.series():
        log = CodedLog(patient, series)
        for day in [*log.exercise_sessions, *log.clinic_sessions]:
            if is_within(patient, day, 14) and log.kind(day) == "paused":
                found.add((patient.id, "paused_exercise", "amber", None, series[0]))
    if is_silent(patient):
        found.add((patient.id, "no_log", "amber", None, None))
    for row in rejected:
        found.add((patient.id, "rejected_report", "red" if names_a_fall(row) else "amber", None, None))
    # "a prescription that changes two difficulty fields at once"
    for series in patient.series():
        versions = patient.versions_of(series)
        for old, new in itertools.pairwise(versions):
            changed = sum(a != b for a, b in zip(difficulty(old), difficulty(new), strict=True))
            if changed >= 2 and new["start"] <= patient.as_of and is_within(patient, new["start"], 14):
                found.add((patient.id, "two_changes", "note", None, series[0]))
    return found


def flags_of(patient: Patient, rejected: list[Row]) -> set[Flag]:
    found = event_flags(patient) | pain_flags(patient) | series_flags(patient)
    assert all(count > 0 for count in near_falls(patient).values())
    return found | other_flags(patient, rejected)


def naive_flags(study: Any, as_of: Any = None) -> set[Flag]:
    """The open flags of every patient."""
    found: set[Flag] = set()
    for patient in patients_of(study, as_of):
        found |= flags_of(patient, rejected_lately(study, patient))
    return found
