"""What the cohort dashboard can be asked for."""

from __future__ import annotations

from dataclasses import dataclass

from footdrop_analytics.analysis.cohort.choice import CohortFilter


@dataclass(frozen=True, kw_only=True)
class CohortSettings(CohortFilter):
    """What the cohort dashboard shows: a filter, and where the study lies.

    Attributes
    ----------
    study : str
        Where the study lies, as it was given; only for the code that the dashboard shows.
    """

    study: str = ""
