"""Which rows of a file count, with the place of each, and what is kept of those that fail a check."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import union_categoricals

from footdrop_analytics.model.columns import INSTANT, TEXT
from footdrop_analytics.model.inputs import COLUMNS, LOG_DAYS
from footdrop_analytics.model.vocabulary import REPORTS
from footdrop_analytics.reading.cells.parse import as_texts
from footdrop_analytics.reading.cells.values import Reason
from footdrop_analytics.reading.notes import stacked_lines
from footdrop_analytics.reading.parsed_file import BEYOND_HEADER, BROKEN_QUOTATION, Failure, ParsedFile, rows_of
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
        return np.asarray(np.array(self.files, dtype=object)[self.file_numbers[positions]])

    def where(self, kept: np.ndarray) -> TableRows:
        """The rows for which ``kept`` is true."""
        if kept.all():
            return self
        frame = self.frame[kept].reset_index(drop=True)
        frame = frame.assign(patient_id=used_ids(frame["patient_id"].array))
        return TableRows(self.table, frame, self.files, self.file_numbers[kept], self.row_numbers[kept])

    def with_columns(self, **columns: pd.Series) -> TableRows:
        """The same rows with some columns replaced."""
        return replace(self, frame=self.frame.assign(**columns))


def placed_rows(frame: pd.DataFrame, raws: Sequence[RawTable]) -> TableRows:
    """The rows of files that were understood together, with their places."""
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


def with_defaults(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Constant defaults (``status``, ``sets``, ``source`` …) in place of blanks."""
    filled = {}
    for name, spec in COLUMNS[table].items():
        column, default = frame[name], spec.default
        if default is not None and isinstance(column.dtype, pd.CategoricalDtype):
            codes = np.full(len(column), column.cat.categories.get_loc(default), dtype=np.int8)
            filled[name] = filled_codes(column, codes)
        elif default is not None and column.hasnans:
            filled[name] = column.fillna(default)
    return frame.assign(**filled) if filled else frame


def filled_codes(column: pd.Series, codes: np.ndarray) -> pd.Series:
    """A categorical column with these codes where it is blank."""
    own = column.cat.codes.to_numpy()
    blank = own < 0
    if not blank.any():
        return column
    values = pd.Categorical.from_codes(np.where(blank, codes, own), column.cat.categories)
    return pd.Series(values, index=column.index)


_REJECTED = ("table", "file", "row", "patient_id", "column", "value", "reason", "original")
NO_REJECTED = pd.DataFrame({name: pd.array([], dtype="Int64" if name == "row" else TEXT) for name in _REJECTED})


def split_soft(parsed: ParsedFile) -> tuple[list[Failure], list[Failure]]:
    """The failures that reject a row, and those that only cost a cell, so that a fall does not vanish over a slip."""
    specs, surplus_is_kept = COLUMNS[parsed.raw.table], parsed.raw.table in REPORTS
    hard: list[Failure] = []
    soft: list[Failure] = []
    for one in parsed.failures:
        kept = not specs[one.column].decides if one.column in specs else one.column == BEYOND_HEADER and surplus_is_kept
        (soft if kept else hard).append(one)
    return hard, soft


def rejected_rows(parsed: ParsedFile, failures: list[Failure]) -> pd.DataFrame:
    """One line per failed check, in the order of the file."""
    if not failures:
        return NO_REJECTED
    raw = parsed.raw
    positions = np.concatenate([one.positions for one in failures])
    column_of = np.repeat(np.arange(len(failures)), [len(one.positions) for one in failures])
    reasons = np.array([reason for one in failures for reason in one.reasons], dtype=object)
    values = np.concatenate([written_values(raw, one) for one in failures])
    rank = {name: number for number, name in enumerate(COLUMNS[raw.table])}
    ranks = np.array([rank.get(one.column, len(rank)) for one in failures])
    order = np.lexsort((ranks[column_of], positions))
    positions, column_of = positions[order], column_of[order]
    names = np.array([one.column for one in failures], dtype=object)
    distinct, back = np.unique(positions, return_inverse=True)
    return pd.DataFrame(
        {
            "table": pd.array([raw.table] * len(order), dtype=TEXT),
            "file": pd.array([raw.file] * len(order), dtype=TEXT),
            "row": pd.array(raw.row_numbers(positions), dtype="Int64"),
            "patient_id": parsed.frame["patient_id"].take(positions).astype(TEXT).array,
            "column": pd.array(names[column_of], dtype=TEXT),
            "value": pd.array(values[order], dtype=TEXT),
            "reason": pd.array(reasons[order], dtype=TEXT),
            "original": pd.array(originals(raw, distinct)[back], dtype=TEXT),
        }
    )


