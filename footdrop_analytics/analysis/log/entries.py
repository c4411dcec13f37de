"""The entries and the series of a log as columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.log.arrays import Bools, Floats, Ints, code_of, codes_of, numbers_of
from footdrop_analytics.model.days import DAY_US
from footdrop_analytics.model.study import Study


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
        if column not in self._numbers:
            self._numbers[column] = numbers_of(self.table[column])[self.row]
            self._numbers[column].flags.writeable = False
        whole = self._numbers[column]
        return whole if of is None else whole[of]

    @cached_property
    def _numbers(self) -> dict[str, Floats]:
        """The numeric columns that were asked for: several analyses look at the same."""
        return {}

    def code(self, column: str, of: Ints | None = None) -> npt.NDArray[np.int8]:
        """The codes of a key column (−1 = not recorded) in the order of the entries, or of some of them."""
        return np.asarray(codes_of(self.table[column])[self.row if of is None else self.row[of]], dtype=np.int8)

    def holds(self, column: str, key: str) -> Bools:
        """Which entries hold a key in a key column."""
        found: Bools = self.code(column) == code_of(self.table[column], key)
        return found


def is_failed(reps: Floats, hold_s: Floats, in_seconds: Bools) -> Bools:
    """Whether what was tried is a failed attempt: 0 repetitions without a hold, or 0 s where seconds count."""
    failed: Bools = ((reps == 0) & ~(hold_s > 0)) | (in_seconds & (hold_s == 0))
    return failed


def is_late(performed: Ints, recorded: Ints) -> Bools:
    """Whether rows were written down more than a day later; by date where one of the two has no clock time.

    Both in microseconds since 1970; meaningless where one of them is missing.
    """
    by_date = (performed % DAY_US == 0) | (recorded % DAY_US == 0)
    days_later = recorded // DAY_US - performed // DAY_US
    late: Bools = np.where(by_date, days_later > 1, recorded - performed > DAY_US)
    return late


@dataclass(frozen=True)
class SeriesTable:
    """Patient number, exercise (place in the catalogue) and side (place in ``SIDES``) of each series."""

    patient: Ints
    exercise: Ints
    side: Ints

    def __len__(self) -> int:
        return len(self.patient)


def patient_index(study: Study) -> pd.Index:
    """The ids of all patients with any row in a study, sorted as text."""
    known, of_rows = sorted(study.known_ids), study.sessions["patient_id"].array.categories
    return of_rows if of_rows.tolist() == known else pd.Index(known, dtype="str")


def patient_numbers(table: pd.DataFrame, patients: pd.Index) -> Ints:
    """Position of each row's patient in ``patients``."""
    if len(table) == 0:
        return np.empty(0, dtype=np.int64)
    whose = table["patient_id"]
    codes, own = codes_of(whose), whose.array.categories
    if own is patients or own.equals(patients):
        return codes.astype(np.int64)
    number: Ints = patients.get_indexer(pd.Index(own, dtype="str")).astype(np.int64)[codes]
    return number
