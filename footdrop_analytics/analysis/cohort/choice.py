"""One analysis as whole columns of numbers, prepared once, and who and what a choice of settings means in them.

Patients, exercises, arms and aetiologies are numbered; −1 is never a number here, *not recorded* is the last one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple
from weakref import ReferenceType, WeakKeyDictionary, ref

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.cohort.log_counts import LogCounts, log_counts, rejected_log_of, tables_read_of
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import Bools, Ints, Rows
from footdrop_analytics.analysis.log.entries import patient_index, patient_numbers
from footdrop_analytics.errors import ParameterError, need
from footdrop_analytics.model.names import ALL, NOT_STATED, as_recorded, value_of
from footdrop_analytics.model.vocabulary import AETIOLOGIES as AETIOLOGY_KEYS
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import AETIOLOGIES, not_one_of


class Labels(NamedTuple):
    """What each patient is recorded as: the distinct values in their order, and each patient's number among them."""

    values: tuple[str, ...]
    of_patient: Ints


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
        return self._labels("arm")

    @cached_property
    def aetiologies(self) -> Labels:
        """The aetiologies in the order of the contract, those that occur."""
        return self._labels("aetiology", AETIOLOGY_KEYS)

    def _labels(self, column: str, order: tuple[str, ...] = ()) -> Labels:
        table = self.analysis.study.patients
        recorded = np.full(len(self.patients), NOT_STATED, dtype=object)
        known = table[column].notna().to_numpy()
        texts = table[column].astype("str").to_numpy(dtype=object)
        recorded[patient_numbers(table, self.patients)[known]] = texts[known]
        codes, found = pd.factorize(recorded, sort=True)
        values = sorted(found, key=lambda one: (one == NOT_STATED, order.index(one) if one in order else 0))
        return Labels(tuple(values), pd.Index(values, dtype=object).get_indexer(found)[codes])

    @cached_property
    def sums(self) -> Rows:
        """Adherence of each series in the period: ``patient``, ``exercise``, sessions ``due`` and ``credited``."""
        table = self.analysis.adherence_period
        return self._who(table) | {name: table[name].to_numpy() for name in ("due", "credited")}

    @cached_property
    def times(self) -> Rows:
        """Persistence of each series that was ever due.

        ``patient``, ``exercise``, ``first`` and ``last`` day of its time, and whether it ended in the ``event``.
        """
        table = self.analysis.persistence[self.analysis.persistence["time_days"].notna()]
        first, event = cols.day_numbers(table["first_due"]), table["event"].to_numpy(dtype=bool)
        last = first + table["time_days"].to_numpy(dtype=np.int64)
        return self._who(table) | {"first": first, "last": last, "event": event}

    @cached_property
    def planned(self) -> Rows:
        """``patient`` and ``exercise`` of each prescribed series."""
        return self._who(self.analysis.persistence)

    @cached_property
    def never_due(self) -> Rows:
        """The same of those that were never due."""
        return cols.picked(self.planned, self.analysis.persistence["time_days"].isna().to_numpy())

    @cached_property
    def rungs(self) -> tuple[Rows, dict[str, tuple[str, ...]]]:
        """Where each series with a prescription active on the as-of day is: ``patient``, ``exercise``, and three more.

        ``mode``, ``difficulty`` and ``state`` are numbers into their names, which are returned beside them.
        """
        table, steps = self.analysis.readiness, self.analysis.steps
        key, step_key = self._series_key(table), self._series_key(steps)
        # The latest run of a series is its last row.
        order = np.lexsort((steps["run_no"].to_numpy(dtype=np.int64), step_key))
        at = np.searchsorted(step_key[order], key, side="right") - 1
        found = np.append(-1, step_key[order])[at + 1] == key
        said = np.full(len(key), NOT_STATED, dtype=object)
        said[found] = steps["difficulty"].fillna(NOT_STATED).to_numpy(dtype=object)[order][at[found]]
        difficulty, difficulties = pd.factorize(said)
        codes = {name: cols.codes_of(table[name]).astype(np.int64) for name in ("mode", "state")}
        names = {name: tuple(table[name].cat.categories) for name in codes} | {"difficulty": tuple(difficulties)}
        return self._who(table) | codes | {"difficulty": difficulty.astype(np.int64)}, names

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
    def rejected_log(self) -> pd.DataFrame:
        """Each rejected row of the log: see ``log_counts.rejected_log_of``."""
        return rejected_log_of(self.analysis, self.patients)

    @cached_property
    def recording(self) -> pd.DataFrame:
        """How each patient's log was written down, by patient number: see :func:`recording_pattern`."""
        return self.log.recording.set_index("patient_id").reindex(self.patients)

    @cached_property
    def tables_read(self) -> pd.DataFrame:
        """What was read of each input table: see ``log_counts.tables_read_of``."""
        return tables_read_of(self.analysis, self.log.tables)

    def _who(self, table: pd.DataFrame) -> Rows:
        exercise = cols.codes_of(table["exercise"]).astype(np.int64)
        return {"patient": patient_numbers(table, self.patients), "exercise": exercise}

    def _series_key(self, table: pd.DataFrame) -> Ints:
        who = self._who(table)
        key: Ints = (who["patient"] * max(len(self.exercises), 1) + who["exercise"]) * 3 + cols.codes_of(table["side"])
        return key


