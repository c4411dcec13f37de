"""The tables of a part on disk, as Parquet, and back with the types that reading gives them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from footdrop_analytics.errors import StudyError
from footdrop_analytics.files import write_whole
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.table_rows import used_ids
from footdrop_analytics.scale.buckets import as_arrow

ROWS_PER_GROUP = 262_144
"""Rows are sorted by patient: so few of a part have to be read to show one patient."""


def write_table(frame: pd.DataFrame, path: Path) -> str:
    """Write a table as Parquet, whole or not at all; its checksum."""
    table = as_arrow(frame)

    write_whole(path, lambda file: write_parquet(table, file))
    return checksum(path)


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


def checksum(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_table(
    path: Path,
    expected: str,
    patients: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    again: str = "footdrop partition",
) -> pd.DataFrame:
    """A table of a part, or some columns; with ``patients`` the rows of these, without reading the others.

    ``again`` is what makes the file anew.

    Raises
    ------
    StudyError
        If the file is missing, or is not the one that was written.
    """
    try:
        if patients is None and checksum(path) != expected:
            raise damaged(path, again)
        chosen = None if patients is None else [("patient_id", "in", list(patients))]
        found = pq.read_table(path, columns=columns, filters=chosen, page_checksum_verification=True, partitioning=None)
        frame: pd.DataFrame = found.to_pandas()
    except FileNotFoundError:
        raise StudyError(
            f"{path}: is missing, so the partitioned study is not whole. Run {again} again: it makes what is "
            "missing, and keeps the others."
        ) from None
    except (pa.ArrowInvalid, pa.ArrowException, ValueError, OSError) as error:
        if isinstance(error, PermissionError):
            raise StudyError(f"{path}: may not be read. Ask its owner for permission.") from None
        raise damaged(path, again) from None
    return frame


def damaged(path: Path, again: str) -> StudyError:
    """The error for a file of a part that is not as it was written."""
    return StudyError(
        f"{path}: is damaged or was changed: it is not the file that was written. Delete it and run {again} again: it "
        "makes this file anew, and keeps the others."
    )


def as_read(frame: pd.DataFrame, table: str, catalog: ExerciseCatalog) -> pd.DataFrame:
    """A table of the contract with the categories that reading gives it: all keys of a column, ids in order of text."""
    columns = {}
    for name, spec in COLUMNS[table].items():
        if name not in frame:
            continue
        if spec.kind in ("key", "exercise"):
            keys = catalog.keys if spec.kind == "exercise" else spec.allowed
            columns[name] = frame[name].cat.set_categories(_texts(keys))
        elif name == "patient_id":
            ids = pd.Series(used_ids(frame[name].array))
            columns[name] = ids.cat.set_categories(pd.Index(sorted(ids.cat.categories.tolist()), dtype=TEXT))
    return frame.assign(**columns)


@lru_cache
def _texts(keys: tuple[str, ...]) -> pd.Index:
    return pd.Index(keys, dtype=TEXT)


def by_patient(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of their patients' ids, those of one patient as they were."""
    codes = frame["patient_id"].cat.codes.to_numpy()
    if (codes[1:] >= codes[:-1]).all():
        return frame
    return frame.take(codes.argsort(kind="stable")).reset_index(drop=True)


def write_tables(frames: Mapping[str, pd.DataFrame], folder: Path) -> dict[str, str]:
    """Write the tables that have rows; the checksum of each."""
    return {name: write_table(frame, folder / f"{name}.parquet") for name, frame in frames.items() if len(frame)}
