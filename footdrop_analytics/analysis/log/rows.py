"""Rows as plain columns, and the rows of each group: a table of pandas costs much for a handful of rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from footdrop_analytics.analysis.log.arrays import Bools, Ints, reduced, run_lengths, run_starts

Column = npt.NDArray[Any]
Rows = dict[str, Column]
"""Columns of equal length by their names."""


def picked(rows: Rows, where: Bools | Ints) -> Rows:
    """Some of the rows: those where a condition holds, or at these positions."""
    return {name: column[where] for name, column in rows.items()}


def stacked(parts: list[Rows]) -> Rows:
    """The rows of several parts (at least one, with the same columns) one below the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


@dataclass(frozen=True)
class Groups:
    """The rows that share a number (a patient, say); the results have one entry per entry of ``keys``."""

    of: Ints

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(self.of, kind="stable")

    @cached_property
    def _begins(self) -> Ints:
        return run_starts(self.of[self._order])

    @property
    def keys(self) -> Ints:
        """The number of each group, rising."""
        return self.of[self._order[self._begins]]

    @property
    def sizes(self) -> Ints:
        """How many rows each group has."""
        return run_lengths(self._begins, len(self.of))

    def highest(self, values: Column) -> Column:
        """The highest value of each group."""
        return self._reduced(np.maximum, values)

    def total(self, values: Column) -> Column:
        """The sum of each group's values."""
        return self._reduced(np.add, values)

    def has(self, holds: Bools) -> Bools:
        """Whether something holds in any row of each group."""
        return self._reduced(np.logical_or, holds)

    def all_bits(self, bits: Ints) -> Ints:
        """The bits that are set in any row of each group."""
        return self._reduced(np.bitwise_or, bits)

    def _reduced(self, reduce: np.ufunc, values: Column) -> Column:
        return reduced(reduce, values[self._order], self._begins)
