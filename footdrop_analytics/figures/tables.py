"""From result tables to what charts show. Every function takes the rows of one patient (and series) only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footdrop_analytics.figures.data import Band, Days, Dots, Mark, RatingsData, Step, TrendData, WeeklyData

_UNIT = {"reps": "repetitions", "seconds": "seconds held"}
_TARGET = {"reps": "reps", "seconds": "hold_s"}
_DIFFICULTY = ("mode", "position", "support", "load_kg", "resistance", "orthosis")


def days_of(column: pd.Series) -> Days:
    """A column of dates as calendar days."""
    days: Days = column.to_numpy().astype("datetime64[D]")
    return days


def day_of(value: date) -> np.datetime64:
    """One date as a calendar day."""
    return np.datetime64(pd.Timestamp(value).date(), "D")


def trend_data(
    daily: pd.DataFrame,
    versions: pd.DataFrame,
    unit: str,
    first: date,
    last: date,
    bands: Sequence[Band] = (),
) -> TrendData:
    """What the trend chart of one series shows between two days.

    Parameters
    ----------
    daily : DataFrame
        ``day``, ``value``, ``as_prescribed``: the daily values of the series.
    versions : DataFrame
        The prescriptions of the series, in order of their start.
    unit : {"reps", "seconds"}
        What the exercise counts.
    """
    from_day, to_day = day_of(first), day_of(last)
    day, value = days_of(daily["day"]), daily["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    shown, known = (day >= from_day) & (day <= to_day), ~np.isnan(value)
    planned = daily["as_prescribed"].to_numpy(dtype=bool, na_value=False)
    return TrendData(
        unit=_UNIT[unit],
        first=from_day,
        last=to_day,
        as_prescribed=_dots("as prescribed", day, value, shown & known & planned),
        other=_dots("done in another way", day, value, shown & known & ~planned),
        unnumbered=_dots("tried, no number to compare", day, np.zeros(len(day)), shown & ~known),
        targets=_targets(versions, _TARGET[unit], from_day, to_day),
        marks=tuple(mark for mark in version_marks(versions, unit) if from_day <= mark.day <= to_day),
        bands=tuple(_clipped(bands, from_day, to_day)),
    )


def _dots(name: str, day: Days, value: NDArray[np.float64], chosen: NDArray[np.bool_]) -> Dots:
    return Dots(name, day[chosen], value[chosen])


def _targets(versions: pd.DataFrame, column: str, first: np.datetime64, last: np.datetime64) -> tuple[Step, ...]:
    begins = days_of(versions["start_date"])
    ends = days_of(versions["end_date"].fillna(pd.Timestamp(last)))
    values = versions[column].to_numpy(dtype=np.float64, na_value=np.nan)
    steps = [
        Step(max(begin, first), min(end, last), float(value))
        for begin, end, value in zip(begins, ends, values, strict=True)
        if not np.isnan(value) and begin <= last and end >= first
    ]
    return tuple(steps)


def version_marks(versions: pd.DataFrame, unit: str) -> list[Mark]:
    """The days on which difficulty or target changed, each with what changed in words."""
    target = _TARGET[unit]
    columns = [*_DIFFICULTY, target]
    rows = versions[["start_date", *columns]].astype(object).where(versions[["start_date", *columns]].notna(), None)
    records = list(rows.itertuples(index=False, name=None))
    marks = []
    for before, after in pairwise(records):
        changes = [
            _change("target" if name == target else name.removesuffix("_kg"), old, new)
            for name, old, new in zip(columns, before[1:], after[1:], strict=True)
            if old != new
        ]
        if changes:
            marks.append(Mark(day_of(after[0]), "; ".join(changes)))
    return marks


def _change(name: str, old: object, new: object) -> str:
    return f"{name} {_word(old)} → {_word(new)}"


def _word(value: object) -> str:
    if value is None:
        return "not set"
    return f"{value:g}" if isinstance(value, int | float) else str(value).replace("_", " ")


def _clipped(bands: Sequence[Band], first: np.datetime64, last: np.datetime64) -> list[Band]:
    return [
        Band(max(band.first, first), min(band.last, last), band.text)
        for band in bands
        if band.first <= last and band.last >= first
    ]


def ratings_data(
    pain: pd.DataFrame, effort: pd.DataFrame, first: date, last: date, usual_pain: float | None = None
) -> RatingsData:
    """What the chart of pain and effort shows: the highest rating of each rated day, over all exercises.

    ``pain`` and ``effort`` have ``day`` and ``value``; a day that was not rated has no dot, which is not 0.
    """
    from_day, to_day = day_of(first), day_of(last)
    return RatingsData(
        first=from_day,
        last=to_day,
        pain=_highest("pain", pain, from_day, to_day),
        effort=_highest("effort", effort, from_day, to_day),
        usual_pain=usual_pain,
    )


def _highest(name: str, ratings: pd.DataFrame, first: np.datetime64, last: np.datetime64) -> Dots:
    day, value = days_of(ratings["day"]), ratings["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    shown = (day >= first) & (day <= last) & ~np.isnan(value)
    rated, place = np.unique(day[shown], return_inverse=True)
    highest = np.full(len(rated), -np.inf)
    np.maximum.at(highest, place, value[shown])
    return Dots(name, rated, highest)


def weekly_data(windows: pd.DataFrame, words: Sequence[str] = ()) -> WeeklyData | None:
    """What the chart of weekly adherence shows; ``words`` say each window in a few words (shown on hover)."""
    if windows.empty:
        return None
    start, end = days_of(windows["window_start"]), days_of(windows["window_end"])
    return WeeklyData(
        first=start.min(),
        last=end.max(),
        start=start,
        end=end,
        adherence=windows["adherence"].to_numpy(dtype=np.float64, na_value=np.nan),
        words=tuple(words),
    )
