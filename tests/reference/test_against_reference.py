"""The package agrees with the slow reference on random studies."""

from __future__ import annotations

import pytest

from tests.reference.compare import COMPARISONS, compare

SEEDS = range(1, 5)
"""More of them: ``python -m tests.reference.compare --seeds 500``."""


@pytest.mark.parametrize("what", COMPARISONS)
@pytest.mark.parametrize("seed", SEEDS)
def test_agrees_with_the_reference(seed: int, what: str) -> None:
    lines = compare(seed, what)
    assert not lines, "\n".join(lines[:20])
