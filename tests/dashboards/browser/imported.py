"""From a dropped file to the caseload, on the import page of either front end."""

from __future__ import annotations

from pathlib import Path

from tests.dashboards.browser.driver import SOON_MS, Opened

NAME = "Needle raises"
LOG = f"Date,Exercise,Left Reps,Right Reps\n2026-01-05,Heel raises,10,11\n2026-01-07,{NAME},12,\n"


def imported(shown: Opened, study: Path) -> None:
    """Choose the folder, drop a file, answer by a drawing, look, save, and open the caseload."""
    page, root = shown.page, shown.root
    root.get_by_text("Another folder …").click()
    root.locator("input[name=folder]").fill(str(study))
    root.get_by_role("button", name="Use this folder").click()
    root.get_by_text("new study folder").get_by_text(str(study)).wait_for(timeout=SOON_MS)
    file = {"name": "log.csv", "mimeType": "text/csv", "buffer": LOG.encode()}
    root.locator("form.drop input").set_input_files([file])
    question = root.locator("fieldset", has_text=NAME)
    question.wait_for(timeout=SOON_MS)
    assert "repetitions, side (log)" in root.locator("tr", has_text="Left Reps").first.inner_text()
    drawn = question.locator("label", has_text="Heel raise")
    assert drawn.locator("use").evaluate("one => one.getBBox().width") > 100, "the drawing is not there"
    drawn.click()
    root.locator("fieldset", has_text="Whose log is it?").locator("input").fill("P-4711")
    root.get_by_role("button", name="Take these answers").click()
    root.get_by_text("All questions are answered.").wait_for(timeout=SOON_MS)
    assert "2 of 2 entries" in root.inner_text()
    root.get_by_role("button", name="Save", exact=True).click()
    root.get_by_text("3 new rows").wait_for(timeout=SOON_MS)
    root.get_by_role("button", name="Open the caseload").click()
    page.locator(".fd-patients tbody tr", has_text="P-4711").wait_for(timeout=SOON_MS)
    shown.settled()
