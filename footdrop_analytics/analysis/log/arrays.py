"""Small tools on whole columns that every analysis shares: days as numbers, runs of equal keys, sums per run, rows.

Modules of the analysis import its types by name, and call its functions as ``cols.day_keys``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.days import DAY_US, day_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TOLERANCE = 1e-9
"""Thresholds are compared with this tolerance, so that 16 of 20 is 0.80."""

NO_DAY = -1
"""A day number that stands for no day (day 0 is 1970-01-01; every log is later)."""

FAR_DAY = 1 << 19
"""A day number after every date that a log can hold (the year 3405)."""

DAY_BITS = 20
_LAST_DAY = (1 << DAY_BITS) - 1
_NOT_A_TIME = np.iinfo(np.int64).min
"""How NumPy stores a missing time as a whole number."""
_TEXT = pd.StringDtype(na_value=np.nan)


def as_day(value: object, name: str) -> int:
    """The day number (days since 1970-01-01) of a date, Timestamp or ISO text."""
    day = int(day_of(value, name).to_datetime64().astype("datetime64[D]").astype(np.int64))
    if day >= FAR_DAY:
        raise ParameterError(f"{name}: no log can be of {value}; expected a day before the year 3400.")
    return day


def known_day(day: pd.Timestamp) -> int:
    """The day number of a Timestamp; ``NO_DAY`` if it is missing."""
    return NO_DAY if pd.isna(day) else as_day(day, "day")


def timestamp_of(day: int) -> pd.Timestamp:
    """The Timestamp of a day number."""
    return pd.Timestamp(day, unit="D").as_unit("us")


def day_numbers(dates: pd.Series, missing: int = NO_DAY) -> Ints:
    """Whole days since 1970-01-01 of a datetime column; ``missing`` where it is missing."""
    days = np.asarray(dates.array, dtype="datetime64[D]").astype(np.int64)
    days[days == _NOT_A_TIME] = missing
    return days


def dates_from(days: Ints) -> ExtensionArray:
    """A datetime column from day numbers; missing where the number is negative or far in the future."""
    known = (days >= 0) & (days < FAR_DAY)
    column: ExtensionArray = pd.array(np.where(known, days * DAY_US, _NOT_A_TIME).view("datetime64[us]"))
    return column


def monday_of(days: Ints) -> Ints:
    """The Monday of each day's calendar week (1970-01-01 was a Thursday)."""
    return days - (days + 3) % 7


def day_keys(groups: Ints, days: Ints) -> Ints:
    """One sortable number for a group (series, patient …) and a day; days outside the range are clipped into it."""
    keys: Ints = groups.astype(np.int64, copy=False) << DAY_BITS
    keys |= np.clip(days, 0, _LAST_DAY)
    return keys


def days_of_keys(keys: Ints) -> Ints:
    """The day of each key of :func:`day_keys`."""
    return keys & _LAST_DAY


