"""The dashboards in JupyterLab; a notebook that somebody used and saved holds no patient, whatever is saved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.browser.driver import (
    READY_MS,
    Opened,
    assert_accessible,
    assert_the_wheel_reaches_the_end,
    opened,
    save_notebook,
    save_the_state_of_widgets,
)
from tests.servers import Running, private_words

pytestmark = pytest.mark.browser

STATE = "application/vnd.jupyter.widget-state+json"


@pytest.mark.parametrize("notebook", ["caseload", "patient", "cohort"])
def test_a_notebook_used_and_saved_in_lab_holds_no_patient(
    chromium: Any, lab_server: Running, notebook: str, tmp_path: Path
) -> None:
    stored = lab_server.folder / "notebooks" / f"{notebook}.ipynb"
    with opened(chromium, lab_server, f"{notebook}.ipynb") as shown:
        if notebook == "caseload":
            _five_patients_are_in_the_first_window(shown)
        save_the_state_of_widgets(shown)
        shown.drawn()
        _use(shown)
        shown.drawn()
        assert shown.download("Download CSV", tmp_path)[1]
        assert_the_wheel_reaches_the_end(shown)
        assert_accessible(shown)
        shown.assert_no_complaint()
        shown.assert_nothing_left_the_machine()
        save_notebook(shown, stored)
        saved = json.loads(stored.read_text(encoding="utf-8"))
        (code,) = (cell for cell in saved["cells"] if cell["cell_type"] == "code")
        assert code["execution_count"]
        assert [sorted(output["data"]) for output in code["outputs"]] == [
            ["application/vnd.jupyter.widget-view+json", "text/plain"]
        ]
        assert STATE in saved["metadata"].get("widgets", {}), "the state was not saved: this test looks at nothing"
        _assert_nobody_in(stored)
        if notebook == "caseload":  # with a patient open below it
            _reload(shown)
            save_notebook(shown, stored)
            _assert_nobody_in(stored)
    _assert_nobody_in(*(path for path in stored.parent.rglob("*") if path.is_file()))
    assert not [word for word in private_words() if word in lab_server.said]


def _five_patients_are_in_the_first_window(shown: Opened) -> None:
    """Beside the list of files, and above the status bar, below a head of one line, in each language."""
    shown.page.set_viewport_size({"width": 1280, "height": 800})
    end = shown.page.locator("#jp-main-statusbar").bounding_box()["y"]
    for language in ("Deutsch", "Français", "Español", "English"):
        shown.root.locator("select:visible").filter(has_text="Deutsch").select_option(label=language)
        shown.settled()
        fifth = shown.root.locator(".fd-patients tbody tr").nth(4).bounding_box()
        assert fifth["y"] + fifth["height"] <= end, language
        assert shown.root.locator(".fd-head").first.bounding_box()["height"] < 40, language
    shown.page.set_viewport_size({"width": 1280, "height": 900})


def _use(shown: Opened) -> None:
    """Press a row, choose others, type what cannot be, unfold everything: each makes widgets or words."""
    cells = shown.page.locator(".jp-Notebook:visible .jp-Cell")
    n_cells = cells.count()
    for row in shown.root.locator(".fd-patients tbody tr").all()[:1]:
        row.click()
        shown.page.locator(".fd-part .fd-head").wait_for(timeout=READY_MS)
        shown.settled()
    for search in shown.root.get_by_label("Patient", exact=True).all():
        for typed in ("SIM-9", "SIM-0003"):
            search.fill(typed)
            search.press("Tab")
            shown.settled()
    for folded in shown.root.locator(".fd-chips:visible").all():
        folded.click()
    for box in shown.root.locator("select:visible").all():
        if box.locator("option", has_text="Deutsch").count():
            continue  # The buttons are looked for by their English words.
        box.select_option(index=1)
        shown.settled()
    for day in shown.root.get_by_label("First day").all():
        day.fill("2026-01-31")
        day.press("Tab")
        shown.settled()
    shown.root.evaluate("root => root.querySelectorAll('details').forEach(one => { one.open = true; })")
    # Letters that are no text are commands to JupyterLab: cut, delete, make another kind of cell.
    for place in (".fd-head h1", "details.code summary"):
        shown.root.locator(place).last.click()
        for key in "xddmry":
            shown.page.keyboard.press(key)
    assert cells.count() == n_cells
    assert shown.root.locator(".fd-head h1").last.is_visible()


def _reload(shown: Opened) -> None:
    shown.page.reload()
    shown.page.locator(".fd-dashboard .fd-head").last.wait_for(timeout=READY_MS)
    shown.settled()
    shown.page.locator(".jp-Notebook").click(position={"x": 5, "y": 5})


def _assert_nobody_in(*files: Path) -> None:
    for file in files:
        text = file.read_text(encoding="utf-8")
        plain = json.dumps(json.loads(text), ensure_ascii=False) if file.suffix == ".ipynb" else text
        assert not [word for word in private_words() if word in plain], file.name
