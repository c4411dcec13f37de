"""How often the interval of an adherence holds the truth, and how wide it is, on simulated days done and not done.

The package's own design effect and interval are applied to whole matrices of sessions with a known long-run share.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.trend_properties import Measured
from footdrop_analytics.analysis.adherence.interval import week_history, wilson

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WEEKS = 12
EXERCISES = 4
SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
PERIODS = (28, 84)
LEVELS = ("series", "patient")


class Dependence(NamedTuple):
    """How days resemble each other: correlation of neighbouring sessions, or of those of one week."""

    name: str
    neighbours: float
    week: float


DEPENDENCES = (
    Dependence("independent", 0.0, 0.0),
    Dependence("day to day 0.2", 0.2, 0.0),
    Dependence("day to day 0.4", 0.4, 0.0),
    Dependence("weekly ICC 0.1", 0.0, 0.1),
    Dependence("weekly ICC 0.3", 0.0, 0.3),
)
BEYOND = Dependence("day to day 0.6", 0.6, 0.0)


class Cell(NamedTuple):
    """Coverage and mean width for one dependence, share, period and level."""

    dependence: str
    share: float
    days: int
    level: str
    coverage: float
    width: float


def sittings(rng: np.random.Generator, people: int, share: float, how: Dependence, per_week: int) -> Bools:
    """Whether each session was done: (people, weeks, sessions of the week)."""
    if how.week:
        spread = (1 - how.week) / how.week
        chance = rng.beta(share * spread, (1 - share) * spread, (people, WEEKS, 1))
        return np.asarray(rng.random((people, WEEKS, per_week)) < chance)
    done = np.empty((people, WEEKS * per_week), dtype=bool)
    draw = rng.random(done.shape)
    done[:, 0] = draw[:, 0] < share
    for at in range(1, done.shape[1]):
        done[:, at] = draw[:, at] < share + how.neighbours * (done[:, at - 1] - share)
    return done.reshape(people, WEEKS, per_week)


def done_of(
    rng: np.random.Generator, people: int, share: float, how: Dependence, level: str, per_week: int = 7
) -> Floats:
    """Share of the exercises done at each session; of four exercises a quarter of what is missed is missed alone."""
    if level == "series":
        return sittings(rng, people, share, how, per_week).astype(np.float64)
    alone = 1 - (1 - share) / 4
    sat = sittings(rng, people, share / alone, how, per_week)
    return np.asarray(sat * (rng.random((EXERCISES, *sat.shape)) < alone).mean(axis=0))


def intervals(done: Floats, days: int) -> tuple[Floats, Floats]:
    """The package's interval for the last ``days``; ``done``: (people, weeks, sessions of a week), all due."""
    people, weeks, per_week = done.shape
    who, last_day = np.repeat(np.arange(people), weeks), np.tile(7 * np.arange(weeks) + 6, people)
    weekly = done.mean(axis=2)
    history = week_history(who, last_day, np.full(weekly.size, float(per_week)), weekly.ravel())
    effect, quantile = history.at(np.arange(people), np.full(people, 7 * weeks - 1))
    return wilson(weekly[:, -(days // 7) :].mean(axis=1), per_week * days / 7 / effect, quantile)


def cells(people: int, seed: int, per_week: int = 7, how: tuple[Dependence, ...] = DEPENDENCES) -> Iterator[Cell]:
    """Coverage and width of every share, dependence and level, over both periods."""
    for number, (dependence, share, level) in enumerate(product(how, SHARES, LEVELS)):
        done = done_of(np.random.default_rng([seed, per_week, number]), people, share, dependence, level, per_week)
        for days in PERIODS:
            low, high = intervals(done, days)
            held = float(((low <= share) & (share <= high)).mean())
            yield Cell(dependence.name, share, days, level, held, float((high - low).mean()))


def claims(found: list[Cell], people: int) -> Iterator[Measured]:
    """What is claimed of the cells of seven sessions a week."""
    for days, level in product(PERIODS, LEVELS):
        here = [cell for cell in found if (cell.days, cell.level) == (days, level)]
        held = np.array([cell.coverage for cell in here])
        error = float(np.sqrt((held * (1 - held)).mean() / people / len(held)))
        worst = float(held.min())
        where = f"95 % interval of adherence, {days} days, {level} level"
        yield Measured(f"{where}: holds the truth, mean of cells", float(held.mean()), error, 0.95, False)
        yield Measured(
            f"{where}: holds the truth, worst cell", worst, float(np.sqrt(worst * (1 - worst) / people)), 0.89, False
        )
        if days == PERIODS[0]:
            width = np.array([cell.width for cell in here])
            yield Measured(f"{where}: mean width", float(width.mean()), float(0.1 / np.sqrt(people)), 0.38, True)
