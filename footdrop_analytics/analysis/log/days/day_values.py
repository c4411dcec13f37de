"""The value of a day, from the rows of that day that count, and its dose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from footdrop_analytics.analysis.log.arrays import Bools, Floats, Ints, last_places, reduced, run_lengths, run_starts
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.days.ratings import highest
from footdrop_analytics.analysis.log.sides import BOTH
from footdrop_analytics.model.vocabulary import SIDES


@dataclass(frozen=True)
class DailyValues:
    """One value per run and day with a tried row as prescribed, sorted by both; NaN = not recorded."""

    run: Ints
    day: Ints
    value: Floats

    @cached_property
    def begins(self) -> Ints:
        """Where the days of each run that has any begin."""
        return run_starts(self.run)

    @cached_property
    def count(self) -> Ints:
        """How many days each of these runs has."""
        return run_lengths(self.begins, len(self.run))

    def latest(self, count: int) -> Floats:
        """The last ``count`` values of each of these runs, latest first; missing where there are fewer."""
        places = last_places(self.begins, len(self.run), count)
        return np.where(places >= 0, self.value[places], np.nan)

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
        known = ~np.isnan(self.hold_s * self.tries)
        weight = reduced(np.add, np.where(known, self.tries, 0.0), begins)
        total = reduced(np.add, np.where(known, self.tries * self.hold_s, 0.0), begins)
        mean = np.full(len(begins), np.nan)
        np.divide(total, weight, out=mean, where=weight > 0)
        return mean


def tries_of(sets: Floats, reps: Floats) -> Floats:
    """How often each entry was tried: sets × max(reps, 1), reps missing = 1."""
    return np.asarray(sets * np.maximum(np.nan_to_num(reps, nan=1.0), 1.0))


def day_dose(log: CodedLog, dose: Floats, begins: Ints, chosen: Ints | None = None) -> Floats:
    """The sum of ``dose`` (one value per entry, or per chosen entry) in each run of entries, NaN if one is unknown.

    In a series of both sides the rows of the left and of the right side stand for the two sides of one session: the
    larger of their sums is added to that of the rows of both.
    """
    total: Floats = reduced(np.add, dose, begins)
    series = log.entries.series if chosen is None else log.entries.series[chosen]
    of_both = np.flatnonzero(log.series.side[series] == BOTH)
    side = log.entries.code("side", of_both if chosen is None else chosen[of_both])
    if (side != BOTH).any():
        parts = [np.zeros(len(series)) for _ in SIDES]
        for one, part in enumerate(parts):
            part[of_both[side == one]] = dose[of_both[side == one]]
        left, right, both = (reduced(np.add, part, begins) for part in parts)
        total = np.where(log.series.side[series[begins]] == BOTH, both + np.maximum(left, right), total)
    return total
