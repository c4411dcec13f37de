"""A decline of the last weeks, to which a line over the whole run is blind: flat up to an onset, straight after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_analytics.analysis.log.arrays import (
    NO_DAY,
    Bools,
    Floats,
    Ints,
    ranges,
    reduced,
    run_lengths,
    run_starts,
)
from footdrop_analytics.analysis.trends.gls import SlopeMixture, fit_lines
from footdrop_analytics.analysis.trends.padded import Block, blocks

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
    """Runs and onsets (days before the last) at which ordinary least squares sees a loss."""
    begins = run_starts(run)
    count = run_lengths(begins, len(run))
    y = value - np.repeat(reduced(np.add, value, begins) / count, count)
    total = reduced(np.add, y * y, begins)
    ago = np.repeat(day[begins + count - 1], count) - day
    # What an onset bends lies behind it: the days before the earliest one count in sums only.
    n_late = reduced(np.add, ago < max(ONSETS), begins)
    runs = np.flatnonzero(count >= LEAST_DAYS)
    owners, onsets = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for block in blocks((begins + count - n_late)[runs], n_late[runs]):
        rows = runs[block.rows]
        owner = run[begins[rows]]
        losses = _losses(block, block.of(ago), block.of(y), count[rows], total[rows], margin[owner])
        row, which = np.nonzero(losses)
        owners.append(owner[row])
        onsets.append(np.array(ONSETS)[which])
    owner, onset = np.concatenate(owners), np.concatenate(onsets)
    order = np.argsort(owner, kind="stable")
    return owner[order], onset[order]


def _losses(block: Block, ago: Floats, y: Floats, n: Ints, total: Floats, margin: Floats) -> Bools:
    """For each run and onset whether the line that bends there falls, more than by chance alone (ordinary fit).

    ``ago`` and ``y`` (distance from the mean) of the late days, ``n`` days and ``total`` squares of all.
    """
    seen, lost = np.zeros((len(n), len(ONSETS)), dtype=bool), np.zeros(len(n), dtype=bool)
    rows = np.arange(len(n))
    # Sums over the days from each one to the last: every onset finds its own among them.
    a, aa, s, ay = (np.cumsum(one[:, ::-1], axis=1)[:, ::-1] for one in (ago, ago * ago, y, ago * y))
    for at, days in enumerate(ONSETS):
        n_after = (block.filled & (ago < days)).sum(axis=1)
        first = rows, np.minimum(block.count - n_after, ago.shape[1] - 1)
        # Days beyond the onset, h = days − ago, as sums of h, h × y and h × h.
        sum_h, hy = days * n_after - a[first], days * s[first] - ay[first]
        with np.errstate(invalid="ignore", divide="ignore"):
            hh = days * (days * n_after - 2 * a[first]) + aa[first] - sum_h**2 / n
            slope = hy / hh
            t = slope / np.sqrt(np.maximum(total - slope * hy, 0.0) / (n - 2) / hh)
            falls = (n_after >= LEAST_AFTER) & (n - n_after >= LEAST_BEFORE) & (t < _WORTH_A_LOOK)
        seen[:, at] = falls
        lost |= falls & (-slope * days >= _SHARE_OF_MARGIN * margin)
    return seen & lost[:, None]
