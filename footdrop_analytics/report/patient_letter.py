"""The patient's version as plain facts: what was done and the targets. No criteria, no limits, no flags.

Nothing above the plan is praised: counts and bars stop at what was planned. What an event holds, what is paused and
what a clinician stopped is not taught here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor
from operator import itemgetter
from statistics import median

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.figures.data import Row
from footdrop_analytics.knowledge import Exercise
from footdrop_analytics.knowledge.exercises import AS_SHOWN
from footdrop_analytics.model.inputs import ASSUMED, ASSUMED_PLAN
from footdrop_analytics.model.vocabulary import DECISIONS, OWN_MODES
from footdrop_analytics.patient.attendance import Attendance, has_share
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.head import Head
from footdrop_analytics.patient.plan import often, plain_amount, plain_manner
from footdrop_analytics.patient.series import ExercisePart, exercise_parts
from footdrop_analytics.report.drawing import Drawing, drawing
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import day, quantity, sessions_of, side

_WEEKS, _WEEK = 4, 7
_NEW_DAYS = 28
_EXERCISED = ("done", "extra", "clinic")
_HELD, _PAUSED, _STOP = "hold_event", "paused", "stop"
_OWN = "own"
_OF_PATIENT = ("sessions", "checkins", "events")
_BOTH = marked("The picture shows one side. Do both.")
_SHOWS = {
    "left": marked("The grey leg is your left leg."),
    "right": marked("The grey leg is your right leg."),
    "both": marked("Do both sides at once."),
}
_WHOLE = 1e-9


@dataclass(frozen=True)
class Goal:
    """Last week beside the goal, in whole repetitions, or ``in_seconds``; ``share`` of the goal, at most 1."""

    last_week: int
    goal: float
    in_seconds: bool
    share: float


class PatientExercise:
    """One exercise in plain words.

    ``picture``, ``how_to`` and ``another_way`` are for the way it is prescribed: those of another could make somebody
    fall. ``stop`` says why it is not to be done now, blank if nothing speaks against it: what an event holds, what is
    paused and what a clinician stopped is named and not taught. ``new_since``: the day of a new target, if in the last
    four weeks; ``starts``: the first day of a plan that has not begun; ``later``: the target that follows the present
    one.
    """

    def __init__(self, context: Context, part: ExercisePart, coming: Row | None) -> None:
        exercise, active = part.exercise, part.version if part.active else None
        version = active or coming
        assert version is not None
        aetiology = context.patient.get("aetiology")
        manner = (version["mode"], version["position"], version["support"])
        way, self.stop = exercise.how_to_do(*manner), _stop(context, part, version)
        self.picture: Drawing | None = None
        if not self.stop:
            self.picture = drawing(exercise.key, manner[0], manner[1], manner[2] or exercise.support, part.side)
        one_side = self.picture is not None and self.picture.one_side
        self.shows = translated(_BOTH if one_side else _SHOWS[part.side])
        self.name = f"{translated(exercise.plain_name)}, {side(part.side)}"
        self.target, self.later = _target(version, exercise), ""
        self.starts = None if active else version["start_date"]
        self.done: str | None = None
        self.goal: Goal | None = None
        self.new_since: date | None = None
        if active:
            if (recent := part.recent) is not None and recent["credited"]:
                self.done = sessions_of(recent["credited"], recent["due"])
            self.goal = _goal(part, active, context.as_of)
            if (context.as_of - active["start_date"]).days < _NEW_DAYS:
                self.new_since = active["start_date"]
            if coming:
                target = _target(coming, exercise)
                self.later = translated("From {day}: {target}.", day=day(coming["start_date"]), target=target)
        self.how_to = translated(way or AS_SHOWN)
        self.another_way = translated(exercise.another_way) if way == exercise.how_to else ""
        special: Sequence[str] = exercise.plain_cautions_by_aetiology.get(aetiology, ()) if aetiology else ()
        self.cautions = [translated(one) for one in dict.fromkeys((*special, *exercise.plain_cautions))]


class PatientFacts:
    """The patient's report, in the order of its parts."""

    def __init__(self, context: Context, contact: str | None) -> None:
        if any(row["prescriber"] == ASSUMED for row in context.rows("prescriptions")):
            raise ParameterError(
                translated(
                    "{patient}: {reason}, so the patient's sheet would show it as a target that nobody has set. Put "
                    "the prescribed plan into the study first (prescriptions.csv, or imported with the log).",
                    patient=context.patient_id,
                    reason=translated(ASSUMED_PLAN),
                )
            )
        self.head, self.contact = Head(context), contact
        self.unread, self.did = _unread(context), _did(context, Attendance(context))
        self.exercises = []
        gone = context.patient.get("discharged_on") or date.max
        for part in exercise_parts(context):
            versions = context.versions_of(*part.series)
            coming = next((one for one in versions if context.as_of < one["start_date"] <= gone), None)
            if part.active or coming:
                self.exercises.append(PatientExercise(context, part, coming))


