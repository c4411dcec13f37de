"""Why a plan was changed and why exercise was paused, as somebody wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from footdrop_analytics.patient.context import Context
from footdrop_analytics.wording.words import day


@dataclass(frozen=True)
class Reason:
    """What was changed or paused, from which day on, in our words; ``quote`` is the reason as written, None if none."""

    day: date
    words: str
    quote: str | None


def reasons(context: Context) -> list[Reason]:
    """The changes of plan for which a reason is given, and every pause, begun by ``as_of``; latest first."""
    found = [*_changes(context), *_pauses(context)]
    return sorted(found, key=lambda one: (one.day, one.words), reverse=True)


def _changes(context: Context) -> Iterator[Reason]:
    for row in context.versions:
        if row["reason"] is not None and row["start_date"] <= context.as_of:
            yield Reason(
                row["start_date"], f"plan from {day(row['start_date'])}, {context.series_name(row)}", row["reason"]
            )


def _pauses(context: Context) -> Iterator[Reason]:
    for row in context.rows("pauses"):
        if row["start_date"] <= context.as_of:
            what = context.exercise(row["exercise"]).name if row["exercise"] else "all exercises"
            until = f"to {day(row['end_date'])}" if row["end_date"] else "without a last day"
            yield Reason(row["start_date"], f"{what} paused from {day(row['start_date'])} {until}", row["reason"])