def problems_of(failures: Iterable[Failure]) -> dict[str, str]:
    """What is wrong without what the row holds, by the reason that names it."""
    reasons = (reason for one in failures for reason in one.reasons if isinstance(reason, Reason))
    return {str(reason): reason.problem for reason in reasons}


def written_values(raw: RawTable, failure: Failure) -> np.ndarray:
    """The cells that fail a check as they were written; blank where there is none."""
    if failure.column == BROKEN_QUOTATION:
        written = [raw.broken[at] for at in failure.positions.tolist()]
    elif failure.column == BEYOND_HEADER:
        written = [", ".join(raw.surplus[at].values()) for at in failure.positions.tolist()]
    elif failure.column not in raw.columns:
        written = [""] * len(failure.positions)
    else:
        cells = as_texts(raw.columns[failure.column].take(pa.array(failure.positions)))
        written = [text or "" for text in cells.to_pylist()]
    return np.array(written, dtype=object)


def originals(raw: RawTable, positions: np.ndarray) -> np.ndarray:
    """The rows as JSON objects, header to text; built column by column, so that many rows cost little."""
    members = []
    for name, cells in raw.columns.items():
        texts = as_texts(cells.take(pa.array(positions))).cast(pa.string()).dictionary_encode()
        quoted = pa.array(
            [json.dumps(text or "", ensure_ascii=False) for text in texts.dictionary.to_pylist()], pa.string()
        )
        values = pc.fill_null(quoted.take(texts.indices), '""')
        written = json.dumps(raw.written.get(name, name), ensure_ascii=False)
        members.append(pc.binary_join_element_wise(written, values, ": "))
    joined = pc.binary_join_element_wise(*members, ", ")
    rows = [f"{{{row}}}" for row in joined.to_pylist()]
    for at in raw.surplus.keys() & set(positions.tolist()):
        beyond = {f"column {number}": cell for number, cell in raw.surplus[at].items()}
        row = int(np.searchsorted(positions, at))
        rows[row] = f"{rows[row][:-1]}, {json.dumps(beyond, ensure_ascii=False)[1:]}"
    return np.array(rows, dtype=object)


UNREADABLE_COLUMNS = ("table", "patient_id", "day", "exercise", "side", "status", "source")
_KEYS = ("exercise", "side", "status", "source")


def unreadable_rows(parsed: ParsedFile, hard: Sequence[Failure]) -> pd.DataFrame:
    """One line per distinct rejected row whose patient or day can be read; a day that cannot be true is missing.

    Blanks that have a default are filled already; a blank ``side`` stays missing, like an unreadable one.
    """
    rows, day = rows_of(hard), LOG_DAYS.get(parsed.raw.table)
    frame = parsed.frame.take(rows).reset_index(drop=True)
    lines = frame[[name for name in ("patient_id", *_KEYS) if name in COLUMNS[parsed.raw.table]]].astype(TEXT)
    lines["day"] = pd.NaT if day is None else frame[day].dt.normalize()
    for one in parsed.failures:
        if one.column == day or one.column in _KEYS:
            lines.loc[np.isin(rows, one.positions), "day" if one.column == day else one.column] = None
    lines = lines.assign(table=parsed.raw.table).reindex(columns=list(UNREADABLE_COLUMNS))
    lines = lines.astype({name: INSTANT if name == "day" else TEXT for name in UNREADABLE_COLUMNS})
    return lines[lines["patient_id"].notna() | lines["day"].notna()]


def unreadable_table(parts: Iterable[pd.DataFrame], exercises: tuple[str, ...]) -> pd.DataFrame:
    """The lines of all files below each other, keys as categories (missing where unreadable)."""
    whole, specs = stacked_lines(parts, pd.DataFrame(columns=list(UNREADABLE_COLUMNS))), COLUMNS["sessions"]
    dtypes: dict[str, Any] = {"table": TEXT, "patient_id": TEXT, "day": INSTANT}
    dtypes |= {name: pd.CategoricalDtype(list(specs[name].allowed or exercises)) for name in _KEYS}
    return whole.astype(dtypes)
