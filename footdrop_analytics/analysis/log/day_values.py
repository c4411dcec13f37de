"""The value of a day, from the rows of that day that count, its dose, and its pain and effort, rated once a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import Bools, Floats, Ints
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.entries import BOTH
from footdrop_analytics.model.vocabulary import SIDES


def pain_limit(usual: Floats, limits: Mapping[str, float]) -> Floats:
    """The pain that counts as high for each person: so much above the usual one, between the lowest and the highest."""
    limit = np.maximum(limits["lowest_limit"], usual + limits["above_usual"])
    return np.minimum(limits["highest_limit"], limit)


@dataclass(frozen=True)
class DayRatings:
    """Ratings 0–10 of each series and day with any row of it (skipped rows too), sorted by both; NaN = not rated.

    ``pain`` and ``effort`` are the ratings of the day; ``asked_*`` those of its check-in and ``others_*`` the highest
    on any row of the patient that day.
    """

    series: Ints
    day: Ints
    pain: Floats
    effort: Floats
    asked_pain: Floats
    asked_effort: Floats
    others_pain: Floats
    others_effort: Floats

    @classmethod
    def of(cls, log: CodedLog) -> DayRatings:
        """Pain and effort of each series and day.

        Pain is the highest of the series' own rows and the day's check-in, else the highest of the patient's other rows
        of that day. Effort is that of the own rows, else the check-in's, else the other rows'.
        """
        entries = log.entries
        begins = cols.run_starts(entries.series, entries.day)
        series, day = entries.series[begins], entries.day[begins]
        patient_day = cols.day_keys(log.series.patient[series], day)
        order = np.argsort(patient_day, kind="stable")
        rated = {}
        for measure in ("pain", "effort"):
            own = highest(entries.number(f"{measure}_0_10"), begins)
            others = rated[f"others_{measure}"] = _highest_of_patient(patient_day, own, order)
            asked = rated[f"asked_{measure}"] = _checkin(log, f"{measure}_0_10", patient_day)
            rated[measure] = _rating(measure, own, asked, others)
        return cls(series, day, **rated)

    def at(self, series: Ints, day: Ints) -> Ints:
        """Position of each series and day, which must be among them."""
        return np.searchsorted(cols.day_keys(self.series, self.day), cols.day_keys(series, day))

    def fill(self, measure: str, own: Floats, series: Ints, day: Ints) -> Floats:
        """The rating of each series and day whose own rows, or some of them, are rated ``own`` at the highest."""
        where = self.at(series, day)
        asked, others = (getattr(self, f"{of}_{measure}")[where] for of in ("asked", "others"))
        return _rating(measure, own, asked, others)


def _rating(measure: str, own: Floats, asked: Floats, others: Floats) -> Floats:
    """Of pain the higher of own rows and check-in, of effort the own rows before the check-in; else other rows."""
    first = np.fmax(own, asked) if measure == "pain" else np.where(np.isnan(own), asked, own)
    return np.where(np.isnan(first), others, first)


def highest(values: Floats, begins: Ints) -> Floats:
    """The highest known value of each run; NaN where none is known."""
    return cols.reduced(np.fmax, values, begins)


def _highest_of_patient(patient_day: Ints, own: Floats, order: Ints) -> Floats:
    if np.isnan(own).all():
        return own
    begins = cols.run_starts(patient_day[order])
    out = np.empty_like(own)
    out[order] = np.repeat(highest(own[order], begins), cols.run_lengths(begins, len(order)))
    return out


def _checkin(log: CodedLog, column: str, patient_day: Ints) -> Floats:
    """The highest rating of the patient's check-ins of that day."""
    table = log.study.checkins
    day = cols.day_numbers(table["day"])
    chosen = day <= log.as_of_day
    key, values = cols.day_keys(log.patient_numbers(table), day)[chosen], cols.numbers_of(table[column])[chosen]
    order = np.argsort(key, kind="stable")
    key, values = key[order], values[order]
    begins = cols.run_starts(key)
    return cols.looked_up(key[begins], highest(values, begins), patient_day, np.nan)


@dataclass(frozen=True)
class DailyValues:
    """One value per run and day with a tried row as prescribed, sorted by both; NaN = not recorded."""

    run: Ints
    day: Ints
    value: Floats

    @cached_property
    def begins(self) -> Ints:
        """Where the days of each run that has any begin."""
        return cols.run_starts(self.run)

    @cached_property
    def count(self) -> Ints:
        """How many days each of these runs has."""
        return cols.run_lengths(self.begins, len(self.run))

    def latest(self, count: int) -> Floats:
        """The last ``count`` values of each of these runs, latest first; missing where there are fewer."""
        places = (self.begins + self.count)[:, None] - 1 - np.arange(count)
        return np.where(places >= self.begins[:, None], self.value[np.maximum(places, 0)], np.nan)

    def those(self, chosen: Bools) -> DailyValues:
        """Only some of the days."""
        return self if chosen.all() else DailyValues(self.run[chosen], self.day[chosen], self.value[chosen])

    def known(self) -> DailyValues:
        """Only the days with a value."""
        return self.those(~np.isnan(self.value))


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
        weight = cols.reduced(np.add, np.where(known, self.tries, 0.0), begins)
        total = cols.reduced(np.add, np.where(known, self.tries * self.hold_s, 0.0), begins)
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
    total: Floats = cols.reduced(np.add, dose, begins)
    series = log.entries.series if chosen is None else log.entries.series[chosen]
    of_both = np.flatnonzero(log.series.side[series] == BOTH)
    side = log.entries.code("side", of_both if chosen is None else chosen[of_both])
    if (side != BOTH).any():
        parts = [np.zeros(len(series)) for _ in SIDES]
        for one, part in enumerate(parts):
            part[of_both[side == one]] = dose[of_both[side == one]]
        left, right, both = (cols.reduced(np.add, part, begins) for part in parts)
        total = np.where(log.series.side[series[begins]] == BOTH, both + np.maximum(left, right), total)
    return total
