"""The days that a trend looks at, what each run is held against, and whether it may be judged at all.

Days far from all others, or of more than can be meant, take no part. Runs of different lengths are worked on as
rectangular blocks, where a median or a sum of each run is one pass over rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import FAR_DAY, NO_DAY, TOLERANCE, Bools, Floats, Ints
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.analysis.log.day_values import DailyValues, highest
from footdrop_analytics.model.vocabulary import HELPED_MODES, MODES

_CELLS = 1 << 20
"""A block holds about so many cells, so that it stays in the processor's cache and memory stays bounded."""
_LEAST_WIDTH = 8


@dataclass(frozen=True)
class Block:
    """Runs (``rows``, by number) of nearly one length: ``place`` of each of their values, where ``filled``."""

    rows: Ints
    place: Ints
    filled: Bools
    count: Ints

    def of(self, values: npt.NDArray[Any], beyond: float = 0.0) -> Floats:
        """The values as a block, with ``beyond`` behind each run's end."""
        return np.where(self.filled, values[self.place], beyond)

    def medians(self, values: Floats) -> Floats:
        """Median of each row's filled cells."""
        return cols.median_of_rows(np.where(self.filled, values, np.inf), self.count)


def blocks(begins: Ints, count: Ints) -> Iterator[Block]:
    """Runs that begin at ``begins`` with ``count`` values each, in blocks.

    A run's width depends on its own length alone, so that sums of one patient never depend on who else is there.
    """
    # Lengths are rounded up to one of four between a power of two and the next.
    step = np.maximum(_LEAST_WIDTH, 2 ** np.floor(np.log2(np.maximum(count, 1))).astype(np.int64) // 4)
    width = -(-count // step) * step
    for wide in np.unique(width):
        runs, at_once = np.flatnonzero(width == wide), max(_CELLS // int(wide), 1)
        for low in range(0, len(runs), at_once):
            rows = runs[low : low + at_once]
            steps, own = np.arange(wide), count[rows]
            filled = steps < own[:, None]
            yield Block(rows, begins[rows][:, None] + np.where(filled, steps, 0), filled, own)


def medians_of(groups: Ints, values: Floats, size: int) -> Floats:
    """Median of the values of each group 0 … size − 1; NaN without any. The groups are sorted, the values known."""
    begins, medians = cols.run_starts(groups), np.full(size, np.nan)
    for block in blocks(begins, cols.run_lengths(begins, len(groups))):
        medians[groups[begins[block.rows]]] = block.medians(block.of(values))
    return medians


RATING_CHANGE = 2.0
"""The smallest change of a 0–10 rating that matters (NPRS: Salaffi 2004, Childs 2005)."""


def targets(performance: Performance, measure: str) -> Floats:
    """The prescribed value that each run is held against; missing without a plan, and for ratings."""
    log, runs = performance.log, performance.runs
    planned = runs.last_version >= 0
    target = np.full(len(runs.series), np.nan)
    if measure in ("effort", "pain") or not planned.any():
        return target
    versions = log.versions
    version = runs.last_version[planned]
    if measure == "dose":
        target[planned] = (versions.session_dose * versions.sessions_per_day)[version]
    elif measure == "primary":
        target[planned] = versions.target[version]
    else:
        column = log.study.prescriptions["reps" if measure == "reps" else "hold_s"]
        target[planned] = cols.numbers_of(column)[versions.row[version]]
    return target


def margins(performance: Performance, measure: str, target: Floats, days: DailyValues) -> Floats:
    """The smallest change that matters: a least amount, or a share of the smaller of the target and the median value.

    Of the smaller, because who does 4 of 10 need not lose half of it before it matters.
    """
    if measure in ("effort", "pain"):
        return np.full(len(target), RATING_CHANGE)
    log, pairs = performance.log, []
    for one in log.study.exercises.values():
        primary = "hold" if one.unit == "seconds" else "reps"
        pairs.append(one.meaningful_change[primary if measure == "primary" else measure])
    least, part = np.array(pairs, dtype=np.float64).T
    exercise = log.series.exercise[performance.runs.series]
    reference = np.fmin(target, medians_of(days.run, days.value, len(target)))
    return np.where(np.isnan(reference), np.nan, np.maximum(least[exercise], part[exercise] * reference))


def helped(performance: Performance, measure: str) -> Bools:
    """Runs in which the primary measure counts what a helper did: passive and assisted mode."""
    series = performance.runs.series
    if measure not in ("primary", "reps", "hold"):
        return np.zeros(len(series), dtype=bool)
    found: Bools = np.isin(modes(performance), [MODES.index(mode) for mode in HELPED_MODES])
    if measure != "primary":
        found &= performance.log.series_in_seconds[series] == (measure == "hold")
    return found


def modes(performance: Performance) -> Ints:
    """Code of the mode of each run: prescribed, else the last logged, else the exercise's."""
    log, runs = performance.log, performance.runs
    usual = np.array([MODES.index(one.mode) for one in log.study.exercises.values()], dtype=np.int64)
    mode: Ints = usual[log.series.exercise[runs.series]]
    planned = runs.last_version >= 0
    asked = performance.version_codes["mode"][runs.last_version[planned]]
    mode[planned] = np.where(asked >= 0, asked, mode[planned])
    free = np.flatnonzero((performance.run >= 0) & log.tried & ~planned[performance.run])
    if len(free):
        entries = log.entries
        known = free[entries.code("mode")[free] >= 0]
        time = cols.microseconds(log.study.sessions["performed_at"])[entries.row[known]]
        order = np.lexsort((entries.code("mode")[known], entries.number("set_no")[known], time, performance.run[known]))
        known = known[order]
        mode[performance.run[known]] = entries.code("mode")[known]
    return mode


def load_varied(performance: Performance, days: DailyValues) -> Bools:
    """Runs in which the day's largest load, or its band, was logged without being prescribed and differs."""
    log, runs = performance.log, performance.runs
    planned = np.flatnonzero(runs.last_version >= 0)
    version = runs.last_version[planned]
    load_asked, band_asked = np.zeros((2, len(runs.series)), dtype=bool)
    band, band_of_version = performance.band_codes
    load_asked[planned] = ~np.isnan(performance.version_load_kg[version])
    band_asked[planned] = band_of_version[version] >= 0
    # Bands have no order: a day's bands are the same as another's if both their highest and lowest codes are.
    code = np.where(band < 0, np.nan, band.astype(np.float64))
    load_differs = _differs(performance, days, log.plausible("load_kg"))
    band_differs = _differs(performance, days, code) | _differs(performance, days, -code)
    return (load_differs & ~load_asked) | (band_differs & ~band_asked)


def _differs(performance: Performance, days: DailyValues, values: Floats) -> Bools:
    """Whether the daily highest of a logged value differs between the days of a run that have a value."""
    size = len(performance.runs.series)
    chosen = np.flatnonzero(performance.as_prescribed & (performance.run >= 0) & ~np.isnan(values))
    run, day = performance.run[chosen], performance.log.entries.day[chosen]
    begins = cols.run_starts(run, day)
    top, run, day = highest(values[chosen], begins), run[begins], day[begins]
    # Both rise: a search is many times faster than ``np.isin``, which hashes millions of keys.
    keys, known = cols.day_keys(run, day), cols.day_keys(days.run, days.day)
    with_value = np.append(known, -1)[np.searchsorted(known, keys)] == keys
    top, run = top[with_value], run[with_value]
    begins = cols.run_starts(run)
    differs = np.zeros(size, dtype=bool)
    differs[run[begins]] = highest(top, begins) - cols.reduced(np.minimum, top, begins) > TOLERANCE
    return differs


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

    ``other`` are days with rows that are not as prescribed only. ``target`` and ``margin`` have one entry per run.
    """

    days: DailyValues
    outlying: DailyValues
    implausible: DailyValues
    other: DailyValues
    target: Floats
    margin: Floats


def run_values(performance: Performance, measure: str, low: int = NO_DAY, high: int = FAR_DAY) -> RunValues:
    """The values of all runs from day ``low`` to day ``high``."""

    def inside(days: DailyValues) -> DailyValues:
        return days.those((days.day >= low) & (days.day <= high))

    days = inside(performance.daily(measure)).known()
    target = targets(performance, measure)
    margin = margins(performance, measure, target, days)
    far = outlying_days(days.run, days.day, days.value, margin)
    implausible, other = inside(performance.implausible_daily(measure)), inside(performance.other_daily(measure))
    return RunValues(days.those(~far), days.those(far), implausible, other, target, margin)


def outlying_days(run: Ints, day: Ints, value: Floats, margin: Floats) -> Bools:
    """Which days lie far from a robust straight line through the values of their run.

    ``run``, ``day`` and ``value`` have one entry per run and day, sorted by both; values are known and plausible.
    ``margin`` is the smallest change that matters, per run. Slope: median of the slopes between the i-th and the
    (i + ⌈n/2⌉)-th day, level: median residual. A value beyond 5 × max(1.4826 × MAD, margin / 2) is outlying unless a
    neighbouring day lies on the same side at least half as far.
    """
    found = np.zeros(len(run), dtype=bool)
    begins = cols.run_starts(run)
    for block in blocks(begins, cols.run_lengths(begins, len(run))):
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
    slope = cols.median_of_rows(np.where(paired, steep, np.inf), block.count - half)
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
