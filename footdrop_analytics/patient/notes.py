"""What people wrote, quoted, newest first, each with its day and where it was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from footdrop_analytics.patient.context import Context
from footdrop_analytics.wording.words import spoken


@dataclass(frozen=True)
class Quotation:
    """Somebody's words."""

    day: date
    where: str
    text: str


def quotations(context: Context) -> list[Quotation]:
    """Notes of the log, check-ins, events and visits up to ``as_of``; of the log and check-ins within the period.

    Notes of events and visits from before a period that was chosen say so.
    """
    found = [
        Quotation(row["performed_at"], f"log, {context.exercise(row['exercise']).name}", row["notes"])
        for row in context.rows("session_notes")
        if context.start <= row["performed_at"] <= context.end
    ]
    found += [
        Quotation(row["day"], "check-in", row["notes"])
        for row in context.rows("checkins")
        if row["notes"] is not None and context.start <= row["day"] <= context.end
    ]
    found += [
        Quotation(
            row["occurred_on"], _where(f"event, {spoken(row['kind'])}", context, row["occurred_on"]), row["notes"]
        )
        for row in context.rows("events")
        if row["notes"] is not None and row["occurred_on"] <= context.as_of
    ]
    found += [
        Quotation(row["visited_on"], _where("visit", context, row["visited_on"]), row["notes"])
        for row in context.rows("visits")
        if row["notes"] is not None and row["visited_on"] <= context.as_of
    ]
    return sorted(found, key=lambda one: one.day, reverse=True)


def _where(what: str, context: Context, day: date) -> str:
    chosen = context.analysis.start is not None
    return f"{what}, before the period" if chosen and day < context.start else what
