"""A decline of the last weeks, to which a line over the whole run is blind: flat up to an onset, straight after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_analytics.analysis.log.arrays import (
    NO_DAY,
    Floats,
    Ints,
    counted,
    ranges,
    reduced,
    run_lengths,
    run_starts,
    running_total,
)
from footdrop_analytics.analysis.trends.gls import SlopeMixture, fit_lines

ONSETS = (14, 21, 28, 35, 42, 49, 56)
"""Days before the last one."""
LEAST_DAYS, LEAST_BEFORE, LEAST_AFTER = 10, 5, 4
_WORTH_A_LOOK, _SHARE_OF_MARGIN = -1.6, 0.25
"""The full fit is made only where ordinary least squares sees something: it saves nine tenths of the time."""


@dataclass(frozen=True)
class RecentDeclines:
    """The most telling onset of each run: the day, the change since then (negative), the one-sided p value.

    ``NO_DAY`` and NaN where no onset is worth a look: then the p value is far above any limit in use.
    """

    since: Ints
    change: Floats
    p_value: Floats


def recent_declines(run: Ints, day: Ints, value: Floats, margin: Floats, earlier: Floats) -> RecentDeclines:
    """The most telling onset of a decline in every run.

    ``run`` and ``day`` are sorted, values known; ``margin`` is per run, ``earlier`` what earlier runs say of ρ (a log
    likelihood per run and ρ).
    """
    size = len(margin)
    since, change, p_value = np.full(size, NO_DAY), np.full(size, np.nan), np.full(size, np.nan)
    begins = run_starts(run)
    count = run_lengths(begins, len(run))
    owner, days_ago = _worth_a_look(run, day, value, margin)
    place = np.full(size, -1)
    place[run[begins]] = np.arange(len(begins))
    line = place[owner]
    points = np.repeat(begins[line], count[line]) + ranges(count[line])
    pair = np.repeat(np.arange(len(owner)), count[line])
    onset = day[begins + count - 1][line] - days_ago
    after = np.maximum(day[points] - onset[pair], 0).astype(np.float64)
    lines = fit_lines(pair, day[points], value[points], after).knowing(earlier[owner])
    slope = lines.mean(lines.slope)
    tail = np.where(slope < 0, 0.0, 1.0)
    spread = np.flatnonzero(~lines.exact)
    mixture = SlopeMixture.of(lines, spread)
    tail[spread] = mixture.above(np.zeros(mixture.size))
    # Of each run the onset with the smallest p value, of equal ones the latest.
    order = np.lexsort((days_ago, tail, owner))
    best = order[run_starts(owner[order])]
    since[owner[best]], change[owner[best]] = onset[best], (slope * days_ago)[best]
    p_value[owner[best]] = tail[best]
    return RecentDeclines(since, change, p_value)


def _worth_a_look(run: Ints, day: Ints, value: Floats, margin: Floats) -> tuple[Ints, Ints]:
    """Runs and onsets (days before the last) at which ordinary least squares sees a loss, more than by chance alone."""
    from scipy.sparse import csr_array

    begins = run_starts(run)
    count = run_lengths(begins, len(run))
    y = value - np.repeat(reduced(np.add, value, begins) / count, count)
    total, n = reduced(np.add, y * y, begins)[:, None], count[:, None]
    ago = np.repeat(day[begins + count - 1], count) - day
    # What an onset bends lies behind it: the days before the earliest one count in sums only.
    late = np.flatnonzero(ago < max(ONSETS))
    of_run = running_total(counted(ago < max(ONSETS), begins))
    days = np.array(ONSETS, dtype=np.float64)
    # How far a day lies behind each onset, by how long ago it is.
    h = np.maximum(days - np.arange(max(ONSETS))[:, None], 0.0)

    def sums(values: Floats, factor: Floats) -> Floats:
        """For each run and onset the sum over the days behind it of values × factor."""
        return np.asarray(csr_array((values, ago[late], of_run), shape=(len(begins), max(ONSETS))) @ factor)

    n_after, sum_h, hh = np.split(sums(np.ones(len(late)), np.hstack([h > 0, h, h * h])), 3, axis=1)
    hy = sums(y[late], h)
    with np.errstate(invalid="ignore", divide="ignore"):
        hh = hh - sum_h**2 / n
        slope = hy / hh
        t = slope / np.sqrt(np.maximum(total - slope * hy, 0.0) / (n - 2) / hh)
        falls = (n >= LEAST_DAYS) & (n_after >= LEAST_AFTER) & (n - n_after >= LEAST_BEFORE) & (t < _WORTH_A_LOOK)
        lost = -slope * days >= _SHARE_OF_MARGIN * margin[run[begins]][:, None]
    owner, which = np.nonzero(falls & np.any(falls & lost, axis=1)[:, None])
    return run[begins][owner], np.array(ONSETS)[which]
