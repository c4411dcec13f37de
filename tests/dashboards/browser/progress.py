"""What stands in the browser while a large study is read and analysed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cohort import write_cohort
from tests.dashboards.browser.driver import Opened, opened
from tests.servers import Running

PATIENTS = 1_000
"""So many that reading and analysing takes longer than the page needs to show a bar; how far it is then, who knows."""

ATTEMPTS = 3
"""On a busy machine a page may come so late that all is analysed."""


def large_study(folder: Path) -> Path:
    """A study that takes a while to be read and analysed."""
    write_cohort(folder, PATIENTS, exercises=3)
    return folder


@contextmanager
def opened_after_a_bar_moved(browser: Any, running: Running, study: Path) -> Iterator[Opened]:
    """The caseload of the large study, of which a bar was seen to move before it came."""
    for _ in range(ATTEMPTS):
        with opened(browser, running, "caseload.ipynb", str(study)) as shown:
            bars = shown.page.evaluate("opening")
            assert bars.pop() == "dashboard"
            assert f"{PATIENTS:,} of {PATIENTS:,} patients" in shown.root.locator(".fd-head").inner_text()
            widths = [float(width.removesuffix("%")) for width in bars]
            assert widths == sorted(widths)
            if len(set(widths)) > 1:
                yield shown
                shown.assert_no_complaint()
                return
    pytest.fail("the bar stood still")
