"""What people wrote, quoted: notes with day and place, why plans were changed or paused, clinicians' reviews."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from footdrop_analytics.figures.data import Row
from footdrop_analytics.patient.context import Context
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import day, labelled, spoken

MOST_DAILY = 200
"""The most notes of log and check-ins that are quoted."""


@dataclass(frozen=True)
class Quotation:
    """Somebody's words."""

    day: date
    where: str
    text: str


class Quotations:
    """Notes of the log, check-ins, events and visits up to ``as_of``, newest first (``shown``).

    Of the log and check-ins the latest of the period are quoted, as a page with many thousands does not open;
    ``n_earlier`` are not, of which ``earlier_until`` is the last day. Notes of events and visits are never left out;
    those from before a period that was chosen say so.
    """

    def __init__(self, context: Context) -> None:
        daily = sorted(_daily(context), key=lambda one: one.day, reverse=True)
        shown, earlier = daily[:MOST_DAILY], daily[MOST_DAILY:]
        self.shown = sorted([*shown, *_lasting(context)], key=lambda one: one.day, reverse=True)
        self.n_earlier, self.earlier_until = len(earlier), earlier[0].day if earlier else None


def _daily(context: Context) -> Iterator[Quotation]:
    for row in context.rows("session_notes"):
        if context.start <= row["performed_at"] <= context.end:
            where = translated("log, {exercise}", exercise=context.exercise_name(row["exercise"]))
            yield Quotation(row["performed_at"], where, row["notes"])
    for row in context.rows("checkins"):
        if row["notes"] is not None and context.start <= row["day"] <= context.end:
            yield Quotation(row["day"], translated("check-in"), row["notes"])


def _lasting(context: Context) -> Iterator[Quotation]:
    found = [(row["occurred_on"], "event", row) for row in context.rows("events")]
    found += [(row["visited_on"], "visit", row) for row in context.rows("visits")]
    for on, what, row in found:
        if row["notes"] is not None and on <= context.as_of:
            where = translated("visit")
            if what == "event":
                where = translated("event, {kind}", kind=spoken(row["kind"]))
            if context.analysis.start is not None and on < context.start:
                where = translated("{what}, before the period", what=where)
            yield Quotation(on, where, row["notes"])


@dataclass(frozen=True)
class Reason:
    """What was changed or paused, from which day on, in our words; ``quote`` is the reason as written, None if none."""

    day: date
    words: str
    quote: str | None


def reasons(context: Context) -> list[Reason]:
    """The changes of plan for which a reason is given, and every pause, begun by ``as_of``; latest first."""
    found = []
    for row in context.versions:
        if row["reason"] is not None:
            named = {"day": day(row["start_date"]), "exercise": context.series_name(row)}
            found.append(Reason(row["start_date"], translated("plan from {day}, {exercise}", **named), row["reason"]))
    for row in context.rows("pauses"):
        what = context.exercise_name(row["exercise"]) if row["exercise"] else translated("all exercises")
        said = marked("{what} paused from {first} without a last day")
        if row["end_date"]:
            said = marked("{what} paused from {first} to {last}")
        words = translated(said, what=what, first=day(row["start_date"]), last=day(row["end_date"]))
        found.append(Reason(row["start_date"], words, row["reason"]))
    begun = [one for one in found if one.day <= context.as_of]
    return sorted(begun, key=lambda one: (one.day, one.words), reverse=True)


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
    found = []
    for row in filter(chosen, reversed(context.rows("reviews"))):
        form = marked("Seen {day} by {name}") if row["by"] else marked("Seen {day}")
        said = translated(form, day=day(row["reviewed_at"]), name=row["by"])
        if row["reviewed_at"] > context.as_of:
            said = translated("{seen}, after the day shown", seen=said)
        if row["decision"] not in (None, "seen"):
            said = labelled(said, spoken(row["decision"]))
        found.append(Reviewed(said, row["notes"]))
    return found
