"""When an exercise was done last: the report and the dashboard say the same, and neither denies what is logged."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from tests.each import each
from tests.studies import Log, ago, study_with

NONE_DUE = "none at home on a due day"
LATER = "last done or tried 31 Mar 2026 (not due, at a visit, or a failed attempt)"


def _words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def _said(study: fd.Study, folder: Path) -> tuple[str, str]:
    """What the report says was done of the one exercise, and its last cell in the dashboard's table."""
    analysis = fd.analyse(study)
    page = fd.write_report(analysis, "P", folder / "report.html").read_text("utf-8")
    (done,) = re.findall(r"<p><strong>Done:</strong>(.*?)</p>", page, re.DOTALL)
    table = patient_view(analysis, PatientSettings(patient_id="P")).panels["exercises"]
    (row,) = re.findall(r"<tr><th scope=\"row\">.*?</tr>", table, re.DOTALL)
    return _words(done).replace(" .", "."), _words(row.rpartition("<td>")[2])


@each(
    "log, report, dashboard",
    [
        (Log(source="clinic"), f"{NONE_DUE}; {LATER}", f"{NONE_DUE} {LATER}"),
        (Log(reps=0), f"{NONE_DUE}; {LATER}", f"{NONE_DUE} {LATER}"),
        (Log().planned(start_date=ago(40), end_date=ago(35)), f"{NONE_DUE}; {LATER}", f"{NONE_DUE} {LATER}"),
        (
            Log().changed(1, reps=0),
            f"30 Mar 2026, 1 day before the as-of day; longest gap 1 due day; {LATER}",
            f"30 Mar 2026 1 day before the as-of day; longest gap 1 due day {LATER}",
        ),
        (
            Log(),
            "31 Mar 2026, the as-of day; longest gap 0 due days",
            "31 Mar 2026 the as-of day; longest gap 0 due days",
        ),
    ],
)
def test_the_last_session_is_told_with_what_else_was_tried(
    log: Log, report: str, dashboard: str, tmp_path: Path
) -> None:
    log.add("checkins", day=ago(0), fell="no")
    in_report, in_dashboard = _said(log.study(), tmp_path)
    assert f"Last session: {report}." in in_report
    assert in_dashboard.startswith(dashboard)
    assert "No session logged" not in in_report


def test_nothing_but_skipped_rows_is_no_session_and_says_for_how_long(tmp_path: Path) -> None:
    in_report, in_dashboard = _said(Log(status="skipped", reps=None).study(), tmp_path)
    assert in_report.endswith(f"Last session: {NONE_DUE}. No session for 28 due days.")
    assert in_dashboard == f"{NONE_DUE} No session for 28 due days"


def test_without_a_plan_the_last_day_done_is_said(tmp_path: Path) -> None:
    rows = [{"performed_at": f"{ago(one)} 09:00", "reps": 10} for one in (3, 5)]
    study = study_with(rows, [{"patient_id": "other", "start_date": ago(9)}])
    in_report, in_dashboard = _said(study, tmp_path)
    assert in_report.endswith("Last session: no plan known; last done or tried 28 Mar 2026.")
    assert in_dashboard == "no plan known last done or tried 28 Mar 2026"
