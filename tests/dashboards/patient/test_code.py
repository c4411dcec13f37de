"""The code that is shown makes the same view again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from tests.dashboards.patient._people import DEMO_SETTINGS, HOSTILE_ID, odd_study, seen, text_of, working_in
from tests.each import each
from tests.project._tree import ROOT


@pytest.fixture(scope="module")
def _read_once() -> Iterator[None]:
    """The code of all settings reads the same files: once, and each analysis of them once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fd, "read_study", cache(fd.read_study))
        patch.setattr(fd, "analyse", cache(fd.analyse))
        yield


@pytest.mark.usefixtures("_read_once")
@each("settings", DEMO_SETTINGS)
def test_the_code_shows_the_same_again(demo: fd.Analysis, settings: PatientSettings) -> None:
    view = seen(demo, settings)
    names: dict[str, object] = {}
    with working_in(ROOT):
        exec(view.code, names)
    again = names["view"]
    assert again.panels == view.panels  # type: ignore[attr-defined]
    assert list(again.tables) == list(view.tables)  # type: ignore[attr-defined]
    for name, table in view.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table)  # type: ignore[attr-defined]
    assert again.charts == view.charts  # type: ignore[attr-defined]
    stills = [{name: chart.still for name, chart in one.charts.items()} for one in (again, view)]  # type: ignore[attr-defined]
    assert stills[0] == stills[1]
    assert again.code == view.code  # type: ignore[attr-defined]


def test_the_code_of_another_last_day_shows_the_same_again() -> None:
    early = fd.analyse(fd.read_study(ROOT / "data" / "demo", today="2025-12-21"), as_of="2025-11-30")
    view = patient_view(early, PatientSettings(study="data/demo", patient_id="SIM-0009"))
    names: dict[str, object] = {}
    with working_in(ROOT):
        exec(view.code, names)
    assert names["view"].panels == view.panels  # type: ignore[attr-defined]


def test_a_study_without_a_path_is_named_in_the_code() -> None:
    settings = PatientSettings(patient_id=HOSTILE_ID)
    view = patient_view(odd_study(), settings)
    names: dict[str, object] = {"study": odd_study().study}
    exec(view.code, names)
    assert names["settings"] == settings
    assert names["view"].panels == view.panels  # type: ignore[attr-defined]


def test_the_simulated_demo_has_code_too(demo: fd.Analysis) -> None:
    view = seen(demo, PatientSettings(study="demo_study()", patient_id="SIM-0008"))
    names: dict[str, object] = {}
    exec(view.code, names)
    assert names["view"].panels == view.panels  # type: ignore[attr-defined]


def test_the_code_reads_dates_as_they_were_read(tmp_path: Path) -> None:
    rows = "patient_id,performed_at,exercise,side,sets,reps\n lead,03/11/2025,heel_raise,left,2,12\n"
    (tmp_path / "sessions.csv").write_text(rows, encoding="utf-8")
    plan = "patient_id,exercise,side,start_date,days_per_week,sets,reps\n lead,heel_raise,left,01/11/2025,5,2,12\n"
    (tmp_path / "prescriptions.csv").write_text(plan, encoding="utf-8")
    analysis = fd.analyse(fd.read_study(tmp_path, date_format="%d/%m/%Y", timezone="Europe/Berlin"))
    view = patient_view(analysis, PatientSettings(study=str(tmp_path), patient_id=" lead"))
    assert "date_format='%d/%m/%Y', timezone='Europe/Berlin'" in view.code
    names: dict[str, object] = {}
    exec(view.code, names)
    assert "last entry 3 Nov 2025" in text_of(view, "head")
    assert names["view"].panels == view.panels  # type: ignore[attr-defined]
