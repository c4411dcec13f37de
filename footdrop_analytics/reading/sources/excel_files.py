"""Excel sheets into raw cells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from footdrop_analytics.reading.sources.guarded import guarded
from footdrop_analytics.reading.sources.raw import RawTable, blank_rows, clean_header, without_rows
from footdrop_analytics.reading.sources.typed_tables import object_cells, object_text

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_SAVE_AS = "Expected .xlsx without a password; open it and save it as 'Excel Workbook (.xlsx)', or delete the file."


@dataclass(frozen=True)
class Book:
    """An open workbook: its values, and its formulas where it holds any."""

    values: Workbook
    formulas: Workbook | None

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets (charts are none)."""
        return [sheet.title for sheet in self.values.worksheets]

    def rows(self, sheet: str) -> list[tuple[object, ...]]:
        """The cells of a sheet; a formula whose value was never saved stands as its own text: it is not a blank."""
        values = _rows(self.values, sheet)
        if self.formulas is None:
            return values
        pairs = zip(values, _rows(self.formulas, sheet), strict=True)
        return [tuple(map(_value_or_formula, row, formulas)) for row, formulas in pairs]


def _rows(workbook: Workbook, sheet: str) -> list[tuple[object, ...]]:
    worksheet = workbook[sheet]
    worksheet.reset_dimensions()
    return [tuple(row) for row in worksheet.iter_rows(values_only=True)]


def _value_or_formula(value: object, formula: object) -> object:
    return formula if value is None and isinstance(formula, str) and formula.startswith("=") else value


@contextmanager
def open_workbook(path: Path) -> Iterator[Book]:
    """An Excel workbook, read only.

    Raises
    ------
    StudyError
        If the file is empty or no workbook (also an old .xls, or one with a password), also while it is read.
    """
    from openpyxl import load_workbook

    with guarded(path, "an Excel workbook", _SAVE_AS), ExitStack() as opened:
        values = load_workbook(path, read_only=True, data_only=True)
        opened.callback(values.close)
        formulas = load_workbook(path, read_only=True) if _has_formulas(path) else None
        if formulas is not None:
            opened.callback(formulas.close)
        yield Book(values, formulas)


def _has_formulas(path: Path) -> bool:
    with ZipFile(path) as parts:
        return any(b"<f" in parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/"))


def load_sheet(book: Book, sheet: str, table: str, file: str, digest: str) -> RawTable | None:
    """Read one sheet; None if it is wholly empty.

    Raises
    ------
    StudyError
        If its first row is no header.
    """
    rows = book.rows(sheet)
    if not any(value is not None for row in rows for value in row):
        return None
    header = clean_header([object_text(value) or "" for value in rows[0]], f"{file}, sheet {sheet}")
    body = rows[1:]
    columns = {
        name: object_cells([row[number] if number < len(row) else None for row in body])
        for number, name in enumerate(header)
    }
    raw = RawTable(table, file, columns, len(body), digest, surplus=_surplus(body, len(header)))
    blank = blank_rows(columns.values(), len(body))
    blank[list(raw.surplus)] = False
    return without_rows(raw, blank)


def sha256_of(path: Path) -> str:
    """The checksum that says which version of a file was read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _surplus(rows: Iterable[tuple[object, ...]], width: int) -> dict[int, dict[int, str]]:
    found = {}
    for position, row in enumerate(rows):
        beyond = {
            number: text
            for number, value in enumerate(row[width:], start=width + 1)
            if (text := object_text(value) or "").strip()
        }
        if beyond:
            found[position] = beyond
    return found
