"""What the cohort dashboard can be asked for."""

from __future__ import annotations

from dataclasses import dataclass

from footdrop_analytics.analysis.cohort.choice import CohortFilter
from footdrop_analytics.dashboards.looked_at import LookedAt

ADDRESS = {"as_of": "as-of", **{name: name for name in ("language", "group", "exercise", "arm", "aetiology")}}
"""What of the settings stands in a page's address, and by which name."""


@dataclass(frozen=True, kw_only=True)
class CohortSettings(CohortFilter, LookedAt):
    """What the cohort dashboard shows: a filter, days and language, and where the study lies.

    Attributes
    ----------
    study : str
        Where the study lies, as it was given; only for the code that the dashboard shows.
    """

    study: str = ""

    def __post_init__(self) -> None:
        CohortFilter.__post_init__(self)
        LookedAt.__post_init__(self)
