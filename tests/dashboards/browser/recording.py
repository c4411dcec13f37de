"""What therapists record on their pages, two of them at once."""

from __future__ import annotations

from pathlib import Path

from footdrop_analytics.reading.added import added_rows
from tests.dashboards.browser.driver import SOON_MS, Opened, assert_accessible


def assert_two_people_record_at_once_and_each_page_follows(one: Opened, other: Opened, study: Path) -> None:
    """One on the page of SIM-0005, the other on that of the caseload with SIM-0005 below it."""
    _sent(one, "A session", "MF, PT", {"Day": "2025-12-21", "seconds held": "6", "Pain": "2"})
    _sent(other, "Seen …", "LB", {"Note": "phoned: <b>fine</b>"})
    for shown, said in ((one, "session of Single-leg stand, right"), (other, "flag fall of 17 Dec 2025")):
        line = shown.root.locator(".saved [role=status]")
        line.wait_for(timeout=SOON_MS)
        assert said in line.inner_text()
        shown.settled()
    assert "last entry 21 Dec 2025" in one.root.locator(".fd-head").last.inner_text()
    assert "Seen" in other.root.locator(".reviewed").first.inner_text()
    assert other.root.locator(".reviewed").first.locator("b").count() == 0
    # The name is asked once in a window, and what was recorded can be taken back.
    one.root.locator("details.offer summary", has_text="A visit").first.click()
    assert one.root.locator("details.offer[open] input[name=by]").input_value() == "MF, PT"
    one.root.locator(".saved").get_by_role("button", name="Take back").click()
    one.root.locator(".saved", has_text="Taken back.").wait_for(timeout=SOON_MS)
    one.settled()
    assert "last entry 19 Dec 2025" in one.root.locator(".fd-head").last.inner_text()
    # The other page hears of it when somebody comes back to it.
    other.page.evaluate("window.dispatchEvent(new Event('focus'))")
    other.root.locator(".fd-head", has_text="last entry 19 Dec 2025").wait_for(timeout=SOON_MS)
    assert_accessible(one, ".saved", checks=1)  # the rest as in visit
    one.assert_no_complaint()
    rows = [(row.table, row.by, bool(row.takes_back)) for row in added_rows(study)]
    for added in study.glob("*-added.csv"):  # the next pages show the demo as it is
        added.unlink()
    assert sorted(rows) == [("reviews", "LB", False), ("sessions", "MF, PT", False), ("sessions", "MF, PT", True)]


def _sent(shown: Opened, what: str, by: str, told: dict[str, str]) -> None:
    """Unfold the first form of a name, fill it in and send it."""
    form = shown.root.locator("details.offer", has=shown.page.locator("summary", has_text=what)).first
    form.locator("summary").click()
    for label, value in {**told, "Your name": by}.items():
        form.get_by_label(label).fill(value)
    form.get_by_role("button", name="Save").click()
