"""Everything that the caseload shows for one choice: rows picked from what the analysis was prepared to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from markupsafe import escape

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.log.arrays import Ints
from footdrop_analytics.dashboards.caseload.cells import columns_of
from footdrop_analytics.dashboards.caseload.choices import (
    COLUMNS,
    OF_PATIENTS,
    CaseloadSettings,
    definitions,
    in_words,
    options,
    shown,
    with_chosen,
)
from footdrop_analytics.dashboards.caseload.roster import Roster
from footdrop_analytics.dashboards.caseload.table import UNKNOWN, table_page
from footdrop_analytics.dashboards.study_head import Head, age, analysed_up_to
from footdrop_analytics.dashboards.view import View, code, fragment
from footdrop_analytics.model.names import as_recorded
from footdrop_analytics.wording.language import Language, current, in_language, kept_by_language, marked, translated
from footdrop_analytics.wording.words import falls_asked, number
from footdrop_analytics.wording.words import joined as listed

_SAID = {
    "n_red": marked("{count} with an open red flag"),
    "n_declining": marked("{count} with a declining exercise"),
    "n_amber": marked("{count} with an open amber flag"),
    "n_criteria_met": marked("{count} with criteria met for review"),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class CaseloadView(View):
    """The caseload: besides what every view has, the rows of its table.

    ``exercise_names`` are those of the study, by key; ``ids`` is every patient in the order of ``analysis.caseload``:
    the places that the rows name; ``rows`` holds, for each patient shown in the order that is chosen, each column's
    cell as HTML, escaped.
    """

    exercise_names: Mapping[str, str]
    ids: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def caseload_view(analysis: Analysis, settings: CaseloadSettings) -> CaseloadView:
    """The caseload of an analysis.

    Parameters
    ----------
    analysis : Analysis
        The analysis of the whole study.
    settings : CaseloadSettings
        What is chosen.

    Returns
    -------
    CaseloadView
        Panels ``head``, ``about``, ``empty``, ``table`` (one page) and ``definitions`` (first how often falls were
        asked about); tables ``caseload`` (the rows shown, most urgent first, with the columns of ``analysis.caseload``)
        and ``flags`` (all of theirs).
    """
    with in_language(settings.language):
        return _view(analysed_up_to(analysis, settings.as_of), settings)


def _view(analysis: Analysis, settings: CaseloadSettings) -> CaseloadView:
    ready = prepared(analysis, settings.today == analysis.as_of.date())
    # An address or a program may spell names another way than the study.
    offered = {name: [value for _, value in ready.options[name]] for name in OF_PATIENTS}
    written: dict[str, Any] = {name: as_recorded(getattr(settings, name), offered[name]) for name in OF_PATIENTS}
    wanted, settings = settings, replace(settings, **written)
    chosen = shown(ready.roster, settings)
    rows = analysis.caseload[chosen].reset_index(drop=True)
    whose = ready.roster.flag_places
    flags = analysis.flags[(whose >= 0) & chosen[whose]].reset_index(drop=True)
    cells = _sorted_rows(ready, np.flatnonzero(chosen), settings)
    asked = falls_asked(rows["falls_asked_28d"].tolist())
    return CaseloadView(
        panels={
            "head": fragment(
                "everybody_head",
                title=translated("Caseload"),
                head=ready.head,
                n_shown=len(rows),
                age=age(analysis, settings.today),
            ),
            "about": fragment(
                "caseload_about",
                head=ready.head,
                chosen=in_words(settings, ready.roster.exercise_names),
                summary=_summary(rows),
            ),
            "empty": "" if len(rows) else fragment("caseload_empty", settings=settings),
            "table": table_page(cells, settings),
            "definitions": f"<p>{escape(asked)}</p>{_definitions()}",
        },
        charts={},
        tables={"caseload": rows, "flags": flags},
        choices=with_chosen(ready.options, wanted),
        code=code(settings, analysis),
        about="caseload",
        as_of=analysis.as_of.date(),
        exercise_names=ready.roster.exercise_names,
        ids=tuple(ready.roster.ids),
        rows=cells,
    )


def _sorted_rows(ready: Prepared, places: Ints, settings: CaseloadSettings) -> tuple[tuple[str, ...], ...]:
    if settings.sort:
        column = next(one for one in COLUMNS if one.key == settings.sort)
        own = ready.columns[column.key][1][places]
        # Of equal ones the more urgent first, unknown ones last.
        places = places[np.lexsort((-own if column.largest_first != settings.reverse else own, own == UNKNOWN))]
    return tuple(zip(*(ready.columns[column.key][0][places].tolist() for column in COLUMNS), strict=True))


def _summary(shown: pd.DataFrame) -> str:
    """How many of those shown have what brings them up; what nobody has is left out."""
    numbers = {words: int(np.count_nonzero(shown[column] > 0)) for column, words in _SAID.items()}
    parts = [translated(words, count=number(count)) for words, count in numbers.items() if count]
    return listed(parts) + "." if parts else ""


@kept_by_language(8)
def _definitions() -> str:
    return fragment("caseload_definitions", columns=definitions())


class Prepared:
    """The roster with the head, what can be chosen and the cells and keys of every column."""

    def __init__(self, analysis: Analysis, is_today: bool) -> None:
        self.roster, self.head = Roster(analysis), Head(analysis)
        self.options, self.columns = options(self.roster), columns_of(self.roster, is_today)


_KEPT: WeakKeyDictionary[Analysis, dict[tuple[bool, Language], Prepared]] = WeakKeyDictionary()


def prepared(analysis: Analysis, is_today: bool = False) -> Prepared:
    """The preparations for an analysis; the same ones each time, for as long as the analysis is in use.

    ``is_today``: its as-of day is the day on which somebody looks.
    """
    kept = _KEPT.setdefault(analysis, {})
    chosen = (is_today, current())
    if chosen not in kept:
        kept[chosen] = Prepared(analysis, is_today)
    return kept[chosen]
