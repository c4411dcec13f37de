"""What is known of an exercise, the catalogue of exercises by key, and loading it: the package's ten, a study's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationInfo, field_serializer, field_validator

from footdrop_analytics.errors import need, path_of
from footdrop_analytics.filled import Filled
from footdrop_analytics.knowledge import forms
from footdrop_analytics.knowledge.yaml_files import PACKAGED, merged, read_yaml
from footdrop_analytics.model import vocabulary

if TYPE_CHECKING:
    import pandas as pd

AS_SHOWN = "Do it the way your clinic showed you."
AS_IT_STARTS = "{exercise} as it starts ({mode})"
SEEN = "The movement done {mode}, seen by a clinician."
COLUMN_OF_UNIT = {"reps": "reps", "seconds": "hold_s"}
"""The column that counts an exercise of each unit."""


class Dose(forms.Form):
    """A typical dose: ``sets`` times ``reps``, each held ``hold_s`` seconds; None where a part does not apply."""

    sets: Annotated[float, forms.within(1, 50)] = forms.NEEDED
    reps: Annotated[float, forms.within(1, 1000)] | None = None
    hold_s: Annotated[float, forms.within(0, 3600)] | None = None
    text: forms.Text = forms.NEEDED


class Change(forms.Form):
    """A smallest change that matters: ``absolute`` or ``share`` of the target, whichever is larger."""

    absolute: Annotated[float, forms.within(0, 1000)] = forms.NEEDED
    share: Annotated[float, forms.within(0, 10)] = forms.NEEDED


class Changes(forms.Form):
    """The smallest change that matters of every measure; the default is that of the package's exercises."""

    reps: Change = Change(absolute=1, share=0.2)
    hold: Change = Change(absolute=1, share=0.3)
    dose: Change = Change(absolute=0, share=0.2)

    @field_validator("reps", "hold", "dose")
    @classmethod
    def _is_one(cls, value: Change) -> Change:
        if value.absolute == value.share == 0:
            raise forms.refused("share", "a change above 0 (absolute, share or both)", 0)
        return value


class Plausible(forms.Form):
    """The most that can be meant, per column of the log; None = no limit. What lies beyond decides nothing."""

    reps: Annotated[float, forms.within(1, 1000)] | None = None
    sets: Annotated[float, forms.within(1, 50)] | None = None
    hold_s: Annotated[float, forms.within(1, 3600)] | None = None
    load_kg: Annotated[float, forms.within(1, 1000)] | None = None
    source: forms.Text | None = None


PLAUSIBLE = tuple(name for name in Plausible.model_fields if name != "source")
"""The columns of the log that have a limit."""


class Steps(forms.Form):
    """What lies on either side of an exercise in one mode; keys of the catalogue (its own key: another form of it)."""

    easier_step: forms.ExerciseKey | None = None
    easier_step_text: forms.Text | None = None
    next_step: forms.ExerciseKey | None = None
    next_step_text: forms.Text | None = None
    next_needs_observation: forms.Text | None = None


class Way(forms.Form):
    """How to do an exercise that is prescribed in another mode or position, or with another support, than it starts.

    ``other_names`` are names of the exercise that are said of this way alone.
    """

    mode: Annotated[str, forms.one_of(vocabulary.MODES)] | None = None
    position: Annotated[str, forms.one_of(vocabulary.POSITIONS)] | None = None
    support: Annotated[str, forms.one_of(vocabulary.SUPPORTS)] | None = None
    how_to: forms.Text = forms.NEEDED
    other_names: forms.Texts = ()


