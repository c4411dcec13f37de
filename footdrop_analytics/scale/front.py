"""A partitioned study as the dashboards see it: like any other, with its sessions on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import Any

import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.log.coded_log import CodedLog, open_log
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.study import TABLES as STUDY_TABLES
from footdrop_analytics.model.study import Study, closed
from footdrop_analytics.scale.analyse import analyse_parts
from footdrop_analytics.scale.parts import TOLD
from footdrop_analytics.scale.results import TABLES, PartitionedAnalysis
from footdrop_analytics.scale.study import PartitionedStudy

_IN_MEMORY = (
    "This needs the whole study in memory, and a study of parts stays on disk. Open the study folder that it was made "
    "from, or some patients: fd.open_study(…).filter(ids)."
)
_ON_DISK = ("sessions", "checkins", "superseded", "duplicates")
"""The tables of a study of which only the rows of one patient are looked at."""


Keep = Callable[[str, Callable[[], pd.DataFrame]], pd.DataFrame]
"""Takes the name of a table and what reads it, and gives the table: it may have been read before."""


def _read(_name: str, read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return read()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StudyOfParts(Study):
    """The small tables of a partitioned study; sessions and check-ins are empty and stay on disk."""

    parts: PartitionedStudy

    @classmethod
    def of(cls, parts: PartitionedStudy, keep: Keep) -> StudyOfParts:
        """The study as a page needs it, with the ids of everybody."""
        tables: dict[str, Any] = {name: parts.table(name, empty=True) for name in _ON_DISK}
        here = [name for name in (*STUDY_TABLES, *TOLD) if name not in _ON_DISK]
        tables |= {name: keep(f"study.{name}", partial(parts.table, name)) for name in here}
        ids = pd.Index(sorted(parts.known_ids), dtype="str")
        nobody = tables["sessions"].assign(patient_id=pd.Categorical.from_codes([], categories=ids))
        facts: dict[str, Any] = {
            name: getattr(parts, name)
            for name in ("as_of", "log_through", "rows_through", "exercises", "synthetic", "sources")
        }
        written: dict[str, Any] = {"date_format": parts.manifest.date_format, "timezone": parts.manifest.timezone}
        return cls(parts=parts, **{**tables, "sessions": nobody}, **facts, **written)

    def filter(self, patients: Iterable[str]) -> Study:
        """The study of some patients, with all of their rows, from disk."""
        return self.parts.filter(patients)


class _Nothing:
    """Stands for what results were made from, which is on disk: what asks for it must not take it for empty."""

    def __getattr__(self, name: str) -> Any:
        raise ParameterError(_IN_MEMORY)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AnalysisOfParts(Analysis):
    """The analysis of a partitioned study as a page needs it: tables are read when they are asked for, and kept."""

    parts: PartitionedAnalysis
    keep: Keep = _read

    @classmethod
    def of(cls, parts: PartitionedAnalysis, keep: Keep = _read) -> AnalysisOfParts:
        """The analysis whose results are on disk."""
        facts: dict[str, Any] = {
            name: getattr(parts, name)
            for name in ("as_of", "start", "end", "log_through", "rules", "flag_rules", "parameters", "language")
        }
        unread = pd.DataFrame()
        tables: dict[str, Any] = dict.fromkeys(TABLES, unread)
        prepared: Any = _Nothing()
        study = StudyOfParts.of(parts.study, keep)
        return cls(parts=parts, keep=keep, study=study, prepared=prepared, **tables, **facts)

    def __getattribute__(self, name: str) -> Any:
        if name not in TABLES:
            return super().__getattribute__(name)
        kept: dict[str, pd.DataFrame] = super().__getattribute__("_kept")
        if name not in kept:
            table = getattr(super().__getattribute__("parts"), name)
            kept[name] = closed(super().__getattribute__("keep")(name, table.to_pandas))
        return kept[name].copy(deep=False)

    @cached_property
    def _kept(self) -> dict[str, pd.DataFrame]:
        return {}

    def for_patient(self, patient_id: str, start: object = None, end: object = None) -> Analysis:
        """The analysis of one patient; only that patient's rows are read."""
        return self.parts.for_patient(patient_id, start, end)

    def logs(self) -> Iterator[CodedLog]:
        """The log of each part that was analysed, one at a time."""
        chosen = self.parts.choices
        return (open_log(self.parts.study.part(one), chosen.as_of, chosen.log_through) for one in self.parts.done)

    @cached_property
    def _said_in(self) -> Callable[[str], Analysis]:
        chosen, study, out = self.parts.choices, self.parts.study, self.parts.folder.parent

        @lru_cache(maxsize=1)
        def said(code: str) -> Analysis:
            return AnalysisOfParts.of(analyse_parts(study, replace(chosen, language=code), out=out))

        return said
