"""What is chosen on the caseload: plain values that also make its code."""

from __future__ import annotations

from dataclasses import dataclass

from footdrop_analytics.dashboards.caseload.columns import COLUMNS
from footdrop_analytics.dashboards.looked_at import LookedAt
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.choices import ALL
from footdrop_analytics.model.vocabulary import STATES
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import not_one_of

NAMES = {
    "clinician": marked("Clinician"),
    "severity": marked("Flags"),
    "state": marked("State for review"),
    "exercise": marked("Exercise"),
    "aetiology": marked("Foot drop from"),
    "arm": marked("Arm"),
}
"""The words for each choice, in English, in the order of the controls."""
SEVERITIES = {
    ALL: marked("All"),
    "red": marked("▲ Red, open"),
    "amber": marked("◆ Amber, open"),
    "red_or_amber": marked("▲ Red or ◆ amber, open"),
    "note": marked("○ Note, open"),
    "none": marked("No red or amber open"),
}
"""What can be asked about open review flags, with the English words for it."""


ADDRESS = {
    "as_of": "as-of",
    "language": "language",
    **{name: name for name in NAMES},
    **{name: name for name in ("search", "sort", "reverse", "page")},
}
"""What of the settings stands in a page's address, and by which name."""


@dataclass(frozen=True, kw_only=True)
class CaseloadSettings(LookedAt):
    """The choices of the caseload, beside the days and the language of :class:`LookedAt`.

    Attributes
    ----------
    study : str
        The path of the study as the user gave it, for the code; empty if it has none.
    clinician, aetiology, arm : str
        One value of the data (see ``model.choices.value_of``) in any spelling that people read alike, ``"all"``, or
        ``""`` for patients of whom it is not stated.
    exercise, state : str
        Patients with an active prescription of this exercise, in this state for review; both together mean one and
        the same exercise.
    severity : str
        A key of ``SEVERITIES``.
    search : str
        A text that stands in the id, the reason or the clinician's name; case does not matter.
    sort : str
        The key of the column that the table is sorted by; empty for the most urgent first.
    reverse : bool
        Sort the other way round than the column is sorted at first.
    page : int
        The page of the table, from 1 on; after the last one comes none, so the last one is shown.
    """

    study: str = ""
    clinician: str = ALL
    aetiology: str = ALL
    arm: str = ALL
    exercise: str = ALL
    severity: str = ALL
    state: str = ALL
    search: str = ""
    sort: str = ""
    reverse: bool = False
    page: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        sorts = ("", *(column.key for column in COLUMNS))
        for name, known in (("severity", tuple(SEVERITIES)), ("state", (ALL, *STATES)), ("sort", sorts)):
            if getattr(self, name) not in known:
                raise ParameterError(not_one_of(name, known, getattr(self, name)))
        if self.page < 1:
            raise ParameterError(translated("page: expected 1 or more, found {page}.", page=self.page))
