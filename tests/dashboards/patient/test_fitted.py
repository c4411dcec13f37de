"""The line of a verdict: within the period and the values, bent where a decline began, and none without a verdict."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import footdrop_analytics as fd
from footdrop_analytics.figures.data import Line, TrendData
from footdrop_analytics.figures.interactive import trend_figure
from footdrop_analytics.figures.still import still_svg
from footdrop_analytics.patient.context import Context, PatientTables
from footdrop_analytics.patient.series import exercise_parts
from footdrop_analytics.patient.trend import cut


@given(
    begin=st.dates(date(2025, 1, 1), date(2025, 6, 1)),
    length=st.integers(0, 200),
    offset=st.integers(-50, 250),
    levels=st.tuples(st.floats(0, 100), st.floats(0, 100)),
    extent=st.tuples(st.floats(0, 100), st.floats(0, 100)).map(lambda pair: (min(pair), max(pair))),
)
def test_the_line_is_cut_to_the_period_and_the_values_and_not_bent(
    begin: date, length: int, offset: int, levels: tuple[float, float], extent: tuple[float, float]
) -> None:
    end, first = begin + timedelta(days=length), begin + timedelta(days=offset)
    whole = Line(begin, end, *levels)
    line, everything = cut(whole, first, extent), cut(whole, first, (0, 100))
    if end <= max(first, begin):
        assert line is everything is None
        return
    assert everything is not None
    assert (everything.first, everything.last) == (max(begin, first), end)
    assert everything.end == pytest.approx(levels[1])
    if line is not None:
        slope = (levels[1] - levels[0]) / length
        assert everything.first <= line.first < line.last <= end
        assert line.begin == pytest.approx(levels[0] + slope * (line.first - begin).days, abs=1e-6)
        assert line.end == pytest.approx(levels[0] + slope * (line.last - begin).days, abs=1e-6)
        if levels[0] != levels[1]:
            assert all(extent[0] - 1e-6 <= one <= extent[1] + 1e-6 for one in (line.begin, line.end))


def _shown(demo: fd.Analysis, start: str | None = None) -> dict[str, tuple[str | None, TrendData]]:
    """Verdict and chart of every series of the demo."""
    found = {}
    for patient in demo.caseload["patient_id"].astype(str):
        analysis = demo.for_patient(patient, None if start is None else date.fromisoformat(start))
        for part in exercise_parts(Context(PatientTables(analysis), patient)):
            found[f"{patient} {part.name}"] = (part.trend["verdict"], part.data)
    return found


def test_a_line_is_drawn_where_there_is_a_verdict_and_only_there(demo: fd.Analysis) -> None:
    for name, (verdict, data) in _shown(demo).items():
        # The line of a log that stops at the target may lie above all that was logged.
        expected = {False, True} if verdict == "at_target" else {verdict in {"rising", "declining", "steady"}}
        assert bool(data.fitted) in expected, name
        names = [trace["name"] for trace in trend_figure(data)["data"]]
        assert ("fitted line" in names[-1] or "declining" in names[-1]) is bool(data.fitted)


def test_a_decline_is_marked_on_its_day_in_both_drawings(demo: fd.Analysis) -> None:
    _, data = _shown(demo)["SIM-0003 Heel raise, right"]
    level, fall = data.fitted
    assert data.declines_since == level.last == fall.first == date(2025, 11, 22)
    assert level.begin == level.end == fall.begin > fall.end
    figure = trend_figure(data)
    assert "declining since about 22 Nov" in still_svg(figure, "x")
    line = next(one for one in figure["layout"]["shapes"] if one["x0"] == "2025-11-22")
    assert line["type"] == "line"
    later = _shown(demo, "2025-12-01")["SIM-0003 Heel raise, right"][1]
    assert not [one for one in trend_figure(later)["layout"]["shapes"] if one["x0"] == "2025-11-22"]
