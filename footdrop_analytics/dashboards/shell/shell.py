"""The thin shell around a pure view: it makes widgets once, and after every change it only assigns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

import ipywidgets

from footdrop_analytics.dashboards.shell.controls import AS_BEFORE, IN_PART, Alerts, Panel, in_words
from footdrop_analytics.dashboards.shell.figure import ChartPane
from footdrop_analytics.dashboards.shell.page import Page, below, still_page
from footdrop_analytics.dashboards.view import Names, View, read, written
from footdrop_analytics.errors import FootdropError
from footdrop_analytics.wording.language import LANGUAGES, current, in_language, marked, translated


class Spoken(Protocol):
    """Settings: frozen, each with a default, one of them the language of all words."""

    def __init__(self, *, language: str) -> None: ...

    @property
    def language(self) -> str:
        """The code of the language."""
        ...


S = TypeVar("S", bound=Spoken)
_CHANGING = "fd-changing"
"""While one patient gives way to another, what is said of them is out of sight."""
_MIME = "application/vnd.jupyter.widget-view+json"


class Shell(Generic[S]):
    """Controls around a view."""

    title = marked("Dashboard")
    """In English."""
    in_address: Names = MappingProxyType({})
    """The settings that the page's address says, and their names there."""

    def __init__(self, analysis: Any, settings: S, view: Callable[[Any, S], View], page: Page | None = None) -> None:
        self.analysis = analysis
        self.settings = settings
        self.last_view: View | None = None
        self.is_part = page is not None
        self._usual = type(settings)(language=settings.language)
        self._view = view
        self._panels: dict[str, Panel] = {}
        self._charts: dict[str, ChartPane] = {}
        self._bound: list[Callable[[View], None]] = []
        self._assigning = False
        self._current = False
        self._going = False
        # What to say of what is shown while it is not what the settings say.
        self._of_shown = ""
        with in_language(settings.language):
            self.alerts = Alerts()
            self.page = Page() if page is None else page
            own = [] if self.is_part else [self.page]
            self.root = ipywidgets.VBox([*own, *self.arrange(), self.alerts.root])
        self.root.add_class("fd-part" if self.is_part else "fd-dashboard")
        if page is None:
            self.page.mark(self.root, role="region")
            self.page.label(self.root, aria_label=self.title)
            self.page.watch(self.root)
            self.page.on("address", self.go_to)
            self.page.on("look", self.open)

    def arrange(self) -> list[ipywidgets.Widget]:
        """The widgets of the dashboard from top to bottom; called once. Each dashboard has its own."""
        return []

    def assign(self, view: Any) -> None:
        """Give the dashboard's own extra widgets what its kind of view holds for them: only assignments."""

    def panel(self, name: str) -> Panel:
        """The place of ``view.panels[name]``; empty where the view has no such panel."""
        if name not in self._panels:
            self._panels[name] = Panel()
            self._panels[name].add_class("fd-shown")
            if name == "head":
                self._panels[name].add_class("fd-head")
        return self._panels[name]

    def chart(self, name: str) -> ChartPane:
        """The place of ``view.charts[name]``; empty where the view has no such chart."""
        if name not in self._charts:
            self._charts[name] = ChartPane(name)
            self._charts[name].add_class("fd-shown")
        return self._charts[name]

    def bind(
        self, widget: ipywidgets.Widget, field: str, write: Callable[[Any], Any] = lambda value: value
    ) -> ipywidgets.Widget:
        """Tie a control to a field of the settings, both ways, and its options to ``view.choices[field]``.

        ``write`` makes the control's value of the field's.
        """

        def shown(view: View) -> None:
            if field in view.choices and tuple(widget.options) != tuple(view.choices[field]):
                widget.options = view.choices[field]
            widget.value = write(getattr(self.settings, field))

        widget.observe(self.guarded(lambda change: self.change(**{field: change["new"]})), "value")
        self._bound.append(shown)
        return widget

    def guarded(self, callback: Callable[..., object]) -> Callable[..., None]:
        """A callback for a control: an error in it is shown in words; it rests while the shell assigns values."""

        def run(*arguments: object) -> None:
            if self._assigning:
                return
            with in_language(self.settings.language), self.alerts.working():
                try:
                    callback(*arguments)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is shown where the person looks
                    self.tell(error)
                else:
                    if self._current:
                        self.alerts.clear()

        return run

    def address(self) -> str:
        """What is chosen, as the query of the page's address."""
        return written(self.settings, self.in_address, self._usual)

    def named_by(self, query: str) -> dict[str, Any]:
        """What an address names; what it leaves out is as at the start."""
        return read(query, self._usual, self.in_address)

    def go_to(self, query: str) -> None:
        """Show what an address names; on the way there the page's address says nothing else."""
        self._going = True
        try:
            self.guarded(lambda: self.go(query))()
        finally:
            self._going = False
            self.tell_address()

    def go(self, query: str) -> None:
        """Take the settings that an address names."""
        self.change(**self.named_by(query))

    def open(self) -> None:
        """Fill the dashboard: somebody looks at it."""
        self.guarded(self.change)()

    def follow(self, analysis: Any) -> None:
        """Show what is chosen of another analysis of the study, as something was recorded in it, or of other files."""
        self.analysis, self._current = analysis, False
        self.change()

    def follow_others(self, has_news: Callable[[], bool], analysed: Callable[[Any], Any]) -> None:
        """Follow what others record, whenever the page asks whether there is something new."""
        follow = self.guarded(lambda: self.follow(analysed(self.analysis)))
        self.page.on("again", lambda: follow() if has_news() else None)

    def change(self, **changed: Any) -> None:
        """Take new settings and show their view; what goes wrong is shown in words."""
        try:
            wanted = replace(self.settings, **changed)  # type: ignore[type-var]
        except FootdropError as error:
            # Settings that cannot be: the controls say them, and what is shown does not fit the controls.
            self._current = False
            self.tell(error)
            return
        if self._current and wanted == self.settings:
            return
        # Kept also if no view can be made of it: it is what the controls say, and the next change builds on it.
        self.settings, self._current = wanted, False
        with in_language(self.settings.language):
            self._show_view(wanted)

    def _show_view(self, wanted: S) -> None:
        try:
            with self.alerts.working():
                view = self._view(self.analysis, wanted)
                # Until everything is assigned, some is new and some as before.
                self._of_shown = IN_PART
                self.show(view)
                self._of_shown = AS_BEFORE
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown where the person looks
            self.tell(error)
        else:
            self._current = True
            self.alerts.clear()
            self.root.remove_class("fd-stale")

    def show(self, view: View) -> None:
        """Assign a view to the widgets, and nothing else."""
        another = self.last_view is not None and self.last_view.about != view.about
        try:
            with self._quiet():
                if another:
                    # No name of one patient stands over what is said of another, for no moment.
                    self.root.add_class(_CHANGING)
                self.page.speak()
                if not self.is_part:
                    self.page.mark(self.root, lang=current().tag)
                for name, panel in self._panels.items():
                    panel.value = view.panels.get(name, "")
                for name, pane in self._charts.items():
                    pane.show(view.charts.get(name))
                for shown in self._bound:
                    shown(view)
                self.assign(view)
        finally:
            self.root.remove_class(_CHANGING)
            # Widgets may have been added, also before something failed: no notebook is to store them.
            self.page.watch()
        self.last_view = view
        self.tell_address()

    def tell_address(self) -> None:
        """Let the page's address say what is chosen."""
        if not self._going:
            self.page.address = self.address()

    def tell(self, error: Exception) -> None:
        """Show an error in words; if what is shown is not what the settings say, that is said and marked too."""
        self.alerts.tell(error, "" if self._current else self._of_shown)
        if not self._current:
            self.root.add_class("fd-stale")

    def still(self) -> bytes:
        """What is shown as an HTML file without scripts, panels and charts in the order of the dashboard."""
        texts = {panel.model_id: panel.value for panel in self._panels.values()}
        texts |= {pane.model_id: pane.still.value for pane in self._charts.values()}
        return still_page(
            translated(self.title), [texts[one.model_id] for one in below(self.root) if one.model_id in texts]
        )

    def language_choice(self) -> ipywidgets.Widget:
        """A control for the language of all words."""
        names = [(one.name, one.code) for one in LANGUAGES.values()]
        control = self.bind(ipywidgets.Dropdown(options=names, layout={"width": "auto"}), "language")
        self.page.label(control, aria_label=marked("Language"))
        return control

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """While values are assigned, controls do not report them as somebody's choices."""
        before, self._assigning = self._assigning, True
        try:
            yield
        finally:
            self._assigning = before

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, Any]:
        """The view alone: the text that notebook files store beside it is empty."""
        return view_of(self.root)

    def __repr__(self) -> str:
        return ""


def answering(method: Callable[..., str]) -> Callable[..., str]:
    """Does what a form or a file asks for: what is wrong with it, in words to say beside it, or nothing."""

    @wraps(method)
    def run(self: Shell[Any], *arguments: object) -> str:
        with in_language(self.settings.language), self.alerts.working():
            try:
                return method(self, *arguments)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is said where it was asked for
                return in_words(error).partition("\n")[0]

    return run


def view_of(widget: ipywidgets.Widget) -> dict[str, Any]:
    """A widget for display, with an empty text form: a notebook file stores every form of an output."""
    return {_MIME: {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}, "text/plain": ""}
