"""One log twice: two files that agree but for their clocks, or of which one lost the times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.reading.duplicates import row_codes, shared_rows
from footdrop_analytics.reading.notes import Note
from footdrop_analytics.reading.rows import TableRows
from footdrop_analytics.wording.language import general, plural, translated

_DONE = ["exercise", "side", "status", "sets", "reps", "hold_s", "load_kg"]
"""What was done: rows that agree in it on a day are perhaps the same sets."""
_HALF_DAY = np.timedelta64(12, "h")
_FEWEST_DAYS = 3
"""Fewer days may agree by chance."""
_QUARTER_HOUR = 15 * 60 * 1_000_000
_FARTHEST = 14 * 4 * _QUARTER_HOUR
"""No two clocks of the world differ by more."""
_AGREEING, _DAYS = ["at_noon", "file", "file_2", "hours", "days"], ["at_noon", "file", "patient", "day"]


@dataclass(frozen=True, eq=False)
class ClockDays:
    """Days that some patients have in several files; both tables once by calendar day, once by day from noon to noon.

    ``agreeing``: ``at_noon``, ``file``, ``file_2``, ``hours`` and the number ``days`` that two files agree on but for
    the clock. ``days``: ``at_noon``, ``file``, ``patient``, ``day``, for what two files have in common.
    """

    agreeing: pd.DataFrame
    days: pd.DataFrame


def other_clock_notes(rows: TableRows) -> list[Note]:
    """One note for each two files that agree on most of their common days but for lost or shifted clock times.

    Their sets count twice: nobody can tell whether they are the same.
    """
    return clock_notes([clock_days(rows)], rows.files)


def clock_days(rows: TableRows) -> ClockDays:
    """The days of these patients on which they stand in several files."""
    shared = shared_rows(rows.table, rows.frame, rows.file_numbers)
    if not shared.size:
        return ClockDays(pd.DataFrame(columns=_AGREEING), pd.DataFrame(columns=_DAYS))
    time = rows.frame["performed_at"].to_numpy()[shared].astype("datetime64[us]")
    found = pd.DataFrame(
        {
            "file": rows.file_numbers[shared],
            "patient": rows.frame["patient_id"].cat.codes.to_numpy()[shared],
            "done": _scattered(row_codes(rows.frame.take(shared), _DONE)),
            "clock": time.view(np.int64),
            "is_timed": time != time.astype("datetime64[D]"),
            "day": time.astype("datetime64[D]"),
            # Clocks that differ may put one set on two days: days that begin at noon leave those of midnight together.
            "noon": (time - _HALF_DAY).astype("datetime64[D]"),
        }
    )
    # Only the patient's own days: other patients' files must not decide which rows are looked at.
    files = found[["patient", "day", "file"]].drop_duplicates()
    several = files[files.duplicated(["patient", "day"], keep=False)].drop(columns="file").drop_duplicates()
    found = found.merge(several, on=["patient", "day"])
    at_noon = _agreeing(found[found["is_timed"]].assign(day=found["noon"]))
    both = zip(at_noon, _agreeing(found), strict=True)
    together = ([noon.assign(at_noon=True), by_day.assign(at_noon=False)] for noon, by_day in both)
    return ClockDays(*(pd.concat(parts, ignore_index=True) for parts in together))


def clock_notes(found: Iterable[ClockDays], files: Sequence[str]) -> list[Note]:
    """The notes that follow from the days of all patients; ``found`` is gone through twice."""
    agreeing = [one.agreeing for one in found if len(one.agreeing)]
    if not agreeing:
        return []
    by_pair = pd.concat(agreeing).groupby(["at_noon", "file", "file_2", "hours"], dropna=False)
    counted = by_pair["days"].sum().reset_index()
    counted = counted[counted["days"] >= _FEWEST_DAYS]
    in_common = np.zeros(len(counted), dtype=np.int64)
    pairs = list(counted[["at_noon", "file", "file_2"]].itertuples(index=False, name=None))
    for one in found:
        for place, (at_noon, *both) in enumerate(pairs):
            own = one.days[one.days["at_noon"] == at_noon]
            days = (own.loc[own["file"] == file, ["patient", "day"]] for file in both)
            in_common[place] += len(pd.merge(*days))
    most = counted[counted["days"] > in_common / 2]
    # A loss of times is said rather than a shift, which may be a part of it.
    told = most.sort_values("at_noon", ascending=False, kind="stable")[["file", "file_2", "hours"]]
    notes = {(first, second): float(hours) for first, second, hours in told.itertuples(index=False, name=None)}
    return [
        Note("sessions", files[second], None, _told(files[first], hours), heads_up=True)
        for (first, second), hours in sorted(notes.items())
    ]


def _scattered(codes: np.ndarray) -> np.ndarray:
    """Numbers whose sums tell which codes were added, in whatever order."""
    mixed = (codes.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    return (mixed * np.uint64(0xBF58476D1CE4E5B9)).view(np.int64)


def _agreeing(found: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How many ``days`` pairs of files agree on but for the clock (``hours``: NaN where times are lost); their days."""
    by_day = found.groupby(["file", "patient", "day"])
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
    return agreeing.rename("days").reset_index(), days[["file", "patient", "day"]]


def _told(first: str, hours: float) -> str:
    if np.isnan(hours):
        return translated(
            "agrees with {file} on most common days but for clock times, which one of them lost: perhaps one log "
            "twice, so that its sets count twice",
            file=first,
        )
    return plural(
        "agrees with {file} on most common days but for a shift of {hours} hour: perhaps one log twice, so that its "
        "sets count twice",
        "agrees with {file} on most common days but for a shift of {hours} hours: perhaps one log twice, so that its "
        "sets count twice",
        abs(hours),
        file=first,
        hours=general(abs(hours)),
    )
