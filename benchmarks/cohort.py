"""The studies that are measured: regular on purpose, so that the number of rows is exact."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from footdrop_analytics.simulation.programme import EXERCISES, SECONDS

FIRST_DAY = np.datetime64("2024-01-01", "D")
N_DAYS = 180
SHARE_DONE = 0.6
N_DONE = round(SHARE_DONE * N_DAYS)


def write_cohort(folder: Path, patients: int, exercises: int = len(EXERCISES), seed: int = 1, first: int = 0) -> int:
    """Write a Parquet study, every exercise done on 108 of 180 days; returns the number of rows.

    Ids count on from ``first``. A tenth of the ratings is missing; the target of every series is raised once, so that
    there are two versions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    ids = [f"BENCH-{first + number + 1:06d}" for number in range(patients)]
    n_rows = patients * exercises * N_DONE
    days = np.sort(np.argsort(rng.random((patients, N_DAYS), dtype=np.float32), axis=1)[:, :N_DONE], axis=1)
    # By patient, day and exercise, as a log is written.
    patient = np.repeat(np.arange(patients, dtype=np.int32), N_DONE * exercises)
    day = np.repeat(days.astype(np.int32).ravel(), exercises)
    exercise = np.tile(np.arange(exercises, dtype=np.int8), patients * N_DONE)
    level = 8 + rng.integers(0, 4, (patients, 1, exercises)) + 0.02 * days[:, :, None]
    reps = np.rint(level + rng.normal(0, 1.2, (patients, N_DONE, exercises))).clip(0, 15).astype(np.int16).ravel()
    minute = 8 * 60 + 5 * exercise.astype(np.int32) + day % 31
    at = (FIRST_DAY.astype("datetime64[m]") + day * np.int64(1440) + minute).astype("datetime64[us]")
    holds = SECONDS[exercise]
    sessions = pd.DataFrame(
        {
            "patient_id": pd.Categorical.from_codes(patient, categories=pd.Index(ids)),
            "performed_at": at,
            "exercise": pd.Categorical.from_codes(exercise, categories=pd.Index(EXERCISES)),
            "side": pd.Categorical.from_codes(np.zeros(n_rows, dtype=np.int8), categories=pd.Index(["left"])),
            "sets": np.full(n_rows, 2, dtype=np.int16),
            "reps": np.where(holds, np.int16(3), reps),
            "hold_s": np.where(holds, reps, np.nan).astype(np.float32),
            "effort_0_10": _ratings(rng, n_rows, 4),
            "pain_0_10": _ratings(rng, n_rows, 1),
        }
    )
    sessions.to_parquet(folder / "sessions.parquet", index=False)
    _prescriptions(ids, exercises).to_parquet(folder / "prescriptions.parquet", index=False)
    people = pd.DataFrame({"patient_id": ids, "affected_side": "left", "aetiology": "stroke"})
    people.to_parquet(folder / "patients.parquet", index=False)
    (folder / "SYNTHETIC.txt").write_text("Made by python -m benchmarks: no row belongs to a real person.\n")
    return n_rows


def _ratings(rng: np.random.Generator, size: int, level: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    ratings = rng.integers(level, level + 3, size).astype(np.float32)
    ratings[rng.random(size, dtype=np.float32) < 0.1] = np.nan
    return ratings


def _prescriptions(ids: list[str], exercises: int) -> pd.DataFrame:
    n = len(ids) * exercises
    exercise = np.tile(np.arange(exercises), len(ids))
    first = pd.DataFrame(
        {
            "patient_id": np.repeat(np.array(ids, dtype=object), exercises),
            "exercise": np.array(EXERCISES, dtype=object)[exercise],
            "side": "left",
            "start_date": pd.Timestamp(FIRST_DAY),
            "days_per_week": 5.0,
            "sets": 2,
            "reps": np.where(SECONDS[exercise], 3, 10),
            "hold_s": np.where(SECONDS[exercise], 10.0, np.nan),
            "mode": "active",
        }
    )
    second = first.assign(
        start_date=pd.Timestamp(FIRST_DAY + N_DAYS // 2),
        reps=np.where(SECONDS[exercise], 3, 12),
        hold_s=np.where(SECONDS[exercise], 12.0, np.nan),
    )
    return pd.concat([first, second], ignore_index=True).iloc[np.arange(2 * n).reshape(2, n).T.ravel()]
