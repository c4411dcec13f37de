"""Events after reviews and visits with decisions: which flags stay open, and what is still held."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pandas as pd

from tests.reference.naive_events import RED, all_events, is_within
from tests.reference.naive_sessions import DAY, Patient, Row, Series, as_date, patients_of, records

LETS_GO = ("keep", "harder", "easier")
HOLDS_ON = ("stop", "refer")
STANDING = ("fall", "skin", "dizziness")


def random_decisions(seed: int, study: Any) -> dict[str, pd.DataFrame]:
    """Events of every patient, reviews of some, and visits, with all kinds of decisions."""
    maker = random.Random(2000 + seed)
    reviews: list[Row] = []
    visits: list[Row] = []
    last = as_date(study.as_of)
    events = [
        {
            "patient_id": patient_id,
            "occurred_on": str(last - maker.randint(0, 45) * DAY),
            "kind": maker.choice(("fall", "fall", "dizziness", "skin", "chest_pain", "spasm")),
            "during_exercise": maker.choice((None, *study.prescriptions["exercise"].astype(str))),
            "injury": maker.choice((None, "yes", "no")),
        }
        for patient_id in study.patient_ids
        for _ in range(maker.choice((1, 2, 3)))
    ]
    for event in events:
        day = as_date(event["occurred_on"])
        for _ in range(maker.choice((0, 1, 1, 2))):
            reviews.append(
                {
                    "patient_id": event["patient_id"],
                    "reviewed_at": f"{day + maker.randint(0, 20) * DAY} 10:00",
                    "subject": maker.choice(("flag", "flag", "flag", "log")),
                    "rule_id": maker.choice((event["kind"], event["kind"], "fall")),
                    "day": str(day + maker.choice((0, 0, 0, 1)) * DAY),
                    "exercise": maker.choice((event["during_exercise"], event["during_exercise"], None)),
                    "decision": maker.choice(("seen", *LETS_GO, *HOLDS_ON)),
                }
            )
        if maker.random() < 0.5:
            seen_on = str(day + maker.randint(0, 20) * DAY)
            decision = maker.choice((None, "keep", "easier", *HOLDS_ON))
            visits.append({"patient_id": event["patient_id"], "visited_on": seen_on, "decision": decision})
    tables = {"events": events, "reviews": reviews, "visits": visits}
    return {name: pd.DataFrame(rows).astype(object) for name, rows in tables.items()}


class Decided:
    """One patient with reviews and visits up to `as_of`."""

    def __init__(self, study: Any, patient: Patient) -> None:
        self.patient = patient
        own = [row for row in records(study.reviews) if row["patient_id"] == patient.id and row["subject"] == "flag"]
        self.reviews = [row for row in own if as_date(row["reviewed_at"]) <= patient.as_of]
        self.visits = [row for row in records(study.visits) if row["patient_id"] == patient.id]
        self.visits = [row for row in self.visits if as_date(row["visited_on"]) <= patient.as_of]

    def reviews_of(self, event: Row) -> list[Row]:
        """ "(same patient, rule, exercise, day)"; "if the day holds more happenings of that rule than reviews, it stays
        open"."""

        def key(row: Row, rule: str) -> tuple[Any, ...]:
            exercise = row["exercise"] if "exercise" in row else row["during_exercise"]
            return row[rule], as_date(row["day"]) if row["day"] is not None else None, exercise

        found = [row for row in self.reviews if key(row, "rule_id") == key(event, "kind")]
        alike = [other for other in all_events(self.patient) if key(other, "kind") == key(event, "kind")]
        return found if len(found) >= len(alike) else []

    def later_visits(self, event: Row, *decisions: str | None) -> list[dt.date]:
        days = [as_date(row["visited_on"]) for row in self.visits if row["decision"] in decisions]
        return [day for day in days if day > event["day"]]

    def followed(self, event: Row) -> bool:
        """ "until a visit on a later day or a review of it"."""
        return bool(self.reviews_of(event)) or bool(self.later_visits(event, None, *LETS_GO, *HOLDS_ON))

    def severity(self, event: Row) -> str | None:
        """How an event is flagged; None where its flag is closed."""
        age = (self.patient.as_of - event["day"]).days
        if self.followed(event):
            return None
        if age <= 28:
            kind = event["kind"]
            return "red" if kind in RED else "amber" if kind in ("dizziness", "skin") else "note"
        # "a red event that neither visit nor review followed stays amber for 90 days"
        return "amber" if event["kind"] in RED and age <= 90 else None

    def holds_still(self, event: Row) -> bool:
        """ "What an event holds (section 8) is let go by `keep`, `harder`, `easier`; after `seen`, `stop` and `refer`
        (of a visit too: `stop`, `refer`) the hold stays until one of those."."""
        reviews = self.reviews_of(event)

        def reviewed(*decisions: str) -> list[dt.date]:
            return [as_date(row["reviewed_at"]) for row in reviews if row["decision"] in decisions]

        if reviewed(*LETS_GO) or self.later_visits(event, *LETS_GO):
            return False
        on = reviewed(*HOLDS_ON) + self.later_visits(event, *HOLDS_ON)
        plain = self.later_visits(event, None)
        # a visit without a decision closes what no `stop` or `refer` holds already
        if plain and (not on or min(plain) < min(on)):
            return False
        if on or reviewed("seen"):
            return True
        return is_within(self.patient, event["day"], 7 if event["kind"] == "dizziness" else 29)

    def held(self, series: Series, position: str) -> bool:
        """Whether an event, near falls left out, holds a series."""
        for event in all_events(self.patient):
            kind, standing = event["kind"], position == "standing"
            if not self.holds_still(event):
                continue
            if kind in RED and kind != "fall":
                return True
            if kind == "fall" and (event["injury"] == "yes" or event["during_exercise"] == series[0]):
                return True
            if kind in STANDING and standing:
                return True
        return False


def naive_reviewed(study: Any, as_of: Any = None) -> tuple[set[tuple[Any, ...]], dict[tuple[str, str, str], bool]]:
    """The event flags that are open (patient, kind, severity, day), and which active series an event holds."""
    flags: set[tuple[Any, ...]] = set()
    held = {}
    for patient in patients_of(study, as_of):
        decided = Decided(study, patient)
        for event in all_events(patient):
            severity = decided.severity(event)
            if severity is not None:
                flags.add((patient.id, event["kind"], severity, event["day"]))
        for series in patient.series():
            version = patient.version_on(series, patient.as_of)
            if version is not None:
                held[patient.id, *series] = decided.held(series, version["position"])
    return flags, held
