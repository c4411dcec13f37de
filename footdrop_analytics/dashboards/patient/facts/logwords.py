"""Rows of one patient's log in words: what is shown behind a criterion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from html import escape
from typing import Any

import numpy as np

from footdrop_analytics.dashboards.patient.facts.log import Key, PatientLog, day_of_number
from footdrop_analytics.figures import plain_columns
from footdrop_analytics.model.vocabulary import KEY_FIELDS
from footdrop_analytics.wording.language import Language, current, marked, translated
from footdrop_analytics.wording.words import MISSING, ORTHOSES, exact, number, on_weekday, spoken

COLUMNS = (
    *(marked("Day"), marked("Time"), marked("Sets × amount"), marked("How")),
    *(marked("Effort"), marked("Pain"), marked("Status"), marked("Note")),
)
Ratings = dict[str, float | None]
_DAY = 24 * 60
_SHOWN = (
    *("sets", "reps", "hold_s", "mode", "position", "support", "load_kg", "resistance", "orthosis"),
    *("effort_0_10", "pain_0_10", "status", "skip_reason", "source", "daypart", "notes"),
)
_SUPPORT = {"none": marked("no support")}


@dataclass(frozen=True)
class LogWords:
    """The rows of ``log``, each in words."""

    log: PatientLog

    @cached_property
    def _words(self) -> list[tuple[str, Ratings]]:
        """Every entry of the log as the row of a table (escaped), and its ratings."""
        log = self.log.performance.log
        columns = plain_columns(log.study.sessions, _SHOWN)
        records = list(zip(*(columns[name] for name in _SHOWN), strict=True))
        minutes = (self.log.performed_at.astype("datetime64[m]").astype(np.int64) % _DAY).tolist()
        found = []
        # Rows repeat each other. Their notes are a patient's, so what is remembered goes with the view.
        row_words = cache(_row_words)
        entries = zip(self.log.days, log.failed.tolist(), log.entries.row.tolist(), strict=True)
        for day_number, failed, row in entries:
            daypart, cells, rated = row_words(records[row], failed)
            found.append((f"{_day_cell(current(), day_number)}{_clock(minutes[row]) or daypart}{cells}", rated))
        return found

    def rows(self, key: Key, first: date, last: date) -> list[str]:
        """The rows of a series between two days, oldest first, each as the row of a table, escaped."""
        return [self._words[place][0] for place in self.log.places(key, first, last)]

    def tried_days(self, key: Key, first: date, last: date) -> list[date]:
        """The days between two on which a series was done or tried, oldest first."""
        tried = self.log.performance.log.tried
        places = self.log.places(key, first, last)
        return [day_of_number(one) for one in dict.fromkeys(self.log.days[place] for place in places if tried[place])]

    def ratings(self, measure: str, key: Key, day: date) -> list[float]:
        """The pain or effort that the rows of a series hold on a day, skipped ones too."""
        held = [self._words[place][1][measure] for place in self.log.places(key, day, day)]
        return [one for one in held if one is not None]

    def others_ratings(self, measure: str, key: Key, day: date) -> list[tuple[Key, float]]:
        """The pain or effort that the patient's other series hold on a day."""
        others = (other for other in self.log.keys if other != key)
        return [(other, one) for other in others for one in self.ratings(measure, other, day)]


# Days and clock times repeat each other, in one log and from patient to patient.
@lru_cache(maxsize=4096)
def _day_cell(_: Language, day_number: int) -> str:
    return f"<tr><td>{escape(on_weekday(day_of_number(day_number)))}<td>"


@lru_cache(maxsize=_DAY)
def _clock(minute: int) -> str | None:
    """The time of a row; None at midnight, which stands for a day without a time."""
    return f"{minute // 60:02d}:{minute % 60:02d}" if minute else None


def _row_words(values: tuple[Any, ...], failed: bool) -> tuple[str, str, Ratings]:
    """What stands for the time if there is no clock time, the cells after it, and the ratings; cells are escaped."""
    row = dict(zip(_SHOWN, values, strict=True))
    effort, pain = row["effort_0_10"], row["pain_0_10"]
    amount = _amount(row["sets"], row["reps"], row["hold_s"])
    cells = [amount, _manner(row), number(effort), number(pain), _status(row, failed)]
    note = f'<q class="quote">{escape(row["notes"])}</q>' if row["notes"] else ""
    rest = "".join(f"<td>{escape(cell)}" for cell in cells)
    return (
        escape(spoken(row["daypart"])) if row["daypart"] else MISSING,
        f"{rest}<td>{note}</tr>",
        {"effort": effort, "pain": pain},
    )


def _amount(sets: int | None, reps: int | None, hold: float | None) -> str:
    if reps is None and hold is None:
        return MISSING
    parts = [str(sets or 1)]
    parts += [str(reps)] if reps is not None else []
    parts += [f"{number(hold)} s"] if hold is not None else []
    return " × ".join(parts)


def _manner(row: dict[str, Any]) -> str:
    words = {"support": _SUPPORT, "orthosis": ORTHOSES}
    keys = [(name, row[name]) for name in KEY_FIELDS if row[name] is not None]
    parts = [translated(words[name][key]) if key in words.get(name, ()) else spoken(key) for name, key in keys]
    parts += [f"{exact(row['load_kg'])} kg"] if row["load_kg"] is not None else []
    parts += [translated("band “{name}”", name=row["resistance"])] if row["resistance"] is not None else []
    return ", ".join(parts)


def _status(row: dict[str, Any], failed: bool) -> str:
    status = translated("tried, not managed") if failed else spoken(row["status"])
    if row["skip_reason"] is not None:
        status += f": {spoken(row['skip_reason'])}"
    return translated("{status}, at a visit", status=status) if row["source"] == "clinic" else status
