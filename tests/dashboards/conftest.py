"""What the tests of all dashboards share: one analysis of the demo study."""

from __future__ import annotations

import pytest

import footdrop_analytics as fd
from tests.project._tree import ROOT


@pytest.fixture(scope="session")
def demo() -> fd.Analysis:
    """The demo study analysed; tests only read it."""
    return fd.analyse(fd.read_study(ROOT / "data" / "demo", today="2025-12-21"))
