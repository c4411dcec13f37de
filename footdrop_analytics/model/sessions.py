"""Which logged rows make up one session: the one rule, for reading (the last day) and analysis."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from pandas.api.extensions import ExtensionArray

from footdrop_analytics.model.days import DAY_US, HOUR_US

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
