"""Without a plan a log is described by the days with exercise: sessions of several exercises and sides are no days."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from tests.studies import study_with

DAYS = pd.date_range("2026-01-05", periods=19)
"""Three exercises on both sides, six sessions a day; on the first and the second one of the days something else."""


def _analysis() -> fd.Analysis:
    rows = [
        {"performed_at": day, "exercise": exercise, "side": side, "reps": 10}
        for day in DAYS[2:]
        for exercise in ("heel_raise", "ankle_eversion", "ankle_inversion")
        for side in ("left", "right")
    ]
    others = [{"performed_at": DAYS[0], "status": "skipped"}, {"performed_at": DAYS[1], "source": "clinic"}]
    return fd.analyse(study_with(rows + others))


def _text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.replace("\N{NO-BREAK SPACE}", " ")).split())


def test_days_with_exercise_stand_where_a_share_would(tmp_path: Path) -> None:
    analysis = _analysis()
    days = "in the last 28 days exercise was logged on 18 days"
    assert analysis.caseload["why"].tolist() == [f"No plan known; {days}."]
    report = _text(fd.write_report(analysis, "P", tmp_path / "p.html").read_text(encoding="utf-8"))
    assert f"no plan known; {days}." in report
    assert "Last 28 days 27 Dec 2025 to 23 Jan 2026 no plan known 18" in report
    assert "The 28 days before 29 Nov to 26 Dec 2025 no plan known Exercises" in report
    assert "Last 28 days: no plan known; exercise logged on 18 days." in report
    assert "no plan known; 18 sessions logged" in report
    assert "no plan known; 17 sessions logged" in report
    assert not re.search(r"10[0-9] sessions", report)
    view = patient_view(analysis, PatientSettings(patient_id="P"))
    assert "no plan known; exercise logged on 18 days last 28 days" in _text(view.panels["glance"])
    assert "no plan known 18" in _text(view.panels["adherence"])
    assert analysis.adherence["active_days"].eq(0).all()
