"""Rows that somebody added in a dashboard and took back: neither they nor what takes them back counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.reading.finalise.duplicates import duplicate_lines
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
