"""What the first page shows, as plain values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from footdrop_analytics.dashboards.fragments import fragment
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.reading.sources.locate import natural_order, table_of
from footdrop_analytics.scale.manifest import is_partitioned
from footdrop_analytics.wording.language import SOURCE, translated

_MOST_LOOKED_AT = 2000
_OF_TABLES = (".csv", ".xlsx", ".parquet")
MOST_SHOWN = 60
"""Places at once; the others are found by a part of their names."""


@dataclass(frozen=True, kw_only=True)
class StartSettings:
    """What is chosen on the first page.

    Attributes
    ----------
    folder : str
        The folder whose folders are offered.
    part : str
        A part of the names that are offered; blank for all.
    may_choose : bool
        Whether a study can be opened here; otherwise one was named at the start, or others share the server.
    language : str
        The language of the words.
    """

    folder: str = ""
    part: str = ""
    may_choose: bool = False
    language: str = SOURCE


def start_view(_: None, settings: StartSettings) -> View:
    """The first page.

    Returns
    -------
    View
        Panels ``head``, ``offers`` and ``places`` (the folders of ``settings.folder``).
    """
    folder = Path(settings.folder)
    places = places_in(folder, settings.part) if settings.may_choose else ()
    given = {
        "may_choose": settings.may_choose,
        "folder": settings.folder,
        "above": "" if folder.parent == folder else str(folder.parent),
        "part": settings.part,
        "places": places[:MOST_SHOWN],
        "more": len(places[MOST_SHOWN:]),
    }
    panels = {name: fragment(f"start_{name}", **given) for name in ("head", "offers", "places")}
    return View(panels=panels, charts={}, tables={}, choices={}, code="", about="start", as_of=date.min)


class Place(NamedTuple):
    """A folder, or a workbook; ``is_study``: it holds a log, or may."""

    name: str
    path: str
    is_study: bool


def places_in(folder: Path, part: str = "") -> tuple[Place, ...]:
    """The folders and workbooks in a folder whose names hold a ``part``, studies first; none where nobody may look."""
    found = [
        Place(one.name, str(one), is_study(one))
        for one in _within(folder, part.casefold())
        if one.is_dir() or _is_workbook(one)
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_study, natural_order(one.name))))


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


def _within(folder: Path, part: str = "") -> list[Path]:
    """What is in a folder, not hidden and named like ``part``; nothing where this user may not look."""
    try:
        with os.scandir(folder) as entries:
            named = (one for one in entries if not one.name.startswith((".", "~")) and part in one.name.casefold())
            seen = islice(named, _MOST_LOOKED_AT)
            return [Path(one.path) for one in seen]
    except OSError:
        return []


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx"
