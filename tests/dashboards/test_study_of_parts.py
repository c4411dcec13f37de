"""The pages of a partitioned study show what those of the study in memory show, from results on disk."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.cli.options import Written
from footdrop_analytics.cli.serving.shown import look
from footdrop_analytics.dashboards import loading
from footdrop_analytics.dashboards.caseload.choices import CaseloadSettings
from footdrop_analytics.dashboards.caseload.view import caseload_view
from footdrop_analytics.dashboards.cohort.view import CohortSettings, cohort_view
from footdrop_analytics.dashboards.kept import kept
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.scale import tasks
from tests.project._tree import ROOT

DEMO = ROOT / "data" / "demo"


def _expect_same(found: Any, expected: Any) -> None:
    for field in fields(expected):
        if field.name not in ("code", "tables"):
            assert getattr(found, field.name) == getattr(expected, field.name), field.name


def test_pages_are_the_same_and_what_needs_all_sessions_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fd.partition(DEMO, out=tmp_path, rows_per_part=800)
    shown = look(tmp_path, Written())
    assert shown.patients == 13
    with monkeypatch.context() as patched:
        # Analysed once, before any page: a page that analysed the study again would fail here.
        patched.delattr(tasks, "part_results")
        read, path = loading.named_study(tmp_path)
        analysis, whole = kept(None, lambda: fd.analyse(read())), fd.analyse(fd.read_study(DEMO))
    for settings in (CaseloadSettings(study=path), CaseloadSettings(study=path, as_of=whole.as_of.date())):
        view = caseload_view(analysis, settings)
        _expect_same(view, caseload_view(whole, settings))
    assert f"study = fd.open_study({path!r})" in view.code
    assert ".as_analysis()" in view.code
    for patient in ("SIM-0003", "SIM-0010"):
        chosen = PatientSettings(study=path, patient_id=patient)
        _expect_same(patient_view(analysis, chosen), patient_view(whole, chosen))
    for group in ("exercise", "arm", "aetiology"):
        of_parts, expected = (cohort_view(one, CohortSettings(study=path, group=group)) for one in (analysis, whole))
        _expect_same(of_parts, expected)
        for name, table in expected.tables.items():
            pd.testing.assert_frame_equal(of_parts.tables[name], table, obj=name)
    with pytest.raises(fd.ParameterError, match="needs the whole study in memory"):
        _ = analysis.daily
    desk = loading.desk_of(read, loading.place_of(str(tmp_path)))
    assert not desk.is_open
    assert "study of parts" in desk.why_not
