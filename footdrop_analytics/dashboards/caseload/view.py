"""Everything that the caseload shows for one choice: rows picked from what the analysis was prepared to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.caseload.cells import joined
from footdrop_analytics.dashboards.caseload.code import code
from footdrop_analytics.dashboards.caseload.columns import definitions
from footdrop_analytics.dashboards.caseload.filters import shown, with_chosen
from footdrop_analytics.dashboards.caseload.head import summary
from footdrop_analytics.dashboards.caseload.prepared import prepared
from footdrop_analytics.dashboards.caseload.settings import CaseloadSettings
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.report.render import environment


@dataclass(frozen=True, kw_only=True, eq=False)
class CaseloadView(View):
    """The caseload: besides what every view has, the rows of its table.

    Attributes
    ----------
    rows : str
        One JSON list per patient shown, in the order of ``tables["caseload"]``: for each column the cell as HTML,
        escaped, and the number that it is sorted by.
    """

    rows: str


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
        Panels ``head``, ``about``, ``empty`` and ``definitions``; tables ``caseload`` (the rows shown, most urgent
        first, with the columns of ``analysis.caseload``) and ``flags`` (all flags of these patients).
    """
    ready = prepared(analysis)
    chosen = shown(ready.roster, settings)
    rows = analysis.caseload[chosen].reset_index(drop=True)
    whose = ready.roster.flag_places
    flags = analysis.flags[(whose >= 0) & chosen[whose]].reset_index(drop=True)
    return CaseloadView(
        panels={
            "head": _fragment("caseload_head.html.j2", head=ready.head, n_shown=len(rows)),
            "about": _fragment("caseload_about.html.j2", head=ready.head, summary=summary(rows)),
            "empty": "" if len(rows) else _fragment("caseload_empty.html.j2", settings=settings),
            "definitions": _definitions(),
        },
        charts={},
        tables={"caseload": rows, "flags": flags},
        choices=with_chosen(ready.options, settings),
        code=code(analysis, settings),
        rows=joined(ready.rows[chosen]),
    )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    own = PackageLoader("footdrop_analytics.dashboards")
    shared = environment()
    assert shared.loader is not None
    return shared.overlay(loader=ChoiceLoader([own, shared.loader]))


def _fragment(template: str, **facts: Any) -> str:
    return _templates().get_template(template).render(**facts)


@lru_cache(maxsize=1)
def _definitions() -> str:
    return _fragment("caseload_definitions.html.j2", columns=definitions())
