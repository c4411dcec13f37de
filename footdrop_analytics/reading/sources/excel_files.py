"""Spreadsheets (Excel, OpenDocument) into raw cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from footdrop_analytics.reading.sources import headers
from footdrop_analytics.reading.sources.limits import MOST_COLUMNS, MOST_ROWS_OF_A_SHEET, checked_workbook
from footdrop_analytics.reading.sources.raw import Cells, RawTable, blank_rows, guarded, with_header, without_rows
from footdrop_analytics.reading.sources.typed_tables import object_cells, object_text
from footdrop_analytics.wording.language import how_many, marked

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from python_calamine import CalamineWorkbook

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
_SAVE_AS = marked(
    "Expected .xlsx without a password; open it and save it as 'Excel Workbook (.xlsx)', or delete the file."
)
Rows = list[list[object]]


@dataclass
class Book:
    """An open workbook: its values, and where it holds formulas or errors, what stands in these cells."""

    values: CalamineWorkbook
    shown: list[Workbook] = field(default_factory=list)
    _read: dict[str, Rows] = field(default_factory=dict)

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets (charts are none)."""
        return [sheet.name for sheet in self.values.sheets_metadata if "WorkSheet" in str(sheet.typ)]

    def rows(self, sheet: str) -> Rows:
        """The cells of a sheet from its first cell on; what is no value stands as its own text: it is not a blank."""
        if sheet not in self._read:
            found = self.values.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            rows: Rows = [[None if value == "" else value for value in row] for row in found]
            for workbook in self.shown:
                if sheet in workbook.sheetnames:
                    _fill_blanks(rows, workbook, sheet)
            self._read = {sheet: rows}
        return self._read[sheet]

    def n_rows(self, sheet: str) -> int:
        """How many rows hold something."""
        return sum(any(value is not None for value in row) for row in self.rows(sheet))

    def merged(self, sheet: str) -> list[tuple[int, int, int]]:
        """Merged blocks of several rows: first row, last row, first column (counted from 0)."""
        blocks = self.values.get_sheet_by_name(sheet).merged_cell_ranges or []
        return sorted((begin[0], end[0], begin[1]) for begin, end in blocks if end[0] > begin[0])


def _fill_blanks(rows: Rows, workbook: Workbook, sheet: str) -> None:
    worksheet = workbook[sheet]
    worksheet.reset_dimensions()
    within = worksheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
    for number, shown in enumerate(islice(within, MOST_ROWS_OF_A_SHEET)):  # what is farther is formatted at most
        if shown.count(None) == len(shown):
            continue
        for at, value in enumerate(shown):
            if isinstance(value, str) and value.startswith(("=", "#")):
                rows += [[] for _ in range(number + 1 - len(rows))]
                row = rows[number]
                row += [None] * (at + 1 - len(row))
                row[at] = value if row[at] is None else row[at]


@contextmanager
def open_workbook(path: Path) -> Iterator[Book]:
    """A workbook, read only.

    Raises StudyError if the file is empty or no workbook (or one with a password), also while it is read.
    """
    from python_calamine import CalamineWorkbook

    with guarded(path, marked("an Excel workbook"), _SAVE_AS), ExitStack() as opened:
        more_than_values = checked_workbook(path)
        book = Book(opened.enter_context(CalamineWorkbook.from_path(path)))
        if more_than_values and path.suffix.lower() in (".xlsx", ".xlsm"):
            from openpyxl import load_workbook

            for only_values in (True, False):  # its errors, and its formulas
                book.shown.append(load_workbook(path, read_only=True, data_only=only_values))
                opened.callback(book.shown[-1].close)
        yield book


def load_sheet(book: Book, sheet: str, table: str, file: str, digest: str) -> RawTable | None:
    """Read one sheet; None if it is wholly empty.

    Raises StudyError if its first row, or the first below a title, is no header.
    """
    rows = book.rows(sheet)
    if not any(value is not None for row in rows for value in row):
        return None
    at = headers.header_line([_texts(row) for row in rows[: headers.LINES_LOOKED_AT]], table)
    header = headers.read_header(_texts(rows[at]), table, f"{file}, sheet {sheet}", at + 1)
    body = rows[at + 1 :]
    names = header.names
    own = _cells(body, names)
    surplus = _surplus(body, len(names))
    blank = blank_rows(own.values(), len(body))
    blank[list(surplus)] = False
    filled = _filled_blocks(body, book.merged(sheet), at + 1, blank, names)
    raw = RawTable(
        table,
        file,
        _cells(body, names) if filled else own,
        len(body),
        digest,
        rows=np.arange(len(body)) + at + 2 if at else None,
        surplus=surplus,
        notes=(*headers.header_note(at), *filled),
    )
    return without_rows(with_header(raw, header, sheet), blank)


def sheet_header(book: Book, sheet: str) -> list[str]:
    """The first row of a sheet that names the columns of any table, else its first row."""
    lines = [_texts(row) for row in book.rows(sheet)[: headers.LINES_LOOKED_AT]]
    return next((line for line in lines if headers.looks_like(line)), lines[0])


def _texts(row: Sequence[object]) -> list[str]:
    return [object_text(value) or "" for value in row]


def _cells(body: Rows, names: Sequence[str]) -> dict[str, Cells]:
    return {
        name: object_cells([row[number] if number < len(row) else None for row in body])
        for number, name in enumerate(names)
    }


def _filled_blocks(
    body: Rows, blocks: Iterable[tuple[int, int, int]], first: int, blank: np.ndarray, names: Sequence[str]
) -> list[str]:
    """Give every row of a merged block its value, and say so; rows that hold nothing else stay blank."""
    filled: Counter[str] = Counter()
    done: dict[int, int] = {}
    for begin, end, column in blocks:
        if begin < first or column >= len(names):
            continue
        value = body[begin - first][column]
        last = min(end - first + 1, len(body))
        rows = range(max(begin - first + 1, done.get(column, 0)), last)  # blocks that overlap are no workbook's
        done[column] = max(last, done.get(column, 0))
        for at in rows:
            if not blank[at] and value is not None and body[at][column] is None:
                body[at][column] = value
                filled[names[column]] += 1
    return [
        how_many(
            "{count} cell of {column} was filled from merged cells",
            "{count} cells of {column} were filled from merged cells",
            count,
            column=name,
        )
        for name, count in filled.items()
    ]


def _surplus(rows: Iterable[Sequence[object]], width: int) -> dict[int, dict[int, str]]:
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
