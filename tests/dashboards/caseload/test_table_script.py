"""The table in a real browser, with a stand-in for the kernel: ten thousand rows, ids that are markup, orders."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from footdrop_analytics.dashboards import CaseloadSettings, caseload_view
from footdrop_analytics.dashboards.caseload.columns import COLUMNS
from footdrop_analytics.dashboards.caseload.still import still_table
from footdrop_analytics.dashboards.caseload.table import PatientTable
from footdrop_analytics.dashboards.shell.static_svg import still_page
from footdrop_analytics.dashboards.shell.styles import style_sheet
from tests.dashboards.caseload.people import analysis

pytestmark = pytest.mark.browser

FAKE = Path(__file__).parents[1] / "frontend" / "fake_model.js"
START = """async ([script, state]) => {
    window.show = (packed) => model.set({ packed: bytes(packed) });
    window.model = fakeModel({ ...state, packed: bytes(state.packed) });
    const widget = await window.script(script);
    window.end = widget.render({ model, el: document.querySelector(".fd-patients") });
}"""
BODY = '<html lang="en"><title>x</title><main class="fd-dashboard"><div class="fd-patients"></div></main>'
IDS = "[...document.querySelectorAll('tbody .fd-open')].map(one => one.innerText)"


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    opened = context.new_page()
    opened.complaints, opened.requests = [], []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("request", lambda request: opened.requests.append(request.url))
    opened.set_content(f"{BODY}<style>{style_sheet()}</style>")
    opened.add_script_tag(path=FAKE)
    yield opened
    assert opened.complaints == []
    assert [one for one in opened.requests if not one.startswith(("blob:", "data:"))] == []
    assert opened.evaluate("window.hacked") is None
    context.close()


def _start(page: Any, rows: str | None = None) -> None:
    table = PatientTable()
    table.show(caseload_view(analysis(), CaseloadSettings()).rows if rows is None else rows)
    state = {name: value for name, value in table.get_state().items() if _plain(value)}
    state["packed"] = base64.b64encode(table.packed).decode()
    page.add_style_tag(content=state.pop("_css"))
    page.evaluate(START, [state.pop("_esm"), state])
    page.wait_for_selector(".fd-open")


def _packed(rows: str) -> str:
    table = PatientTable()
    table.show(rows)
    return base64.b64encode(table.packed).decode()


def _show(page: Any, rows: str, expected: list[str]) -> None:
    page.evaluate("packed => show(packed)", _packed(rows))
    page.wait_for_function(f"expected => JSON.stringify({IDS}) === JSON.stringify(expected)", arg=expected)


def _plain(value: object) -> bool:
    try:
        json.dumps(value)
    except TypeError:
        return False
    return True


def _sort(page: Any, column: str, expected: list[str]) -> None:
    """Click on the head of a column; DataTables may draw a moment later."""
    page.locator(f"th.fd-{column} .dt-column-order").click()
    try:
        page.wait_for_function(f"expected => JSON.stringify({IDS}) === JSON.stringify(expected)", arg=expected)
    except Exception:
        assert page.evaluate(IDS) == expected, column
        raise


def test_ids_are_shown_as_written_and_most_urgent_first(page: Any) -> None:
    _start(page)
    assert page.evaluate(IDS) == ["A 1", "A 10", "<b>x</b>", "[red]", "a/B", "A 2", "a/b", "Zoë", "a 2"]
    assert page.locator(".dt-info").inner_text() == "Patients 1 to 9 of 9"
    # The keys behind the columns are not shown, and the search of DataTables is off.
    assert page.locator("thead th").count() == len(COLUMNS)
    assert page.locator("input").count() == 0


def test_every_column_sorts_and_the_third_click_brings_back_the_most_urgent(page: Any) -> None:
    _start(page)
    urgent = page.evaluate(IDS)
    rows = json.loads(caseload_view(analysis(), CaseloadSettings()).rows)
    for number, column in enumerate(COLUMNS):
        keys = {name: row[number][1] for name, row in zip(urgent, rows, strict=True)}
        known = [one for one in urgent if keys[one] >= 0]
        by_key = sorted(known, key=lambda one, keys=keys: keys[one], reverse=column.largest_first)
        # Unknown stays last both ways, the more urgent first.
        unknown = [one for one in urgent if keys[one] < 0]
        assert unknown == (["Zoë", "a 2"] if column.key in {"sessions", "change"} else [])
        for ordered, said in ((by_key, column.largest_first), (by_key[::-1], not column.largest_first)):
            expected = [*ordered, *unknown]
            _sort(page, column.key, expected)
            # Rows may be in order already, a moment before DataTables says so.
            page.wait_for_selector(f"th.fd-{column.key}[aria-sort={'descending' if said else 'ascending'}]")
        _sort(page, column.key, urgent)
        page.wait_for_function("document.querySelectorAll('th[aria-sort]').length === 0")


def test_new_rows_keep_the_order_and_come_in_the_same_table(page: Any) -> None:
    _start(page)
    _sort(page, "last", ["a 2", "Zoë", "<b>x</b>", "a/B", "A 1", "A 10", "[red]", "A 2", "a/b"])
    kim = caseload_view(analysis(), CaseloadSettings(clinician="Kim")).rows
    _show(page, kim, ["a 2", "A 1", "A 10"])
    _show(page, "[]", [])
    assert page.locator("tbody").inner_text() == "–"
    _show(page, kim, ["a 2", "A 1", "A 10"])
    assert page.locator("table").count() == 1


def test_of_rows_that_follow_each_other_closely_the_last_are_shown(page: Any) -> None:
    rows = caseload_view(analysis(), CaseloadSettings()).rows
    _start(page)
    many = json.dumps(json.loads(rows) * 1000, ensure_ascii=False)
    few = caseload_view(analysis(), CaseloadSettings(severity="red")).rows
    page.evaluate("([many, few]) => { show(many); show(few); }", [_packed(many), _packed(few)])
    page.wait_for_function(f"() => {IDS}.length === 1")
    page.wait_for_timeout(500)
    assert page.evaluate(IDS) == ["A 1"]


def test_a_click_and_the_keyboard_open_a_patient_once(page: Any) -> None:
    _start(page)
    page.locator("tbody tr").nth(3).locator("td.fd-why").click()
    page.locator(".fd-open").nth(2).focus()
    page.keyboard.press("Enter")
    page.locator(".fd-open").nth(4).click()
    assert page.evaluate("model.sent") == [{"open": 3}, {"open": 2}, {"open": 4}]
    page.locator("th.fd-why .dt-column-order").click()
    page.locator("caption").click()
    assert len(page.evaluate("model.sent")) == 3


def test_the_open_patient_is_marked_wherever_the_row_goes(page: Any) -> None:
    _start(page)
    marked = "[...document.querySelectorAll('tr[aria-current=true] .fd-open')].map(one => one.innerText)"
    page.evaluate("model.set({ opened: 3 })")
    assert page.evaluate(marked) == ["[red]"]
    _sort(page, "patient", ["<b>x</b>", "[red]", "A 1", "A 2", "a 2", "A 10", "a/B", "a/b", "Zoë"])
    assert page.evaluate(marked) == ["[red]"]
    page.evaluate("model.set({ opened: 0 })")
    assert page.evaluate(marked) == ["A 1"]
    page.evaluate("model.set({ opened: -1 })")
    assert page.evaluate(marked) == []


def test_ten_thousand_rows_change_within_a_second(page: Any) -> None:
    rows = json.loads(caseload_view(analysis(), CaseloadSettings()).rows)
    many = json.dumps([rows[number % len(rows)] for number in range(10_000)], ensure_ascii=False)
    _start(page)
    # The fastest of some: other work on the machine only ever adds, and may go on for a while.
    took = page.evaluate(
        """async ([many, none]) => {
            const said = (words) => document.querySelector(".dt-info").innerText.includes(words);
            const until = async (words) => { while (!said(words)) await new Promise(requestAnimationFrame); };
            const once = async () => {
                show(none);
                await until("No patient");
                const from = performance.now();
                show(many);
                await until("of 10,000");
                return performance.now() - from;
            };
            let fastest = Infinity;
            for (let left = 20; left && fastest >= 1000; left--) fastest = Math.min(fastest, await once());
            return fastest;
        }""",
        [_packed(many), _packed("[]")],
    )
    assert page.locator(".dt-info").inner_text() == "Patients 1 to 10 of 10,000"
    assert took < 1000
    page.evaluate("end()")


def test_the_table_is_accessible_at_any_width(page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    _start(page)
    page.evaluate("model.set({ opened: 2 })")
    panels = caseload_view(analysis(), CaseloadSettings()).panels
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
    path.write_bytes(still_page("Caseload", [view.panels["head"], still_table(view)]))
    context = chromium.new_context(offline=True)
    opened = context.new_page()
    opened.goto(path.as_uri())
    assert opened.locator("tbody tr").count() == 9
    assert opened.locator("tbody bdi").all_inner_texts()[2:4] == ["<b>x</b>", "[red]"]
    assert opened.locator("button, script, img").count() == 0
    assert opened.locator("svg path").first.evaluate("one => getComputedStyle(one).strokeWidth") == "6px"
    context.close()


def test_rows_that_cannot_be_unpacked_are_no_empty_caseload(page: Any) -> None:
    _start(page)
    page.evaluate("packed => window.show(packed)", base64.b64encode(b"no such rows").decode())
    page.wait_for_selector("[role=alert]:not(:empty)")
    assert "cannot show the rows" in page.locator("[role=alert]").inner_text()
    assert page.locator(".fd-open").count() == 0
    assert page.complaints
    page.complaints.clear()
