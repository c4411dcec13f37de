"""Results of a partitioned study: tables in as many files as there are parts, read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from footdrop_analytics.analysis.analyse import KEPT_PATIENTS, Analysis, analyse_in_memory
from footdrop_analytics.analysis.caseload import sorted_caseload
from footdrop_analytics.analysis.choices import Choices
from footdrop_analytics.errors import FootdropError, ParameterError, need_extra
from footdrop_analytics.knowledge import FlagRules, ReadinessRules
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.scale.study import NOBODY_AT_ALL, PartitionedStudy
from footdrop_analytics.scale.tables import bucket_of, by_patient, read_table
from footdrop_analytics.scale.tasks import Done, part_results, result_path
from footdrop_analytics.wording.language import parameter_error

if TYPE_CHECKING:
    import dask.dataframe

TABLES = (
    *("adherence", "adherence_28d", "adherence_period"),
    *("adherence_patient", "adherence_patient_28d", "adherence_patient_period"),
    *("persistence", "trends", "trend_reasons", "steps", "readiness", "criteria", "flags", "outcomes", "caseload"),
)
"""The result tables of an analysis."""
AT_ONCE = 500
"""Patients in memory together."""


class PartsError(FootdropError):
    """Some parts could not be analysed: the message names them, ``analysis`` has the results of all others."""

    def __init__(self, message: str, analysis: PartitionedAnalysis) -> None:
        super().__init__(message)
        self.analysis = analysis

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.analysis)


@dataclass(frozen=True, eq=False, repr=False)
class ResultTable:
    """One result table on disk, part by part."""

    name: str
    analysis: PartitionedAnalysis

    @property
    def files(self) -> Mapping[int, Path]:
        """The Parquet file of each finished part, by its number."""
        return {number: result_path(self.analysis.folder, self.name, number) for number in self.analysis.done}

    def __len__(self) -> int:
        return sum(done.rows[self.name] for done in self.analysis.done.values())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: {len(self):,} rows in {len(self.files)} files>"

    def _read(self, number: int, patients: Sequence[str] | None = None) -> pd.DataFrame:
        done = self.analysis.done[number]
        found = read_table(self.files[number], done.checksums[self.name], patients, again="the analysis")
        return found.astype(self.analysis.kinds[self.name])

    def part(self, number: int) -> pd.DataFrame:
        """The rows of one part, ids as text."""
        if number not in self.analysis.done:
            raise ParameterError(f"number: there is no finished part {number}.")
        return self._read(number)

    def patient(self, patient_id: str) -> pd.DataFrame:
        """The rows of one patient alone; raises ParameterError if there is no row of the patient in the study."""
        number = self.analysis.part_of(patient_id)
        found = self._read(number, [str(patient_id)]).drop(columns="unseen", errors="ignore")
        return found.assign(patient_id=pd.Categorical(found["patient_id"], categories=[str(patient_id)]))

    def to_pandas(self) -> pd.DataFrame:
        """All rows in memory, equal to the table of a study that is analysed in memory, in the same order."""
        return self.analysis.caseload_in_order if self.name == "caseload" else self._together()

    def _together(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        found = [self._read(number) for number in self.files]
        if not found:
            raise ParameterError(f"{self.name}: no part is finished, so there are no results.")
        whole = pd.concat([one for one in found if len(one)] or found[:1], ignore_index=True)
        ids = self.analysis.ids
        codes = ids.get_indexer(pd.Index(whole["patient_id"].astype("str")))
        whole["patient_id"] = pd.Categorical.from_codes(codes, categories=ids)
        return by_patient(whole if columns is None else whole[list(columns)])

    def dask(self) -> dask.dataframe.DataFrame:
        """The table as a Dask data frame, one partition per part, ids as text; nothing is read yet.

        Raises InstallationError if dask is not installed.
        """
        need_extra("scale", "dask")
        import dask.dataframe as dd

        numbers = list(self.files)
        found: dask.dataframe.DataFrame = dd.from_map(self._read, numbers, meta=self._read(numbers[0]).iloc[:0])
        return found


@dataclass(frozen=True, eq=False, repr=False)
class PartitionedAnalysis:
    """The results of a partitioned study, on disk in ``folder``.

    ``adherence``, ``trends``, ``caseload`` and the other tables of :class:`Analysis` are each a :class:`ResultTable`;
    ``study``, ``as_of``, ``start``, ``end`` and ``log_through`` are those of :class:`Analysis`. ``failed`` has the
    numbers of parts that could not be analysed, with the reason; their patients are in no table.
    """

    study: PartitionedStudy
    folder: Path
    choices: Choices
    as_of: pd.Timestamp
    start: pd.Timestamp | None
    end: pd.Timestamp
    log_through: pd.Timestamp
    parameters: dict[str, str]
    done: dict[int, Done]
    failed: dict[int, str] = field(default_factory=dict)

    @property
    def rules(self) -> ReadinessRules:
        """The readiness rules that were held against the log."""
        return self.choices.rules

    @property
    def flag_rules(self) -> FlagRules:
        """The review flags that were held against the log."""
        return self.choices.flags

    @property
    def language(self) -> str:
        """The code of the language that the texts of the tables are written in."""
        return self.choices.language

    @property
    def sources(self) -> pd.DataFrame:
        """Input files: ``table``, ``file``, ``sha256``, ``rows``."""
        return self.study.sources

    def __getattr__(self, name: str) -> ResultTable:
        if name not in TABLES:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return ResultTable(name, self)

    @cached_property
    def kinds(self) -> dict[str, dict[str, pd.CategoricalDtype]]:
        """The categories of each table's columns, ids apart: those that an analysis of no row has."""
        tables = part_results(self.study, NOBODY_AT_ALL, self.choices)
        return {
            name: {
                str(column): kind
                for column, kind in table.dtypes.items()
                if isinstance(kind, pd.CategoricalDtype) and column != "patient_id"
            }
            for name, table in tables.items()
        }

    @cached_property
    def ids(self) -> pd.Index:
        """The ids of all patients, sorted as text."""
        return pd.Index(sorted(self.study.known_ids), dtype=TEXT)

    @cached_property
    def caseload_in_order(self) -> pd.DataFrame:
        """The one table whose order is a matter of all patients."""
        lapsed = ResultTable("persistence", self)._together(["patient_id", "lapsed"])
        return sorted_caseload(ResultTable("caseload", self)._together(), lapsed)

    def as_analysis(self) -> Analysis:
        """The same with data frames for tables, each read when it is first asked for; sessions stay on disk.

        What needs the sessions of several patients at once says so.
        """
        from footdrop_analytics.scale.front import AnalysisOfParts

        return AnalysisOfParts.of(self)

    def part_of(self, patient_id: str) -> int:
        """A patient's part by its number; raises ParameterError without any row, or if the part was not analysed."""
        number = bucket_of(str(patient_id), self.study.manifest.count)
        if number in self.failed:
            raise parameter_error(
                "patient_id: the part of {patient} could not be analysed: {why}",
                patient=repr(patient_id),
                why=self.failed[number],
            )
        if number not in self.done or not self.study.has(str(patient_id)):
            raise ParameterError(f"patients: no rows of {patient_id!r}. Ids must be written as in the files.")
        return number

    def for_patient(self, patient_id: str, start: object = None, end: object = None) -> Analysis:
        """The analysis of one patient by the same rules, from that patient's rows alone; the last few are kept.

        Raises ParameterError if there is no row of the patient, a date is none, or ``end`` is before ``start``.
        """
        return self._alone(str(patient_id)).for_patient(str(patient_id), start, end)

    @cached_property
    def _alone(self) -> Callable[[str], Analysis]:
        chosen = replace(self.choices, start=None, end=None)

        @lru_cache(maxsize=KEPT_PATIENTS)
        def analysed(patient_id: str) -> Analysis:
            return analyse_in_memory(self.study.patient(patient_id), chosen)

        return analysed

    def __repr__(self) -> str:
        failed = f"\n  parts that could not be analysed: {', '.join(map(str, self.failed))}" if self.failed else ""
        begin = "" if self.start is None else f"from {self.start:%Y-%m-%d} "
        return (
            f"<{type(self).__name__}: {self.study.n_patients:,} patients, {begin}to {self.end:%Y-%m-%d}, "
            f"as of {self.as_of:%Y-%m-%d}>\n  {len(self.done)} parts in {self.folder}{failed}"
        )


def in_memory(
    analysis: Analysis | PartitionedAnalysis, patients: Sequence[str], language: str
) -> Iterator[tuple[Analysis, list[str]]]:
    """Analyses in memory that hold some patients, a few hundred at a time, each with those of them that it holds."""
    if isinstance(analysis, Analysis):
        yield analysis.said_in(language), list(patients)
        return
    chosen = replace(analysis.choices, language=language)
    for number, own in analysis.study.by_part(patients).items():
        if number in analysis.failed:
            raise ParameterError(f"patients: the part of {own[0]!r} could not be analysed: {analysis.failed[number]}")
        for begin in range(0, len(own), AT_ONCE):
            few = own[begin : begin + AT_ONCE]
            yield analyse_in_memory(analysis.study.filter(few), chosen), few
