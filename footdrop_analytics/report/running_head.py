"""The line on every printed page: whose report, of which day, and which page of how many."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup

from footdrop_analytics.wording.language import translated

_LONGEST = 60
_SHOWN = 'font: 8.5pt system-ui, "Segoe UI", Roboto, Arial, sans-serif; color: #333'


def on_every_page(patient_id: str, title: str, when: str) -> Markup:
    """Style rules for the margins of a printed page; an id of any characters is text in them and nothing else."""
    page = translated("page {page} of {pages}")
    boxes = {
        "top-left": _quoted(patient_id),
        "top-center": _quoted(title),
        "top-right": _counting(f"{when} · {page}"),
    }
    rules = " ".join(f"@{place} {{ content: {content}; {_SHOWN}; }}" for place, content in boxes.items())
    return Markup(f"\n@page {{ {rules} }}\n")


def _counting(text: str) -> str:
    """A text in which the browser counts ``{page}`` and ``{pages}``."""
    parts = re.split(r"\{(pages?)\}", text)
    return " ".join(f"counter({one})" if at % 2 else _quoted(one) for at, one in enumerate(parts) if one)


def _quoted(text: str) -> str:
    """A text as a CSS string in which no character can end the string, the rule or the style sheet.

    Invisible and turning characters are left out: a margin has no element that could keep them to themselves.
    """
    seen = "".join(one for one in text if not unicodedata.category(one).startswith("C"))
    shown = seen if len(seen) <= _LONGEST else f"{seen[: _LONGEST - 1]}…"
    return '"' + "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):x} " for one in shown) + '"'
