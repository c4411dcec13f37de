"""The cohort in the browser: the last day that counts, four choices, the parts one below the other, and exports."""

from __future__ import annotations

from os import PathLike

import ipywidgets
import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.cohort.view import ADDRESS, CohortSettings, cohort_view
from footdrop_analytics.dashboards.desk import Desk
from footdrop_analytics.dashboards.loading import show
from footdrop_analytics.dashboards.shell import ExportBar, Shell
from footdrop_analytics.dashboards.shell.controls import AsOf
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.model.names import ALL, NOT_STATED
from footdrop_analytics.model.study import Study
from footdrop_analytics.wording.language import current, marked

_CHOICES = {
    "group": marked("Group by"),
    "exercise": marked("Exercise"),
    "arm": marked("Arm"),
    "aetiology": marked("Foot drop from"),
}


class CohortShell(Shell[CohortSettings]):
    """The cohort of an analysis."""

    title = marked("Cohort")
    in_address = ADDRESS

    def __init__(self, analysis: Analysis, settings: CohortSettings) -> None:
        super().__init__(analysis, settings, cohort_view)

    def arrange(self) -> list[ipywidgets.Widget]:
        """The head, the choices, the parts each with its chart between text and table, and the exports."""
        self._controls = {}
        for name, words in _CHOICES.items():
            control = ipywidgets.Dropdown(style={"description_width": "initial"}, layout={"width": "auto"})
            self.page.label(control, description=words)
            self._controls[name] = self.bind(control, name)
        self.as_of = AsOf(self)
        days = ipywidgets.HBox([self.as_of.root, self.language_choice()])
        grid = {"grid_template_columns": "repeat(auto-fill, minmax(15rem, 1fr))", "grid_gap": "0.3rem 1.5rem"}
        filters = ipywidgets.GridBox([*self._controls.values()], layout=grid)
        self.exports = ExportBar(self, {marked("Save this page"): lambda: ("cohort.html", self.still())})
        parts: list[ipywidgets.Widget] = [self.panel("head"), self.panel("about"), days, filters]
        for name, chart in (("adherence",) * 2, ("persistence",) * 2, ("ladder", "modes"), ("pattern",) * 2):
            parts += [self.panel(name), self.chart(chart), self.panel(f"{name}_table")]
        return [*parts, self.panel("quality"), self.exports.root]

    def assign(self, view: View) -> None:
        """Offer the view's tables and code; hide a choice by what nobody is recorded with."""
        for name in ("arm", "aetiology"):
            nothing = {value for _, value in view.choices[name]} <= {ALL, NOT_STATED}
            self._controls[name].layout.display = "none" if nothing else None
        self.as_of.show(view.as_of)
        self.exports.show(view)


def show_cohort(study: str | PathLike[str] | Study | None = None, language: str | None = None) -> None:
    """Show the cohort of a study.

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
    today = pd.Timestamp.now().date()

    def make(analysis: Analysis, path: str, _desk: Desk) -> CohortShell:
        return CohortShell(analysis, CohortSettings(study=path, today=today, language=current().code))

    show(study, make, language)
