"""The table in a real browser, with a stand-in for the kernel: what is clicked is said, and one's place is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from footdrop_analytics.dashboards import CaseloadSettings, caseload_view
from footdrop_analytics.dashboards.caseload import table as table_module
from footdrop_analytics.dashboards.caseload.table import whole_table
from footdrop_analytics.dashboards.shell.page import still_page, style_sheet
from tests.dashboards.caseload.people import analysis

pytestmark = pytest.mark.browser

FAKE = Path(__file__).parents[1] / "shell" / "fake_model.js"
SCRIPT = Path(table_module.__file__).with_name("table.js")
START = """async ([script, html]) => {
    window.model = fakeModel({ html, opened: -1 });
    const widget = await window.script(script);
    window.end = widget.render({ model, el: document.querySelector(".fd-patients") });
}"""
BODY = '<html lang="en"><title>x</title><main class="fd-dashboard"><div class="fd-patients"></div></main>'


@pytest.fixture
def page(blank: Any) -> Iterator[Any]:
    blank.set_content(f"{BODY}<style>{style_sheet()}</style>")
    blank.add_script_tag(path=FAKE)
    blank.evaluate(START, [SCRIPT.read_text(encoding="utf-8"), _table()])
    yield blank
    assert blank.complaints == []
    assert [one for one in blank.requests if not one.startswith(("blob:", "data:", "about:"))] == []
    assert blank.evaluate("window.hacked") is None


def _table(**chosen: Any) -> str:
    return caseload_view(analysis(), CaseloadSettings(**chosen)).panels["table"]


def test_ids_are_shown_as_written_and_clicks_and_keys_open_a_patient_once(page: Any) -> None:
    ids = page.locator("tbody .fd-open").all_inner_texts()
    assert ids == ["A 1", "A 10", "<b>x</b>", "[red]", "a/B", "A 2", "a/b", "Zoë", "a 2"]
    page.locator("tbody tr").nth(3).locator("td.fd-why").click()
    page.locator(".fd-open").nth(2).focus()
    page.keyboard.press("Enter")
    page.locator(".fd-open").nth(4).click()
    page.locator("caption").click()
    assert page.evaluate("model.sent") == [{"open": 3}, {"open": 2}, {"open": 4}]


def test_the_interval_is_behind_the_share_and_no_patient_opens(page: Any) -> None:
    interval = page.get_by_text("95 % interval").first
    assert not interval.is_visible()
    page.locator("details.limits summary").first.click()
    interval.wait_for()
    interval.click()
    assert page.evaluate("model.sent") == []


def test_where_there_is_no_room_a_row_is_a_card_and_nothing_is_cut_off(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    cells = "[...document.querySelector('tbody tr').cells].map(one => one.getBoundingClientRect())"
    assert page.evaluate(f"{cells}.every(one => one.left >= 0 && one.right <= 390)")
    said = "one => getComputedStyle(one, '::before').content"
    assert page.locator("tbody td.fd-last").first.evaluate(said) == '"Last entry"'
    page.set_viewport_size({"width": 1280, "height": 844})
    assert page.locator("tbody td.fd-last").first.evaluate(said) == "none"


def test_enter_and_space_sort_and_the_focus_stays_on_the_head(page: Any) -> None:
    page.locator("th.fd-last button").focus()
    page.keyboard.press("Enter")
    page.evaluate("html => model.set({ html })", _table(sort="last"))
    assert page.evaluate("document.activeElement.dataset.key") == "sort-last"
    page.keyboard.press("Space")
    assert page.evaluate("model.sent.map(one => one.choose)") == [
        {"sort": "last", "reverse": False},
        {"sort": "last", "reverse": True},
    ]
    assert page.locator("th[aria-sort=descending]").count() == 1


def test_the_open_patient_is_marked_wherever_the_row_goes(page: Any) -> None:
    marked = "[...document.querySelectorAll('tr[aria-current=true] .fd-open')].map(one => one.innerText)"
    page.evaluate("model.set({ opened: 3 })")
    assert page.evaluate(marked) == ["[red]"]
    page.evaluate("html => model.set({ html })", _table(sort="patient"))
    assert page.evaluate(marked) == ["[red]"]
    page.evaluate("model.set({ opened: -1 })")
    assert page.evaluate(marked) == []


def test_the_table_is_accessible_at_any_width(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from axe_playwright_python.sync_playwright import Axe

    monkeypatch.setattr(table_module, "PAGE", 4)
    panels = caseload_view(analysis(), CaseloadSettings(page=2)).panels
    page.evaluate("html => model.set({ html, opened: 5 })", panels["table"])
    assert page.locator("nav button").count() == 4
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('afterbegin', html)", panels["head"])
    for name in ("about", "definitions"):
        page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", panels[name])
    page.evaluate("document.querySelector('details').open = true")
    for width in (1280, 640):
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page, context="main").response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        # A table wider than the window scrolls in its own box.
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_file_of_what_is_shown_opens_offline(chromium: Any, tmp_path: Path) -> None:
    view = caseload_view(analysis(), CaseloadSettings())
    path = tmp_path / "caseload.html"
    path.write_bytes(still_page("Caseload", [view.panels["head"], whole_table(view.rows)]))
    context = chromium.new_context(offline=True)
    opened = context.new_page()
    opened.goto(path.as_uri())
    assert opened.locator("tbody tr").count() == 9
    assert opened.locator("tbody bdi").all_inner_texts()[2:4] == ["<b>x</b>", "[red]"]
    assert opened.locator("button, script, img").count() == 0
    assert opened.locator("svg path").first.evaluate("one => getComputedStyle(one).strokeWidth") == "6px"
    context.close()
