"""What clinicians noted about flags and exercises, in words; later than the as-of day too, since they saw it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from footdrop_analytics.figures import Row
from footdrop_analytics.patient.context import Context
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import day, labelled, spoken

_ONE_RULE = {"near_falls": "near_fall"}
"""Several near falls are flagged as one; a review of that flag is one of a near fall."""


@dataclass(frozen=True)
class Reviewed:
    """A review: who decided what and when, and the note, to be quoted."""

    words: str
    note: str | None


def reviews_of_flag(context: Context, flag: Row) -> list[Reviewed]:
    """The reviews of a flag, latest first."""
    named = _named(flag)
    return _reviews(context, lambda row: row["subject"] == "flag" and _named(row) == named)


def reviews_of(context: Context, exercise: str, side: str) -> list[Reviewed]:
    """The reviews of an exercise and side beside those of flags, latest first."""
    return _reviews(
        context,
        lambda row: row["subject"] == "readiness" and row["exercise"] == exercise and row["side"] in (None, side),
    )


def _named(row: Row) -> tuple[object, ...]:
    return _ONE_RULE.get(row["rule_id"], row["rule_id"]), row["day"], row["exercise"]


def _reviews(context: Context, chosen: Callable[[Row], bool]) -> list[Reviewed]:
    return [_reviewed(context, row) for row in reversed(context.rows("reviews")) if chosen(row)]


def _reviewed(context: Context, row: Row) -> Reviewed:
    when, decision = day(row["reviewed_at"]), row["decision"]
    said = (
        translated("Seen {day} by {name}", day=when, name=row["by"])
        if row["by"]
        else translated("Seen {day}", day=when)
    )
    if row["reviewed_at"] > context.as_of:
        said = translated("{seen}, after the day shown", seen=said)
    return Reviewed(said if decision in (None, "seen") else labelled(said, spoken(decision)), row["notes"])
