"""``python -m benchmarks.trend_properties``: every claim about the trends, measured on simulated logs with known truth.

Prints a table: the claim, what was measured, its Monte-Carlo standard error, the bar, and whether it is reached. All
logs are whole-number repetitions with SD 1.2 whose neighbouring sessions have a stated correlation.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from footdrop_analytics.analysis.log.day_values import DailyValues
from footdrop_analytics.analysis.trends.estimates import TrendEstimates
from footdrop_analytics.analysis.trends.run_values import medians_of, outlying_days
from footdrop_analytics.analysis.trends.verdicts import Verdicts, judged
from footdrop_analytics.model.vocabulary import VERDICTS
from footdrop_analytics.simulation.generator import ar1

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

PATTERNS = ("daily", "gaps", "mon_wed_fri")
LENGTHS = (10, 14, 20, 30, 60)
CORRELATIONS = (0.0, 0.2, 0.3, 0.5)
SD = 1.2
AGAIN = 10
"""So many cells with the most false verdicts are measured again, with so many times the logs."""
_WEEKDAYS = {3: (0, 2, 4), 5: (0, 1, 2, 3, 4), 7: tuple(range(7))}


class Measured(NamedTuple):
    """One claim: what was measured with its Monte-Carlo standard error (0: a worst case), and the bar."""

    claim: str
    value: float
    error: float
    bar: float
    at_most: bool

    @property
    def reached(self) -> bool:
        """Whether the bar is reached."""
        return self.value <= self.bar if self.at_most else self.value >= self.bar


@dataclass(frozen=True)
class Logs:
    """Logs of equal length: ``day`` and ``value`` are (series, days), ``phi`` the correlation per day."""

    day: Ints
    value: Floats
    phi: float

    def judged(self, target: float = np.nan, m: int = 1, until: int | None = None) -> Judged:
        """What the package says of each, looking at the days before ``until``."""
        seen = np.ones(self.day.shape, dtype=bool) if until is None else self.day < until
        run, _ = np.nonzero(seen)
        return judge(run, self.day[seen], self.value[seen], np.full(len(self.day), target), m)

    def capped(self, target: float) -> Logs:
        """The same logs, stopping at the target."""
        return Logs(self.day, np.minimum(self.value, target), self.phi)

    def told_phi(self) -> tuple[Floats, Floats]:
        """p value and standard error per week of generalised least squares that is told the truth."""
        from scipy.stats import t

        n = self.day.shape[1]
        a = np.where(self.phi > 0, self.phi ** np.diff(self.day, axis=1), 0.0)
        x = self.day - self.day.mean(axis=1, keepdims=True)
        one, x, y = (_whitened(part, a) for part in (np.ones(self.day.shape), x, self.value))
        s11, s1x, sxx = (one * one).sum(1), (one * x).sum(1), (x * x).sum(1)
        s1y, sxy, syy = (one * y).sum(1), (x * y).sum(1), (y * y).sum(1)
        det = s11 * sxx - s1x**2
        slope, level = (s11 * sxy - s1x * s1y) / det, (sxx * s1y - s1x * sxy) / det
        # A log on a line leaves rounding only, of either sign.
        rss = np.maximum(syy - level * s1y - slope * sxy, 1e-9)
        error = np.sqrt(rss / (n - 2) * s11 / det)
        return 2 * t.sf(np.abs(slope / error), n - 2), 7 * error


def _whitened(values: Floats, a: Floats) -> Floats:
    return np.concatenate([values[:, :1], (values[:, 1:] - a * values[:, :-1]) / np.sqrt(1 - a**2)], axis=1)


@dataclass(frozen=True)
class Judged:
    """What the package says: columns of the line, verdicts by name, and which of the days given are outlying."""

    fitted: dict[str, Floats]
    verdicts: Verdicts
    outlying: Bools

    def said(self, *names: str) -> Bools:
        """Where the verdict is one of these."""
        found: Bools = np.isin(self.verdicts.verdict, [VERDICTS.index(name) for name in names])
        return found

    def holds(self, slope: float) -> Bools:
        """Where the 95 % interval holds the true slope per week."""
        found: Bools = (self.fitted["slope_low"] <= slope) & (self.fitted["slope_high"] >= slope)
        return found


def judge(run: Ints, day: Ints, value: Floats, target: Floats, m: int) -> Judged:
    """Verdicts of simulated runs of an active exercise counted in repetitions, each a series of its own."""
    size = len(target)
    margin = np.maximum(1.0, 0.2 * np.fmin(target, medians_of(run, value, size)))
    far = outlying_days(run, day, value, margin)
    days = DailyValues(run[~far], day[~far], value[~far])
    every, none = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
    estimates = TrendEstimates(days, np.arange(size), target, margin, every)
    fitted = estimates.columns()
    return Judged(fitted, judged(estimates, fitted, none, none, np.full(size, m)), far)


def simulated(
    rng: np.random.Generator, series: int, day: Ints, rho: float, course: Floats | float, sd: float = SD
) -> Logs:
    """Logs on the days (one row for all, or one per series) around a course; ``rho`` between neighbouring sessions."""
    gap = float(np.diff(day, axis=-1).mean()) if day.ndim == 1 else 1.0
    phi = rho ** (1 / gap) if rho else 0.0
    noise = ar1(rng, np.full(series, phi), int(day.max()) + 1)
    place = np.broadcast_to(day, (series, day.shape[-1]))
    value = np.maximum(np.rint(course + sd * np.take_along_axis(noise, place, axis=1)), 0.0)
    return Logs(place, value, phi)


def days_of(rng: np.random.Generator, series: int, pattern: str, n: int) -> Ints:
    """The days of ``n`` sessions: one row for all, or with 30 % of the days missing one per series."""
    if pattern == "mon_wed_fri":
        return sessions_a_week(3, -(-n // 3))[:n]
    if pattern == "daily":
        return np.arange(n)
    # Sessions are kept with chance 0.7: so many days lie between one and the next.
    apart = rng.geometric(0.7, (series, n))
    apart[:, 0] = 0
    return np.cumsum(apart, axis=1)


def sessions_a_week(sessions: int, weeks: int) -> Ints:
    """The days of so many weeks with sessions on the same weekdays."""
    return np.array([7 * week + day for week in range(weeks) for day in _WEEKDAYS[sessions]])


def share(found: Bools) -> tuple[float, float]:
    """A share and its Monte-Carlo standard error."""
    p = float(found.mean())
    return p, float(np.sqrt(max(p * (1 - p), 1 / len(found)) / len(found)))


CELLS = tuple(product(PATTERNS, LENGTHS, CORRELATIONS))


def cells(series: int, seed: int) -> Iterator[dict[str, float]]:
    """Error rates, coverage and power of every pattern, length and correlation."""
    from scipy.stats import t

    for number, (pattern, n, rho) in enumerate(CELLS):
        rng = np.random.default_rng([seed, number])
        day = days_of(rng, series, pattern, n)
        logs = simulated(rng, series, day, rho, 10.0)
        flat = logs.judged()
        # The slope at which the truth told has 80 % power.
        slope = float(logs.told_phi()[1].mean() * (t.ppf(0.975, n - 2) + t.ppf(0.8, n - 2)))
        middle = day.mean(axis=-1, keepdims=True)
        sloped = simulated(rng, series, day, rho, 20.0 + slope / 7 * (day - middle))
        found = sloped.judged()
        yield {
            "false": float((flat.fitted["p_value"] < 0.05).mean()),
            "false_verdict": float(flat.said("rising", "declining").mean()),
            "coverage": float(np.mean([flat.holds(0.0).mean(), found.holds(slope).mean()])),
            "power": float((found.fitted["p_value"] < 0.05).mean() / (sloped.told_phi()[0] < 0.05).mean()),
        }


def false_verdicts(cell: int, series: int, seed: int) -> float:
    """The share of a cell's flat logs that get a verdict, on other logs than those of :func:`cells`."""
    pattern, n, rho = CELLS[cell]
    rng = np.random.default_rng([seed, len(CELLS) + cell])
    logs = simulated(rng, series, days_of(rng, series, pattern, n), rho, 10.0)
    return float(logs.judged().said("rising", "declining").mean())


