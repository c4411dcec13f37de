"""The value of a day, from the rows of that day that count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_analytics.analysis.log.arrays import Bools, Floats, Ints
from footdrop_analytics.analysis.log.days.ratings import highest


@dataclass(frozen=True)
class DailyValues:
    """One value per run and day with a tried row as prescribed, sorted by both; NaN = not recorded."""

    run: Ints
    day: Ints
    value: Floats

    def known(self) -> DailyValues:
        """Only the days with a value."""
        kept = ~np.isnan(self.value)
        if kept.all():
            return self
        return DailyValues(self.run[kept], self.day[kept], self.value[kept])


@dataclass(frozen=True)
class Amounts:
    """What was done in each entry, a failed attempt counts 0, and how often it was ``tries``, failed or not."""

    reps: Floats
    hold_s: Floats
    tries: Floats
    dose: Floats

    def taken(self, chosen: Ints) -> Amounts:
        """The amounts of some of the entries."""
        return Amounts(self.reps[chosen], self.hold_s[chosen], self.tries[chosen], self.dose[chosen])

    def of_days(self, measure: str, begins: Ints, in_seconds: Bools) -> Floats:
        """The value of each day, whose entries begin at ``begins``; ``in_seconds``: its exercise counts seconds."""
        if measure == "hold" or (measure == "primary" and in_seconds.all()):
            return self._mean_hold(begins)
        best = highest(self.reps, begins)
        if measure == "primary" and in_seconds.any():
            best[in_seconds] = self._mean_hold(begins)[in_seconds]
        return best

    def _mean_hold(self, begins: Ints) -> Floats:
        """Mean seconds per try over rows with a known hold."""
        if len(begins) == 0:
            return np.empty(0)
        known = ~np.isnan(self.hold_s * self.tries)
        weight = np.add.reduceat(np.where(known, self.tries, 0.0), begins)
        total = np.add.reduceat(np.where(known, self.tries * self.hold_s, 0.0), begins)
        mean = np.full(len(begins), np.nan)
        np.divide(total, weight, out=mean, where=weight > 0)
        return mean


def tries_of(sets: Floats, reps: Floats) -> Floats:
    """How often each entry was tried: sets × max(reps, 1), reps missing = 1."""
    return np.asarray(sets * np.maximum(np.nan_to_num(reps, nan=1.0), 1.0))
