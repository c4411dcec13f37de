"""The form in which every kind of review flag is handed on, before they become one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.adherence.calendar import SeriesDays
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import Bools, Ints, Rows
from footdrop_analytics.analysis.log.clinical_events import Happenings
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.analysis.readiness.recent_practice import Practice
from footdrop_analytics.analysis.wording import Texts, together
from footdrop_analytics.knowledge import FlagRules
from footdrop_analytics.model.days import DAY_US
from footdrop_analytics.model.vocabulary import SIDES
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import side


@dataclass(frozen=True)
class Evidence:
    """What the flags are worked out from."""

    log: CodedLog
    performance: Performance
    days: SeriesDays
    persistence: pd.DataFrame
    practice: Practice
    happenings: Happenings
    rules: FlagRules

    def limit(self, rule_id: str, parameter: str) -> int:
        """A whole-number threshold."""
        return int(self.rules.flags[rule_id].parameters[parameter])

    @cached_property
    def exercise_names(self) -> Texts:
        """The name of each exercise, in catalogue order."""
        return np.array([translated(one.name) for one in self.log.study.exercises.values()], dtype=object)

    def of_series(self, series: Ints, said: str | Callable[..., str], *columns: npt.NDArray[Any]) -> Texts:
        """A text that holds ``{series}``, or ``said(name, a, b, …)``, for each series: Heel raise (left)."""
        table = self.log.series

        def write(exercise: int, at: int, *values: Any) -> str:
            name = f"{self.exercise_names[exercise]} ({side(SIDES[at])})"
            return translated(said, series=name) if isinstance(said, str) else said(name, *values)

        return together(write, table.exercise[series], table.side[series], *columns)

    def flags(
        self, rule_id: str, patient: Ints, day: Ints, message: Texts, told: Texts | str = "", **columns: Any
    ) -> Rows:
        """Flags of a rule: :func:`flag_rows` of its severity."""
        return flag_rows(rule_id, self.rules.flags[rule_id].severity, patient, day, message, told, **columns)

    def series_flags(self, rule_id: str, series: Ints, day: Ints, message: Texts, told: Texts | str) -> Rows:
        """One flag of a rule per series."""
        table = self.log.series
        return self.flags(rule_id, table.patient[series], day, message, told, exercise=table.exercise[series])


def flag_rows(
    rule_id: str | npt.NDArray[np.object_],
    severity: str | npt.NDArray[np.object_],
    patient: npt.NDArray[np.integer],
    day: npt.NDArray[np.integer],
    message: Texts,
    evidence: Texts | str = "",
    exercise: npt.NDArray[np.integer] | int = -1,
    is_open: Bools | bool = True,
    kind: npt.NDArray[np.integer] | int = -1,
    since: Ints | int = 0,
) -> Rows:
    """Flags as rows; ``day`` −1 = none, ``exercise`` −1 = none or several, ``kind`` −1 = that of the rule.

    ``since``: the moment (µs) at which there was what is flagged, which no earlier review can have seen; 0 = not known.
    """
    size = len(patient)

    def column(values: object, dtype: type) -> npt.NDArray[Any]:
        return values if isinstance(values, np.ndarray) else np.full(size, values, dtype=dtype)

    return {
        "patient": patient,
        "rule_id": column(rule_id, object),
        "severity": column(severity, object),
        "day": day,
        "exercise": column(exercise, np.int64),
        "message": message,
        "evidence": column(evidence, object),
        "open": column(is_open, np.bool_),
        "kind": column(kind, np.int64),
        "since": column(since, np.int64),
    }


def recent_rows(evidence: Evidence, days: int, recorded: str) -> Rows:
    """Logged rows (each once) of sessions within so many days in which the column ``recorded`` is filled.

    ``row`` (position in ``study.sessions``), ``patient`` and ``day`` of each.
    """
    log, entries = evidence.log, evidence.log.entries
    missing = log.study.sessions[recorded].array.isna()
    chosen = np.flatnonzero((entries.day > log.as_of_day - days) & ~missing[entries.row])
    row, first = np.unique(entries.row[chosen], return_index=True)
    patient = log.series.patient[entries.series[chosen[first]]]
    return {"row": row, "patient": patient, "day": entries.day[chosen[first]]}


def moments(evidence: Evidence, row: Ints) -> Ints:
    """When rows of the log were done or, if that is later, written down, in µs; 0 where no clock time is known."""
    table = evidence.log.study.sessions
    done, written = (cols.microseconds(table[name])[row] for name in ("performed_at", "recorded_at"))
    return np.maximum(np.where(done % DAY_US == 0, 0, done), written).clip(0)
