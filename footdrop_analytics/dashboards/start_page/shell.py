"""The first page in the browser: what is opened is shown below, and by every page from then on."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import ipywidgets
from IPython.display import display

from footdrop_analytics.dashboards.address import Names
from footdrop_analytics.dashboards.caseload.shell import caseload_of
from footdrop_analytics.dashboards.chosen import choose, may_choose
from footdrop_analytics.dashboards.loading import language_at_first, opened
from footdrop_analytics.dashboards.shell import Shell
from footdrop_analytics.dashboards.shell.alerts import in_words
from footdrop_analytics.dashboards.shell.shell import view_of
from footdrop_analytics.dashboards.start_page.view import StartSettings, start_view, study_at
from footdrop_analytics.reading.spreadsheets import write_template
from footdrop_analytics.simulation.demo import write_demo
from footdrop_analytics.wording.language import in_language, marked

TEMPLATE = "exercise_log.xlsx"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class StartPage(Shell[StartSettings]):
    """Offers to open a study, the demo, a template, and the import page."""

    title = marked("Start")
    in_address: Names = MappingProxyType({"language": "language"})

    def __init__(self, settings: StartSettings) -> None:
        super().__init__(None, settings, start_view)
        self.page.on_fill(self.fill)

    def arrange(self) -> list[ipywidgets.Widget]:
        """The offers, the folders, and the place for the caseload of what is opened."""
        head = self.panel("head")
        head.add_class("fd-head")
        self.below = ipywidgets.VBox()
        languages = ipywidgets.HBox([self.language_choice()])
        return [head, languages, self.panel("offers"), self.panel("places"), self.below]

    def fill(self, form: str, told: Mapping[str, object]) -> str:
        """Do what a form says; what is wrong with it, in words, or nothing."""
        with in_language(self.settings.language), self.alerts.working():
            try:
                self._filled(form, told)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is said in the form
                return in_words(error).partition("\n")[0]
        return ""

    def _filled(self, form: str, told: Mapping[str, object]) -> None:
        path = str(told.get("path") or "")
        if form == "template":
            self.page.download(TEMPLATE, _template(), _XLSX)
        elif self.settings.may_choose and form.startswith("into:"):
            self.change(folder=path, part="")
        elif self.settings.may_choose and form == "find":
            self.change(part=str(told.get("part") or "").strip())
        elif self.settings.may_choose and form.startswith("open"):
            self._open(study_at(path))
        elif self.settings.may_choose and form == "demo":
            self._open(_demo())

    def _open(self, study: Path) -> None:
        choose(study)
        self.below.children = [opened(None, caseload_of(), self.settings.language)]
        self.page.reveal(self.below)


def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write_template(Path(folder, TEMPLATE))
        return Path(folder, TEMPLATE).read_bytes()


def _demo() -> Path:
    """A demo to try everything in: it lies in the private folder of the server and goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="demo-"), "demo")
    write_demo(folder)
    return folder


def show_start() -> None:
    """Display the first page: open a study, look at the demo, take a template, or import a log."""
    page = StartPage(StartSettings(folder=str(Path.home()), may_choose=may_choose(), language=language_at_first()))
    display(view_of(page.root), raw=True)  # type: ignore[no-untyped-call]
