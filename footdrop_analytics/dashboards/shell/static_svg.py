"""What a dashboard shows as one HTML file without scripts: the panels, and the charts as still drawings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from footdrop_analytics.dashboards.shell.styles import style_sheet
from footdrop_analytics.wording.language import current


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
