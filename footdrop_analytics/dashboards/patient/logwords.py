"""Rows of one patient's log in words: what is shown behind a criterion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from html import escape
from typing import Any

import numpy as np

from footdrop_analytics.dashboards.patient.log import Key, PatientLog, day_of_number
from footdrop_analytics.figures import plain_columns
from footdrop_analytics.report.words import MISSING, day, number, spoken

COLUMNS = ("Day", "Time", "Sets × amount", "How", "Effort", "Pain", "Status", "Note")
_DAY = 24 * 60
_SHOWN = (
    *("sets", "reps", "hold_s", "mode", "position", "support", "load_kg", "resistance", "orthosis"),
    *("effort_0_10", "pain_0_10", "status", "skip_reason", "source", "daypart", "notes"),
)
_MANNER = ("mode", "position", "support", "orthosis")
_SUPPORT = {"none": "no support"}
_ORTHOSIS = {"none": "no orthosis", "afo": "AFO", "fes": "FES"}


@dataclass(frozen=True)
class LogWords:
    """The rows of ``log``, each in words."""

    log: PatientLog

    @cached_property
    def _words(self) -> list[tuple[str, str | None]]:
        """Every entry of the ledger as the row of a table (escaped), and its ratings in words where there is any."""
        ledger = self.log.performance.ledger
        columns = plain_columns(ledger.study.sessions, _SHOWN)
        records = list(zip(*(columns[name] for name in _SHOWN), strict=True))
        minutes = (self.log.performed_at.astype("datetime64[m]").astype(np.int64) % _DAY).tolist()
        found = []
        # Rows repeat each other. Their notes are a patient's, so what is remembered goes with the view.
        row_words = cache(_row_words)
        entries = zip(self.log.days, ledger.failed.tolist(), ledger.entries.row.tolist(), strict=True)
        for day_number, failed, row in entries:
            daypart, cells, rated = row_words(records[row], failed)
            found.append((f"{_day_cell(day_number)}{_clock(minutes[row]) or daypart}{cells}", rated))
        return found

    def rows(self, key: Key, first: date, last: date) -> list[str]:
        """The rows of a series between two days, oldest first, each as the row of a table, escaped."""
        return [self._words[place][0] for place in self.log.places(key, first, last)]

    def days(self, key: Key, first: date, last: date) -> dict[date, bool]:
        """The days of these rows, and whether any row of the day is rated."""
        found: dict[date, bool] = {}
        for place in self.log.places(key, first, last):
            one = day_of_number(self.log.days[place])
            found[one] = found.get(one, False) or self._words[place][1] is not None
        return found

    def others_ratings(self, key: Key, day: date) -> list[tuple[Key, str]]:
        """What the patient's other series are rated on a day, in words."""
        found = [
            (other, self._words[place][1])
            for other in self.log.keys
            if other != key
            for place in self.log.places(other, day, day)
        ]
        return [(other, words) for other, words in found if words is not None]


# Days and clock times repeat each other, in one log and from patient to patient.
@lru_cache(maxsize=4096)
def _day_cell(day_number: int) -> str:
    one = day_of_number(day_number)
    return f"<tr><td>{one:%a} {day(one)}<td>"


@lru_cache(maxsize=_DAY)
def _clock(minute: int) -> str | None:
    """The time of a row; None at midnight, which stands for a day without a time."""
    return f"{minute // 60:02d}:{minute % 60:02d}" if minute else None


def _row_words(values: tuple[Any, ...], failed: bool) -> tuple[str, str, str | None]:
    """What stands for the time if there is no clock time, the cells after it, and the ratings; cells are escaped."""
    row = dict(zip(_SHOWN, values, strict=True))
    effort, pain = row["effort_0_10"], row["pain_0_10"]
    amount = _amount(row["sets"], row["reps"], row["hold_s"])
    cells = [amount, _manner(row), number(effort), number(pain), _status(row, failed)]
    note = f'<q class="quote">{escape(row["notes"])}</q>' if row["notes"] else ""
    rest = "".join(f"<td>{escape(cell)}" for cell in cells)
    rated = None if effort is None and pain is None else f"effort {number(effort)}, pain {number(pain)}"
    return row["daypart"] or MISSING, f"{rest}<td>{note}</tr>", rated


def _amount(sets: int | None, reps: int | None, hold: float | None) -> str:
    if reps is None and hold is None:
        return MISSING
    parts = [str(sets or 1)]
    parts += [str(reps)] if reps is not None else []
    parts += [f"{number(hold)} s"] if hold is not None else []
    return " × ".join(parts)


def _manner(row: dict[str, Any]) -> str:
    words = {"support": _SUPPORT, "orthosis": _ORTHOSIS}
    parts = [words.get(name, {}).get(row[name], spoken(row[name])) for name in _MANNER if row[name] is not None]
    parts += [f"{row['load_kg']:g} kg"] if row["load_kg"] is not None else []
    parts += [f"band “{row['resistance']}”"] if row["resistance"] is not None else []
    return ", ".join(parts)


def _status(row: dict[str, Any], failed: bool) -> str:
    status = "tried, not managed" if failed else spoken(row["status"])
    if row["skip_reason"] is not None:
        status += f": {spoken(row['skip_reason'])}"
    return f"{status}, at a visit" if row["source"] == "clinic" else status