def calibration(series: int, seed: int) -> Iterator[Measured]:
    """False trends, coverage and power over all cells."""
    found = list(cells(series, seed))
    columns = {name: np.array([cell[name] for cell in found]) for name in found[0]}
    each = 1 / np.sqrt(len(found) * series)
    false, verdict, coverage, power = (columns[name] for name in ("false", "false_verdict", "coverage", "power"))
    yield Measured("p < 0.05 on flat logs, mean of cells", float(false.mean()), 0.2 * each, 0.05, True)
    yield Measured("p < 0.05 on flat logs, worst cell", float(false.max()), 0.0, 0.085, True)
    # The highest of many is high by chance too: those that look worst are measured again.
    again = AGAIN * series
    worst = max(false_verdicts(int(cell), again, seed) for cell in np.argsort(verdict)[-AGAIN:])
    error = float(np.sqrt(worst * (1 - worst) / again))
    yield Measured("verdict on flat logs, worst cell", worst, error, 0.01, True)
    yield Measured("95 % interval holds the truth, mean of cells", float(coverage.mean()), 0.2 * each, 0.94, False)
    yield Measured("power, share of the truth told, mean of cells", float(power.mean()), 0.5 * each, 0.85, False)
    yield Measured("power, share of the truth told, worst cell", float(power.min()), 0.0, 0.55, False)


def repeated_looks(patients: int, seed: int) -> Iterator[Measured]:
    """Ever a false verdict in 12 weekly looks at a patient with four flat series."""
    for rho, bar in ((0.3, 0.05), (0.5, 0.10)):
        for sessions in (3, 7):
            rng = np.random.default_rng([seed, sessions])
            logs = simulated(rng, 4 * patients, sessions_a_week(sessions, 12), rho, 12.0)
            looks = (logs.judged(10.0, m=4, until=7 * week) for week in range(1, 13))
            ever = np.any([look.said("rising", "declining") for look in looks], axis=0).reshape(patients, 4)
            claim = f"ever a false verdict in 12 looks, 4 series, {sessions} a week, correlation {rho:g}"
            yield Measured(claim, *share(np.asarray(ever.any(axis=1))), bar, True)


