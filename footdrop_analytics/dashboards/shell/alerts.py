"""What a dashboard says about itself: that it works, that something went wrong, why it may be empty."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import ipywidgets

from footdrop_analytics.dashboards.shell.panel import Panel
from footdrop_analytics.errors import FootdropError

WAITING = (
    '<p class="soft">This dashboard fills as soon as a browser shows it. If it stays empty, the JupyterLab that shows '
    "it has no anywidget: install anywidget in the environment of JupyterLab itself, and reload the page.</p>"
)
_UNEXPECTED = "Something went wrong while this was worked out."
AS_BEFORE = "The dashboard still shows what it showed before."
IN_PART = "Some of what is shown may be out of date or missing."


class Alerts:
    """The area for errors, and the line that says that work is going on; ``root`` is the widget."""

    def __init__(self) -> None:
        self.trouble = Panel(value=WAITING)
        self.busy = Panel()
        self._depth = 0
        self.root = ipywidgets.VBox([self.trouble, self.busy])
        self.root.add_class("fd-state")

    def tell(self, error: Exception, of_shown: str = "") -> None:
        """Show an error in words, then what they mean for what is shown, with the error's details to unfold."""
        self.trouble.value = alert(f"{in_words(error)} {of_shown}".strip(), error)

    def clear(self) -> None:
        """Nothing is wrong (any more)."""
        self.trouble.value = ""

    @contextmanager
    def working(self) -> Iterator[None]:
        """Say so while the work goes on."""
        self._depth += 1
        self.busy.value = '<p class="busy" role="status">Working …</p>'
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self.busy.value = ""


def in_words(error: Exception) -> str:
    """What to say of an error: our own ones say it themselves."""
    return str(error) if isinstance(error, FootdropError) else _UNEXPECTED


def alert(words: str, error: Exception) -> str:
    """An error as HTML: the sentence, and what a developer needs to unfold."""
    details = "".join(traceback.format_exception(error))
    return (
        f'<div class="fd-alert" role="alert"><p>{escape(words)}</p>'
        f'<details><summary>Details</summary><pre tabindex="0">{escape(details)}</pre></details></div>'
    )
