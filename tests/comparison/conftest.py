"""The small study of the command line's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import write_study


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write_study(tmp_path / "good", ["P1", "P2", "P3"])
