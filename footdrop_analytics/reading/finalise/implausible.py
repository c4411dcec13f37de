"""Values that can hardly be meant: they are kept, and a note says what and how many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from footdrop_analytics.knowledge import ExerciseCatalog, load_outcome_measures
from footdrop_analytics.knowledge.catalog import PLAUSIBLE
from footdrop_analytics.knowledge.outcome_measures import unit_as_people_read
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.reading.checks.notes import Note
from footdrop_analytics.wording.language import general, translated


def implausible_outcomes(outcomes: pd.DataFrame) -> list[Note]:
    """A note for every value, in the measure's own unit or without one, outside what its registry calls plausible."""
    if outcomes.empty:
        return []
    registry = list(load_outcome_measures().measures.values())
    place = {as_people_read(name): at for at, one in enumerate(registry) for name in one.names}
    measure = _each(outcomes["measure"], lambda text: place.get(as_people_read(text)))
    low, high = np.array([*(one.plausible for one in registry), (-np.inf, np.inf)]).T
    known = np.where(pd.isna(measure), -1, measure).astype(np.int64)
    value = outcomes["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    outside = np.flatnonzero(~((value >= low[known]) & (value <= high[known])) & (known >= 0))
    outside = outside[np.argsort(known[outside], kind="stable")]
    unit = _each(outcomes["unit"].take(outside), unit_as_people_read)
    notes = []
    for row, at, written in zip(outcomes.take(outside).itertuples(), known[outside], unit, strict=True):
        one = registry[at]
        if written is None or written in {unit_as_people_read(name) for name in one.units}:
            least, most = one.plausible
            message = translated(
                "{measure} of {day}: {value} {unit} is outside {least} to {most} {unit}, what is plausible; it counts "
                "all the same",
                measure=translated(one.name),
                day=f"{row.measured_on:%Y-%m-%d}",
                value=general(float(row.value)),  # type: ignore[arg-type]
                unit=one.unit,
                least=general(least),
                most=general(most),
            )
            notes.append(Note("outcomes", None, str(row.patient_id), message))
    return notes


def _each(column: pd.Series, read: Callable[[str], object]) -> np.ndarray:
    """What each text of a column is read as (None where it is missing); each distinct one is read once."""
    codes, distinct = pd.factorize(column)
    found: np.ndarray = np.array([*map(read, distinct), None], dtype=object)[codes]
    return found


def implausible_sets(sessions: pd.DataFrame, catalog: ExerciseCatalog) -> list[Note]:
    """A note for every patient, exercise and column of the log with values above what the exercise calls plausible."""
    notes = []
    exercises = catalog.values()
    code = sessions["exercise"].cat.codes.to_numpy()
    for column in PLAUSIBLE:
        most = np.array([one.plausible.get(column, np.inf) for one in exercises])
        largest = sessions[column].max()
        if pd.isna(largest) or largest <= most.min():
            continue
        value = sessions[column].to_numpy(dtype=np.float64, na_value=np.nan)
        at = np.flatnonzero(value > most[code])
        found = sessions[["patient_id", "exercise"]].take(at).assign(value=value[at], limit=most[code[at]])
        by_series = found.groupby(["patient_id", "exercise", "limit"], observed=True)["value"]
        lines = by_series.agg(n="size", largest="max").reset_index()
        for patient_id, exercise, limit, n, largest in lines.itertuples(index=False):
            message = _above(n, exercise=exercise, column=column, largest=general(largest), limit=general(limit))
            notes.append(Note("sessions", None, str(patient_id), message))
    return notes


def _above(n: int, **values: str) -> str:
    """How many values of an exercise and column are above what is plausible."""
    if n == 1:
        return translated(
            "{exercise}, {column}: {largest} is above {limit}, what is plausible; kept, and decides nothing", **values
        )
    return translated(
        "{exercise}, {column}: {count} values, up to {largest}, are above {limit}, what is plausible; kept, and "
        "decides nothing",
        count=n,
        **values,
    )
