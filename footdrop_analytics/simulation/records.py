"""What the clinic writes down: patients, prescriptions, pauses, events, check-ins, visits and outcomes; and columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from footdrop_analytics.model import vocabulary as keys
from footdrop_analytics.simulation.cohort import WEEK, Cohort, Days, Flags
from footdrop_analytics.simulation.programme import BANDS, EXERCISES, SECONDS, STEP_CODES, STEP_LOADS, Programme

FALLS_PER_WEEK = 0.025
NEAR_FALLS_PER_WEEK = 0.08
OTHER_EVENTS_PER_WEEK = 0.012
_OTHER_KINDS = ("dizziness", "skin", "new_weakness", "numbness", "hospital", "spasm", "other")
_MEASURES = (
    # measure, unit, mean at stage 0, gain per stage, gain per week, spread between days
    ("10mwt", "m/s", 0.35, 0.30, 0.006, 0.05),
    ("tug", "s", 32.0, -8.0, -0.12, 2.0),
    ("dorsiflexion_arom", "deg", -8.0, 7.0, 0.15, 3.0),
    ("single_leg_stance", "s", 2.0, 4.0, 0.12, 1.5),
)
_PAUSE_REASONS = ("holiday", "a cold", "flare-up", "hospital stay", "family visit")
_CLINICIANS = ("M. Ferrand, PT", "S. Okafor, PT", "L. Berg, PT")


def prescriptions_table(cohort: Cohort, programme: Programme, active: Flags) -> pd.DataFrame:
    """One row per version, in the order of patient, series and start."""
    series, day = np.nonzero(programme.new_version & active)
    exercise, patient = programme.exercise[series], programme.patient[series]
    step = STEP_CODES[exercise, programme.step[series, day]]
    load = STEP_LOADS[exercise, programme.step[series, day]]
    target = programme.target[series, day]
    seconds = SECONDS[exercise]
    last_version = np.append(series[1:] != series[:-1], True)[: len(series)]
    end = programme.last_day[series]
    return pd.DataFrame(
        {
            "patient_id": patient_column(patient, cohort.size),
            "exercise": key_column(exercise, EXERCISES),
            "side": key_column(programme.side[series], keys.SIDES),
            "start_date": date_column(day),
            "end_date": date_column(end, last_version & (end < cohort.n_days)),
            "days_per_week": programme.days_per_week[series],
            "sessions_per_day": programme.sessions_per_day[series].astype(np.int32),
            "sets": programme.sets[series].astype(np.int32),
            "reps": np.where(seconds, 3, target).astype(np.int32),
            "hold_s": np.where(seconds, target, np.nan),
            "mode": key_column(step[:, 0], keys.MODES),
            "position": key_column(step[:, 1], keys.POSITIONS),
            "support": key_column(step[:, 2], keys.SUPPORTS),
            "load_kg": np.where(load > 0, load, np.nan),
            "resistance": text_column(step[:, 3], BANDS),
            "prescriber": text_column(patient % len(_CLINICIANS), _CLINICIANS),
        }
    )


def patients_table(rng: Generator, cohort: Cohort) -> pd.DataFrame:
    """One row per patient."""
    everyone = np.arange(cohort.size)
    left = cohort.discharged_on < cohort.n_days
    return pd.DataFrame(
        {
            "patient_id": patient_column(everyone, cohort.size),
            "affected_side": key_column(cohort.side, keys.SIDES),
            "aetiology": key_column(cohort.aetiology, keys.AETIOLOGIES),
            "onset_date": date_column(-rng.integers(20, 900, cohort.size)),
            "birth_year": rng.integers(1938, 1996, cohort.size).astype(np.int32),
            "sex": text_column(rng.integers(0, 2, cohort.size), ("female", "male")),
            "site": text_column(everyone % 2, ("North clinic", "South clinic")),
            "arm": text_column(rng.integers(0, 2, cohort.size), ("usual", "enhanced")),
            "clinician": text_column(everyone % len(_CLINICIANS), _CLINICIANS),
            "usual_pain_0_10": np.where(cohort.usual_pain > 0, cohort.usual_pain, np.nan),
            "data_through": date_column(cohort.data_through, cohort.data_through < cohort.n_days),
            "discharged_on": date_column(cohort.discharged_on, left),
            "discharge_reason": text_column(np.where(left, 0, -1), ("programme completed",)),
        }
    )


def pauses_table(rng: Generator, cohort: Cohort, rows: Days) -> pd.DataFrame:
    """The pauses given as rows of patient, exercise (-1: all), first and last day."""
    return pd.DataFrame(
        {
            "patient_id": patient_column(rows[:, 0], cohort.size),
            "exercise": key_column(rows[:, 1], EXERCISES),
            "start_date": date_column(rows[:, 2]),
            "end_date": date_column(rows[:, 3]),
            "reason": text_column(rng.integers(0, len(_PAUSE_REASONS), len(rows)), _PAUSE_REASONS),
        }
    )


def _happenings(rng: Generator, cohort: Cohort, per_week: float) -> tuple[Days, Days]:
    """Patients and days of rare events while they take part; frail people have more of them."""
    weeks = np.maximum(np.minimum(cohort.n_days, cohort.dropout_day) - cohort.first_day, 1) / WEEK
    owner = np.repeat(np.arange(cohort.size), rng.poisson(per_week * cohort.frailty * weeks))
    day = cohort.first_day[owner] + (rng.random(len(owner)) * weeks[owner] * WEEK).astype(np.int64)
    return owner, np.minimum(day, cohort.n_days - 1)


def events_and_checkins(rng: Generator, cohort: Cohort, programme: Programme) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Falls, near falls and other events, and the weekly check-ins that ask about them."""
    fallen, fall_day = _happenings(rng, cohort, FALLS_PER_WEEK)
    tripped, trip_day = _happenings(rng, cohort, NEAR_FALLS_PER_WEEK)
    other, other_day = _happenings(rng, cohort, OTHER_EVENTS_PER_WEEK)
    checkins = _checkins_table(rng, cohort, (fallen, fall_day), (tripped, trip_day))
    # Near falls are mostly told when asked; only some become an event of their own.
    told = rng.random(len(tripped)) < 0.3
    patient = np.concatenate([fallen, tripped[told], other])
    day = np.concatenate([fall_day, trip_day[told], other_day])
    others = np.array([keys.EVENT_KINDS.index(kind) for kind in _OTHER_KINDS])
    kind = np.concatenate(
        [
            np.zeros(len(fallen), dtype=np.int64),
            np.ones(told.sum(), dtype=np.int64),
            others[rng.integers(0, len(others), len(other))],
        ]
    )
    in_exercise = (kind <= 1) & (rng.random(len(kind)) < 0.12)
    exercise = programme.exercise[np.searchsorted(programme.patient, patient)]
    injury = np.where(kind == 0, np.where(rng.random(len(kind)) < 0.2, 0, 1), -1)
    events = pd.DataFrame(
        {
            "patient_id": patient_column(patient, cohort.size),
            "occurred_on": date_column(day),
            "kind": key_column(kind, keys.EVENT_KINDS),
            "during_exercise": key_column(np.where(in_exercise, exercise, -1), EXERCISES),
            "injury": key_column(injury, keys.YES_NO),
        }
    )
    return events.iloc[np.lexsort((kind, day, patient))].reset_index(drop=True), checkins


