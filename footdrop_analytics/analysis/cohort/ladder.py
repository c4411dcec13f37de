"""Where on the ladder the patients are: how the exercises are done now, and which criteria for review are met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.cohort.choice import Choice
from footdrop_analytics.analysis.log.arrays import Ints


@dataclass(frozen=True)
class Ladder:
    """The series of a choice that have a prescription active on the as-of day, counted.

    Attributes
    ----------
    difficulties : DataFrame
        ``exercise``, ``mode``, ``difficulty`` (in words; blank if there is none), ``series`` (one exercise on one
        side), ``of_series`` (all of the exercise), ``patients``.
    states : DataFrame
        ``exercise``, ``state`` (a key of the definitions; every state of every exercise, so 0 is none),
        ``series``, ``of_series``, ``patients``.
    modes : DataFrame
        The same for ``mode``.
    patients : array
        Patients of each exercise of the catalogue.
    """

    difficulties: pd.DataFrame
    states: pd.DataFrame
    modes: pd.DataFrame
    patients: Ints


def ladder_of(choice: Choice) -> Ladder:
    """Where on the ladder the patients chosen are."""
    rungs = choice.prepared.rungs
    taken = np.flatnonzero(choice.takes(rungs.patient, rungs.exercise))
    patient, exercise = rungs.patient[taken], rungs.exercise[taken]
    exercises = choice.prepared.exercises
    of_series = np.bincount(exercise, minlength=len(exercises))
    patients = _patients(exercise, patient, len(exercises))
    everything = [
        _counted(choice, patient, exercise, numbers[taken], names, column, of_series)
        for numbers, names, column in (
            (rungs.state, rungs.states, "state"),
            (rungs.mode, rungs.modes, "mode"),
            (rungs.mode * max(len(rungs.difficulties), 1) + rungs.difficulty, _pairs(choice), "rung"),
        )
    ]
    states, modes, difficulties = everything
    difficulties = difficulties[difficulties["series"] > 0].reset_index(drop=True)
    both = [tuple(str(text).split("\0")) for text in difficulties.pop("rung")]
    difficulties.insert(1, "mode", pd.Series([mode for mode, _ in both], dtype="str"))
    difficulties.insert(2, "difficulty", pd.Series([text for _, text in both], dtype="str"))
    return Ladder(difficulties, states, modes, patients)


def _pairs(choice: Choice) -> tuple[str, ...]:
    rungs = choice.prepared.rungs
    return tuple(f"{mode}\0{text}" for mode in rungs.modes for text in rungs.difficulties or ("",))


def _patients(key: Ints, patient: Ints, size: int) -> Ints:
    """Distinct patients of each key."""
    n_patients = int(patient.max(initial=0)) + 1
    # Sorting is several times faster here than numpy.unique, which hashes.
    pairs = np.sort(key * n_patients + patient)
    return np.bincount(pairs[np.diff(pairs, prepend=-1) > 0] // n_patients, minlength=size)


def _counted(
    choice: Choice, patient: Ints, exercise: Ints, number: Ints, names: tuple[str, ...], column: str, of_series: Ints
) -> pd.DataFrame:
    """One row per exercise that occurs and value of the column."""
    exercises = choice.prepared.exercises
    key = exercise * len(names) + number
    size = len(exercises) * len(names)
    occurring = np.repeat(of_series > 0, len(names))
    columns = {
        "exercise": pd.Series(np.repeat(np.array(exercises, dtype=object), len(names)), dtype="str"),
        column: pd.Series(np.tile(np.array(names, dtype=object), len(exercises)), dtype="str"),
        "series": np.bincount(key, minlength=size),
        "of_series": np.repeat(of_series, len(names)),
        "patients": _patients(key, patient, size),
    }
    return pd.DataFrame(columns)[occurring].reset_index(drop=True)
