"""The pieces around a view: HTML, alerts, controls behind one button, the last day that counts, files to export."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import ipywidgets
from ipywidgets.widgets.trait_types import Date, date_serialization

from footdrop_analytics.dashboards.shell.page import CSV, HTML, Page, Unspoken
from footdrop_analytics.dashboards.study_head import LATEST
from footdrop_analytics.dashboards.view import View, in_html
from footdrop_analytics.errors import FootdropError
from footdrop_analytics.reading.spreadsheets import to_csv_safe
from footdrop_analytics.wording.language import current, marked, translated
from footdrop_analytics.wording.words import labelled

if TYPE_CHECKING:
    from footdrop_analytics.dashboards.shell.shell import Shell

_CLOSED, _OPEN = "▸", "▾"


class Folded:
    """``button`` shows and hides ``box``, which holds the controls; its name is given in English."""

    def __init__(self, controls: Sequence[ipywidgets.Widget], page: Page, name: str) -> None:
        self._page, self._name, self._words = page, name, ""
        self.box = ipywidgets.VBox(list(controls))
        self.button = ipywidgets.Button(layout={"width": "auto"})
        self.button.add_class("fd-chips")
        self.button.on_click(lambda _button: self._show(not self.is_open))
        self._show(False)

    def say(self, words: str) -> None:
        """What is chosen."""
        self._words = words
        self._show(self.is_open)

    @property
    def is_open(self) -> bool:
        """Whether the controls are in sight."""
        return bool(self.box.layout.display != "none")

    def _show(self, is_open: bool) -> None:
        self.box.layout.display = None if is_open else "none"
        self.button.description = f"{_OPEN if is_open else _CLOSED} {labelled(translated(self._name), self._words)}"
        self._page.mark(self.button, aria_expanded="true" if is_open else "false")


class Panel(Unspoken, ipywidgets.HTML):  # type: ignore[misc]
    """HTML that a pure function made."""


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


_FOUR_DIGITS = 1000


def _day_sent(sent: dict[str, int] | None, field: ipywidgets.Widget) -> date | None:
    """The day that a browser sends; of a year with more digits than a date can have the last day there is."""
    if sent is not None and sent["year"] > date.max.year:
        return date.max
    found: date | None = date_serialization["from_json"](sent, field)
    return found


class DayField(ipywidgets.DatePicker):  # type: ignore[misc]
    """A field for a day; ipywidgets' own fails, without a word, on a year with five digits."""

    value = Date(None, allow_none=True).tag(sync=True, **{**date_serialization, "from_json": _day_sent})


class AsOf:
    """The last day that counts, and a button for the day on which somebody looks."""

    def __init__(self, shell: Shell[Any]) -> None:
        self._shell, page = shell, shell.page
        self.field = DayField(style={"description_width": "initial"}, layout={"width": "auto"})
        self.field.observe(shell.guarded(self._chosen), "value")
        self.button = ipywidgets.Button(layout={"width": "auto", "flex": "0 0 auto"})
        self.button.on_click(shell.guarded(lambda _button: shell.change(as_of=shell.settings.today)))
        self.root = ipywidgets.HBox([self.field, self.button])
        self.root.add_class("fd-as-of")
        page.mark(self.field, max=LATEST.isoformat())
        page.label(self.field, description=marked("As of"), aria_label=marked("As of: the last day that counts"))
        page.label(self.button, description=marked("As of today"))

    def show(self, as_of: date) -> None:
        """Show the day of the view, and the button where that is another than today."""
        self.field.value = as_of
        self.button.layout.display = "none" if self._shell.settings.today in (None, as_of) else None

    def _chosen(self, change_of: dict[str, Any]) -> None:
        """Take a day; a year that is still being typed is none yet, and a day that is taken out is open again."""
        chosen = change_of["new"]
        if chosen is None or not half_typed(chosen):
            self._shell.change(as_of=chosen)


def half_typed(value: date | None) -> bool:
    """Whether a year is still being typed: browsers report 0002, 0020 and 0202 on the way to 2025."""
    return value is not None and value.year < _FOUR_DIGITS


File = tuple[str, bytes]
"""A file's name and what is in it."""


class Question:
    """Something to be asked before it is done, with a button for each answer; hidden while nothing is asked."""

    def __init__(self, shell: Shell[Any]) -> None:
        self._do: Callable[[], object] = lambda: None
        self._words = Panel()
        yes, no = ipywidgets.Button(), ipywidgets.Button()
        shell.page.label(yes, description=marked("Hand it over anyway"))
        shell.page.label(no, description=marked("Not now"))
        yes.layout.width = "auto"
        yes.on_click(shell.guarded(self._agreed))
        no.on_click(shell.guarded(lambda _button: self.forget()))
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

    def _agreed(self, _button: object) -> None:
        do = self._do
        self.forget()
        do()


class ExportBar:
    """A row of buttons, a choice of tables, and below them the code; ``root`` is the widget."""

    def __init__(
        self,
        shell: Shell[Any],
        reports: Mapping[str, Callable[[], File]],
        asks: Mapping[str, Callable[[], str]] | None = None,
        *,
        apart: bool = False,
    ) -> None:
        self._shell, self._question = shell, Question(shell)
        self._view: View | None = None
        self._which = ipywidgets.Dropdown()
        shell.page.label(self._which, description=marked("Table"))
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
        unread = in_html("No clinician who speaks this language has reviewed this translation yet.")
        self._code.value = ("" if current().reviewed else f'<p class="soft">{unread}</p>') + (
            f'<details class="code" data-key="code"><summary>{show}</summary>'
            f'<pre tabindex="0">{escape(view.code)}</pre></details>'
        )

    def _button(self, words: str, make: Callable[[], File], asks: Callable[[], str] | None = None) -> ipywidgets.Button:
        def press(_button: object) -> None:
            self._question.ask(asks() if asks is not None else "", lambda: self._hand_over(*make()))

        button = ipywidgets.Button()
        self._shell.page.label(button, description=words)
        button.on_click(self._shell.guarded(press))
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
        self._shell.page.download(dated, content, CSV if path.suffix == ".csv" else HTML)
