"""What the log cannot tell, in sentences: what is unobserved, unrated, unread, or hidden by the way it was logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from footdrop_analytics.dashboards.patient.charted import DayAmounts
from footdrop_analytics.dashboards.patient.log import PatientLog
from footdrop_analytics.patient.attendance import Attendance, unseen_words
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.flags import ASKED_DAYS, Flags
from footdrop_analytics.patient.head import Head
from footdrop_analytics.patient.ratings import Ratings
from footdrop_analytics.patient.series import ExercisePart
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import day, number, quantity

AT_TARGET = marked("Logging stops at the target, and such a log cannot show what more would be possible.")
_NEVER_IN_A_LOG = marked(
    "No log shows quality of movement, muscle tone, range, cognition or hazards at home; none of this is considered."
)


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
        translated(_NEVER_IN_A_LOG),
    ]


def _days(context: Context, attendance: Attendance) -> Iterator[str]:
    last = context.analysis.study.as_of.date()
    if context.as_of > last:
        yield translated(
            "The last day chosen, {chosen}, is later than the last day of the study's files, {last}: "
            "days in between count as due, although nobody knows whether a log of them exists.",
            chosen=day(context.as_of),
            last=day(last),
        )
    row = attendance.period.row
    if row is not None and row["unobserved_days"]:
        yield translated(
            "The period has {days}; that is not the same as not done, and these days are not counted as due.",
            days=unseen_words(row),
        )
    silent = [one for one in context.rows("calendar") if one["status"] == "not_logged" and _within(context, one["day"])]
    if silent:
        said = quantity(
            "On {count} day of the period something was prescribed and nothing was written down; "
            "nobody knows whether it was done.",
            "On {count} days of the period something was prescribed and nothing was written down; "
            "nobody knows whether it was done.",
            len(silent),
        )
        free = translated("Days are free to choose, so a day without an entry need not be a missed one.")
        yield f"{said} {free}" if attendance.free_days else said


def _within(context: Context, one: date) -> bool:
    return context.start <= one <= context.as_of


def _rows(head: Head, log: PatientLog) -> Iterator[str]:
    if head.n_rejected:
        yield quantity(
            "Of this patient's files {count} row could not be read: in no number above.",
            "Of this patient's files {count} rows could not be read: in no number above.",
            head.n_rejected,
        )
    if head.nobodys or head.n_nobodys_other:
        yield quantity(
            "{count} rejected row of the study without a known patient may be about this patient.",
            "{count} rejected rows of the study without a known patient may be about this patient.",
            len(head.nobodys) + head.n_nobodys_other,
        )
    if inferred := log.n_inferred:
        yield quantity(
            "{count} row of the log is inferred: in no number above.",
            "{count} rows of the log are inferred: in no number above.",
            inferred,
        )
    if without := log.n_without_time:
        yield quantity(
            "{without} of {count} row of the log have no clock time, so the hour of exercise "
            "and sessions of one day cannot be told apart by it.",
            "{without} of {count} rows of the log have no clock time, so the hour of exercise "
            "and sessions of one day cannot be told apart by it.",
            log.n_rows,
            without=number(without),
        )


def _ratings(context: Context, ratings: Ratings, flags: Flags) -> Iterator[str]:
    tried = {one["day"] for one in context.rows("daily_ratings") if _within(context, one["day"])}
    for name, dots in (("pain", ratings.data.pain), ("effort", ratings.data.effort)):
        if tried and len(dots.days) < len(tried):
            yield _unrated_words(name, len(tried) - len(dots.days), len(tried))
    if flags.asked_28d < ASKED_DAYS:
        yield translated(
            "Falls were asked about on {asked} of the last {days} days; of the other days "
            "nobody knows whether there was a fall unless it was reported as an event.",
            asked=flags.asked_28d,
            days=ASKED_DAYS,
        )


def _unrated_words(measure: str, unrated: int, days: int) -> str:
    if measure == "pain":
        return quantity(
            "On {unrated} of {count} day with an entry pain was not rated; not rated is not 0.",
            "On {unrated} of {count} days with an entry pain was not rated; not rated is not 0.",
            days,
            unrated=number(unrated),
        )
    return quantity(
        "On {unrated} of {count} day with an entry effort was not rated; not rated is not 0.",
        "On {unrated} of {count} days with an entry effort was not rated; not rated is not 0.",
        days,
        unrated=number(unrated),
    )


def _amounts(context: Context, amounts: DayAmounts) -> Iterator[str]:
    shown = amounts.between(context.start, context.as_of)
    if shown.unknown:
        yield quantity(
            "On {unknown} of {count} day with prescribed exercise the amount is not "
            "known, because repetitions or seconds were not recorded or no number was prescribed; they have no bar.",
            "On {unknown} of {count} days with prescribed exercise the amount is not "
            "known, because repetitions or seconds were not recorded or no number was prescribed; they have no bar.",
            len(shown.days),
            unknown=number(shown.unknown),
        )


def _exercises(exercises: list[ExercisePart], log: PatientLog) -> Iterator[str]:
    hidden = [part.name for part in exercises if part.stops_at_target]
    if hidden:
        whose = translated("This is so for {names}.", names="; ".join(hidden))
        yield f"{translated(AT_TARGET)} {whose}"
    helped = [part.name for part in exercises if part.trend["verdict"] == "not_applicable"]
    if helped:
        yield translated("Done with help, repetitions measure the helper: {names}.", names="; ".join(helped))
    # Before its first prescription a series has no version either, and need not have a row.
    unplanned = [part.name for part in exercises if part.version is None and log.logged((part.exercise.key, part.side))]
    if unplanned:
        yield translated(
            "Logged without a prescription for that side: {names}. It may be extra, "
            "or the side may have been mixed up; it is not in the amounts done.",
            names="; ".join(unplanned),
        )
    for part in exercises:
        apart = len(part.data.unnumbered.days)
        if apart:
            yield quantity(
                "{name}: on {count} day tried there is no number to compare.",
                "{name}: on {count} days tried there is no number to compare.",
                apart,
                name=part.name,
            )
