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

from footdrop_analytics.reading.sources.csv_text import CsvText, csv_text, mended
from footdrop_analytics.reading.sources.raw import (
    TEXT_CELLS,
    RawTable,
    blank_rows,
    header_note,
    one_array,
    read_header,
    text_cells,
    with_header,
    without_rows,
)
from footdrop_analytics.wording.language import marked, study_error, translated

_BLOCK_BYTES = 1 << 30


def load_csv(path: Path, table: str) -> RawTable:
    """Read one text file, every cell as text; StudyError if it is empty, not UTF-8, or has no usable header."""
    return csv_table(path.read_bytes(), table, path.name)[0]


def csv_table(data: bytes, table: str, file: str) -> tuple[RawTable, int]:
    """:func:`load_csv` of what a file holds, and how many rows there are below the header, blank ones too."""
    digest = hashlib.sha256(data).hexdigest()
    text = csv_text(data, table, file)
    header = read_header(text.header, table, file, text.lines_above + 1)
    try:
        rows, broken = delimited_rows(text)
    except (csv.Error, pa.ArrowInvalid) as error:
        raise study_error(
            "{file}: cannot be read as delimited text ({error}). Export the file again.", file=file, error=error
        ) from None
    if 1 in broken:
        raise study_error(
            "{file}: row {row}: a quotation mark in the header is opened and never closed. Close it, or delete it.",
            file=file,
            row=text.lines_above + 1,
        )
    columns = rows.merged()
    raw = RawTable(
        table=table,
        file=file,
        columns={name: columns[number] for number, name in enumerate(header.names)},
        n_rows=len(columns[0]),
        sha256=digest,
        rows=np.arange(len(columns[0])) + 2 + text.lines_above if text.lines_above else None,
        surplus=rows.surplus(columns, len(header.names)),
        broken={row - 2: cell for row, cell in broken.items()},
        decimal_comma=text.delimiter == ";",
        notes=(*header_note(text.lines_above), *rows.cut_off(text, data)),
    )
    raw = with_header(raw, header)
    blank = blank_rows(columns, raw.n_rows)
    blank[[*raw.surplus, *raw.broken]] = False
    return without_rows(raw, blank), raw.n_rows


def delimited_rows(text: CsvText) -> tuple[DelimitedRows, dict[int, str]]:
    """The rows, and those with a broken quotation, which is closed where it stands."""
    data, width = text.data, len(text.header)
    if b'"' not in data:
        return _parsed(data, text.delimiter, width), {}
    try:
        rows = _parsed(data, text.delimiter, width)
        # With as many rows as lines no quotation goes on into another line; only the last one may still be open.
        lines = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") - data.endswith((b"\n", b"\r"))
        if len(rows) == lines and not mended(_last_line(data), text.delimiter, width)[1]:
            return rows, {}
    except pa.ArrowInvalid:
        pass
    data, broken = mended(data, text.delimiter, width)
    return _parsed(data, text.delimiter, width), broken


def _last_line(data: bytes) -> bytes:
    end = len(data)
    while end and data[end - 1] in b"\r\n":
        end -= 1
    return data[max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, end)) + 1 : end]


@dataclass
class DelimitedRows:
    """The rows of a file: regular ones by column, those with more or fewer cells than the header one by one."""

    width: int
    delimiter: str
    regular: list[pa.DictionaryArray] = field(default_factory=list)
    odd_numbers: list[int] = field(default_factory=list)
    odd_cells: list[list[str]] = field(default_factory=list)
    has_odd_header: bool = False

    def __len__(self) -> int:
        return len(self.regular[0]) + len(self.odd_numbers)

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        """Take an odd row, so that it cannot shift the others."""
        if row.number == 1:  # the header itself, with blank names at its end that are not asked for
            self.has_odd_header = True
            return "skip"
        try:
            record = next(csv.reader(io.StringIO(row.text, newline=""), delimiter=self.delimiter), [])
        except csv.Error:  # a cell too long for the reader
            return "error"
        self.odd_numbers.append(row.number)
        self.odd_cells.append(record)
        return "skip"

    def merged(self) -> list[pa.DictionaryArray]:
        """Regular and odd rows in the order of the file."""
        if not self.odd_numbers:
            return self.regular
        odd = np.array(self.odd_numbers)
        regular = np.delete(np.arange(2, len(self) + 2), odd - 2)
        order = pa.array(np.argsort(np.concatenate([regular, odd]), kind="stable"))
        merged = []
        for number, cells in enumerate(self.regular):
            extra = text_cells([record[number] if number < len(record) else "" for record in self.odd_cells])
            merged.append(one_array([cells, extra.cast(TEXT_CELLS)]).take(order))
        return merged

    def surplus(self, columns: list[pa.DictionaryArray], width: int) -> dict[int, dict[int, str]]:
        """Non-empty cells beyond the header, by position of the row and number of the column."""
        found: dict[int, dict[int, str]] = {}
        for record, cells in zip(self.odd_numbers, self.odd_cells, strict=True):
            beyond = {number: cell for number, cell in enumerate(cells[width:], start=width + 1) if cell.strip()}
            if beyond:
                found[record - 2] = beyond
        for number, cells in enumerate(columns[width:], start=width + 1):
            texts = cells.dictionary.to_pylist()
            for position, code in enumerate(cells.indices.to_pylist()):
                if texts[code].strip():
                    found.setdefault(position, {})[number] = texts[code]
        return found

    def wider(self) -> list[int]:
        """The positions of rows with more cells than the header, blank ones too, if most rows have as many as it."""
        wide = [row - 2 for row, cells in zip(self.odd_numbers, self.odd_cells, strict=True) if len(cells) > self.width]
        return wide if 2 * len(wide) < len(self) else []

    def cut_off(self, text: CsvText, data: bytes) -> list[str]:
        """A note if the file seems to end in the middle of its last row."""
        if data.endswith((b"\n", b"\r")) or not self.odd_numbers or self.odd_numbers[-1] != len(self) + 1:
            return []
        n_cells = len(self.odd_cells[-1])
        if n_cells >= self.width or not any(cell.strip() for cell in self.odd_cells[-1]):
            return []
        row = len(self) + 1 + text.lines_above
        why = marked(
            "the file ends in the middle of row {row} ({count} of {all} cells): perhaps it was cut off; export it "
            "again if rows are missing"
        )
        return [translated(why, row=row, count=n_cells, all=self.width)]


def _parsed(data: bytes, delimiter: str, width: int) -> DelimitedRows:
    rows = DelimitedRows(width, delimiter)
    names = [str(number) for number in range(width)]
    found = arrow_csv.read_csv(
        io.BytesIO(data),
        # Rows are numbered only when one thread reads, and no row may straddle a block.
        read_options=arrow_csv.ReadOptions(
            use_threads=False, column_names=names, block_size=min(len(data) + 1, _BLOCK_BYTES)
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=rows
        ),
        convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, TEXT_CELLS)),
    )
    found = found.slice(0 if rows.has_odd_header else 1).unify_dictionaries().combine_chunks()
    rows.regular = [cells.chunk(0) if cells.num_chunks else pa.array([], TEXT_CELLS) for cells in found.columns]
    return rows
