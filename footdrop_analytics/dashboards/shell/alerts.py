"""What a dashboard says about itself: that it works, that something went wrong, why it may be empty."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import ipywidgets

from footdrop_analytics.dashboards.fragments import in_html
from footdrop_analytics.dashboards.shell.folded import Panel
from footdrop_analytics.errors import FootdropError
from footdrop_analytics.wording.language import marked, translated

_WAITING = marked(
    "This dashboard fills as soon as a browser shows it. If it stays empty, the JupyterLab that shows "
    "it has no anywidget: install anywidget in the environment of JupyterLab itself, and reload the page."
)
_UNEXPECTED = marked("Something went wrong while this was worked out.")
AS_BEFORE = marked("The dashboard still shows what it showed before.")
IN_PART = marked("Some of what is shown may be out of date or missing.")


def waiting() -> str:
    """Why there is nothing yet, as HTML."""
    return f'<p class="soft">{in_html(_WAITING)}</p>'


class Alerts:
    """The area for errors, and the line that says that work is going on; ``root`` is the widget."""

    def __init__(self) -> None:
        self.trouble = Panel(value=waiting())
        self.busy = Panel()
        self._depth = 0
        self.root = ipywidgets.VBox([self.trouble, self.busy])
        self.root.add_class("fd-state")

    def tell(self, error: Exception, of_shown: str = "") -> None:
        """Show an error in words, then what they mean for what is shown, with the error's details to unfold."""
        self.trouble.value = alert(f"{in_words(error)} {translated(of_shown)}".strip(), error)

    def clear(self) -> None:
        """Nothing is wrong (any more)."""
        self.trouble.value = ""

    @contextmanager
    def working(self) -> Iterator[None]:
        """Say so while the work goes on."""
        self._depth += 1
        words = in_html("Working …")
        self.busy.value = f'<p class="busy" role="status">{words}</p>'
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self.busy.value = ""


def in_words(error: Exception) -> str:
    """What to say of an error: our own ones say it themselves."""
    return str(error) if isinstance(error, FootdropError) else translated(_UNEXPECTED)


def alert(words: str, error: Exception) -> str:
    """An error as HTML: the sentence, and what a developer needs to unfold."""
    details, name = "".join(traceback.format_exception(error)), in_html("Details")
    return (
        f'<div class="fd-alert" role="alert"><p>{escape(words)}</p>'
        f'<details><summary>{name}</summary><pre tabindex="0">{escape(details)}</pre></details></div>'
    )
