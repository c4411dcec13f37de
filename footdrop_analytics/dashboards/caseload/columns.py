"""The columns of the caseload: their heads, how they sort at first, and what their numbers mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from footdrop_analytics.knowledge import Definition, load_definitions


@dataclass(frozen=True)
class Column:
    """A column: its key, its head, the definitions that explain it, and whether the largest value comes first."""

    key: str
    head: str
    explained_by: tuple[str, ...]
    largest_first: bool = False


COLUMNS = (
    Column("patient", "Patient", ("patient",)),
    Column("why", "Why look", ("why",)),
    Column("flags", "Review flags", ("open_flag", "red", "amber", "note"), largest_first=True),
    Column("last", "Last entry", ("days_since_entry", "unobserved_days"), largest_first=True),
    Column("sessions", "Sessions, 28 days", ("credited", "due", "adherence", "adherence_interval")),
    Column("change", "Change", ("adherence_change",)),
    Column("weeks", "Last 12 weeks", ("adherence_weekly",)),
    Column(
        "verdicts",
        "Verdicts",
        ("series", "falling", "rising", "steady", "at_target", "cannot_tell", "not_applicable"),
        largest_first=True,
    ),
    Column(
        "criteria",
        "Criteria",
        (
            *("criteria_met", "clinician_check", "criteria_not_met", "below_target"),
            *("not_enough_data", "check_decline", "hold_event", "paused"),
        ),
        largest_first=True,
    ),
    Column("problems", "Data problems", ("data_problems",), largest_first=True),
)

_OWN = MappingProxyType(
    {
        one.key: one
        for one in (
            Definition(
                key="patient",
                name="Patient",
                group="days",
                plain="Everybody with a session or a prescription, with the clinician, what the foot drop comes from, "
                "and the arm of the study where these are stated.",
                formula="One row per patient_id of sessions or prescriptions.",
            ),
            Definition(
                key="why",
                name="Why look",
                group="flags",
                plain="The most pressing reason to look at this patient. Those most in need of a look come first.",
                formula="Sorted by open red flags, falling exercises, open amber flags, an exercise lapsed, exercises "
                "with all criteria met, then lowest adherence of 28 days; ties by id. The reason is the first of "
                "these that holds.",
            ),
            Definition(
                key="days_since_entry",
                name="Days since the last entry",
                group="days",
                plain="Days since anything was written in the patient's log, a skipped exercise too.",
                formula="as_of - day of the last session row.",
            ),
            Definition(
                key="adherence_change",
                name="Change of adherence",
                group="adherence",
                plain="Adherence of the last 28 days compared with that of the 28 days before, in percentage points.",
                formula="adherence of 28 days - adherence of the 28 days before; missing where nothing was due in one "
                "of them.",
            ),
            Definition(
                key="adherence_weekly",
                name="Adherence by week",
                group="adherence",
                plain="One bar per calendar week, up to the as-of day. A full bar is all that was due, a foot is a "
                "week in which something was due and nothing was credited, a blank is a week in which nothing was due.",
                formula="adherence of the patient per week, Monday to Sunday, the last week up to as_of.",
            ),
            Definition(
                key="data_problems",
                name="Data problems",
                group="days",
                plain="Rows of this patient's files that were rejected and are in no number, and remarks on what "
                "was noticed while reading.",
                formula="Distinct rejected rows with this patient_id; notes of the reading with this patient_id.",
            ),
        )
    }
)
"""What only the caseload shows; everything else is explained by the one file of definitions."""


@lru_cache(maxsize=1)
def definitions() -> tuple[tuple[Column, tuple[Definition, ...]], ...]:
    """Each column with its definitions."""
    known = {**load_definitions(), **_OWN}
    return tuple((column, tuple(known[key] for key in column.explained_by)) for column in COLUMNS)


def heads(columns: Sequence[Column] = COLUMNS) -> tuple[str, ...]:
    """The heads of the columns."""
    return tuple(column.head for column in columns)
