"""Days that stand alone long before all others of the patient: their dates may be wrong."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.model.inputs import COLUMNS

_STARTS = {"prescriptions": "start_date", "pauses": "start_date"}
"""Tables whose rows stand for no day of their own; where they start, something goes on all the same."""


def dated_by(table: str) -> tuple[str | None, bool]:
    """The column with the day of a table's rows (None: they have none), and whether rows lie on that day."""
    of_row = next((name for name, spec in COLUMNS[table].items() if spec.log_day), None)
    return (of_row, True) if of_row else (_STARTS.get(table), False)


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
