"""The plan as whole columns: versions of prescriptions, and pauses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log.arrays import (
    FAR_DAY,
    Bools,
    Floats,
    Ints,
    day_keys,
    day_numbers,
    up_to,
)
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import WEEKDAYS

EVERY_DAY = 0b111_1111
"""The days of the week as bits, Monday the lowest."""


@dataclass(frozen=True)
class Versions:
    """Prescription versions sorted by series and start. All arrays have one entry per version.

    ``start``, ``end`` are day numbers (both inclusive; ``FAR_DAY`` = open; after discharge nothing is active).
    ``rate14`` is the sessions due per day in fourteenths, ``per_week2`` the days per week in halves: whole numbers, so
    that sums are exact. ``weekdays`` are the days on which they are due, as bits (``EVERY_DAY`` where none are named).
    ``session_dose`` is the prescribed dose of one session (missing if unknown), ``target`` the repetitions, or seconds
    for exercises counted in seconds. ``row`` is the position in ``study.prescriptions``.
    """

    series: Ints
    start: Ints
    end: Ints
    per_week2: Ints
    sessions_per_day: Ints
    rate14: Ints
    weekdays: Ints
    target: Floats
    session_dose: Floats
    row: Ints

    def at(self, series: Ints, days: Ints) -> Ints:
        """The latest version begun by the day, ended or not; −1 where there is none."""
        index = up_to(day_keys(self.series, self.start), day_keys(series, days)) - 1
        found = (index >= 0) & (days >= 0)
        found[found] = self.series[index[found]] == series[found]
        return np.where(found, index, -1)

    def active_on(self, day: int) -> Bools:
        """Whether each version is active on the day (paused or not)."""
        return (self.start <= day) & (day <= self.end)


def prescribed_dose(seconds: Bools, sets: Floats, reps: Floats, hold_s: Floats) -> Floats:
    """Dose of a row or of a prescribed session: sets × reps, or sets × max(reps, 1) × seconds; NaN if unknown."""
    tries = np.maximum(np.nan_to_num(reps, nan=1.0), 1.0)
    return np.where(seconds, sets * tries * hold_s, sets * reps)


def versions_of(study: Study, series: Ints, seconds: Bools, discharged: Ints) -> Versions:
    """Versions sorted by series and start.

    ``series`` is the series number of each prescription row, ``seconds`` whether its exercise is counted in seconds and
    ``discharged`` the patient's last day (``FAR_DAY`` if none), all in the order of ``study.prescriptions``.
    """
    table = study.prescriptions
    start = day_numbers(table["start_date"])
    row = np.lexsort((start, series))
    series, start = series[row], start[row]
    end = day_numbers(table["end_date"], missing=FAR_DAY)[row]
    same = np.flatnonzero(series[1:] == series[:-1])
    end[same] = np.minimum(end[same], start[same + 1] - 1)
    number = {
        name: table[name].to_numpy(dtype=np.float64, na_value=np.nan)[row]
        for name in ("days_per_week", "sessions_per_day", "sets", "reps", "hold_s")
    }
    per_week2 = np.rint(2 * number["days_per_week"]).astype(np.int64)
    per_day = number["sessions_per_day"].astype(np.int64)
    weekdays = weekday_bits(table["weekdays"])[row]
    seconds = seconds[row]
    return Versions(
        series=series,
        start=start,
        end=np.minimum(end, discharged[row]),
        per_week2=per_week2,
        sessions_per_day=per_day,
        rate14=np.where(weekdays == EVERY_DAY, per_week2, 14) * per_day,
        weekdays=weekdays,
        target=np.where(seconds, number["hold_s"], number["reps"]),
        session_dose=prescribed_dose(seconds, number["sets"], number["reps"], number["hold_s"]),
        row=row,
    )


def weekday_bits(weekdays: pd.Series) -> Ints:
    """The named days of the week as bits; ``EVERY_DAY`` where none are named."""
    codes, texts = pd.factorize(weekdays)
    bits = [sum(1 << WEEKDAYS.index(day) for day in str(text).split(",")) for text in texts]
    return np.array([*bits, EVERY_DAY], dtype=np.int64)[codes]


@dataclass(frozen=True)
class Pauses:
    """One entry per pause and series it applies to; ``start`` and ``end`` are day numbers."""

    series: Ints
    start: Ints
    end: Ints
