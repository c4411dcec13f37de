"""The days that a trend looks at, and those that take no part: far from all others, or more than can be meant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_analytics.analysis.log.arrays import (
    FAR_DAY,
    NO_DAY,
    TOLERANCE,
    Bools,
    Floats,
    Ints,
    median_of_rows,
    run_lengths,
    run_starts,
)
from footdrop_analytics.analysis.log.days.daily_performance import Performance
from footdrop_analytics.analysis.log.days.day_values import DailyValues
from footdrop_analytics.analysis.trends.expectations import margins, targets
from footdrop_analytics.analysis.trends.padded import Block, blocks

FAR = 5.0
"""A value is far from a robust line beyond so many robust standard deviations (or half margins)."""
MAD_TO_SD = 1.4826
MOST_SHARE, FEW_DAYS = 10, 10
"""More than one in ten days (of fewer than ten: more than one) are no slips but the way this series is."""
LATER_WITHIN = 2
"""A collapse begins like a slip: a value is one only if so many later values lie within the limit."""


@dataclass(frozen=True)
class RunValues:
    """The known values of every run: ``days`` take part; ``outlying`` and ``implausible`` days do not.

    ``other`` are days with rows that are not as prescribed only.

    ``target`` and ``margin`` have one entry per run.
    """

    days: DailyValues
    outlying: DailyValues
    implausible: DailyValues
    other: DailyValues
    target: Floats
    margin: Floats


def run_values(performance: Performance, measure: str, low: int = NO_DAY, high: int = FAR_DAY) -> RunValues:
    """The values of all runs from day ``low`` to day ``high``."""
    days = _clipped(performance.daily(measure), low, high).known()
    target = targets(performance, measure)
    margin = margins(performance, measure, target, days)
    far = outlying_days(days.run, days.day, days.value, margin)
    implausible = _clipped(performance.implausible_daily(measure), low, high)
    other = _clipped(performance.other_daily(measure), low, high)
    return RunValues(_chosen(days, ~far), _chosen(days, far), implausible, other, target, margin)


def _clipped(days: DailyValues, low: int, high: int) -> DailyValues:
    """The values of the days from ``low`` to ``high``."""
    return _chosen(days, (days.day >= low) & (days.day <= high))


def _chosen(days: DailyValues, chosen: Bools) -> DailyValues:
    return days if chosen.all() else DailyValues(days.run[chosen], days.day[chosen], days.value[chosen])


def outlying_days(run: Ints, day: Ints, value: Floats, margin: Floats) -> Bools:
    """Which days lie far from a robust straight line through the values of their run.

    Parameters
    ----------
    run, day, value : arrays
        One entry per run and day, sorted by both; values known and plausible.
    margin : array
        The smallest change that matters, per run (in units of the value).

    Returns
    -------
    array
        True for outlying days.

    Notes
    -----
    Slope: median of the slopes between the i-th and the (i + ⌈n/2⌉)-th day, level: median residual. A value beyond
    5 × max(1.4826 × MAD, margin / 2) is outlying unless a neighbouring day lies on the same side at least half as far.
    """
    found = np.zeros(len(run), dtype=bool)
    begins = run_starts(run)
    for block in blocks(begins, run_lengths(begins, len(run))):
        residual = _residuals(block, day, value)
        limit = FAR * np.fmax(MAD_TO_SD * block.medians(np.abs(residual)), margin[run[begins[block.rows]]] / 2)
        rows = np.flatnonzero((np.abs(residual) > limit[:, None] + TOLERANCE).any(axis=1))
        far = _far(residual[rows], limit[rows, None], block.filled[rows], block.count[rows])
        found[block.place[rows][far]] = True
    return found


def _residuals(block: Block, day: Ints, value: Floats) -> Floats:
    """Distance of each value from the robust line of its run; 0 behind a run's end."""
    days, values = block.of(day), block.of(value)
    since = days - days[:, :1]
    rows = np.arange(len(values))[:, None]
    half = (block.count + 1) // 2
    width = values.shape[1]
    partner = np.arange(width) + half[:, None]
    paired = partner < block.count[:, None]
    partner = np.where(paired, partner, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        steep = (values[rows, partner] - values) / (since[rows, partner] - since)
    slope = median_of_rows(np.where(paired, steep, np.inf), block.count - half)
    level = values - np.nan_to_num(slope)[:, None] * since
    return np.where(block.filled, level - block.medians(level)[:, None], 0.0)


def _far(residual: Floats, limit: Floats, filled: Bools, n: Ints) -> Bools:
    """Values beyond the limit that are slips, and not the way a series moves."""
    within = filled & (np.abs(residual) <= limit + TOLERANCE)
    later = within.sum(axis=1)[:, None] - np.cumsum(within, axis=1)
    far: Bools = filled & ~within & (later >= LATER_WITHIN)
    before, after = residual[:, :-1], residual[:, 1:]
    same = np.sign(before) == np.sign(after)
    far[:, 1:] &= ~(same & (np.abs(before) >= np.abs(after) / 2 - TOLERANCE))
    far[:, :-1] &= ~(same & (np.abs(after) >= np.abs(before) / 2 - TOLERANCE))
    count = far.sum(axis=1)
    far &= np.where(n < FEW_DAYS, count <= 1, MOST_SHARE * count <= n)[:, None]
    return far
