"""What stands in the browser while a large study is read and analysed, in JupyterLab and in Voilà."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.cohort import write_cohort
from tests.dashboards.browser.driver import opened
from tests.servers import Running, started

pytestmark = pytest.mark.browser

PATIENTS = 1_000
"""So many that reading and analysing takes longer than the page needs to show a bar; how far it is then, who knows."""

ATTEMPTS = 3
"""On a busy machine a page may come so late that all is analysed."""


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    write_cohort(folder, PATIENTS, exercises=3)
    return folder


def test_a_bar_moves_before_the_dashboard_is_there_in_lab(chromium: Any, lab_server: Running, study: Path) -> None:
    _a_bar_moves(chromium, lab_server, study)


def test_a_bar_moves_before_the_dashboard_is_there(chromium: Any, tmp_path: Path, study: Path) -> None:
    with started("serve", tmp_path, study=study) as running:
        _a_bar_moves(chromium, running, study)


def _a_bar_moves(browser: Any, running: Running, study: Path) -> None:
    for _ in range(ATTEMPTS):
        with opened(browser, running, "caseload.ipynb", str(study)) as shown:
            bars = shown.page.evaluate("opening")
            assert bars.pop() == "dashboard"
            assert f"{PATIENTS:,} of {PATIENTS:,} patients" in shown.root.locator(".fd-head").inner_text()
            widths = [float(width.removesuffix("%")) for width in bars]
            assert widths == sorted(widths)
            shown.assert_no_complaint()
        if len(set(widths)) > 1:
            break
    else:
        pytest.fail("the bar stood still")