def _checkins_table(rng: Generator, cohort: Cohort, falls: tuple[Days, Days], trips: tuple[Days, Days]) -> pd.DataFrame:
    """A weekly question about that day; nine in ten are answered while the patient takes part."""
    fell = np.zeros(cohort.sitting.shape, dtype=bool)
    fell[falls] = True
    near = np.zeros(cohort.sitting.shape, dtype=np.int32)
    np.add.at(near, trips, 1)
    day = np.arange(cohort.n_days)
    until = np.minimum(np.minimum(cohort.dropout_day, cohort.data_through), cohort.discharged_on)
    asked = (day % WEEK == cohort.checkin_weekday[:, None]) | (
        (cohort.checkin_weekday >= 0)[:, None] & (fell | (near > 0))
    )
    asked &= (day >= cohort.first_day[:, None]) & (day < until[:, None]) & (rng.random(asked.shape) < 0.9)
    patient, when = np.nonzero(asked)
    pain = np.clip(np.rint(cohort.usual_pain[patient] + rng.gamma(1.0, 0.8, len(patient))), 0, 10)
    fatigue = np.clip(np.rint(rng.normal(3.5, 1.8, len(patient))), 0, 10)
    return pd.DataFrame(
        {
            "patient_id": patient_column(patient, cohort.size),
            "day": date_column(when),
            "fell": key_column(np.where(fell[patient, when], 0, 1), keys.YES_NO),
            "near_falls": near[patient, when],
            "pain_0_10": np.where(rng.random(len(patient)) < 0.8, pain, np.nan),
            "fatigue_0_10": np.where(rng.random(len(patient)) < 0.6, fatigue, np.nan),
        }
    )


