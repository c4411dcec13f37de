"""Outcome values that can hardly be meant: they count, and a note names them."""

from __future__ import annotations

import pandas as pd

from footdrop_analytics.knowledge import load_outcome_measures
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
