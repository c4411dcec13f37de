"""One sentence in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from footdrop_analytics.figures import Row
from footdrop_analytics.patient.attendance import Attendance, has_share, not_due_words, unseen_words, why_not_due
from footdrop_analytics.patient.exercises.series import ExercisePart
from footdrop_analytics.patient.flags import Flags
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import clauses, joined, number, percent, quantity, sessions_of, unbroken

_A_CHANGE = 0.05
# What moved is named; a list of all that stays would bury it.
_NAMED = ("declining", "rising")
_MOST_NAMED = 3
_VERDICT_WORDS = {
    "declining": marked("{count} declining"),
    "rising": marked("{count} rising"),
    "at_target": marked("{count} at target"),
    "steady": marked("{count} holding steady"),
    "cannot_tell": marked("{count} cannot be judged yet"),
    "not_applicable": marked("{count} done with help and not judged"),
}


def summary(attendance: Attendance, exercises: Sequence[ExercisePart], flags: Flags) -> str:
    """What stands out: flags, sessions against the plan and against the time before, and the exercises' trends."""
    said = clauses([_flags(flags), _sessions(attendance), *_trends(exercises, attendance.plan_known)])
    return unbroken(f"{said[0].upper()}{said[1:]}.")


def _flags(flags: Flags) -> str:
    if not flags.red and not flags.amber:
        return translated("no open red or amber flag is recorded")
    red, amber = len(flags.red), len(flags.amber)
    said = [quantity("{count} open red flag", "{count} open red flags", red)] if red else []
    said += [quantity("{count} open amber flag", "{count} open amber flags", amber)] if amber else []
    return joined(said)


def _sessions(attendance: Attendance) -> str:
    recent, before = attendance.recent.row, attendance.before.row
    if not attendance.plan_known:
        return quantity(
            "no plan known; in the last 28 days exercise was logged on {count} day",
            "no plan known; in the last 28 days exercise was logged on {count} days",
            attendance.recent.exercise_days or 0,
        )
    if recent is None or not has_share(recent):
        return _no_share(recent)
    text = translated(
        "in the last 28 days {sessions} exercise sessions due were logged ({share})",
        sessions=sessions_of(recent["credited"], recent["due"]),
        share=percent(recent["adherence"]),
    )
    if before is None or before["adherence"] is None:
        said = _with_unseen(text, recent)
        return translated("{recent}; of the 28 days before: {why}", recent=said, why=not_due_words(before))
    share = percent(before["adherence"])
    if recent["unobserved_days"] or before["unobserved_days"]:
        said, share = _with_unseen(text, recent), _with_unseen(share, before)
        return translated("{recent}, in the 28 days before {share}", recent=said, share=share)
    change = recent["adherence"] - before["adherence"]
    if abs(change) < _A_CHANGE:
        return translated("{recent}, about as much as in the 28 days before ({share})", recent=text, share=share)
    if change > 0:
        return translated("{recent}, more than in the 28 days before ({share})", recent=text, share=share)
    return translated("{recent}, less than in the 28 days before ({share})", recent=text, share=share)


def _no_share(row: Row | None) -> str:
    """Nothing due, or a share that nobody knows, in the last 28 days."""
    if row is not None and row["unreadable_days"]:
        return quantity(
            "adherence of the last 28 days is unknown, because entries of {count} day could not be read",
            "adherence of the last 28 days is unknown, because entries of {count} days could not be read",
            row["unreadable_days"],
        )
    if why := why_not_due(row):
        return translated("nothing was due in the last 28 days ({why})", why=why)
    return translated("nothing was due in the last 28 days")


def _with_unseen(said: str, row: Row) -> str:
    """With the days of which the log is still to come, so that nobody takes the share for that of all days."""
    if not row["unobserved_days"]:
        return said
    return translated("{said}, with {unseen}", said=said, unseen=unseen_words(row))


def _trends(exercises: Sequence[ExercisePart], plan_known: bool) -> list[str]:
    active = [part for part in exercises if part.active]
    if not active:
        return [translated("no exercise is prescribed on the as-of day")] if plan_known else []
    words = []
    for verdict, word in _VERDICT_WORDS.items():
        names = [part.name for part in active if part.trend["verdict"] == verdict]
        if names:
            named = f" ({clauses(names)})" if verdict in _NAMED and len(names) <= _MOST_NAMED else ""
            words.append(translated(word, count=number(len(names))) + named)
    if not words:
        return []
    return [
        quantity(
            "of {count} exercise prescribed (each side counted) {verdicts}",
            "of {count} exercises prescribed (each side counted) {verdicts}",
            len(active),
            verdicts=joined(words),
        )
    ]
