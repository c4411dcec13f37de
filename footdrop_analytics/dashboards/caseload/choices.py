"""What can be chosen on the caseload: its columns, its settings as plain values, and which patients they show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log.arrays import Bools
from footdrop_analytics.analysis.wording import Texts
from footdrop_analytics.dashboards.caseload.roster import Roster, one_form
from footdrop_analytics.dashboards.study_head import LookedAt
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.knowledge import Definition, load_definitions
from footdrop_analytics.model.names import ALL, NOT_STATED, as_recorded, text_of
from footdrop_analytics.model.vocabulary import STATES
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import AETIOLOGIES, labelled, not_one_of, number


@dataclass(frozen=True)
class Column:
    """A column: its key, its head, the definitions that explain it, and whether the largest value comes first."""

    key: str
    head: str
    explained_by: tuple[str, ...]
    largest_first: bool = False


COLUMNS = (
    Column("patient", marked("Patient"), ("in_caseload",)),
    Column("why", marked("Why look, and open flags"), ("why", "open_flag", "red", "amber", "note")),
    Column("last", marked("Last entry"), ("days_since_entry", "unobserved_days"), largest_first=True),
    Column("sessions", marked("Sessions, 28 days"), ("credited", "due", "adherence", "adherence_interval")),
    Column("change", marked("Change, and 12 weeks"), ("adherence_change", "adherence_weekly")),
    Column(
        "verdicts",
        marked("Trends"),
        ("series", "declining", "rising", "steady", "at_target", "cannot_tell", "not_applicable"),
        largest_first=True,
    ),
    Column(
        "criteria",
        marked("Criteria"),
        (
            *("criteria_met", "clinician_check", "criteria_not_met", "below_target"),
            *("not_enough_data", "check_decline", "hold_event", "paused"),
        ),
        largest_first=True,
    ),
    Column("problems", marked("Data problems"), ("data_problems",), largest_first=True),
)


@lru_cache(maxsize=1)
def definitions() -> tuple[tuple[Column, tuple[Definition, ...]], ...]:
    """Each column with its definitions."""
    known = load_definitions()
    return tuple((column, tuple(known[key] for key in column.explained_by)) for column in COLUMNS)


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


OF_PATIENTS = ("clinician", "aetiology", "arm")

Choices = tuple[tuple[str, str], ...]


def shown(roster: Roster, settings: CaseloadSettings) -> Bools:
    """Whether each patient is shown, in the order of the caseload."""
    chosen = _with_flags(roster, settings.severity)
    for name in OF_PATIENTS:
        wanted = getattr(settings, name)
        if wanted != ALL:
            chosen &= getattr(roster, name) == wanted
    if settings.exercise != ALL or settings.state != ALL:
        chosen &= _with_series(roster, settings.exercise, settings.state)
    needle = one_form(settings.search.strip())
    if needle:
        chosen &= np.fromiter((needle in text for text in roster.searched), dtype=bool, count=len(roster))
    return chosen


def _with_flags(roster: Roster, severity: str) -> Bools:
    red, amber = (roster.caseload[name].to_numpy(dtype=np.int64) > 0 for name in ("n_red", "n_amber"))
    holds: dict[str, Bools] = {
        ALL: np.ones(len(roster), dtype=bool),
        "red": red,
        "amber": amber,
        "red_or_amber": red | amber,
        "note": roster.n_note > 0,
        "none": ~(red | amber),
    }
    return holds[severity].copy()


def _with_series(roster: Roster, exercise: str, state: str) -> Bools:
    """Patients with an active series of this exercise in this state: one and the same series."""
    fits = roster.active_places >= 0
    if exercise != ALL:
        fits = fits & (roster.active_exercise == exercise)
    if state != ALL:
        fits = fits & (roster.active_state == state)
    found = np.zeros(len(roster), dtype=bool)
    found[roster.active_places[fits]] = True
    return found


def options(roster: Roster) -> dict[str, Choices]:
    """What can be chosen in each control, with the number of patients; everybody comes first."""
    by_severity = {key: int(_with_flags(roster, key).sum()) for key in SEVERITIES if key != ALL}
    found = {
        "clinician": _options(roster.clinician, {}),
        "aetiology": _options(roster.aetiology, _said(AETIOLOGIES)),
        "arm": _options(roster.arm, {}),
        "exercise": _in_order(roster.exercise_names, _patients_with(roster.active_exercise, roster)),
        "severity": _in_order(_said(SEVERITIES), by_severity),
        "state": _in_order(_states(), _patients_with(roster.active_state, roster)),
    }
    everybody = (_with_count(translated("All"), len(roster)), ALL)
    return {name: (everybody, *offered) for name, offered in found.items()}


def with_chosen(offered: dict[str, Choices], settings: CaseloadSettings) -> dict[str, Choices]:
    """The options with what is chosen among them, also where nobody has it."""
    found = {}
    for name, choices in offered.items():
        chosen, values = getattr(settings, name), _values(choices)
        written = as_recorded(chosen, values)
        # The control finds what was chosen, in the spelling of the study.
        found[name] = tuple((label, chosen if value == written else value) for label, value in choices)
        if written not in values:
            found[name] += ((_with_count(text_of(chosen) or translated("not stated"), 0), chosen),)
    return found


def in_words(settings: CaseloadSettings, exercises: Mapping[str, str]) -> str:
    """What is chosen, for a list that is printed or handed on; blank if everybody is shown."""
    words = {"severity": _said(SEVERITIES), "state": _states(), "exercise": exercises, "aetiology": _said(AETIOLOGIES)}
    parts = []
    for name, said in NAMES.items():
        value = getattr(settings, name)
        if value != ALL:
            text = words.get(name, {}).get(value, text_of(value))
            parts.append(labelled(translated(said), text or translated("not stated")))
    if settings.search.strip():
        parts.append(translated("Search: “{text}”", text=settings.search.strip()))
    return "; ".join(parts)


def _states() -> dict[str, str]:
    return {key: translated(load_definitions()[key].name) for key in STATES}


def _said(words: Mapping[str, str]) -> dict[str, str]:
    """A table of words in the current language."""
    return {key: translated(word) for key, word in words.items()}


def _with_count(words: str, count: int) -> str:
    return f"{words} ({number(count)})"


def _patients_with(values: Texts, roster: Roster) -> Mapping[str, int]:
    """How many patients have a series with each value: a patient with two counts once."""
    places = roster.active_places
    pairs = pd.DataFrame({"place": places, "value": values})[places >= 0].drop_duplicates()
    return Counter(pairs["value"].tolist())


def _options(values: Texts, words: Mapping[str, str]) -> Choices:
    """Values of the data in the order of their words, those of whom nothing is stated last."""
    counts = Counter(values.tolist())
    stated = sorted((one for one in counts if one != NOT_STATED), key=lambda one: (one_form(words.get(one, one)), one))
    found = [(_with_count(words.get(one, text_of(one)), counts[one]), one) for one in stated]
    if NOT_STATED in counts:
        found.append((_with_count(translated("not stated"), counts[NOT_STATED]), NOT_STATED))
    return tuple(found)


def _in_order(words: Mapping[str, str], counts: Mapping[str, int]) -> Choices:
    """Keys of ours in our order, those that the data has."""
    return tuple((_with_count(word, counts[key]), key) for key, word in words.items() if counts.get(key))


def _values(offered: Choices) -> list[str]:
    return [value for _, value in offered]
