"""The import page in Voilà: from a dropped file to the caseload; ``test_lab`` has it in JupyterLab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import footdrop_analytics as fd
from tests.dashboards.browser.driver import (
    assert_accessible,
    assert_readable_at_twice_the_size,
    assert_the_keyboard_reaches_every_control,
    opened,
)
from tests.dashboards.browser.imported import imported
from tests.servers import Running

pytestmark = pytest.mark.browser


def test_from_a_file_to_the_caseload_in_a_page(chromium: Any, voila_server: Running, tmp_path: Path) -> None:
    with opened(chromium, voila_server, "import.ipynb") as shown:
        imported(shown, tmp_path / "study")
        assert_accessible(shown)
        assert_the_keyboard_reaches_every_control(shown)
        assert_readable_at_twice_the_size(shown)
        shown.assert_no_complaint()
        shown.assert_nothing_left_the_machine()
    assert fd.read_study(tmp_path / "study").sessions["exercise"].tolist() == ["heel_raise"] * 3
