"""Everything at once equals its parts; it is frozen and says what it was made with."""

from __future__ import annotations

import dataclasses
import weakref
from functools import partial
from importlib import import_module
from threading import get_ident
from time import sleep
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.partitions import parts_of, side_by_side
from footdrop_analytics.analysis.trends.prepared import Prepared
from footdrop_analytics.analysis.trends.trends import daily as daily_values
from tests.analysis.expected import calendar_days
from tests.studies import log, plan, study_with

TABLES = (
    "adherence",
    "adherence_28d",
    "adherence_period",
    "adherence_patient",
    "adherence_patient_28d",
    "adherence_patient_period",
    "persistence",
    "trends",
    "steps",
    "readiness",
    "criteria",
    "flags",
    "caseload",
)


@pytest.fixture(scope="module")
def simulated() -> fd.Study:
    return fd.simulate(patients=6, weeks=8, seed=3)


@pytest.fixture(scope="module")
def analysis(simulated: fd.Study) -> fd.Analysis:
    return fd.analyse(simulated)


def test_tables_equal_those_of_the_single_functions(simulated: fd.Study, analysis: fd.Analysis) -> None:
    expected = {
        "adherence": fd.adherence(simulated),
        "adherence_28d": fd.adherence(simulated, every="7D", length="28D"),
        "adherence_period": fd.adherence(simulated, every=None),
        "adherence_patient": fd.adherence(simulated, level="patient"),
        "adherence_patient_28d": fd.adherence(simulated, every="7D", length="28D", level="patient"),
        "adherence_patient_period": fd.adherence(simulated, every=None, level="patient"),
        "persistence": fd.persistence(simulated),
        "trends": fd.trends(simulated),
        "steps": fd.steps(simulated),
        "readiness": fd.readiness(simulated),
        "criteria": fd.readiness_criteria(simulated),
        "flags": fd.review_flags(simulated),
        "daily": daily_values(simulated),
        "calendar": calendar_days(simulated),
    }
    for name, table in expected.items():
        assert len(table), name
        pd.testing.assert_frame_equal(getattr(analysis, name), table, obj=name)


def test_parts_of_patients_give_the_same(
    simulated: fd.Study, analysis: fd.Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("footdrop_analytics.analysis.analyse"), "parts_of", partial(parts_of, rows=300))
    assert len(parts_of(simulated, rows=300)) > 2
    seen: list[str] = []
    in_parts = fd.analyse(simulated, progress=seen.append)
    n_parts = len(parts_of(simulated, rows=300))
    assert len(seen) > 1
    assert seen[-1] == f"part {n_parts} of {n_parts}"
    shuffled = {name: getattr(simulated, name).sample(frac=1, random_state=2) for name in ("sessions", "prescriptions")}
    tables: dict[str, Any] = {name: table.reset_index(drop=True) for name, table in shuffled.items()}
    mixed_up = fd.analyse(dataclasses.replace(simulated, **tables))
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(in_parts, name), getattr(analysis, name), obj=name)
        pd.testing.assert_frame_equal(getattr(mixed_up, name), getattr(analysis, name), obj=name)


