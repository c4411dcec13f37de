"""The cohort as a team lead uses it, in Voilà; ``test_lab`` has the same dashboards in JupyterLab."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.dashboards.browser.driver import (
    Opened,
    assert_accessible,
    assert_prints_whole,
    assert_readable_at_twice_the_size,
    assert_the_keyboard_reaches_every_control,
    assert_the_wheel_reaches_the_end,
    opened,
)
from tests.dashboards.browser.leaving import assert_leaving_ends_the_kernel
from tests.servers import Running

pytestmark = pytest.mark.browser


def test_a_cohort_is_looked_at_and_the_page_left(chromium: Any, voila_server: Running, tmp_path: Path) -> None:
    with opened(chromium, voila_server, "cohort.ipynb") as shown:
        shown.drawn()
        assert shown.page.locator(".fd-chart.fd-live").count() >= 4
        assert_prints_whole(shown, pages=7, head="13 of 13 patients")
        _groups_are_changed(shown)
        _tables_are_exported(shown, tmp_path)
        assert_the_wheel_reaches_the_end(shown)
        assert_the_keyboard_reaches_every_control(shown)
        assert_accessible(shown)
        assert_readable_at_twice_the_size(shown)
        shown.assert_no_complaint()
        shown.assert_nothing_left_the_machine()
        assert_leaving_ends_the_kernel(shown)


def _groups_are_changed(shown: Opened) -> None:
    group = shown.root.get_by_label("Group by", exact=True)
    labels = group.locator("option").all_inner_texts()
    assert labels == ["Exercise", "Aetiology"], "nobody's arm is recorded in the demo"
    assert not shown.root.get_by_label("Arm", exact=True).is_visible()
    seen = set()
    for label in labels:
        group.select_option(label=label)
        shown.settled()
        shown.drawn()
        seen.add(shown.root.inner_text())
    assert len(seen) == len(labels)
    assert shown.root.locator(".fd-alert").count() == 0


def _tables_are_exported(shown: Opened, folder: Path) -> None:
    which = shown.root.get_by_label("Table", exact=True)
    for label in which.locator("option").all_inner_texts():
        which.select_option(label=label)
        shown.settled()
        name, rows = shown.download("Download CSV", folder)
        assert name == f"cohort-{'_'.join(label.split())}-2025-12-21.csv"
        assert len(pd.read_csv(io.BytesIO(rows), encoding="utf-8-sig").columns) > 1
    name, page = shown.download("Save this page", folder)
    assert name == "cohort-2025-12-21.html"
    text = page.decode("utf-8")
    assert "<svg" in text
    assert "<script" not in text
