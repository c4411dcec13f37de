"""One sentence in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from footdrop_analytics.figures import Row
from footdrop_analytics.patient.attendance import NOTHING_DUE, Attendance, not_due_words
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
    said = "; ".join([_flags(flags), _sessions(attendance), *_trends(exercises)])
    return unbroken(f"{said[0].upper()}{said[1:]}.")


def _flags(flags: Flags) -> str:
    if not flags.red and not flags.amber:
        return "no open red or amber flag is recorded"
    counts = [(len(flags.red), "open red flag"), (len(flags.amber), "open amber flag")]
    return joined([counted(count, what) for count, what in counts if count])


def _sessions(attendance: Attendance) -> str:
    recent, before = attendance.recent.row, attendance.before.row
    if recent is None or not recent["due"]:
        return f"nothing was due in the last 28 days{_why(recent)}"
    text = f"in the last 28 days {sessions_of(recent['credited'], recent['due'])} exercise sessions due were logged"
    text += f" ({percent(recent['adherence'])})"
    if before is None or before["adherence"] is None:
        return f"{text}{_unseen(recent)}, and nothing was due in the 28 days before{_why(before)}"
    if recent["unobserved_days"] or before["unobserved_days"]:
        return f"{text}{_unseen(recent)}, in the 28 days before {percent(before['adherence'])}{_unseen(before)}"
    change = recent["adherence"] - before["adherence"]
    word = "about as much as" if abs(change) < _A_CHANGE else "more than" if change > 0 else "less than"
    return f"{text}, {word} in the 28 days before ({percent(before['adherence'])})"


def _why(row: Row | None) -> str:
    why = not_due_words(row)
    return "" if why == NOTHING_DUE else f" ({why})"


def _unseen(row: Row) -> str:
    """Days of which the log is still to come, so that nobody takes the share for that of all days."""
    return f", with no log handed in for {counted(row['unobserved_days'], 'day')}" if row["unobserved_days"] else ""


def _trends(exercises: Sequence[ExercisePart]) -> list[str]:
    active = [part for part in exercises if part.active]
    if not active:
        return ["no exercise is prescribed on the as-of day"]
    words = []
    for verdict, word in _VERDICT_WORDS.items():
        names = [part.name for part in active if part.trend["verdict"] == verdict]
        if names:
            named = f" ({'; '.join(names)})" if verdict in _NAMED and len(names) <= _MOST_NAMED else ""
            words.append(f"{len(names)} {word}{named}")
    return [f"of {counted(len(active), 'exercise')} prescribed (each side counted) {joined(words)}"] if words else []
