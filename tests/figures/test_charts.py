"""Charts show what the tables hold, and nothing that was not recorded."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from plotly.graph_objects import Figure

from footdrop_analytics.figures.data import (
    Band,
    DayValue,
    RatingsData,
    Row,
    TrendData,
    plain_columns,
    plain_rows,
    ratings_data,
    trend_data,
    version_marks,
)
from footdrop_analytics.figures.interactive import (
    DAY_MS,
    PLOTLY_CONFIG,
    axis,
    frame,
    ratings_figure,
    trend_figure,
    weekly_figure,
)
from footdrop_analytics.figures.still import still_svg
from footdrop_analytics.figures.still_parts import day_ticks, value_ticks
from footdrop_analytics.patient.attendance import calendar_weeks

FIRST, LAST = date(2026, 1, 5), date(2026, 3, 1)


def _daily(*rows: tuple[str, float | None, bool]) -> list[DayValue]:
    return [DayValue(date.fromisoformat(day), value, planned) for day, value, planned in rows]


def _rated(*rows: tuple[str, float | None]) -> list[Row]:
    return [{"day": date.fromisoformat(day), "value": value} for day, value in rows]


def _versions(*rows: Row) -> list[Row]:
    usual = {"end_date": None, "mode": "active", "position": "seated", "support": None, "load_kg": None,
             "resistance": None, "orthosis": None, "reps": 10, "hold_s": None}  # fmt: skip
    days = ({name: date.fromisoformat(row[name]) for name in ("start_date", "end_date") if name in row} for row in rows)
    return [{**usual, **row, **dates} for row, dates in zip(rows, days, strict=True)]


@pytest.fixture
def trend() -> TrendData:
    daily = _daily(
        ("2026-01-06", 8, True),
        ("2026-01-09", 0, True),
        ("2026-02-20", 11, False),
        ("2026-02-21", None, True),
        ("2026-06-01", 30, True),
    )
    versions = _versions(
        {"start_date": "2025-12-01", "end_date": "2026-01-31"},
        {"start_date": "2026-02-15", "reps": 12, "resistance": '<a href="https://x.example">red</a>'},
    )
    pause = Band(date(2026, 2, 1), date(2026, 2, 14), "paused")
    return trend_data(daily, versions, "reps", FIRST, LAST, [pause])


def test_a_value_of_zero_is_shown_and_a_missing_one_is_not_zero(trend: TrendData) -> None:
    assert trend.as_prescribed.values == [8, 0]
    assert trend.unnumbered.days == [date(2026, 2, 21)]
    crosses = next(trace for trace in trend_figure(trend)["data"] if trace["name"] == trend.unnumbered.name)
    assert all(trend.lowest < y < 0 for y in crosses["y"]), "drawn below 0, apart from the tries that failed"
    assert trend_figure(trend)["layout"]["yaxis"]["range"][0] == trend.lowest


def test_days_outside_the_period_and_other_ways_are_kept_apart(trend: TrendData) -> None:
    assert trend.other.values == [11]
    assert trend.highest == 12
    more = trend_data(_daily(("2026-02-20", 13, False), ("2026-06-01", 30, True)), _versions(), "reps", FIRST, LAST, [])
    assert more.highest == 13, "what was done in another way has its place on the axis too"


def test_the_target_is_a_step_with_its_gap_left_open(trend: TrendData) -> None:
    assert [(str(a), str(b), value) for a, b, value in trend.targets] == [
        ("2026-01-05", "2026-01-31", 10),
        ("2026-02-15", "2026-03-01", 12),
    ]
    line = next(trace for trace in trend_figure(trend)["data"] if trace["name"] == "target")
    assert line["y"] == [10, 10, None, 12, 12]
    assert line["connectgaps"] is False


def test_dots_are_never_joined(trend: TrendData) -> None:
    modes = {trace["name"]: trace["mode"] for trace in trend_figure(trend)["data"]}
    assert modes.pop("target") == "lines"
    assert modes
    assert set(modes.values()) == {"markers"}


def test_a_change_of_the_prescription_is_marked_with_what_changed(trend: TrendData) -> None:
    assert [mark.day for mark in trend.marks] == [date(2026, 2, 15)]
    assert trend.marks[0].text.startswith("resistance not set → ")
    assert trend.marks[0].text.endswith("target 10 → 12")
    assert not version_marks(_versions({"start_date": "2026-01-01"}, {"start_date": "2026-02-01"}), "reps")


def test_texts_of_files_cannot_become_links_in_a_chart(trend: TrendData) -> None:
    texts = [str(value) for note in trend_figure(trend)["layout"]["annotations"] for value in note.values()]
    assert any("&lt;a href" in text for text in texts)
    assert not any("<a" in text for text in texts)


def test_every_figure_is_valid_for_plotly(trend: TrendData) -> None:
    weekly = weekly_figure(_windows(), ["one", "two", "three"])
    charts = [trend_figure(trend), ratings_figure(_ratings()), weekly]
    for chart in charts:
        assert Figure(chart).to_dict()["data"]


def test_still_drawings_say_what_they_show_and_escape_it(trend: TrendData) -> None:
    drawing = ET.fromstring(still_svg(trend_figure(trend), 'A <b>"label"</b> & more'))
    assert drawing.get("aria-label") == 'A <b>"label"</b> & more'
    assert drawing.get("role") == "img"
    edges = {"margin": {"l": 40, "r": 10, "t": 10, "b": 10}}
    words = {"text": '<i>"a"</i> &lt;script&gt;'}
    named = {"data": [], "layout": frame(**edges, xaxis=axis(range=[0, 1], title=words), yaxis=axis(range=[0, 1]))}
    texts = [text.text for text in ET.fromstring(still_svg(named, "label"))]
    assert '"a" <script>' in texts


def _ratings() -> RatingsData:
    pain = [("2026-01-06", 2.0), ("2026-01-06", 5.0), ("2026-01-08", None)]
    return ratings_data(_rated(*pain), _rated(("2026-01-07", 0.0)), FIRST, LAST, usual_pain=1.0)


def test_a_day_has_its_highest_rating_and_unrated_days_have_none() -> None:
    ratings = _ratings()
    assert (ratings.pain.days, ratings.pain.values) == ([date(2026, 1, 6)], [5])
    assert ratings.effort.values == [0]


def test_the_usual_pain_is_not_dashed_like_a_target(trend: TrendData) -> None:
    traces = trend_figure(trend)["data"] + ratings_figure(_ratings())["data"]
    target, usual = ([one["line"] for one in traces if one["name"] == name] for name in ("target", "usual pain"))
    assert target[0]["dash"] != usual[0]["dash"]
    drawn = (still_svg(trend_figure(trend), "label"), still_svg(ratings_figure(_ratings()), "label"))
    dashes = [set(re.findall(r'stroke-dasharray="([^"]*)"', one)) for one in drawn]
    assert all(dashes)
    assert not dashes[0] & dashes[1]


def _windows() -> list[Row]:
    return [
        {"window_start": date(2026, 1, day), "window_end": date(2026, 1, day + 6), "adherence": share}
        for day, share in ((5, 0.5), (12, None), (19, 1.0))
    ]


def test_a_week_in_which_nothing_was_due_has_no_bar() -> None:
    bars = weekly_figure(_windows(), ["<b>one</b>", "two", "three"])["data"][0]
    assert bars["y"] == [50, 100]
    assert bars["x"] == ["2026-01-08 12:00", "2026-01-22 12:00"]
    assert bars["hovertext"] == ["&lt;b&gt;one&lt;/b&gt;", "three"]


def test_rows_of_a_table_are_plain_and_missing_values_stay_missing() -> None:
    table = pd.DataFrame(
        {
            "day": pd.to_datetime(["2026-01-06", None]),
            "word": pd.Categorical(["active", None]),
            "text": pd.Series(["a", None], dtype="str"),
            "count": pd.array([0, None], dtype="Int64"),
            "value": [0.0, np.nan],
            "known": pd.array([False, None], dtype="boolean"),
        }
    )
    first = {"day": date(2026, 1, 6), "word": "active", "text": "a", "count": 0, "value": 0.0, "known": False}
    assert plain_rows(table) == [first, dict.fromkeys(first)]


def test_columns_of_every_type_become_plain_with_and_without_pandas_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame(
        {
            "object": pd.Series(["a", np.nan, None, pd.NA], dtype=object),
            "int": np.array([1, 2, 3, 4]),
            "bool": np.array([True, False, True, True]),
            "boolean": pd.array([True, None, False, True], dtype="boolean"),
            "Int64": pd.array([1, None, 3, 4], dtype="Int64"),
            "float": [1.0, np.nan, 2.5, 3.0],
            "str": pd.array(["x", None, "y", "z"], dtype="str"),
            "day": pd.to_datetime(["2025-01-01", None, "2025-01-02", "2025-01-03"]),
            "category": pd.Categorical(["u", None, "v", "u"]),
        }
    )
    expected = {
        "object": ["a", None, None, None],
        "int": [1, 2, 3, 4],
        "bool": [True, False, True, True],
        "boolean": [True, None, False, True],
        "Int64": [1, None, 3, 4],
        "float": [1.0, None, 2.5, 3.0],
        "str": ["x", None, "y", "z"],
        "day": [date(2025, 1, 1), None, date(2025, 1, 2), date(2025, 1, 3)],
        "category": ["u", None, "v", "u"],
    }
    types = {name: [type(value) for value in values] for name, values in expected.items()}
    for _ in range(2):
        found = plain_columns(table)
        assert found == expected
        assert {name: [type(value) for value in values] for name, values in found.items()} == types
        assert plain_columns(table, {"str", "float"}) == {name: expected[name] for name in ("float", "str")}
        monkeypatch.setattr(pd.DataFrame, "_iter_column_arrays", None)


def test_the_button_that_uploads_and_the_logo_are_off() -> None:
    assert PLOTLY_CONFIG["showSendToCloud"] is False
    assert PLOTLY_CONFIG["plotlyServerURL"] == ""
    assert PLOTLY_CONFIG["displaylogo"] is False
    assert PLOTLY_CONFIG["displayModeBar"] is False


def test_the_calendar_tells_absences_apart_and_marks_free_days_as_open() -> None:
    statuses = ["done", "skipped", "paused", "log_not_handed_in", "extra", "clinic", "not_logged", "not_prescribed"]
    marks = [{"day": date(2026, 1, 5 + place), "status": status} for place, status in enumerate(statuses)]
    weeks = calendar_weeks(marks, date(2026, 1, 5), date(2026, 1, 12))
    signs = [sign for week in weeks for _, sign in week.days][:8]
    assert [sign.status for sign in signs] == statuses
    assert len({sign.symbol for sign in signs}) == 8
    free = calendar_weeks(marks, date(2026, 1, 5), date(2026, 1, 12), free_days=True)
    assert free[0].days[6][1].word.startswith("open day")
    assert weeks[0].days[6][1].word == "nothing logged"
    assert weeks[1].days[3][1].word == "outside the period shown"


def test_the_calendar_shows_the_days_of_the_period_and_no_other() -> None:
    marks = [{"day": date(2026, 1, 1) + timedelta(days=place), "status": "done"} for place in range(40)]
    weeks = calendar_weeks(marks, date(2026, 1, 14), date(2026, 1, 27))
    assert [week.monday for week in weeks] == [date(2026, 1, 12), date(2026, 1, 19), date(2026, 1, 26)]
    shown = [day for week in weeks for day, sign in week.days if sign.status != "outside"]
    assert shown == [date(2026, 1, 14) + timedelta(days=place) for place in range(14)]


def test_value_axes_have_a_few_round_ticks_within_the_axis() -> None:
    for highest in (0.4, 1.0, 1.12, 10.4, 13, 105, 3600):
        ticks = [value for value, _ in value_ticks(-0.1 * highest, highest)]
        assert 2 <= len(ticks) <= 11
        assert 0 <= min(ticks) < max(ticks) <= highest
    assert value_ticks(0, 3600) == tuple((value, f"{value:,}") for value in range(0, 3001, 1000))


def test_time_axes_have_a_few_ticks_on_real_days_each_with_its_own_label() -> None:
    for length in (2, 3, 4, 5, 8, 18, 19, 30, 84, 85, 400, 4000):
        ticks = day_ticks(739_620.0, 739_620.0 + length)
        assert 2 <= len(ticks) <= 13
        assert all(739_620 <= day <= 739_620 + length for day, _ in ticks)
        assert len({label for _, label in ticks}) == len(ticks), "no label twice"


def test_a_live_chart_of_a_few_days_has_one_tick_a_day() -> None:
    # Else plotly puts several ticks into a day, all with the label of the day.
    for length, step in ((0, DAY_MS), (3, DAY_MS), (30, None)):
        last = FIRST + timedelta(days=length)
        shown = trend_figure(trend_data([], [], "reps", FIRST, last))
        assert shown["layout"]["xaxis"].get("dtick") == step, length
