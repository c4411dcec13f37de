"""The table of patients as HTML: a page of it with buttons that sort and turn pages, or all of it for a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from markupsafe import escape

from footdrop_analytics.analysis.log.arrays import Ints
from footdrop_analytics.dashboards.caseload.columns import COLUMNS, Column, definitions
from footdrop_analytics.dashboards.caseload.settings import CaseloadSettings
from footdrop_analytics.dashboards.fragments import in_html
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import number

PAGE = 25
UNKNOWN = -1
"""The key of what is not known; it has no place among the others."""
_URGENT = marked("Most urgent first. A column title sorts; the third time it brings back the most urgent.")
_OPENS = marked("Click a row to open the patient below.")
_PAGES = (marked("First"), marked("Previous"), marked("Next"), marked("Last"))
# The one tag of a cell that only a widget can serve; a text from a file has no tags.
_OPENER = re.compile(r"<button class=fd-open [^>]*>(.*?)</button>", re.DOTALL)
Cells = Sequence[str]


def sorted_places(places: Ints, keys: Ints, *, largest_first: bool) -> Ints:
    """Places of the caseload in the order of their keys: of equal ones the more urgent first, unknown ones last."""
    own = keys[places]
    order = np.lexsort((-own if largest_first else own, own == UNKNOWN))
    return places[order]


def table_page(rows: Sequence[Cells], settings: CaseloadSettings) -> str:
    """One page of the rows, with what sorts them and turns pages."""
    pages = max(-(-len(rows) // PAGE), 1)
    page = min(settings.page, pages)
    first = (page - 1) * PAGE
    shown = rows[first : first + PAGE]
    heads = "".join(_head(column, settings) for column in COLUMNS)
    opens = in_html(_OPENS)
    head = next((column.head for column in COLUMNS if column.key == settings.sort), "")
    caption = translated("Sorted by “{column}”.", column=translated(head)) if head else translated(_URGENT)
    count = _count_words(first, len(shown), len(rows))
    return (
        f'<div class="fd-scroll"><table><caption>{escape(caption)} {opens}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(map(_row, shown))}</tbody></table></div>"
        f'<div class="fd-pages"><span class="fd-count" role="status">{escape(count)}</span>{_turns(page, pages)}</div>'
    )


def _count_words(first: int, shown: int, rows: int) -> str:
    if not rows:
        return translated("No patient")
    numbers = {"first": number(first + 1), "last": number(first + shown), "rows": number(rows)}
    return translated("Patients {first} to {last} of {rows}", **numbers)


def whole_table(rows: Sequence[Cells]) -> str:
    """All rows for a file: nothing in it can be clicked."""
    heads = "".join(f'<th scope="col" class="fd-{column.key}">{in_html(column.head)}</th>' for column in COLUMNS)
    body = _OPENER.sub(r"<b>\1</b>", "\n".join(map(_row, rows)))
    return (
        '<div class="fd-patients wide" role="region"'
        f' aria-label="{in_html("Patients")}" tabindex="0">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(cells: Cells) -> str:
    # What there is none of takes no place where a row is a card.
    nothing = in_html("none")
    written = (
        f'<td class="fd-{column.key}{" fd-none" if cell == nothing else ""}" data-head="{in_html(column.head)}">'
        f"{cell}</td>"
        for column, cell in zip(COLUMNS, cells, strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"


def _head(column: Column, settings: CaseloadSettings) -> str:
    """A column's head: a button that sorts by it, then the other way round, then no more; its title explains it."""
    explained = next(found for one, found in definitions() if one is column)
    title = escape(" ".join(f"{translated(one.name)}: {translated(one.plain)}" for one in explained))
    sorts, descending = settings.sort == column.key, column.largest_first != settings.reverse
    following = {"sort": "" if sorts and settings.reverse else column.key, "reverse": sorts and not settings.reverse}
    state = f' aria-sort="{"descending" if descending else "ascending"}"' if sorts else ""
    sign = ("▼" if descending else "▲") if sorts else "↕"
    button = _button(f"sort-{column.key}", following, f"{in_html(column.head)} <span aria-hidden=true>{sign}</span>")
    return f'<th scope="col" class="fd-{column.key}"{state} title="{title}">{button}</th>'


def _turns(page: int, pages: int) -> str:
    """The buttons that turn pages; without a second page there are none."""
    if pages == 1:
        return ""
    targets = dict(zip(_PAGES, (1, page - 1, page + 1, pages), strict=True))
    buttons = [
        _button(f"page-{word}", {"page": target}, translated(word), enabled=1 <= target <= pages and target != page)
        for word, target in targets.items()
    ]
    where = translated("Page {page} of {pages}", page=number(page), pages=number(pages))
    buttons.insert(2, f"<span>{escape(where)}</span>")
    name = in_html("Pages")
    return f'<nav aria-label="{name}">{"".join(buttons)}</nav>'


def _button(key: str, choice: Mapping[str, Any], words: str, *, enabled: bool = True) -> str:
    rests = "" if enabled else " disabled"
    return f'<button type=button data-key="{key}" data-choose="{escape(json.dumps(choice))}"{rests}>{words}</button>'


class PatientTable(anywidget.AnyWidget):
    """Shows a page of the table and says what is clicked in it."""

    _esm = Path(__file__).with_name("table.js")
    html = traitlets.Unicode().tag(sync=True)
    opened = traitlets.Int(-1).tag(sync=True)
    """The place in the whole caseload of the patient who is open; their row is marked."""

    def __init__(self) -> None:
        super().__init__()
        self.add_class("fd-patients")

    def on_click(self, opens: Callable[[Any], object], chooses: Callable[[Mapping[str, Any]], object]) -> None:
        """Call ``opens`` with a patient's place in the whole caseload, ``chooses`` with what a button changes."""

        def heard(_table: PatientTable, content: Mapping[str, Any], _buffers: object) -> None:
            if "open" in content:
                opens(content["open"])
            if "choose" in content:
                chooses(content["choose"])

        self.on_msg(heard)

    def __repr__(self) -> str:
        return ""
