"""The rows of one patient's log as they count for each series: what stands behind a criterion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.columns import Ints, run_starts
from footdrop_analytics.analysis.performance import Performance
from footdrop_analytics.figures import plain_columns
from footdrop_analytics.report.words import MISSING, day, number, spoken

Key = tuple[str, str]
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 24 * 60
COLUMNS = ("Day", "Time", "Sets × amount", "How", "Effort", "Pain", "Status", "Note")
_SHOWN = (
    *("sets", "reps", "hold_s", "mode", "position", "support", "load_kg", "resistance", "orthosis"),
    *("effort_0_10", "pain_0_10", "status", "skip_reason", "source", "daypart", "notes"),
)
_MANNER = ("mode", "position", "support", "orthosis")
_SUPPORT = {"none": "no support"}
_ORTHOSIS = {"none": "no orthosis", "afo": "AFO", "fes": "FES"}


@dataclass(frozen=True)
class PatientLog:
    """The log of the one patient that ``performance`` is about, up to its ``as_of``; inferred rows are left out."""

    performance: Performance

    @cached_property
    def _slices(self) -> dict[Key, slice]:
        ledger = self.performance.ledger
        begins = run_starts(ledger.entries.series)
        labels = plain_columns(pd.DataFrame(ledger.labels(ledger.entries.series[begins])))
        ends = np.append(begins, len(ledger.entries.series)).tolist()
        keys = zip(labels["exercise"], labels["side"], strict=True)
        return {key: slice(*span) for key, span in zip(keys, pairwise(ends), strict=True)}

    @cached_property
    def _days(self) -> Ints:
        return self.performance.ledger.entries.day

    @cached_property
    def _rows(self) -> tuple[list[str], list[str | None]]:
        """Every entry of the ledger as the row of a table (escaped), and its ratings in words where there is any."""
        ledger = self.performance.ledger
        entry, failed = ledger.entries.row.tolist(), ledger.failed.tolist()
        columns = plain_columns(ledger.study.sessions[list(_SHOWN)])
        records = list(zip(*columns.values(), strict=True))
        days = self._days.tolist()
        begun = {one: _day_cell(one) for one in set(days)}
        minutes = ledger.study.sessions["performed_at"].to_numpy().astype("datetime64[m]").astype(np.int64) % _DAY
        clocks = {one: f"{one // 60:02d}:{one % 60:02d}" for one in set(minutes.tolist()) if one}
        stamps = [clocks.get(one) for one in minutes.tolist()]
        # Rows of a log repeat each other: each distinct one is put into words once.
        known: dict[tuple[Any, ...], tuple[str, str, str | None]] = {}
        html, rated = [], []
        for one, no_exercise, at in zip(days, failed, entry, strict=True):
            record = records[at], no_exercise
            words = known.get(record)
            if words is None:
                words = known[record] = _words(dict(zip(columns, records[at], strict=True)), no_exercise)
            html.append(f"{begun[one]}{stamps[at] or words[0]}{words[1]}")
            rated.append(words[2])
        return html, rated

    def _span(self, key: Key, first: date, last: date) -> slice:
        """Where the rows of a series between two days stand."""
        own = self._slices.get(key, slice(0, 0))
        low, high = (np.datetime64(one, "D").astype(np.int64) for one in (first, last))
        begin = own.start + int(np.searchsorted(self._days[own], low))
        return slice(begin, own.start + int(np.searchsorted(self._days[own], high, side="right")))

    def rows(self, key: Key, first: date, last: date) -> list[str]:
        """The rows of a series between two days, oldest first, each as the row of a table, escaped."""
        return self._rows[0][self._span(key, first, last)]

    def days(self, key: Key, first: date, last: date) -> dict[date, bool]:
        """The days of these rows, and whether any row of the day is rated."""
        span = self._span(key, first, last)
        found: dict[date, bool] = {}
        for one, rated in zip(self._days[span].astype("datetime64[D]").tolist(), self._rows[1][span], strict=True):
            found[one] = found.get(one, False) or rated is not None
        return found

    def others_ratings(self, key: Key, day: date) -> list[tuple[Key, str]]:
        """What the patient's other series are rated on a day, in words."""
        rated = self._rows[1]
        places = [(other, rated[self._span(other, day, day)]) for other in self._slices if other != key]
        return [(other, words) for other, found in places for words in found if words is not None]

    def table(self, keys: Sequence[Key], first: date, last: date) -> pd.DataFrame:
        """The rows of the study's log that count for any of the series between two days, in the order of the log."""
        low, high = (np.datetime64(one, "D").astype(np.int64) for one in (first, last))
        places = [np.arange(own.start, own.stop) for key in keys if (own := self._slices.get(key)) is not None]
        chosen = np.concatenate(places) if places else np.empty(0, dtype=np.int64)
        chosen = chosen[(self._days[chosen] >= low) & (self._days[chosen] <= high)]
        found = np.unique(self.performance.ledger.entries.row[chosen])
        return self.performance.ledger.study.sessions.iloc[found].reset_index(drop=True)

    def logged(self, key: Key) -> bool:
        """Whether a series has any row, if only a skipped one."""
        return key in self._slices

    def logged_between(self, first: date, last: date, key: Key | None = None) -> bool:
        """Whether any row, of one series or of all, is of these days, if only a skipped one."""
        return any(span.start < span.stop for span in (self._span(one, first, last) for one in self._of(key)))

    def _of(self, key: Key | None) -> list[Key]:
        return list(self._slices) if key is None else [key]

    @cached_property
    def _stamps(self) -> pd.Series:
        """When each row that counts was performed; a row for both sides counts once here."""
        ledger = self.performance.ledger
        return ledger.study.sessions["performed_at"].iloc[np.unique(ledger.entries.row)]

    @property
    def n_rows(self) -> int:
        """Rows that count."""
        return len(self._stamps)

    @property
    def n_without_time(self) -> int:
        """Those of them that have a day, but no clock time."""
        return int((self._stamps == self._stamps.dt.normalize()).sum())

    @property
    def n_later(self) -> int:
        """Rows of the files that are later than ``as_of`` and take part in nothing."""
        ledger = self.performance.ledger
        return int((ledger.study.sessions["performed_at"] >= ledger.as_of + pd.Timedelta(days=1)).sum())


def _day_cell(number_of_day: int) -> str:
    one = date.fromordinal(number_of_day + _EPOCH)
    return f"<tr><td>{one:%a} {day(one)}<td>"


def _words(row: dict[str, Any], failed: bool) -> tuple[str, str, str | None]:
    """What stands for the time if there is no clock time, the cells after it, and the ratings; cells are escaped."""
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
