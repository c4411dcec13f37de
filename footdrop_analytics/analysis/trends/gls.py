"""Straight lines through many short, irregular series at once, whose errors resemble each other.

Each series is fitted by generalised least squares on real days; the errors' correlation falls as φ^(days between). φ
cannot be estimated from ten or thirty days, so it is integrated out, on the scale of neighbouring sessions: ρ = φ^g
with g the median of the days between them. Over a grid the restricted likelihood × a prior (1 − ρ)^1.25 × the
restricted likelihoods of the same series' earlier runs gives weights, and the slope is distributed as the mixture of
its t distributions (n − 2 degrees of freedom).

All series are fitted together. A pair of consecutive points enters the likelihood only through ρ^(gap / g), so the sums
of pairs with the same gap are taken once; each ρ then costs a pass over these few sums and not over all points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import Bools, Floats, Ints

RHO = np.arange(20) * 0.05
PRIOR_EXPONENT = 1.25
_LOG_PRIOR = PRIOR_EXPONENT * np.log1p(-RHO)
_EXACT = 1e-12
"""Residual share of the total below which a line is exact: less is rounding."""
_LEAST_WEIGHT = 1e-13
_MOST_STEPS = 100


@dataclass(frozen=True)
class Lines:
    """Fitted lines, one entry per series with at least 3 points; 2-D arrays have a column per ρ of ``RHO``.

    ``series``, ``n``, ``first``, ``last`` (days); ``slope`` and ``slope_se`` per unit of the regressor (days),
    ``level_first`` (at the first day) and ``rss`` (generalised residual sum of squares) for each ρ; ``log_likelihood``
    (restricted); ``weight`` of each ρ; ``constant``: all values are equal; ``exact``: the points lie on a line.
    """

    series: Ints
    n: Ints
    first: Ints
    last: Ints
    slope: Floats
    slope_se: Floats
    level_first: Floats
    log_likelihood: Floats
    weight: Floats
    rss: Floats
    constant: Bools
    exact: Bools

    def mean(self, values: Floats) -> Floats:
        """Mean over ρ with the weights."""
        average: Floats = (self.weight * values).sum(axis=1)
        return average

    def knowing(self, earlier: Floats) -> Lines:
        """The same lines weighted by what is known of ρ besides: a log likelihood per line and ρ."""
        return replace(self, weight=_weights(self.log_likelihood + earlier))


def _weights(log_likelihood: Floats) -> Floats:
    log_weight = log_likelihood + _LOG_PRIOR
    relative = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight: Floats = relative / relative.sum(axis=1, keepdims=True)
    return weight


def fit_lines(series: Ints, day: Ints, value: Floats, regressor: Floats | None = None) -> Lines:
    """Fit every series with at least 3 points: a level and a slope over the days, or over another ``regressor``.

    ``series`` and ``day`` are sorted, days distinct, values known.
    """
    over = day.astype(np.float64) if regressor is None else regressor
    begins = cols.run_starts(series)
    n = cols.run_lengths(begins, len(series))
    if (n < 3).any():
        kept = np.repeat(n >= 3, n)
        series, day, value, over = series[kept], day[kept], value[kept], over[kept]
        begins = cols.run_starts(series)
        n = cols.run_lengths(begins, len(series))
    over = over - np.repeat(over[begins], n)
    middle, level = cols.reduced(np.add, over, begins) / n, cols.reduced(np.add, value, begins) / n
    x, y = over - np.repeat(middle, n), value - np.repeat(level, n)
    constant: Bools = cols.reduced(np.minimum, value, begins) == cols.reduced(np.maximum, value, begins)
    y[np.repeat(constant, n)] = 0.0
    log_likelihood, slope, slope_se, at_middle, rss = _over_rho(begins, n, day, x, y)
    exact: Bools = np.all(rss <= _EXACT * cols.reduced(np.add, y * y, begins)[:, None], axis=1)
    log_likelihood[exact] = 0.0
    slope[constant], slope_se[exact], rss[exact] = 0.0, 0.0, 0.0
    return Lines(
        series=series[begins],
        n=n,
        first=day[begins],
        last=day[begins + n - 1],
        slope=slope,
        slope_se=slope_se,
        level_first=np.where(constant[:, None], level[:, None], level[:, None] + at_middle - slope * middle[:, None]),
        log_likelihood=log_likelihood,
        weight=_weights(log_likelihood),
        rss=rss,
        constant=constant,
        exact=exact,
    )


def _over_rho(begins: Ints, n: Ints, day: Ints, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Restricted log likelihood, slope, its standard error, level at x = 0 and RSS of each series for each ρ."""
    from scipy.sparse import csr_array

    size = len(begins)
    owner, gap, pairs = _pair_sums(begins, n, day, x, y)
    # Half of a series' pairs are at most its median gap apart: cells are sorted by series and gap.
    rank, upto = np.cumsum(n - 1) - (n - 1), np.cumsum(pairs["m"])
    low, high = (gap[np.searchsorted(upto, rank + middle, side="right")] for middle in ((n - 2) // 2, (n - 1) // 2))
    kind, apart = pd.factorize(gap / ((low + high) / 2)[owner])
    of_series = np.searchsorted(owner, np.arange(size + 1))
    sums = csr_array((pairs["m"], kind, of_series), shape=(size, len(apart)))

    def total(name: str, factor: Floats) -> Floats:
        """Sum over a series' pairs of a product times a factor that depends on gap and ρ alone."""
        sums.data = pairs[name]
        return np.asarray(sums @ factor)

    a = RHO ** apart[:, None]
    v = 1 / (1 - a**2)
    first_x, first_y = x[begins][:, None], y[begins][:, None]
    s11 = 1 + total("m", v * (1 - a) ** 2)
    s1x = first_x + total("x", v * (1 - a)) - total("x0", v * (1 - a) * a)
    s1y = first_y + total("y", v * (1 - a)) - total("y0", v * (1 - a) * a)
    sxx = first_x**2 + total("xx", v) - total("xx0", 2 * v * a) + total("x0x0", v * a**2)
    sxy = first_x * first_y + total("xy", v) - total("cross", v * a) + total("x0y0", v * a**2)
    syy = first_y**2 + total("yy", v) - total("yy0", 2 * v * a) + total("y0y0", v * a**2)
    log_det_r = -total("m", np.log(v))
    det = s11 * sxx - s1x**2
    slope = (s11 * sxy - s1x * s1y) / det
    level = (sxx * s1y - s1x * sxy) / det
    rss = np.maximum(syy - level * s1y - slope * sxy, 0.0)
    df = (n - 2)[:, None]
    with np.errstate(divide="ignore"):
        likelihood = -0.5 * (log_det_r + np.log(det) + df * np.log(rss))
    return likelihood, slope, np.sqrt(rss / df * s11 / det), level, rss


def _pair_sums(begins: Ints, n: Ints, day: Ints, x: Floats, y: Floats) -> tuple[Ints, Ints, dict[str, Floats]]:
    """Sums over pairs of consecutive points, by series and gap in days (a cell), sorted by both.

    In the names ``x``, ``y`` are of the later point and ``x0``, ``y0`` of the earlier one; ``m`` counts the pairs.
    """
    gap = np.diff(day)
    gap[begins[1:] - 1] = 0
    # A place for every gap from 0 (the last point of a series, and the first of the next) to the series' longest.
    width = cols.reduced(np.maximum, gap, begins) + 1
    first = np.cumsum(width) - width
    place = np.repeat(first, n)[:-1] + gap
    count = np.bincount(place, minlength=int(width.sum()))
    count[first] = 0
    used = np.flatnonzero(count)
    number = np.full(len(count), len(used))
    number[used] = np.arange(len(used))
    cell, owner = number[place], np.repeat(np.arange(len(n)), width)[used]
    x0, y0, x1, y1 = x[:-1], y[:-1], x[1:], y[1:]
    products = {"x": x1, "x0": x0, "y": y1, "y0": y0, "xx": x1 * x1, "xx0": x1 * x0, "x0x0": x0 * x0}
    products |= {"xy": x1 * y1, "x0y0": x0 * y0, "cross": x1 * y0 + x0 * y1}
    products |= {"yy": y1 * y1, "yy0": y1 * y0, "y0y0": y0 * y0}
    sums = {name: cols.totals_of(cell, values, len(used) + 1)[:-1] for name, values in products.items()}
    return owner, used - first[owner], sums | {"m": count[used].astype(np.float64)}


@dataclass(frozen=True)
class SlopeMixture:
    """The distribution of the slope of each series as a mixture of t distributions, one per ρ that has weight."""

    owner: Ints
    df: Floats
    weight: Floats
    location: Floats
    scale: Floats
    freedom: Floats
    """``df`` once for each series."""

    @classmethod
    def of(cls, lines: Lines, rows: Ints) -> SlopeMixture:
        """The mixtures of some lines (by position), which must not be exact."""
        weighs = lines.weight[rows] > _LEAST_WEIGHT
        owner, freedom = np.nonzero(weighs)[0], (lines.n[rows] - 2).astype(np.float64)
        weight, location, scale = (part[rows][weighs] for part in (lines.weight, lines.slope, lines.slope_se))
        return cls(owner, freedom[owner], weight, location, scale, freedom)

    @property
    def size(self) -> int:
        """The number of series."""
        return len(self.freedom)

    def _total(self, values: Floats) -> Floats:
        return cols.reduced(np.add, values, self._begins)

    @cached_property
    def _begins(self) -> Ints:
        return cols.run_starts(self.owner)

    def below(self, slope: Floats) -> Floats:
        """Probability that the slope is at most ``slope`` (one value per series)."""
        from scipy.special import stdtr

        t = (slope[self.owner] - self.location) / self.scale
        return self._total(self.weight * stdtr(self.df, t))

    def above(self, slope: Floats) -> Floats:
        """Probability that the slope is more than ``slope``, exact where it is tiny."""
        from scipy.special import stdtr

        t = (self.location - slope[self.owner]) / self.scale
        return self._total(self.weight * stdtr(self.df, t))

    def _roughly_below(self, slope: Floats) -> Floats:
        """:meth:`below` by the normal approximation of Wallace (1959), Ann Math Stat 30:1124."""
        from scipy.special import ndtr

        t = (slope[self.owner] - self.location) / self.scale
        shrunk = ((8 * self.freedom + 1) / (8 * self.freedom + 3))[self.owner]
        z = np.copysign(shrunk * np.sqrt(self.df * np.log1p(t * t / self.df)), t)
        return self._total(self.weight * ndtr(z))

    def of_series(self, chosen: Bools) -> SlopeMixture:
        """The mixtures of some of the series."""
        kept = chosen[self.owner]
        owner = (np.cumsum(chosen) - 1)[self.owner[kept]]
        df, weight, location, scale = (part[kept] for part in (self.df, self.weight, self.location, self.scale))
        return SlopeMixture(owner, df, weight, location, scale, self.freedom[chosen])

    def quantile(self, probability: float) -> Floats:
        """The slope below which the probability lies, by safeguarded steps of Halley's method inside a bracket."""
        from scipy.special import stdtrit

        if self.size == 0:
            return np.empty(0)
        degrees, which = np.unique(self.freedom, return_inverse=True)
        reach = self.location + self.scale * stdtrit(degrees, probability)[which][self.owner]
        low, high = cols.reduced(np.minimum, reach, self._begins), cols.reduced(np.maximum, reach, self._begins)
        guess = self._total(self.weight * reach)
        # Most of the way is gone with a rough probability, which costs a tenth of an exact one.
        nearer = guess - self._halley(guess, self._roughly_below(guess) - probability)
        guess = np.minimum(np.maximum(nearer, low), high)
        # A step of Halley's method cubes the error: one this small leaves about 1e-9 of the scale.
        precision = 1e-3 * self._total(self.weight * self.scale)
        found = np.empty(self.size)
        left, at = self, np.arange(self.size)
        for _ in range(_MOST_STEPS):
            error = left.below(guess) - probability
            low, high = np.where(error < 0, guess, low), np.where(error > 0, guess, high)
            step = guess - left._halley(guess, error)
            better = np.where((step >= low) & (step <= high), step, (low + high) / 2)
            far = np.abs(better - guess) > precision
            found[at] = better
            if not far.any():
                break
            left, at, precision = left.of_series(far), at[far], precision[far]
            guess, low, high = better[far], low[far], high[far]
        return found

    def _halley(self, slope: Floats, error: Floats) -> Floats:
        """How far one step of Halley's method goes back from ``slope``, where the probability is ``error`` too high."""
        from scipy.special import gammaln

        df = self.freedom
        peak = np.exp(gammaln((df + 1) / 2) - gammaln(df / 2)) / np.sqrt(df * np.pi)
        t = (slope[self.owner] - self.location) / self.scale
        density = self.weight * peak[self.owner] / self.scale * (1 + t * t / self.df) ** (-(self.df + 1) / 2)
        bend = -density * (self.df + 1) * t / ((self.df + t * t) * self.scale)
        f, f1 = (self._total(part) for part in (density, bend))
        newton: Floats = error / f
        return newton / np.maximum(1 - newton * f1 / (2 * f), 0.5)
