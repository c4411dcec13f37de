"""What of a dashboard knows the browser: who looks, what must not be stored, what is downloaded, and how it looks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from ipywidgets import Widget
from markupsafe import Markup

from footdrop_analytics.dashboards.view import fragment
from footdrop_analytics.wording.language import current, marked, translated


@lru_cache(maxsize=1)
def style_sheet() -> str:
    """Style rules that reach nothing outside ``.fd-dashboard``: JupyterLab around it keeps its own look.

    The report's sheet, then ``style.css`` of the dashboards' templates, then the other sheets there.
    """
    report = files("footdrop_analytics.report").joinpath("templates", "style.css").read_text(encoding="utf-8")
    found = files("footdrop_analytics.dashboards").joinpath("templates").iterdir()
    own = [one for one in found if one.name.endswith(".css")]
    own.sort(key=lambda one: (one.name != "style.css", one.name))
    # A nested rule holds below the outer selector only; those for the whole page (html, body, @page) find nothing.
    return "\n".join([f".fd-dashboard {{\n{report}}}", *(one.read_text(encoding="utf-8") for one in own)])


def still_page(title: str, fragments: Iterable[str]) -> bytes:
    """A complete HTML file that opens offline, runs nothing, loads nothing and sends nothing."""
    parts = [Markup(one) for one in fragments if one]
    page = fragment("base", title=title, style=Markup(style_sheet()), parts=parts, language=current())
    return page.encode("utf-8")


HTML = "text/html;charset=utf-8"
CSV = "text/csv;charset=utf-8"
_TITLES = {
    "caseload": marked("Caseload"),
    "patient": marked("Patient"),
    "cohort": marked("Cohort"),
    "import": marked("Import"),
}
_LOST = marked(
    "The connection to the analysis is lost: what stands below no longer follows what is chosen. "
    "Reload this page or run the cell again; if that does not help, start footdrop again."
)


class Unspoken:
    """A widget whose text form is empty: a notebook file stores every form of an output."""

    def __repr__(self) -> str:
        return ""


class Page(Unspoken, anywidget.AnyWidget):
    """An invisible widget: its script runs in every browser that shows the dashboard.

    Nobody but a browser runs scripts, so a dashboard that shows patients only after a ``look`` (see :meth:`on`) shows
    nothing to the programs that execute notebooks and store what they see.
    """

    _esm = Path(__file__).with_name("page.js")
    _css = traitlets.Unicode().tag(sync=True)
    models = traitlets.List(traitlets.Unicode()).tag(sync=True)
    marks = traitlets.Dict().tag(sync=True)
    lost = traitlets.Unicode().tag(sync=True)
    """What is said when the connection to the analysis is lost: then there is nobody left to ask for words."""
    titles = traitlets.Dict().tag(sync=True)
    """What the dashboards are called, for the links between their pages."""
    address = traitlets.Unicode().tag(sync=True)
    """What is chosen, as the query of the address; only a page that is all the dashboard's shows it there."""
    arrived = traitlets.Int().tag(sync=True)
    """Counts how often the page was opened, or gone back in, and what its address says is shown."""

    def __init__(self) -> None:
        self._roots: list[Widget] = []
        self._callbacks: dict[str, list[Callable[..., Any]]] = defaultdict(list)
        self._labels: list[tuple[Widget, Mapping[str, str]]] = []
        super().__init__(_css=style_sheet())
        self.label(self, lost=_LOST)
        self.speak()
        self.on_msg(self._heard)

    def on(self, said: str, callback: Callable[..., Any]) -> None:
        """Call ``callback`` when a browser says something.

        - ``look``: it shows the dashboard, and has been told not to store it.
        - ``address``: a page opens with an address, or somebody goes back to it; called with its query.
        - ``again``: somebody comes back to the page, or it was in sight for a minute.
        - ``fill``: somebody sends a ``<form data-offer>`` of a panel; called with its name and what was filled in.
        - ``files``: files were dropped on a form or chosen in it; called with their names and contents. They come in a
          message, and are no part of the state of any widget.

        What the last two return is shown in the form: what is wrong, or nothing.
        """
        self._callbacks[said].append(callback)

    def ask(self) -> None:
        """Ask every browser that shows the dashboard to say so again: another ``look``."""
        self.send({"do": "answer"})

    def watch(self, root: Widget | None = None) -> None:
        """Keep every widget below ``root`` out of what a notebook stores; without one, look for widgets added since."""
        if root is not None:
            self._roots.append(root)
        found = {widget.model_id: None for root in self._roots for widget in below(root)}
        self.models = [self.model_id, *(one for one in found if one != self.model_id)]

    def mark(self, widget: Widget, **attributes: str) -> None:
        """Set attributes that ipywidgets has no trait for: ``mark(search, aria_label="Patient")``."""
        named = {name.replace("_", "-"): value for name, value in attributes.items()}
        self.marks = {**self.marks, widget.model_id: {**self.marks.get(widget.model_id, {}), **named}}

    def label(self, widget: Widget, **words: str) -> None:
        """Give a control words in the current language: ``label(search, description="Patient", aria_label="...")``.

        They are given in English, as traits of the widget or else as attributes; :meth:`speak` says them anew.
        """
        self._labels.append((widget, words))
        self._say(widget, words)

    def speak(self) -> None:
        """Say the words of all controls, and of the page around them, in the current language."""
        self.titles = {name: translated(title) for name, title in _TITLES.items()}
        for widget, words in self._labels:
            self._say(widget, words)

    def _say(self, widget: Widget, words: Mapping[str, str]) -> None:
        for name, text in words.items():
            if widget.has_trait(name):
                setattr(widget, name, translated(text))
            else:
                self.mark(widget, **{name: translated(text)})

    def download(self, name: str, content: bytes, kind: str = HTML) -> None:
        """Hand a file to the browser, which saves it where it saves downloads."""
        self.send({"do": "download", "name": name, "type": kind}, buffers=[content])

    def reveal(self, widget: Widget) -> None:
        """Scroll a widget into sight and go on from there with the keyboard."""
        self.send({"do": "reveal", "model": widget.model_id})

    def _heard(self, _widget: Widget, content: Mapping[str, Any], buffers: Sequence[memoryview]) -> None:
        said, place = content.get("say"), content.get("address")
        if said == "look":
            # What was sent while the script loaded may be lost.
            self.send_state(["models", "marks"])
        if said in ("look", "went") and isinstance(place, str) and place != self.address:
            self._call("address", place)
        if said in ("look", "again"):
            self._call(said)
        if said in ("look", "went") and "address" in content:
            self.arrived += 1
        offer, told = str(content.get("offer")), content.get("told")
        if said == "fill":
            self._answer(offer, self._call("fill", offer, told if isinstance(told, dict) else {}))
        if said == "files":
            names, contents = [str(name) for name in content.get("names", ())], [bytes(one) for one in buffers]
            self._answer(offer, self._call("files", names, contents))

    def _call(self, said: str, *given: object) -> list[Any]:
        return [callback(*given) for callback in self._callbacks[said]]

    def _answer(self, offer: str, wrong: Sequence[str]) -> None:
        self.send({"do": "filled", "offer": offer, "wrong": " ".join(filter(None, wrong))})


def below(root: Widget) -> Iterator[Widget]:
    """A widget and all that its traits hold, in a fixed order: children, layouts, styles."""
    seen: set[str] = set()
    waiting = [root]
    while waiting:
        widget = waiting.pop()
        if widget.model_id in seen:
            continue
        seen.add(widget.model_id)
        yield widget
        kind: Any = type(widget)
        held = [getattr(widget, name) for name in _holders(kind)]
        found = [one for value in held for one in (value if isinstance(value, list | tuple) else [value])]
        waiting += [one for one in reversed(found) if isinstance(one, Widget)]


@lru_cache(maxsize=256)
def _holders(kind: type[Widget]) -> list[str]:
    """The traits of a kind of widget that a browser knows and that can hold widgets at all."""
    synced = kind.class_traits(sync=True).items()
    return sorted(name for name, trait in synced if isinstance(trait, traitlets.Instance | traitlets.Union))
