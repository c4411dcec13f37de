"""Trends of logs that do not follow the model of the method: what is said of them, weak places included."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from benchmarks.trend_properties import Floats, Ints, Logs, days_of, sessions_a_week, simulated

LENGTHS = (14, 30, 60)


class Said(NamedTuple):
    """Shares of logs with p < 0.05 and with each verdict."""

    course: str
    n: int
    small_p: float
    rising: float
    declining: float
    steady: float


def courses(rng: np.random.Generator, series: int, n: int) -> Iterator[tuple[str, Logs]]:
    """Simulated logs of each kind, daily with 30 % of the days missing unless said."""
    day = days_of(rng, series, "gaps", n)
    for rho in (0.6, 0.7, 0.8):
        yield f"flat, correlation {rho:g}, daily", simulated(rng, series, np.arange(n), rho, 12.0)
    yield "flat, correlation 0.7, 3 a week", simulated(rng, series, sessions_a_week(3, -(-n // 3))[:n], 0.7, 12.0)
    for step in (0.1, 0.2, 0.3):
        walk = np.cumsum(rng.normal(0, step, (series, int(day.max()) + 1)), axis=1)
        wandering = np.asarray(12 + np.take_along_axis(walk, day, axis=1), dtype=np.float64)
        yield f"random walk, daily SD {step:g}, and noise of SD 1", simulated(rng, series, day, 0.0, wandering, sd=1.0)
    for share in (0.5, 0.8, 0.9):
        late = (np.arange(n) >= share * n).astype(np.float64)
        yield (
            f"step of −30 % after {100 * share:.0f} % of the days",
            simulated(rng, series, day, 0.3, 12 * (1 - 0.3 * late)),
        )
    for days in (3, 7):
        practised = np.asarray(12 - 2.5 * np.exp(-day / days), dtype=np.float64)
        yield f"practice, +2.5 in about {3 * days} days, then flat", simulated(rng, series, day, 0.3, practised)
    for loss in (1.5, 3.0):
        yield f"weekends {loss:g} lower, flat", simulated(rng, series, day, 0.3, 12 - loss * _weekend(day))


def _weekend(day: Ints) -> Floats:
    return (day % 7 >= 5).astype(np.float64)


def measured(series: int, seed: int) -> Iterator[Said]:
    """What the package says of each course and length."""
    for n in LENGTHS:
        for course, logs in courses(np.random.default_rng([seed, n]), series, n):
            found = logs.judged()
            verdicts = (float(found.said(name).mean()) for name in ("rising", "declining", "steady"))
            yield Said(course, n, float((found.fitted["p_value"] < 0.05).mean()), *verdicts)


def repeated(patients: int, seed: int) -> Iterator[tuple[str, float]]:
    """Ever a false verdict in 12 weekly looks at four flat series, at correlations beyond the claim."""
    for rho, sessions in product((0.6, 0.7, 0.8), (3, 7)):
        rng = np.random.default_rng([seed, sessions, int(10 * rho)])
        logs = simulated(rng, 4 * patients, sessions_a_week(sessions, 12), rho, 12.0)
        looks = (logs.judged(10.0, m=4, until=7 * week).said("rising", "declining") for week in range(1, 13))
        ever = np.any(list(looks), axis=0).reshape(patients, 4).any(axis=1)
        yield f"correlation {rho:g}, {sessions} a week", float(ever.mean())
