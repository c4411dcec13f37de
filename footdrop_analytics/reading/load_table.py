"""All files of one table, understood and checked: the valid rows, the rejected ones, the notes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.cells.values import ParseOptions
from footdrop_analytics.reading.checks.notes import Note
from footdrop_analytics.reading.checks.rejected import empty_rejected, rejected_rows, split_soft, written_cells
from footdrop_analytics.reading.checks.validate import Failure
from footdrop_analytics.reading.parsed_file import ParsedFile, parse_file
from footdrop_analytics.reading.sources.raw import TEXT_CELLS, RawTable
from footdrop_analytics.reading.table_rows import TableRows, stacked_rows, valid_rows


@dataclass(frozen=True)
class Gathered:
    """What the files of one table came to."""

    rows: TableRows
    rejected: pd.DataFrame
    notes: list[Note]


def gather(table: str, raws: list[RawTable], how: ParseOptions, today: pd.Timestamp) -> Gathered:
    """Parse, check and stack the files of one table; a table without files is empty.

    ``raws`` is emptied: each file is let go as soon as it is understood, so that its cells are not held twice.
    """
    valid, rejected = [], []
    notes: list[Note] = []
    waiting = raws[::-1] or [_absent(table)]
    raws.clear()
    while waiting:
        raw = waiting.pop()
        one = parse_file(raw, replace(how, decimal_comma=raw.decimal_comma), today)
        hard, soft = split_soft(one)
        out = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *(failure.positions for failure in hard)]))
        notes += [Note(table, raw.file, None, message) for message in one.notes]
        notes += _blanked_cells(one, soft, out)
        valid.append(valid_rows(one, out))
        rejected.append(rejected_rows(one, hard + _of_rows(soft, out)))
    lines = [part for part in rejected if len(part)]
    return Gathered(stacked_rows(valid), pd.concat(lines, ignore_index=True) if lines else empty_rejected(), notes)


def _of_rows(failures: list[Failure], rows: np.ndarray) -> list[Failure]:
    """The failures of some rows: a rejected row names all that is wrong with it."""
    found = []
    for one in failures:
        chosen = np.isin(one.positions, rows)
        if chosen.any():
            reasons = [reason for reason, kept in zip(one.reasons, chosen, strict=True) if kept]
            found.append(Failure(one.column, one.positions[chosen], reasons))
    return found


def _absent(table: str) -> RawTable:
    """A table without files reads like a file with a header and no row."""
    nothing = pa.array([], TEXT_CELLS)
    return RawTable(table, "", {name: nothing for name, spec in COLUMNS[table].items() if spec.required}, 0, "")


def _blanked_cells(parsed: ParsedFile, soft: list[Failure], rejected: np.ndarray) -> list[Note]:
    """Make cells that failed missing in rows that stay, and say so."""
    if not soft:
        return []
    raw, notes = parsed.raw, []
    stay = np.setdiff1d(np.arange(raw.n_rows), rejected)
    for failure in _of_rows(soft, stay):
        positions, reasons = failure.positions, failure.reasons
        if failure.column in COLUMNS[raw.table]:
            parsed.frame.loc[positions, failure.column] = None
            written = written_cells(raw, failure.column, positions)
            what = [f"{failure.column} {text!r} was read as missing" for text in written]
        else:
            what = ["the surplus cell was left out"] * len(positions)
        ids = parsed.frame["patient_id"].take(positions).astype(object)
        rows = raw.row_numbers(positions)
        notes += [
            Note(raw.table, raw.file, str(one), f"row {row}: {left} ({reason}); the row was kept")
            for one, row, left, reason in zip(ids, rows, what, reasons, strict=True)
        ]
    return notes
