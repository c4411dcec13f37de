"""Rows by bucket: which part a patient belongs to, and tables on disk of which one part's rows are read alone."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.ipc as ipc

from footdrop_analytics.files import write_whole

Ints = npt.NDArray[np.int64]
NOBODY = -1
"""The bucket of lines without a patient."""


@lru_cache(maxsize=1 << 20)
def _hash_of(patient_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(patient_id.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def bucket_of(patient_id: str, count: int) -> int:
    """The part of a patient among ``count``: always the same for an id, on every machine.

    Examples
    --------
    >>> bucket_of("SIM-0001", 1)
    0
    """
    return _hash_of(patient_id) % count


def buckets_of(ids: pd.Series, count: int) -> Ints:
    """The bucket of each row's patient; :data:`NOBODY` without an id."""
    whose = ids if isinstance(ids.dtype, pd.CategoricalDtype) else ids.astype("category")
    of_id = [bucket_of(str(one), count) for one in whose.cat.categories]
    buckets: Ints = np.array([*of_id, NOBODY], dtype=np.int64)[whose.cat.codes.to_numpy()]
    return buckets


def write_by_bucket(frame: pd.DataFrame, buckets: Ints, path: Path) -> list[int]:
    """Write a table so that the rows of one bucket stand together, in their order; the buckets that have rows."""
    order = np.argsort(buckets, kind="stable")
    present, begins = np.unique(buckets[order], return_index=True)
    table = as_arrow(frame.take(order))
    ends = [*begins[1:].tolist(), len(order)]

    def write(file: object) -> None:
        with ipc.new_file(file, table.schema, options=ipc.IpcWriteOptions(compression="lz4")) as out:
            for begin, end in zip(begins.tolist(), ends, strict=True):
                for batch in table.slice(begin, end - begin).to_batches():
                    out.write_batch(batch)

    write_whole(path, write)
    found: list[int] = present.tolist()
    return found


def read_bucket(path: Path, place: int) -> pd.DataFrame:
    """The rows of the bucket that stands at a place of a file of :func:`write_by_bucket`."""
    with pa.memory_map(str(path)) as source:
        batch = ipc.open_file(source).get_batch(place)
        frame: pd.DataFrame = pa.Table.from_batches([batch]).to_pandas()
    return frame


def as_arrow(frame: pd.DataFrame) -> pa.Table:
    """A table as Arrow holds it; columns beyond the contract that it cannot hold become text."""
    try:
        return pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        mixed = frame.select_dtypes(object)
        texts = {str(name): column.map(str, na_action="ignore") for name, column in mixed.items()}
        return pa.Table.from_pandas(frame.assign(**texts), preserve_index=False).combine_chunks()
