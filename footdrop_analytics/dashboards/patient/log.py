"""The log of one patient as it counts for each series, which rows of which days, and such rows in words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from functools import cache, cached_property, lru_cache
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.log.arrays import holds_key, run_starts
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.figures.data import plain_columns
from footdrop_analytics.model.vocabulary import KEY_FIELDS
from footdrop_analytics.wording.language import kept_by_language, marked, translated
from footdrop_analytics.wording.words import MISSING, ORTHOSES, exact, number, on_weekday, spoken

Key = tuple[str, str]
_EPOCH = date(1970, 1, 1).toordinal()
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


class PatientLog:
    """The log of the one patient that ``performance`` is about, up to its ``as_of``; inferred rows are left out.

    ``days`` are those of each entry of the log, as ordinals. ``n_rows`` are rows that count, one for both sides once,
    ``n_without_time`` those of them that have a day, but no clock time. ``n_inferred`` are rows up to ``as_of`` that
    nobody observed: they are kept and take part in nothing, as ``n_later``, which are later than ``as_of``.
    """

    def __init__(self, performance: Performance) -> None:
        self._log = log = performance.log
        sessions, entries = log.study.sessions, log.entries
        self.days: list[int] = (entries.day + _EPOCH).tolist()
        begins = run_starts(entries.series)
        labels: dict[str, Any] = log.labels(entries.series[begins])
        ends = np.append(begins, len(entries.series)).tolist()
        keys = zip(labels["exercise"].tolist(), labels["side"].tolist(), strict=True)
        # Where the entries of each series stand in the log.
        self._ranges: dict[Key, range] = {key: range(*span) for key, span in zip(keys, pairwise(ends), strict=True)}
        self.performed_at: npt.NDArray[np.datetime64] = sessions["performed_at"].to_numpy()
        stamps = self.performed_at[np.unique(entries.row)]
        self.n_rows = len(stamps)
        self.n_without_time = int((stamps == stamps.astype("datetime64[D]")).sum())
        later = self.performed_at >= np.datetime64(log.as_of, "D") + np.timedelta64(1, "D")
        self.n_inferred = int((holds_key(sessions["source"], "inferred") & ~later).sum())
        self.n_later = int(later.sum())

    def places(self, key: Key, first: date, last: date) -> range:
        """Where the rows of a series between two days stand in the log."""
        own = self._ranges.get(key, range(0))
        begin = bisect_left(self.days, first.toordinal(), own.start, own.stop)
        return range(begin, bisect_right(self.days, last.toordinal(), begin, own.stop))

    def table(self, keys: Sequence[Key], first: date, last: date) -> pd.DataFrame:
        """The rows of the study's log that count for any of the series between two days, in the order of the log."""
        chosen = [place for key in keys for place in self.places(key, first, last)]
        log = self._log
        found = np.unique(log.entries.row[np.array(chosen, dtype=np.int64)])
        return log.study.sessions.iloc[found].reset_index(drop=True)

    def logged(self, key: Key) -> bool:
        """Whether a series has any row, if only a skipped one."""
        return key in self._ranges

    def logged_between(self, first: date, last: date, key: Key | None = None) -> bool:
        """Whether any row, of one series or of all, is of these days, if only a skipped one."""
        keys = self._ranges if key is None else [key]
        return any(self.places(one, first, last) for one in keys)

    @cached_property
    def _words(self) -> list[tuple[str, Ratings]]:
        """Every entry of the log as the row of a table (escaped), and its ratings."""
        log = self._log
        columns = plain_columns(log.study.sessions, _SHOWN)
        records = list(zip(*(columns[name] for name in _SHOWN), strict=True))
        minutes = (self.performed_at.astype("datetime64[m]").astype(np.int64) % _DAY).tolist()
        found = []
        # Rows repeat each other. Their notes are a patient's, so what is remembered goes with the view.
        row_words = cache(_row_words)
        entries = zip(self.days, log.failed.tolist(), log.entries.row.tolist(), strict=True)
        for ordinal, failed, row in entries:
            daypart, cells, rated = row_words(records[row], failed)
            found.append((f"{_day_cell(ordinal)}{_clock(minutes[row]) or daypart}{cells}", rated))
        return found

    def row_words(self, key: Key, first: date, last: date) -> list[str]:
        """The rows of a series between two days, oldest first, each as the row of a table, escaped."""
        return [self._words[place][0] for place in self.places(key, first, last)]

    def tried_days(self, key: Key, first: date, last: date) -> list[date]:
        """The days between two on which a series was done or tried, oldest first."""
        tried = self._log.tried
        places = self.places(key, first, last)
        numbers = dict.fromkeys(self.days[place] for place in places if tried[place])
        return [date.fromordinal(number) for number in numbers]

    def ratings(self, measure: str, key: Key, day: date) -> list[float]:
        """The pain or effort that the rows of a series hold on a day, skipped ones too."""
        held = [self._words[place][1][measure] for place in self.places(key, day, day)]
        return [one for one in held if one is not None]

    def others_ratings(self, measure: str, key: Key, day: date) -> list[tuple[Key, float]]:
        """The pain or effort that the patient's other series hold on a day."""
        others = (other for other in self._ranges if other != key)
        return [(other, one) for other in others for one in self.ratings(measure, other, day)]


# Days and clock times repeat each other, in one log and from patient to patient.
@kept_by_language()
def _day_cell(ordinal: int) -> str:
    return f"<tr><td>{escape(on_weekday(date.fromordinal(ordinal)))}<td>"


@lru_cache(maxsize=_DAY)
def _clock(minute: int) -> str | None:
    """The time of a row; None at midnight, which stands for a day without a time."""
    return f"{minute // 60:02d}:{minute % 60:02d}" if minute else None


def _row_words(values: tuple[Any, ...], failed: bool) -> tuple[str, str, Ratings]:
    """What stands for the time if there is no clock time, the cells after it, and the ratings; cells are escaped."""
    row = dict(zip(_SHOWN, values, strict=True))
    effort, pain, reps, hold = (row[name] for name in ("effort_0_10", "pain_0_10", "reps", "hold_s"))
    amount = [str(reps)] if reps is not None else []
    amount += [f"{number(hold)} s"] if hold is not None else []
    dose = " × ".join([str(row["sets"] or 1), *amount]) if amount else MISSING
    cells = [dose, _manner(row), number(effort), number(pain), _status(row, failed)]
    note = f'<q class="quote">{escape(row["notes"])}</q>' if row["notes"] else ""
    rest = "".join(f"<td>{escape(cell)}" for cell in cells)
    return (
        escape(spoken(row["daypart"])) if row["daypart"] else MISSING,
        f"{rest}<td>{note}</tr>",
        {"effort": effort, "pain": pain},
    )


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