def _unread(context: Context) -> list[str]:
    """What could not be read: what the patient wrote, and lines of the plan, which the clinic wrote."""
    rows = {(row["table"], row["file"], row["row"]) for row in context.rows("rejected")}
    counts = Counter(_OWN if table in _OF_PATIENT else table for table, *_ in rows)
    found = []
    if counts[_OWN]:
        found.append(
            quantity(
                "{count} entry of yours could not be read and is not counted here. Please show your clinic what you "
                "wrote.",
                "{count} entries of yours could not be read and are not counted here. Please show your clinic what you "
                "wrote.",
                counts[_OWN],
            )
        )
    if counts["prescriptions"] or counts["pauses"]:
        found.append(
            translated(
                "A part of your plan could not be read. An exercise may be missing here, or have changed. "
                "Ask your clinic before you start."
            )
        )
    return found


def _did(context: Context, attendance: Attendance) -> list[str]:
    """What was done in the last four weeks, kindly and without judging."""
    recent, before = attendance.recent.row, attendance.before.row
    if not attendance.plan_known:
        return [_days_exercised(attendance.recent.exercise_days or 0)]
    if recent is None or not has_share(recent):
        # A pause, or a log on its way, is not a time without a plan.
        found = []
        if recent is not None:
            if recent["paused_days"]:
                found.append(translated("In the last four weeks your exercises were paused."))
            found += _unseen(recent, translated("Your log of the last four weeks has not reached your clinic yet."))
        return found or [translated("In the last four weeks no exercise was planned.")]
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
    days = [row["day"] for row in context.rows("calendar") if row["status"] in _EXERCISED]
    ages = {(context.as_of - one).days // _WEEK for one in days}
    if ages >= set(range(_WEEKS)):
        found.append(translated("You exercised in each of the last four weeks."))
    known = not any(row and (row["unobserved_days"] or row["unreadable_days"]) for row in (recent, before))
    if known and before is not None and has_share(before) and recent["adherence"] > before["adherence"]:
        found.append(translated("You did more of your plan than in the four weeks before."))
    return found


def _days_exercised(days: int) -> str:
    return quantity(
        "You exercised on {count} day in the last four weeks.",
        "You exercised on {count} days in the last four weeks.",
        days,
    )


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


def _target(version: Row, exercise: Exercise) -> str:
    return ", ".join([plain_amount(version, exercise), often(version), plain_manner(version)])


def _stop(context: Context, part: ExercisePart, version: Row) -> str:
    """Why an exercise is not to be done now, in words; what has not begun waits for every event that holds another."""
    states = {(row["exercise"], row["side"]): row["state"] for row in context.rows("readiness")}
    state = states.get(part.series)
    paused, held = state == _PAUSED, state == _HELD
    if state is None:
        # What has not begun has no state of its own: a pause on the day it begins, and what open events hold.
        on, key = version["start_date"], part.exercise.key
        paused = any(
            row["exercise"] in (None, key) and row["start_date"] <= on <= (row["end_date"] or date.max)
            for row in context.rows("pauses")
        )
        held_ones = ("all", None), ("exercise", key), (version["position"], None)
        held = _HELD in states.values() or any(
            (row["scope"], row["exercise"]) in held_ones for row in context.rows("holds")
        )
    if paused:
        return translated("This one is paused. Ask your clinic when to start again.")
    if held or _told_to_stop(context, part, version["start_date"]):
        return translated("Talk to your clinic before you go on with this one.")
    return ""


def _told_to_stop(context: Context, part: ExercisePart, start: date) -> bool:
    """Whether the last decision about it, since its plan began, is to stop: a plan need not have been ended for that.

    What was decided after ``as_of`` counts too: the sheet is handed over now.
    """
    # On one day a review comes after the visit.
    said = [(row["visited_on"], row["decision"]) for row in context.rows("visits") if row["visited_on"] > start]
    said += [
        (row["reviewed_at"], row["decision"])
        for row in context.rows("reviews")
        if row["subject"] in ("readiness", "flag")
        and row["exercise"] == part.exercise.key
        and row["side"] in (None, part.side)
        and row["reviewed_at"] >= start
    ]
    decided = [one for one in sorted(said, key=itemgetter(0)) if one[1] in DECISIONS]
    return bool(decided) and decided[-1][1] == _STOP


def _goal(part: ExercisePart, version: Row, as_of: date) -> Goal | None:
    """The middle value of the last seven days beside the goal, where repetitions are the patient's own."""
    goal = part.trend["target"]
    latest = (one.counted for one in part.values if (as_of - one.day).days < _WEEK)
    values = [value for value in latest if value is not None]
    if version["mode"] not in OWN_MODES or not goal or not values:
        return None
    # Rounded down, and never beyond the goal.
    reached = min(floor(median(values) + _WHOLE), floor(goal + _WHOLE))
    return Goal(reached, goal, part.exercise.unit == "seconds", min(reached / goal, 1.0))
