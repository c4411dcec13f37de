"""The patient dashboard as a therapist uses it before a visit."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd

from tests.dashboards.browser.driver import (
    SOON_MS,
    Opened,
    assert_accessible,
    assert_prints_whole,
    assert_readable_at_twice_the_size,
    assert_the_keyboard_reaches_every_control,
    assert_the_wheel_reaches_the_end,
)

FIRST, OTHER = "SIM-0005", "SIM-0003"
"""Who is most urgent in the demo, and somebody else."""


def assert_a_visit_is_prepared(shown: Opened, folder: Path) -> None:
    """All that the page has, beginning and ending with the most urgent patient."""
    _opens_with_the_most_urgent(shown)
    assert_prints_whole(shown, pages=2, head=f"Patient {FIRST}")
    _another_is_chosen_by_typing(shown)
    _the_period_is_changed(shown)
    _an_exercise_is_left_out(shown)
    _a_criterion_is_opened(shown)
    _an_error_is_told_and_forgotten(shown)
    _what_is_shown_is_exported(shown, folder)
    assert_the_wheel_reaches_the_end(shown)
    assert_the_keyboard_reaches_every_control(shown)
    assert_accessible(shown)
    assert_readable_at_twice_the_size(shown)
    shown.root.get_by_label("Patient", exact=True).fill(FIRST)
    shown.root.get_by_role("heading", name=f"Patient {FIRST}").wait_for(timeout=SOON_MS)
    shown.settled()
    shown.assert_no_complaint()
    shown.assert_nothing_left_the_machine()


def _opens_with_the_most_urgent(shown: Opened) -> None:
    shown.drawn()
    text = shown.root.inner_text()
    assert f"Patient {FIRST}" in text
    assert "Reviewed when opened; not monitored in real time." in text
    flags, adherence = text.index("Needs you"), text.index("Adherence")
    assert flags < text.index("Fall on 17 Dec 2025") < adherence
    assert shown.root.locator(".modebar-btn, .plotlyjsicon").count() == 0


def _another_is_chosen_by_typing(shown: Opened) -> None:
    search = shown.root.get_by_label("Patient", exact=True)
    search.click()
    search.press("Control+a")
    search.press_sequentially(OTHER[:-1], delay=20)
    line = shown.root.get_by_role("status").filter(has_text=f"No patient {OTHER[:-1]}. Still showing {FIRST}.")
    line.wait_for(timeout=SOON_MS)
    assert shown.root.get_by_role("heading", name=f"Patient {FIRST}").count() == 1
    assert shown.root.locator("#flags").count() == 1
    search.press_sequentially(OTHER[-1])
    search.press("Tab")
    shown.root.get_by_role("heading", name=f"Patient {OTHER}").wait_for(timeout=SOON_MS)
    shown.settled()
    shown.drawn()
    assert FIRST not in shown.root.inner_text()
    assert shown.root.locator(".fd-alert").count() == 0
    line.wait_for(state="detached", timeout=SOON_MS)
    _the_address_says_who_is_shown(shown)


def _the_address_says_who_is_shown(shown: Opened) -> None:
    assert shown.page.url.endswith(f"?patient={OTHER}")
    assert "token" not in shown.page.url
    shown.page.go_back()
    shown.root.get_by_role("heading", name=f"Patient {FIRST}").wait_for(timeout=SOON_MS)
    shown.settled()
    shown.page.go_forward()
    shown.root.get_by_role("heading", name=f"Patient {OTHER}").wait_for(timeout=SOON_MS)
    shown.settled()
    shown.drawn()
    link = shown.page.get_by_role("link", name="Caseload", exact=True)
    assert "patient" not in link.get_attribute("href")
    shown.page.reload()
    shown.filled("patient.ipynb")
    shown.root.get_by_role("heading", name=f"Patient {OTHER}").wait_for(timeout=SOON_MS)
    shown.settled()
    shown.drawn()


def _the_period_is_changed(shown: Opened) -> None:
    def period() -> str:
        text: str = shown.root.locator(".fd-head").last.inner_text()
        return text.partition("period ")[2].splitlines()[0].strip()

    whole = period()
    shown.root.locator(".fd-chips").click()
    flags = shown.root.locator("#flags").locator("xpath=..").inner_text()
    shown.root.get_by_role("button", name="Last 4 weeks").click()
    shown.settled()
    assert period() != whole
    shown.page.go_back()
    shown.settled()
    assert period() == whole
    shown.page.go_forward()
    shown.settled()
    assert period() != whole
    assert "24 Nov" in period()
    assert shown.root.locator("#flags").locator("xpath=..").inner_text() == flags
    assert "24 Nov to 21 Dec 2025, all exercises" in shown.root.locator(".fd-chips").inner_text()
    _date(shown, "From", "2025-10-01")
    assert "1 Oct" in period()
    _date(shown, "To", "2025-11-30")
    assert period().startswith("1 Oct")
    assert period().endswith("30 Nov 2025")
    assert "As of 30 Nov 2025" in shown.root.inner_text()
    _date(shown, "To", "2025-12-21")
    # Digit by digit: a year on the way to its four digits changes nothing, and no answer disturbs the typing.
    shown.root.get_by_label("First day").focus()
    shown.page.keyboard.type("11052025", delay=60)
    shown.root.locator(".fd-head", has_text="period 5 Nov to 21 Dec 2025").last.wait_for(timeout=SOON_MS)
    shown.settled()
    assert shown.root.get_by_label("First day").input_value() == "2025-11-05"
    shown.root.get_by_role("button", name="All", exact=True).click()
    shown.settled()
    assert period() == whole
    shown.drawn()


def _date(shown: Opened, label: str, day: str) -> None:
    field = shown.root.get_by_label({"From": "First day", "To": "Last day"}[label])
    field.fill(day)
    field.press("Tab")
    shown.settled()


def _an_exercise_is_left_out(shown: Opened) -> None:
    boxes = shown.root.get_by_role("checkbox")
    criteria = shown.root.locator("details.section", has=shown.page.locator("#criteria"))
    criteria.locator("summary").first.click()
    names = [boxes.nth(place).locator("xpath=..").inner_text().strip() for place in range(boxes.count())]
    assert len(names) > 1
    before = criteria.inner_text()
    assert names[0] in before
    boxes.first.uncheck()
    shown.settled()
    after = criteria.inner_text()
    assert names[0] not in after
    assert names[1] in after
    boxes.first.check()
    shown.settled()
    assert names[0] in criteria.inner_text()


def _a_criterion_is_opened(shown: Opened) -> None:
    criterion = shown.root.locator("details.criterion").first
    key = criterion.get_attribute("data-key")
    criterion.locator("summary").first.click()
    assert criterion.get_attribute("open") is not None
    assert "Source:" in criterion.inner_text()
    assert shown.root.locator("details.criterion[open] table, details.criterion[open] p").count() > 0
    shown.root.get_by_role("button", name="Last 12 weeks").click()
    shown.settled()
    assert shown.root.locator(f'details.criterion[data-key="{key}"]').get_attribute("open") is not None
    shown.root.get_by_role("button", name="All", exact=True).click()
    shown.settled()


def _an_error_is_told_and_forgotten(shown: Opened) -> None:
    _date(shown, "To", "2025-08-01")
    alert = shown.root.get_by_role("alert")
    if alert.count() == 0:
        _date(shown, "From", "2025-10-01")
    alert.wait_for(timeout=SOON_MS)
    assert "after its last day" in alert.inner_text()
    _date(shown, "To", "2025-12-21")
    alert.wait_for(state="detached", timeout=SOON_MS)
    shown.root.get_by_role("button", name="All", exact=True).click()
    shown.settled()
    shown.drawn()


def _what_is_shown_is_exported(shown: Opened, folder: Path) -> None:
    name, report = shown.download("Report for the clinician", folder)
    text = report.decode("utf-8")
    assert re.fullmatch(rf"{OTHER.lower()}-\w+-2025-\d\d-\d\d\.html", name)
    assert OTHER in text
    assert FIRST not in text
    assert "<script src" not in text
    name, letter = shown.download("Report for the patient", folder)
    assert OTHER in letter.decode("utf-8")
    assert letter != report
    name, rows = shown.download("Download CSV", folder)
    table = pd.read_csv(io.BytesIO(rows), encoding="utf-8-sig")
    assert re.fullmatch(rf"{OTHER.lower()}-\w+-log_rows-2025-\d\d-\d\d\.csv", name)
    assert set(table["patient_id"]) == {OTHER}
    assert set(table["as_of"]) == {name[-14:-4]}
    shown.root.locator("summary", has_text="Show code").click()
    code = shown.root.locator("details.code pre").inner_text()
    assert f"'{OTHER}'" in code
    compile(code, "shown code", "exec")
