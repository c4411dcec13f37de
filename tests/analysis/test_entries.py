"""What makes a row a failed attempt, or one that was written down late: one rule each for flags, doses and counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log.arrays import microseconds
from footdrop_analytics.analysis.log.entries import is_failed, is_late
from tests.each import each

_NONE = np.nan


@each(
    "reps, hold_s, in_seconds, failed",
    [
        (0, _NONE, False, True),
        (0, 0, False, True),
        (0, 5, False, False),
        (_NONE, 0, False, False),
        (_NONE, 0, True, True),
        (3, 0, True, True),
        (0, 5, True, False),
        (_NONE, _NONE, True, False),
        (1, _NONE, False, False),
    ],
)
def test_a_failed_attempt_has_nothing_to_show(reps: float, hold_s: float, in_seconds: bool, failed: bool) -> None:
    found = is_failed(np.array([reps], dtype=float), np.array([hold_s], dtype=float), np.array([in_seconds]))
    assert found.tolist() == [failed]


@each(
    "performed, recorded, late",
    [
        ("2026-03-02 09:00", "2026-03-03 09:00", False),
        ("2026-03-02 09:00", "2026-03-03 09:01", True),
        ("2026-03-02", "2026-03-03 23:59", False),
        ("2026-03-02 09:00", "2026-03-03", False),
        ("2026-03-02 23:00", "2026-03-04", True),
        ("2026-03-02 09:00", "2026-03-01 09:00", False),
    ],
)
def test_late_is_more_than_a_day_and_by_date_without_a_clock_time(performed: str, recorded: str, late: bool) -> None:
    times = (microseconds(pd.Series(pd.to_datetime([one]))) for one in (performed, recorded))
    assert is_late(*times).tolist() == [late]
