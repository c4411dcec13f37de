"""What weekly looks say of simulated patients with a known, steady capacity: criteria met by chance, false flags.

Whole repetitions around a capacity, errors correlated from day to day (AR(1)); nothing happens, so every flag
but those of missed sessions is a false alarm.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

import footdrop_analytics as fd

SD, TARGET = 1.2, 10.0
FIRST_DAY = np.datetime64("2026-01-05")
WARM_UP_WEEKS = 4
STABLE_WEEKS = 8
DAYS_PER_MONTH = 30.44


def steady_patients(
    patients: int,
    capacity: npt.NDArray[np.float64],
    *,
    seed: int,
    weeks: int = 16,
    per_week: int = 5,
    done: float = 0.9,
    correlation: float = 0.3,
    stops_at_target: bool = False,
    series: tuple[str, ...] = ("heel_raise",),
    pain: float = 1.0,
    loss: float = 0.0,
) -> fd.Study:
    """A study of patients whose capacity never changes; ``capacity`` of each, ``done`` the chance of each session.

    With a ``loss`` this share of it goes in the four weeks after the first eight.
    """
    rng = np.random.default_rng(seed)
    weekdays = np.sort(np.argsort(rng.random((patients, 7)), axis=1)[:, :per_week], axis=1)
    day = (weekdays[:, None, :] + 7 * np.arange(weeks)[None, :, None]).reshape(patients, -1)
    kept = rng.random(day.shape) < done
    rated = np.clip(np.round(rng.normal(pain, 1.0, day.shape)), 0, 10)
    able = capacity[:, None] * (1 - loss * np.clip((day - 7 * STABLE_WEEKS) / 28, 0, 1))
    logged, plans = [], []
    ids = np.array([f"P{number:04}" for number in range(patients)])
    for exercise in series:
        noise = np.empty(day.shape)
        noise[:, 0] = rng.normal(0, SD, patients)
        for at in range(1, day.shape[1]):
            kept_of_before = correlation ** (day[:, at] - day[:, at - 1])
            fresh = rng.normal(0, 1, patients) * SD * np.sqrt(1 - kept_of_before**2)
            noise[:, at] = kept_of_before * noise[:, at - 1] + fresh
        reps = np.maximum(np.round(able + noise), 0)
        reps = np.minimum(reps, TARGET) if stops_at_target else reps
        who = np.broadcast_to(ids[:, None], day.shape)[kept]
        logged.append(
            pd.DataFrame(
                {
                    "patient_id": who,
                    "performed_at": (FIRST_DAY + day[kept]).astype("datetime64[s]") + np.timedelta64(9, "h"),
                    "exercise": exercise,
                    "side": "left",
                    "reps": reps[kept],
                    "pain_0_10": rated[kept],
                }
            )
        )
        plans.append(
            pd.DataFrame(
                {
                    "patient_id": ids,
                    "exercise": exercise,
                    "side": "left",
                    "start_date": FIRST_DAY,
                    "days_per_week": per_week,
                    "reps": TARGET,
                    "mode": "active",
                }
            )
        )
    return fd.study_from_tables(sessions=pd.concat(logged), prescriptions=pd.concat(plans), today="2030-01-01")


def looks(weeks: int = 16) -> list[pd.Timestamp]:
    """The Sundays on which somebody looks, after a warm-up."""
    first = pd.Timestamp(FIRST_DAY)
    return [first + pd.Timedelta(days=7 * week - 1) for week in range(WARM_UP_WEEKS + 1, weeks + 1)]


def criteria_met(capacity: float, patients: int = 150, *, seed: int = 1, **how: float) -> tuple[float, float]:
    """Share of looks at which the criteria are met, and of patients who ever meet them in twelve looks."""
    study = steady_patients(patients, np.full(patients, capacity), seed=seed, **how)  # type: ignore[arg-type]
    met = np.array(
        [fd.readiness(study, as_of)["state"].isin(["criteria_met", "clinician_check"]).to_numpy() for as_of in looks()]
    )
    return float(met.mean()), float(met.any(axis=0).mean())


def false_flags(study: fd.Study) -> pd.Series:
    """New flags per 100 patient-months, by rule: a flag of a rule and exercise that was not there a week before."""
    days = looks()
    before: set[tuple[str, ...]] = set()
    new: dict[str, int] = {}
    for number, as_of in enumerate(days):
        flags = fd.review_flags(study, as_of)
        flags = flags[flags["open"]]
        keys = flags[["patient_id", "rule_id", "exercise"]].astype(str).itertuples(index=False, name=None)
        now = set(keys)
        for key in now - before if number else set():
            new[key[1]] = new.get(key[1], 0) + 1
        before = now
    months = len(study.patient_ids) * 7 * (len(days) - 1) / DAYS_PER_MONTH
    return (100 * pd.Series(new, dtype=float) / months).sort_values(ascending=False)
