"""Columns that arrive with a type (Parquet, data frames): values without a detour through text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.model.columns import ColumnSpec
from footdrop_analytics.model.days import DAY_US
from footdrop_analytics.reading.cells.values import Values, finite, whole_numbers
from footdrop_analytics.reading.sources.raw import Cells

_INT32 = np.iinfo(np.int32)


def parse_typed(cells: Cells, spec: ColumnSpec, timezone: str | None) -> Values | None:
    """The values of a typed column, or None if its type does not fit and its cells have to be read as text."""
    if spec.kind in ("number", "whole") and (pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type)):
        return _numbers(cells, spec)
    if spec.kind in ("date", "timestamp") and (pa.types.is_timestamp(cells.type) or pa.types.is_date(cells.type)):
        return _instants(cells, spec, timezone)
    return None


def _numbers(cells: Cells, spec: ColumnSpec) -> Values:
    if pa.types.is_integer(cells.type) and spec.kind == "whole":
        missing = np.asarray(pc.is_null(cells))
        numbers = np.asarray(pc.fill_null(cells, 0))
        if not len(numbers) or (numbers.min() >= _INT32.min and numbers.max() <= _INT32.max):
            return Values(pd.arrays.IntegerArray(numbers.astype(np.int32), missing))
    # The one copy that is kept; Arrow's own memory is read-only.
    numbers, reasons = finite(np.asarray(cells).astype(np.float64), spec)
    bad = np.array(sorted(reasons), dtype=np.int64)
    values = whole_numbers(numbers) if spec.kind == "whole" else numbers
    return Values(values, bad, [reasons[position] for position in bad.tolist()])


def _instants(cells: Cells, spec: ColumnSpec, timezone: str | None) -> Values:
    """Wall times; those with a time zone of their own on the wall of the stated one, if there is one."""
    zone = cells.type.tz if pa.types.is_timestamp(cells.type) else None
    if zone is not None:
        own = cells if timezone is None else pc.cast(cells, pa.timestamp(cells.type.unit, timezone))
        cells = pc.local_timestamp(own)
    values = np.asarray(pc.cast(cells, pa.timestamp("us"), safe=False))
    values = values if values.flags.writeable else values.copy()
    if spec.kind == "date":
        values = values.astype("datetime64[D]").astype("datetime64[us]")
        return Values(values)
    in_utc = timezone is None and zone in ("UTC", "Z", "+00:00", "Etc/UTC")
    return Values(values, only_utc=in_utc and bool((values.astype(np.int64) % DAY_US != 0).any()))