def test_what_a_part_was_made_from_is_let_go_with_it(simulated: fd.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    alive: weakref.WeakSet[Prepared] = weakref.WeakSet()
    counts: list[int] = []

    class Watched(Prepared):
        def __init__(self, log: CodedLog) -> None:
            super().__init__(log)
            alive.add(self)
            counts.append(len(alive))

    module = import_module("footdrop_analytics.analysis.analyse")
    monkeypatch.setattr(module, "Prepared", Watched)
    monkeypatch.setattr(module, "parts_of", partial(parts_of, rows=1))
    found = fd.analyse(simulated)
    assert len(counts) == 1 + len(simulated.patient_ids) > 1 + module.WORKERS
    assert max(counts) <= 1 + module.WORKERS
    assert "days" not in vars(found.prepared)


def test_a_small_study_keeps_what_it_was_made_from(simulated: fd.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"days", "performance", "calendar"} <= vars(fd.analyse(simulated).prepared).keys()
    monkeypatch.setattr(import_module("footdrop_analytics.analysis.analyse"), "KEPT_ROWS", 10)
    assert "days" not in vars(fd.analyse(simulated).prepared)


def test_after_an_error_in_another_thread_no_part_is_begun() -> None:
    begun, own = [], get_ident()

    def work(part: int) -> None:
        begun.append(part)
        if get_ident() != own:
            raise ValueError("broken")
        sleep(0.01)

    with pytest.raises(ValueError, match="broken"):
        side_by_side(work, range(100), 2)
    assert len(begun) < 100


def test_an_analysis_is_frozen(analysis: fd.Analysis) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        analysis.as_of = pd.Timestamp("2030-01-01")  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        analysis.study.as_of = pd.Timestamp("2030-01-01")  # type: ignore[misc]


def test_the_study_is_not_changed_by_analysing_it(simulated: fd.Study) -> None:
    before = {
        name: getattr(simulated, name).copy(deep=True) for name in ("sessions", "prescriptions", "patients", "events")
    }
    fd.analyse(simulated, as_of="2024-02-01", start="2024-01-15")
    for name, table in before.items():
        pd.testing.assert_frame_equal(getattr(simulated, name), table)


def test_what_it_was_made_with(simulated: fd.Study) -> None:
    found = fd.analyse(simulated, as_of="2024-02-11", start="2024-01-15", end="2024-03-31")
    assert found.study is simulated
    pd.testing.assert_frame_equal(found.sources, simulated.sources)
    assert (found.as_of, found.start, found.end) == tuple(
        pd.Timestamp(day) for day in ("2024-02-11", "2024-01-15", "2024-02-11")
    )
    expected = {"as_of": "2024-02-11", "start": "2024-01-15", "end": "2024-02-11", "footdrop_analytics": fd.__version__}
    assert expected.items() <= found.parameters.items()
    assert {"python", "numpy", "pandas", "pandera", "scipy", "readiness_rules", "review_flags"} <= set(found.parameters)
    assert fd.analyse(simulated).start is None


def test_the_period_shows_adherence_and_decides_nothing(simulated: fd.Study, analysis: fd.Analysis) -> None:
    part = fd.analyse(simulated, start="2024-02-05", end="2024-02-11")
    assert part.adherence["window_start"].unique().tolist() == [pd.Timestamp("2024-02-05")]
    assert part.adherence_patient_period["window_end"].unique().tolist() == [pd.Timestamp("2024-02-11")]
    for name in TABLES:
        if not name.startswith("adherence"):
            pd.testing.assert_frame_equal(getattr(part, name), getattr(analysis, name), obj=name)


def test_repeating_gives_the_same(simulated: fd.Study, analysis: fd.Analysis) -> None:
    again = fd.analyse(simulated)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(analysis, name), obj=name)


def test_a_study_with_nothing_to_count_has_empty_tables() -> None:
    # One inferred row and a plan for the future: valid, but nothing was due and nothing was done.
    found = fd.analyse(study_with(log([2], source="inferred"), [plan(9)]), as_of="2026-03-02")
    for name in ("adherence", "adherence_28d", "adherence_patient_period", "steps", "readiness", "criteria"):
        assert getattr(found, name).empty, name
        assert len(getattr(found, name).columns) > 5
    assert found.trends["n"].tolist() == [0]
    assert found.persistence["first_due"].isna().all()
    assert found.caseload["patient_id"].tolist() == ["P"]
    assert found.daily.empty


def test_each_column_of_a_result_is_its_own(simulated: fd.Study) -> None:
    # Tables take their columns as they are: what is written into one must not show in another, nor in the study.
    found, untouched = fd.analyse(simulated), fd.analyse(simulated)
    rows = {name: getattr(simulated, name).copy() for name in ("sessions", "prescriptions", "patients")}
    for name in TABLES:
        table, before = getattr(found, name), getattr(untouched, name)
        for column in reversed(table.columns):
            table.loc[0, column] = None
            left = list(table.columns[: table.columns.get_loc(column)])
            pd.testing.assert_frame_equal(table[left], before[left], obj=f"{name} after {column}")
        assert table.loc[0].isna().all(), name
    for name, table in rows.items():
        pd.testing.assert_frame_equal(getattr(simulated, name), table)
