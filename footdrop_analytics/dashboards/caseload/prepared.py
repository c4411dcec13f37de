"""Everything that only depends on the analysis, worked out when it is first shown."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.log.arrays import Ints
from footdrop_analytics.analysis.wording import Texts
from footdrop_analytics.dashboards.caseload.cells import columns_of
from footdrop_analytics.dashboards.caseload.filters import Choices, options
from footdrop_analytics.dashboards.caseload.roster import Roster
from footdrop_analytics.dashboards.study_head import Head, head_of
from footdrop_analytics.wording.language import Language, current


@dataclass(frozen=True, eq=False)
class Prepared:
    """The roster with the head, what can be chosen and the cells and keys of every column."""

    roster: Roster
    head: Head
    options: dict[str, Choices]
    columns: dict[str, tuple[Texts, Ints]]


_KEPT: WeakKeyDictionary[Analysis, dict[tuple[bool, Language], Prepared]] = WeakKeyDictionary()


def prepared(analysis: Analysis, is_today: bool = False) -> Prepared:
    """The preparations for an analysis; the same ones each time, for as long as the analysis is in use.

    ``is_today``: its as-of day is the day on which somebody looks.
    """
    kept = _KEPT.setdefault(analysis, {})
    chosen = (is_today, current())
    if chosen not in kept:
        roster = Roster(analysis)
        kept[chosen] = Prepared(roster, head_of(analysis), options(roster), columns_of(roster, is_today))
    return kept[chosen]
