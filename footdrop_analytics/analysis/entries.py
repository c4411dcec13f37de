"""The entries and the series of a ledger as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.columns import Floats, Ints, codes_of, numbers_of


@dataclass(frozen=True)
class Entries:
    """Logged rows as they count for a series, sorted by series and session; ``inferred`` rows are not among them.

    ``series``, ``session``, ``day`` (the session's day) and ``row`` (position in ``study.sessions``) of each entry.
    """

    table: pd.DataFrame
    series: Ints
    session: Ints
    day: Ints
    row: Ints

    def number(self, column: str, of: Ints | None = None) -> Floats:
        """A numeric column in the order of the entries, or of some of them; NaN where not recorded."""
        return numbers_of(self.table[column])[self.row if of is None else self.row[of]]

    def code(self, column: str, of: Ints | None = None) -> npt.NDArray[np.int8]:
        """The codes of a key column (−1 = not recorded) in the order of the entries, or of some of them."""
        return np.asarray(codes_of(self.table[column])[self.row if of is None else self.row[of]], dtype=np.int8)


@dataclass(frozen=True)
class SeriesTable:
    """Patient number, exercise (place in the catalogue) and side (place in ``SIDES``) of each series."""

    patient: Ints
    exercise: Ints
    side: Ints

    def __len__(self) -> int:
        return len(self.patient)
