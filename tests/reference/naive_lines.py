"""Lines through the values of one run: dense generalised least squares, a bent line, a censored line."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.stats import norm
from scipy.stats import t as student

RHOS = [step * 0.05 for step in range(20)]
Points = tuple[list[float], list[float]]
"""Days and values of one run."""


def is_exact(x: Sequence[float], values: Sequence[float]) -> bool:
    """Whether the values lie on a line over x: then the likelihood says nothing of the correlation."""
    design = np.column_stack([np.ones(len(x)), x])
    fitted = design @ np.linalg.lstsq(design, np.array(values), rcond=None)[0]
    return bool(np.allclose(fitted, values, atol=1e-7, rtol=0))


def usual_gap(days: Sequence[float]) -> float:
    """The median days between neighbouring values."""
    return float(statistics.median(b - a for a, b in pairwise(days)))


def fits(days: Sequence[float], x: Sequence[float], values: Sequence[float]) -> list[tuple[Any, float, float, float]]:
    """For each ρ: level and slope over x, the slope's standard error, the RSS and the restricted log likelihood."""
    n, gap = len(days), usual_gap(days)
    when, y = np.array(days, dtype=float), np.array(values, dtype=float)
    design = np.column_stack([np.ones(n), np.array(x, dtype=float)])
    apart = np.abs(when[:, None] - when[None, :])
    found = []
    for rho in RHOS:
        v = np.eye(n) if rho == 0 else (rho ** (1 / gap)) ** apart
        vi = np.linalg.inv(v)
        information = design.T @ vi @ design
        beta = np.linalg.solve(information, design.T @ vi @ y)
        residual = y - design @ beta
        rss = float(residual @ vi @ residual)
        error = math.sqrt(rss / (n - 2) * np.linalg.inv(information)[1, 1])
        restricted = -0.5 * (
            np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1] + (n - 2) * math.log(max(rss, 1e-300))
        )
        found.append((beta, error, rss, restricted))
    return found


def mixture(
    days: Sequence[float], x: Sequence[float], values: Sequence[float], earlier: Sequence[Points]
) -> dict[str, Any]:
    """The line over x with ρ integrated out; ``earlier`` are the same series' earlier runs."""
    n = len(days)
    now = fits(days, x, values)
    logs = np.array([fit[3] for fit in now])
    # "weights w ∝ (1 − ρ)^1.25 × the restricted likelihood of the run × ... of the same series' earlier runs (n ≥ 6)"
    for before, then in earlier:
        if len(before) >= 6 and not is_exact(before, then):
            logs = logs + np.array([fit[3] for fit in fits(before, before, then)])
    logs = logs + 1.25 * np.log(1 - np.array(RHOS))
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    slopes = np.array([fit[0][1] for fit in now])
    scale = np.array([fit[1] for fit in now])

    def below(value: float) -> float:
        return float(weights @ student.cdf((value - slopes) / scale, n - 2))

    def quantile(share: float) -> float:
        edges = slopes + scale * student.ppf(share, n - 2)
        if edges.max() - edges.min() < 1e-15:
            return float(edges[0])
        return float(brentq(lambda value: below(value) - share, edges.min(), edges.max(), xtol=1e-14, rtol=1e-13))

    above = float(weights @ student.sf(-slopes / scale, n - 2))
    return {
        "slope": float(weights @ slopes),
        "level_start": float(weights @ np.array([fit[0][0] for fit in now])),
        "quantile": quantile,
        "below_0": below(0.0),
        "above_0": above,
        "autocorrelation": float(weights @ np.array(RHOS)),
        "residual_sd": math.sqrt(float(weights @ np.array([fit[2] for fit in now])) / (n - 2)),
    }


def recent_decline(days: Sequence[float], values: Sequence[float], earlier: Sequence[Points]) -> tuple[Any, ...] | None:
    """The onset with the smallest one-sided p: (p, days before the last day, change since)."""
    found = []
    for ago in (14, 21, 28, 35, 42, 49, 56):
        onset = days[-1] - ago
        if sum(day <= onset for day in days) < 5 or sum(day > onset for day in days) < 4:
            continue
        after = [max(day - onset, 0) for day in days]
        if is_exact(after, values):
            slope = (values[-1] - values[0]) / ago
            found.append((0.0 if slope < 0 else 1.0, ago, slope * ago))
        else:
            line = mixture(days, after, values, earlier)
            found.append((line["above_0"], ago, line["slope"] * ago))
    return min(found, default=None)


def written_unit(values: Sequence[float]) -> float:
    """ "½ is half the unit in which they are written"."""
    for unit in (1.0, 0.5, 0.1):
        if all(abs(value / unit - round(value / unit)) < 1e-6 for value in values):
            return unit
    return 0.01


def censored(days: Sequence[float], values: Sequence[float], target: float) -> tuple[float, float, float]:
    """Level at the first day, slope and its standard error (independent days) of the line through censored values."""
    half = written_unit(values) / 2
    span = days[-1] - days[0]
    x = (np.array(days) - days[0]) / span - 0.5
    y, full = np.array(values), np.array([value >= target - 1e-9 for value in values])

    def minus_log(p: Any) -> float:
        mean, sd = p[0] + p[1] * x, math.exp(p[2])
        low = np.where(full, target - half, y - half)
        z_low, z_high = (low - mean) / sd, (y + half - mean) / sd
        # in the upper tail both are near 1: take the mirror image
        flip = z_low > 0
        inside = norm.cdf(np.where(flip, -z_low, z_high)) - norm.cdf(np.where(flip, -z_high, z_low))
        # "a weak prior (log σ ~ N(log 1.2, 1))"
        logs = np.where(full, norm.logsf(z_low), np.log(np.maximum(inside, 1e-300)))
        return float(-logs.sum() + (p[2] - math.log(1.2)) ** 2 / 2)

    start = [float(y.mean()), 0.0, math.log(max(float(y.std()), 1.2))]
    best = minimize(minus_log, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 20000})
    best = minimize(minus_log, best.x, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 20000})
    level, slope, _ = best.x
    covariance = np.linalg.inv(_curvature(minus_log, best.x))
    return level - slope / 2, slope / span, math.sqrt(covariance[1, 1]) / span


def _curvature(function: Any, at: Any, step: float = 1e-3) -> Any:
    """Second derivatives by central differences."""
    found = np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            a, b = step * np.eye(3)[i], step * np.eye(3)[j]
            corners = function(at + a + b) - function(at + a - b) - function(at - a + b) + function(at - a - b)
            found[i, j] = corners / (4 * step * step)
    return found
