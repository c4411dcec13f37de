"""Who and what a choice of settings means in numbers, and what else could be chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_analytics.analysis.log.arrays import Bools, Ints
from footdrop_analytics.dashboards.caseload.settings import ALL, NOT_STATED, value_of
from footdrop_analytics.dashboards.cohort.prepared import Labels, Prepared
from footdrop_analytics.dashboards.cohort.settings import GROUPS, CohortSettings
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.vocabulary import AETIOLOGIES as AETIOLOGY_KEYS
from footdrop_analytics.wording.words import AETIOLOGIES

Options = tuple[tuple[str, str], ...]
LEAST_PATIENTS = 5
"""A group of fewer patients is named and counted, and has no quantiles, shares or curve."""


@dataclass(frozen=True)
class Choice:
    """Settings as numbers.

    Attributes
    ----------
    chosen : array of bool
        For each patient whether arm and aetiology are those asked for.
    exercise : int, optional
        The number of the only exercise asked for.
    keys, names : tuple of str
        The groups: as recorded, and as people read them.
    """

    prepared: Prepared
    settings: CohortSettings
    chosen: Bools
    exercise: int | None
    keys: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def by_exercise(self) -> bool:
        """Whether the groups are exercises."""
        return self.settings.group == "exercise"

    def takes(self, patient: Ints, exercise: Ints) -> Bools:
        """Which rows of a table of series belong to the choice."""
        taken: Bools = self.chosen[patient]
        return taken if self.exercise is None else taken & (exercise == self.exercise)

    def group_of(self, patient: Ints, exercise: Ints) -> Ints:
        """The group of each row of a table of series."""
        return exercise if self.by_exercise else _labels(self.prepared, self.settings.group).of_patient[patient]


def choice_of(prepared: Prepared, settings: CohortSettings) -> Choice:
    """The settings as numbers.

    Raises
    ------
    ParameterError
        If the study knows no such exercise, arm or aetiology.
    """
    chosen = _having(prepared, "arm", settings.arm) & _having(prepared, "aetiology", settings.aetiology)
    exercise = None
    if settings.exercise != ALL:
        _known("exercise", settings.exercise, prepared.exercises)
        exercise = prepared.exercises.index(settings.exercise)
    keys = prepared.exercises if settings.group == "exercise" else _labels(prepared, settings.group).values
    names = tuple(name_of(prepared, settings.group, key) for key in keys)
    return Choice(prepared, settings, chosen, exercise, keys, names)


def _having(prepared: Prepared, column: str, value: str) -> Bools:
    labels = _labels(prepared, column)
    if value == ALL:
        return np.ones(len(labels.of_patient), dtype=bool)
    values = [value_of(one) for one in labels.values]
    _known(column, value, (*values, *AETIOLOGY_KEYS, NOT_STATED) if column == "aetiology" else (*values, NOT_STATED))
    having: Bools = labels.of_patient == (values.index(value) if value in values else -1)
    return having


def _labels(prepared: Prepared, column: str) -> Labels:
    return prepared.arms if column == "arm" else prepared.aetiologies


def _known(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        shown = ", ".join(repr(one) for one in dict.fromkeys(known) if one)
        raise ParameterError(f"{name}: the study has none called {value!r}; it has {shown or 'none'} ('all' for all).")


def name_of(prepared: Prepared, group: str, key: str) -> str:
    """A group as people read it."""
    if group == "exercise":
        return str(prepared.analysis.study.exercises[key].name)
    if key == NOT_STATED:
        return f"{group} not recorded"
    return AETIOLOGIES.get(key, key) if group == "aetiology" else key


def unrecorded(prepared: Prepared) -> list[str]:
    """What no patient of the study is recorded with: nobody can be grouped or chosen by it."""
    return [name for name in ("arm", "aetiology") if set(_labels(prepared, name).values) <= {NOT_STATED}]


def options_of(choice: Choice) -> dict[str, Options]:
    """``(label, value)`` of every control; the value chosen is always among them."""
    prepared, chosen = choice.prepared, choice.settings.group
    left_out = unrecorded(prepared)
    return {
        "group": tuple(
            (name.capitalize(), key) for key, name in GROUPS.items() if key not in left_out or key == chosen
        ),
        "exercise": _options(choice, "exercise", _used(prepared)),
        "arm": _options(choice, "arm", prepared.arms.values),
        "aetiology": _options(choice, "aetiology", prepared.aetiologies.values),
    }


def _used(prepared: Prepared) -> tuple[str, ...]:
    """Exercises that somebody has a prescription or a session of."""
    used = {*prepared.sums.exercise.tolist(), *prepared.times.exercise.tolist()}
    return tuple(key for number, key in enumerate(prepared.exercises) if number in used)


def _options(choice: Choice, group: str, keys: tuple[str, ...]) -> Options:
    chosen = getattr(choice.settings, group)
    missing = [] if chosen == ALL or chosen in map(value_of, keys) else [chosen]
    named = [(_label(choice, group, key), value_of(key)) for key in keys]
    return (("All", ALL), *named, *((_label(choice, group, one) or one, one) for one in missing))


def _label(choice: Choice, group: str, key: str) -> str:
    return "Not recorded" if key == NOT_STATED else name_of(choice.prepared, group, key)
