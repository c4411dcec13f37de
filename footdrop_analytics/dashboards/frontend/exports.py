"""Files of what a dashboard shows, and the lines of code that show it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from html import escape

import ipywidgets

from footdrop_analytics.dashboards.frontend.page import CSV, Page
from footdrop_analytics.dashboards.frontend.panel import Panel
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.reading.spreadsheet import to_csv_safe

File = tuple[str, bytes]
"""A file's name and what is in it."""
Guard = Callable[[Callable[[object], None]], Callable[[object], None]]


class ExportBar:
    """A row of buttons, and below it the code.

    Parameters
    ----------
    page : Page
        Hands files to the browser.
    guarded : callable
        Wraps what a button does so that an error is shown: ``shell.guarded``.
    reports : mapping
        By the words on the button, a function that makes the file when the button is pressed.
    """

    def __init__(self, page: Page, guarded: Guard, reports: Mapping[str, Callable[[], File]]) -> None:
        self._page = page
        self._guarded = guarded
        self._view: View | None = None
        self._csv: dict[str, ipywidgets.Button] = {}
        self._reports = [self._button(words, make) for words, make in reports.items()]
        self._buttons = ipywidgets.HBox(self._reports)
        self._code = Panel()
        self.root = ipywidgets.VBox([self._buttons, self._code])

    def show(self, view: View) -> None:
        """Offer the tables and the code of a view."""
        self._view = view
        for name in view.tables:
            if name not in self._csv:
                self._csv[name] = self._button(f"CSV: {name.replace('_', ' ')}", partial(self._table, name))
        self._buttons.children = [*self._reports, *(self._csv[name] for name in view.tables)]
        self._code.value = (
            f'<details class="code"><summary>Show code</summary><pre tabindex="0">{escape(view.code)}</pre></details>'
        )

    def _button(self, words: str, make: Callable[[], File]) -> ipywidgets.Button:
        button = ipywidgets.Button(description=words)
        button.on_click(self._guarded(lambda _button: self._hand_over(*make())))
        return button

    def _table(self, name: str) -> File:
        assert self._view is not None
        text = to_csv_safe(self._view.tables[name])
        return f"{name}.csv", b"\xef\xbb\xbf" + text.encode("utf-8")

    def _hand_over(self, name: str, content: bytes) -> None:
        self._page.download(name, content, CSV if name.endswith(".csv") else "text/html;charset=utf-8")
