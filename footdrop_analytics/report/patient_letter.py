"""The patient's version as plain facts: what was done and the targets. No criteria, no limits, no flags.

Nothing above the plan is praised: counts and bars stop at what was planned. What an event holds is not taught here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor
from statistics import median

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.figures import Row
from footdrop_analytics.knowledge.catalog import AS_SHOWN
from footdrop_analytics.model.inputs import ASSUMED, ASSUMED_PLAN
from footdrop_analytics.model.vocabulary import OWN_MODES
from footdrop_analytics.patient.attendance import Attendance, attendance, has_share
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.exercises.series import ExercisePart, exercise_parts
from footdrop_analytics.patient.head import Head, head
from footdrop_analytics.patient.plan import plain_amount, plain_manner
from footdrop_analytics.report.drawing import Drawing, drawing
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import quantity, sessions_of, side

_WEEKS, _WEEK = 4, 7
_NEW_DAYS = 28
_EXERCISED = ("done", "extra", "clinic")
_HELD = "hold_event"
_WHOLE = 1e-9


@dataclass(frozen=True)
class Goal:
    """Last week beside the goal, in whole repetitions, or ``in_seconds``; ``share`` of the goal, at most 1."""

    last_week: int
    goal: float
    in_seconds: bool
    share: float


@dataclass(frozen=True)
class PatientExercise:
    """One exercise in plain words.

    ``picture``, ``how_to`` and ``another_way`` are for the way it is prescribed: those of another could make somebody
    fall. ``held``: an event holds the exercise until the clinic has looked at it; then it is named and not taught.
    ``new_since``: the day of a new target, if in the last four weeks.
    """

    name: str
    target: str
    held: bool
    picture: Drawing | None
    done: str | None
    goal: Goal | None
    new_since: date | None
    how_to: str
    another_way: str
    cautions: tuple[str, ...]


@dataclass(frozen=True)
class PatientFacts:
    """The patient's report, in the order of its parts."""

    head: Head
    did: tuple[str, ...]
    exercises: tuple[PatientExercise, ...]
    contact: str | None


def patient_facts(context: Context, contact: str | None) -> PatientFacts:
    """Everything the patient's version says."""
    if any(row["prescriber"] == ASSUMED for row in context.rows("prescriptions")):
        raise ParameterError(
            translated(
                "{patient}: {reason}, so the patient's sheet would show it as a target that nobody has set. Put the "
                "prescribed plan into the study first (prescriptions.csv, or footdrop import with --plan).",
                patient=context.patient_id,
                reason=translated(ASSUMED_PLAN),
            )
        )
    active = [part for part in exercise_parts(context) if part.active]
    aetiology = context.patient.get("aetiology")
    held = {(row["exercise"], row["side"]) for row in context.rows("readiness") if row["state"] == _HELD}
    return PatientFacts(
        head=head(context),
        did=tuple(_did(context, attendance(context))),
        exercises=tuple(
            _exercise(part, part.version, aetiology, (part.exercise.key, part.side) in held, context.as_of)
            for part in active
            if part.version is not None
        ),
        contact=contact,
    )


def _did(context: Context, attendance: Attendance) -> list[str]:
    """What was done in the last four weeks, kindly and without judging."""
    recent, before = attendance.recent.row, attendance.before.row
    if not attendance.plan_known:
        return [_days_exercised(attendance.recent.exercise_days or 0)]
    if recent is None or not has_share(recent):
        return _nothing_due(recent)
    if not recent["done"] and (recent["clinic"] or recent["extra"]):
        return [translated("In the last four weeks you exercised at a visit, or on days that were not planned.")]
    if not recent["done"]:
        return [
            translated(
                "In the last four weeks no exercise was written down. "
                "If you did exercise, please tell your clinic, so that it can be added."
            )
        ]
    found = [
        _days_exercised(recent["active_days"]),
        translated(
            "You did {sessions} planned exercise times.", sessions=sessions_of(recent["credited"], recent["due"])
        ),
    ]
    found += _unseen(
        recent,
        quantity(
            "Your log of {count} day has not reached your clinic yet.",
            "Your log of {count} days has not reached your clinic yet.",
            recent["unobserved_days"],
        ),
    )
    weeks = _weeks_with_exercise(context)
    if weeks == _WEEKS:
        found.append(translated("You exercised in each of the last four weeks."))
    if before is not None and has_share(before) and recent["adherence"] > before["adherence"]:
        found.append(translated("You did more of your plan than in the four weeks before."))
    return found


def _days_exercised(days: int) -> str:
    return quantity(
        "You exercised on {count} day in the last four weeks.",
        "You exercised on {count} days in the last four weeks.",
        days,
    )


def _nothing_due(recent: Row | None) -> list[str]:
    """Why nothing counts against a plan: a pause, or a log on its way, is not a time without a plan."""
    found = []
    if recent is not None and recent["paused_days"]:
        found.append(translated("In the last four weeks your exercises were paused."))
    if recent is not None:
        found += _unseen(recent, translated("Your log of the last four weeks has not reached your clinic yet."))
    return found or [translated("In the last four weeks no exercise was planned.")]


def _unseen(recent: Row, not_here: str) -> list[str]:
    """Days that nobody counts for want of a log: written and not readable, or not handed in yet."""
    if recent["unreadable_days"]:
        return [
            quantity(
                "On {count} day you wrote something that your clinic could not read.",
                "On {count} days you wrote something that your clinic could not read.",
                recent["unreadable_days"],
            )
        ]
    return [not_here] if recent["unobserved_days"] else []


def _weeks_with_exercise(context: Context) -> int:
    ages = [
        (context.as_of - row["day"]).days // _WEEK for row in context.rows("calendar") if row["status"] in _EXERCISED
    ]
    return len({age for age in ages if age < _WEEKS})


def _exercise(part: ExercisePart, version: Row, aetiology: str | None, held: bool, as_of: date) -> PatientExercise:
    recent, exercise = part.recent, part.exercise
    manner = (version["mode"], version["position"], version["support"])
    special: Sequence[str] = exercise.plain_cautions_by_aetiology.get(aetiology, ()) if aetiology else ()
    way = exercise.how_to_do(*manner)
    return PatientExercise(
        name=f"{translated(exercise.plain_name)}, {side(part.side)}",
        target=", ".join([plain_amount(version, exercise), part.often, plain_manner(version)]),
        held=held,
        picture=None if held else drawing(exercise.key, manner[0], manner[1], manner[2] or exercise.support, part.side),
        done=sessions_of(recent["credited"], recent["due"]) if recent is not None and recent["credited"] else None,
        goal=_goal(part, version, as_of),
        new_since=version["start_date"] if (as_of - version["start_date"]).days < _NEW_DAYS else None,
        how_to=translated(way or AS_SHOWN),
        another_way=translated(exercise.another_way) if way == exercise.how_to else "",
        cautions=tuple(translated(one) for one in dict.fromkeys((*special, *exercise.plain_cautions))),
    )


def _goal(part: ExercisePart, version: Row, as_of: date) -> Goal | None:
    """The middle value of the last seven days beside the goal, where repetitions are the patient's own."""
    goal = part.trend["target"]
    values = [
        one.value
        for one in part.values
        if one.value is not None and one.as_prescribed and not one.left_out and (as_of - one.day).days < _WEEK
    ]
    if version["mode"] not in OWN_MODES or not goal or not values:
        return None
    # Rounded down, and never beyond the goal.
    reached = min(floor(median(values) + _WHOLE), floor(goal + _WHOLE))
    return Goal(reached, goal, part.exercise.unit == "seconds", min(reached / goal, 1.0))
