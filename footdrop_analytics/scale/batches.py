"""Files read a few at a time: their valid rows and account lines, kept on disk by the part of their patient."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from footdrop_analytics import __version__
from footdrop_analytics.files import write_whole
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.reading.cells.values import ParseOptions
from footdrop_analytics.reading.load_table import Gathered, gather
from footdrop_analytics.reading.notes import notes_table, stacked_lines, unread_lines, unread_table
from footdrop_analytics.reading.read_study import orders_of_workbooks
from footdrop_analytics.reading.rows import NO_REJECTED, UNREADABLE_COLUMNS, TableRows
from footdrop_analytics.reading.sources.locate import Found, reading_order
from footdrop_analytics.scale.sources import pieces_of, told_of_pieces, unread_of_pieces
from footdrop_analytics.scale.tables import buckets_of, read_bucket, rows_below_each_other, write_by_bucket

FILE, ROW = " file", " row"
"""Columns beside those of a table: no header can be so, because headers are trimmed."""
FACTS = "batch.json"
Files = tuple[tuple[str, str, str, int], ...]


@dataclass(frozen=True)
class Batch:
    """Some files that were read together, on disk.

    ``sources`` are the files with their checksums; ``files`` the tables in them, each with file, checksum and number
    of rows; ``buckets`` says for each table on disk which buckets stand in it, in their order.
    """

    folder: Path
    sources: tuple[tuple[str, str], ...]
    files: Files
    buckets: dict[str, list[int]]
    today: str
    has_future: bool

    @property
    def key(self) -> str:
        """What names the batch: its files and how they were read, also when, if that matters."""
        return self.folder.name + (f" {self.today}" if self.has_future else "")

    def holds(self, bucket: int) -> bool:
        """Whether any line of the batch belongs to a bucket."""
        return any(bucket in found for found in self.buckets.values())

    def buckets_with(self, name: str) -> list[int]:
        """The buckets in which a table has lines."""
        found = (present for file, present in self.buckets.items() if _table(file) == name)
        return sorted({bucket for present in found for bucket in present})

    def read(self, name: str, bucket: int) -> list[pa.Table]:
        """The lines of a table in one bucket, as they were kept: those of a file in pieces one below the other."""
        return [
            read_bucket(self.folder / f"{file}.arrow", present.index(bucket))
            for file, present in self.buckets.items()
            if _table(file) == name and bucket in present
        ]

    def files_of(self, table: str) -> tuple[str, ...]:
        """The files that hold a table."""
        return tuple(file for of_table, file, _, _ in self.files if of_table == table)

    def is_still_right(self, today: str) -> bool:
        """Whether reading the files on another day comes to the same: rows of the future may have become possible."""
        return today == self.today or (today > self.today and not self.has_future)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How files are read, as of which day, with which exercises (a checksum), and into how many parts."""

    how: ParseOptions
    today: pd.Timestamp
    exercises: str | None
    parts: int

    def key_of(self, sources: Sequence[tuple[str, str]]) -> str:
        """A name for files (name, checksum) that are read in this way."""
        facts = [__version__, self.how.date_format, self.how.timezone, self.exercises, self.parts, *map(list, sources)]
        return hashlib.sha256(json.dumps(facts).encode("utf-8")).hexdigest()[:20]

    def together(self, located: Found, sources: Sequence[tuple[str, str]], into: Path) -> Batch:
        """Understand the files as :func:`read_study` does, and keep what they came to in the folder ``into``.

        The last file that is written holds the facts: a batch without them was broken off and is read again.
        """
        raws = located.raws
        files = tuple((raw.table, raw.file, raw.sha256, raw.n_rows) for table in raws.values() for raw in table)
        orders = orders_of_workbooks(raws, self.how)
        tables = [table for table in INPUT_TABLES if raws[table]]
        gathered = {table: gather(table, raws[table], self.how, self.today, orders) for table in tables}
        batch = self._begun(sources, into)
        for table, one in gathered.items():
            self._keep(_placed(one.rows), table, batch)
        return self._finished(batch, gathered, located, files)

    def in_pieces(self, path: Path, table: str, source: tuple[str, str], into: Path, size: int) -> Batch:
        """:meth:`together` of one large file, of which ``size`` bytes are in memory at a time.

        Raises NotInPieces if that would not come to the same as reading the whole.
        """
        batch = self._begun([source], into)
        pieces: list[Gathered] = []
        of_header: set[str] = set()
        rows = 0
        for number, raw in enumerate(pieces_of(path, table, size)):
            of_header |= set(raw.notes)
            rows += raw.n_rows
            one = gather(table, [raw], self.how, self.today, {})
            self._keep(_placed(one.rows), f"{table}-{number}", batch)
            pieces.append(replace(one, rows=one.rows.where(np.zeros(len(one.rows), dtype=bool))))
        whole = Gathered(
            pieces[0].rows,
            stacked_lines((one.rejected for one in pieces), NO_REJECTED),
            unread_of_pieces(pieces),
            [part for one in pieces for part in one.unreadable],
            told_of_pieces(pieces, of_header),
            has_future=any(one.has_future for one in pieces),
        )
        return self._finished(batch, {table: whole}, Found(), ((table, *source, rows),))

    def _begun(self, sources: Sequence[tuple[str, str]], into: Path) -> Batch:
        return Batch(into, tuple(sources), (), {}, f"{self.today:%Y-%m-%d}", has_future=False)

    def _keep(self, frame: pd.DataFrame, name: str, batch: Batch) -> None:
        if len(frame):
            buckets = buckets_of(frame["patient_id"], self.parts)
            batch.buckets[name] = write_by_bucket(frame, buckets, batch.folder / f"{name}.arrow")

    def _finished(self, begun: Batch, gathered: dict[str, Gathered], located: Found, files: Files) -> Batch:
        """Keep what was rejected, not read and noticed, of all tables, and the facts."""
        every = gathered.values()
        unread = [unread_lines(located.unread), *(part for one in every for part in one.unread)]
        none = pd.DataFrame({name: [] for name in UNREADABLE_COLUMNS})
        unreadable = stacked_lines((part for one in every for part in one.unreadable), none)
        self._keep(stacked_lines((one.rejected for one in every), NO_REJECTED), "rejected", begun)
        self._keep(unread_table(unread), "unread", begun)
        self._keep(unreadable, "unreadable", begun)
        self._keep(notes_table([*located.notes, *(note for one in every for note in one.notes)]), "notes", begun)
        found = replace(begun, files=files, has_future=any(one.has_future for one in every))
        facts = {name: fact for name, fact in vars(found).items() if name != "folder"}
        write_whole(found.folder / FACTS, json.dumps(facts))
        return found