class Exercise(Steps):
    """One exercise, described in plain words for clinicians and patients; ``name`` and ``unit`` must be given.

    ``unit`` is what the primary measure counts. ``meaningful_change`` has per measure (``reps``, ``hold``, ``dose``)
    the smallest change that matters as (absolute, share of the target), of which the larger counts; ``plausible`` per
    column of the log the most that can be meant: a value beyond is kept and noted, and decides nothing.
    ``easier_step`` and ``next_step`` are keys of the steps in the starting mode (:meth:`steps` gives those of another),
    ``next_needs_observation`` is what a clinician must have seen before the next one, ``support`` what is held on to
    where nothing else is prescribed. ``how_to``, ``ways`` and what begins with ``plain_`` are what the patient's sheet
    says; ``cautions`` are written for clinicians.
    """

    key: str = forms.OWN_NAME
    name: forms.Text = forms.NEEDED
    short_name: Annotated[forms.Text, forms.as_left_out("name")] = forms.NEEDED
    plain_name: Annotated[forms.Text, forms.as_left_out("name")] = forms.NEEDED
    other_names: forms.Texts = ()
    movement: forms.Line = ""
    muscles: forms.Texts = ()
    position: Annotated[str, forms.one_of(vocabulary.POSITIONS)] = "seated"
    mode: Annotated[str, forms.one_of(vocabulary.MODES)] = "active"
    support: Annotated[str, forms.one_of(vocabulary.SUPPORTS)] | None = None
    unit: Annotated[str, forms.one_of(vocabulary.UNITS)] = forms.NEEDED
    typical_dose: Dose | None = None
    meaningful_change: Mapping[str, tuple[float, float]] = {}
    plausible: Mapping[str, float] = {}
    cautions: forms.Texts = ()
    cautions_by_aetiology: Annotated[Mapping[str, forms.Texts], forms.keyed(vocabulary.AETIOLOGIES)] = {}
    plain_cautions: forms.Texts = ()
    plain_cautions_by_aetiology: Annotated[Mapping[str, forms.Texts], forms.keyed(vocabulary.AETIOLOGIES)] = {}
    another_way: forms.Line = ""
    how_to: forms.Text = AS_SHOWN
    ways: Annotated[tuple[Way, ...], Field(strict=False)] = ()
    source: forms.Text = "Not stated"
    source_kind: Annotated[str, forms.one_of(vocabulary.SOURCE_KINDS)] = "placeholder"
    steps_by_mode: Annotated[Mapping[str, Steps], forms.keyed(vocabulary.MODES)] = {}

    @field_validator("typical_dose")
    @classmethod
    def _in_its_unit(cls, value: Dose | None, info: ValidationInfo) -> Dose | None:
        unit = info.data.get("unit")
        needed = COLUMN_OF_UNIT.get(unit or "")
        if value is not None and needed is not None and getattr(value, needed) is None:
            raise forms.refused(needed, f"a number, because the exercise counts {unit}", None)
        return value

    @field_validator("meaningful_change", mode="plain")
    @classmethod
    def _as_pairs(cls, value: object) -> dict[str, tuple[float, float]]:
        return {measure: (change.absolute, change.share) for measure, change in Changes.model_validate(value)}

    @field_serializer("meaningful_change")
    def _as_written(self, value: Mapping[str, tuple[float, float]]) -> dict[str, dict[str, float]]:
        return {measure: {"absolute": absolute, "share": share} for measure, (absolute, share) in value.items()}

    @field_validator("plausible", mode="plain")
    @classmethod
    def _limits(cls, value: object) -> dict[str, float]:
        limits = Plausible.model_validate(value).model_dump(exclude_none=True)
        return {column: limit for column, limit in limits.items() if column != "source"}

    @property
    def open_modes(self) -> tuple[str, ...]:
        """The modes in which it is done, if it starts with help and is done without too; else none.

        Whether the hand or the foot itself does the work is then for the person who names it to say.
        """
        modes = tuple(dict.fromkeys((self.mode, *(way.mode or self.mode for way in self.ways))))
        return modes if self.mode in vocabulary.HELPED_MODES and len(modes) > 1 else ()

    def how_to_do(self, mode: str, position: str, support: str | None) -> str | None:
        """How to do it as prescribed; None where the catalogue describes no such way: what the clinic showed holds."""
        asked = (mode, position, support or self.support)
        if asked == (self.mode, self.position, self.support):
            return self.how_to
        described = {
            (way.mode or self.mode, way.position or self.position, way.support or self.support): way.how_to
            for way in self.ways
        }
        return described.get(asked)

    def as_written(self) -> dict[str, Any]:
        """The fields as ``exercises.yaml`` writes them."""
        return self.model_dump(mode="json", exclude={"key"})

    def steps(self, mode: str) -> Steps:
        """The steps on either side when the exercise is done in ``mode`` (most help first: passive … resisted).

        A mode that the catalogue does not describe lies beside the starting mode: with less help than that the easier
        step is the exercise as it starts, with more help the next one is.
        """
        if mode in self.steps_by_mode:
            return self.steps_by_mode[mode]
        if mode == self.mode:
            return Steps(**{name: getattr(self, name) for name in Steps.model_fields})
        mode_words = Filled.of(self.mode)
        as_it_starts = Filled.of(AS_IT_STARTS, {"exercise": Filled.of(self.name), "mode": mode_words})
        # Made without another check, which would take the texts for plain ones.
        if vocabulary.MODES.index(mode) > vocabulary.MODES.index(self.mode):
            return Steps.model_construct(easier_step=self.key, easier_step_text=as_it_starts)
        seen = Filled.of(SEEN, {"mode": mode_words})
        return Steps.model_construct(next_step=self.key, next_step_text=as_it_starts, next_needs_observation=seen)


