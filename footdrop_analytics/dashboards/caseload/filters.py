"""Which patients are shown, and what can be chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log.arrays import Bools
from footdrop_analytics.analysis.wording import Texts
from footdrop_analytics.dashboards.caseload.roster import Roster, one_form
from footdrop_analytics.dashboards.caseload.settings import NAMES, SEVERITIES, CaseloadSettings
from footdrop_analytics.knowledge import load_definitions
from footdrop_analytics.model.choices import ALL, NOT_STATED, as_recorded, text_of
from footdrop_analytics.model.vocabulary import STATES
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import AETIOLOGIES, labelled, number

OF_PATIENTS = ("clinician", "aetiology", "arm")

Choices = tuple[tuple[str, str], ...]


def as_in_the_study(settings: CaseloadSettings, offered: Mapping[str, Choices]) -> CaseloadSettings:
    """The settings with names as the study writes them: an address or a program may spell them another way."""
    written: dict[str, Any] = {one: as_recorded(getattr(settings, one), _values(offered[one])) for one in OF_PATIENTS}
    return replace(settings, **written)


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
    series = roster.series
    fits = series.patient >= 0
    if exercise != ALL:
        fits = fits & (series.exercise == exercise)
    if state != ALL:
        fits = fits & (series.state == state)
    found = np.zeros(len(roster), dtype=bool)
    found[series.patient[fits]] = True
    return found


def options(roster: Roster) -> dict[str, Choices]:
    """What can be chosen in each control, with the number of patients; everybody comes first."""
    series = roster.series
    by_severity = {key: int(_with_flags(roster, key).sum()) for key in SEVERITIES if key != ALL}
    found = {
        "clinician": _options(_counted(roster.clinician), {}),
        "aetiology": _options(_counted(roster.aetiology), _said(AETIOLOGIES)),
        "arm": _options(_counted(roster.arm), {}),
        "exercise": _in_order(roster.exercise_names, _patients_with(series.exercise, roster)),
        "severity": _in_order(_said(SEVERITIES), by_severity),
        "state": _in_order(_states(), _patients_with(series.state, roster)),
    }
    everybody = (_with_count(translated("All"), len(roster)), ALL)
    return {name: (everybody, *offered) for name, offered in found.items()}


def with_chosen(offered: dict[str, Choices], settings: CaseloadSettings) -> dict[str, Choices]:
    """The options with what is chosen among them, also where nobody has it."""
    return {name: _holding(one, getattr(settings, name)) for name, one in offered.items()}


def in_words(settings: CaseloadSettings, exercises: Mapping[str, str]) -> str:
    """What is chosen, for a list that is printed or handed on; blank if everybody is shown."""
    words = {
        "severity": _said(SEVERITIES),
        "state": _states(),
        "exercise": exercises,
        "aetiology": _said(AETIOLOGIES),
    }
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


def _counted(values: Texts) -> Counter[str]:
    return Counter(values.tolist())


def _patients_with(values: Texts, roster: Roster) -> Mapping[str, int]:
    """How many patients have a series with each value: a patient with two counts once."""
    places = roster.series.patient
    pairs = pd.DataFrame({"place": places, "value": values})[places >= 0].drop_duplicates()
    return Counter(pairs["value"].tolist())


def _options(counts: Mapping[str, int], words: Mapping[str, str]) -> Choices:
    """Values of the data in the order of their words, those of whom nothing is stated last."""
    stated = sorted((one for one in counts if one != NOT_STATED), key=lambda one: (one_form(words.get(one, one)), one))
    found = [(_with_count(words.get(one, text_of(one)), counts[one]), one) for one in stated]
    if NOT_STATED in counts:
        found.append((_with_count(translated("not stated"), counts[NOT_STATED]), NOT_STATED))
    return tuple(found)


def _in_order(words: Mapping[str, str], counts: Mapping[str, int]) -> Choices:
    """Keys of ours in our order, those that the data has."""
    return tuple((_with_count(word, counts[key]), key) for key, word in words.items() if counts.get(key))


def _holding(offered: Choices, chosen: str) -> Choices:
    written = as_recorded(chosen, _values(offered))
    if written in _values(offered):
        # The control finds what was chosen, in the spelling of the study.
        return tuple((label, chosen if value == written else value) for label, value in offered)
    return (*offered, (_with_count(text_of(chosen) or translated("not stated"), 0), chosen))


def _values(offered: Choices) -> list[str]:
    return [value for _, value in offered]
