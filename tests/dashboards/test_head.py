"""What must be known before any number is looked at stands at the head of every output."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import footdrop_analytics as fd
from footdrop_analytics.cli import main
from footdrop_analytics.dashboards.caseload.choices import CaseloadSettings
from footdrop_analytics.dashboards.caseload.view import caseload_view
from footdrop_analytics.dashboards.cohort.view import CohortSettings, cohort_view
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.wording.words import own_days

FACTS = (
    "Not read, and in no result: the file walks.csv",
    "the column resistence of sessions.csv, perhaps resistance",
    "the ids '007', '7' differ only by",
    "agrees with sessions.csv on most common days but for clock times",
    "rows up to 2026-06-01 lie 28 days or more after every session, check-in and event",
    "the last day that counts, 2026-03-20, rests on the rows of that one day, 57 days after all others",
    "in the wash room",
)
PAGES = {"report", "index", "patient", "caseload page", "cohort"}
FAR = "As of 2026-05-01 is 42 days after the last row"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "study"
    place.mkdir()
    days = pd.date_range("2026-01-12", "2026-01-22").strftime("%Y-%m-%d")
    rows = {
        "sessions": [
            "patient_id,performed_at,exercise,side,resistence",
            *(f"007,{day} 08:10,heel_raise,left,red" for day in days),
        ],
        "sessions_old": ["patient_id,performed_at,exercise,side", *(f"007,{day},heel_raise,left" for day in days)],
        "sessions_7": ["patient_id,performed_at,exercise,side", "7,2026-03-20,heel_raise,left"],
        "prescriptions": ["patient_id,exercise,side,start_date,days_per_week", "007,heel_raise,left,2026-01-12,7"],
        "events": ["patient_id,occurred_on,kind,notes", ",2026-01-14,fall,in the wash room"],
        "outcomes": ["patient_id,measured_on,measure,value", "007,2026-06-01,10mwt,0.8"],
        "walks": ["who,steps", "007,4000"],
    }  # fmt: skip
    for name, lines in rows.items():
        (place / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place


def test_every_output_says_all_of_it_at_its_head(folder: Path, tmp_path: Path) -> None:
    study = fd.read_study(folder, today="2026-06-02")
    for as_of, facts in ((None, FACTS), ("2026-05-01", (*FACTS, FAR))):
        analysis = fd.analyse(study, as_of=as_of)
        outputs = {
            "report": fd.write_report(analysis, "007", tmp_path / "007.html").read_text(encoding="utf-8"),
            "index": fd.write_reports(analysis, tmp_path / "all", ["007"]).read_text(encoding="utf-8"),
            "patient": patient_view(analysis, PatientSettings(patient_id="007")).panels["head"],
            "caseload page": " ".join(caseload_view(analysis, CaseloadSettings()).panels.values()),
            "cohort": " ".join(cohort_view(analysis, CohortSettings()).panels.values()),
        }
        given = ["--as-of", as_of] if as_of else []
        for command in (["check"], ["caseload"], ["caseload", "--json"], ["report", "--out", tmp_path / "out"]):
            if command != ["check"] or not as_of:
                said = CliRunner().invoke(main, [str(one) for one in (command[0], folder, *command[1:], *given)])
                outputs[" ".join(map(str, command[:2]))] = " ".join(said.stdout.split())
        for name, text in outputs.items():
            # Pages are for people, a terminal's lines and JSON are also for programs.
            for fact in map(own_days, facts) if name in PAGES else facts:
                assert fact in unescape(text).replace('\\"', '"'), (name, fact)


def test_the_head_of_a_page_writes_days_in_its_language_and_names_as_they_are(folder: Path) -> None:
    (folder / "2026-01-12.csv").write_text("who,steps\n007,4000\n", encoding="utf-8")
    study = fd.read_study(folder, today="2026-06-02")
    for language, said in (("en", "1 Jun 2026"), ("de", "1. Juni 2026"), ("fr", "1er juin 2026"), ("es", "1 jun 2026")):
        analysis = fd.analyse(study)
        for view in (
            patient_view(analysis, PatientSettings(patient_id="007", language=language)).panels["head"],
            caseload_view(analysis, CaseloadSettings(language=language)).panels["about"],
            cohort_view(analysis, CohortSettings(language=language)).panels["about"],
        ):
            line = view.partition('class="unread"')[2].partition("</p>")[0]
            assert said in line, (language, line)
            assert re.findall(r"\d{4}-\d{2}-\d{2}(?:\.csv)?", line) == ["2026-01-12.csv"], (language, line)


def test_the_patients_sheet_names_no_other_patient(folder: Path, tmp_path: Path) -> None:
    analysis = fd.analyse(fd.read_study(folder, today="2026-06-02"))
    sheet = fd.write_report(analysis, "007", tmp_path / "sheet.html", audience="patient").read_text(encoding="utf-8")
    assert "the file walks.csv" in sheet
    assert "'7'" not in unescape(sheet)
