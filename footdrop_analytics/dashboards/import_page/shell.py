"""The import page in the browser: files come in, answers are taken, the log is saved, its caseload opens below."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import ipywidgets
from IPython.display import display

from footdrop_analytics.dashboards.caseload.shell import caseload_of
from footdrop_analytics.dashboards.desk import READ_ONLY_VARIABLE
from footdrop_analytics.dashboards.import_page.questions import Dropped, ImportSettings, answered, dropped, key_of
from footdrop_analytics.dashboards.import_page.view import ImportView, import_view
from footdrop_analytics.dashboards.kept import choose, may_choose
from footdrop_analytics.dashboards.loading import language_at_first, named_at, opened
from footdrop_analytics.dashboards.shell import Panel, Shell
from footdrop_analytics.dashboards.shell.shell import answering, view_of
from footdrop_analytics.dashboards.view import Names, View, fragment
from footdrop_analytics.importing.profile import Answers
from footdrop_analytics.importing.save import Saved
from footdrop_analytics.reading.sources.locate import SYNTHETIC_FILE
from footdrop_analytics.scale.manifest import is_partitioned
from footdrop_analytics.wording.language import marked, translated

SHARED_VARIABLE = "FOOTDROP_SHARED"
"""Set where other machines can reach the page."""
_PANELS = ("head", "pictures", "drop", "where", "columns", "questions", "names", "plan", "rows", "save")
_GONE = marked("This page has changed meanwhile. Look at it again; nothing was saved.")
_READ_ONLY = marked("This page is open for reading only: nothing can be saved here.")
_SHARED = marked("Other machines can reach this page: nothing can be saved here.")
_OWN_FOLDER = "footdrop_study"


class ImportPage(Shell[ImportSettings]):
    """The files that were dropped, and what is made of them."""

    title = marked("Import")
    in_address: Names = MappingProxyType({"language": "language"})

    def __init__(self, settings: ImportSettings) -> None:
        self._kept: tuple[Dropped, ImportSettings, ImportView] | None = None
        self._last_saved: Saved | None = None
        super().__init__(Dropped(), settings, self._view_of)
        self.root.add_class("fd-import")
        self.page.on("fill", self.fill)
        self.page.on("files", self.take)

    def arrange(self) -> list[ipywidgets.Widget]:
        """The panels from the file to the button that saves, and the place for the caseload."""
        panels = [self.panel(name) for name in _PANELS]
        self.saved = Panel()
        self.below = ipywidgets.VBox()
        languages = ipywidgets.HBox([self.language_choice()])
        return [panels[0], languages, *panels[1:], self.saved, self.panel("code"), self.below]

    def assign(self, view: View) -> None:
        """Say what was saved in the place of the button that saves, in the language of the page."""
        saved, folder, named = self._last_saved, self.settings.folder, named_at()
        self.panel("save").value = view.panels.get("save", "") if saved is None else ""
        self.saved.value = ""
        if saved is not None:
            shown = "" if named is None or Path(named).absolute() == Path(folder).absolute() else named
            self.saved.value = fragment("import_saved", saved=saved, folder=folder, ids=saved.ids, shown=shown)

    @answering
    def take(self, names: Sequence[str], contents: Sequence[bytes]) -> str:
        """Look at files that were dropped; what is wrong with them, in words, or nothing."""
        files = dropped(names, contents)
        if len(files.parts) == 1 and files.has_dictionary:
            return translated("A data dictionary goes along with an export: drop both files together.")
        fresh = replace(self.settings, answers=Answers())
        self._view_of(files, fresh)
        self._forget_saved()
        self.settings = fresh
        self.follow(files)
        return ""

    @answering
    def fill(self, form: str, told: Mapping[str, object]) -> str:
        """Do what a form says; what is wrong with it, in words, or nothing."""
        view = self.last_view
        assert isinstance(view, ImportView)
        if form == "where" and not self.settings.why_not:
            return self._changed(folder=_place(str(told.get("folder") or "")))
        if form == "plan":
            weeks = str(told.get("assume_plan") or "")
            return self._changed(plan=str(told.get("plan") or "").strip(), assume_plan=weeks)
        if form == "whose":
            return self._changed(answers=Answers(patient=str(told.get("patient") or "")).over(self.settings.answers))
        if form == "again":
            return self._changed(answers=Answers())
        if form == "save" and not self.settings.why_not and view.imported is not None:
            return self._save(view)
        # Without what was saved the form is in no page: it would open any study there is.
        if form == "caseload" and self._last_saved is not None:
            self.below.children = [opened(self.settings.folder, caseload_of(), self.settings.language)]
            self.page.reveal(self.below)
            return ""
        if form != key_of(view.asked):
            return translated(_GONE)
        return self._changed(answers=answered(view.asked, told, self.settings.answers))

    def _changed(self, **changed: Any) -> str:
        """Take new settings if they fit the files; else the error is the form's."""
        self._view_of(self.analysis, replace(self.settings, **changed))
        self._forget_saved()
        self.change(**changed)
        return ""

    def _save(self, view: ImportView) -> str:
        assert view.imported is not None
        self._last_saved = view.imported.write(self.settings.folder)
        if may_choose():  # the links above lead to what was saved
            choose(Path(self.settings.folder))
        self._kept = None  # the folder holds more now
        self.follow(self.analysis)
        self.page.reveal(self.saved)
        return ""

    def _forget_saved(self) -> None:
        self._last_saved = None
        self.below.children = []

    def _view_of(self, files: Dropped, settings: ImportSettings) -> ImportView:
        """The view; that of the last files and settings is kept, as it is tried before it is shown."""
        if self._kept is None or self._kept[0] is not files or self._kept[1] != settings:
            self._kept = files, settings, import_view(files, settings)
        return self._kept[2]


def _place(written: str) -> str:
    """The study folder that was written; a name alone is one in the home folder."""
    place = Path(written.strip() or _OWN_FOLDER).expanduser()
    return str(place if place.is_absolute() else Path.home() / place)


def _first_settings() -> ImportSettings:
    """The study that is shown, if it can take a log; else a folder of its own, where one may save."""
    named = named_at()
    shown = Path(named) if named else None
    fits = shown is not None and shown.is_dir() and not (shown / SYNTHETIC_FILE).exists() and not is_partitioned(shown)
    why_not = ""
    if os.environ.get(READ_ONLY_VARIABLE):
        why_not = _READ_ONLY
    elif os.environ.get(SHARED_VARIABLE):
        why_not = _SHARED
    folder = str(shown) if fits or (shown and why_not) else _place("")
    return ImportSettings(folder=folder, why_not=why_not, language=language_at_first())


def show_import() -> None:
    """Display the page that makes a study from a log of another kind: drop a file, answer, look, save."""
    page = ImportPage(_first_settings())
    display(view_of(page.root), raw=True)  # type: ignore[no-untyped-call]
