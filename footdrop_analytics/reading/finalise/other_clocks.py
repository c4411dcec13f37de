"""One log in two files with other clocks: times lost on the way, or all shifted by the same hours."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.reading.checks.notes import Note
from footdrop_analytics.reading.finalise.duplicates import row_codes, shared_rows
from footdrop_analytics.reading.table_rows import TableRows

_DONE = ["exercise", "side", "status", "sets", "reps", "hold_s", "load_kg"]
"""What was done: rows that agree in it on a day are perhaps the same sets."""
_HALF_DAY = np.timedelta64(12, "h")
_FEWEST_DAYS = 3
"""Fewer days may agree by chance."""
_QUARTER_HOUR = 15 * 60 * 1_000_000
_FARTHEST = 14 * 4 * _QUARTER_HOUR
"""No two clocks of the world differ by more."""


def other_clock_notes(rows: TableRows) -> list[Note]:
    """One note for each two files that agree on most of their common days but for lost or shifted clock times.

    Their sets count twice: nobody can tell whether they are the same.
    """
    shared = shared_rows(rows.table, rows.frame, rows.file_numbers)
    if not shared.size:
        return []
    time = rows.frame["performed_at"].to_numpy()[shared].astype("datetime64[us]")
    found = pd.DataFrame(
        {
            "file": rows.file_numbers[shared],
            "patient": rows.frame["patient_id"].cat.codes.to_numpy()[shared],
            "done": _scattered(row_codes(rows.frame.take(shared), _DONE)),
            "clock": time.view(np.int64),
            "is_timed": time != time.astype("datetime64[D]"),
        }
    )
    lost = _agreeing(found, time.astype("datetime64[D]"))
    # Clocks that differ may put one set on two days: days that begin at noon leave those of midnight together.
    at_noon = _agreeing(found[found["is_timed"]], (time - _HALF_DAY).astype("datetime64[D]")[found["is_timed"]])
    notes = {pair: hours for one in (at_noon, lost) for pair, hours in one.items()}
    names = rows.files
    return [
        Note(rows.table, names[second], None, _told(names[first], hours), heads_up=True)
        for (first, second), hours in sorted(notes.items())
    ]


def _scattered(codes: np.ndarray) -> np.ndarray:
    """Numbers whose sums tell which codes were added, in whatever order."""
    mixed = (codes.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    scattered: np.ndarray = (mixed * np.uint64(0xBF58476D1CE4E5B9)).view(np.int64)
    return scattered


def _agreeing(found: pd.DataFrame, day: np.ndarray) -> dict[tuple[int, int], float]:
    """Pairs of files that agree on most common days but for the clock; by how many hours, NaN where times are lost."""
    by_day = found.groupby([found["file"], found["patient"], pd.Series(day, found.index, name="day")])
    days = by_day.agg(
        done=("done", "sum"),
        rows=("done", "size"),
        timed=("is_timed", "sum"),
        first=("clock", "min"),
        last=("clock", "max"),
    ).reset_index()
    # Files that hold the same again tell nothing new, and would make as many pairs as there are exports squared.
    unlike = days.drop_duplicates(days.columns.difference(["file"]))
    pairs = unlike.merge(unlike, on=["patient", "day"], suffixes=("", "_2"))
    pairs = pairs[pairs["file"] < pairs["file_2"]]
    same = (pairs["done"] == pairs["done_2"]) & (pairs["rows"] == pairs["rows_2"])
    all_timed, all_timed_2 = pairs["timed"] == pairs["rows"], pairs["timed_2"] == pairs["rows_2"]
    lost = same & ((all_timed & (pairs["timed_2"] == 0)) | (all_timed_2 & (pairs["timed"] == 0)))
    shift = pairs["first_2"] - pairs["first"]
    shifted = same & all_timed & all_timed_2 & (shift != 0) & (shift.abs() <= _FARTHEST) & (shift % _QUARTER_HOUR == 0)
    shifted &= pairs["last_2"] - pairs["last"] == shift
    kinds = pairs.assign(hours=(shift / (4 * _QUARTER_HOUR)).where(shifted))[lost | shifted]
    agreeing = kinds.groupby(["file", "file_2", "hours"], dropna=False).size()
    agreeing = agreeing[agreeing >= _FEWEST_DAYS]
    told = {}
    for (first, second, hours), n_days in zip(agreeing.index.to_list(), agreeing, strict=True):
        common = pd.merge(*(days.loc[days["file"] == one, ["patient", "day"]] for one in (first, second)))
        if n_days > len(common) / 2:
            told[first, second] = float(hours)
    return told


def _told(first: str, hours: float) -> str:
    if np.isnan(hours):
        how = "clock times, which one of them lost"
    else:
        how = f"a shift of {abs(hours):g} {'hour' if abs(hours) == 1 else 'hours'}"
    return f"agrees with {first} on most common days but for {how}: perhaps one log twice, so that its sets count twice"
