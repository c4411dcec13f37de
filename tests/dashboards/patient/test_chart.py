"""The chart draws the daily values on real dates, gaps as gaps, and the fitted line in the period only."""

from __future__ import annotations

from datetime import date, timedelta
from html import escape
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from plotly.graph_objects import Figure

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.figures import still as chart_module
from footdrop_analytics.figures.still_parts import plain
from footdrop_analytics.wording.words import SIDES
from tests.dashboards.patient._people import DEMO_SETTINGS, seen, text_of
from tests.each import each
from tests.studies import study_with

CHARTED = [settings for settings in DEMO_SETTINGS if settings.patient_id.startswith("SIM")]
_DOTS = ("as prescribed", "done in another way", "left out of the trend", "no number", "logged")


def _chart(demo: fd.Analysis, settings: PatientSettings) -> dict[str, Any]:
    charts = seen(demo, settings).charts
    return charts["log"].figure if charts else {"data": [], "layout": {}}


@each("settings", CHARTED)
def test_plotly_takes_the_chart(demo: fd.Analysis, settings: PatientSettings) -> None:
    chart = _chart(demo, settings)
    assert Figure(chart).to_dict()["data"] is not None
    axes = {trace["yaxis"] for trace in chart["data"]}
    assert {f"yaxis{axis[1:]}" for axis in axes} == {name for name in chart["layout"] if name.startswith("yaxis")}
    domains = sorted(tuple(chart["layout"][f"yaxis{axis[1:]}"]["domain"]) for axis in axes)
    assert all(low < high for low, high in domains)
    assert all(upper[0] > lower[1] for lower, upper in pairwise(domains))


@each("settings", CHARTED)
def test_one_dot_for_each_day_with_an_entry_and_none_for_a_day_without(
    demo: fd.Analysis, settings: PatientSettings
) -> None:
    view, chart = seen(demo, settings), _chart(demo, settings)
    drawn = sum(len(trace["x"]) for trace in chart["data"] if trace["name"] in _DOTS)
    assert drawn == len(view.tables["daily_values"])
    values = view.tables["daily_values"].dropna(subset="value")
    expected = sorted(zip(values["day"].dt.strftime("%Y-%m-%d"), values["value"], strict=True))
    dots = [trace for trace in chart["data"] if trace["name"] in _DOTS and trace["name"] != "no number"]
    assert sorted((day, y) for trace in dots for day, y in zip(trace["x"], trace["y"], strict=True)) == expected


@each("settings", CHARTED)
def test_everything_drawn_lies_in_the_period(demo: fd.Analysis, settings: PatientSettings) -> None:
    first = settings.start or date.min
    last = settings.end or demo.as_of.date()
    for trace in _chart(demo, settings)["data"]:
        days = [date.fromisoformat(one) for one in trace["x"] if one is not None]
        # A line of the target lasts until its last day is over.
        over = last + timedelta(days=1) if trace["name"] in ("target", "usual pain") else last
        assert all(first <= one <= over for one in days), trace["name"]


def test_every_row_names_its_series_and_verdict(demo: fd.Analysis) -> None:
    view = seen(demo, PatientSettings(patient_id="SIM-0003"))
    titles = [one["text"] for one in view.charts["log"].figure["layout"]["annotations"] if one["xref"] == "paper"]
    for row in view.tables["trends"].itertuples():
        name = f"{demo.study.exercises[str(row.exercise)].name}, {SIDES[str(row.side)]}"
        word = str(row.verdict).replace("_", " ")
        since = {"hip_adduction_abduction": "29 Nov", "heel_raise": "22 Nov"}[str(row.exercise)]
        assert f"<b>{name}: {word} since about {since} ({row.n} days)</b>" in titles
    assert titles[-3:] == [
        "<b>Amount done on each day</b>",
        "<b>Pain and effort, highest of each day</b>",
        "<b>Events, check-ins, visits and notes</b>",
    ]
    drawing = view.charts["log"].still
    assert drawing.count("<svg") == 1
    assert all(escape(plain(title)) in drawing for title in titles)


def test_targets_step_and_marks_are_numbered(demo: fd.Analysis) -> None:
    view = seen(demo, PatientSettings(patient_id="SIM-0005"))
    layout = view.charts["log"].figure["layout"]
    numbers = [one for one in layout["annotations"] if one["xref"] == "x"]
    assert [(one["x"], one["text"]) for one in numbers] == [("2025-11-10", "<b>1</b>")]
    assert "(1) 10 Nov 2025: support one hand → fingertip." in view.panels["trends"]
    plans = demo.study.prescriptions
    plans = plans[(plans["patient_id"] == "SIM-0005") & (plans["exercise"] == "single_leg_stand")]
    target = next(trace for trace in view.charts["log"].figure["data"] if trace["name"] == "target")
    assert target["y"] == [float(value) for value in plans["hold_s"] for _ in range(2)]


