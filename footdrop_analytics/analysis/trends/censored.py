"""Straight lines through logs that stop at the target: what reaches it is known to be at least that, no more.

A written number stands for all values that are rounded to it, the target for all values from there upward. Level, slope
and spread maximise the likelihood of these intervals times a weak prior on the spread (Tobin 1958). All series are
fitted at once by Newton's method in (level / σ, slope / σ, 1 / σ), in which the likelihood is concave (Olsen 1978).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Ints
from footdrop_analytics.analysis.log.day_values import DailyValues

USUAL_SD = 1.2
"""Centre of the prior of the spread (log normal, SD 1 of its logarithm), in the units of the values."""
_MOST_STEPS = 60
_CONVERGED = 1e-10
_MOST_HALVINGS = 40
_PLACES = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))


def fit_censored(series: Ints, day: Ints, value: Floats, target: Floats, unit: Floats) -> tuple[Floats, Floats, Floats]:
    """Slope per day, its standard error as of independent days, and level at the first day of every series.

    Sorted by series and day; ``target`` and ``unit`` (of writing) have one entry per day.
    """
    begins = cols.run_starts(series)
    n, of, size = cols.run_lengths(begins, len(series)), cols.run_numbers(begins, len(series)), len(begins)
    since = (day - day[begins][of]).astype(np.float64)
    span = since[np.append(begins[1:], len(series)) - 1] if size else np.empty(0)
    x = since / span[of] - 0.5
    full = value >= target
    upper = np.where(full, np.inf, value + unit / 2)
    lower = np.where(full, target - unit / 2, value - unit / 2)
    level = cols.totals_of(of, value, size) / n
    sd = np.maximum(np.sqrt(cols.totals_of(of, (value - level[of]) ** 2, size) / n), USUAL_SD)
    start = np.column_stack([level / sd, np.zeros(size), 1 / sd])
    theta, information = _maximise(_Points(of, x, lower, upper), start)
    alpha, beta, gamma = theta.T
    # To (level, slope, log σ), in which the standard error is wanted.
    turn = np.zeros((size, 3, 3))
    turn[:, 0, 0] = turn[:, 1, 1] = gamma
    turn[:, :, 2] = -theta
    covariance = np.linalg.inv(turn.transpose(0, 2, 1) @ information @ turn)
    return beta / gamma / span, np.sqrt(covariance[:, 1, 1]) / span, (alpha - beta / 2) / gamma


@dataclass(frozen=True)
class _Points:
    """The days of the series that are still fitted: place on the line, and both ends of the value's interval."""

    of: Ints
    x: Floats
    lower: Floats
    upper: Floats

    def kept(self, series: Bools) -> _Points:
        """The points of some of the series, numbered anew."""
        kept = series[self.of]
        number = np.cumsum(series) - 1
        return _Points(number[self.of[kept]], self.x[kept], self.lower[kept], self.upper[kept])


def _maximise(points: _Points, theta: Floats) -> tuple[Floats, Floats]:
    """The maximum and the information (minus the matrix of second derivatives) there, by damped Newton steps."""
    information = np.tile(np.eye(3), (len(theta), 1, 1))
    left, ends = np.arange(len(theta)), _ends(points, theta)
    for _ in range(_MOST_STEPS):
        own = theta[left]
        value = _objective(points, own, ends)
        gradient, bend = _derivatives(points, own, ends)
        information[left] = bend
        step: Floats = np.linalg.solve(bend, gradient[..., None])[..., 0].astype(np.float64, copy=False)
        open_still = (step * gradient).sum(axis=1) > _CONVERGED
        if not open_still.any():
            break
        if not open_still.all():
            points, left, own = points.kept(open_still), left[open_still], own[open_still]
            step, value = step[open_still], value[open_still]
        theta[left], ends = _stepped(points, own, step, value)
    return theta, information


def _stepped(points: _Points, theta: Floats, step: Floats, value: Floats) -> tuple[Floats, _Ends]:
    """Each step, halved until 1 / σ stays positive and the objective does not fall; and the ends there."""
    share = np.ones((len(theta), 1))
    for _ in range(_MOST_HALVINGS):
        tried = theta + share * step
        ends = _ends(points, tried)
        reached = np.where(tried[:, 2] > 0, _objective(points, tried, ends), -np.inf)
        bad = ~(reached >= value - _CONVERGED * np.abs(value))
        if not bad.any():
            return tried, ends
        share[bad] /= 2
    kept = np.where(bad[:, None], theta, tried)
    return kept, _ends(points, kept)


