"""What can be opened in a folder of this computer: folders to go into, and studies."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.reading.sources.locate import natural_order, table_of
from footdrop_analytics.scale.manifest import is_partitioned
from footdrop_analytics.wording.language import translated

MOST_SHOWN = 60
_MOST_LOOKED_AT = 2000
_OF_TABLES = (".csv", ".xlsx", ".parquet")


class Place(NamedTuple):
    """A folder, or a workbook; ``is_study``: it holds a log, or may."""

    name: str
    path: str
    is_study: bool


def places_in(folder: Path) -> tuple[Place, ...]:
    """The folders and workbooks in a folder, studies first; none where it cannot be looked into."""
    found = [Place(one.name, str(one), is_study(one)) for one in _within(folder) if one.is_dir() or _is_workbook(one)]
    return tuple(sorted(found, key=lambda one: (not one.is_study, natural_order(one.name)))[:MOST_SHOWN])


def is_study(path: Path) -> bool:
    """Whether a path looks like a study: a workbook, a partitioned study, or a folder with a file of sessions."""
    if path.is_file():
        return _is_workbook(path)
    try:
        if is_partitioned(path):
            return True
    except OSError:
        return False
    files = (one for one in _within(path) if one.suffix.lower() in _OF_TABLES)
    return any(table_of(one.stem) == "sessions" for one in files)


def study_at(written: str) -> Path:
    """The study that a path names; a name alone is looked for in the home folder."""
    path = Path(written.strip()).expanduser()
    path = path if path.is_absolute() else Path.home() / path
    if not written.strip() or not path.exists():
        raise ParameterError(
            translated("{path}: there is nothing. Choose a folder below, or check how it is written.", path=path)
        )
    if not is_study(path):
        raise ParameterError(
            translated(
                "{path}: no file of sessions (sessions.csv, or a workbook) is in it. Import makes one.", path=path
            )
        )
    return path


def _within(folder: Path) -> list[Path]:
    """What is in a folder and not hidden; nothing where this user may not look."""
    try:
        with os.scandir(folder) as entries:
            seen = islice((one for one in entries if not one.name.startswith((".", "~"))), _MOST_LOOKED_AT)
            return [Path(one.path) for one in seen]
    except OSError:
        return []


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx"
