"""The result tables of real and simulated studies keep what their schemas promise."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.model.pandera_settings import pa, pinned_validation
from footdrop_analytics.model.results import RESULT_TABLES
from tests.each import each

DEMO = Path(__file__).parents[2] / "data/demo"
MORE = {"adherence_28d": "adherence", "adherence_period": "adherence"} | dict.fromkeys(
    ("adherence_patient_28d", "adherence_patient_period"), "adherence_patient"
)


@pytest.fixture(scope="module")
def analysis() -> fd.Analysis:
    return fd.analyse(fd.read_study(DEMO))


@each("name, table", ({name: name for name in RESULT_TABLES} | MORE).items())
def test_a_result_table_keeps_its_promise(analysis: fd.Analysis, name: str, table: str) -> None:
    with pinned_validation():
        RESULT_TABLES[table].validate(getattr(analysis, name), lazy=True)


@each("measure", ["reps", "hold", "dose", "effort", "pain"])
def test_trends_of_every_measure(analysis: fd.Analysis, measure: str) -> None:
    with pinned_validation():
        RESULT_TABLES["trends"].validate(fd.trends(analysis.study, measure), lazy=True)


def test_a_broken_promise_is_seen(analysis: fd.Analysis) -> None:
    broken = analysis.adherence.assign(adherence=1.5)
    with pinned_validation(), pytest.raises(pa.errors.SchemaErrors):
        RESULT_TABLES["adherence"].validate(broken, lazy=True)
    with pinned_validation(), pytest.raises(pa.errors.SchemaErrors):
        RESULT_TABLES["trends"].validate(analysis.trends.drop(columns="p_value"), lazy=True)


def test_schemas_agree_on_the_keys_of_a_series() -> None:
    for name in ("adherence", "persistence", "trends", "steps", "readiness", "criteria"):
        assert list(RESULT_TABLES[name].columns)[:3] == ["patient_id", "exercise", "side"]
        assert isinstance(pd.CategoricalDtype(), type(RESULT_TABLES[name].columns["patient_id"].dtype.type))
