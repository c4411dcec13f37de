"""What one version found in a study, as a file: numbers, states, verdicts and open flags, and nothing that was written.

Ids and the keys of exercises are kept, because results are compared by them. No name, note or other free text is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.errors import StudyError

FORM = "footdrop results"
SCHEMA_VERSION = 1
MAX_BYTES = 500_000_000
DIGITS = 9
"""Significant digits of a number in the file."""

PATIENT, SERIES = ("patient_id",), ("patient_id", "exercise", "side")


@dataclass(frozen=True)
class Kept:
    """What is kept of a result table: its rows' names, its columns (none: all of plain kinds), its attribute."""

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...] = ()


KEPT = {
    "adherence": Kept("adherence_period", SERIES),
    "adherence_patient": Kept("adherence_patient_period", PATIENT),
    "adherence_28d": Kept(
        "caseload",
        PATIENT,
        (
            *("due_28d", "credited_28d", "adherence_28d", "adherence_28d_low", "adherence_28d_high"),
            *("adherence_before", "change", "change_low", "change_high", "unreadable_days", "plan_known"),
        ),
    ),
    "persistence": Kept("persistence", SERIES),
    "trends": Kept("trends", (*SERIES, "measure")),
    "readiness": Kept(
        "readiness", SERIES, ("mode", "target", "state", "n_met", "n_applicable", "unmet", "missing", "next_step")
    ),
    "criteria": Kept("criteria", (*SERIES, "rule_id"), ("applicable", "met", "n")),
    "flags": Kept("flags", ("patient_id", "rule_id", "severity", "day", "exercise"), ("open",)),
}
"""The tables of a result file. Columns that quote or name (``message``, ``evidence``, ``clinician``) are in none."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Results:
    """What a version of the package found.

    ``parameters`` are those of the ``Analysis``, ``asked`` what the caller chose, to be asked again (``as_of``,
    ``log_through``, ``date_format``, ``timezone``); ``sources`` has ``table``, ``sha256``, ``rows`` of what was read,
    and ``file``, which is not in a result file. ``tables`` has one per entry of ``KEPT``; every value is text, a
    number, a truth value or missing.
    """

    version: str
    parameters: Mapping[str, str]
    asked: Mapping[str, str | None]
    sources: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]

    @property
    def patients(self) -> frozenset[str]:
        """Everybody with a result."""
        return frozenset(str(one) for table in self.tables.values() for one in table["patient_id"].unique())

    def to_json(self) -> str:
        """The content of a result file."""
        facts = {
            "form": FORM,
            "schema_version": SCHEMA_VERSION,
            "footdrop_analytics": self.version,
            "parameters": dict(self.parameters),
            "asked": dict(self.asked),
            "sources": _plain(self.sources.drop(columns="file")),
            "tables": {name: _plain(table) for name, table in self.tables.items()},
        }
        return json.dumps(facts, allow_nan=False) + "\n"


def results_of(analysis: Analysis, asked: Mapping[str, str | None]) -> Results:
    """What an analysis found, ready to be written or compared."""
    tables = {}
    for name, kept in KEPT.items():
        table = getattr(analysis, kept.table)
        if name == "flags":
            table = table[table["open"]]
        columns = kept.columns or [str(one) for one in table if one not in kept.key]
        tables[name] = table[[*kept.key, *columns]].apply(_as_plain).reset_index(drop=True)
    parameters = analysis.parameters
    return Results(
        version=parameters["footdrop_analytics"],
        parameters=parameters,
        asked=asked,
        sources=analysis.sources.apply(_as_plain),
        tables=tables,
    )


def read_results(path: Path) -> Results:
    """Read a result file."""
    facts = _facts(path)
    try:
        if facts["schema_version"] != SCHEMA_VERSION:
            raise StudyError(
                f"{path}: is a result file of form {str(facts['schema_version'])[:20]}; this version reads form "
                f"{SCHEMA_VERSION}. Use the later of the two versions to compare."
            )
        asked, parameters = ({str(k): v for k, v in facts[name].items()} for name in ("asked", "parameters"))
        if not all(isinstance(value, str | None) for value in (*asked.values(), *parameters.values())):
            raise TypeError("a parameter is no text")
        return Results(
            version=str(facts["footdrop_analytics"]),
            parameters=parameters,
            asked=asked,
            sources=_table(facts["sources"], ("table", "sha256")),
            tables={name: _table(facts["tables"][name], kept.key) for name, kept in KEPT.items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StudyError(
            f"{path}: is damaged ({type(error).__name__}). Write it again: footdrop compare STUDY --save."
        ) from error


def _facts(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        facts = json.loads(content.decode("utf-8")) if len(content) <= MAX_BYTES else None
    except OSError as error:
        raise StudyError(f"{path}: cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise StudyError(f"{path}: is no JSON of footdrop. Name a file of: footdrop compare STUDY --save.") from error
    if not isinstance(facts, dict) or facts.get("form") != FORM:
        raise StudyError(f"{path}: is no result file. Name a file of: footdrop compare STUDY --save.")
    return facts


def _plain(table: pd.DataFrame) -> dict[str, list[Any]]:
    rows = table.astype(object).where(table.notna(), None)
    return {"columns": [str(one) for one in table], "rows": rows.to_numpy().tolist()}


def _table(facts: dict[str, Any], needed: tuple[str, ...]) -> pd.DataFrame:
    table = pd.DataFrame(facts["rows"], columns=facts["columns"], dtype=object)
    if missing := set(needed) - set(table):
        raise KeyError(*sorted(missing))
    if not table.map(lambda value: isinstance(value, str | int | float | None)).all(axis=None):
        raise TypeError("a cell is no plain value")
    return table


def _as_plain(column: pd.Series) -> pd.Series:
    """A column as it comes back from a file: text, numbers in nine digits, truth values, days as text, or None."""
    kind = column.dtype
    if pd.api.types.is_datetime64_any_dtype(kind):
        found = column.dt.strftime("%Y-%m-%d").astype(object)
    elif pd.api.types.is_bool_dtype(kind):
        found = column.astype("boolean").astype(object)
    elif pd.api.types.is_numeric_dtype(kind):
        numbers = column.astype("Float64").astype(object)
        found = numbers.map(lambda value: float(f"{value:.{DIGITS}g}"), na_action="ignore")
    else:
        found = column.astype("str").astype(object)
    plain: pd.Series = found.where(column.notna(), None)
    return plain
