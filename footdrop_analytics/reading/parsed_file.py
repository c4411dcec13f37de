"""One file understood and checked: its rows as typed columns, and what is wrong with which row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from footdrop_analytics.errors import StudyError
from footdrop_analytics.model.columns import ColumnSpec
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.cells.parse import parse_cells
from footdrop_analytics.reading.cells.values import ColumnValues, ParseOptions, missing_values
from footdrop_analytics.reading.checks.validate import Failure, failed_checks, missing_required, plan_frequencies
from footdrop_analytics.reading.sources.raw import Cells, RawTable

BEYOND_HEADER = "beyond the header"
"""Stands for a column where a row has more cells than the header."""
BROKEN_QUOTATION = "quotation mark"
"""Stands for a column where a quotation mark is never closed."""
_ANY_TEXT = ColumnSpec("", "text", False, "", None, None, (), (), False, True)
_UTC_NOTE = (
    "{column}: every time ends in Z or +00:00, so these are probably not the times on the patient's wall clock; they "
    "were kept as written"
)


@dataclass(frozen=True, eq=False)
class ParsedFile:
    """A file's rows in the contract's columns (extra columns behind them) and the checks that they fail."""

    raw: RawTable
    frame: pd.DataFrame
    failures: list[Failure]
    notes: tuple[str, ...]


def parse_file(raw: RawTable, how: ParseOptions, today: pd.Timestamp) -> ParsedFile:
    """Understand every cell first, then check the values.

    Raises
    ------
    StudyError
        If a required column is not in the file.
    """
    specs = COLUMNS[raw.table]
    _refuse_missing_columns(raw)
    columns: dict[str, ColumnValues | pd.Series] = {}
    failures: list[Failure] = []
    notes = list(raw.notes)
    named_sets: np.ndarray | None = None
    for name, spec in specs.items():
        if name not in raw.columns:
            columns[name] = missing_values(spec, raw.n_rows, how)
            continue
        found = parse_cells(raw.columns[name], spec, how)
        columns[name] = found.values
        if found.bad.size:
            failures.append(Failure(name, found.bad, found.reasons))
        if found.only_utc:
            notes.append(_UTC_NOTE.format(column=name))
        notes += [f"{name}: {note}" for note in found.notes]
        if found.proof is not None:
            row = raw.row_numbers(np.array([found.proof.position]))[0]
            notes.append(f"{name}: {found.proof.words} (row {row})")
        named_sets = found.sets if found.sets is not None else named_sets
    for name in raw.columns:
        if name not in specs:
            columns[name] = _extra_column(raw.columns[name], how)
    frame = pd.DataFrame(columns, copy=False)
    if named_sets is not None:
        failures += _with_named_sets(frame, named_sets, failures)
    present = [name for name in specs if name in raw.columns]
    failures += list(failed_checks(raw.table, frame[present], today))
    failures += list(missing_required(raw.table, frame, failures))
    if raw.table == "prescriptions":
        failures += list(plan_frequencies(frame, failures))
    failures += [*_beyond_header(raw), *_broken_quotations(raw)]
    return ParsedFile(raw, frame, failures, tuple(notes))


def _with_named_sets(frame: pd.DataFrame, named: np.ndarray, already: list[Failure]) -> list[Failure]:
    """Fill blank ``sets`` with those that ``reps`` such as ``3x10`` name; where others are given, neither counts."""
    given = frame["sets"]
    unread = np.concatenate([np.empty(0, np.int64), *(one.positions for one in already if one.column == "sets")])
    blank = given.isna().to_numpy() & (named > 0)
    blank[unread] = False
    frame["sets"] = given.mask(blank, pd.Series(named, dtype=given.dtype))
    unlike = np.flatnonzero((named > 0) & (given.fillna(0).to_numpy() != named) & given.notna().to_numpy())
    if not unlike.size:
        return []
    reasons = [f"names {named[at]} sets, but sets is {given[at]}; write the repetitions of one set" for at in unlike]
    return [Failure("reps", unlike, reasons)]


def _extra_column(cells: Cells, how: ParseOptions) -> ColumnValues | pd.Series:
    """A column that the contract does not know: kept, text as text."""
    if pa.types.is_dictionary(cells.type):
        return parse_cells(cells, _ANY_TEXT, how).values
    kept: pd.Series = cells.to_pandas()
    return kept


def _refuse_missing_columns(raw: RawTable) -> None:
    required = [name for name, spec in COLUMNS[raw.table].items() if spec.required]
    if raw.file and raw.table == "prescriptions" and "weekdays" not in raw.columns:
        required.append("days_per_week")
    if absent := [name for name in required if name not in raw.columns]:
        raise StudyError(
            f"{raw.file}: the table {raw.table} lacks the column {', '.join(absent)}. Expected in the first row: "
            f"{', '.join(required)}. Found: {', '.join(raw.columns)}. Add or rename the column."
            f"{''.join(f' Perhaps {one.name!r} is {one.near}.' for one in raw.unread if one.near in absent)}"
        )


def _beyond_header(raw: RawTable) -> list[Failure]:
    if not raw.surplus:
        return []
    reasons = [
        f"a cell beyond the header ({', '.join(map(repr, cells.values()))}): perhaps a separator inside a text without "
        "quotation marks"
        for cells in raw.surplus.values()
    ]
    return [Failure(BEYOND_HEADER, np.array(list(raw.surplus), dtype=np.int64), reasons)]


def _broken_quotations(raw: RawTable) -> list[Failure]:
    if not raw.broken:
        return []
    reason = "a quotation mark is opened and never closed; close it, or delete it"
    return [Failure(BROKEN_QUOTATION, np.array(list(raw.broken), dtype=np.int64), [reason] * len(raw.broken))]
