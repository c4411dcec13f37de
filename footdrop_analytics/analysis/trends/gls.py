"""Straight lines through many short, irregular series at once, whose errors resemble each other from day to day.

Each series is fitted by generalised least squares on real days; the errors' correlation falls as φ^(days between). φ
cannot be estimated from ten or thirty days, so it is integrated out: over a grid the restricted likelihood × a prior
φ(1−φ)³ gives weights, and the slope is distributed as the mixture of its t distributions (n − 2 degrees of freedom).

All series are fitted together. A pair of consecutive points enters the likelihood only through φ^gap, so the sums of
pairs with the same gap are taken once; each φ then costs a pass over these few sums and not over all points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log.arrays import Bools, Floats, Ints, run_lengths, run_numbers, run_starts, totals_of

PHI = np.arange(19) * 0.05
_PRIOR = PHI * (1 - PHI) ** 3
_EXACT = 1e-12
"""Residual share of the total below which a line is exact: less is rounding."""
_LEAST_WEIGHT = 1e-13
_MOST_STEPS = 100


@dataclass(frozen=True)
class Lines:
    """Fitted lines, one entry per series with at least 3 points; 2-D arrays have a column per φ of ``PHI``.

    ``series``, ``n``, ``first``, ``last`` (days); ``slope`` and ``slope_se`` per day, ``level_first`` for each φ;
    ``weight`` of each φ; ``rss`` generalised residual sum of squares; ``constant``: all values are equal; ``exact``:
    the points lie on a line.
    """

    series: Ints
    n: Ints
    first: Ints
    last: Ints
    slope: Floats
    slope_se: Floats
    level_first: Floats
    weight: Floats
    rss: Floats
    constant: Bools
    exact: Bools

    def mean(self, values: Floats) -> Floats:
        """Mean over φ with the weights."""
        average: Floats = (self.weight * values).sum(axis=1)
        return average


def fit_lines(series: Ints, day: Ints, value: Floats) -> Lines:
    """Fit every series with at least 3 points. ``series`` and ``day`` are sorted, days distinct, values known."""
    begins = run_starts(series)
    count = run_lengths(begins, len(series))
    enough = count >= 3
    kept = np.repeat(enough, count)
    series, day, value = series[kept], day[kept], value[kept]
    begins = run_starts(series)
    n = run_lengths(begins, len(series))
    of = run_numbers(begins, len(series))
    size = len(begins)
    middle = totals_of(of, day - day[begins][of], size) / n
    level = totals_of(of, value, size) / n
    x, y = day - day[begins][of] - middle[of], value - level[of]
    lowest = np.minimum.reduceat(value, begins) if size else level
    highest = np.maximum.reduceat(value, begins) if size else level
    constant = lowest == highest
    y[constant[of]] = 0.0
    log_likelihood, slope, slope_se, at_middle, rss = _over_phi(of, begins, n, day, x, y)
    exact: Bools = np.all(rss <= _EXACT * totals_of(of, y * y, size)[:, None], axis=1)
    log_likelihood[exact] = 0.0
    slope[constant], slope_se[exact], rss[exact] = 0.0, 0.0, 0.0
    relative = _PRIOR * np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    return Lines(
        series=series[begins],
        n=n,
        first=day[begins],
        last=day[np.append(begins[1:], len(series)) - 1] if size else begins,
        slope=slope,
        slope_se=slope_se,
        level_first=np.where(constant[:, None], level[:, None], level[:, None] + at_middle - slope * middle[:, None]),
        weight=relative / relative.sum(axis=1, keepdims=True),
        rss=rss,
        constant=constant,
        exact=exact,
    )


def _over_phi(
    of: Ints, begins: Ints, n: Ints, day: Ints, x: Floats, y: Floats
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Restricted log likelihood, slope, its standard error, level at x = 0 and RSS of each series for each φ."""
    from scipy.sparse import csr_array

    size = len(begins)
    owner, gap, pairs = _pair_sums(of, day, x, y)
    gaps, kind = np.unique(gap, return_inverse=True)
    of_series = np.searchsorted(owner, np.arange(size + 1))

    sums = csr_array((pairs["m"], kind, of_series), shape=(size, len(gaps)))

    def total(name: str, factor: Floats) -> Floats:
        """Sum over a series' pairs of a product times a factor that depends on gap and φ alone."""
        sums.data = pairs[name]
        return np.asarray(sums @ factor)

    a = PHI ** gaps[:, None]
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