_COLUMNS: WeakKeyDictionary[Analysis, CohortColumns] = WeakKeyDictionary()


def cohort_columns(analysis: Analysis) -> CohortColumns:
    """The columns of an analysis; made when first asked for and kept as long as the analysis lives."""
    found = _COLUMNS.get(analysis)
    if found is None:
        found = _COLUMNS[analysis] = CohortColumns(ref(analysis))
    return found


GROUPS = ("exercise", "arm", "aetiology")
"""What patients can be grouped by."""
_NOT_RECORDED = {"arm": marked("arm not recorded"), "aetiology": marked("aetiology not recorded")}
LEAST_PATIENTS = 5
"""A group of fewer patients is named and counted, and has no quantiles, shares or curve."""


@dataclass(frozen=True, kw_only=True)
class CohortFilter:
    """Which patients and series of a cohort are looked at, and how they are grouped.

    Attributes
    ----------
    group : {"exercise", "arm", "aetiology"}
        What adherence and persistence are grouped by.
    exercise, arm, aetiology : str
        Only this exercise (key), and patients of this arm (as people read it) and aetiology (key): ``"all"`` for all of
        them, ``""`` for patients without an arm or aetiology. An arm that is itself called ``all`` is ``"=all"``, and
        any arm that begins with ``=`` has one more before it.
    """

    group: str = "exercise"
    exercise: str = ALL
    arm: str = ALL
    aetiology: str = ALL

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ParameterError(not_one_of("group", GROUPS, self.group))
        for name in ("exercise", "arm", "aetiology"):
            need(getattr(self, name), name, str, "a text")


@dataclass(frozen=True)
class Choice:
    """A filter as numbers.

    ``chosen`` says for each patient whether arm and aetiology are those asked for, ``exercise`` is the number of the
    only one asked for, ``keys`` and ``names`` are the groups: as recorded, and as people read them.
    """

    prepared: CohortColumns
    settings: CohortFilter
    chosen: Bools
    exercise: int | None
    keys: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def by_exercise(self) -> bool:
        """Whether the groups are exercises."""
        return self.settings.group == "exercise"

    def takes(self, rows: Rows) -> Bools:
        """Which rows of series (``patient``, ``exercise``) belong to the choice."""
        taken: Bools = self.chosen[rows["patient"]]
        return taken if self.exercise is None else taken & (rows["exercise"] == self.exercise)

    def taken(self, rows: Rows) -> Rows:
        """The rows of series that belong to the choice, with the ``group`` of each."""
        own = cols.picked(rows, self.takes(rows))
        labels = None if self.by_exercise else _labels(self.prepared, self.settings.group)
        return own | {"group": own["exercise"] if labels is None else labels.of_patient[own["patient"]]}


def choice_of(prepared: CohortColumns, settings: CohortFilter) -> Choice:
    """The filter as numbers.

    Raises ParameterError if the study knows no such exercise, arm or aetiology.
    """
    written = {one: as_recorded(getattr(settings, one), _values(prepared, one)) for one in ("arm", "aetiology")}
    settings = replace(settings, **written)
    chosen = _having(prepared, "arm", settings.arm) & _having(prepared, "aetiology", settings.aetiology)
    exercise = None
    if settings.exercise != ALL:
        _known("exercise", settings.exercise, prepared.exercises)
        exercise = prepared.exercises.index(settings.exercise)
    keys = prepared.exercises if settings.group == "exercise" else _labels(prepared, settings.group).values
    names = tuple(name_of(prepared, settings.group, key) for key in keys)
    return Choice(prepared, settings, chosen, exercise, keys, names)


def _having(prepared: CohortColumns, column: str, value: str) -> Bools:
    labels = _labels(prepared, column)
    if value == ALL:
        return np.ones(len(labels.of_patient), dtype=bool)
    values = _values(prepared, column)
    _known(column, value, (*values, *AETIOLOGY_KEYS, NOT_STATED) if column == "aetiology" else (*values, NOT_STATED))
    having: Bools = labels.of_patient == (values.index(value) if value in values else -1)
    return having


def _values(prepared: CohortColumns, column: str) -> list[str]:
    return [value_of(one) for one in _labels(prepared, column).values]


def _labels(prepared: CohortColumns, column: str) -> Labels:
    return prepared.arms if column == "arm" else prepared.aetiologies


def _known(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        shown = ", ".join(repr(one) for one in dict.fromkeys(known) if one) or translated("none")
        words = marked("{name}: the study has none called {value}; it has {known} ('all' for all).")
        raise ParameterError(translated(words, name=name, value=repr(value), known=shown))


def name_of(prepared: CohortColumns, group: str, key: str) -> str:
    """A group as people read it."""
    if group == "exercise":
        return translated(prepared.analysis.study.exercises[key].name)
    if key == NOT_STATED:
        return translated(_NOT_RECORDED[group])
    return translated(AETIOLOGIES[key]) if group == "aetiology" and key in AETIOLOGIES else key


def unrecorded(prepared: CohortColumns) -> list[str]:
    """What no patient of the study is recorded with: nobody can be grouped or chosen by it."""
    return [name for name in ("arm", "aetiology") if set(_labels(prepared, name).values) <= {NOT_STATED}]
