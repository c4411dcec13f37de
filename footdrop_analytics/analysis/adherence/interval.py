"""How sure an adherence is: Wilson's interval, widened by how much a person's own weeks differ.

Days of one person resemble each other, so n due sessions tell as much as n / E independent ones. E, the design effect,
comes from the last (at most 12) whole calendar weeks, shrunk to 1.5 as if by six degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import Floats, Ints

USUAL_EFFECT = 1.5
_SHRUNK_BY = 6
_MOST_WEEKS = 12
_QUANTILE = 0.975


@dataclass(frozen=True)
class WeekHistory:
    """The design effect of each group (series, patient) from the weeks up to each of its weeks.

    ``keys`` are sorted day keys of group and last day of a week; ``effect`` and ``weeks`` (how many it rests on) hold
    for the weeks up to that one.
    """

    keys: Ints
    effect: Floats
    weeks: Ints

    def at(self, group: Ints, day: Ints) -> tuple[Floats, Floats]:
        """Design effect and t quantile of each group from the weeks that end by a day."""
        at = cols.latest(self.keys, group, day)
        return np.append(self.effect, USUAL_EFFECT)[at], _quantiles()[np.append(self.weeks, 0)[at]]


@cache
def _quantiles() -> Floats:
    """The t quantile for 0, 1, … 12 weeks."""
    from scipy.special import stdtrit

    freedom = np.maximum(_SHRUNK_BY - 1 + np.arange(_MOST_WEEKS + 1), _SHRUNK_BY)
    return np.asarray(stdtrit(freedom, _QUANTILE), dtype=np.float64)


def week_history(group: Ints, last_day: Ints, size: Floats, share: Floats) -> WeekHistory:
    """Design effects from weeks sorted by group and day: ``size`` sessions due, ``share`` of them done."""
    place = cols.ranges(cols.run_lengths(cols.run_starts(group), len(group)))
    count = np.minimum(place + 1, _MOST_WEEKS)

    def summed(values: Floats) -> Floats:
        total = values.copy()
        for back in range(1, min(_MOST_WEEKS, len(values))):
            total[back:] += np.where(place[back:] >= back, values[:-back], 0.0)
        return total

    sizes, shares = summed(size), summed(share)
    kept: Floats = (summed(share * size) + 0.5) / (sizes + 1)
    spread: Floats = np.maximum(summed(share**2) - shares**2 / count, 0.0)
    freedom = count - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        own = sizes / count * (spread / freedom) / (kept * (1 - kept))
    shrunk = (_SHRUNK_BY * USUAL_EFFECT + freedom * np.where(freedom > 0, own, 0.0)) / (_SHRUNK_BY + freedom)
    return WeekHistory(cols.day_keys(group, last_day), np.maximum(shrunk, 1.0), count)


def wilson(proportion: Floats, n: Floats, z: Floats | float) -> tuple[Floats, Floats]:
    """Wilson score interval of a proportion out of n (which may be a fraction), clipped to 0–1; ``z``: the quantile.

    Source: Wilson (1927), J Am Stat Assoc 22:209.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        shrink = 1 / (1 + z**2 / n)
        centre = shrink * (proportion + z**2 / (2 * n))
        half = shrink * z * np.sqrt(proportion * (1 - proportion) / n + z**2 / (4 * n**2))
    # The interval holds the proportion itself; at 0 and 1 rounding would leave it just outside.
    return np.clip(np.minimum(centre - half, proportion), 0, 1), np.clip(np.maximum(centre + half, proportion), 0, 1)
