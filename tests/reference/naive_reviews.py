"""Events after reviews and visits with decisions: which flags stay open, and what is still held."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pandas as pd

from tests.reference.naive_events import RED, all_events, is_within, near_falls
from tests.reference.naive_flags import high_days, rising_days, worst_pain
from tests.reference.naive_sessions import DAY, Patient, Row, Series, as_date, patients_of, records

LETS_GO = ("keep", "harder", "easier")
HOLDS_ON = ("stop", "refer")
STANDING = ("fall", "skin", "dizziness")
OTHER_KINDS = ("fall", "fall", "near_fall", "dizziness", "skin", "chest_pain", "spasm")


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
            "kind": kind,
            "during_exercise": maker.choice((None, *study.prescriptions["exercise"].astype(str))),
            "injury": maker.choice((None, "yes", "no")),
        }
        for patient_id in study.patient_ids
        for kind in maker.choice(
            (maker.choices(OTHER_KINDS, k=maker.randint(1, 3)), ["near_fall"] * maker.randint(1, 4))
        )
    ]
    for event in events:
        day, kind = as_date(event["occurred_on"]), event["kind"]
        during, rules = event["during_exercise"], (kind, kind, "fall")
        if kind == "near_fall":
            # flags of near falls name no exercise
            during, rules = None, ("near_fall", "near_falls", "near_falls")
        for _ in range(maker.choice((0, 1, 1, 2))):
            reviews.append(
                {
                    "patient_id": event["patient_id"],
                    "reviewed_at": f"{day + maker.randint(0, 20) * DAY}{maker.choice(['', ' 10:00'])}",
                    "subject": maker.choice(("flag", "flag", "flag", "log")),
                    "rule_id": maker.choice(rules),
                    "day": str(day + maker.choice((0, 0, 0, 1)) * DAY),
                    "exercise": maker.choice((during, during, event["during_exercise"], None)),
                    "decision": maker.choice(("seen", *LETS_GO, *HOLDS_ON)),
                }
            )
        if maker.random() < 0.5:
            seen_on = str(day + maker.randint(0, 20) * DAY)
            decision = maker.choice((None, "keep", "easier", *HOLDS_ON))
            visits.append({"patient_id": event["patient_id"], "visited_on": seen_on, "decision": decision})
    for row in records(study.sessions):
        pain = row["pain_0_10"]
        if pain is not None and pain >= 4 and maker.random() < 0.5:
            day = as_date(row["performed_at"])
            answer = {
                "patient_id": row["patient_id"],
                "reviewed_at": f"{day + maker.randint(0, 5) * DAY}{maker.choice(['', ' 10:00'])}",
            }
            answer |= {"subject": "flag", "rule_id": maker.choice(("high_pain", "pain_rise")), "day": str(day)}
            reviews.append(answer | {"exercise": maker.choice((None, None, row["exercise"])), "decision": "seen"})
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
            # several near falls are one flag
            rule_id = "near_fall" if row[rule] == "near_falls" else row[rule]
            return rule_id, as_date(row["day"]) if row["day"] is not None else None, exercise

        found = [row for row in self.reviews if key(row, "rule_id") == key(event, "kind")]
        alike = [other for other in all_events(self.patient) if key(other, "kind") == key(event, "kind")]
        return found if len(found) >= len(alike) else []  # of near falls and pain one flag for the day

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

    def near_fall_flags(self) -> set[tuple[str, str, dt.date]]:
        """ "two near falls in 14 days or one during an exercise", of those that wait; every other one is a note."""
        counts = near_falls(self.patient)
        waiting = [day for day in counts if self.severity(near_fall_of(day)) is not None]
        lately = [day for day in waiting if is_within(self.patient, day, 14)]
        told = [row for row in self.patient.events if row["kind"] == "near_fall" and row["day"] in lately]
        if sum(counts[day] for day in lately) < 2 and not any(row["during_exercise"] for row in told):
            return {("near_fall", "note", day) for day in waiting}
        others = {("near_fall", "note", day) for day in waiting if day not in lately}
        return {("near_falls", "amber", max(lately))} | others

    def pain_flags(self) -> set[tuple[str, str, dt.date]]:
        """ "pain flags close in the same way": one flag for the latest such day of 14, or that waits still."""
        pains, found = worst_pain(self.patient), set()
        for rule, severity, days in (
            ("high_pain", "red", high_days(self.patient, pains)),
            ("pain_rise", "amber", rising_days(pains)),
        ):
            told = [day for day in days if is_within(self.patient, day, 14)]
            if rule == "high_pain":
                told += [day for day in days if self.waits(day)]
            if told and self.waits(max(told)):
                event = {"kind": rule, "day": max(told), "during_exercise": None}
                reached = self.reached(max(told), pains[max(told)])
                if not any(seen_until(row) >= reached for row in self.reviews_of(event)):
                    found.add((rule, severity, max(told)))
        return found

    def reached(self, day: dt.date, worst: float) -> pd.Timestamp:
        """ "closes that flag ... from then on": when the day's worst pain was first logged, which no review before that
        has seen; a check-in and a row without a clock time have none."""
        rated = [row for session in self.patient.sessions if session["day"] == day for row in session["rows"]]
        moments = [pd.Timestamp(row["performed_at"]) for row in rated if row["pain_0_10"] == worst]
        if any(moment == moment.normalize() for moment in moments) or any(
            row["day"] == day and row["pain_0_10"] == worst for row in self.patient.checkins
        ):
            return pd.Timestamp(0)
        return min(moments, default=pd.Timestamp(0))

    def waits(self, day: dt.date) -> bool:
        """Whether no visit followed, at most 28 days."""
        age = (self.patient.as_of - day).days
        return age <= 28 and not self.later_visits({"day": day}, None, *LETS_GO, *HOLDS_ON)

    def answer(self, event: Row) -> bool | None:
        """ "What an event holds (section 8) is let go by `keep`, `harder`, `easier`; after `seen`, `stop` and `refer`
        (of a visit too: `stop`, `refer`) the hold stays until one of those.": False, True; None if nobody did."""
        reviews = self.reviews_of(event)

        def reviewed(*decisions: str) -> list[dt.date]:
            return [as_date(row["reviewed_at"]) for row in reviews if row["decision"] in decisions]

        def last(*decisions: str) -> pd.Timestamp:
            told = [pd.Timestamp(row["reviewed_at"]) for row in reviews if row["decision"] in decisions]
            return max(told, default=pd.Timestamp(0))

        # "the hold stays until one of those": a review that stops again counts from then on
        stopped = last(*HOLDS_ON)
        later = [day for day in self.later_visits(event, *LETS_GO) if day > stopped.date()]
        if reviewed(*HOLDS_ON) and stopped >= last(*LETS_GO) and not later:
            return True
        if reviewed(*LETS_GO) or self.later_visits(event, *LETS_GO):
            return False
        on = reviewed(*HOLDS_ON) + self.later_visits(event, *HOLDS_ON)
        plain = self.later_visits(event, None)
        # a visit without a decision closes what no `stop` or `refer` holds already
        if plain and (not on or min(plain) < min(on)):
            return False
        return True if on or reviewed("seen") else None

    def holds_still(self, event: Row) -> bool:
        answer = self.answer(event)
        if answer is not None:
            return answer
        return is_within(self.patient, event["day"], 7 if event["kind"] == "dizziness" else 29)

    def near_falls_hold(self) -> bool:
        """ "two near falls within 14 days", until a decision where somebody looked at them."""
        answers = {day: self.answer(near_fall_of(day)) for day in near_falls(self.patient)}
        counts = {day: n for day, n in near_falls(self.patient).items() if answers[day] is not False}
        if sum(n for day, n in counts.items() if is_within(self.patient, day, 14)) >= 2:
            return True
        return any(
            answers[day] and sum(n for other, n in counts.items() if day - 14 * DAY < other <= day) >= 2
            for day in counts
        )

    def held(self, series: Series, position: str) -> bool:
        """Whether an event holds a series."""
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
        return position == "standing" and self.near_falls_hold()


def seen_until(review: Row) -> pd.Timestamp:
    """ "on the same day too": a review whose hour is not known has seen all of its day."""
    moment = pd.Timestamp(review["reviewed_at"])
    return moment + pd.Timedelta(days=1) if moment == moment.normalize() else moment


def near_fall_of(day: dt.date) -> Row:
    """The near falls of a day, as an event."""
    return {"kind": "near_fall", "day": day, "during_exercise": None}


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
        flags |= {(patient.id, *one) for one in decided.near_fall_flags() | decided.pain_flags()}
        for series in patient.series():
            version = patient.version_on(series, patient.as_of)
            if version is not None:
                held[patient.id, *series] = decided.held(series, version["position"])
    return flags, held
