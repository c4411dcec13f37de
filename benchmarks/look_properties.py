"""What weekly looks say, measured on whole studies: readiness, false flags, and how soon a decline is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

import footdrop_analytics as fd
from benchmarks.looks import DAYS_PER_MONTH, FIRST_DAY, STABLE_WEEKS, TARGET, false_flags, looks, steady_patients
from benchmarks.trend_properties import Measured, share

Bools = npt.NDArray[np.bool_]

FOUR = ("heel_raise", "ankle_dorsiflexion", "ankle_eversion", "hip_abduction_adduction")
CAPACITIES = (9.0, 9.5, 10.0, 11.0, 12.0)
LOOK_DAYS = (14, 21, 28, 35, 42, 56, 84)
DECLINE_RULES = ("decline", "slipping")


class Healthy(NamedTuple):
    """Patients to whom nothing happens."""

    name: str
    capacity: float
    how: dict[str, object]


HEALTHY = (
    Healthy("3 a week", 12.0, {"per_week": 3}),
    Healthy("5 a week", 12.0, {"per_week": 5}),
    Healthy("7 a week", 12.0, {"per_week": 7}),
    Healthy("65 % of the sessions done", 12.0, {"done": 0.65}),
    Healthy("log stops at the target", 12.0, {"stops_at_target": True}),
    Healthy("weak, 4 to 7 repetitions", np.nan, {"correlation": 0.3}),
    Healthy("weak, correlation 0.5", np.nan, {"correlation": 0.5}),
    Healthy("usual pain 4", 12.0, {"pain": 4.0}),
)

COURSES = {
    "12 of 10, free log": (12.0, 0.3, False, 3),
    "12 of 10, log stops at the target": (12.0, 0.3, True, 3),
    "10 of 10, free log": (10.0, 0.3, False, 3),
    "flat 12 of 10, free log": (12.0, 0.0, False, 3),
    "flat 12 of 10, log stops at the target": (12.0, 0.0, True, 3),
    "flat 11 of 10, log stops at the target": (11.0, 0.0, True, 3),
    "flat 10 of 10, log stops at the target": (10.0, 0.0, True, 3),
    "flat 10 of 10, free log, 7 a week": (10.0, 0.0, False, 7),
    "flat 10 of 10, log stops at the target, 7 a week": (10.0, 0.0, True, 7),
}
"""Capacity of the target, share lost, whether the log stops at the target, and sessions a week."""
FLAT_TIMES = 10
"""False reports are rare: so many times the patients of the other courses."""


def readiness(patients: int, seed: int) -> Iterator[Measured]:
    """Criteria met at a weekly look, and ever within twelve, at a known capacity for a target of 10."""
    for capacity, at_a_look, ever in ((9.5, 0.03, 0.30), (11.0, 0.55, np.nan)):
        study = steady_patients(patients, np.full(patients, capacity), seed=seed)
        met = np.array([_criteria_met(study, day) for day in looks()])
        # Looks at one patient resemble each other: the patients are the units.
        error = float(met.mean(axis=0).std() / np.sqrt(patients))
        where, below = f"capacity {capacity:g} for a target of 10: criteria met", capacity < 10
        yield Measured(f"{where} at a look", float(met.mean()), error, at_a_look, below)
        yield Measured(f"{where} ever in 12 looks", *share(np.asarray(met.any(axis=0))), ever, below)


class Rule(NamedTuple):
    """A way to decide when somebody may go on: met at a look, and ever in twelve, by capacity for a target of 10."""

    name: str
    at_a_look: dict[float, float]
    ever: dict[float, float]


def rules_of_thumb(patients: int, seed: int) -> list[Rule]:
    """The criteria beside three rules of thumb, on the same patients."""
    met: dict[str, dict[float, list[Bools]]] = {}
    for capacity in CAPACITIES:
        study = steady_patients(patients, np.full(patients, capacity), seed=seed)
        rows = study.sessions.sort_values("performed_at").assign(reps=study.sessions["reps"].astype(float))
        for day in looks():
            met.setdefault("criteria met (this package)", {}).setdefault(capacity, []).append(_criteria_met(study, day))
            for name, rule in _THUMB.items():
                own = rows[rows["performed_at"] < day + pd.Timedelta(days=1)].groupby("patient_id", observed=False)
                said = own["reps"].agg(rule).to_numpy(bool)
                met.setdefault(name, {}).setdefault(capacity, []).append(said)
    found = {name: {capacity: np.array(one) for capacity, one in by.items()} for name, by in met.items()}
    return [
        Rule(
            name,
            {capacity: float(one.mean()) for capacity, one in by.items()},
            {capacity: float(one.any(axis=0).mean()) for capacity, one in by.items()},
        )
        for name, by in found.items()
    ]


_THUMB: dict[str, Callable[[pd.Series], bool]] = {
    "three days in a row at the target": lambda reps: len(reps) >= 3 and bool((reps.iloc[-3:] >= TARGET).all()),
    "two for two: 2 above it on two days running": lambda reps: bool((reps.iloc[-2:] >= TARGET + 2).all()),
    "time alone: two weeks": lambda _: True,
}
"""On the values of a patient's days so far, which are more than two weeks."""