def visits_table(rng: Generator, cohort: Cohort, programme: Programme) -> pd.DataFrame:
    """One row per visit; what changed in any series of the patient is the visit's decision."""
    owns = np.searchsorted(programme.patient, np.arange(cohort.size))
    visits = programme.visits[owns]
    by_weight = np.array(
        [keys.DECISIONS.index(one) for one in ("keep", "easier", "refer", "harder")]
    )  # the later one stands for the visit where series differ
    weight = np.zeros(len(keys.DECISIONS), dtype=np.int64)
    weight[by_weight] = np.arange(len(by_weight))
    heaviest = np.zeros(visits.shape, dtype=np.int64)
    np.maximum.at(heaviest, programme.patient, weight[programme.decisions])
    patient, visit = np.nonzero(visits >= 0)
    decision = by_weight[heaviest[patient, visit]]
    day = visits[patient, visit]
    return pd.DataFrame(
        {
            "patient_id": patient_column(patient, cohort.size),
            "visited_on": date_column(day),
            "kind": text_column((rng.random(len(day)) < 0.2).astype(np.int64), ("clinic", "video call")),
            "decision": key_column(decision, keys.DECISIONS),
            "next_visit_on": date_column(day + 4 * WEEK),
        }
    )


def outcomes_table(rng: Generator, cohort: Cohort, programme: Programme) -> pd.DataFrame:
    """Measurements at the start and at every second visit."""
    owns = np.searchsorted(programme.patient, np.arange(cohort.size))
    days = programme.visits[owns][:, ::2]
    patient, column = np.nonzero(days >= 0)
    day = days[patient, column]
    weeks = (day - cohort.first_day[patient]) / WEEK
    same, tables = np.zeros(len(patient), dtype=np.int64), []
    for name, unit, at_start, per_stage, per_week, spread in _MEASURES:
        value = at_start + per_stage * cohort.stage[patient] + per_week * weeks + rng.normal(0, spread, len(patient))
        of_leg = name in ("dorsiflexion_arom", "single_leg_stance")
        value = value if name == "dorsiflexion_arom" else np.maximum(value, 0.1)
        columns = {
            "patient_id": patient_column(patient, cohort.size),
            "measured_on": date_column(day),
            "measure": text_column(same, (name,)),
            "value": np.round(value, 2 if unit == "m/s" else 1),
            "unit": text_column(same, (unit,)),
            "side": key_column(cohort.side[patient] if of_leg else same - 1, keys.SIDES),
            "orthosis": key_column(same + (not of_leg), ("none", "afo")),
        }
        tables.append(pd.DataFrame(columns))
    table = pd.concat(tables, ignore_index=True)
    order = np.lexsort((np.tile(day, len(_MEASURES)), np.tile(patient, len(_MEASURES))))
    return table.iloc[order].reset_index(drop=True)


FIRST_DAY = np.datetime64("2024-01-01", "D")
"""A Monday. Every simulated study begins here: no simulation looks at the clock."""


_TEXT = pd.StringDtype(na_value=np.nan)


def key_column(codes: Days, words: Sequence[str]) -> pd.Series[Any]:
    """The word of each code as a category, missing where the code is -1."""
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(list(words))))


def text_column(codes: Days, words: Sequence[str]) -> pd.Series[Any]:
    """The word of each code as text, missing where the code is -1."""
    return pd.Series(np.array([*words, None], dtype=object)[codes], dtype=_TEXT)


def whole_column(values: Days, known: Flags) -> pd.Series[Any]:
    """Whole numbers, missing where not ``known``."""
    return pd.Series(pd.arrays.IntegerArray(values.astype(np.int32), ~known))


def date_column(days: Days, known: Flags | None = None) -> pd.Series[Any]:
    """Dates of days counted from the first day of the study, missing where not ``known``."""
    values = (FIRST_DAY + days).astype("datetime64[us]")
    return pd.Series(values if known is None else np.where(known, values, np.datetime64("NaT", "us")))


def patient_column(patients: Days, size: int) -> pd.Series[Any]:
    """The ids ``SIM-0001``, ``SIM-0002``, … of patients given by number."""
    width = max(4, len(str(size)))
    return key_column(patients, [f"SIM-{number + 1:0{width}d}" for number in range(size)])
