"""The patient dashboard in the browser: controls around the view, which only assigns."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import ipywidgets
import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.desk import Desk
from footdrop_analytics.dashboards.loading import show
from footdrop_analytics.dashboards.patient.controls import Exercises, Period, Recording, Search, chosen_words
from footdrop_analytics.dashboards.patient.settings import ADDRESS, CHOOSE, PatientSettings, for_another, patient_ids
from footdrop_analytics.dashboards.patient.view import CHART, NAMES, patient_view
from footdrop_analytics.dashboards.shell import ExportBar, Folded, Page, Panel, Shell
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.study import Study
from footdrop_analytics.report import write_report
from footdrop_analytics.report.kept import report_name
from footdrop_analytics.wording.language import LANGUAGES, current, in_language, marked, translated
from footdrop_analytics.wording.words import quantity

_CHART_AFTER = "trends"
_SHEET = marked("Report for the patient")
_BELOW = [name for name in NAMES if name not in ("head", "age", "summary", "flags", "glance")]
"""The panels below those that are seen at one look."""


class PatientDashboard(Shell[PatientSettings]):
    """One patient of an analysis, alone or below a caseload."""

    title = marked("Patient")
    in_address = ADDRESS

    def __init__(
        self, analysis: Analysis, settings: PatientSettings, page: Page | None = None, desk: Desk | None = None
    ) -> None:
        settings = replace(settings, records=desk is not None and desk.is_open)
        super().__init__(analysis, settings, patient_view, page)
        self.recording = Recording(self, desk)
        self.page.on("fill", self._sent)
        if page is None and desk is not None:
            self.follow_others(lambda: desk.has_news, desk.analysed)
        # Read out without taking anybody away from the field.
        self.page.mark(self.said, role="status")

    def arrange(self) -> list[ipywidgets.Widget]:
        """The head, the controls, every panel in its order with the chart below the trends, and the exports."""
        self.said = Panel()
        self.search, self.period, self.exercises = Search(self), Period(self), Exercises(self)
        self.side = self.bind(ipywidgets.Dropdown(layout={"width": "auto"}), "side")
        self.page.label(self.side, description=marked("Side"))
        self.exports = ExportBar(
            self,
            {
                marked("Report for the clinician"): lambda: self._report("clinician"),
                _SHEET: lambda: self._report("patient"),
            },
            {_SHEET: self._red_flag_words},
            apart=True,
        )
        self.bar = ipywidgets.HBox([self.panel(NAMES[0]), self.exports.buttons])
        self.bar.add_class("fd-bar")
        glance = ipywidgets.Box([self.panel("flags"), self.panel("glance")])
        glance.add_class("fd-glance")
        below: list[ipywidgets.Widget] = []
        for name in _BELOW:
            below += [self.panel(name), self.chart(CHART)] if name == _CHART_AFTER else [self.panel(name)]
        days = ipywidgets.HBox([self.period.first, self.period.last, self.side])
        self.filters = Folded([days, self.period.quick, self.exercises.root], self.page, marked("Shown"))
        own = [] if self.is_part else [self.language_choice()]
        age = ipywidgets.HBox([self.period.today, self.panel("age")])
        age.add_class("fd-as-of")
        chosen = ipywidgets.HBox([self.search.field, self.filters.button, age, *own])
        controls = ipywidgets.VBox([chosen, self.said, self.filters.box])
        controls.add_class("fd-controls")
        self.saved = Panel()
        self.saved.add_class("fd-saved")
        shown = [self.bar, controls, self.panel("summary"), glance, *below]
        return [*shown, self._for_the_sheet(), self.exports.root, self.saved]

    def _for_the_sheet(self) -> ipywidgets.Widget:
        look = {"style": {"description_width": "initial"}, "layout": {"width": "auto", "max_width": "100%"}}
        self.contact = self.bind(ipywidgets.Text(continuous_update=False, **look), "contact")
        languages = ipywidgets.Dropdown(options=[(one.name, one.code) for one in LANGUAGES.values()], **look)
        self.sheet_language = self.bind(languages, "sheet_language", write=lambda _chosen: self.settings.for_sheet)
        line = marked("Contact line on the patient's sheet")
        self.page.label(self.contact, description=line, placeholder=marked("Foot clinic, phone …"))
        self.page.label(self.sheet_language, description=marked("Language of the patient's sheet"))
        return ipywidgets.HBox([self.contact, self.sheet_language])

    def change(self, **changed: Any) -> None:
        """Take new settings and show their view; with another patient, choices that do not apply are reset."""
        patient_id = changed.get("patient_id", self.settings.patient_id)
        other = for_another(self.analysis, self.settings, patient_id)
        super().change(**{name: getattr(other, name) for name in ("exercises", "side", "start")} | changed)

    def go(self, query: str) -> None:
        """Take the settings that an address names; what it leaves out, of patient and contact, stays."""
        chosen = self.named_by(query)
        kept = {name: chosen[name] or getattr(self.settings, name) for name in ("patient_id", "contact")}
        self.change(**{**chosen, **kept})

    def assign(self, view: View) -> None:
        """Give the controls what the view offers and the settings say."""
        for control in (self.search, self.period, self.exercises):
            control.show(self.settings, view)
        self.said.value = ""
        self.filters.say(chosen_words(self.settings, view))
        self.recording.show(self.settings.patient_id)
        self.exports.show(view)

    def _sent(self, key: str, told: Mapping[str, object]) -> str:
        """What somebody sent with a form of the page; what is wrong with it."""
        if not key.startswith(CHOOSE):
            with in_language(self.settings.language):
                return self.recording.fill(key, told)
        self.guarded(lambda: self.change(patient_id=key.removeprefix(CHOOSE)))()
        return ""

    def _report(self, audience: Literal["clinician", "patient"]) -> tuple[str, bytes]:
        """The report of the patient, up to the day and from the day shown, as a file."""
        alone, patient_id = self._alone(), self.settings.patient_id
        language = self.settings.for_sheet if audience == "patient" else self.settings.language
        name, contact = report_name(patient_id, audience, language), self.settings.contact or None
        with tempfile.TemporaryDirectory() as folder:
            path = write_report(alone, patient_id, Path(folder, name), audience, contact=contact, language=language)
            return name, path.read_bytes()

    def _red_flag_words(self) -> str:
        """What is asked before a sheet is handed over; blank if no red flag is open."""
        red = int(self._alone().caseload["n_red"].sum())
        if not red:
            return ""
        return quantity(
            "{count} open red flag. Hand the sheet over anyway?",
            "{count} open red flags. Hand the sheet over anyway?",
            red,
        )

    def _alone(self) -> Analysis:
        """The analysis of the patient and days shown."""
        chosen = self.settings
        if chosen.patient_id not in patient_ids(self.analysis)[1]:
            raise ParameterError(translated("Choose a patient first; a report is about one patient."))
        analysis: Analysis = self.analysis
        return analysis.for_patient(chosen.patient_id, chosen.start, chosen.end)


def show_patient(
    study: str | os.PathLike[str] | Study | None = None, patient_id: str | None = None, language: str | None = None
) -> None:
    """Display the dashboard of one patient.

    Parameters
    ----------
    study : path or Study, optional
        The study. Default: the one that the environment variable ``FOOTDROP_STUDY`` names, else ``data/demo`` in the
        folder of the notebook or above it, else the simulated demo.
    patient_id : str, optional
        The patient shown first. Default: the first of the caseload, who is most in need of a look.
    language : {"en", "de", "fr", "es"}, optional
        The language at first. Default: that of the environment variable ``FOOTDROP_LANGUAGE``, else English.

    Raises
    ------
    ParameterError
        If there is no such language.
    """
    today = pd.Timestamp.now().date()

    def make(analysis: Analysis, path: str, desk: Desk) -> PatientDashboard:
        return PatientDashboard(analysis, first_settings(analysis, path, patient_id, today), desk=desk)

    show(study, make, language)


def first_settings(analysis: Analysis, path: str, patient_id: str | None, today: date | None = None) -> PatientSettings:
    """What is shown first: the patient asked for, or the first of the caseload."""
    settings = PatientSettings(study=path, today=today, language=current().code)
    if patient_id is None:
        everybody = analysis.caseload["patient_id"]
        patient_id = str(everybody.iloc[0]) if len(everybody) else ""
    return replace(settings, patient_id=patient_id)
