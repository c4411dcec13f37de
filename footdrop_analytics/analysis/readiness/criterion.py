"""One rule held against every active series, and arithmetic with true, false and missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from footdrop_analytics.analysis.log.arrays import Bools, Ints
from footdrop_analytics.analysis.wording import Words, alike
from footdrop_analytics.knowledge import Rule

Three = npt.NDArray[np.int8]
"""1 true, 0 false, −1 missing."""
TRUE, FALSE, MISSING = 1, 0, -1


@dataclass(frozen=True)
class Criterion:
    """One rule for every active series: one entry of the arrays per entry of the practice."""

    rule: Rule
    met: Three
    observed: Words
    threshold: Words
    first: Ints
    last: Ints
    n: Ints
    applicable: Bools


def three(true: Bools, missing: Bools) -> Three:
    """Three values from two masks; missing wins."""
    return np.where(missing, MISSING, true.astype(np.int8)).astype(np.int8)


def all_of(*parts: Three) -> Three:
    """False if one is false, else missing if one is missing, else true."""
    stacked = np.stack(parts)
    return np.where((stacked == FALSE).any(0), FALSE, np.where((stacked == MISSING).any(0), MISSING, TRUE)).astype(
        np.int8
    )


def criterion_of(
    rule: Rule, met: Three, observed: Words, threshold: str | Words, first: Ints, last: Ints, n: Ints
) -> Criterion:
    """A rule's result for every active series, for now as if it applied to all of them."""
    size = len(met)
    limits = alike(threshold, size) if isinstance(threshold, str) else threshold
    return Criterion(rule, met, observed, limits, first, last, n, np.ones(size, dtype=bool))
