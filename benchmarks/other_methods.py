"""The package's trend beside usual methods, on the same simulated logs: how often each sees a trend, rightly or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy import stats

from benchmarks.trend_properties import PATTERNS, Floats, Ints, Logs, days_of, simulated
from footdrop_analytics.analysis.trends.gls import fit_lines

LENGTHS = (14, 30, 60)
CORRELATIONS = (0.0, 0.3, 0.5)
_ALPHA = 0.05


class Method(NamedTuple):
    """Shares of p < 0.05: on flat logs by correlation and in the worst cell, on sloped ones of what the truth sees."""

    name: str
    false: tuple[float, ...]
    worst: float
    power: float
    least_power: float


def package(logs: Logs) -> Floats:
    """The package's own p values."""
    return logs.judged().fitted["p_value"]


def ordinary(logs: Logs) -> Floats:
    """Least squares as if the days were independent."""
    n = logs.day.shape[1]
    x = logs.day - logs.day.mean(axis=1, keepdims=True)
    y = logs.value - logs.value.mean(axis=1, keepdims=True)
    slope = (x * y).sum(1) / (x * x).sum(1)
    rest = ((y - slope[:, None] * x) ** 2).sum(1) / (n - 2) / (x * x).sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.nan_to_num(2 * stats.t.sf(np.abs(slope) / np.sqrt(rest), n - 2), nan=1.0)
    return found


def restricted_likelihood(logs: Logs) -> Floats:
    """Restricted maximum likelihood with AR(1) errors on real days, the estimated correlation taken for the truth."""
    series, n = logs.day.shape
    lines = fit_lines(np.repeat(np.arange(series), n), logs.day.ravel(), logs.value.ravel())
    best = np.argmax(lines.log_likelihood, axis=1)
    slope, error = (part[np.arange(series), best] for part in (lines.slope, lines.slope_se))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(lines.exact, 1.0, 2 * stats.t.sf(np.abs(slope) / error, n - 2))


def _each(logs: Logs, p_value: Callable[[Ints, Floats], float]) -> Floats:
    return np.array([p_value(day, value) for day, value in zip(logs.day, logs.value, strict=True)])


def _kendall(value: Floats) -> tuple[float, float]:
    """Mann–Kendall's S and its variance under independence, ties counted."""
    s = float(np.sign(np.subtract.outer(value, value))[np.tril_indices(len(value), -1)].sum())
    n, ties = len(value), np.unique(value, return_counts=True)[1]
    return s, float(n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18


def _normal(s: float, variance: float) -> float:
    return float(2 * stats.norm.sf(max(abs(s) - 1, 0) / np.sqrt(variance))) if variance > 0 else 1.0


def mann_kendall(logs: Logs) -> Floats:
    """Mann–Kendall (Kendall 1975)."""
    return _each(logs, lambda _, value: _normal(*_kendall(value)))


def hamed_rao(logs: Logs) -> Floats:
    """Mann–Kendall with the variance of Hamed and Rao (1998): significant autocorrelations of the detrended ranks."""

    def p_value(day: Ints, value: Floats) -> float:
        n, (s, variance) = len(value), _kendall(value)
        ranks = stats.rankdata(value - stats.theilslopes(value, day).slope * day)
        ranks -= ranks.mean()
        lags = np.arange(1, n)
        square = float(ranks @ ranks)
        rho = np.array([ranks[lag:] @ ranks[:-lag] for lag in lags]) / square if square else np.zeros(n - 1)
        rho[np.abs(rho) <= stats.norm.ppf(0.975) / np.sqrt(n)] = 0.0
        more = 1 + 2 / (n * (n - 1) * (n - 2)) * float(((n - lags) * (n - lags - 1) * (n - lags - 2) * rho).sum())
        return _normal(s, variance * more)

    return _each(logs, p_value)


def theil_sen(logs: Logs) -> Floats:
    """SciPy's 95 % interval of the Theil–Sen slope: 0 where it leaves out no slope, else 1."""

    def p_value(day: Ints, value: Floats) -> float:
        found = stats.theilslopes(value, day)
        return 1.0 if found.low_slope <= 0 <= found.high_slope else 0.0

    return _each(logs, p_value)


def glsar(logs: Logs) -> Floats:
    """statsmodels' GLSAR with one lag, by the order of entries (it knows no gaps)."""
    from statsmodels.regression.linear_model import GLSAR  # type: ignore[import-untyped]

    def p_value(day: Ints, value: Floats) -> float:
        if value.min() == value.max():
            return 1.0
        return float(GLSAR(value, np.column_stack([np.ones(len(day)), day]), rho=1).iterative_fit(maxiter=6).pvalues[1])

    return _each(logs, p_value)


METHODS: dict[str, Callable[[Logs], Floats]] = {
    "this package": package,
    "ordinary least squares": ordinary,
    "Mann–Kendall": mann_kendall,
    "Mann–Kendall, Hamed–Rao": hamed_rao,
    "Theil–Sen, SciPy's interval": theil_sen,
    "REML AR(1), correlation plugged in": restricted_likelihood,
}
if find_spec("statsmodels"):  # of the extra ``research``
    METHODS |= {"GLSAR(1), statsmodels": glsar}


def compared(series: int, seed: int) -> Iterator[Method]:
    """Every method on the same logs."""
    cells = [_pair(series, seed, *cell) for cell in product(enumerate(PATTERNS), LENGTHS, CORRELATIONS)]
    of_cell = [rho for _, _, rho in product(PATTERNS, LENGTHS, CORRELATIONS)]
    truth = np.array([(sloped.told_phi()[0] < _ALPHA).mean() for _, sloped in cells])
    for name, method in METHODS.items():
        false, power = (np.array([(method(pair[at]) < _ALPHA).mean() for pair in cells]) for at in (0, 1))
        by_rho = tuple(float(false[np.array(of_cell) == rho].mean()) for rho in CORRELATIONS)
        share = power / truth
        yield Method(name, by_rho, float(false.max()), float(share.mean()), float(share.min()))


def _pair(series: int, seed: int, pattern: tuple[int, str], n: int, rho: float) -> tuple[Logs, Logs]:
    """Flat logs, and logs with the slope at which the truth told has 80 % power."""
    rng = np.random.default_rng([seed, pattern[0], n, int(10 * rho)])
    day = days_of(rng, series, pattern[1], n)
    flat = simulated(rng, series, day, rho, 10.0)
    slope = float(flat.told_phi()[1].mean() * (stats.t.ppf(0.975, n - 2) + stats.t.ppf(0.8, n - 2)))
    return flat, simulated(rng, series, day, rho, 20.0 + slope / 7 * (day - day.mean(axis=-1, keepdims=True)))
