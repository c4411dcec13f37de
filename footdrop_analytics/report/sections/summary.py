"""One sentence in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from footdrop_analytics.report.sections.attendance import Attendance
from footdrop_analytics.report.sections.exercises import ExercisePart
from footdrop_analytics.report.sections.flags import Flags
from footdrop_analytics.report.words import counted, joined, percent, sessions_of

_A_CHANGE = 0.05
_VERDICT_WORDS = {
    "falling": "falling",
    "rising": "rising",
    "at_target": "at target",
    "steady": "holding steady",
    "cannot_tell": "cannot be judged yet",
    "not_applicable": "done with help and not judged",
}


def summary(attendance: Attendance, exercises: Sequence[ExercisePart], flags: Flags) -> str:
    """What stands out: flags, sessions against the plan and against the time before, and the exercises' trends."""
    return " ".join([_flags(flags), _sessions(attendance), *_trends(exercises)])


def _flags(flags: Flags) -> str:
    if not flags.red and not flags.amber:
        return "No open red or amber flag is recorded."
    counts = [(len(flags.red), "open red flag"), (len(flags.amber), "open amber flag")]
    return joined([counted(count, what) for count, what in counts if count]) + "."


def _sessions(attendance: Attendance) -> str:
    recent, before = attendance.recent.row, attendance.before.row
    if recent is None or not recent["due"]:
        return "Nothing was due in the last 28 days."
    text = f"In the last 28 days {sessions_of(recent['credited'], recent['due'])} exercise sessions due were logged"
    text += f" ({percent(recent['adherence'])})"
    if unseen := recent["unobserved_days"]:
        text += f", with no log handed in for {counted(unseen, 'day')} of them"
    if before is None or before["adherence"] is None:
        return f"{text}; nothing was due in the 28 days before."
    change = recent["adherence"] - before["adherence"]
    word = "about as much as" if abs(change) < _A_CHANGE else "more than" if change > 0 else "less than"
    return f"{text}, {word} in the 28 days before ({percent(before['adherence'])})."


def _trends(exercises: Sequence[ExercisePart]) -> list[str]:
    active = [part for part in exercises if part.active]
    if not active:
        return ["No exercise is prescribed on the as-of day."]
    counts = Counter(part.trend["verdict"] for part in active)
    words = [f"{counts[verdict]} {word}" for verdict, word in _VERDICT_WORDS.items() if counts[verdict]]
    return [f"Of {counted(len(active), 'exercise')} prescribed (each side counted): {joined(words)}."] if words else []
