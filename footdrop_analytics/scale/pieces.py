"""A file larger than what is read together, in pieces of whole rows, where that comes to the same as the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from footdrop_analytics.errors import StudyError
from footdrop_analytics.reading.load_table import Gathered
from footdrop_analytics.reading.notes import Note
from footdrop_analytics.reading.sources.csv_files import csv_table
from footdrop_analytics.reading.sources.csv_text import csv_text
from footdrop_analytics.reading.sources.raw import RawTable
from footdrop_analytics.reading.sources.typed_tables import parquet_table, text_columns

MOST_WHOLE_BYTES = 1_000_000_000
"""A larger file is read in pieces, or not at all."""
_ROWS = 1_000_000
_MOST_LINES_BACK = 10_000


class NotInPieces(Exception):  # noqa: N818 - it never leaves this package: the file is read as a whole then
    """Something of the file can only be understood from all of it."""


def pieces_of(path: Path, table: str, size: int) -> Iterator[RawTable]:
    """The rows of a text or Parquet file, a few at a time, with their numbers in the file.

    Raises NotInPieces if rows cannot be told apart without reading all before them.
    """
    if path.suffix.lower() == ".parquet":
        yield from _of_parquet(path, table)
    else:
        yield from _of_text(path, table, size)


def _of_text(path: Path, table: str, size: int) -> Iterator[RawTable]:
    head, rows = b"", 0
    with path.open("rb") as file:
        left = b""
        while True:
            read = file.read(size)
            data = left + read
            if not data.strip() and rows:
                return
            cut = len(data) if len(read) < size else _end_of_row(data)
            piece, left = data[:cut], data[cut:]
            try:
                whole = head + piece
                head = head or _head_of(piece, table, path.name)
                raw, count = csv_table(whole, table, path.name)
            except StudyError as error:
                raise NotInPieces from error
            if raw.broken:
                raise NotInPieces
            yield _moved(raw, rows)
            rows += count
            if len(read) < size:
                return


def _end_of_row(data: bytes) -> int:
    """The end of the last row in some bytes that begin with a row, as far as quotation marks tell."""
    end, quoted = len(data), b'"' in data
    for _ in range(_MOST_LINES_BACK):
        end = data.rfind(b"\n", 0, end)
        if end < 0:
            break
        if not quoted or data.count(b'"', 0, end) % 2 == 0:
            return end + 1
    raise NotInPieces


def _head_of(data: bytes, table: str, file: str) -> bytes:
    """What stands before the first row: title, separator and header."""
    body = csv_text(data, table, file).data
    above = data[: len(data) - len(body)]
    return above + body[: body.find(b"\n") + 1]


def _of_parquet(path: Path, table: str) -> Iterator[RawTable]:
    rows = 0
    with pq.ParquetFile(path, read_dictionary=text_columns(path)) as opened:
        for few in _groups(opened):
            found = opened.read_row_groups(few)
            found.validate(full=True)
            yield _moved(parquet_table(found, table, path.name, "-"), rows)
            rows += found.num_rows


def _groups(opened: pq.ParquetFile) -> Iterator[list[int]]:
    few: list[int] = []
    rows = 0
    for at in range(opened.metadata.num_row_groups):
        few.append(at)
        rows += opened.metadata.row_group(at).num_rows
        if rows >= _ROWS:
            yield few
            few, rows = [], 0
    if few:
        yield few


def _moved(raw: RawTable, rows: int) -> RawTable:
    """The same rows with numbers that count from the begin of the file."""
    return replace(raw, rows=raw.row_numbers(np.arange(raw.n_rows)) + rows) if rows else raw


def told_of_pieces(pieces: list[Gathered], of_header: set[str]) -> list[Note]:
    """What is said of the file, if its pieces tell it."""
    of_rows: list[Note] = []
    of_file: list[set[Note]] = []
    for one in pieces:
        if one.needs_whole:
            raise NotInPieces
        of_rows += [note for note in one.notes if note.patient_id is not None or note.message in of_header]
        of_file.append({note for note in one.notes if note.patient_id is None and note.message not in of_header})
    same = of_file[0]
    if any(found != same for found in of_file):
        raise NotInPieces
    return [*of_rows, *sorted(same)]


def unread_of_pieces(pieces: list[Gathered]) -> list[pd.DataFrame]:
    """What was not read, each column once."""
    lines = [part for one in pieces for part in one.unread if len(part)]
    if not lines:
        return []
    whole = pd.concat(lines, ignore_index=True)
    is_column = (whole["what"] == "column").to_numpy(dtype=bool)
    columns = whole[is_column]
    first = columns.drop_duplicates("name").copy()
    first["rows"] = columns.groupby("name", sort=False)["rows"].sum().astype("Int64").to_numpy()
    return [first.astype(whole.dtypes.to_dict()), whole[~is_column]]


def refuse_whole(path: Path) -> None:
    """Raise a StudyError if a file that has to be read as a whole is too large for that."""
    if path.stat().st_size > MOST_WHOLE_BYTES:
        raise StudyError(
            f"{path.name}: is larger than {MOST_WHOLE_BYTES // 10**9} GB, and something in it can only be understood "
            "from the whole file: dates or cells that are not written as the data dictionary says, a quotation mark "
            "that is not closed, or text that is not UTF-8. Split it by month, with the header in each file, or export "
            "it as the data dictionary says."
        )
