"""What every part of one patient's report needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.knowledge import Exercise
from footdrop_analytics.report.shelf import Row, Shelf, plain_rows
from footdrop_analytics.report.words import SIDES


@dataclass(frozen=True)
class Chart:
    """A chart drawn twice: ``figure`` for plotly, ``still`` as SVG; both say what ``label`` says in words."""

    key: str
    label: str
    figure: dict[str, Any]
    still: str


@dataclass(frozen=True)
class Context:
    """One patient on the shelf."""

    shelf: Shelf
    patient_id: str

    @property
    def analysis(self) -> Analysis:
        """The analysis the report is about."""
        return self.shelf.analysis

    def rows(self, name: str) -> list[Row]:
        """The patient's rows of a table as plain dictionaries."""
        return plain_rows(self.shelf.rows(name, self.patient_id))

    @property
    def as_of(self) -> date:
        """The last day that counts."""
        return self.analysis.as_of.date()

    @property
    def end(self) -> date:
        """The last day of the period shown."""
        return self.analysis.end.date()

    @cached_property
    def first_day(self) -> date:
        """The patient's first prescription or session day; ``as_of`` without either."""
        starts = [row["start_date"] for row in self.versions if row["start_date"] <= self.as_of]
        starts += [row["first_session_day"] for row in self._first_sessions]
        return min(starts, default=self.as_of)

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
    def caseload(self) -> Row:
        """The patient's row of the caseload."""
        return self.rows("caseload")[0]

    @cached_property
    def versions(self) -> list[Row]:
        """The patient's prescriptions, by start."""
        return sorted(self.rows("prescriptions"), key=lambda row: row["start_date"])

    @cached_property
    def _first_sessions(self) -> list[Row]:
        days = self.shelf.rows("calendar", self.patient_id)["day"]
        return [{"first_session_day": days.iloc[0].date()}] if len(days) else []

    def exercise(self, key: str) -> Exercise:
        """What the catalogue knows about an exercise."""
        return self.analysis.study.exercises[key]

    def series_name(self, row: Row) -> str:
        """Heel raise, left."""
        return f"{self.exercise(row['exercise']).name}, {SIDES[row['side']]}"
