"""The table of patients as HTML: a page of it, or all of it for a file, with small drawings of the latest weeks.

Buttons sort it and turn its pages. Of a drawing each bar is a thick stroke, whose width and size stand in
``caseload.css``: ten thousand drawings go to the browser at once. A sign says why nothing was due in a week.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import pandas as pd
import traitlets
from markupsafe import escape

from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Ints
from footdrop_analytics.analysis.wording import Texts
from footdrop_analytics.dashboards.caseload.choices import COLUMNS, CaseloadSettings, Column, definitions
from footdrop_analytics.dashboards.caseload.roster import NO_PLAN_AT, Roster, not_due, reasons
from footdrop_analytics.dashboards.shell.page import Unspoken
from footdrop_analytics.dashboards.view import in_html
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import number, short_day

N_WEEKS = 12
_DAYS = 7
_FLOOR, _HEIGHT, _STEP = 21, 18, 8
# A due week in which nothing was logged keeps the foot of its bar: it differs from a week that was not due.
_FOOT = 2
# Whole percents keep 0 and 100 to themselves, as everywhere.
_LITTLE, _NEARLY = 0.4, 99.6
_PERCENTS = (*range(101), _LITTLE, _NEARLY)


@dataclass(frozen=True)
class Weeks:
    """Each patient's last calendar weeks: one row per patient, one column per week, oldest first.

    Adherence, missing where nothing was due; why nothing was due there, as places in ``roster.not_due``; and the days
    on which the weeks begin.
    """

    shares: Floats
    reasons: Ints
    mondays: Sequence[pd.Timestamp]


def latest_weeks(roster: Roster) -> Weeks:
    """The last calendar weeks up to the as-of day."""
    last = roster.as_of - pd.Timedelta(days=roster.as_of.weekday())
    mondays = [last - pd.Timedelta(days=_DAYS * back) for back in reversed(range(N_WEEKS))]
    table = roster.weeks
    # Weeks are clipped to the period, so a week is known by the Monday on or before its first day.
    since = (table["window_start"] - mondays[0]).dt.days.to_numpy()
    week: Ints = np.floor_divide(since, _DAYS)
    places = roster.places(table["patient_id"])
    fits: Bools = (week >= 0) & (week < N_WEEKS) & (places >= 0)
    shares, why = np.full((len(roster), N_WEEKS), np.nan), np.zeros((len(roster), N_WEEKS), dtype=np.int64)
    shares[places[fits], week[fits]] = table["adherence"].to_numpy(dtype=np.float64, na_value=np.nan)[fits]
    why[places[fits], week[fits]] = reasons(table)[fits]
    why[~roster.plan_known] = NO_PLAN_AT
    return Weeks(shares, why, mondays)


def pictures(weeks: Weeks) -> Texts:
    """One small drawing per patient, whose title says the same in words."""
    code = np.where(np.isnan(weeks.shares), len(_PERCENTS) + weeks.reasons, _percents(weeks.shares))
    drawn, signed, said = (np.full(len(code), "", dtype=object) for _ in range(3))
    # Each bar, sign and word of each week is written once; a patient's drawing is a row of these pieces.
    why, outer = not_due(), {_LITTLE: "&lt; 1", _NEARLY: "&gt; 99"}
    words: Texts = np.array([*(outer.get(at) or number(at) for at in _PERCENTS), *why], dtype=object)
    heights = [_FOOT + round(at * _HEIGHT / 100) for at in _PERCENTS]
    for week in range(N_WEEKS):
        drawings = [f"M{week * _STEP + _STEP // 2} {_FLOOR}v-{height}" for height in heights]
        bars: Texts = np.array([*drawings, *[""] * len(why)], dtype=object)
        signs: Texts = np.array([*[""] * len(_PERCENTS), *_signs(week)], dtype=object)
        drawn, signed = drawn + bars[code[:, week]], signed + signs[code[:, week]]
        said = said + (", " if week else "") + words[code[:, week]]
    between = {"first": short_day(weeks.mondays[0]), "last": short_day(weeks.mondays[-1])}
    title = translated("Adherence in %, weeks of {first} to {last}:", **between)
    opening = f"<svg class=fda-weeks role=img><title>{escape(title)} "
    found: Texts = opening + said + "</title><path d='" + drawn + "'/><path class=fda-signs d='" + signed + "'/></svg>"
    nothing = translated("nothing due in {count} weeks", count=N_WEEKS)
    found[(code == len(_PERCENTS)).all(axis=1)] = f"<small>{escape(nothing)}</small>"
    found[(code == len(_PERCENTS) + NO_PLAN_AT).all(axis=1)] = ""
    return found


def _percents(shares: Floats) -> Ints:
    """The place of each share in ``_PERCENTS``; that of a missing one means nothing."""
    whole = np.floor(np.nan_to_num(shares) * 100 + 0.5 + TOLERANCE)
    whole = np.where((shares > 0) & (whole < 1), _PERCENTS.index(_LITTLE), whole)
    return np.where((shares < 1 - TOLERANCE) & (whole == 100), _PERCENTS.index(_NEARLY), whole).astype(np.int64)


def _signs(week: int) -> list[str]:
    """The signs for each reason of ``not_due``: a blank, two lines as on a pause button, crosses, hatching; a blank."""
    x = week * _STEP
    pause, cross = f"M{x + 3} 9v7m3 0v-7", f"M{x + 1} 9l6 6m0-6l-6 6"
    hatch = f"M{x + 1} 15l3-6m1 6l3-6"
    return ["", pause, cross, cross, hatch, hatch, ""]


PAGE = 25
UNKNOWN = -1
"""The key of what is not known; it has no place among the others."""
_URGENT = marked("Most urgent first. A column title sorts; the third time it brings back the most urgent.")
_OPENS = marked("Click a row to open the patient below.")
_PAGES = (marked("First"), marked("Previous"), marked("Next"), marked("Last"))
# The one tag of a cell that only a widget can serve; a text from a file has no tags.
_OPENER = re.compile(r"<button class=fd-open [^>]*>(.*?)</button>", re.DOTALL)
Cells = Sequence[str]


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
    numbers = {"first": number(first + 1), "last": number(first + len(shown)), "rows": number(len(rows))}
    count = translated("Patients {first} to {last} of {rows}", **numbers) if rows else translated("No patient")
    return (
        f'<div class="fd-scroll"><table><caption>{escape(caption)} {opens}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(map(_row, shown))}</tbody></table></div>"
        f'<div class="fd-pages"><span class="fd-count" role="status">{escape(count)}</span>{_turns(page, pages)}</div>'
    )


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


class PatientTable(Unspoken, anywidget.AnyWidget):
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
