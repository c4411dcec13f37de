"""What rows still say that were rejected, read in part or superseded, and days that are unreadable or doubtful."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import DAY_BITS, NO_DAY, Bools, Ints, Rows
from footdrop_analytics.analysis.log.entries import place_rows
from footdrop_analytics.model.days import are_doubtful, dated_by
from footdrop_analytics.model.study import TABLES
from footdrop_analytics.model.vocabulary import SIDES

if TYPE_CHECKING:
    from footdrop_analytics.analysis.log.coded_log import CodedLog

_NO_PRACTICE = {"status": ("skipped",), "source": ("inferred",)}
"""Rejected rows that say so do not make a day unreadable."""


@dataclass(frozen=True)
class Unread:
    """Series and days on which something was written that could not be read, and no exercise session.

    ``keys`` are sorted day keys of these; ``exercise_keys`` those of all days with an exercise session.
    """

    keys: Ints
    exercise_keys: Ints

    @cached_property
    def weeks(self) -> Ints:
        """Day keys of the Mondays of their calendar weeks, each once."""
        return np.unique(cols.day_keys(self.keys >> DAY_BITS, cols.monday_of(cols.days_of_keys(self.keys))))


_NOTHING = Unread(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def unread_days(log: CodedLog) -> Unread:
    """The unreadable days of a log up to ``as_of``.

    A rejected row may belong to every series of its patient that its exercise and side, as far as they could be read,
    do not speak against; a side that could not be read may be any.
    """
    rows = log.study.unreadable
    rows = rows[rows["table"] == "sessions"]
    for column, words in _NO_PRACTICE.items():
        rows = rows[~rows[column].isin(words)]
    patient = log.patients.get_indexer(pd.Index(rows["patient_id"].astype("str")))
    day = cols.day_numbers(rows["day"])
    counts = (patient >= 0) & (day >= 0) & (day <= log.as_of_day)
    if not counts.any():
        return _NOTHING
    rows, patient, day = rows[counts], patient[counts], day[counts]
    exercises = pd.Index(log.study.exercises.keys)
    spread, exercise = _either(exercises.get_indexer(pd.Index(rows["exercise"].astype(object))), len(exercises))
    again, side = _either(pd.Index(SIDES).get_indexer(pd.Index(rows["side"].astype(object)))[spread], len(SIDES))
    row = spread[again]
    patient_exercise = patient[row] * len(exercises) + exercise[again]
    start = cols.day_numbers(log.study.prescriptions["start_date"])
    chosen, sides = place_rows(patient_exercise, side, day[row], log.plan_keys, start)
    key = patient_exercise[chosen] * 3 + sides
    known = np.isin(key, log.series_keys)
    unread = np.unique(cols.day_keys(log.series_numbers(key[known]), day[row[chosen[known]]]))
    done = log.done
    exercised = np.unique(cols.day_keys(log.entries.series[done], log.entries.day[done]))
    return Unread(unread[~np.isin(unread, exercised)], exercised)


def _either(codes: Ints, count: int) -> tuple[Ints, Ints]:
    """Each known code once, an unknown one (−1) as each of ``count``: the position of each, and the code."""
    many = np.where(codes >= 0, 1, count)
    place = np.repeat(np.arange(len(codes)), many)
    return place, np.where(codes[place] >= 0, codes[place], cols.ranges(many))


_AS_WRITTEN = ("table", "name", "value", "file", "row")


def unread_cells(log: CodedLog) -> Rows:
    """Unread cells of known patients up to ``as_of``.

    ``table``, ``name`` (the column), ``value`` (as written), ``file``, ``row``, ``patient``, ``day`` (``NO_DAY`` where
    it cannot be read) and ``exercise`` (its code, −1 where it is not known).
    """
    table = log.study.unread.reindex(columns=["what", "patient_id", "day", "exercise", *_AS_WRITTEN])
    table = table[(table["what"] == "cell").to_numpy(dtype=bool, na_value=False)]
    patient = log.patients.get_indexer(pd.Index(table["patient_id"], dtype="str"))
    cells: Rows = {name: cols.objects_of(table[name]) for name in _AS_WRITTEN}
    keys = pd.Index(log.study.exercises.keys)
    exercise: Ints = keys.get_indexer(pd.Index(table["exercise"], dtype="str"))
    cells |= {"patient": patient, "day": cols.day_numbers(table["day"], missing=NO_DAY), "exercise": exercise}
    return cols.picked(cells, (patient >= 0) & (cells["day"] <= log.as_of_day))


def superseded_rows(log: CodedLog) -> Rows:
    """Superseded rows of known patients up to ``as_of``: ``patient``, ``day``, ``pain``, ``notes``."""
    table = log.study.superseded
    rows: Rows = {
        "patient": log.patients.get_indexer(pd.Index(table["patient_id"], dtype="str")).astype(np.int64),
        "day": cols.day_numbers(table["day"]),
        "pain": cols.numbers_of(table["pain_0_10"]),
        "notes": cols.objects_of(table["notes"]),
    }
    return cols.picked(rows, (rows["patient"] >= 0) & (rows["day"] <= log.as_of_day))


DATE_COLUMN = {
    "sessions": "performed_at",
    "prescriptions": "start_date",
    "pauses": "start_date",
    "events": "occurred_on",
    "checkins": "day",
    "visits": "visited_on",
    "outcomes": "measured_on",
}
"""The column that holds the day of a row of each table."""


def days_in(originals: npt.NDArray[np.object_], column: str) -> Ints:
    """The ISO day that each rejected row (as JSON) gives in a column; ``NO_DAY`` where it gives none."""
    pattern = re.compile(rf'"\s*{column}\s*"\s*:\s*"\s*(\d{{4}}-\d{{2}}-\d{{2}})(?:[ T][^"]*)?\s*"', re.IGNORECASE)
    found = (pattern.search(original or "") for original in originals)
    return np.array([NO_DAY if one is None else _day_number(one[1]) for one in found], dtype=np.int64)


def _day_number(text: str) -> int:
    try:
        return (date.fromisoformat(text) - date(1970, 1, 1)).days
    except ValueError:
        return NO_DAY


def still_runs(rows: Rows, after: int) -> Bools:
    """Whether rejected rows are prescriptions without a readable end, or with one after the day."""
    found: Bools = rows["table"] == "prescriptions"
    end = days_in(rows["original"][found], "end_date")
    found[found] = (end == NO_DAY) | (end > after)
    return found


def doubtful_days(log: CodedLog, max_days: int, gap_days: int) -> Ints:
    """Keys (see ``day_keys``) of the days of patients' rows that :func:`are_doubtful`."""
    parts = [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=bool))]
    for name in TABLES:
        table, (column, has_rows) = getattr(log.study, name), dated_by(name)
        if column is not None:
            day = cols.day_numbers(table[column])
            counts = (day >= 0) & (day <= log.as_of_day)
            patient, day = log.patient_numbers(table)[counts], day[counts]
            # Rows of one day mostly stand below each other: fewer are left to be sorted.
            once = cols.run_starts(patient, day)
            parts.append((patient[once], day[once], np.full(len(once), has_rows)))
    patient, day, is_row = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    doubtful = are_doubtful(patient, day, is_row, max_days, gap_days)
    return cols.day_keys(patient[doubtful], day[doubtful])
