"""Why a plan was changed and why exercise was paused, as somebody wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from footdrop_analytics.patient.context import Context
from footdrop_analytics.wording.language import translated
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
            said = translated(
                "plan from {day}, {exercise}", day=day(row["start_date"]), exercise=context.series_name(row)
            )
            yield Reason(row["start_date"], said, row["reason"])


def _pauses(context: Context) -> Iterator[Reason]:
    for row in context.rows("pauses"):
        if row["start_date"] <= context.as_of:
            what = context.exercise_name(row["exercise"]) if row["exercise"] else translated("all exercises")
            first, last = day(row["start_date"]), day(row["end_date"])
            said = translated("{what} paused from {first} without a last day", what=what, first=first)
            if row["end_date"]:
                said = translated("{what} paused from {first} to {last}", what=what, first=first, last=last)
            yield Reason(row["start_date"], said, row["reason"])
