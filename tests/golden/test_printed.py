"""Printed charts show the numbers of the tables: each kind of chart is read back from its drawing."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.dashboards import CohortSettings, PatientSettings, cohort_view, patient_view
from tests.golden.drawing import Drawing, drawings
from tests.golden.hashes import report

PATIENTS = ("SIM-0001", "SIM-0005", "SIM-0009")
Values = list[tuple[date, float]]


def _shown(charts: list[Drawing], values: Values, days: tuple[date, date]) -> bool:
    """Whether a chart has one kind of mark at exactly these days and values."""
    for drawing in charts:
        times = drawing.time_axes(*days)
        for axis in drawing.value_axes() if times else ():
            places = [(times[-1].place(day.toordinal()), axis.place(value)) for day, value in values]
            if drawing.has_kind(places, axis.span):
                return True
    return False


def _pairs(table: pd.DataFrame, day: str, value: str) -> Values:
    known = table.dropna(subset=[value])
    return list(zip(known[day].dt.date, known[value].astype(float), strict=True))


def _days(demo: fd.Analysis, patient: str) -> tuple[date, date]:
    weeks = demo.adherence_patient[demo.adherence_patient["patient_id"] == patient]
    return weeks["window_start"].min().date(), weeks["window_end"].max().date()


def test_dots_of_trends_and_ratings_lie_at_their_days_and_values(demo: fd.Analysis) -> None:
    for patient in PATIENTS:
        view = patient_view(demo, PatientSettings(patient_id=patient))
        days = _days(demo, patient)
        on_paper = list(drawings(report(demo, patient)).values())
        on_screen = list(drawings(view.charts["log"].still).values())
        daily, ratings = view.tables["daily_values"], view.tables["ratings"]
        series = [rows for _, rows in daily.groupby(["exercise", "side"], observed=True)]
        assert series
        for charts in (on_paper, on_screen):
            for rows in series:
                for as_prescribed in (True, False):
                    values = _pairs(rows[rows["as_prescribed"] == as_prescribed], "day", "value")
                    assert not values or _shown(charts, values, days), (
                        patient,
                        rows["exercise"].iloc[0],
                        as_prescribed,
                    )
            for name in ("pain", "effort"):
                assert _shown(charts, _pairs(ratings, "day", name), days), name


def test_targets_hold_from_day_to_day(demo: fd.Analysis) -> None:
    for patient in PATIENTS:
        days = _days(demo, patient)
        charts = drawings(report(demo, patient))
        plans = demo.study.prescriptions
        for row in plans[plans["patient_id"] == patient].dropna(subset=["reps"]).itertuples():
            name = fd.load_exercises()[row.exercise].name
            (drawing,) = (one for label, one in charts.items() if label.startswith(f"{name}, {row.side}: "))
            if drawing.labels and any(label.text == "repetitions" for label in drawing.labels):
                time, value = drawing.time_axes(*days)[-1], drawing.value_axes()[0]
                last = days[1] if pd.isna(row.end_date) else min(days[1], row.end_date.date())
                ends = (max(days[0], row.start_date.date()).toordinal(), last.toordinal() + 1)
                assert drawing.has_line([(time.place(day), value.place(row.reps)) for day in ends]), (name, row)


def test_bars_of_weeks_are_as_high_as_their_adherence(demo: fd.Analysis) -> None:
    for patient in PATIENTS:
        days = _days(demo, patient)
        (drawing,) = (one for label, one in drawings(report(demo, patient)).items() if label.startswith("Adherence in"))
        time, value = drawing.time_axes(*days)[-1], drawing.value_axes()[0]
        weeks = demo.adherence_patient[demo.adherence_patient["patient_id"] == patient].dropna(subset="adherence")
        middle = [(a.toordinal() + b.toordinal() + 1) / 2 for a, b in zip(weeks["window_start"], weeks["window_end"])]  # noqa: B905
        wanted = [(time.place(day), value.place(50 * share)) for day, share in zip(middle, weeks["adherence"])]  # noqa: B905
        assert drawing.has_kind(wanted, value.span), "each bar reaches from 0 to its share, in the middle of its week"


def test_amounts_and_events_of_a_patient_stand_on_their_days(demo: fd.Analysis) -> None:
    view = patient_view(demo, PatientSettings(patient_id="SIM-0005"))
    days = _days(demo, "SIM-0005")
    charts = list(drawings(view.charts["log"].still).values())
    amounts = _pairs(view.tables["ratings"], "day", "day_amount")
    assert _shown(charts, [(day, amount / 2) for day, amount in amounts], days), "bars from 0 to the amount of the day"
    (drawing,) = (one for one in charts if any(label.text == "Check-in" for label in one.labels))
    time = drawing.time_axes(*days)[-1]
    lanes = {"Event": ("events", "occurred_on"), "Check-in": ("checkins", "day"), "Visit": ("visits", "visited_on"),
             "Measured": ("outcomes", "measured_on")}  # fmt: skip
    rows = {label.text: label.y for label in drawing.labels if label.text in {*lanes, "Note"}}
    reach = (min(rows.values()) - 16, max(rows.values()) + 16)
    marks = [one for kind in drawing.marks().values() for one in kind if 3 < one.right - one.left < 20]
    marks = [one for one in marks if reach[0] < one.centre[1] < reach[1]]
    for lane, (table, column) in lanes.items():
        own = {round(one.centre[0]) for one in marks if min(rows, key=lambda at: abs(rows[at] - one.centre[1])) == lane}
        places = sorted({time.place(day.toordinal()) for day in view.tables[table][column].dt.date})
        assert own
        assert all(min(abs(at - place) for place in places) < 2 for at in own), lane
        assert all(min(abs(at - place) for at in own) < 2 for place in places), lane


def test_charts_of_a_cohort_show_its_tables(simulated: fd.Analysis) -> None:
    view = cohort_view(simulated, CohortSettings())
    charts = {name: next(iter(drawings(chart.still).values())) for name, chart in view.charts.items()}
    _check_spread(charts["adherence"], view.tables["adherence_groups"], view.tables["adherence"])
    _check_modes(charts["modes"], view.tables["modes"])
    _check_pattern(charts["pattern"], view.tables["pattern"])
    _check_curves(charts["persistence"], view.tables["persistence_curves"])


def _check_spread(drawing: Drawing, groups: pd.DataFrame, values: pd.DataFrame) -> None:
    axis = drawing.number_axes()[-1]
    checked = 0
    for row in groups[groups["patients"] > 0].itertuples():
        y = drawing.row(f"{row.name} ({row.patients})")
        if not pd.isna(row.median):
            checked += 1
            at = {name: axis.place(100 * getattr(row, name)) for name in ("p10", "p25", "median", "p75", "p90")}
            assert drawing.has_bar(at["p25"], at["p75"], y), f"{row.name}: the box is the middle half"
            assert drawing.has_bar(at["p10"], at["p90"], y), f"{row.name}: the line is from 10 to 90 %"
            marks = [one for kind in drawing.marks().values() for one in kind]
            assert any(
                abs(one.centre[0] - at["median"]) < 1.5 and abs(one.centre[1] - y) < 6 and one.right - one.left < 16
                for one in marks
            ), f"{row.name}: the median"
        if not pd.isna(row.median_low):
            assert drawing.has_bar(axis.place(100 * row.median_low), axis.place(100 * row.median_high), y)
        shares = values.loc[values["group"] == row.group, "adherence"].dropna()
        if 0 < len(shares) <= 50:
            dots = [one.centre for kind in drawing.marks().values() for one in kind if one.right - one.left < 8]
            near = [x for x, height in dots if y - 22 < height < y - 7]
            assert len(near) == len(shares), f"{row.name}: a dot for each patient"
            assert all(min(abs(x - axis.place(100 * share)) for x in near) < 1.5 for share in shares), row.name
    assert checked > 3


def _check_modes(drawing: Drawing, modes: pd.DataFrame) -> None:
    axis = drawing.number_axes()[-1]
    names = {label.text: label for label in drawing.labels if label.anchor == "start"}
    paint = {
        name: next(one.paint[0] for one in drawing.shapes if 0 < label.x - one.right < 20 and one.centre[1] < label.y)
        for name, label in names.items()
        if name in set(modes["mode"])
    }
    exercises = fd.load_exercises()
    for exercise, rows in modes.groupby("exercise", observed=True):
        of = rows["of_series"].iloc[0]
        y, begin = drawing.row(f"{exercises[exercise].name} ({of})"), 0
        for row in rows[rows["series"] > 0].itertuples():
            left, right = (axis.place(100 * count / of) for count in (begin, begin + row.series))
            bars = [one for one in drawing.shapes if one.paint[0] == paint[row.mode] and abs(one.centre[1] - y) < 6]
            assert any(abs(one.left - left) < 1.5 and abs(one.right - right) < 1.5 for one in bars), (
                exercise,
                row.mode,
            )
            begin += row.series


def _check_pattern(drawing: Drawing, pattern: pd.DataFrame) -> None:
    axis = drawing.number_axes()[-1]
    home = pattern[(pattern["place"] == "home") & pattern["hour"].notna()]
    count = home.groupby([home["weekday"].astype(str), home["hour"].astype(int)])["sessions"].sum()
    cells = [
        one for one in drawing.shapes if re.fullmatch("#[0-9a-f]{6}", one.paint[0]) and 15 < one.right - one.left < 40
    ]
    found = []
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        y = drawing.row(day)
        for hour in range(24):
            x = axis.place(hour)
            (cell,) = (one for one in cells if abs(one.centre[0] - x) < 3 and abs(one.centre[1] - y) < 6)
            light = sum(int(cell.paint[0][place : place + 2], 16) for place in (1, 3, 5))
            found.append((int(count.get((day, hour), 0)), light))
    found.sort()
    assert found[0][0] == 0 < found[-1][0]
    lights = [light for _, light in found]
    assert lights == sorted(lights, reverse=True), "more sessions, darker"
    assert lights[0] == 3 * 255


def _check_curves(drawing: Drawing, curves: pd.DataFrame) -> None:
    groups = curves["group"].unique()
    values = sorted(drawing.value_axes(), key=lambda axis: (round(min(axis.places)), axis.along))
    weeks = drawing.number_axes()
    assert len(values) == len(weeks) >= 3
    for group, value, week in zip(groups, values, weeks, strict=False):
        rows = curves[(curves["group"] == group) & (curves["at_risk"] >= 5) & (curves["stopped"] > 0)]
        before, corners = 1.0, []
        for row in rows.itertuples():
            corners += [(row.time_days, before), (row.time_days, row.persisting)]
            before = row.persisting
        assert drawing.has_line([(week.place(day / 7), value.place(100 * share)) for day, share in corners]), group
