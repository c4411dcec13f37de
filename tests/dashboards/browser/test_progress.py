"""What stands in the browser while a large study is read and analysed, in JupyterLab and in Voilà."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.cohort import write_cohort
from tests.dashboards.browser.driver import opened
from tests.servers import started

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


@pytest.mark.parametrize("command", ["lab", "serve"])
def test_a_bar_moves_before_the_dashboard_is_there(chromium: Any, tmp_path: Path, study: Path, command: str) -> None:
    options = ("--folder", "notebooks") if command == "lab" else ()
    with started(command, tmp_path, *options, study=study) as running:
        for _ in range(ATTEMPTS):
            with opened(chromium, running, "caseload.ipynb") as shown:
                bars = shown.page.evaluate("opening")
                assert bars.pop() == "dashboard"
                widths = [float(width.removesuffix("%")) for width in bars]
                assert widths == sorted(widths)
                shown.assert_no_complaint()
            if len(set(widths)) > 1:
                break
        else:
            pytest.fail("the bar stood still")
