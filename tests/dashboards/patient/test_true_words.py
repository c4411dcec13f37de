"""What is said where there is little to say of: before the first prescription, and of a log of skipped rows."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.dashboards.view import View
from tests.dashboards.patient._people import seen, text_of
from tests.each import each
from tests.studies import Log, ago, study_with

BEFORE, BEGUN, WHOLE = date(2025, 12, 20), date(2026, 1, 10), date(2026, 1, 20)
UNPLANNED = "Logged without a prescription for that side: Heel raise, right."


@lru_cache(maxsize=1)
def _study() -> fd.Analysis:
    """A: rows without a time, of a side not prescribed, and skipped; S: skipped rows alone; U: nothing prescribed."""
    right, other = {"side": "right"}, {"exercise": "ankle_eversion"}
    done, skipped = {"reps": 8}, {"status": "skipped", "skip_reason": "pain"}
    rows = [
        {"patient_id": "A", "performed_at": "2026-01-09", **done},
        {"patient_id": "A", "performed_at": "2026-01-10 10:00", **done},
        {"patient_id": "A", "performed_at": "2026-01-12", "source": "inferred"},
        {"patient_id": "A", "performed_at": "2026-01-19", **done},
        {"patient_id": "A", "performed_at": "2026-01-19", **right, **done},
        {"patient_id": "A", "performed_at": "2026-01-19", **other, **skipped},
        {"patient_id": "S", "performed_at": "2026-01-10", **skipped},
        {"patient_id": "S", "performed_at": "2026-01-11 09:00", **skipped},
        {"patient_id": "U", "performed_at": "2026-01-19 10:00", **done},
        {"patient_id": "U", "performed_at": "2026-01-20 10:00", **done},
    ]
    planned = {"patient_id": "A"}, {"patient_id": "A", **other}, {"patient_id": "S"}
    plans = [one | {"start_date": "2026-01-05", "reps": 10} for one in planned]
    return fd.analyse(study_with(rows, plans, checkins=[{"patient_id": "U", "day": "2026-01-02", "fell": "no"}]))


def _seen(patient: str, start: date | None = None, end: date | None = None) -> View:
    return seen(_study(), PatientSettings(patient_id=patient, start=start, end=end))


def test_before_the_first_prescription_nothing_is_said_of_later_rows() -> None:
    view = _seen("A", end=BEFORE)
    limits, about = text_of(view, "limits"), text_of(view, "about")
    assert "Logged without a prescription" not in limits
    assert "no clock time" not in limits
    assert "6 rows of the log read (6 after the as-of day, in no number here), none rejected" in about
    assert "In the programme not yet, the first prescription begins on 5 Jan 2026" in about
    assert "no prescription and no session up to the as-of day" in text_of(_seen("U", end=BEFORE), "about")


@each(
    "end, without_time, unplanned",
    [(BEGUN, "1 of 2 rows of the log have no clock time", False), (WHOLE, "4 of 5 rows of the log have no", True)],
)
def test_rows_count_up_to_the_last_day(end: date, without_time: str, unplanned: bool) -> None:
    view = _seen("A", end=end)
    limits, about = text_of(view, "limits"), text_of(view, "about")
    assert without_time in limits
    assert (UNPLANNED in limits) == unplanned
    assert ("1 row of the log is inferred: in no number above." in limits) == (end == WHOLE)
    assert "In the programme since 5 Jan 2026" in about
    assert ("after the as-of day" in about) == (end == BEGUN)


def test_who_has_sessions_and_no_prescription_is_in_the_programme_since_the_first() -> None:
    assert "In the programme since 19 Jan 2026, 1 week" in text_of(_seen("U"), "about")


@each("start", [None, BEGUN])
def test_skipped_rows_are_rows_of_the_log(start: date | None) -> None:
    view = _seen("S", start)
    assert "2 sessions logged as skipped" in text_of(view, "adherence")
    summary, trends = text_of(view, "summary"), text_of(view, "trends")
    assert "No session" not in summary
    assert "exercise is logged as skipped only: no session was done or tried" in summary
    assert "Logged as skipped only in the period shown" in trends
    assert "No entry" not in trends
    assert "no entry" not in trends.partition("Nothing to draw")[2]
    exercises = text_of(view, "exercises")
    assert "none at home on a due day Lapsed: no session for 16 due days" in exercises
    assert "no session logged" not in exercises


def test_a_period_after_skipped_rows_is_empty() -> None:
    view = _seen("S", date(2026, 1, 12))
    assert "No session is logged in the period shown, 12 Jan to 20 Jan 2026" in text_of(view, "summary")
    assert "skipped only" not in text_of(view, "summary", "trends")
    assert "No entry of this exercise in the period shown" in text_of(view, "trends")


def test_a_series_that_was_only_skipped_is_so_beside_one_that_was_done() -> None:
    trends = text_of(_seen("A"), "trends")
    assert trends.count("Logged as skipped only in the period shown") == 1
    assert "skipped only" not in text_of(_seen("A"), "summary")


def test_who_has_a_chart_without_sessions_is_not_told_of_none() -> None:
    view = _seen("U", date(2026, 1, 1), date(2026, 1, 5))
    assert view.charts
    assert "No session of this patient is logged up to the as-of day" in text_of(view, "summary")
    assert "nothing can be drawn" not in text_of(view, "summary")


NOT_COUNTED = "(not due, at a visit, or a failed attempt)"


@each(
    "log, said",
    [
        (Log(source="clinic"), f"none at home on a due day last done or tried 31 Mar 2026 {NOT_COUNTED}"),
        (Log(reps=0), f"none at home on a due day last done or tried 31 Mar 2026 {NOT_COUNTED}"),
        (Log().planned(start_date=ago(2)).without(0, 1, 2), "none at home on a due day i What is meant"),
        (
            Log().changed(1, reps=0),
            "30 Mar 2026 1 day before the as-of day; longest gap 1 due day last done or tried 31",
        ),
        (Log(), "31 Mar 2026 the as-of day; longest gap 0 due days i What is meant"),
        (Log(status="skipped", reps=None), "none at home on a due day No session for 28 due days"),
    ],
)
def test_the_last_session_is_one_of_a_due_day_and_what_else_was_tried_is_named(log: Log, said: str) -> None:
    log.add("checkins", day=ago(0), fell="no")
    assert said in text_of(patient_view(fd.analyse(log.study()), PatientSettings(patient_id="P")), "exercises")


def test_a_patient_without_plan_and_session_is_shown_from_the_first_report_on() -> None:
    falls = [{"patient_id": "Q", "occurred_on": f"2026-01-{day}", "kind": "fall"} for day in (20, 24)]
    log = [{"performed_at": "2026-01-28 09:00", "reps": 8}]
    analysis = fd.analyse(study_with(log, [{"start_date": "2026-01-05", "reps": 10}], events=falls))
    view = patient_view(analysis, PatientSettings(patient_id="Q"))
    assert "period 20 Jan to 28 Jan 2026" in text_of(view, "head")
    assert "2026-01-20" in str(view.charts["log"].figure["data"])
    earlier = patient_view(analysis, PatientSettings(patient_id="Q", end=date(2026, 1, 19)))
    assert "period 19 Jan 2026" in text_of(earlier, "head")
