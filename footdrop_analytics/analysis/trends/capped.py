"""Runs whose log stops at the target, and the censored line through each that allows one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Ints, counted, reduced, run_starts
from footdrop_analytics.analysis.log.days.day_values import DailyValues
from footdrop_analytics.analysis.trends.censored import fit_censored

LEAST_DAYS, LEAST_BELOW = 5, 3
LEAST_AT_TARGET, MOST_ABOVE = 0.30, 0.10
UNITS = (1.0, 0.5, 0.1)
"""Units in which values are written, from coarse to fine; what fits none of them counts as written in hundredths."""
FINEST = 0.01


@dataclass(frozen=True)
class CappedLines:
    """One entry per run: ``capped``; ``n_below`` days below the target; ``fitted``: there is a censored line.

    ``slope`` and ``slope_se`` per day, ``level_first`` at the first day, ``df`` of the slope's t distribution: missing
    without a line.
    """

    capped: Bools
    n_below: Ints
    fitted: Bools
    slope: Floats
    slope_se: Floats
    level_first: Floats
    df: Floats

    def quantile(self, probability: float, runs: Ints) -> Floats:
        """The slope of some runs below which the probability lies; missing without a line."""
        from scipy.special import stdtrit

        return self.slope[runs] + self.slope_se[runs] * stdtrit(self.df[runs], probability)

    def below(self, slope: Floats, runs: Ints) -> Floats:
        """Probability that the slope of some runs is at most ``slope``; missing without a line."""
        from scipy.special import stdtr

        return np.asarray(stdtr(self.df[runs], (slope - self.slope[runs]) / self.slope_se[runs]))


def capped_lines(days: DailyValues, target: Floats, correlation: Floats) -> CappedLines:
    """Find the capped runs and fit their lines.

    ``correlation`` between neighbouring sessions widens what independent days would say: in a long series by
    √((1 + φ) / (1 − φ)).
    """
    size = len(target)
    goal = np.repeat(target[days.run[days.begins]], days.count)
    not_above, below = days.value <= goal + TOLERANCE, days.value < goal - TOLERANCE
    n, n_not_above, n_below = np.zeros((3, size), dtype=np.int64)
    for number, of_days in ((n, np.ones_like(below)), (n_not_above, not_above), (n_below, below)):
        number[days.run[days.begins]] = counted(of_days, days.begins)
    n_at, n_above = n_not_above - n_below, n - n_not_above
    capped = (n >= LEAST_DAYS) & (n_at >= LEAST_AT_TARGET * n - TOLERANCE) & (n_above <= MOST_ABOVE * n + TOLERANCE)
    fitted = capped & (n_below >= LEAST_BELOW)
    taken = fitted[days.run]
    run, value = days.run[taken], days.value[taken]
    lines = fit_censored(run, days.day[taken], value, goal[taken] - TOLERANCE, _units(run, value, size)[run])
    slope, slope_se, level_first = (np.full(size, np.nan) for _ in range(3))
    slope[fitted], level_first[fitted] = lines.slope, lines.level_first
    alike = correlation[fitted]
    slope_se[fitted] = lines.slope_se * np.sqrt((1 + alike) / (1 - alike))
    return CappedLines(capped, n_below, fitted, slope, slope_se, level_first, np.maximum(n - 2, 1).astype(np.float64))


def _units(run: Ints, value: Floats, size: int) -> Floats:
    """The unit in which each run's values are written: the coarsest of which all are multiples."""
    unit, begins = np.full(size, FINEST), run_starts(run)
    for one in reversed(UNITS):
        off = np.abs(value / one - np.rint(value / one)) > 1e-6
        fits = ~reduced(np.logical_or, off, begins)
        unit[run[begins[fits]]] = one
    return unit
