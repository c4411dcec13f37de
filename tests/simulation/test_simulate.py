"""A simulated study is plausible, reproducible, and a study like any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.model.study import TABLES
from footdrop_analytics.simulation.generator import simulate_tables
from footdrop_analytics.simulation.programme import EXERCISES, LADDERS
from tests.each import each


@pytest.fixture(scope="module")
def cohort() -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    return simulate_tables(patients=800, weeks=26, seed=3)


@pytest.fixture(scope="module")
def small() -> fd.Study:
    return fd.simulate(patients=25, weeks=10, seed=11)


def test_ladders_know_all_exercises_of_the_catalogue() -> None:
    catalogue = fd.load_exercises()
    assert catalogue.keys == EXERCISES
    for ladder in LADDERS:
        assert ladder.steps[0].mode == catalogue[ladder.exercise].mode
        assert ladder.seconds == (catalogue[ladder.exercise].unit == "seconds")


def test_adherence_is_as_programmes_report(cohort: tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]) -> None:
    _, truth = cohort
    by_patient = truth["series"].groupby("patient_id", observed=True)["expected_ratio"].mean()
    assert 0.55 <= by_patient.mean() <= 0.80
    assert 0.18 <= by_patient.std() <= 0.30
    assert 0.10 <= truth["patients"]["dropout_day"].notna().mean() <= 0.25


def test_logs_are_irregular_and_incomplete(cohort: tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]) -> None:
    tables, _ = cohort
    sessions = tables["sessions"]
    assert set(sessions["exercise"].unique()) == set(EXERCISES)
    assert set(sessions["side"].dropna().unique()) == {"left", "right", "both"}
    assert set(sessions["source"].unique()) == {"diary", "app", "sensor", "clinic", "inferred"}
    done = sessions[sessions["status"] == "done"]
    for column in ("reps", "pain_0_10", "effort_0_10", "side", "session_id"):
        assert 0 < done[column].isna().mean() < 1
    assert sessions.loc[sessions["status"] == "skipped", "skip_reason"].notna().all()
    late = (sessions["recorded_at"] - sessions["performed_at"]) > pd.Timedelta(days=1)
    assert 0 < late.sum() < 0.1 * sessions["recorded_at"].notna().sum()
    weekday = done["performed_at"].dt.day_of_week
    assert (weekday >= 5).sum() / 2 < (weekday < 5).sum() / 5
    months = done["performed_at"].dt.month.value_counts()
    assert months[5] < months[3]


def test_the_clinic_writes_down_everything(cohort: tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]) -> None:
    tables, _ = cohort
    assert set(tables) == set(TABLES) - {"reviews"}, "reviews are written by those who use the toolkit"
    assert all(len(table) > 0 for table in tables.values())
    assert {"fall", "near_fall", "dizziness", "skin"} <= set(tables["events"]["kind"].unique())
    assert (tables["checkins"]["fell"] == "yes").any()
    assert {"keep", "harder", "easier", "refer"} <= set(tables["visits"]["decision"].unique())
    assert tables["prescriptions"]["end_date"].notna().any()
    assert set(tables["prescriptions"]["sessions_per_day"]) == {1, 2}
    assert tables["patients"][["data_through", "discharged_on"]].notna().any().all()


def test_logs_of_those_who_stop_at_the_target_never_exceed_it(
    cohort: tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]],
) -> None:
    tables, truth = cohort
    keys = ["patient_id", "exercise"]
    most = tables["prescriptions"].groupby(keys, observed=True)["reps"].max().rename("most")
    best = tables["sessions"].groupby(keys, observed=True)["reps"].max().rename("best")
    both = pd.concat([most, best], axis=1).dropna().reset_index()
    stops = both["patient_id"].map(truth["patients"].set_index("patient_id")["stops_at_target"])
    assert (both.loc[stops, "best"] <= both.loc[stops, "most"]).all()
    assert (both.loc[~stops, "best"] > both.loc[~stops, "most"]).any()


def test_the_same_seed_gives_the_same_tables() -> None:
    first, again, other = (simulate_tables(20, 8, seed)[0] for seed in (5, 5, 6))
    for table in first:
        pd.testing.assert_frame_equal(first[table], again[table])
    assert not first["sessions"].equals(other["sessions"])


@each("size", [(1, 1), (1, 30), (3, 1)])
def test_small_studies_have_a_session_and_a_prescription(size: tuple[int, int]) -> None:
    for seed in range(10):
        tables, _ = simulate_tables(*size, seed)
        assert len(tables["sessions"]) > 0
        assert len(tables["prescriptions"]) > 0


def test_every_simulated_row_is_valid_and_marked_synthetic(small: fd.Study) -> None:
    assert small.synthetic
    assert small.rejected.empty
    assert small.duplicates.empty
    assert set(small.truth or ()) == {"patients", "series", "lapses", "levels"}
    assert all(patient_id.startswith("SIM-") for patient_id in small.patient_ids)
    assert small.as_of <= pd.Timestamp("2024-01-01") + pd.Timedelta(weeks=10)


@each("file_format", ["csv", "parquet"])
def test_a_simulated_study_equals_its_own_files(small: fd.Study, tmp_path: Path, file_format: str) -> None:
    small.write(tmp_path / "study", format=file_format)  # type: ignore[arg-type]
    again = fd.read_study(tmp_path / "study", today="2026-01-01")
    assert again.synthetic
    assert again.as_of == small.as_of
    assert again.rejected.empty
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(again, table), getattr(small, table))


@each("file_format", ["csv", "parquet"])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, file_format: str) -> None:
    for name in ("one", "two"):
        fd.simulate(patients=6, weeks=5, seed=2).write(tmp_path / name, format=file_format)  # type: ignore[arg-type]
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_filtered_study_keeps_the_label(small: fd.Study) -> None:
    assert small.filter([small.patient_ids[0]]).synthetic
    assert not replace(small, synthetic=False).synthetic


@each("name, value", [("patients", 0), ("weeks", 0), ("seed", -1), ("weeks", 2.5), ("patients", True), ("seed", "1")])
def test_numbers_out_of_range_are_refused_by_name(name: str, value: object) -> None:
    arguments = {"patients": 2, "weeks": 2, "seed": 2} | {name: value}
    with pytest.raises(fd.ParameterError, match=name):
        fd.simulate(**arguments)  # type: ignore[arg-type]


def test_logged_adherence_is_the_true_one_on_average() -> None:
    study = fd.simulate(patients=150, weeks=20, seed=8)
    logged = fd.adherence(study, every=None).set_index(["patient_id", "exercise", "side"])
    assert study.truth is not None
    both = study.truth["series"].set_index(["patient_id", "exercise", "side"]).join(logged, how="inner")
    both = both[both["due"] > 20]
    expected = np.average(both["expected_ratio"], weights=both["due"])
    assert both["logged"].sum() / both["due"].sum() == pytest.approx(expected, abs=0.02)
    assert np.corrcoef(both["expected_ratio"], both["ratio"])[0, 1] > 0.85
