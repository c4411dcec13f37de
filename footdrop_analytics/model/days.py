"""Days: as parameters, counted since 1970, on which sessions began (the one rule), and those that stand alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.inputs import LOG_DAYS

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}.*)?")


def day_of(value: object, name: str) -> pd.Timestamp:
    """The day of a date, Timestamp or ISO text, without time of day and offset."""
    expected = f"{name}: expected a date, a Timestamp or ISO text such as '2026-03-31', found {value!r}."
    if isinstance(value, str) and not _ISO_DATE.fullmatch(value.strip()):
        raise ParameterError(expected)
    if not isinstance(value, str | dt.date | np.datetime64):
        raise ParameterError(expected)
    try:
        stamp = pd.Timestamp(value)
    except (ValueError, TypeError) as error:
        raise ParameterError(expected) from error
    if pd.isna(stamp):
        raise ParameterError(expected)
    return stamp.tz_localize(None).normalize().as_unit("us")


def days_since_1970(times: np.ndarray) -> np.ndarray:
    """Days since 1970 of times; a missing time is before all others.

    Counted in whole numbers, which takes a fifth of the time of NumPy's own conversion.
    """
    numbers: np.ndarray = times.astype("datetime64[us]", copy=False).view(np.int64) // DAY_US
    return numbers


Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEW_SESSION_AFTER_US = HOUR_US
SAME_ID_NEW_SESSION_AFTER_US = 12 * HOUR_US


Numbering = Callable[[npt.NDArray[np.integer], Ints, Ints], tuple[Ints, Bools]]
"""From a label, patient and time of each row: their order, and which rows in that order begin a session."""


def number_sessions(
    patient: Ints, time: Ints, session_id: ExtensionArray, daypart: npt.NDArray[np.integer]
) -> tuple[Ints, Ints]:
    """Session of each row and day of each session.

    ``patient`` is each row's patient number, ``time`` in microseconds since 1970, ``daypart`` a code. Sessions are
    numbered by patient and day. Rows that share a ``session_id`` are one session, unless a row is of another day and
    more than 12 hours after the one before. Rows without one: by day and daypart where there is no clock time
    (midnight sharp), else a new session begins after more than 60 minutes.
    """
    has_id = ~session_id.isna()
    has_clock = time % DAY_US != 0
    labels: dict[Numbering, tuple[Bools, Callable[[], npt.NDArray[np.integer]]]] = {
        _by_session_id: (has_id, lambda: session_id.factorize()[0]),
        _by_daypart: (~has_id & ~has_clock, lambda: daypart),
        _by_pause: (~has_id & has_clock, lambda: np.zeros(len(time), dtype=np.int8)),
    }
    session_of_row = np.empty(len(time), dtype=np.int64)
    numbered = 0
    for numbering, (chosen, label) in labels.items():
        if chosen.any():
            order, begins = numbering(label()[chosen], patient[chosen], time[chosen])
            session_of_row[np.flatnonzero(chosen)[order]] = numbered + np.cumsum(begins) - 1
            numbered += int(begins.sum())
    return _in_order(session_of_row, numbered, patient, time)


def _by_session_id(label: npt.NDArray[np.integer], patient: Ints, time: Ints) -> tuple[Ints, Bools]:
    order = np.lexsort((time, label, patient))
    begins = _begins(patient[order], label[order])
    time = time[order]
    day = time // DAY_US
    begins[1:] |= (day[1:] != day[:-1]) & (np.diff(time) > SAME_ID_NEW_SESSION_AFTER_US)
    return order, begins


def _by_daypart(label: npt.NDArray[np.integer], patient: Ints, time: Ints) -> tuple[Ints, Bools]:
    order = np.lexsort((label, time, patient))
    return order, _begins(patient[order], time[order], label[order])


def _by_pause(label: npt.NDArray[np.integer], patient: Ints, time: Ints) -> tuple[Ints, Bools]:
    later = (patient[1:] > patient[:-1]) | ((patient[1:] == patient[:-1]) & (time[1:] >= time[:-1]))
    order = np.arange(len(label)) if later.all() else np.lexsort((time, patient))
    begins = _begins(patient[order])
    begins[1:] |= np.diff(time[order]) > NEW_SESSION_AFTER_US
    return order, begins


def _begins(*keys: npt.NDArray[np.integer]) -> Bools:
    begins = np.zeros(len(keys[0]), dtype=bool)
    begins[:1] = True
    for key in keys:
        begins[1:] |= key[1:] != key[:-1]
    return begins


def _in_order(session_of_row: Ints, count: int, patient: Ints, time: Ints) -> tuple[Ints, Ints]:
    """Renumber the sessions by patient and day, so that a larger number is never an earlier day."""
    first = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(first, session_of_row, time)
    owner = np.zeros(count, dtype=np.int64)
    owner[session_of_row] = patient
    day = first // DAY_US
    rises = (owner[1:] > owner[:-1]) | ((owner[1:] == owner[:-1]) & (day[1:] >= day[:-1]))
    if rises.all():
        return session_of_row, day
    order = np.lexsort((first, owner))
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    return rank[session_of_row], day[order]


_STARTS = {"prescriptions": "start_date", "pauses": "start_date"}
"""Tables whose rows stand for no day of their own; where they start, something goes on all the same."""


def dated_by(table: str) -> tuple[str | None, bool]:
    """The column with the day of a table's rows (None: they have none), and whether rows lie on that day."""
    return LOG_DAYS.get(table) or _STARTS.get(table), table in LOG_DAYS


