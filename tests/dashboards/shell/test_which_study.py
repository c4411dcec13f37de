"""Which study a dashboard is about."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards.loading import STUDY_VARIABLE, named_study
from footdrop_analytics.dashboards.view import DEMO, study_lines
from tests.project._tree import ROOT

SMALL_STUDY = ROOT / "data" / "demo_mistakes"


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(STUDY_VARIABLE, raising=False)


def test_a_study_object_is_taken_as_it_is(demo: fd.Analysis) -> None:
    read, path = named_study(demo.study)
    assert (read(), path) == (demo.study, "")


def test_a_path_is_read_and_named_as_it_was_given() -> None:
    relative = os.path.relpath(SMALL_STUDY)
    read, named = named_study(relative)
    assert named == relative
    assert read().patient_ids


def test_the_environment_names_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STUDY_VARIABLE, str(SMALL_STUDY))
    assert named_study()[1] == str(SMALL_STUDY)


@pytest.mark.parametrize("given", ["study", None])
def test_what_cells_change_later_is_about_other_dashboards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    (tmp_path / "elsewhere").mkdir()
    shutil.copytree(SMALL_STUDY, tmp_path / "study")
    monkeypatch.setenv(STUDY_VARIABLE, "study")
    read, path = named_study(given)
    monkeypatch.setenv(STUDY_VARIABLE, "other")
    monkeypatch.setenv("FOOTDROP_DATE_FORMAT", "%d/%m/%Y")
    monkeypatch.chdir("elsewhere")
    study = read()
    assert (path, study.date_format, len(study.known_ids)) == ("study", None, 9)


def test_the_environment_says_how_dates_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "patient_id,performed_at,exercise,side,sets,reps\nA,03/11/2025,heel_raise,left,2,12\n"
    (tmp_path / "sessions.csv").write_text(rows, encoding="utf-8")
    plan = "patient_id,exercise,side,start_date,days_per_week,sets,reps\nA,heel_raise,left,01/11/2025,5,2,12\n"
    (tmp_path / "prescriptions.csv").write_text(plan, encoding="utf-8")
    monkeypatch.setenv(STUDY_VARIABLE, str(tmp_path))
    with pytest.raises(fd.StudyError, match="date"):
        named_study()[0]()
    monkeypatch.setenv("FOOTDROP_DATE_FORMAT", "%d/%m/%Y")
    study = named_study()[0]()
    assert study.sessions["performed_at"].dt.strftime("%Y-%m-%d").tolist() == ["2025-11-03"]
    _, line = study_lines(str(tmp_path), study)
    named: dict[str, Any] = {"fd": fd}
    exec(line, named)
    pd.testing.assert_frame_equal(named["study"].sessions, study.sessions)


@pytest.mark.parametrize(("notebook", "named"), [(".", "data/demo"), ("notebooks/mine", "../../data/demo")])
def test_the_demo_beside_or_above_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notebook: str, named: str
) -> None:
    shutil.copytree(SMALL_STUDY, tmp_path / "data" / "demo")
    (tmp_path / notebook).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / notebook)
    read, path = named_study()
    assert path == named
    assert read().patient_ids == fd.read_study(SMALL_STUDY).patient_ids


def test_without_any_the_simulated_demo(demo: fd.Analysis) -> None:
    read, path = named_study()
    assert path == DEMO
    assert read().patient_ids == demo.study.patient_ids
