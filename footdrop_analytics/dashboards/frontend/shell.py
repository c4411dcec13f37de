"""The thin shell around a pure view: it makes widgets once, and after every change it only assigns."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from typing import Any, Generic, TypeVar

import ipywidgets

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.frontend.figure import ChartPane
from footdrop_analytics.dashboards.frontend.page import Page, below
from footdrop_analytics.dashboards.frontend.panel import Panel
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.errors import FootdropError

S = TypeVar("S")
_MIME = "application/vnd.jupyter.widget-view+json"


class Shell(Generic[S]):
    """Controls around a view.

    Parameters
    ----------
    analysis : Analysis
        What the dashboard is about.
    settings
        The choices shown first: a frozen dataclass.
    view : callable
        The pure function that makes everything shown from ``(analysis, settings)``.
    page : Page, optional
        The page of a dashboard that this one is a part of; by default a page of its own.
    """

    def __init__(
        self, analysis: Analysis, settings: S, view: Callable[[Analysis, S], View], page: Page | None = None
    ) -> None:
        self.analysis = analysis
        self.settings = settings
        self.last_view: View | None = None
        self.page = Page() if page is None else page
        self._part = page is not None
        self._view = view
        self._panels: dict[str, Panel] = {}
        self._charts: dict[str, ChartPane] = {}
        self._bound: list[Callable[[View], None]] = []
        self._assigning = False
        self._current = False
        self._alert = Panel()
        self._busy = Panel()
        arranged = self.arrange()
        own = [] if self._part else [self.page]
        self.root = ipywidgets.VBox([*own, self._alert, self._busy, *arranged])
        self.root.add_class("fd-part" if self._part else "fd-dashboard")
        if not self._part:
            self.page.on_look(self.open)
        self.page.watch(self.root)

    # What a dashboard adds.

    def arrange(self) -> list[ipywidgets.Widget]:
        """The widgets of the dashboard from top to bottom, made once."""
        raise NotImplementedError

    def assign(self, view: View) -> None:
        """Give the dashboard's extra widgets what they show; only assignments."""

    # What a dashboard uses in ``arrange``.

    def panel(self, name: str) -> Panel:
        """The place of ``view.panels[name]``."""
        return self._panels.setdefault(name, Panel())

    def chart(self, name: str) -> ChartPane:
        """The place of ``view.charts[name]``; empty where the view has no such chart."""
        if name not in self._charts:
            self._charts[name] = ChartPane(name)
        return self._charts[name]

    def bind(
        self,
        widget: ipywidgets.Widget,
        field: str,
        read: Callable[[Any], Any] = lambda value: value,
        write: Callable[[Any], Any] = lambda value: value,
    ) -> ipywidgets.Widget:
        """Tie a control to a field of the settings, both ways, and its options to ``view.choices[field]``.

        ``read`` turns the control's value into the field's, ``write`` the field's into the control's.
        """

        def changed(change: dict[str, Any]) -> None:
            self.change(**{field: read(change["new"])})

        def shown(view: View) -> None:
            if field in view.choices and tuple(widget.options) != tuple(view.choices[field]):
                widget.options = view.choices[field]
            widget.value = write(getattr(self.settings, field))

        widget.observe(self.guarded(changed), "value")
        self._bound.append(shown)
        return widget

    def guarded(self, callback: Callable[..., object]) -> Callable[..., None]:
        """The callback of a control: an error in it is shown in words; it is quiet while the shell assigns."""

        def run(*arguments: object) -> None:
            if self._assigning:
                return
            try:
                callback(*arguments)
            except Exception as error:  # noqa: BLE001 - shown where the person looks, whatever it is
                self.tell(error)

        return run

    # What happens.

    def open(self) -> None:
        """Fill the dashboard: somebody looks at it."""
        self.guarded(self.change)()

    def change(self, **changed: Any) -> None:
        """Take new settings and show their view."""
        wanted = replace(self.settings, **changed)  # type: ignore[type-var]
        if self._current and wanted == self.settings:
            return
        # Kept also if no view can be made of it: it is what the controls say, and the next change builds on it.
        self.settings, self._current = wanted, False
        self._busy.value = '<p class="busy" role="status">Working …</p>'
        try:
            self.show(self._view(self.analysis, wanted))
            self._current = True
            self._alert.value = ""
            self.root.remove_class("fd-stale")
        finally:
            self._busy.value = ""

    def show(self, view: View) -> None:
        """Assign a view to the widgets, and nothing else."""
        with self._quiet():
            for name, panel in self._panels.items():
                panel.value = view.panels.get(name, "")
            for name, pane in self._charts.items():
                pane.show(view.charts.get(name))
            for shown in self._bound:
                shown(view)
            self.assign(view)
        self.last_view = view

    def tell(self, error: Exception) -> None:
        """Show an error in words, with its details to unfold; what stands below is marked as out of date."""
        known = isinstance(error, FootdropError)
        words = str(error) if known else "Something went wrong while this was worked out."
        details = "".join(traceback.format_exception(error))
        self._alert.value = (
            f'<div class="fd-alert" role="alert"><p>{escape(words)} What is shown below is out of date.</p>'
            f"<details><summary>Details</summary><pre>{escape(details)}</pre></details></div>"
        )
        self.root.add_class("fd-stale")

    def state(self) -> dict[str, dict[str, Any]]:
        """What a browser is told about every widget, for tests: places in the tree instead of random ids."""
        widgets = list(below(self.root))
        places = {f"IPY_MODEL_{one.model_id}": f"widget {number}" for number, one in enumerate(widgets)}
        return {places[f"IPY_MODEL_{one.model_id}"]: _placed(one.get_state(), places) for one in widgets}

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
        return {_MIME: {"version_major": 2, "version_minor": 0, "model_id": self.root.model_id}, "text/plain": ""}

    def __repr__(self) -> str:
        return ""


def _placed(value: Any, places: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _placed(one, places) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_placed(one, places) for one in value]
    return places.get(value, value) if isinstance(value, str) else value
