"""Parquet files and data frames into raw cells: types are kept, text is encoded once per distinct text."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from footdrop_analytics.errors import StudyError
from footdrop_analytics.reading.sources.headers import read_header
from footdrop_analytics.reading.sources.limits import checked_parquet, read_groups
from footdrop_analytics.reading.sources.raw import (
    TEXT_CELLS,
    Cells,
    RawTable,
    blank_rows,
    codes_of,
    guarded,
    one_array,
    with_header,
    without_rows,
)
from footdrop_analytics.wording.language import marked


def load_parquet(path: Path, table: str) -> RawTable:
    """Read one Parquet file.

    Raises StudyError if it is not a Parquet file.
    """
    with guarded(path, "Parquet", marked("Text must be UTF-8. Export the file again, or delete it.")):
        with pq.ParquetFile(path, read_dictionary=text_columns(path)) as opened:
            checked_parquet(path.name, opened)
            found = read_groups(path.name, opened)
        found.validate(full=True)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return parquet_table(found, table, path.name, digest)


def text_columns(path: Path) -> list[str]:
    """The columns of a Parquet file that hold text or bytes, also within lists and structures.

    They are read as each distinct text and where it stands: a text that stands in a million cells is in memory once.
    """
    schema = pq.ParquetFile(path).schema
    columns = [schema.column(at) for at in range(len(schema))]
    return [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]


def parquet_table(found: pa.Table, table: str, file: str, digest: str) -> RawTable:
    """Rows of a Parquet file as raw cells."""
    columns = [_cells(column) for column in found.columns]
    return _raw_table(table, file, found.column_names, columns, found.num_rows, digest)


def load_frame(frame: pd.DataFrame, table: str, file: str) -> RawTable:
    """Take one data frame as if it were a file; its index is ignored."""
    names = [str(name) for name in frame.columns]
    columns = [_frame_cells(frame.iloc[:, number]) for number in range(len(names))]
    return _raw_table(table, file, names, columns, len(frame), None)


def _raw_table(
    table: str, file: str, names: list[str], cells: list[Cells], n_rows: int, digest: str | None
) -> RawTable:
    header = read_header(names, table, file)
    columns = dict(zip(header.names, cells, strict=False))
    raw = RawTable(table, file, columns, n_rows, digest or _digest(columns))
    raw = with_header(raw, header)
    return without_rows(raw, blank_rows(raw.columns.values(), raw.n_rows))


def _digest(columns: dict[str, Cells]) -> str:
    """A checksum of the cells, so that a study in memory can be recognised like a file."""
    found = hashlib.sha256()
    for name, cells in columns.items():
        found.update(name.encode("utf-8"))
        if pa.types.is_dictionary(cells.type):
            found.update(json.dumps(cells.dictionary.to_pylist()).encode("utf-8"))
            cells = codes_of(cells)
        else:
            cells = np.asarray(cells)
        found.update(cells.tobytes())
    return found.hexdigest()


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _cells(column: pa.ChunkedArray) -> Cells:
    """Typed columns as they are; text (also encoded in another way) as :data:`TEXT_CELLS`, odd types as text."""
    kind = column.type
    if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
        column, kind = column.cast(kind.value_type), kind.value_type
    types = pa.types
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        column, kind = column.cast(pa.binary()).cast(pa.string()), pa.string()
    if _is_text(kind):
        column = column.dictionary_encode()
    elif types.is_integer(kind) or types.is_floating(kind) or types.is_timestamp(kind) or types.is_date(kind):
        return column
    elif not pa.types.is_dictionary(kind):
        texts = [None if value is None else str(value) for value in column.to_pylist()]
        return pa.array(texts, pa.string()).dictionary_encode().cast(TEXT_CELLS)
    if column.num_chunks == 0:
        return pa.array([], TEXT_CELLS)
    cells = one_array(column.chunks)
    return cells if cells.type == TEXT_CELLS else cells.cast(TEXT_CELLS)


def _frame_cells(column: pd.Series) -> Cells:
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        column = column.astype(kind.categories.dtype if not isinstance(kind.categories, pd.RangeIndex) else "int64")
    if column.dtype == object:
        return object_cells(column.tolist())
    return _cells(pa.chunked_array([pa.array(column, from_pandas=True)]))


def object_cells(values: list[object]) -> pa.DictionaryArray:
    """Cells of any Python type as the texts a spreadsheet would show: ``7`` for 7.0, ISO dates, blanks as missing."""
    return pa.array([object_text(value) for value in values], pa.string()).dictionary_encode()


def object_text(value: object) -> str | None:
    """One cell as text."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            told = "A data frame: a cell holds bytes that are not UTF-8 text. Decode the column first."
            raise StudyError(told) from None
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).upper()
    if isinstance(value, (float, np.floating)):
        if np.isnan(value):
            return None
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    if isinstance(value, (dt.datetime, np.datetime64)):
        moment = pd.Timestamp(value)
        return None if pd.isna(moment) else str(moment.tz_localize(None)).removesuffix(" 00:00:00")
    return str(value)
