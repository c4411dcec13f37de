"""Criteria for review: each series' state with every criterion behind it."""

from __future__ import annotations

from dataclasses import dataclass

from footdrop_analytics.figures import Row
from footdrop_analytics.knowledge import load_definitions
from footdrop_analytics.patient.context import Context
from footdrop_analytics.wording.language import translated


@dataclass(frozen=True)
class Readiness:
    """One series: its row of ``readiness``, the state's name and meaning, and its criteria."""

    name: str
    row: Row
    state: str
    meaning: str
    criteria: tuple[Row, ...]


def readiness(context: Context) -> list[Readiness]:
    """The patient's series with an active prescription, in the order of the catalogue."""
    definitions = load_definitions()
    criteria: dict[tuple[str, str], list[Row]] = {}
    for row in context.rows("criteria"):
        criteria.setdefault((row["exercise"], row["side"]), []).append(row)
    found = []
    for row in context.rows("readiness"):
        state = definitions[row["state"]]
        found.append(
            Readiness(
                name=context.series_name(row),
                row=row,
                state=translated(state.name),
                meaning=translated(state.plain),
                criteria=tuple(criteria.get((row["exercise"], row["side"]), ())),
            )
        )
    return found