_Ends = tuple[Floats, Floats, Floats]


def _ends(points: _Points, theta: Floats) -> _Ends:
    """Both ends of each value's interval in standard deviations from the line, and its probability."""
    from scipy.special import ndtr

    level, slope, sharpness = theta.T
    line = level[points.of] + slope[points.of] * points.x
    sharpness = sharpness[points.of]
    low, high = sharpness * points.lower - line, sharpness * points.upper - line
    # In the upper tail both probabilities are near 1: the mirror image keeps their difference.
    mirrored = low > 0
    return low, high, ndtr(np.where(mirrored, -low, high)) - ndtr(np.where(mirrored, -high, low))


def _objective(points: _Points, theta: Floats, ends: _Ends) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        log_probability = np.log(ends[2])
        off = np.log(theta[:, 2] * USUAL_SD)
    return cols.totals_of(points.of, log_probability, len(theta)) - off**2 / 2


def _derivatives(points: _Points, theta: Floats, ends: _Ends) -> tuple[Floats, Floats]:
    """Gradient and minus the second derivatives of the objective."""
    low, high, probability = ends
    by_low, by_high = (np.exp(-(z**2) / 2) / (np.sqrt(2 * np.pi) * probability) for z in (low, high))
    open_above = np.isinf(points.upper)
    high, upper = np.where(open_above, 0.0, high), np.where(open_above, 0.0, points.upper)
    # Derivatives by the line (−1 each end) and by 1 / σ (the ends themselves).
    ll, hh, lh = low * by_low - by_low**2, -high * by_high - by_high**2, by_low * by_high
    line, to_low, to_high = ll + hh + 2 * lh, ll + lh, hh + lh
    across = to_low * points.lower + to_high * upper
    own = ll * points.lower**2 + hh * upper**2 + 2 * lh * points.lower * upper
    size, off = len(theta), np.log(theta[:, 2] * USUAL_SD)

    def total(values: Floats) -> Floats:
        return cols.totals_of(points.of, values, size)

    first = by_low - by_high
    gradient = np.column_stack(
        [total(first), total(first * points.x), total(by_high * upper - by_low * points.lower) - off / theta[:, 2]]
    )
    second = [line, line * points.x, -across, line * points.x**2, -across * points.x, own]
    bend = np.empty((size, 3, 3))
    for (i, j), values in zip(_PLACES, second, strict=True):
        bend[:, i, j] = bend[:, j, i] = -total(values)
    bend[:, 2, 2] += (1 - off) / theta[:, 2] ** 2
    return gradient, bend


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
        number[days.run[days.begins]] = cols.counted(of_days, days.begins)
    n_at, n_above = n_not_above - n_below, n - n_not_above
    capped = (n >= LEAST_DAYS) & (n_at >= LEAST_AT_TARGET * n - TOLERANCE) & (n_above <= MOST_ABOVE * n + TOLERANCE)
    fitted = capped & (n_below >= LEAST_BELOW)
    taken = fitted[days.run]
    run, value = days.run[taken], days.value[taken]
    slope, slope_se, level_first = np.full((3, size), np.nan)
    slope[fitted], own_se, level_first[fitted] = fit_censored(
        run, days.day[taken], value, goal[taken] - TOLERANCE, _units(run, value, size)[run]
    )
    alike = correlation[fitted]
    slope_se[fitted] = own_se * np.sqrt((1 + alike) / (1 - alike))
    return CappedLines(capped, n_below, fitted, slope, slope_se, level_first, np.maximum(n - 2, 1).astype(np.float64))


def _units(run: Ints, value: Floats, size: int) -> Floats:
    """The unit in which each run's values are written: the coarsest of which all are multiples."""
    unit, begins = np.full(size, FINEST), cols.run_starts(run)
    for one in reversed(UNITS):
        off = np.abs(value / one - np.rint(value / one)) > 1e-6
        fits = ~cols.reduced(np.logical_or, off, begins)
        unit[run[begins[fits]]] = one
    return unit
