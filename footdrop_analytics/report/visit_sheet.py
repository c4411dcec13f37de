"""The first page of the clinician's report: one line for each exercise, and lines to copy into the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footdrop_analytics.patient.attendance import Attendance, Span, has_share, logged_words
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.exercises.series import ExercisePart
from footdrop_analytics.patient.flags import Flags
from footdrop_analytics.patient.head import Head
from footdrop_analytics.patient.measured import Measured
from footdrop_analytics.patient.narrative.story import course
from footdrop_analytics.patient.ratings import Ratings
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import (
    MISSING,
    day,
    days,
    estimate,
    interval,
    labelled,
    own_days,
    percent,
    quantity,
    sessions_of,
    severity,
    short_day,
)

_UNIT = {"reps": marked("reps"), "seconds": marked("s")}


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
    at_visit: str
    trend: str

    @property
    def line(self) -> str:
        """The same as a sentence for a record."""
        target = ", ".join(one for one in (self.target, self.often, self.manner) if one)
        said = ", ".join(one for one in (self.as_of, self.at_visit) if one)
        parts = {"name": self.name, "target": target, "done": self.done, "trend": self.trend}
        if not said:
            return translated("{name}: target {target}; last 28 days {done}; trend: {trend}.", **parts)
        return translated(
            "{name}: target {target}; last 28 days {done}; level {now} ({days}); trend: {trend}.",
            now=self.now,
            days=said,
            **parts,
        )


def exercise_lines(context: Context, exercises: Sequence[ExercisePart]) -> list[ExerciseLine]:
    """A line for each exercise prescribed on ``as_of``; without any plan for each that was logged."""
    shown = [part for part in exercises if part.active or not context.plan_known]
    return [_line(part, course(context, part).at_visit, context.plan_known) for part in shown]


def _line(part: ExercisePart, at_visit: float | None, plan_known: bool) -> ExerciseLine:
    recent, level, last = part.recent, part.trend["level_now"], part.trend["last_day"]
    done = logged_words(recent, plan_known)
    if recent is not None and has_share(recent):
        done = f"{sessions_of(recent['credited'], recent['due'])} ({percent(recent['adherence'])})"
    known, unit = level is not None and last is not None, translated(_UNIT[part.exercise.unit])
    return ExerciseLine(
        key=part.key,
        name=part.name,
        target=part.amount,
        often=part.often,
        manner=part.manner,
        done=done,
        now=f"{estimate(level)} {unit}" if known else MISSING,
        as_of=translated("up to {day}", day=short_day(last)) if known else "",
        at_visit=translated("last visit {level}", level=f"{estimate(at_visit)} {unit}") if at_visit is not None else "",
        trend=part.headline,
    )


def record_lines(
    head: Head,
    flags: Flags,
    story: str,
    attendance: Attendance,
    lines: Sequence[ExerciseLine],
    ratings: Ratings,
    outcomes: Sequence[Measured],
) -> list[str]:
    """What the log says, as plain lines to copy into a record: nothing that anybody concluded."""
    red = quantity("{count} open red flag", "{count} open red flags", len(flags.red))
    amber = quantity("{count} open amber flag", "{count} open amber flags", len(flags.amber))
    return [
        translated(
            "Home exercise log of {id}, {period}, as of {day}; {last_entry}; {handed_in}.",
            id=head.patient_id,
            period=days(head.start, head.end),
            day=day(head.as_of),
            last_entry=_last_entry(head),
            handed_in=head.handed_in,
        ),
        *(_span(span) for span in (attendance.recent, attendance.before) if span.known),
        *([] if attendance.plan_known else [f"{labelled(attendance.recent.label, attendance.recent.without_plan)}."]),
        quantity(
            "Falls asked about on {count} day of the last 28.",
            "Falls asked about on {count} days of the last 28.",
            flags.asked_28d,
        ),
        f"{red}, {amber}.",
        *(labelled(severity(one["severity"]), own_days(one["message"])) for one in (*flags.red, *flags.amber)),
        *([story] if story else []),
        *([one.line for one in lines] or [attendance.unprescribed]),
        *ratings.sentences,
        *(one.line for one in outcomes),
    ]


def _last_entry(head: Head) -> str:
    if head.last_row_day is None:
        return translated("last entry none")
    return translated("last entry {day}", day=day(head.last_row_day))


def _span(span: Span) -> str:
    row = span.row
    assert row is not None
    return quantity(
        "{label}: {sessions} exercise sessions due were logged ({share}, {interval}), {count} day with exercise.",
        "{label}: {sessions} exercise sessions due were logged ({share}, {interval}), {count} days with exercise.",
        row["active_days"],
        label=span.label,
        sessions=sessions_of(row["credited"], row["due"]),
        share=percent(row["adherence"]),
        interval=interval(row["adherence_low"], row["adherence_high"]),
    )
