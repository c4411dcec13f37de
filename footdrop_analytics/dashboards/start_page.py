"""The first page where no study was named: open one, look at the demo, take a template, or import a log.

Its view is what can be opened in a folder; what is opened is shown below, and by every page from then on.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import ipywidgets
from IPython.display import display

from footdrop_analytics.dashboards.caseload.shell import caseload_of
from footdrop_analytics.dashboards.kept import choose, may_choose
from footdrop_analytics.dashboards.loading import language_at_first, opened
from footdrop_analytics.dashboards.shell import Shell
from footdrop_analytics.dashboards.shell.shell import answering, view_of
from footdrop_analytics.dashboards.view import Names, View, fragment
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.reading.sources.locate import natural_order, table_of
from footdrop_analytics.reading.spreadsheets import write_template
from footdrop_analytics.scale.manifest import is_partitioned
from footdrop_analytics.simulation.demo import write_demo
from footdrop_analytics.wording.language import SOURCE, marked, translated

_MOST_LOOKED_AT = 2000
_WORKBOOK = ".xlsx"
_OF_TABLES = (".csv", _WORKBOOK, ".parquet")
MOST_SHOWN = 60
"""Places at once; the others are found by a part of their names."""


@dataclass(frozen=True, kw_only=True)
class StartSettings:
    """What is chosen on the first page: the folder whose folders are offered, and a part of their names, blank for all.

    ``may_choose``: a study can be opened here; otherwise one was named at the start, or others share the server.
    """

    folder: str = ""
    part: str = ""
    may_choose: bool = False
    language: str = SOURCE


def start_view(_: None, settings: StartSettings) -> View:
    """The first page: panels ``head``, ``offers`` and ``places`` (the folders of ``settings.folder``)."""
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
        if one.is_dir() or one.suffix.lower() == _WORKBOOK
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_study, natural_order(one.name))))


def is_study(path: Path) -> bool:
    """Whether a path looks like a study: a workbook, a partitioned study, or a folder with a file of sessions."""
    if path.is_file():
        return path.suffix.lower() == _WORKBOOK
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


TEMPLATE = "exercise_log.xlsx"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class StartPage(Shell[StartSettings]):
    """Offers to open a study, the demo, a template, and the import page."""

    title = marked("Start")
    in_address: Names = MappingProxyType({"language": "language"})

    def __init__(self, settings: StartSettings) -> None:
        super().__init__(None, settings, start_view)
        self.page.on("fill", self.fill)

    def arrange(self) -> list[ipywidgets.Widget]:
        """The offers, the folders, and the place for the caseload of what is opened."""
        self.below = ipywidgets.VBox()
        languages = ipywidgets.HBox([self.language_choice()])
        return [self.panel("head"), languages, self.panel("offers"), self.panel("places"), self.below]

    @answering
    def fill(self, form: str, told: Mapping[str, object]) -> str:
        """Do what a form says; what is wrong with it, in words, or nothing."""
        path = str(told.get("path") or "")
        if form == "template":
            with tempfile.TemporaryDirectory() as folder:
                write_template(Path(folder, TEMPLATE))
                self.page.download(TEMPLATE, Path(folder, TEMPLATE).read_bytes(), _XLSX)
        elif self.settings.may_choose and form.startswith("into:"):
            self.change(folder=path, part="")
        elif self.settings.may_choose and form == "find":
            self.change(part=str(told.get("part") or "").strip())
        elif self.settings.may_choose and form.startswith("open"):
            self._open(study_at(path))
        elif self.settings.may_choose and form == "demo":
            # To try everything in: it lies in the private folder of the server and goes with it.
            demo = Path(tempfile.mkdtemp(prefix="demo-"), "demo")
            write_demo(demo)
            self._open(demo)
        return ""

    def _open(self, study: Path) -> None:
        choose(study)
        self.below.children = [opened(None, caseload_of(), self.settings.language)]
        self.page.reveal(self.below)


def show_start() -> None:
    """Display the first page: open a study, look at the demo, take a template, or import a log."""
    page = StartPage(StartSettings(folder=str(Path.home()), may_choose=may_choose(), language=language_at_first()))
    display(view_of(page.root), raw=True)  # type: ignore[no-untyped-call]
