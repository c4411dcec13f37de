"""What the values of every run say: the line, a censored line, and a recent decline, as columns per run.

A decline of the last weeks is one to which a line over the whole run is blind: flat up to an onset, straight after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import NO_DAY, TOLERANCE, Bools, Floats, Ints, Rows
from footdrop_analytics.analysis.log.day_values import DailyValues
from footdrop_analytics.analysis.trends.censored import CappedLines, capped_lines
from footdrop_analytics.analysis.trends.gls import RHO, Lines, SlopeMixture, fit_lines

ONSETS = (14, 21, 28, 35, 42, 49, 56)
"""Days before the last one."""
LEAST_DAYS, LEAST_BEFORE, LEAST_AFTER = 10, 5, 4
_WORTH_A_LOOK, _SHARE_OF_MARGIN = -1.6, 0.25
"""The full fit is made only where ordinary least squares sees something: it saves nine tenths of the time."""


def recent_declines(run: Ints, day: Ints, value: Floats, margin: Floats, earlier: Floats) -> Rows:
    """The most telling onset of a decline in every run: ``since`` (day), ``change`` since then, one-sided ``p_value``.

    ``NO_DAY`` and NaN where no onset is worth a look: then the p value is far above any limit in use. ``run`` and
    ``day`` are sorted, values known; ``margin`` is per run, ``earlier`` what earlier runs say of ρ (a log likelihood
    per run and ρ).
    """
    size = len(margin)
    since, change, p_value = np.full(size, NO_DAY), np.full(size, np.nan), np.full(size, np.nan)
    begins = cols.run_starts(run)
    count = cols.run_lengths(begins, len(run))
    owner, days_ago = _worth_a_look(run, day, value, margin)
    line = np.searchsorted(run[begins], owner)
    points = np.repeat(begins[line], count[line]) + cols.ranges(count[line])
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
    best = order[cols.run_starts(owner[order])]
    since[owner[best]], change[owner[best]] = onset[best], (slope * days_ago)[best]
    p_value[owner[best]] = tail[best]
    return {"since": since, "change": change, "p_value": p_value}


def _worth_a_look(run: Ints, day: Ints, value: Floats, margin: Floats) -> tuple[Ints, Ints]:
    """Runs and onsets (days before the last) at which ordinary least squares sees a loss, more than by chance alone."""
    from scipy.sparse import csr_array

    begins = cols.run_starts(run)
    count = cols.run_lengths(begins, len(run))
    y = value - np.repeat(cols.reduced(np.add, value, begins) / count, count)
    total, n = cols.reduced(np.add, y * y, begins)[:, None], count[:, None]
    ago = np.repeat(day[begins + count - 1], count) - day
    # What an onset bends lies behind it: the days before the earliest one count in sums only.
    late = np.flatnonzero(ago < max(ONSETS))
    of_run = cols.running_total(cols.counted(ago < max(ONSETS), begins))
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


LEAST_FOR_TEST = 10
LEAST_EARLIER = 6
"""Days of an earlier run from which it says something about the correlation."""
INNER_TAIL = 0.05
"""What lies outside the 90 % interval on either side."""


@dataclass(frozen=True)
class TrendEstimates:
    """See the module.

    ``days`` are the days that take part (known, plausible, not outlying); ``series`` (sorted), ``target`` and
    ``margin`` have one entry per run; ``detailed`` says for each run whether its interval is wanted.
    """

    days: DailyValues
    series: Ints
    target: Floats
    margin: Floats
    detailed: Bools

    @cached_property
    def n(self) -> Ints:
        """Days of each run."""
        return np.bincount(self.days.run, minlength=len(self.series))

    @cached_property
    def _alone(self) -> Lines:
        return fit_lines(self.days.run, self.days.day, self.days.value)

    @cached_property
    def _earlier(self) -> Floats:
        """What the earlier runs of the same series say of ρ: a log likelihood for each run and ρ."""
        lines, size = self._alone, len(self.series)
        own = np.zeros((size, len(RHO)))
        telling = lines.n >= LEAST_EARLIER
        own[lines.series[telling]] = lines.log_likelihood[telling]
        number = cols.ranges(cols.run_lengths(cols.run_starts(self.series), size))
        found = np.zeros((size, len(RHO)))
        for k in range(1, int(number.max(initial=0)) + 1):
            later = np.flatnonzero(number == k)
            found[later] = found[later - 1] + own[later - 1]
        return found

    @cached_property
    def lines(self) -> Lines:
        """The fitted lines of the runs with at least 3 days, knowing the earlier runs of the same series."""
        return self._alone.knowing(self._earlier[self._alone.series])

    @cached_property
    def slope(self) -> Floats:
        """Mean slope per day of each line."""
        return self.lines.mean(self.lines.slope)

    @cached_property
    def span(self) -> Floats:
        """Days from the first to the last day of each line."""
        return (self.lines.last - self.lines.first).astype(np.float64)

    @cached_property
    def autocorrelation(self) -> Floats:
        """Mean correlation of neighbouring sessions of each run; missing without a line or where it is exact."""
        lines, found = self.lines, np.full(len(self.series), np.nan)
        mean = lines.mean(np.broadcast_to(RHO, lines.weight.shape))
        found[lines.series] = np.where(lines.exact, np.nan, mean)
        return found

    @cached_property
    def capped(self) -> CappedLines:
        """Which runs stop at the target, and the censored lines of those that allow one."""
        return capped_lines(self.days, self.target, np.nan_to_num(self.autocorrelation))

    @cached_property
    def recent(self) -> Rows:
        """The most telling onset of a decline in the last weeks of each run."""
        return recent_declines(self.days.run, self.days.day, self.days.value, self.margin, self._earlier)

    def columns(self) -> dict[str, Floats]:
        """Line, interval and p value of each run, missing where there are too few days."""
        lines, span = self.lines, self.span
        slope, level = self.slope.copy(), lines.mean(lines.level_first)
        low, high = (end.copy() for end in self._interval)
        p_value = self._p_value()
        capped = self.capped.capped[lines.series]
        if capped.any():
            of, own = lines.series[capped], self.capped
            slope[capped], level[capped] = own.slope[of], own.level_first[of]
            detailed = self.detailed[of]
            low[capped], high[capped] = (np.where(detailed, own.quantile(tail, of), np.nan) for tail in (0.025, 0.975))
            below = own.below(np.zeros(len(of)), of)
            p_value[capped] = np.where(lines.n[capped] >= LEAST_FOR_TEST, 2 * np.minimum(below, 1 - below), np.nan)
        fitted = {
            "slope_per_week": 7 * slope,
            "slope_low": 7 * low,
            "slope_high": 7 * high,
            "p_value": p_value,
            "level_start": level,
            "level_end": level + slope * span,
            "change": slope * span,
            "change_low": low * span,
            "change_high": high * span,
            "autocorrelation": self.autocorrelation[lines.series],
            "residual_sd": np.sqrt(lines.mean(lines.rss) / (lines.n - 2)),
        }
        columns = {name: np.full(len(self.series), np.nan) for name in fitted}
        for name, values in fitted.items():
            columns[name][lines.series] = values
        return columns

    def inside(self, chosen: Bools) -> Bools:
        """Chosen runs (with a line) whose 90 % interval of the change lies inside ± margin.

        That is so if at most 5 % of the distribution lies below − margin and at most 5 % above margin, which takes two
        probabilities and no quantile; and where even the 95 % interval lies inside.
        """
        lines, found = self.lines, np.zeros(len(chosen), dtype=bool)
        reach, capped = self.margin[lines.series] + TOLERANCE, self.capped.capped
        censored = np.flatnonzero((chosen & capped)[lines.series])
        runs, limit = lines.series[censored], (reach / self.span)[censored]
        found[runs] = self.capped.below(-limit, runs) <= INNER_TAIL
        found[runs] &= self.capped.below(limit, runs) >= 1 - INNER_TAIL
        asked = np.flatnonzero((chosen & ~capped)[lines.series])
        exact, spread = asked[lines.exact[asked]], asked[~lines.exact[asked]]
        found[lines.series[exact]] = np.abs(self.slope * self.span)[exact] <= reach[exact]
        limit = (reach / self.span)[spread]
        low, high = (end[spread] for end in self._interval)
        well_inside = (low > -limit) & (high < limit)
        found[lines.series[spread[well_inside]]] = True
        spread, limit = spread[~well_inside], limit[~well_inside]
        mixture = SlopeMixture.of(lines, spread)
        # The bound that is nearer to the line mostly says it: then the other need not be asked.
        nearer = np.copysign(limit, self.slope[spread])
        fits = _inside(mixture.below(nearer), nearer)
        fits[fits] = _inside(mixture.of_series(fits).below(-nearer[fits]), -nearer[fits])
        found[lines.series[spread]] = fits
        return found

    @cached_property
    def _interval(self) -> tuple[Floats, Floats]:
        """95 % interval of the slope per day; of an exact line the slope itself; missing where it is not wanted."""
        lines = self.lines
        wanted = self.detailed[lines.series]
        low, high = np.where(wanted, self.slope, np.nan), np.where(wanted, self.slope, np.nan)
        spread = np.flatnonzero(wanted & ~lines.exact & ~self.capped.capped[lines.series])
        mixture = SlopeMixture.of(lines, spread)
        low[spread], high[spread] = mixture.quantile(0.025), mixture.quantile(0.975)
        return low, high

    def _p_value(self) -> Floats:
        """Twice the smaller tail at 0; 1 for constant values; missing where n < 10.

        Missing too where it is not wanted and decides nothing: the change is too small to matter.
        """
        lines = self.lines
        p_value = np.where(lines.constant, 1.0, 0.0)
        matters = np.abs(self.slope * self.span) >= self.margin[lines.series] - 2 * TOLERANCE
        wanted = (self.detailed[lines.series] | matters) & ~self.capped.capped[lines.series]
        p_value[~wanted] = np.nan
        spread = np.flatnonzero(wanted & ~lines.exact & (lines.n >= LEAST_FOR_TEST))
        mixture = SlopeMixture.of(lines, spread)
        below = mixture.below(np.zeros(mixture.size))
        upper = below > 0.5
        other = mixture.of_series(upper)
        below[upper] = np.minimum(below[upper], other.above(np.zeros(other.size)))
        p_value[spread] = 2 * below
        p_value[lines.n < LEAST_FOR_TEST] = np.nan
        return p_value


def _inside(below: Floats, bound: Floats) -> Bools:
    """Whether at most 5 % lies beyond a bound, below which the probability is ``below``."""
    return np.where(bound > 0, below >= 1 - INNER_TAIL, below <= INNER_TAIL)
