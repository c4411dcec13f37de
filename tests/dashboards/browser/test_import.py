"""The import page in both front ends: from a dropped file to the caseload, and nothing of it in the notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import footdrop_analytics as fd
from tests.dashboards.browser.driver import (
    SOON_MS,
    Opened,
    assert_accessible,
    assert_readable_at_twice_the_size,
    assert_the_keyboard_reaches_every_control,
    opened,
    save_notebook,
    save_the_state_of_widgets,
)
from tests.servers import Running

pytestmark = pytest.mark.browser

STATE = "application/vnd.jupyter.widget-state+json"
NAME = "Needle raises"
LOG = f"Date,Exercise,Left Reps,Right Reps\n2026-01-05,Heel raises,10,11\n2026-01-07,{NAME},12,\n"


def test_from_a_file_to_the_caseload_in_a_page(chromium: Any, voila_server: Running, tmp_path: Path) -> None:
    with opened(chromium, voila_server, "import.ipynb") as shown:
        _imported(shown, tmp_path / "study")
        assert_accessible(shown)
        assert_the_keyboard_reaches_every_control(shown)
        assert_readable_at_twice_the_size(shown)
        shown.assert_no_complaint()
        shown.assert_nothing_left_the_machine()
    assert fd.read_study(tmp_path / "study").sessions["exercise"].tolist() == ["heel_raise"] * 3


def test_a_notebook_in_lab_holds_nothing_of_a_file(chromium: Any, lab_server: Running, tmp_path: Path) -> None:
    place = lab_server.folder / "notebooks" / "import.ipynb"
    with opened(chromium, lab_server, "import.ipynb") as shown:
        save_the_state_of_widgets(shown)
        _imported(shown, tmp_path / "study")
        save_notebook(shown, place)
        shown.assert_no_complaint()
    stored = place.read_text(encoding="utf-8")
    assert '"execution_count": 1' in stored
    assert STATE in json.loads(stored)["metadata"]["widgets"], "the state was not saved: this test looks at nothing"
    assert not [word for word in (NAME, "log.csv", "P-4711", str(tmp_path)) if word in stored]


def _imported(shown: Opened, study: Path) -> None:
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
