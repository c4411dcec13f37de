"""How dashboards look: style sheets inside the dashboard's own box, and a page without scripts to be saved."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from footdrop_analytics.wording.language import current

_FIRST = "style.css"


@lru_cache(maxsize=1)
def style_sheet() -> str:
    """Style rules that reach nothing outside ``.fd-dashboard``: JupyterLab around it keeps its own look.

    The report's sheet, then ``style.css`` of the dashboards' templates, then the other sheets there.
    """
    report = files("footdrop_analytics.report").joinpath("templates", "style.css").read_text(encoding="utf-8")
    own = [one for one in files("footdrop_analytics.dashboards").joinpath("templates").iterdir() if _is_sheet(one.name)]
    texts = [one.read_text(encoding="utf-8") for one in sorted(own, key=lambda one: (one.name != _FIRST, one.name))]
    # A nested rule holds below the outer selector only; those for the whole page (html, body, @page) find nothing.
    return "\n".join([f".fd-dashboard {{\n{report}}}", *texts])


def _is_sheet(name: str) -> bool:
    return name.endswith(".css")


def still_page(title: str, fragments: Iterable[str]) -> bytes:
    """A complete HTML file that opens offline, runs nothing, loads nothing and sends nothing."""
    parts = [Markup(fragment) for fragment in fragments if fragment]
    page = _templates().get_template("base.html.j2")
    text = page.render(title=title, style=Markup(style_sheet()), parts=parts, language=current())
    return text.encode("utf-8")


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("footdrop_analytics.dashboards"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
