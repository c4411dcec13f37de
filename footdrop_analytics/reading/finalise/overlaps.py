"""The same sets in several exports: rows of one minute are those of one file, corrections fill what it leaves blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from footdrop_analytics.model.columns import INSTANT, NUMBER, TEXT
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.finalise.duplicates import duplicate_lines, row_codes, shared_rows
from footdrop_analytics.reading.table_rows import TableRows

_SAME_SETS = ["patient_id", "minute", "exercise", "side", "set_no", "is_inferred"]
_KEY = ("patient_id", "performed_at", "exercise", "side", "set_no")
_REST = [name for name in COLUMNS["sessions"] if name not in _KEY]
SUPERSEDED_DTYPES: dict[str, Any] = {
    "patient_id": TEXT, "day": INSTANT, "exercise": TEXT, "side": TEXT, "pain_0_10": NUMBER, "notes": TEXT
}  # fmt: skip


@dataclass(frozen=True)
class Merged:
    """Sessions without the sets that other files hold again, the lines left out, and what superseded rows said."""

    rows: TableRows
    left_out: list[pd.DataFrame]
    superseded: pd.DataFrame


def one_file_of_each_minute(rows: TableRows) -> Merged:
    """Of rows with a clock time that agree in patient, minute, exercise, side and set, those of one file.

    It is the file with most of them, of equals the last. The other rows are copies, or superseded if they differ in
    the rest: then they fill what the rows that count leave blank. ``inferred`` rows are compared among themselves.
    """
    shared = shared_rows(rows.table, rows.frame, rows.file_numbers)
    if not shared.size:
        return Merged(rows, [], nothing_superseded())
    time = rows.frame["performed_at"].to_numpy()[shared]
    at = shared[time.astype("datetime64[D]") != time]
    found = rows.frame.take(at).reset_index(drop=True)
    found = found.assign(minute=found["performed_at"].dt.floor("min"), is_inferred=found["source"] == "inferred")
    sets = row_codes(found, _SAME_SETS)
    file = rows.file_numbers[at].astype(np.int64)
    in_file = pd.Series(1, index=found.index).groupby([sets, file]).transform("size").to_numpy()
    # The last of those with most rows: files count a little, in natural order.
    strength = in_file * (len(rows.files) + 1) + file
    strongest = pd.Series(strength).groupby(sets).transform("max").to_numpy()
    loses = strength < strongest
    if not loses.any():
        return Merged(rows, [], nothing_superseded())
    rest = row_codes(found, _REST)
    winners = pd.DataFrame({"sets": sets, "rank": _rank(sets, file), "at": np.arange(len(at))})[~loses]
    losers = pd.DataFrame({"sets": sets, "rank": _rank(sets, file), "loser": np.arange(len(at))})[loses]
    known = pd.MultiIndex.from_arrays([sets[~loses], rest[~loses]])
    is_copy = pd.MultiIndex.from_arrays([sets[losers["loser"]], rest[losers["loser"]]]).isin(known)
    pairs = losers[~is_copy].merge(winners, on=["sets", "rank"], how="left")
    differing = found.take(pairs["loser"])
    filled = _filled(rows, at, pairs.dropna(), found)
    kept = np.ones(len(rows), dtype=bool)
    kept[at[loses]] = False
    lines = [
        duplicate_lines(rows.table, rows.file_names(out), rows.row_numbers[out], reason)
        for reason, out in (
            ("copy", at[losers["loser"].to_numpy()[is_copy]]),
            ("superseded", at[losers["loser"].to_numpy()[~is_copy]]),
        )
    ]
    return Merged(filled.where(kept), lines, superseded_rows(differing))


def _rank(sets: np.ndarray, file: np.ndarray) -> np.ndarray:
    """The how-manieth of its set in its file each row is."""
    return pd.Series(sets).groupby([sets, file]).cumcount().to_numpy()


def _filled(rows: TableRows, at: np.ndarray, pairs: pd.DataFrame, found: pd.DataFrame) -> TableRows:
    """The rows that count, blank cells filled from the last file that says something."""
    winner, loser = pairs["at"].to_numpy(dtype=np.int64), pairs["loser"].to_numpy(dtype=np.int64)
    columns = {}
    for name in _REST:
        said = found[name].notna().to_numpy()
        fills = said[loser] & ~said[winner]
        if fills.any():
            column = rows.frame[name].copy()
            column.iloc[at[winner[fills]]] = found[name].take(loser[fills]).array
            columns[name] = column
    return rows.with_columns(**columns) if columns else rows


def nothing_superseded() -> pd.DataFrame:
    """The table of :func:`superseded_rows` without a row."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in SUPERSEDED_DTYPES.items()})


def superseded_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """What rows that do not count said of pain and in words, which is still told."""
    told = rows[rows["source"] != "inferred"]
    told = told.assign(day=told["performed_at"].dt.normalize())
    lines: pd.DataFrame = told[list(SUPERSEDED_DTYPES)].astype(SUPERSEDED_DTYPES)
    return lines[lines["pain_0_10"].notna() | lines["notes"].notna()].reset_index(drop=True)
