"""The one builder of studies for tests: rows by hand, small logs that a test changes, many patients at once.

What a row does not say is of patient ``P``'s left heel raises. March 2026 begins on a Sunday: the 2nd, 9th, 16th, 23rd
and 30th are Mondays.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pandas as pd

import footdrop_analytics as fd

AS_OF = pd.Timestamp("2026-03-31")
Row = dict[str, Any]
SERIES = {"patient_id": "P", "exercise": "heel_raise", "side": "left"}
UNSAID = {"sessions": SERIES, "prescriptions": SERIES | {"days_per_week": 7}}
"""Of a table's rows, what they do not say; of all other tables that they are ``P``'s."""


def study_with(
    sessions: Iterable[Row] = (), prescriptions: Iterable[Row] = (), *, valid: bool = True, **tables: Iterable[Row]
) -> fd.Study:
    """These rows as read; all of them must be valid, if not said otherwise."""
    given = {"sessions": sessions, "prescriptions": prescriptions} | tables
    rows_of = {name: [UNSAID.get(name, {"patient_id": "P"}) | row for row in rows_] for name, rows_ in given.items()}
    frames: dict[str, Any] = {name: pd.DataFrame(rows_).astype(object) for name, rows_ in rows_of.items() if rows_}
    found = fd.study_from_tables(**frames, today="2030-01-01")
    assert not valid or found.rejected.empty, found.rejected.to_string()
    return found


def march(day: int, time: str = "") -> str:
    """A day of March 2026 (32 is the first of April, 0 the last of February) as text."""
    date = pd.Timestamp("2026-03-01") + pd.Timedelta(days=day - 1)
    return f"{date.date()} {time}".strip()


def ago(days: int, time: str = "") -> str:
    """The day so many days before the as-of day, as text."""
    return f"{(AS_OF - pd.Timedelta(days=days)).date()}{time}"


def rows(*stamps: str, **fields: Any) -> list[Row]:
    """Logged rows of ``P``'s heel raises at these times."""
    return [SERIES | {"performed_at": stamp} | fields for stamp in stamps]


def log(days: Iterable[int], time: str = "09:00", **fields: Any) -> list[Row]:
    """One logged row on each of these days of March, all alike."""
    return rows(*(march(day, time) for day in days), **fields)


def values(reps: Iterable[float | None], first: int = 2, every: int = 1, **fields: Any) -> list[Row]:
    """One logged row a day (or every so many days) with these repetitions."""
    return [row for n, rep in enumerate(reps) for row in log([first + n * every], reps=rep, **fields)]


def plan(day: int, days_per_week: float = 7, **fields: Any) -> Row:
    """A version of ``P``'s heel raises from a day of March on."""
    return SERIES | {"start_date": march(day), "days_per_week": days_per_week} | fields


class Log:
    """Patient ``P`` does one set of 10 heel raises every day for 31 days, pain 1, effort 3; as of 2026-03-31."""

    def __init__(self, days: int = 31, **session: Any) -> None:
        row = SERIES | {"sets": 1, "reps": 10, "pain_0_10": 1, "effort_0_10": 3} | session
        self.sessions: list[Row] = [row | {"performed_at": ago(day, " 09:00")} for day in range(days)]
        plan = SERIES | {"exercise": row["exercise"], "start_date": ago(days - 1), "days_per_week": 7, "reps": 10}
        self.prescriptions: list[Row] = [plan]
        self.others: dict[str, list[Row]] = defaultdict(list)

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
        self.others[table].append(row)
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
    return study_with(**tables_of(logs), valid=False)


def tables_of(logs: dict[str, Log]) -> dict[str, list[Row]]:
    """The rows of several logs, one patient each."""
    tables: dict[str, list[Row]] = defaultdict(list)
    for patient_id, log_ in logs.items():
        for name, rows_ in ({"sessions": log_.sessions, "prescriptions": log_.prescriptions} | log_.others).items():
            tables[name] += [row | {"patient_id": patient_id} for row in rows_]
    return tables


class Cases:
    """Many patients in one study, as tables of rows."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = defaultdict(list)

    def add(self, name: str, sessions: list[Row], *plans: Row, **tables: list[Row]) -> None:
        """Add a patient called ``name``."""
        for table, rows_ in ({"sessions": sessions, "prescriptions": list(plans)} | tables).items():
            self.tables[table] += [row | {"patient_id": name} for row in rows_]

    def study(self) -> fd.Study:
        """All patients as read."""
        return study_with(**self.tables)
