"""A pane shows one chart after the other: always what a new pane would show."""

from __future__ import annotations

import gzip
import json
from itertools import product
from typing import Any

import pytest
from plotly.offline import get_plotlyjs

from footdrop_analytics.dashboards.shell import ChartPane
from footdrop_analytics.dashboards.shell.figure import LiveChart
from footdrop_analytics.figures.interactive import PLOTLY_CONFIG
from footdrop_analytics.figures.still import Chart
from tests.dashboards.shell._small import Undrawn, chart
from tests.each import each

CHARTS = [None, chart("Ada", 7), chart("Ada", 8), chart("Bob", 14), chart("<Eve>", 5)]


def _state(pane: ChartPane) -> tuple[dict[str, Any], dict[str, Any]]:
    return tuple(  # type: ignore[return-value]
        {key: value for key, value in one.get_state().items() if key not in {"layout", "style"}}
        for one in (pane.live, pane.still)
    )


@each("first, second", [*product(CHARTS, CHARTS)])
def test_update_equals_create(first: Chart | None, second: Chart | None) -> None:
    updated, created = ChartPane("days"), ChartPane("days")
    updated.show(first)
    updated.show(second)
    created.show(second)
    assert _state(updated) == _state(created)


def test_a_pane_holds_the_whole_chart() -> None:
    pane, shown = ChartPane("days"), chart("Ada", 8)
    pane.show(shown)
    assert json.loads(pane.live.figure) == shown.figure
    assert pane.live.label == "Days of Ada"
    assert pane.still.value == f'<div data-chart="{pane.live.token}"><svg></svg></div>'


def test_different_charts_have_different_tokens() -> None:
    pane = ChartPane("days")
    tokens = []
    for one in CHARTS:
        pane.show(one)
        tokens.append(pane.live.token)
    assert len(set(tokens)) == len(CHARTS)


def test_nothing_to_show_is_nothing() -> None:
    pane = ChartPane("days")
    pane.show(chart("Ada", 7))
    pane.show(None)
    assert (pane.live.figure, pane.live.label, pane.still.value) == ("", "", "")


def test_an_update_is_two_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = ChartPane("days")
    pane.show(chart("Ada", 7))
    sent: list[Any] = []
    for one in (pane.live, pane.still):
        monkeypatch.setattr(one, "_send", lambda message, buffers=None: sent.append(message["state"]))
    pane.show(chart("Bob", 8))
    assert [set(state) for state in sent] == [{"figure", "label", "token"}, {"value"}]


def test_a_number_that_is_none_is_refused_here_and_not_in_a_browser() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        ChartPane("days").show(Undrawn(key="", label="", figure={"data": [{"y": [float("nan")]}]}))


def test_the_library_is_sent_when_a_browser_asks_and_never_with_a_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(LiveChart, "send", lambda self, content, buffers=None: sent.append((content, buffers)))
    live = LiveChart()
    assert sum(len(str(value)) for value in live.get_state().values()) < 20_000
    live._handle_custom_msg({"say": "library?"}, [])
    ((content, (packed,)),) = sent
    assert content == {"do": "library"}
    assert gzip.decompress(packed).decode() == get_plotlyjs()


def test_what_a_script_missed_while_it_loaded_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pane = ChartPane("days")
    pane.show(chart("Ada", 7))
    sent: list[Any] = []
    monkeypatch.setattr(pane.live, "_send", lambda message, buffers=None: sent.append(message["state"]))
    pane.live._handle_custom_msg({"say": "here"}, [])
    assert sent == [{"figure": pane.live.figure, "label": pane.live.label, "token": pane.live.token}]


def test_no_button_no_logo_no_address_to_share_with() -> None:
    config = LiveChart().config
    assert config == PLOTLY_CONFIG
    assert (config["displayModeBar"], config["displaylogo"], config["plotlyServerURL"]) == (False, False, "")