def _table(file: str) -> str:
    """The table of a file of a batch: one that was read in pieces has several."""
    return file.split("-")[0]


def _placed(rows: TableRows) -> pd.DataFrame:
    """The rows with the file and the row of each, without columns of the contract in which nothing stands."""
    blank = [name for name in COLUMNS[rows.table] if rows.frame[name].isna().all()]
    return rows.frame.drop(columns=blank).assign(**{FILE: rows.file_numbers, ROW: rows.row_numbers})


def with_columns_of(empty: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with the columns in which nothing stands, which :func:`_placed` leaves out."""
    blank = empty[[name for name in empty if name not in frame]].reindex(frame.index)
    if not len(blank.columns):
        return frame
    names = [*empty, *(name for name in frame if name not in empty)]
    return pd.DataFrame({name: (blank if name in blank else frame)[name] for name in names}, copy=False)


def known_batches(folder: Path) -> Iterator[Batch]:
    """The batches that were read whole earlier, and of which no file was deleted."""
    for place in sorted(folder.glob(f"*/{FACTS}")):
        facts: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        if not all((place.parent / f"{file}.arrow").is_file() for file in facts["buckets"]):
            continue
        files = tuple((str(table), str(file), str(digest), int(rows)) for table, file, digest, rows in facts["files"])
        sources = tuple((str(file), str(digest)) for file, digest in facts["sources"])
        yield Batch(place.parent, sources, files, facts["buckets"], facts["today"], facts["has_future"])


def rows_in(batches: Sequence[Batch], table: str, bucket: int, empty: TableRows) -> TableRows:
    """The valid rows of one bucket from all batches, in natural order of the files, as the whole table has them."""
    names = tuple(sorted((file for batch in batches for file in batch.files_of(table)), key=reading_order))
    rank = {name: number for number, name in enumerate(names)}
    pieces = []
    for batch in batches:
        ranks = np.array([rank[name] for name in batch.files_of(table)], dtype=np.int32)
        for piece in batch.read(table, bucket):
            numbered = pa.array(ranks[piece[FILE].to_numpy()])
            pieces.append(piece.set_column(piece.column_names.index(FILE), FILE, numbered))
    if not pieces:
        return TableRows(table, empty.frame, names or empty.files, empty.file_numbers, empty.row_numbers)
    found = rows_below_each_other(table, pieces)
    numbers, places = found.pop(FILE).to_numpy(), found.pop(ROW).to_numpy()
    frame = with_columns_of(empty.frame, found)
    later, step = np.diff(numbers), np.diff(places)
    if ((later < 0) | ((later == 0) & (step < 0))).any():
        order = np.lexsort((places, numbers))
        frame, numbers, places = frame.take(order).reset_index(drop=True), numbers[order], places[order]
    return TableRows(table, frame, names, numbers, places)


def lines_in(batches: Sequence[Batch], name: str, bucket: int) -> list[pd.DataFrame]:
    """The account lines of one bucket, of ``rejected``, ``unread``, ``unreadable`` or ``notes``."""
    return [lines.to_pandas(use_threads=False) for batch in batches for lines in batch.read(name, bucket)]
