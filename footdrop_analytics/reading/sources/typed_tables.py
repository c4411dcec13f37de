"""Parquet files, data frames and spreadsheets into raw cells: types are kept, each distinct text is encoded once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from footdrop_analytics.errors import StudyError
from footdrop_analytics.reading.sources.limits import (
    MOST_COLUMNS,
    MOST_ROWS_OF_A_SHEET,
    checked_parquet,
    checked_workbook,
    read_groups,
)
from footdrop_analytics.reading.sources.raw import (
    LINES_LOOKED_AT,
    TEXT_CELLS,
    Cells,
    RawTable,
    blank_rows,
    codes_of,
    guarded,
    header_line,
    header_note,
    looks_like,
    one_array,
    read_header,
    text_cells,
    with_header,
    without_rows,
)
from footdrop_analytics.wording.language import how_many, marked

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from python_calamine import CalamineWorkbook


def load_parquet(path: Path, table: str) -> RawTable:
    """Read one Parquet file; StudyError if it is none."""
    with guarded(path, "Parquet", marked("Text must be UTF-8. Export the file again, or delete it.")):
        with pq.ParquetFile(path, read_dictionary=text_columns(path)) as opened:
            checked_parquet(path.name, opened)
            found = read_groups(path.name, opened)
        found.validate(full=True)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return parquet_table(found, table, path.name, digest)


def text_columns(path: Path) -> list[str]:
    """The columns of a Parquet file that hold text or bytes, also within lists and structures.

    They are read as each distinct text and where it stands: a text that stands in a million cells is in memory once.
    """
    schema = pq.ParquetFile(path).schema
    columns = [schema.column(at) for at in range(len(schema))]
    return [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]


def parquet_table(found: pa.Table, table: str, file: str, digest: str) -> RawTable:
    """Rows of a Parquet file as raw cells."""
    columns = [_cells(column) for column in found.columns]
    return _raw_table(table, file, found.column_names, columns, found.num_rows, digest)


def load_frame(frame: pd.DataFrame, table: str, file: str) -> RawTable:
    """Take one data frame as if it were a file; its index is ignored."""
    names = [str(name) for name in frame.columns]
    columns = [_frame_cells(frame.iloc[:, number]) for number in range(len(names))]
    return _raw_table(table, file, names, columns, len(frame), None)


def _raw_table(
    table: str, file: str, names: list[str], cells: list[Cells], n_rows: int, digest: str | None
) -> RawTable:
    header = read_header(names, table, file)
    columns = dict(zip(header.names, cells, strict=False))
    raw = RawTable(table, file, columns, n_rows, digest or _digest(columns))
    raw = with_header(raw, header)
    return without_rows(raw, blank_rows(raw.columns.values(), raw.n_rows))


def _digest(columns: dict[str, Cells]) -> str:
    """A checksum of the cells, so that a study in memory can be recognised like a file."""
    found = hashlib.sha256()
    for name, cells in columns.items():
        found.update(name.encode("utf-8"))
        if pa.types.is_dictionary(cells.type):
            found.update(json.dumps(cells.dictionary.to_pylist()).encode("utf-8"))
            cells = codes_of(cells)
        else:
            cells = np.asarray(cells)
        found.update(cells.tobytes())
    return found.hexdigest()


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _cells(column: pa.ChunkedArray) -> Cells:
    """Typed columns as they are; text (also encoded in another way) as :data:`TEXT_CELLS`, odd types as text."""
    kind = column.type
    if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
        column, kind = column.cast(kind.value_type), kind.value_type
    types = pa.types
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        column, kind = column.cast(pa.binary()).cast(pa.string()), pa.string()
    if _is_text(kind):
        column = column.dictionary_encode()
    elif types.is_integer(kind) or types.is_floating(kind) or types.is_timestamp(kind) or types.is_date(kind):
        return column
    elif not pa.types.is_dictionary(kind):
        texts = [None if value is None else str(value) for value in column.to_pylist()]
        return pa.array(texts, pa.string()).dictionary_encode().cast(TEXT_CELLS)
    if column.num_chunks == 0:
        return pa.array([], TEXT_CELLS)
    cells = one_array(column.chunks)
    return cells if cells.type == TEXT_CELLS else cells.cast(TEXT_CELLS)


def _frame_cells(column: pd.Series) -> Cells:
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        column = column.astype(kind.categories.dtype if not isinstance(kind.categories, pd.RangeIndex) else "int64")
    if column.dtype == object:
        return object_cells(column.tolist())
    return _cells(pa.chunked_array([pa.array(column, from_pandas=True)]))


def object_cells(values: list[object]) -> pa.DictionaryArray:
    """Cells of any Python type as the texts a spreadsheet would show: ``7`` for 7.0, ISO dates, blanks as missing."""
    return text_cells(map(object_text, values))


def object_text(value: object) -> str | None:
    """One cell as text."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            told = "A data frame: a cell holds bytes that are not UTF-8 text. Decode the column first."
            raise StudyError(told) from None
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).upper()
    if isinstance(value, (float, np.floating)):
        if np.isnan(value):
            return None
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    if isinstance(value, (dt.datetime, np.datetime64)):
        moment = pd.Timestamp(value)
        return None if pd.isna(moment) else str(moment.tz_localize(None)).removesuffix(" 00:00:00")
    return str(value)


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
    """A workbook, read only; StudyError, also while it is read, if it is empty, none, or has a password."""
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
    """Read one sheet; None if it is wholly empty, StudyError if no row at its top is a header."""
    rows = book.rows(sheet)
    if not any(value is not None for row in rows for value in row):
        return None
    at = header_line([_texts(row) for row in rows[:LINES_LOOKED_AT]], table)
    header = read_header(_texts(rows[at]), table, f"{file}, sheet {sheet}", at + 1)
    body = rows[at + 1 :]
    names = header.names
    own = _sheet_cells(body, names)
    surplus = _surplus(body, len(names))
    blank = blank_rows(own.values(), len(body))
    blank[list(surplus)] = False
    filled = _filled_blocks(body, book.merged(sheet), at + 1, blank, names)
    rows_below = np.arange(len(body)) + at + 2 if at else None
    columns = _sheet_cells(body, names) if filled else own
    raw = RawTable(table, file, columns, len(body), digest, rows_below, surplus, notes=(*header_note(at), *filled))
    return without_rows(with_header(raw, header, sheet), blank)


def sheet_header(book: Book, sheet: str) -> list[str]:
    """The first row of a sheet that names the columns of any table, else its first row."""
    lines = [_texts(row) for row in book.rows(sheet)[:LINES_LOOKED_AT]]
    return next((line for line in lines if looks_like(line)), lines[0])


def _texts(row: Sequence[object]) -> list[str]:
    return [object_text(value) or "" for value in row]


def _sheet_cells(body: Rows, names: Sequence[str]) -> dict[str, Cells]:
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
    found: dict[int, dict[int, str]] = {}
    for position, row in enumerate(rows):
        for number, text in enumerate(_texts(row[width:]), start=width + 1):
            if text.strip():
                found.setdefault(position, {})[number] = text
    return found
