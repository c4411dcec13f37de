"""Two analyses that all tests here look at."""

from __future__ import annotations

import pytest

import footdrop_analytics as fd
from tests.golden.hashes import demo_analysis, simulated_analysis


@pytest.fixture(scope="package")
def demo() -> fd.Analysis:
    return demo_analysis()


@pytest.fixture(scope="package")
def simulated() -> fd.Analysis:
    return simulated_analysis()
