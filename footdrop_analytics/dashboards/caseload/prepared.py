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


@dataclass(frozen=True, eq=False)
class Prepared:
    """The roster with the head, what can be chosen and the cells and keys of every column."""

    roster: Roster
    head: Head
    options: dict[str, Choices]
    columns: dict[str, tuple[Texts, Ints]]


_KEPT: WeakKeyDictionary[Analysis, Prepared] = WeakKeyDictionary()


def prepared(analysis: Analysis) -> Prepared:
    """The preparations for an analysis; the same ones each time, for as long as the analysis is in use."""
    found = _KEPT.get(analysis)
    if found is None:
        roster = Roster(analysis)
        found = _KEPT[analysis] = Prepared(roster, head_of(analysis), options(roster), columns_of(roster))
    return found
