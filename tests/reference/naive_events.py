"""Falls and other events of a patient: which are open, and what they hold."""

from __future__ import annotations

import datetime as dt

from tests.reference.naive_sessions import Patient, Row, Series

RED = (
    "fall",
    "chest_pain",
    "breathlessness",
    "calf_swelling",
    "new_weakness",
    "numbness",
    "bladder_bowel",
    "speech_face_vision",
    "seizure",
    "hospital",
)


def followed_by_visit(patient: Patient, day: dt.date) -> bool:
    """ "a visit on a later day"."""
    return any(visit > day for visit in patient.visits)


def is_open(patient: Patient, day: dt.date) -> bool:
    """ "An event (near falls too) is **open** until a visit on a later day, at most 28 days"."""
    # "At most N days before": as_of − day ≤ N
    return (patient.as_of - day).days <= 28 and not followed_by_visit(patient, day)


def is_within(patient: Patient, day: dt.date, count: int) -> bool:
    """ "Within N days": as_of − N < day ≤ as_of."""
    return (patient.as_of - day).days < count


def all_events(patient: Patient) -> list[Row]:
    """Events but near falls, the falls of check-ins among them; near falls are counted in `near_falls`."""
    found = [
        {name: row[name] for name in ("day", "kind", "during_exercise", "injury")}
        for row in patient.events
        if row["kind"] != "near_fall"
    ]
    fell = {row["day"] for row in found if row["kind"] == "fall"}
    # "`fell=yes` is a fall event"; "A fall in events and in that day's check-in is one fall"
    for row in patient.checkins:
        if row["fell"] == "yes" and row["day"] not in fell:
            fell.add(row["day"])
            found.append({"day": row["day"], "kind": "fall", "during_exercise": None, "injury": None})
    return found


def near_falls(patient: Patient) -> dict[dt.date, int]:
    """Day → near falls: "of near falls the larger count holds"."""
    told: dict[dt.date, int] = {}
    for row in patient.events:
        if row["kind"] == "near_fall":
            told[row["day"]] = told.get(row["day"], 0) + 1
    asked: dict[dt.date, int] = {}
    for row in patient.checkins:
        if row["near_falls"]:
            asked[row["day"]] = max(asked.get(row["day"], 0), int(row["near_falls"]))
    return {day: max(told.get(day, 0), asked.get(day, 0)) for day in told | asked}


def open_near_falls(patient: Patient) -> int:
    """Near falls of the last 14 days that no visit followed."""
    counts = near_falls(patient)
    return sum(count for day, count in counts.items() if is_within(patient, day, 14) and is_open(patient, day))


def held_by_event(patient: Patient, series: Series, position: str) -> bool:
    """ "what an open event holds"."""
    standing = position == "standing"
    for event in all_events(patient):
        if not is_open(patient, event["day"]):
            continue
        kind = event["kind"]
        if kind in RED and kind != "fall":
            return True  # "all exercises for the red kinds except fall"
        if kind == "fall" and (standing or event["during_exercise"] == series[0] or event["injury"] == "yes"):
            return True  # "a fall: standing exercises, the exercise it happened in, and all if injury"
        if kind == "skin" and standing:
            return True
        if kind == "dizziness" and standing and is_within(patient, event["day"], 7):
            return True  # "dizziness (7 days)"
    # "two near falls within 14 days: standing exercises"
    return standing and open_near_falls(patient) >= 2


def near_fall_during(patient: Patient, exercise: str) -> bool:
    """ "no near fall during it within 14 days"."""
    return any(
        row["kind"] == "near_fall" and row["during_exercise"] == exercise and is_within(patient, row["day"], 14)
        for row in patient.events
    )
