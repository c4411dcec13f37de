"""The files of a study before they are read: which there are, how large, and their checksums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow.parquet as pq

from footdrop_analytics.errors import StudyError
from footdrop_analytics.files import checksum
from footdrop_analytics.reading.sources.locate import ADDED, Found, files_with_tables, locate

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
