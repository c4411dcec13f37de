"""The people of a simulated study: who they are, how steadily they exercise and how they keep their log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from footdrop_analytics.model.vocabulary import AETIOLOGIES

Days = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_AETIOLOGY_SHARES = (0.42, 0.18, 0.10, 0.12, 0.05, 0.03, 0.04, 0.03, 0.01, 0.02)
WEEK = 7


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """One entry per patient; days count from the first day of the study."""

    side: Days  # code in SIDES
    aetiology: Days  # code in AETIOLOGIES
    stage: Floats  # 0 hardly any movement, 2 good movement
    first_day: Days
    base_adherence: Floats
    weekly_factor: Floats  # what a week later does to the chance of exercising
    weekend_factor: Floats
    dropout_day: Days  # the number of days of the study if none
    data_through: Days  # last day with a log handed in; the number of days of the study if all
    discharged_on: Days  # the number of days of the study if not discharged
    stops_at_target: Flags
    day_order: Days  # (patients, 7): rank of each weekday in the patient's own week
    sitting: Floats  # (patients, days): the chance of exercising on a day
    lapses: Days  # (n, 3): patient, first day, last day
    has_clock: Flags
    uses_app: Flags
    logs_per_set: Flags
    logs_difficulty: Flags
    leaves_side_blank: Flags
    morning_minute: Floats
    share_pain: Floats
    share_effort: Floats
    share_reps: Floats
    share_skips: Floats
    usual_pain: Floats
    frailty: Floats
    checkin_weekday: Days  # -1: is never asked

    @property
    def size(self) -> int:
        """The number of patients."""
        return len(self.side)

    @property
    def n_days(self) -> int:
        """The number of days of the study."""
        return int(self.sitting.shape[1])


def draw_cohort(rng: Generator, patients: int, weeks: int) -> Cohort:
    """Draw the people of a study.

    The chance of exercising on a day, and its spread, dips and dropouts, follow what programmes report:
    0.55-0.80 on average with a spread of 0.25 between people, less at weekends and in later weeks, and 10-25 % of
    people dropping out.
    """
    n_days = weeks * WEEK
    first_day = np.where(rng.random(patients) < 0.5, 0, rng.integers(0, max(1, n_days // 8), patients))
    first_day -= np.where(first_day % WEEK >= 5, 2, 0)  # clinics close at weekends
    base = rng.beta(0.95, 0.18, patients)
    drops = rng.random(patients) < 0.17 * min(1.0, weeks / 12)
    dropout_day = np.where(drops, first_day + rng.integers(n_days // 5, n_days + 1, patients), n_days)
    late_log = rng.random(patients) < 0.08
    discharged = (rng.random(patients) < 0.05) & (weeks > 8)
    weekly_factor = np.exp(-rng.gamma(2.0, 0.006, patients))
    weekend_factor = rng.uniform(0.65, 1.0, patients)
    lapses = _draw_lapses(rng, patients, n_days)
    sitting = _sitting(base, weekly_factor, weekend_factor, first_day, dropout_day, lapses, n_days)
    stage = rng.uniform(0.0, 2.2, patients)
    rates_pain, rates_effort = rng.random(patients), rng.random(patients)
    return Cohort(
        side=rng.choice(3, patients, p=(0.46, 0.46, 0.08)),
        aetiology=rng.choice(len(AETIOLOGIES), patients, p=_AETIOLOGY_SHARES),
        stage=stage,
        first_day=first_day,
        base_adherence=base,
        weekly_factor=weekly_factor,
        weekend_factor=weekend_factor,
        dropout_day=np.minimum(dropout_day, n_days),
        data_through=np.where(late_log, n_days - 1 - rng.integers(5, max(6, n_days // 4), patients), n_days),
        discharged_on=np.where(discharged, n_days - 1 - rng.integers(0, max(1, n_days // 4), patients), n_days),
        stops_at_target=rng.random(patients) < 0.6,
        day_order=np.argsort(rng.random((patients, WEEK)), axis=1),
        sitting=sitting,
        lapses=lapses,
        has_clock=rng.random(patients) < 0.7,
        uses_app=rng.random(patients) < 0.35,
        logs_per_set=rng.random(patients) < 0.25,
        logs_difficulty=rng.random(patients) < 0.4,
        leaves_side_blank=rng.random(patients) < 0.15,
        morning_minute=rng.uniform(7.0, 11.0, patients) * 60,
        share_pain=np.where(rates_pain < 0.12, 0.0, rng.uniform(0.5, 1.0, patients)),
        share_effort=np.where(rates_effort < 0.25, 0.0, rng.uniform(0.4, 1.0, patients)),
        share_reps=np.where(rng.random(patients) < 0.03, 0.0, rng.uniform(0.92, 1.0, patients)),
        share_skips=np.where(rng.random(patients) < 0.3, rng.uniform(0.1, 0.6, patients), 0.0),
        usual_pain=np.where(rng.random(patients) < 0.25, rng.integers(1, 5, patients), 0).astype(float),
        frailty=rng.gamma(1.2, 1 / 1.2, patients),
        checkin_weekday=np.where(rng.random(patients) < 0.7, rng.integers(0, WEEK, patients), -1),
    )


def _draw_lapses(rng: Generator, patients: int, n_days: int) -> Days:
    """Stretches of 5 to 15 days without exercise, about one per patient in 26 weeks."""
    owner = np.repeat(np.arange(patients), rng.poisson(n_days / 180, patients))
    first = rng.integers(0, n_days, len(owner))
    last = np.minimum(first + rng.integers(4, 15, len(owner)), n_days - 1)
    lapses = np.stack([owner, first, last], axis=1)
    return lapses[np.lexsort((first, owner))]


def _sitting(
    base: Floats,
    weekly_factor: Floats,
    weekend_factor: Floats,
    first_day: Days,
    dropout_day: Days,
    lapses: Days,
    n_days: int,
) -> Floats:
    day = np.arange(n_days)
    weeks_in = np.maximum(day - first_day[:, None], 0) / WEEK
    chance: Floats = base[:, None] * weekly_factor[:, None] ** weeks_in
    chance[:, day % WEEK >= 5] *= weekend_factor[:, None]  # the study starts on a Monday
    chance[(day < first_day[:, None]) | (day >= dropout_day[:, None])] = 0.0
    chance[days_covered(lapses, chance.shape)] = 0.0
    return chance


def days_covered(spans: Days, shape: tuple[int, ...]) -> Flags:
    """True on the days of each row that lie in one of its spans (row, first day, last day)."""
    change = np.zeros((shape[0], shape[1] + 1), dtype=np.int32)
    np.add.at(change, (spans[:, 0], spans[:, 1]), 1)
    np.add.at(change, (spans[:, 0], spans[:, 2] + 1), -1)
    return np.cumsum(change[:, :-1], axis=1) > 0
