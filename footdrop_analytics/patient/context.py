"""The tables of one analysis, sorted by patient once, and what every part of one patient's page takes from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.adherence.adherence import adherence_of
from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.cohort.log_counts import recording_pattern_of
from footdrop_analytics.analysis.log.arrays import dates_from, run_starts
from footdrop_analytics.analysis.log.clinical_events import Happenings
from footdrop_analytics.analysis.log.day_values import highest
from footdrop_analytics.figures.data import DayValue, Row, plain_columns, plain_rows
from footdrop_analytics.knowledge import Exercise
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.results import head_words, unread_line
from footdrop_analytics.wording.words import side as side_words

Columns = dict[str, list[Any]]
"""Rows as plain values, column by column."""
_ONE_DAY = pd.Timedelta(days=1)


class _Stretch(NamedTuple):
    """The plain columns of a table for some patients that follow each other, from row ``begin`` on."""

    patients: range
    begin: int
    columns: Columns


class PatientTables:
    """Rows of one patient from any table of an analysis or its study.

    ``at_once`` is how many patients' rows are turned into plain values together: 1 for one report, more for a batch,
    which takes the patients in the order of the caseload.
    """

    def __init__(self, analysis: Analysis, at_once: int = 1) -> None:
        self._at_once = at_once
        self.analysis = analysis
        self.study = analysis.study
        self.patients: list[str] = [str(one) for one in analysis.caseload["patient_id"]]
        self._number = {patient: number for number, patient in enumerate(self.patients)}
        self._sorted: dict[str, tuple[pd.DataFrame, list[int]]] = {}
        self._plain: dict[str, _Stretch] = {}
        self.performance = analysis.prepared.performance
        # What every page of this study says alike: rejected rows of nobody in it may belong to anybody.
        study, notes = self.study, self.study.notes
        self.rejected_of_nobody = [] if study.rejected.empty else plain_rows(study.rejected_of_nobody)
        self.notes_on_files = [] if notes.empty else plain_rows(notes[notes["patient_id"].isna()])
        code = self._codes(study.sessions["patient_id"])
        counts = np.bincount(code[code >= 0], minlength=len(self.patients)).tolist()
        self.rows_read: dict[str, int] = dict(zip(self.patients, counts, strict=True))

    def __contains__(self, patient_id: str) -> bool:
        return patient_id in self._number

    def rows(self, name: str, patient_id: str) -> list[Row]:
        """The patient's rows of the table ``name`` as plain dictionaries, in the table's order."""
        columns = self.columns(name, patient_id)
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def columns(self, name: str, patient_id: str) -> Columns:
        """The same as columns: for long tables, of which few columns are looked at."""
        number = self._number[patient_id]
        if len(self.patients) == 1:
            return self._of_the_only_one(self._table(name))
        if name not in self._sorted:
            self._sorted[name] = self._sort(self._table(name))
        table, begins = self._sorted[name]
        if begins[number] == begins[number + 1]:
            return {str(column): [] for column in table}
        stretch = self._plain.get(name)
        if stretch is None or number not in stretch.patients:
            # The rows of this patient and of those who come next, column by column at once.
            stop = min(number + self._at_once, len(self.patients))
            columns = plain_columns(table.iloc[begins[number] : begins[stop]])
            self._plain[name] = stretch = _Stretch(range(number, stop), begins[number], columns)
        here = slice(begins[number] - stretch.begin, begins[number + 1] - stretch.begin)
        return {column: values[here] for column, values in stretch.columns.items()}

    def _of_the_only_one(self, table: pd.DataFrame) -> Columns:
        """Nothing to sort where there is one patient; rows of nobody may stand among theirs."""
        if table.empty:
            return {str(name): [] for name in table}
        columns = plain_columns(table)
        own = [whose in self._number for whose in columns["patient_id"]]
        return columns if all(own) else {name: list(compress(values, own)) for name, values in columns.items()}

    def _table(self, name: str) -> pd.DataFrame:
        if name in _MAKE:
            return _MAKE[name](self)
        table = getattr(self.study if hasattr(self.study, name) else self.analysis, name)
        assert isinstance(table, pd.DataFrame)
        return table

    def _sort(self, table: pd.DataFrame) -> tuple[pd.DataFrame, list[int]]:
        if table.empty:
            return table, [0] * (len(self.patients) + 1)
        code = self._codes(table["patient_id"])
        order = np.argsort(code, kind="stable")
        begins = np.searchsorted(code[order], np.arange(len(self.patients) + 1))
        return table.take(order), begins.tolist()

    def _codes(self, patient: pd.Series) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Each row's patient number; −1 for rows of nobody in the caseload."""
        coded = pd.Categorical(patient)
        numbers = [self._number.get(str(one), -1) for one in coded.categories]
        return np.array([*numbers, -1], dtype=np.int64)[np.asarray(coded.codes)]

    @cached_property
    def said_of_study(self) -> tuple[str, str]:
        """What of the study was not read, and what stands at the head of every page; blank if there is nothing."""
        return unread_line(self.study.unread), head_words(self.study, self.analysis.as_of)


def _holds(tables: PatientTables) -> pd.DataFrame:
    """What open events hold: ``scope`` is ``all``, ``standing`` or ``exercise``, the last with its key."""
    log = tables.analysis.prepared.log
    held = Happenings(log, tables.analysis.flag_rules).holds
    keys = np.array([*log.study.exercises.keys, None], dtype=object)[held["exercise"]]
    return pd.DataFrame({"patient_id": log.patients[held["patient"]], "scope": held["scope"], "exercise": keys})