def _pair_sums(of: Ints, day: Ints, x: Floats, y: Floats) -> tuple[Ints, Ints, dict[str, Floats]]:
    """Sums over pairs of consecutive points, by series and gap in days.

    In the names ``x``, ``y`` are of the later point and ``x0``, ``y0`` of the earlier one; ``m`` counts the pairs.
    Sums with ``x`` follow from those with ``x0``, because the later point lies one gap further.
    """
    gap_bits = 20
    gap = np.diff(day)
    gap[of[1:] != of[:-1]] = 0
    cell, cells = pd.factorize((of[:-1] << gap_bits) | gap)
    x0, y0, y1 = x[:-1], y[:-1], y[1:]
    products = {"x0": x0, "y0": y0, "y": y1, "x0x0": x0 * x0, "x0y0": x0 * y0, "x0y": x0 * y1}
    products |= {"yy": y1 * y1, "yy0": y1 * y0, "y0y0": y0 * y0}
    sums = {name: totals_of(cell, values, len(cells)) for name, values in products.items()}
    sums["m"] = np.bincount(cell, minlength=len(cells)).astype(np.float64)
    within = (cells & ((1 << gap_bits) - 1)) > 0
    owner, gaps = cells[within] >> gap_bits, cells[within] & ((1 << gap_bits) - 1)
    pairs = {name: values[within] for name, values in sums.items()}
    pairs["x"] = pairs["x0"] + gaps * pairs["m"]
    pairs["xx0"] = pairs["x0x0"] + gaps * pairs["x0"]
    pairs["xx"] = pairs["xx0"] + gaps * pairs["x"]
    pairs["xy"] = pairs["x0y"] + gaps * pairs["y"]
    pairs["cross"] = pairs["x0y0"] + gaps * pairs["y0"] + pairs["x0y"]
    return owner, gaps, pairs


@dataclass(frozen=True)
class SlopeMixture:
    """The distribution of the slope of each series as a mixture of t distributions, one per φ that has weight."""

    owner: Ints
    df: Floats
    weight: Floats
    location: Floats
    scale: Floats
    size: int

    @classmethod
    def of(cls, lines: Lines, rows: Ints) -> SlopeMixture:
        """The mixtures of some lines (by position), which must not be exact."""
        owner, phi = np.nonzero(lines.weight[rows] > _LEAST_WEIGHT)
        line = rows[owner]
        df = (lines.n[line] - 2).astype(np.float64)
        weight, location, scale = (part[line, phi] for part in (lines.weight, lines.slope, lines.slope_se))
        return cls(owner, df, weight, location, scale, len(rows))

    def below(self, slope: Floats) -> Floats:
        """Probability that the slope is at most ``slope`` (one value per series)."""
        from scipy.special import stdtr

        t = (slope[self.owner] - self.location) / self.scale
        return totals_of(self.owner, self.weight * stdtr(self.df, t), self.size)

    def of_series(self, chosen: Bools) -> SlopeMixture:
        """The mixtures of some of the series."""
        kept = chosen[self.owner]
        owner = (np.cumsum(chosen) - 1)[self.owner[kept]]
        return SlopeMixture(
            owner, self.df[kept], self.weight[kept], self.location[kept], self.scale[kept], int(chosen.sum())
        )

    def quantile(self, probability: float) -> Floats:
        """The slope below which the probability lies, by safeguarded steps of Halley's method inside a bracket."""
        from scipy.special import stdtrit

        if self.size == 0:
            return np.empty(0)
        degrees, which = np.unique(self.df, return_inverse=True)
        reach = self.location + self.scale * stdtrit(degrees, probability)[which]
        begins = run_starts(self.owner)
        low, high = np.minimum.reduceat(reach, begins), np.maximum.reduceat(reach, begins)
        guess = totals_of(self.owner, self.weight * reach, self.size)
        # A step of Halley's method cubes the error: one this small leaves about 1e-9 of the scale.
        precision = 1e-3 * totals_of(self.owner, self.weight * self.scale, self.size)
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

        degrees, which = np.unique(self.df, return_inverse=True)
        peak = np.exp(gammaln((degrees + 1) / 2) - gammaln(degrees / 2)) / np.sqrt(degrees * np.pi)
        t = (slope[self.owner] - self.location) / self.scale
        density = self.weight * peak[which] / self.scale * (1 + t * t / self.df) ** (-(self.df + 1) / 2)
        bend = -density * (self.df + 1) * t / ((self.df + t * t) * self.scale)
        f, f1 = (totals_of(self.owner, part, self.size) for part in (density, bend))
        newton: Floats = error / f
        return newton / np.maximum(1 - newton * f1 / (2 * f), 0.5)