def run_starts(*keys: npt.NDArray[np.generic]) -> Ints:
    """The positions at which a run of equal keys begins, in columns already sorted by these keys."""
    size = len(keys[0])
    if size == 0:
        return np.empty(0, dtype=np.int64)
    begins = np.zeros(size, dtype=bool)
    begins[0] = True
    for key in keys:
        begins[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(begins)


def run_ends(*keys: npt.NDArray[np.generic]) -> Ints:
    """The positions at which a run of equal keys ends, in columns already sorted by these keys."""
    starts = run_starts(*keys)
    return np.append(starts[1:], len(keys[0])) - 1 if len(starts) else starts


def run_lengths(starts: Ints, size: int) -> Ints:
    """How long each run is, of those that begin at ``starts`` in a column of so many values."""
    return np.append(starts[1:], size) - starts


def run_numbers(starts: Ints, size: int) -> Ints:
    """For each position the number (from 0) of the run that it belongs to."""
    return np.repeat(np.arange(len(starts)), run_lengths(starts, size))


def reduced(reduce: np.ufunc, values: npt.NDArray[Any], begins: Ints) -> npt.NDArray[Any]:
    """``reduce`` (``np.add``, ``np.maximum`` …) of each run of the values, which begin at ``begins`` and fill them."""
    if len(begins) == len(values) and values.dtype == np.float64:
        # Every run is one value: so are most days of a log.
        return values.copy()
    return reduce.reduceat(values, begins) if len(begins) else values[:0]


def counted(holds: Bools, begins: Ints) -> Ints:
    """In how many places of each run something holds."""
    return reduced(np.add, holds, begins).astype(np.int64, copy=False)


def up_to(keys: Ints, wanted: Ints) -> Ints:
    """How many of some rising keys are at most each wanted one."""
    if len(keys) < len(wanted) and not (wanted[1:] < wanted[:-1]).any():
        # Of two that rise the fewer are searched in the many.
        return np.cumsum(np.bincount(np.searchsorted(wanted, keys), minlength=len(wanted) + 1)[:-1])
    return np.searchsorted(keys, wanted, side="right")


def latest(keys: Ints, groups: Ints, days: Ints) -> Ints:
    """Of some rising day keys the last one of each group that is not after a day: its place, −1 where there is none."""
    place = up_to(keys, day_keys(groups, days)) - 1
    has = (np.append(keys, -1)[place] >> DAY_BITS == groups) & (days >= 0)
    return np.where(has, place, -1)


def running_total(values: npt.NDArray[np.generic]) -> Ints:
    """Totals before each position and after the last: ``total[b] - total[a]`` is the sum of ``values[a:b]``."""
    total = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=total[1:])
    return total


def sums_between(values: Floats, low: Ints, high: Ints) -> Floats:
    """Sum of ``values[low:high]`` for each pair; 0 where the slice is empty.

    Each slice is added up by itself (no differences of a running total), so that one patient's sum never carries the
    rounding of another's.
    """
    sums = np.zeros(len(low))
    filled = np.flatnonzero(high > low)
    if len(filled):
        bounds = np.column_stack((low[filled], high[filled])).ravel()
        sums[filled] = np.add.reduceat(np.append(values, 0.0), bounds)[::2]
    return sums


def totals_of(groups: Ints, values: npt.NDArray[np.generic], size: int) -> Floats:
    """Sum of the values of each group 0 … size − 1."""
    return np.bincount(groups, weights=values, minlength=size).astype(np.float64, copy=False)


