"""How the dashboards' templates become HTML: in the report's environment, their own templates before the report's."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup, escape

from footdrop_analytics.report.render import environment
from footdrop_analytics.wording.language import translated


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The environment of all dashboards; whatever comes from a file is escaped."""
    report = environment()
    assert report.loader is not None
    found = report.overlay(loader=ChoiceLoader([PackageLoader("footdrop_analytics.dashboards"), report.loader]))
    own = {"capitalize_first": capitalized, "isolated": Markup("<bdi>{}</bdi>").format}
    found.filters = report.filters | own
    return found


def fragment(template: str, **facts: Any) -> str:
    """A piece of HTML of a template's name."""
    return templates().get_template(f"{template}.html.j2").render(**facts)


def in_html(text: str, /, **values: object) -> str:
    """A text in the current language, as HTML; values are escaped unless they are HTML already."""
    # An apostrophe harms neither a text nor what stands in double quotation marks.
    words = Markup(str(escape(translated(text))).replace("&#39;", "'"))
    return str(words.format(**values) if values else words)


def capitalized(words: str) -> str:
    """Words of a sentence as they begin one."""
    return words[:1].upper() + words[1:]
