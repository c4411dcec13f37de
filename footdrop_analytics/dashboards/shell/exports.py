"""Files of what a dashboard shows, and the lines of code that show it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from pathlib import PurePath

import ipywidgets

from footdrop_analytics.dashboards.fragments import in_html
from footdrop_analytics.dashboards.shell.folded import Panel
from footdrop_analytics.dashboards.shell.page import CSV, HTML, Page
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.reading.spreadsheets import to_csv_safe
from footdrop_analytics.wording.language import current, marked

File = tuple[str, bytes]
"""A file's name and what is in it."""
Guard = Callable[[Callable[[object], None]], Callable[[object], None]]


class Question:
    """Something to be asked before it is done, with a button for each answer; hidden while nothing is asked."""

    def __init__(self, page: Page, guarded: Guard) -> None:
        self._do: Callable[[], object] = lambda: None
        self._words = Panel()
        yes, no = ipywidgets.Button(), ipywidgets.Button()
        page.label(yes, description=marked("Hand it over anyway"))
        page.label(no, description=marked("Not now"))
        yes.layout.width = "auto"
        yes.on_click(guarded(lambda _button: self._answered()))
        no.on_click(guarded(lambda _button: self.forget()))
        self.root = ipywidgets.VBox([self._words, ipywidgets.HBox([yes, no])], layout={"display": "none"})

    def ask(self, words: str, do: Callable[[], object]) -> None:
        """Do it at once if there is nothing to ask, else when somebody says so."""
        if not words:
            self.forget()
            do()
            return
        self._do = do
        self._words.value = f'<p class="box alert" role="alert"><strong>{escape(words)}</strong></p>'
        self.root.layout.display = None

    def forget(self) -> None:
        """Ask nothing any more."""
        self._do = lambda: None
        self._words.value = ""
        self.root.layout.display = "none"

    def _answered(self) -> None:
        do = self._do
        self.forget()
        do()


class ExportBar:
    """A row of buttons, a choice of tables, and below them the code; ``root`` is the widget."""

    def __init__(
        self,
        page: Page,
        guarded: Guard,
        reports: Mapping[str, Callable[[], File]],
        asks: Mapping[str, Callable[[], str]] | None = None,
        *,
        apart: bool = False,
    ) -> None:
        self._page = page
        self._guarded = guarded
        self._question = Question(page, guarded)
        self._view: View | None = None
        self._which = ipywidgets.Dropdown()
        page.label(self._which, description=marked("Table"))
        self._rows = ipywidgets.HBox([self._which, self._button(marked("Download CSV"), self._csv)])
        self._code = Panel()
        buttons = [self._button(words, make, (asks or {}).get(words)) for words, make in reports.items()]
        self.buttons = ipywidgets.VBox([ipywidgets.HBox(buttons), self._question.root])
        self.root = ipywidgets.VBox([*([] if apart else [self.buttons]), self._rows, self._code])

    def show(self, view: View) -> None:
        """Offer the tables and the code of a view; the table chosen before stays chosen if there still is one."""
        self._view = view
        self._question.forget()
        chosen = self._which.value
        offered = tuple((name.replace("_", " "), name) for name in view.tables)
        if self._which.options != offered:
            self._which.options = offered
        if view.tables:
            self._which.value = chosen if chosen in view.tables else next(iter(view.tables))
        self._rows.layout.display = None if view.tables else "none"
        show = in_html("Show code")
        self._code.value = _not_reviewed() + (
            f'<details class="code" data-key="code"><summary>{show}</summary>'
            f'<pre tabindex="0">{escape(view.code)}</pre></details>'
        )

    def _button(self, words: str, make: Callable[[], File], asks: Callable[[], str] | None = None) -> ipywidgets.Button:
        def press(_button: object) -> None:
            self._question.ask(asks() if asks is not None else "", lambda: self._hand_over(*make()))

        button = ipywidgets.Button()
        self._page.label(button, description=words)
        button.on_click(self._guarded(press))
        return button

    def _csv(self) -> File:
        view, name = self._shown, self._which.value
        table = view.tables[name]
        if "as_of" not in table:
            table = table.assign(as_of=view.as_of)
        # Files of two patients lie side by side in the folder of downloads.
        whose = name if name == view.about else f"{view.about}-{name}"
        # The mark at the start tells Excel that the text is UTF-8.
        return f"{whose}.csv", b"\xef\xbb\xbf" + to_csv_safe(table).encode("utf-8")

    @property
    def _shown(self) -> View:
        assert self._view is not None, "there is nothing to press before something is shown"
        return self._view

    def _hand_over(self, name: str, content: bytes) -> None:
        """Every file says in its name up to which day it counts."""
        path = PurePath(name)
        dated = f"{path.stem}-{self._shown.as_of}{path.suffix}"
        self._page.download(dated, content, CSV if path.suffix == ".csv" else HTML)


def _not_reviewed() -> str:
    """What is said at the end of a page whose words no clinician has read who speaks the language."""
    if current().reviewed:
        return ""
    words = in_html("No clinician who speaks this language has reviewed this translation yet.")
    return f'<p class="soft">{words}</p>'
