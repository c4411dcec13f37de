"""What asks for a look: review flags, how often falls were asked about, and criteria for review with each state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from footdrop_analytics.figures.data import Row
from footdrop_analytics.knowledge import load_definitions
from footdrop_analytics.model.vocabulary import SEVERITIES
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.notes import reviews_of_flag
from footdrop_analytics.wording.language import translated

ASKED_DAYS = 28
_ABOUT = {
    **dict.fromkeys(("fall", "near_fall", "near_falls"), "falls"),
    **dict.fromkeys(("high_pain", "unread_pain", "pain_rise"), "pain"),
    **dict.fromkeys(("decline", "slipping"), "decline"),
    **dict.fromkeys(("side_mismatch", "not_prescribed", "one_side"), "side"),
    **dict.fromkeys(("late_entries", "batches"), "recording"),
}
"""What several kinds of flags are about together; every other kind is a matter of its own."""


class OfOneHappening(NamedTuple):
    """The most severe flag of what happened (of equal ones the first), and the others about it."""

    first: Row
    also: tuple[Row, ...]


def by_happening(rows: Sequence[Row]) -> list[OfOneHappening]:
    """Flags that are about one thing, such as a fall and the near falls, together; the most severe first."""
    ordered = sorted(rows, key=lambda row: SEVERITIES.index(row["severity"]))
    groups: dict[str, list[Row]] = {}
    for row in ordered:
        rule_id = str(row["rule_id"])
        groups.setdefault(_ABOUT.get(rule_id, rule_id), []).append(row)
    return [OfOneHappening(first, tuple(also)) for first, *also in groups.values()]


class Flags:
    """The patient's open flags by severity, newest first, and the flags that are closed.

    ``open`` are the open ones, most severe first; ``asked_28d`` and ``asked_ever`` the days on which falls were asked
    about.
    """

    def __init__(self, context: Context) -> None:
        rows = [
            {
                **row,
                "key": flag_key(row),
                "exercise_name": context.exercise_name(row["exercise"]) if row["exercise"] else None,
                "reviews": reviews_of_flag(context, row),
            }
            for row in context.rows("flags")
        ]
        rows.sort(key=lambda row: (row["days_ago"] is None, row["days_ago"]))
        still_open = [row for row in rows if row["open"]]
        self.red, self.amber, self.note = (
            [row for row in still_open if row["severity"] == severity] for severity in SEVERITIES
        )
        self.open = [*self.red, *self.amber, *self.note]
        self.closed = [row for row in rows if not row["open"]]
        asked = {
            row["day"]
            for row in context.rows("checkins")
            if row["day"] <= context.as_of and (row["fell"] is not None or row["near_falls"] is not None)
        }
        recent = [one for one in asked if one > context.as_of - timedelta(days=ASKED_DAYS)]
        self.asked_28d, self.asked_ever = len(recent), len(asked)


def flag_key(flag: Row) -> str:
    """Names a flag of a patient: what a review names too."""
    return f"flag:{flag['rule_id']}:{flag['day'] or ''}:{flag['exercise'] or ''}"


class Readiness:
    """One series: its row of ``readiness``, the state's name and meaning, and its criteria."""

    def __init__(self, context: Context, row: Row) -> None:
        state = load_definitions()[row["state"]]
        self.name, self.row = context.series_name(row), row
        self.state, self.meaning = translated(state.name), translated(state.plain)
        self.criteria = context.series_rows("criteria", row["exercise"], row["side"])


def readiness(context: Context) -> list[Readiness]:
    """The patient's series with an active prescription, in the order of the catalogue."""
    return [Readiness(context, row) for row in context.rows("readiness")]
