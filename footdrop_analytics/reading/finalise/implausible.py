"""Values that can hardly be meant: they are kept, and a note says what and how many."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.knowledge import ExerciseCatalog, load_outcome_measures
from footdrop_analytics.knowledge.catalog import PLAUSIBLE
from footdrop_analytics.knowledge.outcome_measures import unit_as_people_read
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.reading.checks.notes import Note


def implausible_outcomes(outcomes: pd.DataFrame) -> list[Note]:
    """A note for every value, in the measure's own unit or without one, outside what its registry calls plausible."""
    if outcomes.empty:
        return []
    written = outcomes["measure"].map(as_people_read, na_action="ignore")
    unit = outcomes["unit"].map(unit_as_people_read, na_action="ignore")
    notes = []
    for measure in load_outcome_measures().measures.values():
        low, high = measure.plausible
        own = unit.isna() | unit.isin([unit_as_people_read(one) for one in measure.units])
        mine = written.isin([as_people_read(one) for one in measure.names]) & own
        for row in outcomes[mine & ~outcomes["value"].between(low, high)].itertuples():
            message = (
                f"{measure.name} of {row.measured_on:%Y-%m-%d}: {row.value:g} {measure.unit} is outside {low:g} to "
                f"{high:g} {measure.unit}, what is plausible; it counts all the same"
            )
            notes.append(Note("outcomes", None, str(row.patient_id), message))
    return notes


def implausible_sets(sessions: pd.DataFrame, catalog: ExerciseCatalog) -> list[Note]:
    """A note for every patient, exercise and column of the log with values above what the exercise calls plausible."""
    notes = []
    exercises = catalog.values()
    code = sessions["exercise"].cat.codes.to_numpy()
    for column in PLAUSIBLE:
        most = np.array([one.plausible.get(column, np.inf) for one in exercises])
        value = sessions[column].to_numpy(dtype=np.float64, na_value=np.nan)
        at = np.flatnonzero(value > most[code])
        found = sessions[["patient_id", "exercise"]].take(at).assign(value=value[at], limit=most[code[at]])
        by_series = found.groupby(["patient_id", "exercise", "limit"], observed=True)["value"]
        lines = by_series.agg(n="size", largest="max").reset_index()
        for patient_id, exercise, limit, n, largest in lines.itertuples(index=False):
            told = f"{n} values, up to {largest:g}, are" if n > 1 else f"{largest:g} is"
            message = f"{exercise}, {column}: {told} above {limit:g}, what is plausible; kept, and decides nothing"
            notes.append(Note("sessions", None, str(patient_id), message))
    return notes
