"""What the cohort dashboard can be asked for."""

from __future__ import annotations

from dataclasses import dataclass

from footdrop_analytics.dashboards.caseload.settings import ALL
from footdrop_analytics.errors import ParameterError

GROUPS = {"exercise": "exercise", "arm": "arm", "aetiology": "aetiology"}
"""What patients can be grouped by, and how it reads."""


@dataclass(frozen=True, kw_only=True)
class CohortSettings:
    """What the cohort dashboard shows.

    Attributes
    ----------
    study : str
        Where the study lies, as it was given; only for the code that the dashboard shows.
    group : {"exercise", "arm", "aetiology"}
        What adherence and persistence are grouped by.
    exercise, arm, aetiology : str
        Only this exercise (key), and patients of this arm (as recorded) and aetiology (key): ``"all"`` for all of
        them, ``""`` for patients without an arm or aetiology. An arm that is itself called ``all`` is ``"=all"``, and
        any arm that begins with ``=`` has one more before it.

    Raises
    ------
    ParameterError
        If ``group`` is none of the three.
    """

    study: str = ""
    group: str = "exercise"
    exercise: str = ALL
    arm: str = ALL
    aetiology: str = ALL

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ParameterError(f"group: expected one of {', '.join(map(repr, GROUPS))}, found {self.group!r}.")