def capped_runs(series: int, seed: int) -> Iterator[Measured]:
    """Logs of 30 sessions that stop at the target of 10 while the capacity falls by 30 %."""
    for (start, end), pattern, rho in product(((12, 8.4), (13, 9.1)), ("daily", "mon_wed_fri"), (0.0, 0.3, 0.5)):
        rng = np.random.default_rng([seed, int(10 * start), int(10 * rho)])
        day = days_of(rng, series, pattern, 30)
        slope = 7 * (end - start) / float(day[-1] - day[0])
        found = simulated(rng, series, day, rho, start + slope / 7 * (day - day[0])).capped(10.0).judged(10.0)
        line = ~np.isnan(found.fitted["slope_per_week"])
        where = f"capped {start:g} to {end:g}, {pattern}, correlation {rho:g}"
        yield Measured(f"{where}: a line", *share(line), 0.85, False)
        yield Measured(f"{where}: interval holds the truth", *share(found.holds(slope)[line]), 0.90, False)
        yield Measured(f"{where}: steady", *share(found.said("steady")), 0.05, True)


def declines(series: int, seed: int) -> Iterator[Measured]:
    """After 8 stable weeks −30 % over 4 weeks, 3 sessions a week: the verdict alone, by day 28, 35 and 42."""
    for target_stops in (False, True):
        rng = np.random.default_rng([seed, int(target_stops)])
        day = sessions_a_week(3, 14)
        logs = simulated(rng, series, day, 0.3, 12 * (1 - 0.3 * np.clip((day - 56) / 28, 0, 1)))
        logs, told = logs.capped(10.0) if target_stops else logs, np.zeros(series, dtype=bool)
        for week in range(1, 7):
            told |= logs.judged(10.0, until=56 + 7 * week).said("declining")
            if week >= 4:
                where = "log stops at the target of 10" if target_stops else "free log"
                claim = f"−30 % from 12, {where}: verdict by day {7 * week} (flags come on top)"
                yield Measured(claim, *share(told), 0.0, False)


def slips(series: int, seed: int) -> Iterator[Measured]:
    """One value ten times too large or too small, and a fall of the last three days."""
    for factor, same_bar in ((10.0, 0.99), (0.1, 0.97)):
        same, named = [], []
        for number, (pattern, n, slope) in enumerate(product(PATTERNS, (14, 30), (0.0, -0.6))):
            rng = np.random.default_rng([seed, number])
            day = days_of(rng, series, pattern, n)
            logs = simulated(rng, series, day, 0.3, 11.0 + slope / 7 * (day - day.mean(axis=-1, keepdims=True)))
            rows, at = np.arange(series), rng.integers(0, n - 2, series)
            value = logs.value.copy()
            value[rows, at] = np.rint(factor * value[rows, at])
            left = np.ones(value.shape, dtype=bool)
            left[rows, at] = False
            slipped, target = Logs(logs.day, value, logs.phi).judged(10.0), np.full(series, 10.0)
            without = judge(np.nonzero(left)[0], logs.day[left], logs.value[left], target, 1)
            same.append(slipped.verdicts.verdict == without.verdicts.verdict)
            named.append(slipped.outlying.reshape(series, n)[rows, at])
        size = "large" if factor > 1 else "small"
        claim = f"one value ten times too {size}: verdict as without that day"
        yield Measured(claim, *share(np.concatenate(same)), same_bar, False)
        if factor > 1:
            yield Measured("one value ten times too large: named", *share(np.concatenate(named)), 0.98, False)
    rng = np.random.default_rng(seed)
    logs = simulated(rng, 10 * series, np.arange(20), 0.3, 12.0)
    logs.value[:, -3:] = rng.integers(4, 6, (10 * series, 3))
    lost = logs.judged(10.0).outlying.reshape(-1, 20)[:, -3:]
    yield Measured(
        "last three days from 12 to 4 or 5: taken for a slip", *share(np.asarray(lost.any(axis=1))), 0.0, True
    )


def measured(series: int, seed: int) -> Iterator[Measured]:
    """Everything, with so many logs a cell."""
    yield from calibration(series, seed)
    yield from repeated_looks(max(series // 4, 1), seed)
    yield from capped_runs(series, seed)
    yield from declines(series, seed)
    yield from slips(series, seed)


def main() -> int:
    """Print the table; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trend_properties", description=__doc__)
    parser.add_argument("--series", type=int, default=2000, help="simulated logs a cell")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(f"{chosen.series} logs a cell, seed {chosen.seed}\n\n| claim | measured | ± | bar | |\n|---|---|---|---|---|")
    missed = 0
    for one in measured(chosen.series, chosen.seed):
        sign, missed = "≤" if one.at_most else "≥", missed + (not one.reached)
        error = f"{100 * one.error:.1f}" if one.error else ""
        said = "" if one.reached else "missed"
        print(f"| {one.claim} | {100 * one.value:.1f} % | {error} | {sign} {100 * one.bar:g} % | {said} |", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
