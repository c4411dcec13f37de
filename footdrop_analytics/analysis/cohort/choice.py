"""Who and what a choice of settings means in numbers, and what else could be chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from footdrop_analytics.analysis.cohort.columns import CohortColumns, Labels
from footdrop_analytics.analysis.log.arrays import Bools, Ints
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.choices import ALL, NOT_STATED, as_recorded, value_of
from footdrop_analytics.model.parameters import need
from footdrop_analytics.model.vocabulary import AETIOLOGIES as AETIOLOGY_KEYS
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import AETIOLOGIES, not_one_of

GROUPS = ("exercise", "arm", "aetiology")
"""What patients can be grouped by."""
_NOT_RECORDED = {"arm": marked("arm not recorded"), "aetiology": marked("aetiology not recorded")}
LEAST_PATIENTS = 5
"""A group of fewer patients is named and counted, and has no quantiles, shares or curve."""


@dataclass(frozen=True, kw_only=True)
class CohortFilter:
    """Which patients and series of a cohort are looked at, and how they are grouped.

    Attributes
    ----------
    group : {"exercise", "arm", "aetiology"}
        What adherence and persistence are grouped by.
    exercise, arm, aetiology : str
        Only this exercise (key), and patients of this arm (as people read it) and aetiology (key): ``"all"`` for all of
        them, ``""`` for patients without an arm or aetiology. An arm that is itself called ``all`` is ``"=all"``, and
        any arm that begins with ``=`` has one more before it.
    """

    group: str = "exercise"
    exercise: str = ALL
    arm: str = ALL
    aetiology: str = ALL

    def __post_init__(self) -> None:
        if self.group not in GROUPS:
            raise ParameterError(not_one_of("group", GROUPS, self.group))
        for name in ("exercise", "arm", "aetiology"):
            need(getattr(self, name), name, str, "a text")


@dataclass(frozen=True)
class Choice:
    """A filter as numbers.

    Attributes
    ----------
    chosen : array of bool
        For each patient whether arm and aetiology are those asked for.
    exercise : int, optional
        The number of the only exercise asked for.
    keys, names : tuple of str
        The groups: as recorded, and as people read them.
    """

    prepared: CohortColumns
    settings: CohortFilter
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


def choice_of(prepared: CohortColumns, settings: CohortFilter) -> Choice:
    """The filter as numbers.

    Raises ParameterError if the study knows no such exercise, arm or aetiology.
    """
    written = {one: as_recorded(getattr(settings, one), _values(prepared, one)) for one in ("arm", "aetiology")}
    settings = replace(settings, **written)
    chosen = _having(prepared, "arm", settings.arm) & _having(prepared, "aetiology", settings.aetiology)
    exercise = None
    if settings.exercise != ALL:
        _known("exercise", settings.exercise, prepared.exercises)
        exercise = prepared.exercises.index(settings.exercise)
    keys = prepared.exercises if settings.group == "exercise" else _labels(prepared, settings.group).values
    names = tuple(name_of(prepared, settings.group, key) for key in keys)
    return Choice(prepared, settings, chosen, exercise, keys, names)


def _having(prepared: CohortColumns, column: str, value: str) -> Bools:
    labels = _labels(prepared, column)
    if value == ALL:
        return np.ones(len(labels.of_patient), dtype=bool)
    values = _values(prepared, column)
    _known(column, value, (*values, *AETIOLOGY_KEYS, NOT_STATED) if column == "aetiology" else (*values, NOT_STATED))
    having: Bools = labels.of_patient == (values.index(value) if value in values else -1)
    return having


def _values(prepared: CohortColumns, column: str) -> list[str]:
    return [value_of(one) for one in _labels(prepared, column).values]


def _labels(prepared: CohortColumns, column: str) -> Labels:
    return prepared.arms if column == "arm" else prepared.aetiologies


def _known(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        shown = ", ".join(repr(one) for one in dict.fromkeys(known) if one)
        raise ParameterError(
            translated(
                "{name}: the study has none called {value}; it has {known} ('all' for all).",
                name=name,
                value=repr(value),
                known=shown or translated("none"),
            )
        )


def name_of(prepared: CohortColumns, group: str, key: str) -> str:
    """A group as people read it."""
    if group == "exercise":
        return translated(prepared.analysis.study.exercises[key].name)
    if key == NOT_STATED:
        return translated(_NOT_RECORDED[group])
    return translated(AETIOLOGIES[key]) if group == "aetiology" and key in AETIOLOGIES else key


def unrecorded(prepared: CohortColumns) -> list[str]:
    """What no patient of the study is recorded with: nobody can be grouped or chosen by it."""
    return [name for name in ("arm", "aetiology") if set(_labels(prepared, name).values) <= {NOT_STATED}]
