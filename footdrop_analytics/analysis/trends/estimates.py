"""The line through the daily values of every run, as columns of a result table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats
from footdrop_analytics.analysis.log.daily_performance import DailyValues
from footdrop_analytics.analysis.trends.gls import PHI, Lines, SlopeMixture, fit_lines

LEAST_FOR_TEST = 10
INNER_TAIL = 0.05
"""What lies outside the 90 % interval on either side."""


@dataclass(frozen=True)
class RunLines:
    """Lines through ``days`` (known values only); ``detailed`` says for each run whether its interval is wanted."""

    days: DailyValues
    detailed: Bools

    @cached_property
    def lines(self) -> Lines:
        """The fitted lines of the runs with at least 3 days."""
        return fit_lines(self.days.run, self.days.day, self.days.value)

    @cached_property
    def span(self) -> Floats:
        """Days from the first to the last day of each line."""
        return (self.lines.last - self.lines.first).astype(np.float64)

    def columns(self) -> dict[str, Floats]:
        """Line, interval and p value of each run, missing where there are too few days."""
        lines, span = self.lines, self.span
        slope, level = lines.mean(lines.slope), lines.mean(lines.level_first)
        low, high = self._interval(slope)
        fitted = {
            "slope_per_week": 7 * slope,
            "slope_low": 7 * low,
            "slope_high": 7 * high,
            "p_value": self._p_value(),
            "level_start": level,
            "level_end": level + slope * span,
            "change": slope * span,
            "change_low": low * span,
            "change_high": high * span,
            "autocorrelation": np.where(lines.exact, np.nan, lines.mean(np.broadcast_to(PHI, lines.weight.shape))),
            "residual_sd": np.sqrt(lines.mean(lines.rss) / (lines.n - 2)),
        }
        columns = {name: np.full(len(self.detailed), np.nan) for name in fitted}
        for name, values in fitted.items():
            columns[name][lines.series] = values
        return columns

    def inside(self, margin: Floats, chosen: Bools) -> Bools:
        """Chosen runs (with a line) whose 90 % interval of the change lies inside ± ``margin``.

        That is so if at most 5 % of the distribution lies below − margin and at most 5 % above margin, which takes two
        probabilities and no quantile.
        """
        lines, found = self.lines, np.zeros(len(chosen), dtype=bool)
        asked = np.flatnonzero(chosen[lines.series])
        exact, spread = asked[lines.exact[asked]], asked[~lines.exact[asked]]
        reach = margin[lines.series] + TOLERANCE
        found[lines.series[exact]] = np.abs(lines.mean(lines.slope) * self.span)[exact] <= reach[exact]
        mixture = SlopeMixture.of(lines, spread)
        slope = (reach / self.span)[spread]
        fits = (mixture.below(-slope) <= INNER_TAIL) & (mixture.below(slope) >= 1 - INNER_TAIL)
        found[lines.series[spread]] = fits
        return found

    def _interval(self, slope: Floats) -> tuple[Floats, Floats]:
        """95 % interval of the slope per day; of an exact line the slope itself; missing where it is not wanted."""
        lines = self.lines
        wanted = self.detailed[lines.series]
        low, high = np.where(wanted, slope, np.nan), np.where(wanted, slope, np.nan)
        spread = np.flatnonzero(wanted & ~lines.exact)
        mixture = SlopeMixture.of(lines, spread)
        low[spread], high[spread] = mixture.quantile(0.025), mixture.quantile(0.975)
        return low, high

    def _p_value(self) -> Floats:
        """Twice the smaller tail at 0; 1 for constant values; missing where n < 10."""
        lines = self.lines
        p_value = np.where(lines.constant, 1.0, 0.0)
        spread = np.flatnonzero(~lines.exact & (lines.n >= LEAST_FOR_TEST))
        mixture = SlopeMixture.of(lines, spread)
        below = mixture.below(np.zeros(mixture.size))
        p_value[spread] = 2 * np.minimum(below, 1 - below)
        p_value[lines.n < LEAST_FOR_TEST] = np.nan
        return p_value