def median_of_rows(values: Floats, count: Ints | None = None) -> Floats:
    """The median of the known values of each row, or of the first ``count`` in order of size; NaN without any."""
    known = (~np.isnan(values)).sum(axis=1) if count is None else count
    ordered = np.sort(values, axis=1)
    rows, low = np.arange(len(values)), np.maximum((known - 1) // 2, 0)
    middle = (ordered[rows, low] + ordered[rows, np.minimum(known // 2, values.shape[1] - 1)]) / 2
    return np.where(known > 0, middle, np.nan)


def ranges(counts: Ints) -> Ints:
    """0, 1, … counts[0] − 1, 0, 1, … counts[1] − 1, …: the position inside each of several lists laid end to end."""
    ends = np.cumsum(counts)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - counts, counts)


def beside(rising: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Every wanted one beside every place of its like among some that rise: its position, and that place."""
    low = np.searchsorted(rising, wanted)
    count = np.searchsorted(rising, wanted, side="right") - low
    return np.repeat(np.arange(len(wanted)), count), np.repeat(low, count) + ranges(count)


def looked_up(keys: Ints, values: npt.NDArray[Any], wanted: Ints, missing: object) -> npt.NDArray[Any]:
    """The value of each wanted key (0 or more) of some that rise; ``missing`` where it is not among them."""
    at = np.searchsorted(keys, wanted)
    found: npt.NDArray[Any] = np.append(values, np.array(missing))[np.where(np.append(keys, -1)[at] == wanted, at, -1)]
    return found


def those_at(places: npt.NDArray[Any], size: int) -> Bools:
    """Of so many, which are at one of the places."""
    found = np.zeros(size, dtype=bool)
    found[places] = True
    return found


def whole(values: npt.NDArray[np.generic], known: Bools | None = None) -> ExtensionArray:
    """A nullable whole-number column, missing where ``known`` is false."""
    missing = np.zeros(len(values), dtype=bool) if known is None else ~known
    return pd.arrays.IntegerArray(values.astype(np.int64), missing)


def truth(values: Bools, known: Bools | None = None) -> ExtensionArray:
    """A nullable column of true and false, missing where ``known`` is false."""
    missing = np.zeros(len(values), dtype=bool) if known is None else ~known
    return pd.arrays.BooleanArray(values.astype(bool), missing)


def texts(values: Sequence[str | None] | npt.NDArray[np.object_]) -> ExtensionArray:
    """A text column, missing where a value is None."""
    array: Any = pd.arrays.ArrowStringArray
    column: ExtensionArray = array(pa.array(values, type=pa.large_string(), from_pandas=True), dtype=_TEXT)
    return column


def categories(codes: npt.NDArray[np.integer], names: tuple[str, ...] | pd.CategoricalDtype) -> pd.Categorical:
    """A category column from codes; −1 is missing."""
    kinds = _kinds(names) if isinstance(names, tuple) else names
    return pd.Categorical.from_codes(codes, dtype=kinds, validate=False)


@lru_cache(maxsize=64)
def _kinds(names: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(names, dtype="str"))


def table_of(columns: Mapping[str, ExtensionArray | npt.NDArray[Any]]) -> pd.DataFrame:
    """A result table of columns that were made for it alone: they are taken as they are, not copied."""
    table = pd.DataFrame(dict(enumerate(columns.values())), copy=False)
    # Names of columns are looked up by a table of their own: made once for each kind of result.
    table.columns = _names(tuple(columns)).view()
    return table


@lru_cache(maxsize=64)
def _names(columns: tuple[str, ...]) -> pd.Index:
    return pd.Index(columns, dtype="str")


def codes_of(column: pd.Series) -> npt.NDArray[np.signedinteger]:
    """The codes of a category column (−1 = missing)."""
    found: npt.NDArray[np.signedinteger] = column.array.codes
    return found


def code_of(column: pd.Series, key: str) -> int:
    """The code of one key of a category column."""
    return int(column.array.categories.get_loc(key))


def holds_key(column: pd.Series, key: str) -> Bools:
    """Where a category column holds a key."""
    found: Bools = codes_of(column) == code_of(column, key)
    return found


def microseconds(times: pd.Series) -> Ints:
    """Microseconds since 1970 of a datetime column, not copied; meaningless where it is missing."""
    return np.asarray(times.array, dtype="datetime64[us]").view(np.int64)


def objects_of(column: pd.Series) -> npt.NDArray[np.object_]:
    """A column as objects; None where missing."""
    array: Any = column.array
    found: npt.NDArray[np.object_] = array.to_numpy(dtype=object, na_value=None)
    return found


def numbers_of(column: pd.Series) -> Floats:
    """A numeric column; NaN where missing."""
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def share(part: npt.NDArray[np.generic], total: npt.NDArray[np.generic]) -> Floats:
    """part / total, missing where the total is 0."""
    out = np.full(len(part), np.nan)
    np.divide(part, total, out=out, where=np.asarray(total) != 0)
    return out


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

    def all_bits(self, bits: Ints) -> Ints:
        """The bits that are set in any row of each group."""
        return self._reduced(np.bitwise_or, bits)

    def _reduced(self, reduce: np.ufunc, values: Column) -> Column:
        return reduced(reduce, values[self._order], self._begins)