@dataclass(frozen=True)
class ExerciseCatalog:
    """Exercises by key, in the order of the files (the package's ten first)."""

    exercises: Mapping[str, Exercise]

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key in order."""
        return tuple(self.exercises)

    def __getitem__(self, key: str) -> Exercise:
        return self.exercises[key]

    def __contains__(self, key: object) -> bool:
        return key in self.exercises

    def __iter__(self) -> Iterator[str]:
        return iter(self.exercises)

    def __len__(self) -> int:
        return len(self.exercises)

    def values(self) -> tuple[Exercise, ...]:
        """Every exercise in order."""
        return tuple(self.exercises.values())

    def frame(self) -> pd.DataFrame:
        """One row per exercise: ``exercise``, ``name``, ``movement``, ``position``, ``mode``, ``unit``, dose, steps."""
        import pandas as pd

        plain = ("name", "movement", "position", "mode", "unit")
        steps = ("easier_step", "next_step", "next_needs_observation")
        return pd.DataFrame(
            [
                {"exercise": one.key}
                | {name: getattr(one, name) for name in plain}
                | {"typical_dose": one.typical_dose.text if one.typical_dose else None}
                | {name: getattr(one, name) for name in steps}
                for one in self.values()
            ]
        )


_A_KEY = forms.passing(
    re.compile(r"[a-z][a-z0-9_]*").fullmatch, "a key of small letters, digits and _ that starts with a letter"
)


class _File(forms.Form):
    exercises: Mapping[Annotated[str, _A_KEY], Exercise] = {}


def load_exercises(path: str | Path | None = None, base: ExerciseCatalog | None = None) -> ExerciseCatalog:
    """The exercise catalogue, with the entries of ``path`` added to or laid over it.

    Parameters
    ----------
    path : path, optional
        A YAML file of the same form as the package's ``exercises.yaml``. An entry with a known key changes only the
        fields it names; an entry with a new key needs ``name`` and ``unit``.
    base : ExerciseCatalog, optional
        What to lay it over; default the package's ten exercises.

    Raises
    ------
    KnowledgeError
        If the file breaks the form; the message names file, entry, field and what was expected.

    Examples
    --------
    >>> load_exercises()["single_leg_stand"].unit
    'seconds'
    """
    if base is not None:
        need(base, "base", ExerciseCatalog, "an ExerciseCatalog, as from load_exercises")
    base = base or _packaged()
    if path is None:
        return base
    path = path_of(path, "path")
    content = read_yaml(path)
    entries = content.get("exercises")
    if isinstance(entries, Mapping):
        # What a file says of an exercise is laid over what is known of it.
        content["exercises"] = {
            key: merged(base[key].as_written(), said) if key in base and isinstance(said, Mapping) else said
            for key, said in entries.items()
        }
    known = tuple(dict.fromkeys([*base.keys, *(entries if isinstance(entries, Mapping) else ())]))
    return ExerciseCatalog({**base.exercises, **_read(content, path.name, known)})


@lru_cache(maxsize=1)
def _packaged() -> ExerciseCatalog:
    path = PACKAGED / "exercises.yaml"
    content = read_yaml(path)
    return ExerciseCatalog(_read(content, path.name, tuple(content["exercises"])))


def _read(content: dict[str, Any], file: str, known: tuple[str, ...]) -> Mapping[str, Exercise]:
    return forms.checked(_File, forms.named(content, "exercises"), file, exercises=known).exercises
