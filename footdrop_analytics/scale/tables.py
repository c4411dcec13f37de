"""Tables on disk: what was read by the buckets of patients, and those of a part as Parquet, with reading's types."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

from footdrop_analytics.errors import StudyError
from footdrop_analytics.files import checksum, write_whole
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.rows import stacked_frames, used_ids
from footdrop_analytics.wording.language import study_error

Ints = npt.NDArray[np.int64]
_ID = "patient_id"
_AGAIN = "footdrop partition"
NOBODY = -1
"""The bucket of lines without a patient."""
ROWS_PER_GROUP = 262_144
"""Rows are sorted by patient: so few of a part have to be read to show one patient."""


@lru_cache(maxsize=1 << 20)
def bucket_of(patient_id: str, count: int) -> int:
    """The part of a patient among ``count``: always the same for an id, on every machine."""
    digest = hashlib.blake2b(patient_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % count


def buckets_of(ids: pd.Series, count: int) -> Ints:
    """The bucket of each row's patient; :data:`NOBODY` without an id."""
    whose = ids if isinstance(ids.dtype, pd.CategoricalDtype) else ids.astype("category")
    of_id = [bucket_of(str(one), count) for one in whose.cat.categories]
    buckets: Ints = np.array([*of_id, NOBODY], dtype=np.int64)[whose.cat.codes.to_numpy()]
    return buckets


def write_by_bucket(frame: pd.DataFrame, buckets: Ints, path: Path) -> list[int]:
    """Write a table so that the rows of one bucket stand together, in their order; the buckets that have rows."""
    order = np.argsort(buckets, kind="stable")
    in_order = buckets[order]
    begins = np.flatnonzero(np.diff(in_order, prepend=in_order[:1] - 1))
    table = as_arrow(frame.take(order))
    ends = [*begins[1:].tolist(), len(order)]

    def write(file: object) -> None:
        with ipc.new_file(file, table.schema, options=ipc.IpcWriteOptions(compression="lz4")) as out:
            for begin, end in zip(begins.tolist(), ends, strict=True):
                for batch in table.slice(begin, end - begin).to_batches():
                    out.write_batch(batch)

    write_whole(path, write)
    present: list[int] = in_order[begins].tolist()
    return present


def read_bucket(path: Path, place: int) -> pa.Table:
    """The rows of the bucket that stands at a place of a file of :func:`write_by_bucket`."""
    with _in_words(path, _AGAIN), pa.memory_map(str(path)) as source:
        return pa.Table.from_batches([ipc.open_file(source).get_batch(place)])


def rows_below_each_other(table: str, pieces: Sequence[pa.Table]) -> pd.DataFrame:
    """Rows of a table from several files of :func:`write_by_bucket`, with the ids that are among them, sorted.

    Pieces of one form become a frame together: a study of many files has many, and each frame costs milliseconds.
    """
    forms: dict[object, list[pa.Table]] = {}
    for piece in pieces:
        columns = piece.schema.pandas_metadata["columns"]
        kinds = zip(columns, piece.schema.types, strict=True)
        form = tuple((one["name"], one["numpy_type"], kind) for one, kind in kinds if one["name"] != _ID)
        # Each file has ids of its own, so the ids that the codes stand for differ.
        forms.setdefault(form, []).append(_with_ids(piece, piece[_ID].cast(pa.string())))
    joined = (pa.concat_tables(same).combine_chunks() for same in forms.values())
    coded = (_with_ids(one, one[_ID].dictionary_encode()) for one in joined)
    # A bucket is small: threads cost more than they save.
    return stacked_frames(table, [one.to_pandas(use_threads=False) for one in coded])


def _with_ids(table: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(_ID), _ID, ids)


def as_arrow(frame: pd.DataFrame) -> pa.Table:
    """A table as Arrow holds it; columns beyond the contract that it cannot hold become text."""
    try:
        return pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        mixed = frame.select_dtypes(object)
        texts = {str(name): column.map(str, na_action="ignore") for name, column in mixed.items()}
        return pa.Table.from_pandas(frame.assign(**texts), preserve_index=False).combine_chunks()


def write_parquet(table: pa.Table, file: object) -> None:
    """Write a table so that the rows of a patient are found without reading all others."""
    pq.write_table(
        table,
        file,
        row_group_size=ROWS_PER_GROUP,
        compression="lz4",
        write_page_checksum=True,
        write_statistics=[name for name in table.column_names if name == "patient_id"],
    )


def read_table(path: Path, expected: str, patients: Sequence[str] | None = None, again: str = _AGAIN) -> pd.DataFrame:
    """A table of a part, or the rows of some ``patients`` without reading others; ``again`` makes the file anew."""
    with _in_words(path, again):
        if patients is None and checksum(path) != expected:
            raise damaged(path, again)
        chosen = None if patients is None else [(_ID, "in", list(patients))]
        found = pq.read_table(path, filters=chosen, page_checksum_verification=True, partitioning=None)
        frame: pd.DataFrame = found.to_pandas()
    return frame


@contextmanager
def _in_words(path: Path, again: str) -> Iterator[None]:
    """Around the reading of one file of ours: what is wrong with it, and how it is made anew."""
    try:
        yield
    except FileNotFoundError:
        raise study_error(
            "{path}: is missing, so the partitioned study is not whole. Run {command} again: it makes what is "
            "missing, and keeps the others.",
            path=path,
            command=again,
        ) from None
    except (pa.ArrowInvalid, pa.ArrowException, ValueError, OSError) as error:
        if isinstance(error, PermissionError):
            raise study_error("{path}: may not be read. Ask its owner for permission.", path=path) from None
        raise damaged(path, again) from None


def damaged(path: Path, again: str) -> StudyError:
    """The error for a file of a part that is not as it was written."""
    return study_error(
        "{path}: is damaged or was changed: it is not the file that was written. Delete it and run {command} "
        "again: it makes this file anew, and keeps the others.",
        path=path,
        command=again,
    )


def as_read(frame: pd.DataFrame, table: str, catalog: ExerciseCatalog) -> pd.DataFrame:
    """A table of the contract with the categories that reading gives it: all keys of a column, ids in order of text."""
    columns = {}
    for name, spec in COLUMNS[table].items():
        if name not in frame:
            continue
        if spec.kind in ("key", "exercise"):
            keys = catalog.keys if spec.kind == "exercise" else spec.allowed
            columns[name] = frame[name].cat.set_categories(pd.Index(keys, dtype=TEXT))
        elif name == "patient_id":
            ids = pd.Series(used_ids(frame[name].array))
            columns[name] = ids.cat.set_categories(pd.Index(sorted(ids.cat.categories.tolist()), dtype=TEXT))
    return frame.assign(**columns)


def by_patient(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of their patients' ids, those of one patient as they were."""
    codes = frame["patient_id"].cat.codes.to_numpy()
    if (codes[1:] >= codes[:-1]).all():
        return frame
    return frame.take(codes.argsort(kind="stable")).reset_index(drop=True)


def write_tables(frames: Mapping[str, pd.DataFrame], folder: Path) -> dict[str, str]:
    """Write the tables that have rows as Parquet, each whole or not at all; the checksum of each."""
    found = {}
    for name, frame in frames.items():
        if len(frame):
            path = folder / f"{name}.parquet"
            write_whole(path, partial(write_parquet, as_arrow(frame)))
            found[name] = checksum(path)
    return found
