"""The patient's version as plain facts: what was done and the targets. No criteria, no limits, no flags.

Nothing above the plan is praised: counts stop at what was planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from footdrop_analytics.figures import CalendarWeek, Chart, Row, Sign
from footdrop_analytics.knowledge.catalog import AS_SHOWN
from footdrop_analytics.model.vocabulary import OWN_MODES
from footdrop_analytics.patient.attendance import Attendance, attendance, has_share
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.exercises import ExercisePart, exercise_parts
from footdrop_analytics.patient.head import Head, head
from footdrop_analytics.patient.plan import plain_amount, plain_manner
from footdrop_analytics.wording.words import SIDES, counted, sessions_of

STRIP_WEEKS = 4
_EXERCISED = ("done", "extra", "clinic")
_PATIENT_WORDS = {
    "done": "you exercised",
    "clinic": "you exercised at a visit",
    "extra": "you exercised on another day",
    "skipped": "you wrote down that it was not done",
    "not_logged": "nothing written down",
    "paused": "pause",
    "log_not_handed_in": "no log handed in yet",
}
_HELD = "hold_event"


@dataclass(frozen=True)
class PatientExercise:
    """One exercise in plain words.

    ``how_to`` and ``another_way`` are for the way it is prescribed; those of another way could make somebody fall.
    ``held``: an event holds the exercise until the clinic has looked at it.
    """

    part: ExercisePart
    name: str
    done: str | None
    at_target: str | None
    how_to: str
    another_way: str
    cautions: tuple[str, ...]
    held: bool

    @property
    def target(self) -> str:
        """The target in words that need no explaining."""
        version = self.part.version
        return plain_amount(version, self.part.exercise) if version is not None else ""

    @property
    def manner(self) -> str:
        """How it is done, in words that follow the target."""
        version = self.part.version
        return plain_manner(version) if version is not None else ""

    @property
    def changed_on(self) -> list[date]:
        """The days on which the plan changed in the period shown; what changed is the clinic's to explain."""
        return list(dict.fromkeys(mark.day for mark in self.part.marks))

    @property
    def chart(self) -> Chart | None:
        """The chart, where repetitions are the patient's own."""
        version = self.part.version
        return self.part.chart if version is not None and version["mode"] in OWN_MODES else None


@dataclass(frozen=True)
class PatientFacts:
    """The patient's report, in the order of its parts."""

    head: Head
    did: tuple[str, ...]
    strip: tuple[CalendarWeek, ...]
    legend: tuple[Sign, ...]
    exercises: tuple[PatientExercise, ...]
    contact: str | None

    @property
    def charts(self) -> list[Chart]:
        """Every chart of the report."""
        return [one.chart for one in self.exercises if one.chart is not None]


def patient_facts(context: Context, contact: str | None) -> PatientFacts:
    """Everything the patient's version says."""
    recent = attendance(context, strip_weeks=STRIP_WEEKS)
    active = [part for part in exercise_parts(context) if part.active]
    aetiology = context.patient.get("aetiology")
    held = {(row["exercise"], row["side"]) for row in context.rows("readiness") if row["state"] == _HELD}
    return PatientFacts(
        head=head(context),
        did=tuple(_did(context, recent)),
        strip=tuple(
            replace(week, days=tuple((day, _spoken(sign)) for day, sign in week.days)) for week in recent.strip
        ),
        legend=tuple(_spoken(sign) for sign in recent.legend),
        exercises=tuple(_exercise(part, aetiology, (part.exercise.key, part.side) in held) for part in active),
        contact=contact,
    )


def _spoken(sign: Sign) -> Sign:
    return replace(sign, word=_PATIENT_WORDS.get(sign.status, sign.word))


def _did(context: Context, attendance: Attendance) -> list[str]:
    """What was done in the last four weeks, kindly and without judging."""
    recent, before = attendance.recent.row, attendance.before.row
    if not attendance.plan_known:
        days = sum(_in_strip(context, row["day"]) for row in context.rows("calendar") if row["status"] in _EXERCISED)
        return [f"You exercised on {counted(days, 'day')} in the last four weeks."]
    if recent is None or not has_share(recent):
        return _nothing_due(recent)
    if not recent["done"] and (recent["clinic"] or recent["extra"]):
        return ["In the last four weeks you exercised at a visit, or on days that were not planned."]
    if not recent["done"]:
        return [
            "In the last four weeks no exercise was written down. "
            "If you did exercise, please tell your clinic, so that it can be added."
        ]
    found = [
        f"You exercised on {counted(recent['active_days'], 'day')} in the last four weeks.",
        f"You did {sessions_of(recent['credited'], recent['due'])} planned exercise times.",
    ]
    found += _unseen(
        recent, f"Your log of {counted(recent['unobserved_days'], 'day')} has not reached your clinic yet."
    )
    weeks = _weeks_with_exercise(context)
    if weeks == STRIP_WEEKS:
        found.append("You exercised in each of the last four weeks.")
    if before is not None and has_share(before) and recent["adherence"] > before["adherence"]:
        found.append("You did more of your plan than in the four weeks before.")
    return found


def _nothing_due(recent: Row | None) -> list[str]:
    """Why nothing counts against a plan: a pause, or a log on its way, is not a time without a plan."""
    found = []
    if recent is not None and recent["paused_days"]:
        found.append("In the last four weeks your exercises were paused.")
    if recent is not None:
        found += _unseen(recent, "Your log of the last four weeks has not reached your clinic yet.")
    return found or ["In the last four weeks no exercise was planned."]


def _unseen(recent: Row, not_here: str) -> list[str]:
    """Days that nobody counts for want of a log: written and not readable, or not handed in yet."""
    if recent["unreadable_days"]:
        return [f"On {counted(recent['unreadable_days'], 'day')} you wrote something that your clinic could not read."]
    return [not_here] if recent["unobserved_days"] else []


def _in_strip(context: Context, day: date) -> bool:
    return (context.as_of - day).days < 7 * STRIP_WEEKS


def _weeks_with_exercise(context: Context) -> int:
    ages = [(context.as_of - row["day"]).days // 7 for row in context.rows("calendar") if row["status"] in _EXERCISED]
    return len({age for age in ages if age < STRIP_WEEKS})


def _exercise(part: ExercisePart, aetiology: str | None, held: bool) -> PatientExercise:
    recent, exercise, version = part.recent, part.exercise, part.version
    done = None
    if recent is not None and has_share(recent):
        done = sessions_of(recent["credited"], recent["due"])
    special: Sequence[str] = exercise.plain_cautions_by_aetiology.get(aetiology, ()) if aetiology else ()
    way = exercise.how_to_do(version["mode"], version["position"], version["support"]) if version is not None else None
    return PatientExercise(
        part=part,
        name=f"{exercise.plain_name}, {SIDES[part.side]}",
        done=done,
        at_target=_at_target(part),
        how_to=way or AS_SHOWN,
        another_way=exercise.another_way if way == exercise.how_to else "",
        cautions=tuple(dict.fromkeys((*special, *exercise.plain_cautions))),
        held=held,
    )


def _at_target(part: ExercisePart) -> str | None:
    """On how many days the present target was reached, if on any; no word about more."""
    version, target = part.version, part.trend["target"]
    if version is None or version["mode"] not in OWN_MODES or target is None or part.trend["run_start"] is None:
        return None
    dots, since = part.data.as_prescribed, part.trend["run_start"]
    days = sum(one >= since and value >= target for one, value in zip(dots.days, dots.values, strict=True))
    return f"You reached the target on {counted(days, 'day')}." if days else None
