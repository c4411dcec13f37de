"""Comma, semicolon and tab separated text into raw cells."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from footdrop_analytics.errors import StudyError
from footdrop_analytics.reading.sources.raw import (
    TEXT_CELLS,
    RawTable,
    blank_rows,
    clean_header,
    text_cells,
    without_rows,
)

_DELIMITERS = (",", ";", "\t")
_BLOCK_BYTES = 1 << 30
_SAVE_AS = "save the file as 'CSV UTF-8' (Excel: Save As, file type 'CSV UTF-8'; LibreOffice: character set UTF-8)"


def load_csv(path: Path, table: str, known: frozenset[str]) -> RawTable:
    """Read one text file; every cell stays text.

    Raises
    ------
    StudyError
        If the file is empty, not UTF-8, has no usable header, or a quotation mark is never closed.
    """
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    text_bytes = _checked_utf8(data, path.name)
    delimiter, header = _header(text_bytes, path.name, known)
    names = clean_header(header, path.name)
    _refuse_open_quote(text_bytes, delimiter, path.name)
    odd = _OddRows(width=len(header), delimiter=delimiter)
    cells = _regular_rows(text_bytes, delimiter, len(header), odd, path.name)
    columns = _merged(cells, odd)
    raw = RawTable(
        table=table,
        file=path.name,
        columns={name: columns[number] for number, name in enumerate(names)},
        n_rows=len(columns[0]),
        sha256=digest,
        surplus=_surplus(columns, len(names), odd),
        decimal_comma=delimiter == ";",
    )
    blank = blank_rows(columns, raw.n_rows)
    blank[list(raw.surplus)] = False
    return without_rows(raw, blank)


def _checked_utf8(data: bytes, file: str) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise StudyError(f"{file}: row 1: the text is UTF-16, expected UTF-8: {_SAVE_AS}.")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise StudyError(f"{file}: the file is empty. Expected a header row; export it again, or delete the file.")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = _row_of(data[: error.start].decode("utf-8"))
        raise StudyError(f"{file}: row {row}: the text is not UTF-8 (probably Windows-1252): {_SAVE_AS}.") from None
    if b"\x00" in data:
        raise StudyError(f"{file}: the file holds zero bytes, so it is not UTF-8 text: {_SAVE_AS}.")
    return data


def _row_of(before: str) -> int:
    """The row in which a text ends; where a cell is too long for the reader, its line."""
    try:
        return sum(1 for _ in csv.reader(io.StringIO(before + "x", newline="")))
    except csv.Error:
        return before.count("\n") + 1


def _header(data: bytes, file: str, known: frozenset[str]) -> tuple[str, list[str]]:
    """The delimiter that shows most of the table's column names, and the header it gives."""

    def first_record(delimiter: str) -> list[str]:
        lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
        return next(csv.reader(lines, delimiter=delimiter), [])

    def names_found(delimiter: str) -> int:
        return len(known & {cell.strip().lower() for cell in first_record(delimiter)})

    try:
        best = max(_DELIMITERS, key=names_found)
        return best, first_record(best)
    except csv.Error as error:
        raise StudyError(f"{file}: row 1 cannot be read as a header ({error}). Export the file again.") from None


def _refuse_open_quote(data: bytes, delimiter: str, file: str) -> None:
    """Refuse a quotation mark that is not closed in its own row: the rows behind it would be lost in a cell."""
    if not any(line.count(b'"') % 2 for line in data.split(b"\n")):
        return
    reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=delimiter, strict=True)
    row, more = 0, True
    while more:
        row, first_line = row + 1, reader.line_num + 1
        try:
            more = next(reader, None) is not None
        except csv.Error as error:
            # A slip inside one line stays in its cell; over several lines it swallows rows.
            if reader.line_num > first_line or "unexpected end" in str(error):
                raise StudyError(
                    f"{file}: row {row}: a quotation mark is opened and not closed in its row, so that later rows "
                    "would become one cell with it. Close it, or delete it."
                ) from None


@dataclass
class _OddRows:
    """The rows with more or fewer cells than the header: read one by one, so that they cannot shift the others."""

    width: int
    delimiter: str
    records: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        try:
            record = next(csv.reader(io.StringIO(row.text, newline=""), delimiter=self.delimiter), [])
        except csv.Error:  # a cell too long for the reader
            return "error"
        self.records.append(row.number)
        self.cells.append(record)
        return "skip"


def _regular_rows(data: bytes, delimiter: str, width: int, odd: _OddRows, file: str) -> list[pa.DictionaryArray]:
    names = [str(number) for number in range(width)]
    try:
        found = arrow_csv.read_csv(
            io.BytesIO(data),
            # Rows are numbered only when one thread reads, and no row may straddle a block.
            read_options=arrow_csv.ReadOptions(
                use_threads=False, column_names=names, block_size=min(len(data) + 1, _BLOCK_BYTES)
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=odd
            ),
            convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, TEXT_CELLS)),
        )
    except pa.ArrowInvalid as error:
        raise StudyError(f"{file}: cannot be read as delimited text ({error}). Export the file again.") from None
    found = found.slice(1).unify_dictionaries().combine_chunks()
    return [_one_array(found.column(number)) for number in range(width)]


def _one_array(cells: pa.ChunkedArray) -> pa.DictionaryArray:
    return cells.chunk(0) if cells.num_chunks else pa.array([], TEXT_CELLS)


def _merged(cells: list[pa.DictionaryArray], odd: _OddRows) -> list[pa.DictionaryArray]:
    """Regular and odd rows in the order of the file."""
    if not odd.records:
        return cells
    odd_numbers = np.array(odd.records)
    n_rows = len(cells[0]) + len(odd_numbers)
    regular_numbers = np.delete(np.arange(2, n_rows + 2), odd_numbers - 2)
    order = pa.array(np.argsort(np.concatenate([regular_numbers, odd_numbers]), kind="stable"))
    merged = []
    for number, regular in enumerate(cells):
        extra = text_cells([record[number] if number < len(record) else "" for record in odd.cells])
        both = pa.chunked_array([regular, extra.cast(TEXT_CELLS)]).unify_dictionaries().combine_chunks()
        merged.append(_flat(both).take(order))
    return merged


def _flat(cells: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    return cells.chunk(0) if isinstance(cells, pa.ChunkedArray) else cells


def _surplus(columns: list[pa.DictionaryArray], width: int, odd: _OddRows) -> dict[int, dict[int, str]]:
    """Non-empty cells beyond the header, by position of the row and number of the column."""
    found: dict[int, dict[int, str]] = {}
    for record, cells in zip(odd.records, odd.cells, strict=True):
        beyond = {number: cell for number, cell in enumerate(cells[width:], start=width + 1) if cell.strip()}
        if beyond:
            found[record - 2] = beyond
    for number, cells in enumerate(columns[width:], start=width + 1):
        texts = cells.dictionary.to_pylist()
        for position, code in enumerate(cells.indices.to_pylist()):
            if texts[code].strip():
                found.setdefault(position, {})[number] = texts[code]
    return found
