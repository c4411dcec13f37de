"""The curve of persistence against the truth, with staggered entry and people who come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

import footdrop_analytics as fd
from benchmarks.trend_properties import Measured
from footdrop_analytics.analysis.cohort.spread import curve_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FIRST_DAY = np.datetime64("2026-01-05")
SILENCE = 28
BACK_AFTER = (30, 60)


@dataclass(frozen=True)
class Trial:
    """People who enter evenly over ``entry_weeks`` and are followed to the day that ends ``weeks``."""

    weeks: int
    entry_weeks: int
    stop_a_week: float
    name: str


TRIALS = (
    Trial(12, 6, 0.05, "12 weeks, entry over 6, 5 % stop a week"),
    Trial(26, 13, 0.05, "26 weeks, entry over 13, 5 % stop a week"),
)


def exercised(rng: np.random.Generator, people: int, days: int, stop_a_week: float) -> Bools:
    """Whether each person exercised on each day since entry: 7 days a week, 85 % kept, stops for good or for a while.

    Half of those who fall silent come back after 30 to 60 days, once.
    """
    stop = rng.geometric(1 - (1 - stop_a_week) ** (1 / 7), people)[:, None]
    away = rng.integers(*BACK_AFTER, people, endpoint=True)[:, None]
    back = (rng.random(people) < 0.5)[:, None]
    day = np.arange(days)
    return np.asarray((rng.random((people, days)) < 0.85) & ((day < stop) | (back & (day >= stop + away))))


def true_times(done: Bools) -> tuple[Ints, Bools]:
    """Day on which a gap first reached 28 days, and whether one did, of fully known days: a naive count."""
    gap, first = np.zeros(len(done), dtype=np.int64), np.full(len(done), -1)
    for day in range(done.shape[1]):
        gap = np.where(done[:, day], 0, gap + 1)
        first[(gap == SILENCE) & (first < 0)] = day
    return first, first >= 0


def study_of(done: Bools, entry: Ints) -> fd.Study:
    """The logs of these people as a study."""
    who, day = np.nonzero(done)
    ids = np.array([f"P{number:06}" for number in range(len(done))])
    at = (FIRST_DAY + entry[who] + day).astype("datetime64[s]") + np.timedelta64(9, "h")
    own = {"exercise": "heel_raise", "side": "left"}
    sessions = pd.DataFrame({"patient_id": ids[who], "performed_at": at, **own, "reps": 10})
    plans = pd.DataFrame({"patient_id": ids, "start_date": FIRST_DAY + entry, **own, "days_per_week": 7, "reps": 10})
    return fd.study_from_tables(sessions=sessions, prescriptions=plans, today="2030-01-01")


def bias(trial: Trial, people: int, seed: int) -> tuple[pd.DataFrame, Floats]:
    """Kaplan–Meier, the truth and their difference on every day with at least 5 % of the people at risk, and its error.

    The truth is the share of the same people, fully known, without a silence: so what is left is bias and censoring.
    """
    rng = np.random.default_rng([seed, trial.weeks])
    end = 7 * trial.weeks
    entry = rng.integers(0, 7 * trial.entry_weeks, people)
    done = exercised(rng, people, end, trial.stop_a_week)
    seen = np.arange(end) + entry[:, None] < end
    times = fd.persistence(study_of(done & seen, entry), as_of=FIRST_DAY + end - 1)
    curve = curve_of(times["time_days"].to_numpy(np.int64), times["event"].to_numpy(bool))
    known, event = true_times(done)
    days = np.arange(1, curve.days[curve.at_risk >= 0.05 * people].max() + 1)
    said = np.array([curve.at(int(day))[0] for day in days])
    truth = 1 - np.searchsorted(np.sort(known[event]), days, side="right") / people
    # Greenwood's error of the curve, less what it shares with the truth in the same people.
    low, high = np.array([curve.at(int(day))[1:3] for day in days]).T
    greenwood = np.nan_to_num((high - low) / 3.92)
    error = np.sqrt(np.maximum(greenwood**2 - truth * (1 - truth) / people, 0))
    return pd.DataFrame({"day": days, "curve": said, "truth": truth, "bias": said - truth}), error


def changed_by_coming_back(people: int, seed: int) -> tuple[int, int]:
    """People whose silence by day 112 is undone or moved when looked at on day 182, and all who had one."""
    rng = np.random.default_rng([seed, 2])
    done = exercised(rng, people, 182, 0.03)
    study = study_of(done, np.zeros(people, dtype=np.int64))
    early, late = (fd.persistence(study, as_of=FIRST_DAY + day - 1) for day in (112, 182))
    had = early["event"].to_numpy(bool)
    same = late["event"].to_numpy(bool) & (late["time_days"] == early["time_days"]).to_numpy(bool)
    return int((had & ~same).sum()), int(had.sum())


def measured(people: int, seed: int) -> Iterator[Measured]:
    """The largest bias of each trial, and what coming back changes."""
    for trial in TRIALS:
        table, error = bias(trial, people, seed)
        worst = int(table["bias"].abs().to_numpy().argmax())
        claim = f"Kaplan–Meier of persistence, {trial.name}: largest bias on any day"
        yield Measured(claim, float(abs(table["bias"].iloc[worst])), float(error[worst]), 0.01, True)
    changed, had = changed_by_coming_back(people, seed)
    yield Measured("first silences that coming back undoes or moves", changed / max(had, 1), 0.0, 0.0, True)
