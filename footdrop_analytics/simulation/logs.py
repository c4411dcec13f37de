"""The exercise log: which prescribed sessions were done, what was written down about them and what was left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from footdrop_analytics.model import vocabulary as keys
from footdrop_analytics.simulation.cohort import WEEK, Cohort, Days, Flags, Floats
from footdrop_analytics.simulation.programme import BANDS, EXERCISES, SECONDS, STEP_CODES, STEP_LOADS, Programme
from footdrop_analytics.simulation.records import FIRST_DAY, key_column, patient_column, text_column, whole_column

_Rows = dict[str, NDArray[np.int64]]
_AM, _PM = keys.DAYPARTS.index("am"), keys.DAYPARTS.index("pm")
_DIARY, _APP, _SENSOR = keys.SOURCES.index("diary"), keys.SOURCES.index("app"), keys.SOURCES.index("sensor")
_CLINIC, _INFERRED = keys.SOURCES.index("clinic"), keys.SOURCES.index("inferred")
MAKES_UP = 0.05  # chance, times the adherence, of exercising on a day off
_SKIP_SHARES = (0.12, 0.2, 0.08, 0.03, 0.02, 0.25, 0.2, 0.04, 0.06)
_NOTES = (
    "felt easier today",
    "foot tired afterwards",
    "did it while watching TV",
    "toes cramped a little",
    "slept badly",
    "my wife helped me",
    "a bit stiff in the morning",
    "did an extra round",
    "almost tripped on the rug",
    "foot felt numb for a while",
)


def planned_days(cohort: Cohort, programme: Programme, active: Flags) -> Flags:
    """The days a patient sets aside for a series: as many a week as prescribed, in the patient's own order of days."""
    day = np.arange(cohort.n_days)
    rank = cohort.day_order[programme.patient][:, day % WEEK]
    quota = programme.days_per_week[:, None]
    half = (quota % 1 > 0) & (day // WEEK % 2 == 0)
    planned: Flags = active & (rank < np.floor(quota) + half)
    return planned


def draw_sessions(
    rng: Generator,
    cohort: Cohort,
    programme: Programme,
    chance: Floats,
    planned: Flags,
    paused: Flags,
    capacity: Floats,
) -> pd.DataFrame:
    """All rows of the log, sorted by patient and time."""
    parts = [_home_rows(rng, cohort, programme, chance, planned, paused, slot) for slot in (0, 1)]
    parts.append(_clinic_rows(programme, paused))
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    handed_in = rows["day"] <= cohort.data_through[programme.patient[rows["series"]]]
    rows = {name: column[handed_in | (rows["source"] == _CLINIC)] for name, column in rows.items()}
    rows = _spread_over_sets(rng, cohort, programme, rows, capacity)
    return _as_table(rng, cohort, programme, rows)


def _home_rows(
    rng: Generator, cohort: Cohort, programme: Programme, chance: Floats, planned: Flags, paused: Flags, slot: int
) -> _Rows:
    """Sessions at home in one sitting of the day, and the rows that say one was skipped."""
    patient = programme.patient
    # Exercises are done in one sitting: the patient's luck of the day is shared, so series of a patient go together.
    sits = (
        rng.random((cohort.size, cohort.n_days))[patient] < np.where(planned, 1.0, MAKES_UP) * cohort.sitting[patient]
    )
    done = sits & (chance > 0) & (rng.random(chance.shape) < programme.keeps_up[:, None])
    if slot:
        done &= (programme.sessions_per_day == 2)[:, None]
    done &= ~paused | (rng.random(chance.shape) < 0.05)
    skipped = planned & ~done & ~paused & (chance > 0) & (rng.random(chance.shape) < cohort.share_skips[patient, None])
    skipped &= slot == 0
    series, day = np.nonzero(done | skipped)
    app = cohort.uses_app[patient[series]]
    source = np.where(app, np.where(rng.random(len(series)) < 0.02, _INFERRED, _APP), _DIARY)
    source = np.where(~app & cohort.has_clock[patient[series]] & (patient[series] % 11 == 0), _SENSOR, source)
    is_skip = skipped[series, day]
    source = np.where(is_skip, np.where(app, _APP, _DIARY), source)
    return {
        "series": series,
        "day": day,
        "slot": np.full(len(series), slot),
        "skipped": is_skip.astype(np.int64),
        "source": source,
    }


def _clinic_rows(programme: Programme, paused: Flags) -> _Rows:
    """At a visit the therapist goes through the exercises of that day."""
    series, visit = np.nonzero(programme.visits >= 0)
    day = programme.visits[series, visit]
    shown = (day >= programme.first_day[series]) & (day <= programme.last_day[series]) & ~paused[series, day]
    series, day = series[shown], day[shown]
    zeros = np.zeros(len(series), dtype=np.int64)
    return {"series": series, "day": day, "slot": zeros, "skipped": zeros, "source": np.full(len(series), _CLINIC)}


def _spread_over_sets(rng: Generator, cohort: Cohort, programme: Programme, rows: _Rows, capacity: Floats) -> _Rows:
    """One row per set for those who write so, else one row per block; repetitions or seconds by what could be done."""
    series = rows["series"]
    per_set = cohort.logs_per_set[programme.patient[series]] & (rows["skipped"] == 0)
    copies = np.where(per_set, programme.sets[series], 1)
    position = np.arange(copies.sum()) - np.repeat(np.cumsum(copies) - copies, copies)
    rows = {name: np.repeat(column, copies) for name, column in rows.items()}
    series, day = rows["series"], rows["day"]
    tired = np.where(position > 0, rng.integers(0, 2, len(series)) * position, 0)
    target = programme.target[series, day]
    stops = cohort.stops_at_target[programme.patient[series]]
    most = np.where(stops, target, 1.6 * target)
    helped = STEP_CODES[programme.exercise[series], programme.step[series, day], 0] < keys.MODES.index("active")
    # Repetitions with help measure the helper, who counts to the target.
    able = np.where(helped, target - (rng.random(len(series)) < 0.1), capacity[series, day] - tired)
    rows["value"] = np.rint(np.clip(able, 0, most)).astype(np.int64)
    rows["set_no"] = np.where(np.repeat(per_set, copies), position + 1, 0)
    rows["sets"] = np.where(rows["set_no"] > 0, 1, programme.sets[series])
    rows["strain"] = np.rint(
        np.clip(10 * (rows["value"] / np.maximum(capacity[series, day], 1.0) - 0.45), 0, 10)
    ).astype(np.int64)
    return rows


def _as_table(rng: Generator, cohort: Cohort, programme: Programme, rows: _Rows) -> pd.DataFrame:
    minute = _minutes(rng, cohort, programme, rows)
    patient = programme.patient[rows["series"]]
    order = np.lexsort((rows["set_no"], programme.exercise[rows["series"]], minute, rows["slot"], rows["day"], patient))
    rows = {name: column[order] for name, column in rows.items()}
    minute, patient = minute[order], patient[order]
    series, day, slot, source = rows["series"], rows["day"], rows["slot"], rows["source"]
    done = rows["skipped"] == 0
    timed = minute >= 0
    performed_at = (FIRST_DAY + day).astype("datetime64[m]") + np.maximum(minute, 0)
    seconds = SECONDS[programme.exercise[series]]
    counted = done & (rng.random(len(day)) < cohort.share_reps[patient])
    step = STEP_CODES[programme.exercise[series], programme.step[series, day]]
    load = STEP_LOADS[programme.exercise[series], programme.step[series, day]]
    says_how = done & (cohort.logs_difficulty[patient] | (source == _CLINIC))
    mode = np.where(done & (step[:, 0] == keys.MODES.index("active")) & (rng.random(len(day)) < 0.015), 1, step[:, 0])
    session_id = np.where((source == _APP) | (source == _INFERRED), day * 2 + slot, -1)
    names = [f"{number // 2 + 1:03d}{'ab'[number % 2]}" for number in range(2 * cohort.n_days)]
    return pd.DataFrame(
        {
            "patient_id": patient_column(patient, cohort.size),
            "performed_at": performed_at.astype("datetime64[us]"),
            "exercise": key_column(programme.exercise[series], EXERCISES),
            "side": key_column(np.where(cohort.leaves_side_blank[patient], -1, programme.side[series]), keys.SIDES),
            "session_id": text_column(session_id, names),
            "daypart": key_column(
                np.where(timed | (programme.sessions_per_day[series] == 1), -1, np.where(slot == 0, _AM, _PM)),
                keys.DAYPARTS,
            ),
            "set_no": whole_column(rows["set_no"], rows["set_no"] > 0),
            "status": key_column(rows["skipped"], keys.STATUSES),
            "skip_reason": key_column(
                np.where(done, -1, rng.choice(len(keys.SKIP_REASONS), len(day), p=_SKIP_SHARES)), keys.SKIP_REASONS
            ),
            "sets": whole_column(rows["sets"], done),
            "reps": whole_column(np.where(seconds, 3, rows["value"]), counted),
            "hold_s": np.where(seconds & counted, rows["value"].astype(float), np.nan),
            "mode": key_column(np.where(says_how | (mode != step[:, 0]), mode, -1), keys.MODES),
            "position": key_column(np.where(says_how, step[:, 1], -1), keys.POSITIONS),
            "support": key_column(np.where(says_how, step[:, 2], -1), keys.SUPPORTS),
            "load_kg": np.where(done & (load > 0) & says_how, load, np.nan),
            "resistance": text_column(np.where(says_how, step[:, 3], -1), BANDS),
            "effort_0_10": _ratings(rng, rows["strain"], done & (rng.random(len(day)) < cohort.share_effort[patient])),
            "pain_0_10": _ratings(rng, cohort.usual_pain[patient], done & _rates_pain(rng, cohort, patient, day, slot)),
            "source": key_column(source, keys.SOURCES),
            "recorded_at": _recorded(rng, performed_at, (source == _APP) & timed),
            "notes": text_column(_some_notes(rng, done), _NOTES),
        }
    )


def _minutes(rng: Generator, cohort: Cohort, programme: Programme, rows: _Rows) -> NDArray[np.int64]:
    """Minute of the day of each row, -1 for those who write down the day only."""
    patient, day = programme.patient[rows["series"]], rows["day"]
    late = np.clip(rng.normal(0, 25, (2, *cohort.sitting.shape)), -50, 50)[rows["slot"], patient, day]
    begin = cohort.morning_minute[patient] + 9 * 60 * rows["slot"] + late
    begin = np.where(rows["source"] == _CLINIC, 13 * 60 + 30, begin)
    within = 4 * programme.exercise[rows["series"]] + np.maximum(rows["set_no"] - 1, 0)
    timed = cohort.has_clock[patient] | cohort.uses_app[patient] | (rows["source"] == _CLINIC)
    return np.where(timed, np.rint(begin + within), -1).astype(np.int64)


def _ratings(rng: Generator, level: NDArray[np.int64] | Floats, rated: Flags) -> Floats:
    # Adding 0.0 turns the negative zero of rounding into zero.
    return np.where(rated, np.clip(np.rint(level + rng.normal(0.3, 0.9, len(level))), 0, 10) + 0.0, np.nan)


def _rates_pain(rng: Generator, cohort: Cohort, patient: Days, day: Days, slot: Days) -> Flags:
    """People rate once, not per set: on the last row of a sitting."""
    sitting = (patient * cohort.n_days + day) * 2 + slot
    last = np.append(sitting[1:] != sitting[:-1], True)
    return last & (rng.random(len(day)) < cohort.share_pain[patient])


def _recorded(rng: Generator, performed_at: NDArray[np.datetime64], app: Flags) -> NDArray[np.datetime64]:
    days_late = np.where(rng.random(len(app)) < 0.04, rng.integers(2, 6, len(app)), 0)
    minutes = days_late * 1440 + rng.integers(1, 20, len(app))
    return np.where(app, (performed_at + minutes).astype("datetime64[us]"), np.datetime64("NaT", "us"))


def _some_notes(rng: Generator, done: Flags) -> Days:
    shares = np.array([0.2, 0.15, 0.15, 0.1, 0.1, 0.1, 0.1, 0.06, 0.02, 0.02])
    return np.where(done & (rng.random(len(done)) < 0.02), rng.choice(len(_NOTES), len(done), p=shares), -1)