def _criteria_met(study: fd.Study, day: pd.Timestamp) -> Bools:
    return fd.readiness(study, day)["state"].isin(["criteria_met", "clinician_check"]).to_numpy(bool)


def flag_rates(patients: int, seed: int) -> pd.DataFrame:
    """New flags per 100 patient-months of healthy patients with four series: a row per rule, a column per kind."""
    rates = {}
    for number, kind in enumerate(HEALTHY):
        rng = np.random.default_rng([seed, number])
        able = rng.uniform(4, 7, patients) if np.isnan(kind.capacity) else np.full(patients, kind.capacity)
        study = steady_patients(patients, able, seed=seed + number, series=FOUR, **kind.how)  # type: ignore[arg-type]
        rates[kind.name] = false_flags(study)
    return pd.DataFrame(rates).fillna(0.0).sort_index()


def months(patients: int) -> float:
    """The patient-months that each column of :func:`flag_rates` rests on."""
    return patients * 7 * (len(looks()) - 1) / DAYS_PER_MONTH


def flag_claims(rates: pd.DataFrame, patients: int) -> Iterator[Measured]:
    """What is claimed of false ``decline`` flags in weak patients, per patient-month."""
    for name, bar in (("weak, 4 to 7 repetitions", 0.15), ("weak, correlation 0.5", 0.25)):
        rate = float(rates[name].get("decline", 0.0)) / 100
        error = float(np.sqrt(max(rate, 1 / months(patients)) / months(patients)))
        yield Measured(f"false decline flags per 100 patient-months, {name}", rate, error, bar, True)


def reported_by(study: fd.Study) -> dict[int, Bools]:
    """By each day after the stable weeks: patients with a verdict or a flag of decline at a weekly look so far."""
    patients = pd.Index(study.patient_ids)
    reported, by_day = np.zeros(len(patients), dtype=bool), {}
    for day in range(7, LOOK_DAYS[-1] + 1, 7):
        as_of = pd.Timestamp(FIRST_DAY) + pd.Timedelta(days=7 * STABLE_WEEKS + day - 1)
        trends, flags = fd.trends(study, as_of=as_of), fd.review_flags(study, as_of)
        flagged = flags["open"] & flags["rule_id"].isin(DECLINE_RULES)
        reported |= patients.isin(trends.loc[trends["verdict"] == "declining", "patient_id"])
        reported |= patients.isin(flags.loc[flagged, "patient_id"])
        by_day[day] = reported.copy()
    return by_day


def delay_curve(patients: int, seed: int) -> dict[str, dict[int, Bools]]:
    """Who is reported by when: −30 % over 4 weeks after 8 stable ones, and nothing at all; 3 sessions a week."""
    weeks, found = STABLE_WEEKS + LOOK_DAYS[-1] // 7, {}
    for number, (name, (capacity, loss, stops, per_week)) in enumerate(COURSES.items()):
        able = np.full(patients if loss else FLAT_TIMES * patients, capacity)
        study = steady_patients(
            len(able),
            able,
            seed=seed + number,
            weeks=weeks,
            per_week=per_week,
            done=1.0,
            stops_at_target=stops,
            loss=loss,
        )
        found[name] = reported_by(study)
    return found


def delay_claims(curves: dict[str, dict[int, Bools]]) -> Iterator[Measured]:
    """Real declines reported in time, and false reports within twelve looks at one series."""
    for name, by_day in curves.items():
        if name.startswith("flat"):
            bar = 0.02 if "12 of 10" in name else 0.12
            yield Measured(f"{name}: decline reported within 12 looks", *share(by_day[LOOK_DAYS[-1]]), bar, True)
        elif name.startswith("12"):
            for day, bar in ((28, 0.60), (35, 0.85), (42, 0.95)):
                yield Measured(f"−30 % from {name}: reported by day {day}", *share(by_day[day]), bar, False)
