"""The dose of a day: the sum of its rows; of both sides, what was logged of one side counts once."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.log.arrays import Floats, Ints
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.sides import BOTH
from footdrop_analytics.model.vocabulary import SIDES


def day_dose(log: CodedLog, dose: Floats, begins: Ints, chosen: Ints | None = None) -> Floats:
    """The sum of ``dose`` (one value per entry, or per chosen entry) in each run of entries, NaN if one is unknown.

    In a series of both sides the rows of the left and of the right side stand for the two sides of one session: the
    larger of their sums is added to that of the rows of both.
    """
    if len(begins) == 0:
        return np.empty(0)
    total: Floats = np.add.reduceat(dose, begins)
    series = log.entries.series if chosen is None else log.entries.series[chosen]
    of_both = np.flatnonzero(log.series.side[series] == BOTH)
    side = log.entries.code("side", of_both if chosen is None else chosen[of_both])
    if (side != BOTH).any():
        parts = [np.zeros(len(series)) for _ in SIDES]
        for one, part in enumerate(parts):
            part[of_both[side == one]] = dose[of_both[side == one]]
        left, right, both = (np.add.reduceat(part, begins) for part in parts)
        total = np.where(log.series.side[series[begins]] == BOTH, both + np.maximum(left, right), total)
    return total
