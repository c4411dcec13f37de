"""The caseload and a patient as a therapist uses them, in Voilà; ``test_lab`` has the same dashboards in JupyterLab."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.dashboards.browser.driver import (
    SOON_MS,
    Opened,
    assert_accessible,
    assert_prints_whole,
    assert_readable_at_twice_the_size,
    assert_the_keyboard_reaches_every_control,
    assert_the_wheel_reaches_the_end,
    opened,
)
from tests.dashboards.browser.recording import assert_two_people_record_at_once_and_each_page_follows
from tests.dashboards.browser.visit import assert_a_visit_is_prepared
from tests.servers import Running

pytestmark = pytest.mark.browser

MOST_URGENT = ["SIM-0005", "SIM-0012", "SIM-0003"]


def test_the_patient_in_need_is_found_prepared_for_and_written_about(
    chromium: Any, voila_server: Running, tmp_path: Path
) -> None:
    with opened(chromium, voila_server, "caseload.ipynb") as shown:
        _the_most_urgent_stand_first_with_the_reason(shown)
        _the_columns_fit_and_the_patient_stays_in_sight(shown)
        assert_prints_whole(shown, pages=2, head="13 of 13 patients")
        assert_accessible(shown)
        _filters_leave_those_who_fit(shown)
        _the_rows_shown_are_exported(shown, tmp_path)
        _a_head_sorts_and_gives_the_order_back(shown)
        _a_click_opens_the_patient_below(shown)
        _far_down_a_button_leads_back_to_the_list(shown)
        _back_leads_to_what_was_chosen_before(shown)
        assert_the_wheel_reaches_the_end(shown)
        assert_the_keyboard_reaches_every_control(shown)
        assert_readable_at_twice_the_size(shown)
        with opened(chromium, voila_server, "patient.ipynb") as patient:
            assert_a_visit_is_prepared(patient, tmp_path)
            assert_two_people_record_at_once_and_each_page_follows(patient, shown, voila_server.folder / "study")
        shown.assert_no_complaint()
        shown.assert_nothing_left_the_machine()


def _patients(shown: Opened) -> list[str]:
    names: list[str] = shown.root.locator(".fd-patients tbody tr [data-place]").all_inner_texts()
    return [name.strip() for name in names]


def _the_most_urgent_stand_first_with_the_reason(shown: Opened) -> None:
    shown.root.locator(".fd-patients tbody tr [data-place]").first.wait_for(timeout=SOON_MS)
    assert _patients(shown)[:3] == MOST_URGENT
    assert "Fall on 17 Dec 2025" in shown.root.locator(".fd-patients tbody tr").first.inner_text()
    head = shown.root.locator(".fd-head").first
    assert "13 of 13 patients" in head.inner_text()
    # In one line, also of files that ended long ago.
    assert "before today" in head.inner_text()
    assert head.bounding_box()["height"] < 48
    rows = shown.root.locator(".fd-patients tbody tr")
    assert shown.page.viewport_size["width"] == 1280
    seventh = rows.nth(6).bounding_box()
    assert seventh["y"] + seventh["height"] <= 800
    shown.page.set_viewport_size({"width": 640, "height": 400})
    shown.page.wait_for_timeout(200)
    third = rows.nth(2).bounding_box()
    assert third["y"] + third["height"] <= 400, "twice as large"
    shown.page.set_viewport_size({"width": 1280, "height": 900})


def _the_columns_fit_and_the_patient_stays_in_sight(shown: Opened) -> None:
    # JupyterLab leaves 880 of 1280 pixels beside its list of files; at the 600 of twice the size rows are cards.
    for width, fits in ((880, True), (760, False), (600, True)):
        table, away = shown.root.locator(".fd-patients").evaluate(
            """(box, width) => {
                box.style.width = `${width}px`;
                const table = box.querySelector("table");
                let room = table.parentElement;
                while (room !== box && getComputedStyle(room).overflowX === "visible") room = room.parentElement;
                room.scrollLeft = 400;
                const left = (element) => element.getBoundingClientRect().left;
                const found = [table.offsetWidth, left(table.querySelector("td.fd-patient")) - left(room)];
                room.scrollLeft = 0;
                box.style.width = "";
                return found;
            }""",
            width,
        )
        assert (table <= width) == fits, table
        assert abs(away) < 2, "scrolled out of sight"


def _filters_leave_those_who_fit(shown: Opened) -> None:
    shown.root.locator(".fd-chips").click()
    flags = shown.root.get_by_label("Flags", exact=True)
    red = next(text for text in flags.locator("option").all_inner_texts() if "red" in text.lower())
    flags.select_option(label=red)
    shown.settled()
    assert _patients(shown) == MOST_URGENT[:2]
    search = shown.root.get_by_label("Search", exact=True)
    search.fill("0012")
    search.press("Tab")
    shown.settled()
    assert _patients(shown) == ["SIM-0012"]
    search.fill("nobody like this")
    search.press("Tab")
    shown.settled()
    assert _patients(shown) == []
    assert "0 of 13" in shown.root.locator(".fd-head").first.inner_text()
    search.fill("")
    search.press("Tab")
    shown.settled()
    assert _patients(shown) == MOST_URGENT[:2]
    assert "Flags: ▲ Red, open" in shown.root.locator(".fd-chips").inner_text()
    assert shown.page.url.endswith("?severity=red")


def _the_rows_shown_are_exported(shown: Opened, folder: Path) -> None:
    name, rows = shown.download("Download CSV", folder)
    table = pd.read_csv(io.BytesIO(rows), encoding="utf-8-sig")
    assert name == "caseload-2025-12-21.csv"
    assert table["patient_id"].tolist() == MOST_URGENT[:2]
    name, page = shown.download("Save this list as a page", folder)
    text = page.decode("utf-8")
    assert name == "caseload-2025-12-21.html"
    assert "Fall on 17 Dec 2025" in text
    assert MOST_URGENT[2] not in text
    assert "<script" not in text
    shown.root.locator("summary", has_text="Show code").first.click()
    code = shown.root.locator("details.code pre").first.inner_text()
    assert "fd.analyse(study" in code
    assert "severity=" in code
    compile(code, "shown code", "exec")
    shown.root.get_by_label("Flags", exact=True).select_option(index=0)
    shown.settled()
    assert len(_patients(shown)) == 13


def _a_head_sorts_and_gives_the_order_back(shown: Opened) -> None:
    head = shown.root.locator(".fd-patients thead th button").first
    orders = []
    for _ in range(3):
        head.click()
        shown.settled()
        orders.append(_patients(shown)[:3])
    assert ["SIM-0001", "SIM-0002", "SIM-0003"] in orders
    assert orders[-1] == MOST_URGENT


def _a_click_opens_the_patient_below(shown: Opened) -> None:
    shown.root.locator(".fd-patients tbody tr").nth(2).locator("td").nth(1).click()
    heading = shown.root.get_by_role("heading", name=f"Patient {MOST_URGENT[2]}")
    heading.wait_for(timeout=SOON_MS)
    shown.settled()
    shown.drawn()
    assert heading.is_visible()
    assert _heads_in_sight(shown) == [f"Patient {MOST_URGENT[2]}"]
    assert "Needs you" in shown.root.inner_text()
    assert shown.root.locator('.fd-patients tr[aria-current="true"]').inner_text().startswith(MOST_URGENT[2])
    opener = shown.root.locator(".fd-patients tbody tr [data-place]").first
    opener.focus()
    opener.press("Enter")
    shown.root.get_by_role("heading", name=f"Patient {MOST_URGENT[0]}").wait_for(timeout=SOON_MS)
    shown.settled()
    shown.drawn()
    assert _heads_in_sight(shown) == [f"Patient {MOST_URGENT[0]}"]


def _far_down_a_button_leads_back_to_the_list(shown: Opened) -> None:
    shown.root.get_by_role("heading", name="Trends", exact=True).scroll_into_view_if_needed()
    back = shown.root.get_by_role("button", name="Back to the list")
    top = shown.root.locator(".fd-patients thead th").first
    assert not _in_the_window(top)
    # It is at hand wherever one is in the patient: nothing scrolls to find it.
    assert _in_the_window(back)
    back.click()
    shown.page.wait_for_function("document.activeElement.closest('.fd-patients')", timeout=SOON_MS)
    shown.settled()
    assert _in_the_window(top)
    assert _heads_in_sight(shown) == ["Caseload"]
    assert shown.root.locator('.fd-patients tr[aria-current="true"]').inner_text().startswith(MOST_URGENT[0])


def _back_leads_to_what_was_chosen_before(shown: Opened) -> None:
    """Each choice is a step, letters typed one after the other are one, and a step back takes nobody off the page."""
    shown.root.get_by_label("Search", exact=True).press_sequentially("sim-0005", delay=20)
    shown.settled()
    shown.root.locator(".fd-part .fd-chips").click()
    shown.root.get_by_role("button", name="Last 4 weeks").click()
    shown.settled()
    seen = []
    for _ in range(4):
        seen.append((shown.page.url.partition("?")[2], len(_patients(shown)), shown.root.locator(".fd-part").count()))
        shown.page.go_back()
        shown.settled()
    first = f"patient={MOST_URGENT[0]}"
    assert seen == [
        (f"search=sim-0005&{first}&from=2025-11-24", 1, 1),
        (f"search=sim-0005&{first}", 1, 1),
        (first, 13, 1),
        (f"patient={MOST_URGENT[2]}", 13, 1),
    ]
    assert "patient" not in shown.page.url
    assert shown.root.locator(".fd-part, tr[aria-current]").count() == 0
    assert _in_the_window(shown.root.locator(".fd-patients thead th").first)
    for _ in range(2):
        shown.page.go_forward()
        shown.settled()
    assert shown.page.url.endswith(f"?{first}")
    shown.root.get_by_role("heading", name=f"Patient {MOST_URGENT[0]}").wait_for(timeout=SOON_MS)


def _in_the_window(one: Any) -> bool:
    """Whether it can be seen: in the window, and what lies uppermost there."""
    seen: bool = one.evaluate("""(element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    }""")
    return seen


def _heads_in_sight(shown: Opened) -> list[str]:
    """The first lines of the heads that can be seen: only the patient's, while the patient is looked at."""
    heads: list[str] = shown.page.evaluate("""() => [...document.querySelectorAll(".fd-dashboard .fd-head")]
        .filter((head) => {
            const { left, top, width, height } = head.getBoundingClientRect();
            return head.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        })
        .map((head) => head.querySelector("h1").innerText.split("\\n")[0])
    """)
    return heads
