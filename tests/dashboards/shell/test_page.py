"""The page knows every widget of a dashboard, and sends files and marks to the browser."""

from __future__ import annotations

from typing import Any

import ipywidgets
import pytest

from footdrop_analytics.dashboards.shell import Page
from footdrop_analytics.dashboards.shell.page import below
from tests.dashboards.shell._small import look, small


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    monkeypatch.setattr(Page, "send", lambda self, content, buffers=None: found.append((content, buffers)))
    return found


def test_every_widget_is_kept_out_of_what_a_notebook_stores() -> None:
    shell = small()
    look(shell)
    shown = [
        shell.who,
        shell.panel("head"),
        shell.chart("days").still,
        shell.chart("days").live,
        shell.root,
        shell.page,
    ]
    shown += [shell.root.layout, shell.who.style, *below(shell.exports.root)]
    assert {one.model_id for one in shown} <= set(shell.page.models)
    assert set(shell.page.models) == {one.model_id for one in below(shell.root)}


def test_widgets_added_later_are_kept_out_too() -> None:
    shell = small()
    look(shell)
    late = ipywidgets.HTML()
    shell.root.children = [*shell.root.children, late]
    shell.change(who="Bob")
    assert late.model_id in shell.page.models


def test_widgets_are_found_once_and_in_order() -> None:
    inner = ipywidgets.VBox([ipywidgets.HTML("1"), ipywidgets.HTML("2")])
    found = [one.value for one in below(ipywidgets.HBox([inner, inner])) if isinstance(one, ipywidgets.HTML)]
    assert found == ["1", "2"]


def test_marks_add_up() -> None:
    page, search = Page(), ipywidgets.Text()
    page.mark(search, aria_label="Patient")
    page.mark(search, lang="en")
    assert page.marks == {search.model_id: {"aria-label": "Patient", "lang": "en"}}


def test_a_file_goes_to_the_browser_as_bytes(sent: list[tuple[Any, Any]]) -> None:
    Page().download("rows.csv", b"a,b", "text/csv")
    assert sent == [({"do": "download", "name": "rows.csv", "type": "text/csv"}, [b"a,b"])]


def test_a_widget_is_brought_into_sight(sent: list[tuple[Any, Any]]) -> None:
    widget = ipywidgets.HTML()
    Page().reveal(widget)
    assert sent == [({"do": "reveal", "model": widget.model_id}, None)]


def test_a_browser_is_asked_whether_it_shows_the_dashboard(sent: list[tuple[Any, Any]]) -> None:
    Page().ask()
    assert sent == [({"do": "answer"}, None)]
