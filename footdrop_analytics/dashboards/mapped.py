"""Tables in files that several processes map: memory holds them once, however many look at them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionDtype
from pyarrow import ipc

from footdrop_analytics.model.columns import TEXT

_NUMBERS = "biuf"


def write_mapped(frame: pd.DataFrame, file: BinaryIO) -> None:
    """The columns as they lie in memory, none packed and none with gaps: a file that is mapped is their memory."""
    empty = pa.Table.from_pandas(frame.iloc[:0])
    # One piece each: a text column may be in none, and categories are part of a piece.
    kinds = pa.RecordBatch.from_arrays([one.combine_chunks() for one in empty.columns], schema=empty.schema)
    with ipc.new_stream(file, kinds.schema) as out:
        out.write_batch(kinds)
    plain = {part: one for name in frame for part, one in _arrays_of(str(name), frame[name]).items()}
    table = pa.table(plain).combine_chunks()
    with ipc.new_stream(file, table.schema) as out:
        out.write_table(table)


def _arrays_of(name: str, column: pd.Series) -> dict[str, Any]:
    """The plain arrays that a column consists of."""
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return {name: _plain(column.cat.codes.to_numpy())}
    if isinstance(kind, ExtensionDtype) and kind.kind in _NUMBERS:
        values = column.to_numpy(dtype=kind.type, na_value=kind.type(0))
        return {name: _plain(values), _where_missing(name): _plain(column.isna().to_numpy())}
    if kind.kind in f"{_NUMBERS}M":
        return {name: _plain(column.to_numpy())}
    return {name: pa.array(column.array, from_pandas=True)}


def _where_missing(name: str) -> str:
    """No header begins with a blank, because headers are trimmed."""
    return f" {name}"


def _plain(values: np.ndarray[Any, Any]) -> pa.Array:
    """Numbers as Arrow has them without gaps; what is missing stays the value that stands for it."""
    as_numbers = {"b": np.uint8, "M": np.int64}.get(values.dtype.kind)
    return pa.array(values if as_numbers is None else values.view(as_numbers), from_pandas=False)


def mapped(path: Path) -> pd.DataFrame:
    """The table in a file of :func:`write_mapped`; memory is taken for those columns alone that are looked at."""
    with pa.memory_map(str(path)) as file:
        kinds = ipc.open_stream(file).read_all().to_pandas().dtypes
        table = ipc.open_stream(file).read_all()
    columns = {str(name): _column(table, str(name), kind) for name, kind in kinds.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows), copy=False)


def _column(table: pa.Table, name: str, kind: Any) -> Any:
    if isinstance(kind, pd.CategoricalDtype):
        if not len(kind.categories):  # that they are texts is lost where there are none
            kind = pd.CategoricalDtype(pd.Index([], dtype=TEXT), kind.ordered)
        return pd.Categorical.from_codes(_numbers(table[name]), dtype=kind, validate=False)
    if kind.kind == "O":
        return table[name].to_pandas()
    values = _numbers(table[name])
    if isinstance(kind, ExtensionDtype):
        of_kind: Any = kind.construct_array_type()
        return of_kind(values.view(kind.type), _numbers(table[_where_missing(name)]).view(bool))
    return values.view(kind)


def _numbers(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    chunks = column.chunks or [pa.array([], column.type)]
    values: np.ndarray[Any, Any] = chunks[0].to_numpy(zero_copy_only=True)
    return values
