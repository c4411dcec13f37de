"""Where order matters: of several patients rows or versions with one start, the last one counts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.checks.notes import Note
from footdrop_analytics.reading.finalise.duplicates import copies_across_files, duplicate_lines, row_codes
from footdrop_analytics.reading.table_rows import TableRows
from footdrop_analytics.wording.language import marked, translated

_DAY = pd.Timedelta(days=1)
_VERSION = ["patient_id", "exercise", "side"]


def merged_patients(rows: TableRows) -> tuple[pd.DataFrame, pd.DataFrame, list[Note]]:
    """One row per patient, the last non-blank value of each column; the lines left out; what was merged."""
    frame = rows.frame
    later_ones = frame["patient_id"].duplicated(keep="last").to_numpy()
    if not later_ones.any():
        return frame, _left_out(rows, later_ones, later_ones), []
    codes = pd.Series(row_codes(frame, list(COLUMNS["patients"])))
    copies = codes.duplicated(keep="last").to_numpy()
    superseded = later_ones & ~copies
    filled = frame.groupby("patient_id", observed=True, sort=False).ffill()
    merged = filled.assign(patient_id=frame["patient_id"])[list(frame.columns)][~later_ones].reset_index(drop=True)
    merged = merged.astype(frame.dtypes.to_dict())
    why = marked(
        "row {row} is superseded by a later row of this patient: the last non-blank value of each column counts"
    )
    notes = _row_notes(rows, superseded, why)
    return merged, _left_out(rows, copies, superseded), notes


def latest_versions(rows: TableRows) -> tuple[TableRows, pd.DataFrame, list[Note]]:
    """The versions that count: of equal starts the last one; the lines left out; what was superseded."""
    copies = copies_across_files("prescriptions", rows.frame, rows.file_numbers, keep="last")
    replaced = pd.Series(row_codes(rows.frame, [*_VERSION, "start_date"])).duplicated(keep="last").to_numpy()
    superseded = replaced & ~copies
    why = marked("row {row} ({version}) is superseded by a later row with the same start")
    notes = _row_notes(rows, superseded, why, version=_named(rows.frame[superseded]))
    return rows.where(~(copies | superseded)), _left_out(rows, copies, superseded), notes


def closed_versions(rows: TableRows) -> tuple[pd.DataFrame, list[Note]]:
    """Versions with their effective end: the day before the next one starts, if that is earlier."""
    frame = rows.frame
    ordered = frame.sort_values([*_VERSION, "start_date"], kind="stable")
    next_start = ordered.groupby(_VERSION, observed=True, sort=False)["start_date"].shift(-1).sort_index()
    last_day = next_start - _DAY
    cut = (last_day < frame["end_date"]).to_numpy()
    end = frame["end_date"].where(frame["end_date"].notna() & ~cut, last_day)
    ends = {"stated": frame["end_date"][cut].dt.strftime("%Y-%m-%d"), "last": end[cut].dt.strftime("%Y-%m-%d")}
    why = marked("row {row} ({version}): its end {stated} was cut to {last}, the day before the next version starts")
    notes = _row_notes(rows, cut, why, version=_named(frame[cut]), **ends)
    return frame.assign(end_date=end.astype(frame["end_date"].dtype)), notes


def _named(versions: pd.DataFrame) -> list[str]:
    starts = versions["start_date"].dt.strftime("%Y-%m-%d")
    parts = zip(versions["exercise"], versions["side"], starts, strict=True)
    return [
        translated("{exercise}, {side}, from {start}", exercise=exercise, side=side, start=start)
        for exercise, side, start in parts
    ]


def _row_notes(rows: TableRows, chosen: np.ndarray, words: str, **values: Iterable[str]) -> list[Note]:
    """A note for each chosen row, with values of each."""
    at = np.flatnonzero(chosen)
    own = [dict(zip(values, each, strict=True)) for each in zip(*values.values(), strict=True)] or [{}] * len(at)
    parts = zip(
        rows.file_names(at), rows.frame["patient_id"].take(at).astype(str), rows.row_numbers[at], own, strict=True
    )
    return [
        Note(rows.table, file, patient_id, translated(words, row=row, **each)) for file, patient_id, row, each in parts
    ]


def _left_out(rows: TableRows, copies: np.ndarray, superseded: np.ndarray) -> pd.DataFrame:
    lines = [
        duplicate_lines(rows.table, rows.file_names(at), rows.row_numbers[at], reason)
        for reason, at in (("copy", np.flatnonzero(copies)), ("superseded", np.flatnonzero(superseded)))
    ]
    return pd.concat(lines, ignore_index=True)