def _log_rows(tables: PatientTables, column: str) -> pd.DataFrame:
    """Rows of the log up to ``as_of`` in which something stands in a column; most logs have none."""
    sessions = tables.study.sessions
    known = np.flatnonzero(~sessions[column].array.isna())
    if not len(known):
        return pd.DataFrame({"patient_id": pd.Categorical([])})
    found = sessions[["patient_id", "performed_at", "exercise", "status", column]].take(known)
    return found[found["performed_at"] < tables.analysis.as_of + _ONE_DAY]


def _skip_reasons(tables: PatientTables) -> pd.DataFrame:
    found = _log_rows(tables, "skip_reason")
    return found if found.empty else found[found["status"] == "skipped"]


def _daily_ratings(tables: PatientTables) -> pd.DataFrame:
    """The highest pain and effort of each patient's days with an entry, over all exercises; missing if not rated.

    People rate once a day, not once for each exercise.
    """
    performance, log = tables.performance, tables.performance.log
    parts = {name: [performance.daily(name), performance.other_daily(name)] for name in ("pain", "effort")}
    # Days and runs do not depend on what is rated.
    run, day = (np.concatenate([getattr(part, name) for part in parts["pain"]]) for name in ("run", "day"))
    patient = log.series.patient[performance.runs.series[run]]
    order = np.lexsort((day, patient))
    begins = run_starts(patient[order], day[order])
    found = {"patient_id": log.patient_labels(patient[order[begins]]), "day": dates_from(day[order[begins]])}
    rated = {name: np.concatenate([part.value for part in both])[order] for name, both in parts.items()}
    return pd.DataFrame({**found, **{name: highest(values, begins) for name, values in rated.items()}})


def _adherence_before(tables: PatientTables) -> pd.DataFrame:
    """Adherence in the days before the period, as many as the period has; no rows if the period has no start."""
    analysis, start = tables.analysis, tables.analysis.start
    if start is None:
        return analysis.adherence_patient_period.iloc[:0]
    before, last = start - (analysis.end - start) - _ONE_DAY, start - _ONE_DAY
    return adherence_of(analysis.prepared.calendar, start=before, end=last, every=None, level="patient")


_MAKE: dict[str, Callable[[PatientTables], pd.DataFrame]] = {
    # Oldest first: plain rows hold no clock that says which of one day is the last.
    "reviews": lambda of: of.study.reviews.sort_values("reviewed_at", kind="stable", ignore_index=True),
    "outcome_changes": lambda of: of.analysis.outcomes,
    "holds": _holds,
    "session_notes": lambda of: _log_rows(of, "notes"),
    "skip_reasons": _skip_reasons,
    "recording": lambda of: recording_pattern_of(of.performance),
    "daily_ratings": _daily_ratings,
    # In the 28 days up to ``as_of`` and in the 28 days before, of all exercises together and of each series.
    "adherence_patient_recent": lambda of: of.analysis.prepared.recent.patient_table(),
    "adherence_recent": lambda of: of.analysis.prepared.recent.series_table(),
    "adherence_patient_before": _adherence_before,
}
"""Tables that neither the study nor the analysis has by this name; that of ``outcomes`` are the measurements."""


_DAILY = ("exercise", "side", "day", "value", "as_prescribed", "outlying", "implausible")
_HAPPENED = {"events": "occurred_on", "checkins": "day", "visits": "visited_on", "outcomes": "measured_on"}


class Context:
    """One patient of the tables.

    ``as_of`` is the last day that counts, ``start`` and ``end`` the period shown, and ``first_day`` the patient's first
    prescription or session day (without either the first day of anything else recorded). ``observed_through``: the last
    day of which the log is known, the one stated, else that of the study; None without a log. ``caseload`` and
    ``patient`` are the patient's rows of these tables, the second empty if there is none; ``versions`` the
    prescriptions, by start, and ``plan_known`` says whether there is any.
    """

    def __init__(self, patient_tables: PatientTables, patient_id: str) -> None:
        self.patient_tables, self.patient_id = patient_tables, patient_id
        self.analysis = analysis = patient_tables.analysis
        self._rows: dict[str, list[Row]] = {}
        self._series_rows: dict[str, dict[tuple[str, str], list[Row]]] = {}
        self.as_of, self.end = analysis.as_of.date(), analysis.end.date()
        self.caseload = self.rows("caseload")[0]
        self.plan_known = bool(self.caseload["plan_known"])
        self.patient = next(iter(self.rows("patients")), {})
        self.versions = sorted(self.rows("prescriptions"), key=lambda row: row["start_date"])
        self.first_day = self._first_day()
        self.start = self.first_day if analysis.start is None else analysis.start.date()
        log_through = None if pd.isna(analysis.log_through) else analysis.log_through.date()
        self.observed_through: date | None = self.patient.get("data_through") or log_through

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

    def _first_day(self) -> date:
        starts = [row["start_date"] for row in self.versions if row["start_date"] <= self.as_of]
        if not starts and self.caseload["last_row_day"] is None:
            starts = [row[column] for table, column in _HAPPENED.items() for row in self.rows(table)]
        starts += [row["day"] for row in self.rows("calendar")[:1]]
        return min((one for one in starts if one <= self.as_of), default=self.as_of)

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
