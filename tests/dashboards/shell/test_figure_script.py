"""The script of a chart in a real browser, with a stand-in for the kernel."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards.shell import ChartPane
from footdrop_analytics.dashboards.shell import figure as figure_module
from footdrop_analytics.dashboards.shell.page import style_sheet
from footdrop_analytics.figures.interactive import PLOTLY_CONFIG
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.patient.context import Context, PatientTables
from footdrop_analytics.report.clinician import ClinicianFacts
from tests.dashboards.shell._small import Undrawn

pytestmark = pytest.mark.browser

SCRIPTS = Path(figure_module.__file__).parent
BODY = """<div class="fd-dashboard"><div class="fd-chart"><div class="fd-still widget-html"></div>
<div class="fd-live-box"></div></div></div>"""
START = """async ([script, library]) => {
    window.model = fakeModel({ figure: "", label: "", token: "", config: JSON.parse(script.config) });
    const answer = model.send.bind(model);
    model.send = (message) => {
        answer(message);
        if (message.say === "library?" && library) model.hear({ do: "library" }, [bytes(library)]);
    };
    const widget = await script_of(script.text);
    widget.initialize({ model });
    window.end = widget.render({ model, el: document.querySelector(".fd-live-box") });
}""".replace("script_of", "window.script")
SHOW = """([state, still]) => {
    model.set(state);
    document.querySelector(".fd-still").innerHTML = still;
}"""
DRAWN = "token => document.querySelector('.fd-plot')?.dataset.drawn === token"
LIVE = "document.querySelector('.fd-chart').classList.contains('fd-live')"


@pytest.fixture(scope="module")
def library() -> str:
    return base64.b64encode(figure_module._library()).decode()


@pytest.fixture(scope="module")
def _with_plotly(_window: Any, library: str) -> Iterator[Any]:
    """A page that has plotly, for all tests: loading it takes longer than most of them."""
    page = _window.context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda message: page.complaints.append(message.text))
    _put_into(page)
    _start(page, library)
    _show(page, Undrawn(key="", label="pie", figure=_pie()))
    yield page
    page.close()


@pytest.fixture
def page(_with_plotly: Any) -> Any:
    """That page, begun anew."""
    _with_plotly.evaluate("body => { end(); document.body.innerHTML = body; }", BODY)
    _with_plotly.emulate_media(media="screen")
    _with_plotly.mouse.move(0, 0)
    _start(_with_plotly)
    _with_plotly.complaints.clear()
    return _with_plotly


def _put_into(page: Any) -> None:
    page.set_content(f"<style>{style_sheet()}</style>{BODY}")
    page.add_script_tag(path=Path(__file__).with_name("fake_model.js"))


@pytest.fixture(scope="module")
def charts(demo: fd.Analysis) -> list[Chart]:
    """Charts of real kinds, one with many axes, one of another kind, and nothing."""
    tables = PatientTables(demo)
    return [
        *ClinicianFacts(Context(tables, tables.patients[0])).charts[:3],
        _many_axes(),
        Undrawn(key="", label="pie", figure=_pie()),
    ]


def _many_axes() -> Chart:
    layout: dict[str, Any] = {"height": 700, "hovermode": "x unified"}
    data = []
    for number in range(1, 7):
        layout[f"yaxis{number if number > 1 else ''}"] = {"domain": [(number - 1) / 6, (number - 0.2) / 6]}
        data.append({"type": "scatter", "y": [number, 2, 3], "yaxis": f"y{number if number > 1 else ''}"})
    return Undrawn(key="", label="many", figure={"data": data, "layout": layout})


def _pie() -> dict[str, Any]:
    return {"data": [{"type": "pie", "labels": ["a", "b"], "values": [1, 2]}], "layout": {"height": 300}}


def _start(page: Any, library: str | None = None) -> None:
    text = (SCRIPTS / "figure.js").read_text(encoding="utf-8")
    page.evaluate(START, [{"text": text, "config": json.dumps(PLOTLY_CONFIG)}, library])


def _show(page: Any, chart: Chart | None, wait: bool = True) -> str:
    pane = ChartPane("any")
    pane.show(chart)
    state = {name: getattr(pane.live, name) for name in ("figure", "label", "token")}
    page.evaluate(SHOW, [state, pane.still.value])
    if wait:
        page.wait_for_function(DRAWN, arg=pane.live.token)
    return pane.live.token


def test_an_updated_chart_is_drawn_as_a_new_one(page: Any, charts: list[Chart]) -> None:
    new = []
    for chart in charts:
        _show(page, None)
        _show(page, chart)
        new.append(_picture(page))
    assert len(set(new)) == len(charts)
    # From each chart to each other one and to itself, once.
    n = range(len(charts))
    walk = [number for first in n for second in n[first:] for number in dict.fromkeys((first, second))]
    assert len(set(pairwise([*walk, 0]))) == len(charts) ** 2
    _show(page, charts[0])
    for first, second in pairwise([*walk, 0]):
        _show(page, charts[second])
        assert _picture(page) == new[second], f"{charts[first].label} then {charts[second].label}"
    assert page.complaints == []


def _picture(page: Any) -> bytes:
    """What a person sees: the drawings' insides may differ in empty groups."""
    page.wait_for_function(LIVE)
    picture: bytes = page.locator(".fd-chart").screenshot(animations="disabled")
    return picture


