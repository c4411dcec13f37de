"""The calendar strip holds the days of the period, and its last column is about these days."""

from __future__ import annotations

import re
from datetime import date, timedelta

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings, quick_periods
from tests.dashboards.patient._people import seen
from tests.each import each

EVERYBODY = [f"SIM-{number:04d}" for number in range(1, 14)]
_WEEK = re.compile(r'<tr><th scope="row" class="nowrap">[^<]*</th>\n(.*?)<td class="quota">(.*?)</td>', re.DOTALL)
_DAY = re.compile(r'<td class="sign (\w+)" title="([^:]+): ')


def _weeks(panel: str) -> list[tuple[dict[str, str], str]]:
    """The statuses of each week's days by day, and the week's last column."""
    calendar = panel.partition('<table class="calendar">')[2].partition("</table>")[0]
    return [({day: status for status, day in _DAY.findall(days)}, quota) for days, quota in _WEEK.findall(calendar)]


@each("patient", EVERYBODY)
def test_a_week_with_something_done_is_never_one_with_nothing_due(demo: fd.Analysis, patient: str) -> None:
    visits = demo.study.visits
    last_visit = visits.loc[visits["patient_id"] == patient, "visited_on"].max()
    periods = quick_periods(demo.as_of.date(), None if last_visit != last_visit else last_visit.date())
    starts = {*(first for _, first in periods), date(2025, 11, 1), date(2025, 12, 10)}
    by_start = {
        start: _weeks(seen(demo, PatientSettings(patient_id=patient, start=start)).panels["adherence"])
        for start in starts
    }
    assert any(by_start.values())
    for start, weeks in by_start.items():
        for days, quota in weeks:
            if "done" in days.values():
                assert quota[:2] != "0 ", (start, days, quota)
                assert quota != "nothing due", (start, days)
            if set(days.values()) <= {"paused", "outside"}:
                assert quota == "paused"


def test_the_sign_of_a_day_with_an_exercise_does_not_promise_that_all_was_done(demo: fd.Analysis) -> None:
    panel = seen(demo, PatientSettings(patient_id="SIM-0003")).panels["adherence"]
    (said,) = re.findall(r'<li><span class="sign done"[^>]*>●</span> (.*?)</li>', panel)
    assert said == "at least one exercise done, not always all that was due"


def test_the_strip_begins_where_the_period_begins_and_says_so_of_its_first_week(demo: fd.Analysis) -> None:
    start = date(2025, 12, 10)
    weeks = _weeks(seen(demo, PatientSettings(patient_id="SIM-0005", start=start)).panels["adherence"])
    shown = [day for days, _ in weeks for day, status in days.items() if status != "outside"]
    period = [start + timedelta(days=place) for place in range(12)]
    assert shown == [f"{day.day} Dec 2025" for day in period]
    assert [quota for _, quota in weeks] == ["5 of about 7 on the days shown", "9 of 10"]
