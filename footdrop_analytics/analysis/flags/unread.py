"""Review flags from rows that could not be read: what may be missing, where it stands, and why, in plain words.

What to do about a file stands in the list of rejected rows (``study.rejected``), which gives every reason in full.
"""

from __future__ import annotations

import json
import re

import numpy as np

from footdrop_analytics.analysis.flags.evidence import Evidence, flag_rows
from footdrop_analytics.analysis.log.rows import Groups, Rows
from footdrop_analytics.analysis.wording import counted, quote, together
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES

_REPORTS = {
    "events": ("An event", "a fall or a symptom may be missing here"),
    "checkins": ("A check-in", "a fall, a near fall or a rating may be missing here"),
    "prescriptions": ("A prescription", "targets and due sessions may not be those of the plan"),
}
_SPOKEN = {
    "occurred_on": "date",
    "day": "date",
    "kind": "kind",
    "start_date": "first day",
    "end_date": "last day",
    "days_per_week": "number of days per week",
    "sessions_per_day": "number of sessions per day",
    "sets": "number of sets",
    "reps": "number of repetitions",
    "hold_s": "hold in seconds",
    "load_kg": "load in kg",
    "beyond the header": "cell beyond the header",
}
# How reading calls a column whose header is blank.
_UNNAMED = re.compile(r"\Aunnamed_(\d+)\Z")
_OF_CALENDAR = re.compile(r"\s*\d{4}-\d{2}-\d{2}\b")


def unread_flags(evidence: Evidence) -> list[Rows]:
    """Rejected events, check-ins and prescriptions, each quoted; and how many other rows were rejected."""
    happenings, rules = evidence.happenings, evidence.rules.flags
    reports = happenings.unread(_REPORTS, evidence.limit("rejected_report", "days"))
    message = together(_unread, *(reports[name] for name in ("table", "file", "row", "column", "value")))
    told = together(lambda original: f"written was {quote(_cells(original))}", reports["original"])
    severity = rules["rejected_report"].severity
    flagged = [flag_rows("rejected_report", severity, reports["patient"], reports["day"], message, told)]
    tables = [name for name in INPUT_TABLES if name not in _REPORTS]
    others = happenings.unread(tables, evidence.limit("rejected_rows", "days"))
    of_patient = Groups(others["patient"])
    table = np.array([1 << tables.index(name) for name in others["table"]], dtype=np.int64)
    message = together(
        lambda n, bits: (
            f"{counted(n, 'row')} of this patient ({_named(bits, tables)}) could not be read and "
            f"{'is' if n == 1 else 'are'} in no number here."
        ),
        of_patient.sizes,
        of_patient.all_bits(table),
    )
    last, told_where = of_patient.highest(others["day"]), "where and why: see the list of rejected rows"
    severity = rules["rejected_rows"].severity
    return [*flagged, flag_rows("rejected_rows", severity, of_patient.keys, last, message, told_where)]


def _unread(table: str, file: str, row: int, column: str, value: str | None) -> str:
    what, missing = _REPORTS[table]
    why = f"its {_SPOKEN.get(column, column.replace('_', ' '))} {_wrong(table, column, value or '')}"
    return f"{what} of this patient could not be read (row {row} of {quote(file)}: {why}), so {missing}."


def _wrong(table: str, column: str, value: str) -> str:
    """What is wrong with a cell that rejects its row."""
    if not value.strip():
        return "is missing"
    kind = COLUMNS[table][column].kind if column in COLUMNS[table] else None
    is_unclear = kind is None or (kind == "date" and _OF_CALENDAR.match(value) is None)
    is_unknown = kind in {"key", "exercise"}
    return f"{quote(value)} {'is unclear' if is_unclear else 'is not known' if is_unknown else 'cannot be right'}"


def _cells(original: str) -> str:
    """What a row says, cell by cell, without the patient and without blank cells."""
    written = json.loads(original)
    return ", ".join(f"{_header(name)}: {cell}" for name, cell in written.items() if cell.strip() and _is_told(name))


def _header(name: str) -> str:
    return _UNNAMED.sub(r"column \1", name)


def _is_told(header: str) -> bool:
    return header.strip().lower() != "patient_id"


def _named(bits: int, tables: list[str]) -> str:
    return ", ".join(name for at, name in enumerate(tables) if bits >> at & 1)
