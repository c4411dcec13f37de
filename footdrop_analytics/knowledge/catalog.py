"""What is known of an exercise, and the catalogue of exercises by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from footdrop_analytics.model.vocabulary import MODES

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Dose:
    """A typical dose: ``sets`` times ``reps``, each held ``hold_s`` seconds; None where a part does not apply."""

    sets: float
    reps: float | None
    hold_s: float | None
    text: str


@dataclass(frozen=True)
class Steps:
    """What lies on either side of an exercise in one mode; keys of the catalogue (its own key: another form of it)."""

    easier_step: str | None
    easier_step_text: str | None
    next_step: str | None
    next_step_text: str | None
    next_needs_observation: str | None


@dataclass(frozen=True)
class Exercise:
    """One exercise, described in plain words for clinicians and patients.

    Attributes
    ----------
    unit : {"reps", "seconds"}
        What the primary measure counts.
    meaningful_change : dict
        Per measure (``reps``, ``hold``, ``dose``): the smallest change that matters as (absolute, share of the target);
        the larger of the two counts.
    easier_step, next_step : str, optional
        Keys of the steps on either side in the starting mode; :meth:`steps` gives those of another mode.
    next_needs_observation : str, optional
        What a clinician must have seen before the next step; None where the log's criteria are enough for a review.
    """

    key: str
    name: str
    short_name: str
    other_names: tuple[str, ...]
    movement: str
    muscles: tuple[str, ...]
    position: str
    mode: str
    unit: str
    typical_dose: Dose
    meaningful_change: Mapping[str, tuple[float, float]]
    cautions: tuple[str, ...]
    cautions_by_aetiology: Mapping[str, tuple[str, ...]]
    another_way: str
    how_to: str
    easier_step: str | None
    easier_step_text: str | None
    next_step: str | None
    next_step_text: str | None
    next_needs_observation: str | None
    source: str
    source_kind: str
    steps_by_mode: Mapping[str, Steps] = field(default_factory=dict)

    def steps(self, mode: str) -> Steps:
        """The steps on either side when the exercise is done in ``mode`` (most help first: passive … resisted).

        A mode that the catalogue does not describe lies beside the starting mode: with less help than that the easier
        step is the exercise as it starts, with more help the next one is.
        """
        if mode in self.steps_by_mode:
            return self.steps_by_mode[mode]
        if mode == self.mode:
            return Steps(
                self.easier_step,
                self.easier_step_text,
                self.next_step,
                self.next_step_text,
                self.next_needs_observation,
            )
        as_it_starts = f"{self.name} as it starts ({self.mode})"
        if MODES.index(mode) > MODES.index(self.mode):
            return Steps(self.key, as_it_starts, None, None, None)
        return Steps(None, None, self.key, as_it_starts, f"The movement done {self.mode}, seen by a clinician.")


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

        return pd.DataFrame(
            [
                {
                    "exercise": one.key,
                    "name": one.name,
                    "movement": one.movement,
                    "position": one.position,
                    "mode": one.mode,
                    "unit": one.unit,
                    "typical_dose": one.typical_dose.text,
                    "easier_step": one.easier_step,
                    "next_step": one.next_step,
                    "next_needs_observation": one.next_needs_observation,
                }
                for one in self.values()
            ]
        )
