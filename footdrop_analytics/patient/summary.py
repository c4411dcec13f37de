"""One sentence in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from footdrop_analytics.figures import Row
from footdrop_analytics.patient.attendance import NOTHING_DUE, Attendance, has_share, not_due_words, unseen_words
from footdrop_analytics.patient.exercises import ExercisePart
from footdrop_analytics.patient.flags import Flags
from footdrop_analytics.wording.words import counted, joined, percent, sessions_of, unbroken

_A_CHANGE = 0.05
# What moved is named; a list of all that stays would bury it.
_NAMED = ("declining", "rising")
_MOST_NAMED = 3
_VERDICT_WORDS = {
    "declining": "declining",
    "rising": "rising",
    "at_target": "at target",
    "steady": "holding steady",
    "cannot_tell": "cannot be judged yet",
    "not_applicable": "done with help and not judged",
}


def summary(attendance: Attendance, exercises: Sequence[ExercisePart], flags: Flags) -> str:
    """What stands out: flags, sessions against the plan and against the time before, and the exercises' trends."""
    said = "; ".join([_flags(flags), _sessions(attendance), *_trends(exercises, attendance.plan_known)])
    return unbroken(f"{said[0].upper()}{said[1:]}.")


def _flags(flags: Flags) -> str:
    if not flags.red and not flags.amber:
        return "no open red or amber flag is recorded"
    counts = [(len(flags.red), "open red flag"), (len(flags.amber), "open amber flag")]
    return joined([counted(count, what) for count, what in counts if count])


def _sessions(attendance: Attendance) -> str:
    recent, before = attendance.recent.row, attendance.before.row
    if not attendance.plan_known:
        count = 0 if recent is None else recent["extra"] + recent["clinic"]
        return f"no plan known; {counted(count, 'session')} logged in the last 28 days"
    if recent is None or not has_share(recent):
        return _no_share(recent)
    text = f"in the last 28 days {sessions_of(recent['credited'], recent['due'])} exercise sessions due were logged"
    text += f" ({percent(recent['adherence'])})"
    if before is None or before["adherence"] is None:
        return f"{text}{_unseen(recent)}; of the 28 days before: {not_due_words(before)}"
    if recent["unobserved_days"] or before["unobserved_days"]:
        return f"{text}{_unseen(recent)}, in the 28 days before {percent(before['adherence'])}{_unseen(before)}"
    change = recent["adherence"] - before["adherence"]
    word = "about as much as" if abs(change) < _A_CHANGE else "more than" if change > 0 else "less than"
    return f"{text}, {word} in the 28 days before ({percent(before['adherence'])})"


def _no_share(row: Row | None) -> str:
    """Nothing due, or a share that nobody knows, in the last 28 days."""
    why = not_due_words(row)
    if row is not None and row["unreadable_days"]:
        entries = counted(row["unreadable_days"], "day")
        return f"adherence of the last 28 days is unknown, because entries of {entries} could not be read"
    return "nothing was due in the last 28 days" + ("" if why == NOTHING_DUE else f" ({why})")


def _unseen(row: Row) -> str:
    """Days of which the log is still to come, so that nobody takes the share for that of all days."""
    return f", with {unseen_words(row)}" if row["unobserved_days"] else ""


def _trends(exercises: Sequence[ExercisePart], plan_known: bool) -> list[str]:
    active = [part for part in exercises if part.active]
    if not active:
        return ["no exercise is prescribed on the as-of day"] if plan_known else []
    words = []
    for verdict, word in _VERDICT_WORDS.items():
        names = [part.name for part in active if part.trend["verdict"] == verdict]
        if names:
            named = f" ({'; '.join(names)})" if verdict in _NAMED and len(names) <= _MOST_NAMED else ""
            words.append(f"{len(names)} {word}{named}")
    return [f"of {counted(len(active), 'exercise')} prescribed (each side counted) {joined(words)}"] if words else []
