"""Rows that stand twice in overlapping exports, versions that a later row replaces, and rows taken back."""

from __future__ import annotations

from functools import cache
from typing import Literal
from unicodedata import normalize

import numpy as np
import pandas as pd

from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.days import days_since_1970
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.table_rows import TableRows

ROW_ID, TAKES_BACK = "added_id", "takes_back"
"""The columns of added rows that name a row, and the row that this one takes back."""


def without_taken_back(rows: TableRows) -> tuple[TableRows, pd.DataFrame]:
    """The rows that stand, and the lines of ``study.duplicates`` of those that do not.

    A row takes back one of the same patient. It never counts itself, even if the other is not there any more.
    """
    frame = rows.frame
    out = np.zeros(len(frame), dtype=bool)
    if {ROW_ID, TAKES_BACK} <= set(frame.columns):
        takes = frame[TAKES_BACK].notna().to_numpy()
        whose = frame["patient_id"].astype("str")
        taken = pd.MultiIndex.from_arrays([whose[takes], frame.loc[takes, TAKES_BACK]])
        out = takes | pd.MultiIndex.from_arrays([whose, frame[ROW_ID]]).isin(taken)
    at = np.flatnonzero(out)
    return rows.where(~out), duplicate_lines(rows.table, rows.file_names(at), rows.row_numbers[at], "superseded")


def row_codes(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """One number per row; rows get the same number exactly when these columns are equal (missing equals missing)."""
    codes = np.zeros(len(frame), dtype=np.int64)
    size = 1
    for name in columns:
        column_codes, n_values = _column_codes(frame[name])
        if n_values <= 1:
            continue
        codes = codes * n_values + column_codes
        size *= n_values
        if size > 2**31:
            codes, distinct = pd.factorize(codes)
            size = len(distinct)
    return codes


def _column_codes(column: pd.Series) -> tuple[np.ndarray, int]:
    """Codes 0, 1, … of the values of one column, and how many there may be."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.int64) + 1, len(column.cat.categories) + 1
    if not column.notna().any():
        return np.zeros(len(column), dtype=np.int64), 1
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    if column.dtype == TEXT:
        # Blanks, line ends and Unicode forms make no other text.
        plain = [" ".join(normalize("NFC", text).split()) for text in distinct]
        alike, _ = pd.factorize(np.array(plain, dtype=object))
        codes = np.append(alike, -1)[codes]
    return codes.astype(np.int64) + 1, len(distinct) + 1


def copies_across_files(
    table: str, frame: pd.DataFrame, file_numbers: np.ndarray, keep: Literal["first", "last"] = "first"
) -> np.ndarray:
    """Which rows are copies of rows in other files: the study holds the most copies found in any one file.

    The k-th equal row of a file is a copy of the k-th equal row of another; ``keep`` says whether the first or the last
    file keeps its row.
    """
    copies = np.zeros(len(frame), dtype=bool)
    at = shared_rows(table, frame, file_numbers)
    if not at.size:
        return copies
    rows = pd.Series(row_codes(frame.take(at), list(COLUMNS[table])))
    within = rows.groupby([rows, file_numbers[at]], sort=False).cumcount()
    copies[at] = pd.DataFrame({"row": rows, "copy": within}).duplicated(keep=keep).to_numpy()
    return copies


def shared_rows(table: str, frame: pd.DataFrame, file_numbers: np.ndarray) -> np.ndarray:
    """Positions of the rows whose patient, and whose day, stand in several files: no other row can be a copy.

    Exports of one month each have a few days in common, so that only those rows need to be compared.
    """
    if len(frame) == 0 or (file_numbers == file_numbers[0]).all():
        return np.empty(0, dtype=np.int64)
    possible = _in_several_files(frame["patient_id"].cat.codes.to_numpy(), file_numbers)
    day_column = next((name for name, spec in COLUMNS[table].items() if spec.log_day), None)
    if day_column is not None:
        days = days_since_1970(frame[day_column].to_numpy())
        possible &= _in_several_files(days - days.min(), file_numbers)
    return np.flatnonzero(possible)


def _in_several_files(codes: np.ndarray, file_numbers: np.ndarray) -> np.ndarray:
    """Which rows have a code that occurs in more than one file; files lie below each other."""
    n_files = np.zeros(int(codes.max()) + 1, dtype=np.int32)
    ends = np.searchsorted(file_numbers, np.arange(file_numbers[-1] + 1), side="right")
    for part in np.split(codes, ends[:-1]):
        n_files += np.bincount(part, minlength=len(n_files)) > 0
    several: np.ndarray = (n_files > 1)[codes]
    return several


def duplicate_lines(table: str, files: np.ndarray, rows: np.ndarray, reason: str) -> pd.DataFrame:
    """Lines of ``study.duplicates``."""
    return _lines(table, files, rows, reason) if len(rows) else _no_lines().copy()


@cache
def _no_lines() -> pd.DataFrame:
    return _lines("", np.empty(0, dtype=object), np.empty(0, dtype=np.int64), "")


def _lines(table: str, files: np.ndarray, rows: np.ndarray, reason: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "table": pd.array([table] * len(rows), dtype=TEXT),
            "file": pd.array(files, dtype=TEXT),
            "row": pd.array(rows, dtype="Int64"),
            "reason": pd.array([reason] * len(rows), dtype=TEXT),
        }
    )
