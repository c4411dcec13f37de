"""The valid rows of one table with the place where each was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.parsed_file import ParsedFile
from footdrop_analytics.reading.sources.raw import RawTable


@dataclass(frozen=True, eq=False)
class TableRows:
    """Rows of one table, in natural order of their files, and the file and row number of each."""

    table: str
    frame: pd.DataFrame
    files: tuple[str, ...]
    file_numbers: np.ndarray
    row_numbers: np.ndarray

    def __len__(self) -> int:
        return len(self.frame)

    def file_names(self, positions: np.ndarray) -> np.ndarray:
        """The names of the files of these rows."""
        names: np.ndarray = np.array(self.files, dtype=object)[self.file_numbers[positions]]
        return names

    def where(self, kept: np.ndarray) -> TableRows:
        """The rows for which ``kept`` is true."""
        if kept.all():
            return self
        frame = self.frame[kept].reset_index(drop=True)
        return TableRows(
            self.table,
            frame.assign(patient_id=used_ids(frame["patient_id"].array)),
            self.files,
            self.file_numbers[kept],
            self.row_numbers[kept],
        )

    def with_columns(self, **columns: pd.Series) -> TableRows:
        """The same rows with some columns replaced."""
        return replace(self, frame=self.frame.assign(**columns))


def valid_rows(parsed: ParsedFile, rejected: np.ndarray) -> TableRows:
    """The rows of one file that fail no check."""
    raw = parsed.raw
    kept = np.arange(raw.n_rows, dtype=np.int32)
    frame = parsed.frame
    if rejected.size:
        kept = np.delete(kept, rejected)
        frame = frame.take(kept)
        frame = frame.assign(patient_id=used_ids(frame["patient_id"].array))
    return TableRows(raw.table, frame, (raw.file,), np.zeros(len(kept), dtype=np.int32), raw.row_numbers(kept))


def clean_rows(frame: pd.DataFrame, raws: Sequence[RawTable]) -> TableRows:
    """The rows of several files that were understood together and fail no check."""
    numbers = np.repeat(np.arange(len(raws), dtype=np.int32), [raw.n_rows for raw in raws])
    rows = np.concatenate([raw.row_numbers(np.arange(raw.n_rows, dtype=np.int32)) for raw in raws])
    return TableRows(raws[0].table, frame, tuple(raw.file for raw in raws), numbers, rows)


def stacked_rows(parts: Sequence[TableRows]) -> TableRows:
    """The rows of all files of a table, below each other."""
    table = parts[0].table
    if len(parts) == 1:
        return replace(parts[0], frame=parts[0].frame.reset_index(drop=True))
    begins = np.cumsum([0, *(len(part.files) for part in parts)], dtype=np.int32)[:-1]
    return TableRows(
        table,
        stacked_frames(table, [part.frame for part in parts]),
        tuple(file for part in parts for file in part.files),
        np.concatenate([part.file_numbers + first for part, first in zip(parts, begins, strict=True)]),
        np.concatenate([part.row_numbers for part in parts]),
    )


def stacked_frames(table: str, frames: list[pd.DataFrame]) -> pd.DataFrame:
    """The frames below each other; ids keep one category for each patient, sorted."""
    ids = union_categoricals([frame["patient_id"] for frame in frames], sort_categories=True)
    stacked = pd.concat([frame.drop(columns="patient_id") for frame in frames], ignore_index=True)
    stacked.insert(0, "patient_id", pd.Series(ids))
    known = [name for name in COLUMNS.get(table, ()) if name in stacked]
    return stacked[known + [name for name in stacked.columns if name not in known]]


def used_ids(ids: pd.Categorical) -> pd.Categorical:
    """Ids without those of rejected rows; counting them is much cheaper than sorting, as pandas would."""
    used = np.bincount(ids.codes[ids.codes >= 0], minlength=len(ids.categories)) > 0
    return ids if used.all() else ids.remove_unused_categories()
