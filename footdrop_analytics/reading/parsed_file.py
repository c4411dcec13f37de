"""One file understood and checked: its rows as typed columns, and what is wrong with which row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from footdrop_analytics.errors import StudyError, shortened
from footdrop_analytics.model.columns import ColumnSpec
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.cells.numbers import NAMED_BESIDE
from footdrop_analytics.reading.cells.parse import parse_cells
from footdrop_analytics.reading.cells.values import ColumnValues, ParseOptions, Values, missing_values
from footdrop_analytics.reading.cells.words import Proof, Reason
from footdrop_analytics.reading.checks.validate import (
    Failure,
    failed_checks,
    missing_required,
    plan_frequencies,
    rows_of,
)
from footdrop_analytics.reading.sources.limits import LONGEST_CELL, LONGEST_ID, too_long
from footdrop_analytics.reading.sources.raw import Cells, RawTable
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import number

DATES = ("date", "timestamp")
"""The kinds of columns in which day and month have an order."""
BEYOND_HEADER = marked("beyond the header")
"""Stands for a column where a row has more cells than the header."""
BROKEN_QUOTATION = marked("quotation mark")
"""Stands for a column where a quotation mark is never closed."""
_FOUND = 500
"""Characters of a header that is named in an error."""
_ANY_TEXT = ColumnSpec("", "text", False, "", None, None, (), (), False, True)
_UTC = marked(
    "{column}: every time ends in Z or +00:00, so these are probably not the times on the patient's wall clock; they "
    "were kept as written"
)


@dataclass(frozen=True, eq=False)
class ParsedFile:
    """A file's rows in the contract's columns (extra columns behind them) and the checks that they fail.

    ``needs_whole``: a part of the file alone may be understood in another way.
    """

    raw: RawTable
    frame: pd.DataFrame
    failures: list[Failure]
    notes: tuple[str, ...]
    needs_whole: bool


def parse_file(raw: RawTable, how: ParseOptions, today: pd.Timestamp) -> ParsedFile:
    """Understand every cell first, then check the values.

    Raises StudyError if a required column is not in the file.
    """
    specs = COLUMNS[raw.table]
    _refuse_missing_columns(raw)
    present = [name for name in specs if name in raw.columns]
    found = {name: parse_cells(raw.columns[name], specs[name], how) for name in present}
    order = _proved(raw, found)
    if order is not None and how.order is None:
        borrowing = [name for name in present if specs[name].kind in DATES and found[name].bad.size]
        how = replace(how, order=order)
        found |= {name: parse_cells(raw.columns[name], specs[name], how) for name in borrowing}
    columns: dict[str, ColumnValues | pd.Series] = {
        name: found[name].values if name in found else missing_values(spec, raw.n_rows, how)
        for name, spec in specs.items()
    }
    failures = [Failure(name, one.bad, one.reasons) for name, one in found.items() if one.bad.size]
    failures += _too_long(raw, present, failures)
    notes = [*raw.notes, *(note for name, one in found.items() for note in _notes(raw, name, one))]
    for name in raw.columns:
        if name not in specs:
            columns[name] = _extra_column(raw.columns[name], how)
    frame = pd.DataFrame(columns, copy=False)
    for name, one in found.items():
        if one.beside is not None:
            failures += _with_named(frame, name, one.beside, failures)
    failures += list(failed_checks(raw.table, frame[present], today))
    failures += list(missing_required(raw.table, frame, failures))
    if raw.table == "prescriptions":
        failures += list(plan_frequencies(frame, failures))
    failures += [*_beyond_header(raw), *_broken_quotations(raw)]
    needs_whole = any(one.open_order or one.notes or one.proof is not None for one in found.values())
    return ParsedFile(raw, frame, failures, tuple(notes), needs_whole)


def _notes(raw: RawTable, name: str, found: Values) -> list[str]:
    """What is said of how a column was read."""
    told = [translated(_UTC, column=name)] if found.only_utc else []
    told += [f"{name}: {note}" for note in found.notes]
    return told if found.proof is None else [*told, f"{name}: {_proving(raw, found.proof)}"]


def proved_order(raws: Iterable[RawTable], how: ParseOptions) -> Proof | None:
    """The order of day and month that holds for a file of several tables; None without proof, or with two orders."""
    found = []
    for raw in raws:
        specs = {name: spec for name, spec in COLUMNS[raw.table].items() if spec.kind in DATES and name in raw.columns}
        found.append(_proved(raw, {name: parse_cells(raw.columns[name], spec, how) for name, spec in specs.items()}))
    proofs = [one for one in found if one is not None]
    return proofs[0] if len({one.order for one in proofs}) == 1 else None


def _proved(raw: RawTable, found: Mapping[str, Values]) -> Proof | None:
    """The order that columns of a table prove, with the words that say where; None if none does, or two differ."""
    proofs = [
        one.proof._replace(
            words=translated(
                "{order} ({column}, row {row})", order=one.proof.words, column=name, row=_row(raw, one.proof)
            )
        )
        for name, one in found.items()
        if one.proof is not None
    ]
    return proofs[0] if len({one.order for one in proofs}) == 1 else None


def _proving(raw: RawTable, proof: Proof) -> str:
    return translated("{order} (row {row})", order=proof.words, row=_row(raw, proof))


def _row(raw: RawTable, proof: Proof) -> int:
    return int(raw.row_numbers(np.array([proof.position]))[0])


def _with_named(frame: pd.DataFrame, column: str, named: np.ndarray, already: list[Failure]) -> list[Failure]:
    """Fill blank ``sets`` with those that ``reps`` such as ``3x10`` name, or the reverse; others refuse the cell."""
    filled = NAMED_BESIDE[column]
    given = frame[filled]
    unread = rows_of(one for one in already if one.column == filled)
    blank = given.isna().to_numpy() & (named > 0)
    blank[unread] = False
    frame[filled] = given.mask(blank, pd.Series(named, dtype=given.dtype))
    unlike = np.flatnonzero((named > 0) & (given.fillna(0).to_numpy() != named) & given.notna().to_numpy())
    if not unlike.size:
        return []
    reasons = [
        Reason.of(
            translated(
                "names {named} {filled}, but {filled} is {given}; write {column} alone",
                named=named[at],
                filled=filled,
                given=given[at],
                column=column,
            ),
            translated("names other {filled} than the row has", filled=filled),
        )
        for at in unlike
    ]
    return [Failure(column, unlike, reasons)]


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
        raise StudyError(" ".join([_lacking(raw, absent, required), *_perhaps(raw, absent)]))


def _lacking(raw: RawTable, absent: list[str], required: list[str]) -> str:
    return translated(
        "{file}: the table {table} lacks the column {absent}. Expected in the first row: {required}. Found: {found}. "
        "Add or rename the column.",
        file=raw.file,
        table=raw.table,
        absent=", ".join(absent),
        required=", ".join(required),
        found=shortened(", ".join(raw.columns), _FOUND),
    )


def _perhaps(raw: RawTable, absent: list[str]) -> list[str]:
    return [
        translated("Perhaps {name} is {near}.", name=repr(shortened(one.name)), near=one.near)
        for one in raw.unread
        if one.near in absent
    ]


def _too_long(raw: RawTable, columns: list[str], already: list[Failure]) -> list[Failure]:
    """Cells with more characters than a cell may have; those of other failures have their reason."""
    told = {one.column for one in already}
    found = []
    for name in columns:
        longest = LONGEST_ID if name == "patient_id" else LONGEST_CELL
        long = too_long(raw.columns[name], longest) if name not in told else None
        if long is not None:
            places = np.flatnonzero(np.asarray(long))
            found.append(Failure(name, places, [_long(longest)] * len(places)))
    return found


def _long(most: int) -> str:
    return translated("longer than {count} characters; shorten it", count=number(most))


def _beyond_header(raw: RawTable) -> list[Failure]:
    if not raw.surplus:
        return []
    beyond = (shortened(", ".join(map(repr, cells.values()))) for cells in raw.surplus.values())
    reasons = [
        Reason.of(
            translated(
                "a cell beyond the header ({cells}): perhaps a separator inside a text without quotation marks",
                cells=cells,
            ),
            translated("a cell beyond the header"),
        )
        for cells in beyond
    ]
    return [Failure(BEYOND_HEADER, np.array(list(raw.surplus), dtype=np.int64), reasons)]


def _broken_quotations(raw: RawTable) -> list[Failure]:
    if not raw.broken:
        return []
    reason = translated("a quotation mark is opened and never closed; close it, or delete it")
    return [Failure(BROKEN_QUOTATION, np.array(list(raw.broken), dtype=np.int64), [reason] * len(raw.broken))]
