"""Days on which a session was written that could not be read: what is not understood is never told as not done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log.arrays import (
    DAY_BITS,
    Ints,
    day_keys,
    day_numbers,
    days_of_keys,
    monday_of,
    ranges,
)
from footdrop_analytics.analysis.log.sides import place_rows
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
        return np.unique(day_keys(self.keys >> DAY_BITS, monday_of(days_of_keys(self.keys))))


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
    day = day_numbers(rows["day"])
    counts = (patient >= 0) & (day >= 0) & (day <= log.as_of_day)
    if not counts.any():
        return _NOTHING
    rows, patient, day = rows[counts], patient[counts], day[counts]
    exercises = pd.Index(log.study.exercises.keys)
    spread, exercise = _either(exercises.get_indexer(_words(rows["exercise"])), len(exercises))
    again, side = _either(pd.Index(SIDES).get_indexer(_words(rows["side"]))[spread], len(SIDES))
    row = spread[again]
    patient_exercise = patient[row] * len(exercises) + exercise[again]
    start = day_numbers(log.study.prescriptions["start_date"])
    chosen, sides = place_rows(patient_exercise, side, day[row], log.plan_keys, start)
    key = patient_exercise[chosen] * 3 + sides
    known = np.isin(key, log.series_keys)
    unread = np.unique(day_keys(log.series_numbers(key[known]), day[row[chosen[known]]]))
    done = log.done
    exercised = np.unique(day_keys(log.entries.series[done], log.entries.day[done]))
    return Unread(unread[~np.isin(unread, exercised)], exercised)


def _words(column: pd.Series) -> pd.Index:
    words: pd.Index = pd.Index(column.astype(object))
    return words


def _either(codes: Ints, count: int) -> tuple[Ints, Ints]:
    """Each known code once, an unknown one (−1) as each of ``count``: the position of each, and the code."""
    many = np.where(codes >= 0, 1, count)
    place = np.repeat(np.arange(len(codes)), many)
    return place, np.where(codes[place] >= 0, codes[place], ranges(many))
