"""Events, visits, check-ins, measurements, pauses and notes on the time axis, each in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from footdrop_analytics.dashboards.fragments import capitalized
from footdrop_analytics.figures import Row
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.narrative.notes import MOST_DAILY, reasons
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import SIDES, day, exact, number, quantity, spoken

LANES = (marked("Note"), marked("Measured"), marked("Visit"), marked("Check-in"), marked("Event"))
"""The lanes of the chart, in English, from bottom to top."""
_LASTING = ("Event", "Visit", "Measured")


@dataclass(frozen=True)
class Happening:
    """Something of one day: its lane, our words, and what somebody wrote, to be quoted.

    ``routine`` happenings (a check-in without a fall) stand on the time axis, not in the list. ``fell`` marks check-ins
    that tell of a fall or near fall.
    """

    day: date
    lane: str
    words: str
    quote: str | None = None
    routine: bool = False
    fell: bool = False


def happenings(context: Context) -> list[Happening]:
    """What happened up to ``as_of``, latest first."""
    found = [*_events(context), *_checkins(context), *_visits(context), *_measured(context), *_notes(context)]
    return sorted(found, key=lambda one: (one.day, LANES.index(one.lane)), reverse=True)


def in_sight(happened: list[Happening], first: date) -> list[Happening]:
    """Without the notes and uneventful check-ins before the period: what matters for long stays in sight."""
    return [one for one in happened if one.day >= first or one.fell or one.lane in _LASTING]


def latest(happened: list[Happening]) -> tuple[list[Happening], int]:
    """Without notes of log and check-ins before the latest, and how many these are: with thousands no page opens."""
    daily = [one for one in happened if one.quote is not None and not one.fell and one.lane not in _LASTING]
    earlier = {id(one) for one in daily[MOST_DAILY:]}
    return [one for one in happened if id(one) not in earlier], len(earlier)


def _events(context: Context) -> Iterator[Happening]:
    for row in context.rows("events"):
        if row["occurred_on"] <= context.as_of:
            words = capitalized(spoken(row["kind"]))
            if row["during_exercise"]:
                exercise = context.exercise(row["during_exercise"]).name
                words = translated("{event} during {exercise}", event=words, exercise=translated(exercise))
            injury = [translated("injury: {answer}", answer=spoken(row["injury"]))] if row["injury"] else []
            yield Happening(row["occurred_on"], "Event", ", ".join([words, *injury]), row["notes"])


def _checkins(context: Context) -> Iterator[Happening]:
    for row in context.rows("checkins"):
        if row["day"] <= context.as_of:
            fell = row["fell"] == "yes" or bool(row["near_falls"])
            routine = not fell and row["notes"] is None
            yield Happening(row["day"], "Check-in", _checkin_words(row), row["notes"], routine, fell)


def _checkin_words(row: Row) -> str:
    parts = []
    if row["fell"] is not None:
        parts.append(translated("fell") if row["fell"] == "yes" else translated("asked about falls: none"))
    elif row["near_falls"] is None:
        parts.append(translated("not asked about falls"))
    if row["near_falls"] is not None:
        parts.append(quantity("{count} near fall", "{count} near falls", row["near_falls"]))
    rated = [name for name in ("pain", "effort", "fatigue") if row[f"{name}_0_10"] is not None]
    parts += [f"{spoken(name)} {number(row[f'{name}_0_10'])}" for name in rated]
    return ", ".join(parts)


def _visits(context: Context) -> Iterator[Happening]:
    for row in context.rows("visits"):
        if row["visited_on"] <= context.as_of:
            parts = [row["kind"]] if row["kind"] else []
            parts += [translated("decision: {decision}", decision=spoken(row["decision"]))] if row["decision"] else []
            parts += [translated("next on {day}", day=day(row["next_visit_on"]))] if row["next_visit_on"] else []
            yield Happening(row["visited_on"], "Visit", ", ".join(parts) or translated("recorded"), row["notes"])


def _measured(context: Context) -> Iterator[Happening]:
    for row in context.rows("outcomes"):
        if row["measured_on"] <= context.as_of:
            words = f"{spoken(row['measure'])} {exact(row['value'])}"
            words += f" {translated(row['unit'])}" if row["unit"] else ""
            under = [translated(SIDES[row["side"]])] if row["side"] else []
            under += [translated("orthosis: {orthosis}", orthosis=spoken(row["orthosis"]))] if row["orthosis"] else []
            under += [translated("aid: {aid}", aid=row["aid"])] if row["aid"] else []
            yield Happening(row["measured_on"], "Measured", words + (f" ({', '.join(under)})" if under else ""))


def _notes(context: Context) -> Iterator[Happening]:
    for row in context.rows("session_notes"):
        if row["performed_at"] <= context.as_of:
            yield Happening(
                row["performed_at"],
                "Note",
                translated("in the log, {exercise}", exercise=translated(context.exercise(row["exercise"]).name)),
                row["notes"],
            )


def reason_words(context: Context) -> list[str]:
    """Pauses begun by ``as_of``, and changes of plan with a reason, each with what was written; latest first."""
    return [f"{one.words}: “{one.quote}”" if one.quote else one.words for one in reasons(context)]
