"""Entries that nobody can read, and logs without a plan, in everything a person looks at."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import footdrop_analytics as fd
from footdrop_analytics.dashboards.caseload.choices import CaseloadSettings
from footdrop_analytics.dashboards.caseload.view import caseload_view
from footdrop_analytics.dashboards.cohort.view import CohortSettings, cohort_view
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.patient.attendance import SIGNS
from tests.studies import study_with

LAST = date(2026, 3, 31)


@lru_cache(maxsize=1)
def _analysis() -> fd.Analysis:
    """Twenty of the last days under a name that nobody knows; ten of them; and somebody without a plan."""
    sessions = [
        {"patient_id": who, "performed_at": f"{LAST - timedelta(days=ago)}T09:00", "reps": 8,
         "exercise": "wobble thing" if ago < unread else "heel_raise"}
        for who, unread in (("twenty", 20), ("ten", 10), ("free", 0))
        for ago in range(42)
    ]  # fmt: skip
    plans = [{"patient_id": one, "start_date": "2026-02-01", "reps": 10} for one in ("twenty", "ten")]
    return fd.analyse(study_with(sessions, plans, valid=False))


def test_every_status_of_a_day_has_a_sign_of_its_own_that_needs_no_colour() -> None:
    known = _analysis().calendar["status"].cat.categories
    assert set(known) == set(SIGNS)
    assert len({sign.symbol for sign in SIGNS.values()}) == len(SIGNS)


def test_unreadable_days_are_marked_and_said_and_never_told_as_not_done(tmp_path: Path) -> None:
    for who, days in (("twenty", 20), ("ten", 10)):
        view = patient_view(_analysis(), PatientSettings(patient_id=who))
        report = fd.write_report(_analysis(), who, tmp_path / f"{who}.html").read_text(encoding="utf-8")
        sheet = fd.write_report(_analysis(), who, tmp_path / "sheet.html", audience="patient").read_text("utf-8")
        for page in (view.panels["adherence"], report):
            assert page.count('<td class="sign unreadable"') == days
            assert "written, but could not be read" in page
            assert "on each of them something was written that could not be read" in page
        assert f"On {days} days you wrote something that your clinic could not read." in sheet
        assert "No exercise was written down" not in sheet
    said = (
        patient_view(_analysis(), PatientSettings(patient_id="twenty"))
        .panels["summary"]
        .replace("\N{NO-BREAK SPACE}", " ")
    )
    assert "dherence of the last 28 days is unknown, because entries of 20 days could not be read" in said


def test_without_a_plan_nothing_is_due_and_no_share_is_told(tmp_path: Path) -> None:
    view = patient_view(_analysis(), PatientSettings(patient_id="free"))
    report = fd.write_report(_analysis(), "free", tmp_path / "free.html").read_text(encoding="utf-8")
    rows = caseload_view(_analysis(), CaseloadSettings()).rows
    mine = next(" ".join(row) for row in rows if "free" in row[0])
    for page in (view.panels["adherence"], view.panels["summary"], view.panels["exercises"], report, mine):
        assert "no plan known" in page.lower()
        assert "nothing due" not in page.lower()
    assert "exercise was logged on 28 days" in report.replace("\N{NO-BREAK SPACE}", " ")
    assert "extra, not due that day" not in report
    cohort_view(_analysis(), CohortSettings())


def test_the_caseload_says_how_old_the_files_are_and_days_ago_only_if_it_is_as_of_today() -> None:
    today = LAST + timedelta(days=41)
    files = caseload_view(_analysis(), CaseloadSettings(today=today))
    assert "These files end on 31 Mar 2026, 41 days before today." in files.panels["head"]
    assert "ago" not in " ".join(map(" ".join, files.rows))
    now = caseload_view(_analysis(), CaseloadSettings(today=today, as_of=today))
    assert now.as_of == today
    assert all("41 days ago" in row[2] for row in now.rows if "free" in row[0])
    assert 'as_of="2026-05-11"' in now.code
    assert sorted(now.ids) == sorted(files.ids)
    assert "before today" not in caseload_view(_analysis(), CaseloadSettings(today=LAST)).panels["head"]
