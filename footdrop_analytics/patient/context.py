"""The tables of one analysis, sorted by patient once, and what every part of one patient's page takes from them."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.adherence.adherence import adherence_of
from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.log.arrays import dates_from, run_starts
from footdrop_analytics.analysis.log.clinical_events import Happenings
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.analysis.log.day_values import highest
from footdrop_analytics.analysis.recording_pattern import recording_pattern_of
from footdrop_analytics.figures.data import DayValue, Row, plain_columns, plain_rows
from footdrop_analytics.knowledge import Exercise
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.results import head_words, unread_line
from footdrop_analytics.wording.words import side as side_words

Columns = dict[str, list[Any]]
"""Rows as plain values, column by column."""
_NO_ROWS = pd.DataFrame({"patient_id": pd.Categorical([])})
_ONE_DAY = pd.Timedelta(days=1)


class _Stretch(NamedTuple):
    """The plain columns of a table for some patients that follow each other, from row ``begin`` on."""

    patients: range
    begin: int
    columns: Columns


class PatientTables:
    """Rows of one patient from any table of an analysis or its study.

    Parameters
    ----------
    analysis
        The analysis.
    at_once
        How many patients' rows are turned into plain values together: 1 for one report, more for a batch, which
        takes the patients in the order of the caseload.
    """

    def __init__(self, analysis: Analysis, at_once: int = 1) -> None:
        self._at_once = at_once
        self.analysis = analysis
        self.study = analysis.study
        self.patients: list[str] = [str(one) for one in analysis.caseload["patient_id"]]
        self._number = {patient: number for number, patient in enumerate(self.patients)}
        self._sorted: dict[str, tuple[pd.DataFrame, list[int]]] = {}
        self._plain: dict[str, _Stretch] = {}

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
            self._plain[name] = stretch = self._convert(table, begins, number)
        here = slice(begins[number] - stretch.begin, begins[number + 1] - stretch.begin)
        return {column: values[here] for column, values in stretch.columns.items()}

    def _of_the_only_one(self, table: pd.DataFrame) -> Columns:
        """Nothing to sort where there is one patient; rows of nobody may stand among theirs."""
        if table.empty:
            return {str(name): [] for name in table}
        columns = plain_columns(table)
        own = [whose in self._number for whose in columns["patient_id"]]
        return columns if all(own) else {name: list(compress(values, own)) for name, values in columns.items()}

    def _convert(self, table: pd.DataFrame, begins: list[int], number: int) -> _Stretch:
        """Turn the rows of this patient and of those who come next into plain values, column by column at once."""
        stop = min(number + self._at_once, len(self.patients))
        columns = plain_columns(table.iloc[begins[number] : begins[stop]])
        return _Stretch(range(number, stop), begins[number], columns)

    def _table(self, name: str) -> pd.DataFrame:
        own = getattr(self, name, None)
        if isinstance(own, pd.DataFrame):
            return own
        table = getattr(self.study if hasattr(self.study, name) else self.analysis, name)
        assert isinstance(table, pd.DataFrame)
        return table

    @cached_property
    def reviews(self) -> pd.DataFrame:
        """The reviews, oldest first: plain rows hold no clock that says which of one day is the last."""
        return self.study.reviews.sort_values("reviewed_at", kind="stable", ignore_index=True)

    @cached_property
    def holds(self) -> pd.DataFrame:
        """What open events hold: ``scope`` is ``all``, ``standing`` or ``exercise``, the last with its key."""
        log = self.analysis.prepared.log
        held = Happenings(log, self.analysis.flag_rules).holds
        keys = np.array([*log.study.exercises.keys, None], dtype=object)[held["exercise"]]
        return pd.DataFrame({"patient_id": log.patients[held["patient"]], "scope": held["scope"], "exercise": keys})

    @property
    def outcome_changes(self) -> pd.DataFrame:
        """The analysis' table of outcome measures; ``outcomes`` are the measurements themselves."""
        return self.analysis.outcomes

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
    def rows_read(self) -> dict[str, int]:
        """Valid rows of each patient's log."""
        code = self._codes(self.study.sessions["patient_id"])
        return dict(
            zip(self.patients, np.bincount(code[code >= 0], minlength=len(self.patients)).tolist(), strict=True)
        )

    @cached_property
    def rejected_of_nobody(self) -> list[Row]:
        """Rejected rows of nobody in the study: they may belong to anybody."""
        return [] if self.study.rejected.empty else plain_rows(self.study.rejected_of_nobody)

    @cached_property
    def notes_on_files(self) -> list[Row]:
        """What was noticed about whole files or the study."""
        notes = self.study.notes
        return [] if notes.empty else plain_rows(notes[notes["patient_id"].isna()])

    @cached_property
    def unread_words(self) -> str:
        """What of the study was not read, in one line; blank if all was."""
        return unread_line(self.study.unread)

    @cached_property
    def heads_up(self) -> str:
        """What stands at the head of every page of this study."""
        return head_words(self.study, self.analysis.as_of)

    @cached_property
    def session_notes(self) -> pd.DataFrame:
        """Rows of the log with a note, up to ``as_of``."""
        return self._log_rows("notes")

    @cached_property
    def skip_reasons(self) -> pd.DataFrame:
        """Rows of the log that give a reason for not doing it, up to ``as_of``."""
        found = self._log_rows("skip_reason")
        return found if found.empty else found[found["status"] == "skipped"]

    def _log_rows(self, column: str) -> pd.DataFrame:
        """Rows of the log up to ``as_of`` in which something stands in a column; most logs have none."""
        sessions = self.study.sessions
        known = np.flatnonzero(~sessions[column].array.isna())
        if not len(known):
            return _NO_ROWS
        found = sessions[["patient_id", "performed_at", "exercise", "status", column]].take(known)
        return found[found["performed_at"] < self.analysis.as_of + _ONE_DAY]

    @property
    def performance(self) -> Performance:
        """What was performed, day by day, with the rows behind it."""
        return self.analysis.prepared.performance

    @cached_property
    def recording(self) -> pd.DataFrame:
        """How each patient's log was written down, as counts."""
        return recording_pattern_of(self.performance)

    @cached_property
    def daily_ratings(self) -> pd.DataFrame:
        """The highest pain and effort of each patient's days with an entry, over all exercises; missing if not rated.

        People rate once a day, not once for each exercise.
        """
        performance, log = self.performance, self.performance.log
        parts = {name: [performance.daily(name), performance.other_daily(name)] for name in ("pain", "effort")}
        # Days and runs do not depend on what is rated.
        run, day = (np.concatenate([getattr(part, name) for part in parts["pain"]]) for name in ("run", "day"))
        patient = log.series.patient[performance.runs.series[run]]
        order = np.lexsort((day, patient))
        begins = run_starts(patient[order], day[order])
        found = {"patient_id": log.patient_labels(patient[order[begins]]), "day": dates_from(day[order[begins]])}
        rated = {name: np.concatenate([part.value for part in both])[order] for name, both in parts.items()}
        return pd.DataFrame({**found, **{name: highest(values, begins) for name, values in rated.items()}})

    @cached_property
    def adherence_patient_recent(self) -> pd.DataFrame:
        """Adherence in the 28 days up to ``as_of`` and in the 28 days before."""
        return self.analysis.prepared.recent.patient_table()

    @cached_property
    def adherence_recent(self) -> pd.DataFrame:
        """The same for every series."""
        return self.analysis.prepared.recent.series_table()

    @cached_property
    def adherence_patient_before(self) -> pd.DataFrame:
        """Adherence in the days before the period, as many as the period has; no rows if the period has no start."""
        start, end = self.analysis.start, self.analysis.end
        if start is None:
            return self.analysis.adherence_patient_period.iloc[:0]
        before = start - (end - start) - _ONE_DAY
        return adherence_of(
            self.analysis.prepared.calendar, start=before, end=start - _ONE_DAY, every=None, level="patient"
        )


_DAILY = ("exercise", "side", "day", "value", "as_prescribed", "outlying", "implausible")
_HAPPENED = {"events": "occurred_on", "checkins": "day", "visits": "visited_on", "outcomes": "measured_on"}


class Context:
    """One patient of the tables.

    Attributes
    ----------
    as_of, end : date
        The last day that counts, and the last day of the period shown.
    first_day, start : date
        The patient's first prescription or session day (without either the first day of anything else recorded), and
        the first day of the period shown.
    observed_through : date, optional
        The last day of which the log is known: the one stated, else that of the study; None without a log.
    caseload, patient : rows
        The patient's row of the caseload and of ``patients``; empty if the second has none.
    plan_known : bool
        Whether any prescription of the patient is known.
    versions : list of rows
        The patient's prescriptions, by start.
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
