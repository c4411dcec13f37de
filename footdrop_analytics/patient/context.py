"""What every part of one patient's report needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.figures import DayValue, Row
from footdrop_analytics.knowledge import Exercise
from footdrop_analytics.patient.patient_tables import PatientTables
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import side as side_words

_DAILY = ("exercise", "side", "day", "value", "as_prescribed", "outlying", "implausible")
_HAPPENED = {"events": "occurred_on", "checkins": "day", "visits": "visited_on", "outcomes": "measured_on"}


@dataclass(frozen=True)
class Context:
    """One patient on the patient_tables."""

    patient_tables: PatientTables
    patient_id: str
    _rows: dict[str, list[Row]] = field(default_factory=dict)
    _series_rows: dict[str, dict[tuple[str, str], list[Row]]] = field(default_factory=dict)

    @property
    def analysis(self) -> Analysis:
        """The analysis the report is about."""
        return self.patient_tables.analysis

    def rows(self, name: str) -> list[Row]:
        """The patient's rows of a table as plain dictionaries."""
        if name not in self._rows:
            self._rows[name] = self.patient_tables.rows(name, self.patient_id)
        return self._rows[name]

    def series_rows(self, name: str, exercise: str, side: str) -> list[Row]:
        """The rows of one series."""
        if name not in self._series_rows:
            grouped = self._series_rows[name] = {}
            for row in self.rows(name):
                grouped.setdefault((row["exercise"], row["side"]), []).append(row)
        return self._series_rows[name].get((exercise, side), [])

    @cached_property
    def daily(self) -> dict[tuple[str, str], list[DayValue]]:
        """The daily values of each series; of a long log these are a thousand."""
        columns = self.patient_tables.columns("daily", self.patient_id)
        found: dict[tuple[str, str], list[DayValue]] = {}
        for exercise, side, day, value, as_prescribed, *far in zip(*(columns[name] for name in _DAILY), strict=True):
            found.setdefault((exercise, side), []).append(DayValue(day, value, as_prescribed, any(far)))
        return found

    @cached_property
    def as_of(self) -> date:
        """The last day that counts."""
        return self.analysis.as_of.date()

    @cached_property
    def end(self) -> date:
        """The last day of the period shown."""
        return self.analysis.end.date()

    @cached_property
    def first_day(self) -> date:
        """The patient's first prescription or session day; without either the first day of anything else recorded."""
        starts = [row["start_date"] for row in self.versions if row["start_date"] <= self.as_of]
        if not starts and self.caseload["last_row_day"] is None:
            starts = [row[column] for table, column in _HAPPENED.items() for row in self.rows(table)]
        starts += [row["day"] for row in self.rows("calendar")[:1]]
        return min((one for one in starts if one <= self.as_of), default=self.as_of)

    @cached_property
    def start(self) -> date:
        """The first day of the period shown."""
        return self.first_day if self.analysis.start is None else self.analysis.start.date()

    @cached_property
    def patient(self) -> Row:
        """The patient's row of ``patients``; empty if there is none."""
        rows = self.rows("patients")
        return rows[0] if rows else {}

    @cached_property
    def observed_through(self) -> date | None:
        """The last day of which the log is known: the one stated, else that of the study; None without a log."""
        stated: date | None = self.patient.get("data_through")
        of_all = self.analysis.log_through
        return stated or (None if pd.isna(of_all) else of_all.date())

    @cached_property
    def caseload(self) -> Row:
        """The patient's row of the caseload."""
        return self.rows("caseload")[0]

    @property
    def plan_known(self) -> bool:
        """Whether any prescription of the patient is known."""
        return bool(self.caseload["plan_known"])

    @cached_property
    def versions(self) -> list[Row]:
        """The patient's prescriptions, by start."""
        return sorted(self.rows("prescriptions"), key=lambda row: row["start_date"])

    def versions_of(self, exercise: str, side: str) -> list[Row]:
        """The prescriptions of one series, by start."""
        return [row for row in self.versions if (row["exercise"], row["side"]) == (exercise, side)]

    def exercise(self, key: str) -> Exercise:
        """What the catalogue knows about an exercise."""
        return self.analysis.study.exercises[key]

    def exercise_name(self, key: str) -> str:
        """Heel raise."""
        return translated(self.exercise(key).name)

    def series_name(self, row: Row) -> str:
        """Heel raise, left."""
        return f"{self.exercise_name(row['exercise'])}, {side_words(row['side'])}"
