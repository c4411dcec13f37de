"""Pieces of a dashboard: controls behind one button, which says what is chosen in them, and HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets

from footdrop_analytics.dashboards.shell.page import Page
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import labelled

_CLOSED, _OPEN = "▸", "▾"


class Folded:
    """``button`` shows and hides ``box``, which holds the controls; its name is given in English."""

    def __init__(self, controls: Sequence[ipywidgets.Widget], page: Page, name: str) -> None:
        self._page, self._name, self._words = page, name, ""
        self.box = ipywidgets.VBox(list(controls))
        self.button = ipywidgets.Button(layout={"width": "auto"})
        self.button.add_class("fd-chips")
        self.button.on_click(self._turn)
        self._show(False)

    def say(self, words: str) -> None:
        """What is chosen."""
        self._words = words
        self._show(self.is_open)

    @property
    def is_open(self) -> bool:
        """Whether the controls are in sight."""
        return bool(self.box.layout.display != "none")

    def _turn(self, _button: Any) -> None:
        self._show(not self.is_open)

    def _show(self, is_open: bool) -> None:
        self.box.layout.display = None if is_open else "none"
        self.button.description = f"{_OPEN if is_open else _CLOSED} {labelled(translated(self._name), self._words)}"
        self._page.mark(self.button, aria_expanded="true" if is_open else "false")


class Panel(ipywidgets.HTML):  # type: ignore[misc]
    """HTML that a pure function made; its text form is empty, so that no notebook file ever holds it."""

    def __repr__(self) -> str:
        return ""
