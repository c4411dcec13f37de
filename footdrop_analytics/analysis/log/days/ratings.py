"""Pain and effort of a day: people rate once, not per set, so a day's rating may stand in another row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from footdrop_analytics.analysis.log.arrays import (
    Floats,
    Ints,
    day_keys,
    day_numbers,
    reduced,
    run_lengths,
    run_starts,
)
from footdrop_analytics.analysis.log.coded_log import CodedLog


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

    def at(self, series: Ints, day: Ints) -> Ints:
        """Position of each series and day, which must be among them."""
        return np.searchsorted(day_keys(self.series, self.day), day_keys(series, day))

    def fill(self, measure: str, own: Floats, series: Ints, day: Ints) -> Floats:
        """The rating of each series and day whose own rows, or some of them, are rated ``own`` at the highest."""
        where = self.at(series, day)
        return _rating(
            measure, own, getattr(self, f"asked_{measure}")[where], getattr(self, f"others_{measure}")[where]
        )


def day_ratings(log: CodedLog) -> DayRatings:
    """Pain and effort of each series and day.

    Pain is the highest of the series' own rows and the day's check-in, else the highest of the patient's other rows of
    that day. Effort is that of the own rows, else the check-in's, else the other rows'.
    """
    entries = log.entries
    begins = run_starts(entries.series, entries.day)
    series, day = entries.series[begins], entries.day[begins]
    patient_day = day_keys(log.series.patient[series], day)
    order = np.argsort(patient_day, kind="stable")
    rated = {}
    for measure in ("pain", "effort"):
        own = highest(entries.number(f"{measure}_0_10"), begins)
        others = rated[f"others_{measure}"] = _highest_of_patient(patient_day, own, order)
        asked = rated[f"asked_{measure}"] = _checkin(log, f"{measure}_0_10", patient_day)
        rated[measure] = _rating(measure, own, asked, others)
    return DayRatings(series, day, **rated)


def _rating(measure: str, own: Floats, asked: Floats, others: Floats) -> Floats:
    """Of pain the higher of own rows and check-in, of effort the own rows before the check-in; else other rows."""
    first = np.fmax(own, asked) if measure == "pain" else np.where(np.isnan(own), asked, own)
    return np.where(np.isnan(first), others, first)


def highest(values: Floats, begins: Ints) -> Floats:
    """The highest known value of each run; NaN where none is known."""
    return reduced(np.fmax, values, begins)


def _highest_of_patient(patient_day: Ints, own: Floats, order: Ints) -> Floats:
    if np.isnan(own).all():
        return own
    begins = run_starts(patient_day[order])
    out = np.empty_like(own)
    out[order] = np.repeat(highest(own[order], begins), run_lengths(begins, len(order)))
    return out


def _checkin(log: CodedLog, column: str, patient_day: Ints) -> Floats:
    """The highest rating of the patient's check-ins of that day."""
    keys, values = checkin_days(log, column)
    if len(keys) == 0:
        return np.full(len(patient_day), np.nan)
    index = np.minimum(np.searchsorted(keys, patient_day), len(keys) - 1)
    return np.where(keys[index] == patient_day, values[index], np.nan)


def checkin_days(log: CodedLog, column: str) -> tuple[Ints, Floats]:
    """Patient-day keys, sorted, and the highest value of a numeric column of the check-ins up to ``as_of``."""
    table = log.study.checkins
    day = day_numbers(table["day"])
    key = day_keys(log.patient_numbers(table), day)
    values = table[column].to_numpy(dtype=np.float64, na_value=np.nan)
    chosen = day <= log.as_of_day
    key, values = key[chosen], values[chosen]
    order = np.argsort(key, kind="stable")
    key, values = key[order], values[order]
    begins = run_starts(key)
    return key[begins], highest(values, begins)
