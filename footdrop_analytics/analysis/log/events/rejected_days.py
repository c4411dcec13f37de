"""The days that rejected rows give, as far as they can be read."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import numpy.typing as npt

from footdrop_analytics.analysis.log.arrays import NO_DAY, Bools, Ints
from footdrop_analytics.analysis.log.rows import Rows

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
