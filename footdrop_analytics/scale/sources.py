"""The files of a study: which there are, and how large; a very large one in pieces, if that comes to the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from footdrop_analytics.errors import StudyError
from footdrop_analytics.files import checksum
from footdrop_analytics.reading.load_table import Gathered
from footdrop_analytics.reading.notes import Note
from footdrop_analytics.reading.sources.csv_files import csv_table
from footdrop_analytics.reading.sources.csv_text import csv_text
from footdrop_analytics.reading.sources.locate import ADDED, Found, files_with_tables, locate
from footdrop_analytics.reading.sources.raw import RawTable
from footdrop_analytics.reading.sources.typed_tables import parquet_table, text_columns

_SAMPLE = 1 << 20
_PACKED = 5
"""A Parquet file or a workbook unpacks to about so many times its size."""
_CELL_BYTES = 8
_IN_PIECES = (".csv", ".tsv", ".parquet")


@dataclass(frozen=True)
class StudyFile:
    """A file to be read; without a ``table`` a workbook of several."""

    path: Path
    table: str | None
    digest: str

    @property
    def source(self) -> tuple[str, str]:
        """Its name and checksum."""
        return self.path.name, self.digest

    @cached_property
    def size(self) -> int:
        """About how many bytes of text it holds; columns of equal cells are packed to next to nothing."""
        suffix, size = self.path.suffix.lower(), self.path.stat().st_size
        if suffix in (".csv", ".tsv"):
            return size
        rows, columns = _metadata(self.path) if suffix == ".parquet" else (0, 0)
        return max(size * _PACKED, rows * columns * _CELL_BYTES)

    @property
    def is_plain(self) -> bool:
        """Whether it may be read in pieces: named like its table, so that nothing has to be said of it."""
        named = self.table is not None and self.path.name.lower().startswith(self.table)
        return named and self.path.suffix.lower() in _IN_PIECES

    @property
    def is_alone(self) -> bool:
        """Whether no other file is read with it: several tables, or rows that are added again and again."""
        return self.table is None or self.path.stem.endswith(ADDED)

    def rows(self) -> int:
        """About how many rows it holds, without reading it."""
        if self.path.suffix.lower() == ".parquet":
            return _metadata(self.path)[0]
        with self.path.open("rb") as file:
            head = file.read(_SAMPLE)
        return self.size * max(head.count(b"\n"), 1) // max(len(head), 1)


def _metadata(path: Path) -> tuple[int, int]:
    """Rows and columns of a Parquet file; none of one that cannot be read, which reading will say."""
    try:
        found = pq.read_metadata(path)
    except (OSError, ValueError):
        return 0, 0
    return int(found.num_rows), int(found.num_columns)


def files_in(place: Path, left: Found) -> list[StudyFile]:
    """The files of a folder that hold a table, or the one workbook; ``left`` takes those that are not read."""
    if place.is_dir():
        return [StudyFile(file, table, checksum(file)) for file, table in files_with_tables(place, left)]
    if not place.exists():
        locate(place)  # it says what is missing
    return [StudyFile(place, None, checksum(place))]


def refuse_twice(files: Sequence[StudyFile]) -> None:
    """Raise a StudyError if two files have one name: the studies are taken as one folder."""
    seen: dict[str, Path] = {}
    for one in files:
        if one.path.name in seen:
            raise StudyError(
                f"{one.path}: {seen[one.path.name]} has the same name. The studies are taken as one folder: give each "
                "file a name of its own."
            )
        seen[one.path.name] = one.path


MOST_WHOLE_BYTES = 1_000_000_000
"""A larger file is read in pieces, or not at all."""
_ROWS = 1_000_000
_MOST_LINES_BACK = 10_000


class NotInPieces(Exception):  # noqa: N818 - it never leaves this package: the file is read as a whole then
    """Something of the file can only be understood from all of it."""


def pieces_of(path: Path, table: str, size: int) -> Iterator[RawTable]:
    """The rows of a text or Parquet file, a few at a time; raises NotInPieces if they cannot be told apart so."""
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