def test_a_chart_after_somebody_changed_it_is_as_new(page: Any, charts: list[Chart]) -> None:
    _show(page, charts[1])
    new = _picture(page)
    page.locator(".fd-plot .legendtoggle").first.click()
    page.wait_for_function("document.querySelector('.js-plotly-plot').data.some(one => one.visible === 'legendonly')")
    assert _picture(page) != new
    _show(page, charts[0])
    _show(page, charts[1])
    page.mouse.move(0, 0)
    assert _picture(page) == new


def test_the_still_drawing_stays_where_the_library_never_comes(blank: Any, charts: list[Chart]) -> None:
    _put_into(blank)
    _start(blank)
    _show(blank, charts[0], wait=False)
    blank.wait_for_timeout(300)
    assert blank.locator(".fd-still svg").is_visible()
    assert not blank.evaluate(LIVE)


def test_the_still_drawing_stays_where_drawing_fails(page: Any, charts: list[Chart]) -> None:
    broken = Undrawn(key="", label="", figure={"data": 3, "layout": {"xaxis": 5}})
    _show(page, charts[0])
    _show(page, broken, wait=False)
    page.wait_for_function("model.sent.some(one => one.say === 'failed')")
    page.wait_for_function(f"!{LIVE}")
    assert page.locator(".fd-still svg").is_visible()
    _show(page, charts[1])
    page.wait_for_function(LIVE)


def test_a_drawing_whose_update_was_lost_gives_way_to_the_still_one(page: Any, charts: list[Chart]) -> None:
    _show(page, charts[0])
    page.wait_for_function(LIVE)
    pane = ChartPane("any")
    pane.show(charts[1])
    page.evaluate("still => { document.querySelector('.fd-still').innerHTML = still; }", pane.still.value)
    page.wait_for_function(f"!{LIVE}", timeout=5000)
    assert page.locator(".fd-still svg").is_visible()


def test_a_drawing_is_named_has_no_buttons_and_asks_nobody(page: Any, charts: list[Chart]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _show(page, charts[1])
    plot = page.locator(".fd-plot")
    assert plot.get_attribute("aria-label") == charts[1].label
    plot.hover()
    assert page.locator(".modebar-btn, .plotlyjsicon").count() == 0
    assert [one for one in asked if not one.startswith(("blob:", "data:"))] == []


def test_charts_share_one_library(page: Any, charts: list[Chart]) -> None:
    _show(page, charts[1])
    assert page.evaluate("model.sent.filter(one => one.say === 'library?').length") == 0


def test_on_paper_the_still_drawing_is_printed(page: Any, charts: list[Chart]) -> None:
    _show(page, charts[0])
    page.wait_for_function(LIVE)
    page.emulate_media(media="print")
    assert page.locator(".fd-still svg").is_visible()
    assert not page.locator(".fd-plot").is_visible()
