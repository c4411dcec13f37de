"""Runs of different lengths as rectangular blocks, where a median or a sum of each run is one pass over rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from footdrop_analytics.analysis.log.arrays import Bools, Floats, Ints, median_of_rows, run_lengths, run_starts

_CELLS = 1 << 20
"""A block holds about so many cells, so that it stays in the processor's cache and memory stays bounded."""
_LEAST_WIDTH = 8


@dataclass(frozen=True)
class Block:
    """Runs (``rows``, by number) of nearly one length: ``place`` of each of their values, where ``filled``."""

    rows: Ints
    place: Ints
    filled: Bools
    count: Ints

    def of(self, values: npt.NDArray[Any], beyond: float = 0.0) -> Floats:
        """The values as a block, with ``beyond`` behind each run's end."""
        return np.where(self.filled, values[self.place], beyond)

    def medians(self, values: Floats) -> Floats:
        """Median of each row's filled cells."""
        return median_of_rows(np.where(self.filled, values, np.inf), self.count)


def blocks(begins: Ints, count: Ints) -> Iterator[Block]:
    """Runs that begin at ``begins`` with ``count`` values each, in blocks.

    A run's width depends on its own length alone, so that sums of one patient never depend on who else is there.
    """
    width = _widths(count)
    for wide in np.unique(width):
        runs, at_once = np.flatnonzero(width == wide), max(_CELLS // int(wide), 1)
        for low in range(0, len(runs), at_once):
            rows = runs[low : low + at_once]
            steps, own = np.arange(wide), count[rows]
            filled = steps < own[:, None]
            yield Block(rows, begins[rows][:, None] + np.where(filled, steps, 0), filled, own)


def _widths(count: Ints) -> Ints:
    """Lengths rounded up to one of four between a power of two and the next."""
    step = np.maximum(_LEAST_WIDTH, 2 ** np.floor(np.log2(np.maximum(count, 1))).astype(np.int64) // 4)
    return -(-count // step) * step


def medians_of(groups: Ints, values: Floats, size: int) -> Floats:
    """Median of the values of each group 0 … size − 1; NaN without any. The groups are sorted, the values known."""
    begins, medians = run_starts(groups), np.full(size, np.nan)
    for block in blocks(begins, run_lengths(begins, len(groups))):
        medians[groups[begins[block.rows]]] = block.medians(block.of(values))
    return medians
