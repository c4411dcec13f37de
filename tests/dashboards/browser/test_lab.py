"""The dashboards in JupyterLab, as ``footdrop lab`` opens it: used and saved, a notebook holds no patient."""

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
    run_all,
    save_notebook,
    save_the_state_of_widgets,
    watched,
)
from tests.dashboards.browser.imported import NAME, imported
from tests.dashboards.browser.progress import large_study, opened_after_a_bar_moved
from tests.servers import Running, private_words

pytestmark = pytest.mark.browser

NOTEBOOKS = ["caseload", "patient", "cohort", "import"]
STATE = "application/vnd.jupyter.widget-state+json"


def test_notebooks_used_and_saved_in_lab_hold_no_patient(chromium: Any, lab_server: Running, tmp_path: Path) -> None:
    folder = lab_server.folder / "notebooks"
    words = {*private_words(), NAME, "log.csv", "P-4711", str(tmp_path)}
    with watched(chromium, lab_server) as shown:
        shown.page.goto(lab_server.address)
        _all_are_tabs_beside_no_list_of_files(shown)
        save_the_state_of_widgets(shown)
        for name in NOTEBOOKS:
            if name != "caseload":
                shown.page.locator(".jp-DirListing-item", has_text=f"{name}.ipynb").dblclick()
            run_all(shown)
            shown.filled(f"{name}.ipynb")
            shown.settled()
            if name == "import":
                imported(shown, tmp_path / "study")
            else:
                if name == "caseload":
                    _all_columns_and_five_patients_are_in_sight(shown)
                _look_and_use(shown, tmp_path)
                if name == "caseload":  # a patient is open below it; test_cohort looks at the cohort
                    assert_accessible(shown)
            _save(shown, folder / f"{name}.ipynb", words)
            if name == "caseload":  # with a patient open below it
                _reload(shown)
                _save(shown, folder / f"{name}.ipynb", words)
            shown.assert_no_complaint()
        shown.assert_nothing_left_the_machine()
    _assert_none_in(words, *(path for path in folder.rglob("*") if path.is_file()))
    assert not [word for word in words if word in lab_server.said]


def test_a_bar_moves_in_lab_before_a_large_study_is_there(chromium: Any, lab_server: Running, tmp_path: Path) -> None:
    with opened_after_a_bar_moved(chromium, lab_server, large_study(tmp_path)):
        pass


def _all_are_tabs_beside_no_list_of_files(shown: Opened) -> None:
    shown.page.locator(".jp-Notebook:visible .jp-CodeCell").wait_for(timeout=READY_MS)
    tabs = shown.page.locator("#jp-main-dock-panel .lm-TabBar-tabLabel").all_inner_texts()
    assert tabs == [f"{name}.ipynb" for name in NOTEBOOKS]
    assert shown.page.locator(".jp-FileBrowser").is_hidden()


def _all_columns_and_five_patients_are_in_sight(shown: Opened) -> None:
    """The columns in the width of the window; five rows also beside the list of files, below a head of one line."""
    wide, seen = shown.root.locator(".fd-scroll").evaluate("one => [one.scrollWidth, one.clientWidth]")
    assert wide <= seen, "columns of the caseload are out of sight"
    shown.page.locator(".jp-SideBar [data-id=filebrowser]").click()
    shown.page.set_viewport_size({"width": 1280, "height": 800})
    end = shown.page.locator("#jp-main-statusbar").bounding_box()["y"]
    for language in ("Deutsch", "Français", "Español", "English"):
        shown.root.locator("select:visible").filter(has_text="Deutsch").select_option(label=language)
        shown.settled()
        fifth = shown.root.locator(".fd-patients tbody tr").nth(4).bounding_box()
        assert fifth["y"] + fifth["height"] <= end, language
        assert shown.root.locator(".fd-head").first.bounding_box()["height"] < 40, language
    shown.page.set_viewport_size({"width": 1280, "height": 900})


def _look_and_use(shown: Opened, folder: Path) -> None:
    shown.drawn()
    _use(shown)
    shown.drawn()
    assert shown.download("Download CSV", folder)[1]
    assert_the_wheel_reaches_the_end(shown)


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


def _save(shown: Opened, stored: Path, words: set[str]) -> None:
    """Save, and look at what is stored: that it ran, that the state of its widgets is there, and nobody in it."""
    save_notebook(shown, stored)
    saved = json.loads(stored.read_text(encoding="utf-8"))
    (code,) = (cell for cell in saved["cells"] if cell["cell_type"] == "code")
    assert code["execution_count"] == 1
    assert [sorted(output["data"]) for output in code["outputs"]] == [
        ["application/vnd.jupyter.widget-view+json", "text/plain"]
    ]
    assert STATE in saved["metadata"].get("widgets", {}), "the state was not saved: this test looks at nothing"
    _assert_none_in(words, stored)


def _reload(shown: Opened) -> None:
    shown.page.reload()
    shown.filled("caseload.ipynb")
    shown.settled()
    shown.page.locator(".jp-Notebook:visible").click(position={"x": 5, "y": 5})


def _assert_none_in(words: set[str], *files: Path) -> None:
    for file in files:
        text = file.read_text(encoding="utf-8")
        plain = json.dumps(json.loads(text), ensure_ascii=False) if file.suffix == ".ipynb" else text
        assert not [word for word in words if word in plain], file.name