@each("start, ticks", [(date(2025, 12, 21), 86_400_000), (date(2025, 12, 1), None)])
def test_no_day_has_two_ticks(demo: fd.Analysis, start: date, ticks: int | None) -> None:
    axis = _chart(demo, PatientSettings(patient_id="SIM-0005", start=start))["layout"]["xaxis"]
    assert axis.get("dtick") == ticks


def test_no_target_is_drawn_after_the_discharge(demo: fd.Analysis) -> None:
    chart = _chart(demo, PatientSettings(patient_id="SIM-0013"))
    targets = [trace for trace in chart["data"] if trace["name"] == "target"]
    # Discharged on 21 November; a line of the target lasts until its last day is over.
    assert [trace["x"][-1] for trace in targets] == ["2025-11-22", "2025-11-22"]
    later = _chart(demo, PatientSettings(patient_id="SIM-0013", start=date(2025, 12, 1)))
    assert not [trace for trace in later["data"] if trace["name"] == "target"]


def test_the_still_drawing_is_made_when_it_is_asked_for(demo: fd.Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []
    monkeypatch.setattr(chart_module, "still_svg", lambda figure, label: drawn.append(label) or "<svg>")
    chart = patient_view(demo, PatientSettings(patient_id="SIM-0005")).charts["log"]
    assert chart.label not in drawn
    assert (chart.still, chart.still) == ("<svg>", "<svg>")
    assert drawn.count(chart.label) == 1


def test_hover_is_linked_over_all_rows(demo: fd.Analysis) -> None:
    layout = _chart(demo, PatientSettings(patient_id="SIM-0005"))["layout"]
    assert (layout["hovermode"], layout["hoversubplots"]) == ("x unified", "axis")


@each("settings", CHARTED)
def test_what_the_pointer_finds_is_of_the_day_that_the_box_names_or_says_its_own(
    demo: fd.Analysis, settings: PatientSettings
) -> None:
    chart = _chart(demo, settings)
    if not chart["data"]:
        return
    first, last = (date.fromisoformat(one) for one in chart["layout"]["xaxis"]["range"])
    half_a_day, half_a_mark = 500 / (last - first).days / 2, 5
    shown = [trace["hovertemplate"] for trace in chart["data"] if trace.get("hoverinfo") != "skip"]
    says_its_day = ["%{x|%-d %b}" in template for template in shown]
    if half_a_day > half_a_mark + 1.5:
        assert chart["layout"]["hoverdistance"] <= half_a_day - half_a_mark + 0.5
        assert not any(says_its_day)
    else:
        assert chart["layout"]["hoverdistance"] == 1
        assert all(says_its_day)


def test_amounts_are_shares_of_the_prescribed_session(demo: fd.Analysis) -> None:
    table = seen(demo, PatientSettings(patient_id="SIM-0003")).tables["ratings"].set_index("day")["day_amount"]
    rows = demo.study.sessions
    rows = rows[(rows["patient_id"] == "SIM-0003") & (rows["status"] == "done")]
    plans = demo.study.prescriptions[demo.study.prescriptions["patient_id"] == "SIM-0003"]
    for when, own in list(rows.groupby(rows["performed_at"].dt.normalize()))[:20]:
        expected = 0.0
        for row in own.itertuples():
            begun = plans[(plans["exercise"] == row.exercise) & (plans["start_date"] <= when)]
            plan = begun.sort_values("start_date").iloc[-1]
            expected += row.sets * row.reps / (plan["sets"] * plan["reps"])
        assert table[when] == pytest.approx(expected)


def test_amounts_leave_out_what_was_skipped_failed_or_not_prescribed() -> None:
    row = {"sets": 2, "reps": 10}
    sessions = [
        row | {"performed_at": "2026-01-05 09:00", "reps": 5},
        row | {"performed_at": "2026-01-05 18:00", "reps": None, "status": "skipped"},
        row | {"performed_at": "2026-01-06 09:00", "reps": 0},
        row | {"performed_at": "2026-01-07 09:00", "reps": None},
        row | {"performed_at": "2026-01-08 09:00"},
        row | {"performed_at": "2026-01-08 09:10", "side": "right"},
    ]
    view = patient_view(
        fd.analyse(study_with(sessions, [row | {"start_date": "2026-01-01"}])), PatientSettings(patient_id="P")
    )
    found = view.tables["ratings"].set_index("day")["day_amount"]
    assert found.dropna().to_dict() == {pd.Timestamp("2026-01-05"): 0.5, pd.Timestamp("2026-01-08"): 1.0}
    assert list(found.index[found.isna()]) == [pd.Timestamp("2026-01-07")]
    assert "On 1 of 3 days with prescribed exercise the amount is not known" in text_of(view, "limits")
