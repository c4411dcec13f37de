"""The first page of the clinician's report: one line for each exercise, and lines to copy into the record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from footdrop_analytics.patient.attendance import Attendance, has_share, not_due_words
from footdrop_analytics.patient.exercises import ExercisePart
from footdrop_analytics.patient.flags import Flags
from footdrop_analytics.patient.head import Head
from footdrop_analytics.patient.measured import Measured
from footdrop_analytics.patient.ratings import Ratings
from footdrop_analytics.wording.words import (
    MISSING,
    counted,
    day,
    days,
    estimate,
    interval,
    own_days,
    percent,
    sessions_of,
    short_day,
)

_UNIT = {"reps": "reps", "seconds": "s"}
_FIRST_CLAUSE = re.compile(r" \(|; |\.(?: |$)")


@dataclass(frozen=True)
class ExerciseLine:
    """One exercise in one line of a table: the whole target, what was done in 28 days, the level now, the trend."""

    key: str
    name: str
    target: str
    often: str
    manner: str
    done: str
    now: str
    as_of: str
    trend: str

    @property
    def line(self) -> str:
        """The same as a sentence for a record."""
        target = ", ".join(one for one in (self.target, self.often, self.manner) if one)
        now = f"; level {self.now} ({self.as_of})" if self.as_of else ""
        return f"{self.name}: target {target}; last 28 days {self.done}{now}; trend: {self.trend}."


def exercise_lines(exercises: Sequence[ExercisePart], plan_known: bool) -> list[ExerciseLine]:
    """A line for each exercise prescribed on ``as_of``; without any plan for each that was logged."""
    return [_line(part, plan_known) for part in exercises if part.active or not plan_known]


def _line(part: ExercisePart, plan_known: bool) -> ExerciseLine:
    recent, level, last = part.recent, part.trend["level_now"], part.trend["last_day"]
    done = not_due_words(recent, plan_known)
    if recent is not None and has_share(recent):
        done = f"{sessions_of(recent['credited'], recent['due'])} ({percent(recent['adherence'])})"
    known = level is not None and last is not None
    return ExerciseLine(
        key=part.key,
        name=part.name,
        target=part.amount,
        often=part.often,
        manner=part.manner,
        done=done,
        now=f"{estimate(level)} {_UNIT[part.exercise.unit]}" if known else MISSING,
        as_of=f"up to {short_day(last)}" if known else "",
        trend=_FIRST_CLAUSE.split(part.sentence, maxsplit=1)[0],
    )


def record_lines(
    head: Head,
    flags: Flags,
    attendance: Attendance,
    lines: Sequence[ExerciseLine],
    ratings: Ratings,
    outcomes: Sequence[Measured],
) -> list[str]:
    """What the log says, as plain lines to copy into a record: nothing that anybody concluded."""
    last = day(head.last_row_day) if head.last_row_day else "none"
    red, amber = len(flags.red), len(flags.amber)
    return [
        f"Home exercise log of {head.patient_id}, {days(head.start, head.end)}, as of {day(head.as_of)}; "
        f"last entry {last}; {head.handed_in}.",
        *(_span(span.label, span.row) for span in (attendance.recent, attendance.before) if span.known),
        f"Falls asked about on {counted(flags.asked_28d, 'day')} of the last 28.",
        f"{counted(red, 'open red flag')}, {counted(amber, 'open amber flag')}.",
        *(f"{one['severity'].capitalize()}: {own_days(one['message'])}" for one in (*flags.red, *flags.amber)),
        *(one.line for one in lines),
        *ratings.sentences,
        *(one.line for one in outcomes),
    ]


def _span(label: str, row: object) -> str:
    assert isinstance(row, dict)
    shown = f"{sessions_of(row['credited'], row['due'])} exercise sessions due were logged"
    return (
        f"{label}: {shown} ({percent(row['adherence'])}, {interval(row['adherence_low'], row['adherence_high'])}), "
        f"{counted(row['active_days'], 'day')} with exercise."
    )
