"""What the log cannot tell, in sentences: what is unobserved, unrated, unread, or hidden by the way it was logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from footdrop_analytics.dashboards.patient.dose import DayAmounts
from footdrop_analytics.dashboards.patient.log import PatientLog
from footdrop_analytics.patient.attendance import Attendance, unseen_words
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.exercises import ExercisePart
from footdrop_analytics.patient.flags import ASKED_DAYS, Flags
from footdrop_analytics.patient.head import Head
from footdrop_analytics.patient.ratings import Ratings
from footdrop_analytics.wording.words import counted, day

AT_TARGET = "Logging stops at the target, and such a log cannot show what more would be possible."
_NEVER_IN_A_LOG = (
    "No log shows quality of movement, muscle tone, range, cognition or hazards at home; none of this is considered."
)


def hides_more(part: ExercisePart) -> bool:
    """Whether the log of a series stops at its target."""
    return part.stops_at_target


def limits(
    context: Context,
    head: Head,
    flags: Flags,
    attendance: Attendance,
    exercises: list[ExercisePart],
    ratings: Ratings,
    amounts: DayAmounts,
    log: PatientLog,
) -> list[str]:
    """Each limit of this patient's log in a sentence; all exercises count, whichever are shown."""
    return [
        *_days(context, attendance),
        *_rows(head, log),
        *_ratings(context, ratings, flags),
        *_amounts(context, amounts),
        *_exercises(exercises, log),
        _NEVER_IN_A_LOG,
    ]


def _days(context: Context, attendance: Attendance) -> Iterator[str]:
    last = context.analysis.study.as_of.date()
    if context.as_of > last:
        yield (
            f"The last day chosen, {day(context.as_of)}, is later than the last day of the study's files, {day(last)}: "
            "days in between count as due, although nobody knows whether a log of them exists."
        )
    row = attendance.period.row
    if row is not None and row["unobserved_days"]:
        yield (
            f"The period has {unseen_words(row)}; "
            "that is not the same as not done, and these days are not counted as due."
        )
    silent = [one for one in context.rows("calendar") if one["status"] == "not_logged" and _within(context, one["day"])]
    if silent:
        free = (
            " Days are free to choose, so a day without an entry need not be a missed one."
            if attendance.free_days
            else ""
        )
        yield (
            f"On {counted(len(silent), 'day')} of the period something was prescribed and nothing was written down; "
            f"nobody knows whether it was done.{free}"
        )


def _within(context: Context, one: date) -> bool:
    return context.start <= one <= context.as_of


def _rows(head: Head, log: PatientLog) -> Iterator[str]:
    if head.n_rejected:
        yield f"Of this patient's files {counted(head.n_rejected, 'row')} could not be read: in no number above."
    if head.nobodys or head.n_nobodys_other:
        count = counted(len(head.nobodys) + head.n_nobodys_other, "rejected row")
        yield f"{count} of the study without a known patient may be about this patient."
    if inferred := log.n_inferred:
        yield f"{counted(inferred, 'row')} of the log {'is' if inferred == 1 else 'are'} inferred: in no number above."
    if without := log.n_without_time:
        yield (
            f"{without} of {counted(log.n_rows, 'row')} of the log have no clock time, so the hour of exercise "
            "and sessions of one day cannot be told apart by it."
        )


def _ratings(context: Context, ratings: Ratings, flags: Flags) -> Iterator[str]:
    tried = {one["day"] for one in context.rows("daily_ratings") if _within(context, one["day"])}
    for name, dots in (("pain", ratings.data.pain), ("effort", ratings.data.effort)):
        if tried and len(dots.days) < len(tried):
            yield (
                f"On {len(tried) - len(dots.days)} of {counted(len(tried), 'day')} with an entry {name} was not rated; "
                "not rated is not 0."
            )
    if flags.asked_28d < ASKED_DAYS:
        yield (
            f"Falls were asked about on {flags.asked_28d} of the last {ASKED_DAYS} days; of the other days "
            "nobody knows whether there was a fall unless it was reported as an event."
        )


def _amounts(context: Context, amounts: DayAmounts) -> Iterator[str]:
    shown = amounts.between(context.start, context.as_of)
    if shown.unknown:
        yield (
            f"On {shown.unknown} of {counted(len(shown.days), 'day')} with prescribed exercise the amount is not "
            "known, because repetitions or seconds were not recorded or no number was prescribed; they have no bar."
        )


def _exercises(exercises: list[ExercisePart], log: PatientLog) -> Iterator[str]:
    hidden = [part.name for part in exercises if hides_more(part)]
    if hidden:
        yield f"{AT_TARGET} This is so for {'; '.join(hidden)}."
    helped = [part.name for part in exercises if part.trend["verdict"] == "not_applicable"]
    if helped:
        yield f"Done with help, repetitions measure the helper: {'; '.join(helped)}."
    # Before its first prescription a series has no version either, and need not have a row.
    unplanned = [part.name for part in exercises if part.version is None and log.logged((part.exercise.key, part.side))]
    if unplanned:
        yield (
            f"Logged without a prescription for that side: {'; '.join(unplanned)}. It may be extra, "
            "or the side may have been mixed up; it is not in the amounts done."
        )
    for part in exercises:
        apart = len(part.data.unnumbered.days)
        if apart:
            yield f"{part.name}: on {counted(apart, 'day')} tried there is no number to compare."