def are_doubtful(patient: np.ndarray, day: np.ndarray, is_row: np.ndarray, max_days: int, gap_days: int) -> np.ndarray:
    """Which rows lie on at most ``max_days`` days that are followed by more than ``gap_days`` days without anything.

    ``patient`` and ``day`` are whole numbers, one of each for every row and every start (``is_row`` false), in any
    order. A start is never doubtful, but ends a silence.

    Examples
    --------
    >>> day = np.array([0, 1, 190, 191, 400])
    >>> are_doubtful(np.zeros(5, dtype=int), day, np.array([True, True, False, True, True]), 3, 180).tolist()
    [True, True, False, True, False]
    """
    if not len(patient):
        return np.zeros(0, dtype=bool)
    # Whose days span no long silence has no such day: few patients are left to be sorted.
    first, last = np.full(patient.max() + 1, day.max()), np.full(patient.max() + 1, day.min())
    np.minimum.at(first, patient, day)
    np.maximum.at(last, patient, day)
    spans = (last - first)[patient] > gap_days
    found = np.zeros(len(patient), dtype=bool)
    found[spans] = _before_a_silence(patient[spans], day[spans], is_row[spans], max_days, gap_days)
    return found


def _before_a_silence(
    patient: np.ndarray, day: np.ndarray, is_row: np.ndarray, max_days: int, gap_days: int
) -> np.ndarray:
    order = np.lexsort((day, patient))
    whose, when, rows = patient[order], day[order], is_row[order]
    new_patient = np.diff(whose, prepend=whose[:1] - 1) != 0
    later = np.diff(when, prepend=when[:1])
    # A stretch of days ends where a long silence begins.
    stretch = np.cumsum(new_patient | (later > gap_days)) - 1
    at_rows = np.flatnonzero(rows)
    another_day = np.append(True, (np.diff(whose[at_rows]) != 0) | (np.diff(when[at_rows]) != 0))[: len(at_rows)]
    n_days = np.bincount(stretch[at_rows[another_day]], minlength=stretch[-1] + 1 if len(stretch) else 0)
    is_last = np.append(new_patient[1:], True)[: len(whose)]
    lasting = np.zeros(len(n_days), dtype=bool)
    lasting[stretch[is_last]] = True
    found = np.zeros(len(order), dtype=bool)
    found[order] = rows & ~lasting[stretch] & (n_days[stretch] <= max_days)
    return found
