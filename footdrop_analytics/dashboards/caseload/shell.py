"""The caseload in the browser: choices, the table, and below it the patient whose row was opened."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import ipywidgets
import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.caseload.choices import ADDRESS, NAMES, CaseloadSettings, in_words
from footdrop_analytics.dashboards.caseload.table import PatientTable, whole_table
from footdrop_analytics.dashboards.caseload.view import CaseloadView, caseload_view
from footdrop_analytics.dashboards.desk import Desk
from footdrop_analytics.dashboards.loading import Maker, show
from footdrop_analytics.dashboards.patient.settings import ADDRESS as PATIENT_ADDRESS
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.shell import PatientDashboard
from footdrop_analytics.dashboards.shell import ExportBar, Folded, Shell
from footdrop_analytics.dashboards.shell.controls import AsOf
from footdrop_analytics.dashboards.shell.page import still_page
from footdrop_analytics.dashboards.view import View, read
from footdrop_analytics.model.names import ALL, NOT_STATED
from footdrop_analytics.model.study import Study
from footdrop_analytics.wording.language import current, marked, translated

_SHARED = {"as_of", "language"}
"""What the patient below has in common with the list; the address says it once."""
_OF_LIST = {ADDRESS[name] for name in _SHARED}
_ALWAYS = {"severity", "state"}
_COLUMNS = "repeat(auto-fill, minmax(18rem, 1fr))"


class CaseloadDashboard(Shell[CaseloadSettings]):
    """Every patient of an analysis, most urgent first; a row opens its patient below."""

    title = marked("Caseload")
    in_address = ADDRESS

    def __init__(self, analysis: Analysis, settings: CaseloadSettings, desk: Desk | None = None) -> None:
        self._desk = desk
        super().__init__(analysis, settings, caseload_view)
        self._ids: tuple[str, ...] = ()
        self.patient: _Below | None = None
        opens = self.guarded(lambda place: self.open_patient(dict(enumerate(self._ids))[place]))
        self.table.on_click(opens, self.guarded(lambda choice: self.change(**choice)))
        self.page.mark(self.table, role="region")
        self.page.label(self.table, aria_label=marked("Patients"))
        if desk is not None:
            self.follow_others(lambda: desk.has_news, desk.analysed)

    def arrange(self) -> list[ipywidgets.Widget]:
        """The caseload, which has the head in sight, and the place for a patient."""
        search = ipywidgets.Text()
        self.page.label(search, placeholder=marked("id, reason or clinician"))
        self._controls = {name: self._named(ipywidgets.Dropdown(), words) for name, words in NAMES.items()}
        self.as_of = AsOf(self)
        grid = {"grid_template_columns": _COLUMNS, "grid_gap": "0 1rem"}
        choices = [self.bind(control, name) for name, control in self._controls.items()]
        self.filters = Folded([ipywidgets.GridBox(choices, layout=grid)], self.page, marked("Filters"))
        searched = self.bind(self._named(search, marked("Search")), "search")
        controls = ipywidgets.HBox([self.as_of.root, searched, self.filters.button, self.language_choice()])
        controls.add_class("fd-controls")
        self.table = PatientTable()
        self.exports = ExportBar(self, {marked("Save this list as a page"): lambda: ("caseload.html", self.still())})
        everybody = [
            self.panel("head"),
            self.panel("about"),
            controls,
            self.filters.box,
            self.panel("empty"),
            self.table,
            self.panel("definitions"),
            self.exports.root,
        ]
        self._below = ipywidgets.VBox()
        parts = [ipywidgets.VBox(everybody), self._below]
        for part in parts:
            part.add_class("fd-caseload-part")
        return parts

    def change(self, **changed: Any) -> None:
        """Take new settings; a choice of other patients begins at the first page."""
        super().change(**({"page": 1, **changed} if changed else {}))
        if self.patient is not None and not _SHARED.isdisjoint(changed):
            self.patient.change(end=self.settings.as_of, language=self.settings.language)

    def follow(self, analysis: Analysis) -> None:
        """Something was recorded: the patient and the list show it."""
        if self.patient is not None:
            self.patient.follow_with_the_list(analysis)
        super().follow(analysis)

    def address(self) -> str:
        """What is chosen in the list, and the patient who is open below it."""
        of_patient = self.patient.address() if self.patient is not None and self._below.children else ""
        below = [one for one in of_patient.split("&") if one and one.partition("=")[0] not in _OF_LIST]
        return "&".join(filter(None, [super().address(), *below]))

    def go(self, query: str) -> None:
        """Show the list that an address names, and open the patient; where it names none, no patient is open."""
        self.change(**self.named_by(query))
        shared = {"end": self.settings.as_of, "language": self.settings.language}
        chosen = read(query, PatientSettings, PATIENT_ADDRESS) | shared
        if chosen["patient_id"]:
            self.open_patient(chosen["patient_id"])
            assert self.patient is not None
            self.patient.change(**chosen)
        elif self._below.children:
            self._below.children = []
            self.mark_open()
            self.page.reveal(self.table)

    def assign(self, view: CaseloadView) -> None:
        """Give the table its rows and the exports what is shown; hide a choice where nothing is stated at all."""
        for name, control in self._controls.items():
            nothing = {value for _, value in view.choices[name]} <= {ALL, NOT_STATED}
            control.layout.display = "none" if nothing and name not in _ALWAYS else None
        self._ids = view.ids
        self.filters.say(in_words(replace(self.settings, search=""), view.exercise_names) or translated("none"))
        self.as_of.show(view.as_of)
        self.table.html = view.panels["table"]
        self.mark_open()
        self.exports.show(view)

    def open_patient(self, patient_id: str) -> None:
        """Show a patient below the table."""
        if self.patient is None:
            shared = {name: getattr(self.settings, name) for name in ("study", "today", "language")}
            settings = PatientSettings(**shared, patient_id=patient_id, end=self.settings.as_of)
            self.patient = _Below(self, settings, self._desk)
            # A way back to the list as it was left, in the bar that stays in sight, however far down: nothing of the
            # patient is covered, and it is the next stop of the Tab key.
            back = ipywidgets.Button(layout={"width": "auto"})
            self.page.label(back, description=marked("Back to the list"))
            back.add_class("fd-back")
            back.on_click(self.guarded(lambda _button: self.page.reveal(self.table)))
            self.patient.bar.children = [back, *self.patient.bar.children]
            self._below.children = [self.patient.root]
            self.patient.open()
        else:
            self._below.children = [self.patient.root]
            self.patient.change(patient_id=patient_id)
            self.mark_open()
            self.tell_address()
        self.page.watch()
        self.page.reveal(self._below)

    def _named(self, control: ipywidgets.Widget, words: str) -> ipywidgets.Widget:
        self.page.label(control, description=words)
        control.layout.width = "auto"
        return control

    def still(self) -> bytes:
        """The caseload that is shown as an HTML file without scripts; a patient has reports."""
        view = self.last_view
        assert isinstance(view, CaseloadView)
        parts = view.panels
        return still_page(
            translated(self.title),
            [parts["head"], parts["about"], parts["empty"], whole_table(view.rows), parts["definitions"]],
        )

    def mark_open(self) -> None:
        """Mark the row of the patient who is open; none where nobody is."""
        whose = None if self.patient is None or not self._below.children else self.patient.settings.patient_id
        self.table.opened = self._ids.index(whose) if whose in self._ids else -1


class _Below(PatientDashboard):
    """A patient below the caseload, who says whom it shows: another can be chosen there too."""

    def __init__(self, caseload: CaseloadDashboard, settings: PatientSettings, desk: Desk | None) -> None:
        self._caseload = caseload
        super().__init__(caseload.analysis, settings, caseload.page, desk)

    def assign(self, view: View) -> None:
        super().assign(view)
        self._caseload.mark_open()

    def tell_address(self) -> None:
        """The address is the list's."""
        self._caseload.tell_address()

    def follow(self, analysis: Analysis) -> None:
        """What is recorded here may change the list too."""
        self._caseload.follow(analysis)

    def follow_with_the_list(self, analysis: Analysis) -> None:
        """Show this patient of another analysis."""
        super().follow(analysis)


def show_caseload(study: str | os.PathLike[str] | Study | None = None, language: str | None = None) -> None:
    """Display the caseload of a study.

    Parameters
    ----------
    study : path or Study, optional
        The study. Default: the one that the environment variable ``FOOTDROP_STUDY`` names, else ``data/demo`` in the
        folder of the notebook or above it, else the simulated demo.
    language : {"en", "de", "fr", "es"}, optional
        The language at first. Default: that of the environment variable ``FOOTDROP_LANGUAGE``, else English.

    Raises
    ------
    ParameterError
        If there is no such language.
    """
    show(study, caseload_of(), language)


def caseload_of() -> Maker:
    """What makes the caseload of a study as it is looked at today."""
    today = pd.Timestamp.now().date()

    def make(analysis: Analysis, path: str, desk: Desk) -> CaseloadDashboard:
        return CaseloadDashboard(analysis, CaseloadSettings(study=path, today=today, language=current().code), desk)

    return make
