"""Small logs by hand: one patient who exercises every day, changed as each test needs it."""

from __future__ import annotations

import copy
from typing import Any

import pandas as pd

import footdrop_analytics as fd

AS_OF = pd.Timestamp("2026-03-31")
Row = dict[str, Any]


def ago(days: int, time: str = "") -> str:
    """The day so many days before the as-of day, as text."""
    return f"{(AS_OF - pd.Timedelta(days=days)).date()}{time}"


class Log:
    """Patient ``P`` does one set of 10 heel raises every day for 31 days, pain 1, effort 3; as of 2026-03-31."""

    def __init__(self, days: int = 31, **session: Any) -> None:
        row = {"patient_id": "P", "exercise": "heel_raise", "side": "left", "sets": 1, "reps": 10}
        row |= {"pain_0_10": 1, "effort_0_10": 3} | session
        self.sessions: list[Row] = [row | {"performed_at": ago(day, " 09:00")} for day in range(days)]
        plan = {"patient_id": "P", "exercise": row["exercise"], "side": "left", "start_date": ago(days - 1)}
        self.prescriptions: list[Row] = [plan | {"days_per_week": 7, "reps": 10}]
        self.others: dict[str, list[Row]] = {"visits": [], "events": [], "checkins": [], "pauses": [], "patients": []}
        self.others["reviews"] = []

    def changed(self, latest: int = 10**6, **session: Any) -> Log:
        """Change the rows of the latest so many days; None removes a value."""
        for number, row in enumerate(self.sessions):
            if number < latest:
                row.update(session)
        return self

    def planned(self, **plan: Any) -> Log:
        """Change every version."""
        for row in self.prescriptions:
            row.update(plan)
        return self

    def version(self, days_ago: int, **plan: Any) -> Log:
        """Add a version that begins so many days ago."""
        self.prescriptions.append(self.prescriptions[-1] | {"start_date": ago(days_ago)} | plan)
        return self

    def row(self, days_ago: int, time: str = " 09:00", **session: Any) -> Log:
        """Add one row."""
        self.sessions.append(self.sessions[0] | {"performed_at": ago(days_ago, time)} | session)
        return self

    def without(self, *days_ago: int) -> Log:
        """Remove the rows of these days."""
        gone = {ago(day) for day in days_ago}
        self.sessions = [row for row in self.sessions if str(row["performed_at"])[:10] not in gone]
        return self

    def add(self, table: str, **row: Any) -> Log:
        """Add a row to another table."""
        self.others[table].append({"patient_id": "P"} | row)
        return self

    def event(self, kind: str, days_ago: int, **row: Any) -> Log:
        """Add an event."""
        return self.add("events", kind=kind, occurred_on=ago(days_ago), **row)

    def visit(self, days_ago: int) -> Log:
        """Add a visit."""
        return self.add("visits", visited_on=ago(days_ago))

    def review(self, days_ago: int, rule_id: str, of: int, decision: str = "seen", **row: Any) -> Log:
        """Add a review, so many days ago, of a flag of the day ``of`` days ago."""
        what = {"subject": "flag", "rule_id": rule_id, "day": ago(of), "decision": decision}
        return self.add("reviews", reviewed_at=ago(days_ago, " 17:00"), **what, **row)

    def checkin(self, days_ago: int, **row: Any) -> Log:
        """Add a check-in."""
        return self.add("checkins", day=ago(days_ago), **row)

    def patient(self, **row: Any) -> Log:
        """Describe the patient."""
        return self.add("patients", **row)

    def copy(self) -> Log:
        """Another log with the same rows."""
        return copy.deepcopy(self)

    def study(self) -> fd.Study:
        """The log as read."""
        return study_of(P=self)

    def state(self, **options: Any) -> pd.Series:
        """The readiness of the only (or first) active series."""
        return fd.readiness(self.study(), as_of=AS_OF, **options).iloc[0]

    def criterion(self, rule_id: str, **options: Any) -> pd.Series:
        """One criterion of the first active series."""
        table = fd.readiness_criteria(self.study(), as_of=AS_OF, **options)
        return table[table["rule_id"] == rule_id].iloc[0]

    def met(self, rule_id: str, **options: Any) -> bool | None:
        """Whether a criterion is met; None if missing or not applicable."""
        value = self.criterion(rule_id, **options)["met"]
        return None if pd.isna(value) else bool(value)

    def flags(self) -> pd.DataFrame:
        """Every review flag."""
        return fd.review_flags(self.study(), as_of=AS_OF)

    def flagged(self, rule_id: str, only_open: bool = True) -> pd.DataFrame:
        """The flags of one rule."""
        table = self.flags()
        return table[(table["rule_id"] == rule_id) & (table["open"] | (not only_open))]


def study_of(**logs: Log) -> fd.Study:
    """Several logs as one study, one patient each: a patient's results depend on that patient's rows alone."""
    tables: dict[str, list[Row]] = {}
    for patient_id, log in logs.items():
        for name, rows in ({"sessions": log.sessions, "prescriptions": log.prescriptions} | log.others).items():
            tables.setdefault(name, []).extend(row | {"patient_id": patient_id} for row in rows)
    frames = {name: pd.DataFrame(rows).astype(object) for name, rows in tables.items() if rows}
    return fd.study_from_tables(**frames, today="2026-12-31")


def found(rule_id: str, *logs: Log) -> list[str]:
    """Per log the severities of the open flags of a rule, "closed" for closed ones."""
    study = study_of(**{f"case {number:02}": log for number, log in enumerate(logs)})
    table = fd.review_flags(study, as_of=AS_OF)
    table = table[table["rule_id"] == rule_id]
    shown = table["severity"].astype(str).where(table["open"].astype(bool), "closed")
    of = shown.groupby(table["patient_id"].astype(str)).agg(list).to_dict()
    return [" ".join(of.get(f"case {number:02}", [])) for number in range(len(logs))]


def expect_met(rule_id: str, *cases: tuple[Log, bool | None]) -> None:
    """Each log's first series meets the criterion (True), does not (False), or it is missing (None)."""
    study = study_of(**{f"case {number}": log for number, (log, _) in enumerate(cases, 1)})
    table = fd.readiness_criteria(study, as_of=AS_OF)
    table = table[table["rule_id"] == rule_id].drop_duplicates("patient_id").set_index("patient_id")
    found = {
        number: None if pd.isna(table.at[number, "met"]) else bool(table.at[number, "met"]) for number in table.index
    }
    assert found == {f"case {number}": met for number, (_, met) in enumerate(cases, 1)}


def expect_states(*cases: tuple[Log, str]) -> None:
    """The state of each log's first series."""
    study = study_of(**{f"case {number}": log for number, (log, _) in enumerate(cases, 1)})
    table = fd.readiness(study, as_of=AS_OF).drop_duplicates("patient_id").set_index("patient_id")
    assert table["state"].to_dict() == {f"case {number}": state for number, (_, state) in enumerate(cases, 1)}
