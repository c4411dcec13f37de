"""The log of one patient as it counts for each series: which rows, of which days, and how many."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.log.arrays import Bools, holds_key, run_starts
from footdrop_analytics.analysis.log.daily_performance import Performance

Key = tuple[str, str]
Stamps = npt.NDArray[np.datetime64]
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class PatientLog:
    """The log of the one patient that ``performance`` is about, up to its ``as_of``; inferred rows are left out."""

    performance: Performance

    @cached_property
    def _ranges(self) -> dict[Key, range]:
        """Where the entries of each series stand in the log."""
        log = self.performance.log
        begins = run_starts(log.entries.series)
        labels: dict[str, Any] = log.labels(log.entries.series[begins])
        ends = np.append(begins, len(log.entries.series)).tolist()
        keys = zip(labels["exercise"].tolist(), labels["side"].tolist(), strict=True)
        return {key: range(*span) for key, span in zip(keys, pairwise(ends), strict=True)}

    @property
    def keys(self) -> list[Key]:
        """The series that have any row."""
        return list(self._ranges)

    @cached_property
    def days(self) -> list[int]:
        """The day number of each entry of the log."""
        return list(self.performance.log.entries.day.tolist())

    def places(self, key: Key, first: date, last: date) -> range:
        """Where the rows of a series between two days stand in the log."""
        own = self._ranges.get(key, range(0))
        begin = bisect_left(self.days, day_number(first), own.start, own.stop)
        return range(begin, bisect_right(self.days, day_number(last), begin, own.stop))

    def table(self, keys: Sequence[Key], first: date, last: date) -> pd.DataFrame:
        """The rows of the study's log that count for any of the series between two days, in the order of the log."""
        chosen = [place for key in keys for place in self.places(key, first, last)]
        log = self.performance.log
        found = np.unique(log.entries.row[np.array(chosen, dtype=np.int64)])
        return log.study.sessions.iloc[found].reset_index(drop=True)

    def logged(self, key: Key) -> bool:
        """Whether a series has any row, if only a skipped one."""
        return key in self._ranges

    def logged_between(self, first: date, last: date, key: Key | None = None) -> bool:
        """Whether any row, of one series or of all, is of these days, if only a skipped one."""
        keys = self.keys if key is None else [key]
        return any(self.places(one, first, last) for one in keys)

    @cached_property
    def performed_at(self) -> Stamps:
        """When each row of the files was performed."""
        return self.performance.log.study.sessions["performed_at"].to_numpy()

    @cached_property
    def _stamps(self) -> Stamps:
        """The same of each row that counts; a row for both sides counts once here."""
        return self.performed_at[np.unique(self.performance.log.entries.row)]

    @property
    def n_rows(self) -> int:
        """Rows that count."""
        return len(self._stamps)

    @property
    def n_without_time(self) -> int:
        """Those of them that have a day, but no clock time."""
        return int((self._stamps == self._stamps.astype("datetime64[D]")).sum())

    @property
    def n_inferred(self) -> int:
        """Rows up to ``as_of`` that nobody observed: they are kept and take part in nothing."""
        inferred = holds_key(self.performance.log.study.sessions["source"], "inferred")
        return int((inferred & ~self._later).sum())

    @property
    def n_later(self) -> int:
        """Rows of the files that are later than ``as_of`` and take part in nothing."""
        return int(self._later.sum())

    @cached_property
    def _later(self) -> Bools:
        end = np.datetime64(self.performance.log.as_of, "D") + np.timedelta64(1, "D")
        return self.performed_at >= end


def day_number(day: date) -> int:
    """Days since 1970-01-01, as ledgers count them."""
    return day.toordinal() - _EPOCH


def day_of_number(number: int) -> date:
    """The day of so many days since 1970-01-01."""
    return date.fromordinal(number + _EPOCH)
