"""A file as it was found: its cells before any of them is understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.errors import StudyError
from footdrop_analytics.reading.checks.unread import Unread

TEXT_CELLS = pa.dictionary(pa.int32(), pa.string())
"""How text is kept: every distinct text once, so that it is understood once."""

Cells: TypeAlias = pa.Array | pa.ChunkedArray
"""The cells of a column: text in one array of :data:`TEXT_CELLS`; typed ones in chunks, as they came from the file."""


@dataclass(frozen=True, eq=False)
class RawTable:
    """One file (or sheet, or frame) of one table.

    Attributes
    ----------
    columns : dict
        Header, trimmed and in lower case, to the :data:`Cells`.
    rows : ndarray, optional
        The number of each row as a spreadsheet shows it; None = 2, 3, 4 and so on.
    surplus : dict
        Position of a row to its non-empty cells beyond the header, by the number of the column.
    unread : tuple of Unread
        What of this file (columns, other sheets) was not read.
    """

    table: str
    file: str
    columns: dict[str, Cells]
    n_rows: int
    sha256: str
    rows: np.ndarray | None = None
    surplus: dict[int, dict[int, str]] = field(default_factory=dict)
    decimal_comma: bool = False
    notes: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()

    def row_numbers(self, positions: np.ndarray) -> np.ndarray:
        """The spreadsheet's row numbers of these positions."""
        return positions + 2 if self.rows is None else self.rows[positions]


def clean_header(cells: Sequence[str], file: str) -> list[str]:
    """Headers trimmed and in lower case, blanks at the end cut off.

    Raises
    ------
    StudyError
        If there is no header, or one stands twice.
    """
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise StudyError(
            f"{file}: row 1 has no column names. Expected a header such as patient_id, … in the first row."
        )
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise StudyError(
            f"{file}: the column {', '.join(map(repr, twice))} stands twice in the header (capitals and blanks do not "
            "count). Rename or delete one of them."
        )
    return [name or f"unnamed_{number}" for number, name in enumerate(names, start=1)]


def text_cells(texts: Iterable[str]) -> pa.DictionaryArray:
    """Texts as dictionary-encoded cells."""
    return pa.array(texts, pa.string()).dictionary_encode()


def blank_rows(columns: Iterable[Cells], n_rows: int) -> np.ndarray:
    """Which rows hold nothing but blanks."""
    blank = np.ones(n_rows, dtype=bool)
    for cells in columns:
        if not blank.any():
            break
        blank &= blank_cells(cells)
    return blank


def blank_cells(cells: Cells) -> np.ndarray:
    """Which cells are missing or hold nothing but blanks."""
    if not pa.types.is_dictionary(cells.type):
        return np.asarray(pc.is_null(cells, nan_is_null=True))
    blank_words = np.append(blank_texts(cells.dictionary), True)
    blank: np.ndarray = blank_words[codes_of(cells)]
    return blank


def blank_texts(texts: pa.Array) -> np.ndarray:
    """Which texts are missing or hold nothing but blanks."""
    return np.asarray(pc.fill_null(pc.equal(pc.utf8_trim_whitespace(texts), ""), True), dtype=bool)


def codes_of(cells: pa.DictionaryArray) -> np.ndarray:
    """The position of each cell's text in the dictionary, −1 where the cell is missing."""
    indices = cells.indices
    if indices.null_count:
        indices = pc.fill_null(indices, -1)
    return np.asarray(indices)


def without_rows(raw: RawTable, left_out: np.ndarray) -> RawTable:
    """The same file without some rows; the others keep their numbers."""
    if not left_out.any():
        return raw
    kept = np.flatnonzero(~left_out)
    new_position = {int(old): new for new, old in enumerate(kept)} if raw.surplus else {}
    taken = pa.array(kept)
    return replace(
        raw,
        columns={name: cells.take(taken) for name, cells in raw.columns.items()},
        n_rows=len(kept),
        rows=raw.row_numbers(kept),
        surplus={new_position[old]: cells for old, cells in raw.surplus.items()},
    )
