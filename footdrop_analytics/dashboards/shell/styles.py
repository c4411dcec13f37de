"""How dashboards look: the report's style sheet, held inside the dashboard's own box, and what widgets need."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

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
