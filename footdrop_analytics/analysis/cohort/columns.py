"""One analysis as whole columns of numbers, prepared once: every change of settings then only adds them up.

Patients, exercises, arms and aetiologies are numbered; −1 is never a number here, *not recorded* is the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from weakref import ReferenceType, WeakKeyDictionary, ref

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.cohort.log_counts import LogCounts, log_counts, rejected_log_of, tables_read_of
from footdrop_analytics.analysis.log.arrays import Bools, Floats, Ints, day_numbers
from footdrop_analytics.analysis.log.entries import patient_index, patient_numbers
from footdrop_analytics.model.choices import NOT_STATED
from footdrop_analytics.model.vocabulary import AETIOLOGIES


class Labels(NamedTuple):
    """What each patient is recorded as: the distinct values in their order, and each patient's number among them."""

    values: tuple[str, ...]
    of_patient: Ints


class Sums(NamedTuple):
    """Adherence of each series in the period: who, what, sessions due and credited."""

    patient: Ints
    exercise: Ints
    due: Floats
    credited: Floats


class Times(NamedTuple):
    """Persistence of each series that was ever due: who, what, the first due day, the time in days, and the event."""

    patient: Ints
    exercise: Ints
    first_due: Ints
    days: Ints
    event: Bools


class Rungs(NamedTuple):
    """Where each series with an active prescription is: mode, difficulty and state as numbers into their names."""

    patient: Ints
    exercise: Ints
    mode: Ints
    difficulty: Ints
    state: Ints
    modes: tuple[str, ...]
    difficulties: tuple[str, ...]
    states: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class CohortColumns:
    """See the module. The analysis is referred to weakly: what is kept for it must not keep it."""

    of: ReferenceType[Analysis]

    @property
    def analysis(self) -> Analysis:
        """The analysis; it lives, because its caller holds it."""
        found = self.of()
        assert found is not None, "the analysis is gone"
        return found

    @cached_property
    def patients(self) -> pd.Index:
        """The ids of all patients with any row, sorted as text."""
        return patient_index(self.analysis.study)

    @property
    def exercises(self) -> tuple[str, ...]:
        """The keys of the exercises in the order of the catalogue."""
        return tuple(self.analysis.study.exercises.keys)

    @cached_property
    def arms(self) -> Labels:
        """The arms in the order of their names, as recorded."""
        return self._labels("arm", None)

    @cached_property
    def aetiologies(self) -> Labels:
        """The aetiologies in the order of the contract, those that occur."""
        return self._labels("aetiology", AETIOLOGIES)

    def _labels(self, column: str, order: tuple[str, ...] | None) -> Labels:
        table = self.analysis.study.patients
        recorded = np.full(len(self.patients), NOT_STATED, dtype=object)
        known = table[column].notna().to_numpy()
        texts = table[column].astype("str").to_numpy(dtype=object)
        recorded[patient_numbers(table, self.patients)[known]] = texts[known]
        codes, found = pd.factorize(recorded)
        rank = {value: place for place, value in enumerate(order or sorted(map(str, found)))}
        sorted_values = sorted(map(str, found), key=lambda value: (value == NOT_STATED, rank.get(value, 0)))
        place_of = {value: place for place, value in enumerate(sorted_values)}
        number = np.array([place_of[str(value)] for value in found], dtype=np.int64)
        return Labels(tuple(sorted_values), number[codes] if len(codes) else np.empty(0, dtype=np.int64))

    @cached_property
    def sums(self) -> Sums:
        """Adherence of each series in the period."""
        table = self.analysis.adherence_period
        return Sums(*self._who(table), table["due"].to_numpy(), table["credited"].to_numpy())

    @cached_property
    def times(self) -> Times:
        """Persistence of each series that was ever due."""
        table = self.analysis.persistence
        table = table[table["time_days"].notna()]
        days = table["time_days"].to_numpy(dtype=np.int64)
        event = table["event"].to_numpy(dtype=bool)
        return Times(*self._who(table), day_numbers(table["first_due"]), days, event)

    @cached_property
    def never_due(self) -> tuple[Ints, Ints]:
        """Patient and exercise of each prescribed series that was never due."""
        table = self.analysis.persistence
        return self._who(table[table["time_days"].isna()])

    @cached_property
    def planned(self) -> tuple[Ints, Ints]:
        """Patient and exercise of each prescribed series."""
        return self._who(self.analysis.persistence)

    @cached_property
    def rungs(self) -> Rungs:
        """Where each series with a prescription active on the as-of day is."""
        table, steps = self.analysis.readiness, self.analysis.steps
        key, step_key = self._series_key(table), self._series_key(steps)
        # The latest run of a series is its last row.
        order = np.lexsort((steps["run_no"].to_numpy(dtype=np.int64), step_key))
        at = np.searchsorted(step_key[order], key, side="right") - 1
        texts = steps["difficulty"].astype("object").to_numpy()[order]
        found = (
            (at >= 0) & (step_key[order][np.maximum(at, 0)] == key) if len(order) else np.zeros(len(key), dtype=bool)
        )
        said = np.full(len(key), NOT_STATED, dtype=object)
        said[found] = texts[at[found]]
        difficulty, difficulties = pd.factorize(pd.Series(said).fillna(NOT_STATED))
        return Rungs(
            *self._who(table),
            table["mode"].cat.codes.to_numpy().astype(np.int64),
            difficulty.astype(np.int64),
            table["state"].cat.codes.to_numpy().astype(np.int64),
            tuple(map(str, table["mode"].cat.categories)),
            tuple(map(str, difficulties)),
            tuple(map(str, table["state"].cat.categories)),
        )

    @cached_property
    def log(self) -> LogCounts:
        """Counts of the log; the one look at every row."""
        cell = self.arms.of_patient * len(self.aetiologies.values) + self.aetiologies.of_patient
        return log_counts(self.analysis, self.patients, cell)

    @property
    def is_counted(self) -> bool:
        """Whether the log was counted already."""
        return "log" in vars(self)

    def take_log(self, counted: LogCounts) -> None:
        """Take the counts of this log that were made elsewhere."""
        vars(self)["log"] = counted

    @cached_property
    def unobserved(self) -> Ints:
        """Patients with days in the period for which no log was handed in."""
        table = self.analysis.adherence_patient_period
        return patient_numbers(table, self.patients)[table["unobserved_days"].to_numpy(dtype=np.int64) > 0]

    @cached_property
    def rejected_log(self) -> pd.DataFrame:
        """Each rejected row of the log: see ``log_counts.rejected_log_of``."""
        return rejected_log_of(self.analysis, self.patients)

    @cached_property
    def recording(self) -> pd.DataFrame:
        """How each patient's log was written down, by patient number: see :func:`recording_pattern`."""
        found = self.log.recording
        return found.set_index("patient_id").reindex(self.patients)

    @cached_property
    def tables_read(self) -> pd.DataFrame:
        """What was read of each input table: see ``log_counts.tables_read_of``."""
        return tables_read_of(self.analysis, self.log.tables)

    def _who(self, table: pd.DataFrame) -> tuple[Ints, Ints]:
        exercise = table["exercise"].cat.codes.to_numpy().astype(np.int64)
        return patient_numbers(table, self.patients), exercise

    def _series_key(self, table: pd.DataFrame) -> Ints:
        patient, exercise = self._who(table)
        side = table["side"].cat.codes.to_numpy().astype(np.int64)
        return (patient * max(len(self.exercises), 1) + exercise) * 3 + side


_COLUMNS: WeakKeyDictionary[Analysis, CohortColumns] = WeakKeyDictionary()


def cohort_columns(analysis: Analysis) -> CohortColumns:
    """The columns of an analysis; made when first asked for and kept as long as the analysis lives."""
    found = _COLUMNS.get(analysis)
    if found is None:
        found = _COLUMNS[analysis] = CohortColumns(ref(analysis))
    return found
