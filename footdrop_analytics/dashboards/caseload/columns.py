"""The columns of the caseload: their heads, how they sort at first, and what their numbers mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from footdrop_analytics.knowledge import Definition, load_definitions
from footdrop_analytics.wording.language import marked


@dataclass(frozen=True)
class Column:
    """A column: its key, its head, the definitions that explain it, and whether the largest value comes first."""

    key: str
    head: str
    explained_by: tuple[str, ...]
    largest_first: bool = False


COLUMNS = (
    Column("patient", marked("Patient"), ("in_caseload",)),
    Column("why", marked("Why look, and open flags"), ("why", "open_flag", "red", "amber", "note")),
    Column("last", marked("Last entry"), ("days_since_entry", "unobserved_days"), largest_first=True),
    Column("sessions", marked("Sessions, 28 days"), ("credited", "due", "adherence", "adherence_interval")),
    Column(
        "change",
        marked("Change, and 12 weeks"),
        ("adherence_change", "adherence_weekly"),
    ),
    Column(
        "verdicts",
        marked("Trends"),
        ("series", "declining", "rising", "steady", "at_target", "cannot_tell", "not_applicable"),
        largest_first=True,
    ),
    Column(
        "criteria",
        marked("Criteria"),
        (
            *("criteria_met", "clinician_check", "criteria_not_met", "below_target"),
            *("not_enough_data", "check_decline", "hold_event", "paused"),
        ),
        largest_first=True,
    ),
    Column("problems", marked("Data problems"), ("data_problems",), largest_first=True),
)


@lru_cache(maxsize=1)
def definitions() -> tuple[tuple[Column, tuple[Definition, ...]], ...]:
    """Each column with its definitions."""
    known = load_definitions()
    return tuple((column, tuple(known[key] for key in column.explained_by)) for column in COLUMNS)
