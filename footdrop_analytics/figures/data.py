"""What a chart shows, as plain values, and how rows of result tables become it.

Made from tables once, drawn twice (interactive, and still for paper). The rows are those of one patient (and series):
dictionaries as :func:`plain_rows` makes them of a table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from footdrop_analytics.knowledge.exercises import COLUMN_OF_UNIT
from footdrop_analytics.model.vocabulary import DIFFICULTY_FIELDS
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import UNITS, exact, spoken

_STRIP = 0.14


class Step(NamedTuple):
    """A level that held from one day to another, both inclusive."""

    first: date
    last: date
    value: float


class Line(NamedTuple):
    """A straight line from one day to a later one, and its value on both."""

    first: date
    last: date
    begin: float
    end: float


class Mark(NamedTuple):
    """A day on which something changed, and what."""

    day: date
    text: str


class Band(NamedTuple):
    """Days, both inclusive, that are shaded, and why."""

    first: date
    last: date
    text: str


class Dots(NamedTuple):
    """One kind of dots: a name for the legend, days and their values (never missing), in order of days."""

    name: str
    days: list[date]
    values: list[float]


@dataclass(frozen=True, kw_only=True)
class TrendData:
    """Dots on real dates against the target of the time; days without an entry have no dot.

    Values that take no part in the trend, because they lie far from all others, are ``left_out``. Days that were
    tried, but have no number that can be compared (not recorded, or done in another way), are kept apart in
    ``unnumbered``: they are drawn below 0, not at a value.

    ``fitted`` are the pieces of the line of a verdict; without a verdict there is none. ``declines_since`` is the day
    from about which on the values decline, where they did not all along.
    """

    unit: str
    first: date
    last: date
    as_prescribed: Dots
    other: Dots
    left_out: Dots
    unnumbered: Dots
    targets: tuple[Step, ...] = ()
    marks: tuple[Mark, ...] = ()
    bands: tuple[Band, ...] = ()
    fitted: tuple[Line, ...] = ()
    declines_since: date | None = None

    @property
    def known(self) -> list[float]:
        """Every value that is drawn."""
        return self.as_prescribed.values + self.other.values + self.left_out.values

    @property
    def highest(self) -> float:
        """The largest value or target shown; 1 if there is none above 0."""
        return max([step.value for step in self.targets] + self.known, default=0) or 1.0

    @property
    def lowest(self) -> float:
        """Where the value axis begins: a strip below 0 holds the days without a number, so that none is read as 0."""
        return -_STRIP * self.highest if self.unnumbered.days else 0.0

    @property
    def below_zero(self) -> Dots:
        """``unnumbered`` where it is drawn, in the middle of the strip."""
        return self.unnumbered._replace(values=[self.lowest / 2] * len(self.unnumbered.days))


@dataclass(frozen=True, kw_only=True)
class RatingsData:
    """Pain and effort of the days on which they were rated, 0 to 10."""

    first: date
    last: date
    pain: Dots
    effort: Dots
    usual_pain: float | None = None


def space_days(first: date, last: date) -> int:
    """Days left free on either side of a chart, so that no dot is cut."""
    return 1 + (last - first).days // 60


Row = dict[str, Any]


class DayValue(NamedTuple):
    """A day on which a series was tried: its value (None: no number), whether it was done as prescribed.

    ``left_out``: the value is far from all others, or more than can be meant, and takes no part in the trend.
    """

    day: date
    value: float | None
    as_prescribed: bool
    left_out: bool = False

    @property
    def counted(self) -> float | None:
        """The value, if it takes part in the trend."""
        return self.value if self.as_prescribed and not self.left_out else None


def plain_rows(table: pd.DataFrame) -> list[Row]:
    """The rows as dictionaries of plain values: days as ``date``, missing as None, categories as text."""
    if table.empty:
        return []
    columns = plain_columns(table)
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def plain_columns(table: pd.DataFrame, wanted: Collection[str] | None = None) -> dict[str, list[Any]]:
    """The columns, or some of them, as lists of plain values, converted column by column."""
    # Every public way makes a Series of each column, which takes longer than all the rest.
    quick = getattr(table, "_iter_column_arrays", None)
    arrays = (column.array for _, column in table.items()) if quick is None else quick()
    named = zip(table.columns.tolist(), arrays, strict=True)
    return {str(name): _plain(values) for name, values in named if wanted is None or name in wanted}


def _plain(values: Any) -> list[Any]:
    """The values of one column. pandas' own general way takes ten times as long for the few rows of a patient."""
    if isinstance(values, pd.Categorical):
        names = [*_plain(values.categories.array), None]
        return [names[code] for code in values.codes.tolist()]
    kind = values.dtype.kind
    if kind == "M":
        days: list[Any] = np.asarray(values, dtype="datetime64[D]").tolist()
        return days
    if kind == "f":
        numbers = np.asarray(values, dtype=np.float64)
        found: list[Any] = numbers.tolist()
        return [None if value != value else value for value in found] if np.isnan(numbers).any() else found
    if isinstance(values, np.ndarray):
        plain: list[Any] = values.tolist()
        return plain if kind != "O" else [None if pd.isna(value) else value for value in plain]
    arrow = getattr(values, "__arrow_array__", None)
    if arrow is not None:
        return list(arrow().to_pylist())
    others: list[Any] = values.to_numpy(dtype=object, na_value=None).tolist()
    return others


def trend_data(
    daily: Iterable[DayValue], versions: Iterable[Row], unit: str, first: date, last: date, bands: Sequence[Band] = ()
) -> TrendData:
    """What the trend chart of one series shows between two days."""
    planned = Dots(translated("as prescribed"), [], [])
    other = Dots(translated("done in another way"), [], [])
    left_out = Dots(translated("left out of the trend"), [], [])
    unnumbered = Dots(translated("tried, no number to compare"), [], [])
    for one in sorted(daily, key=itemgetter(0)):
        if first <= one.day <= last:
            dots = left_out if one.left_out else planned if one.as_prescribed else other
            dots = unnumbered if one.value is None else dots
            dots.days.append(one.day)
            dots.values.append(0.0 if one.value is None else one.value)
    plans = list(versions)
    return TrendData(
        unit=translated(UNITS[unit]),
        first=first,
        last=last,
        as_prescribed=planned,
        other=other,
        left_out=left_out,
        unnumbered=unnumbered,
        targets=tuple(_targets(plans, COLUMN_OF_UNIT[unit], first, last)),
        marks=tuple(mark for mark in version_marks(plans, unit) if first <= mark.day <= last),
        bands=tuple(
            Band(max(band.first, first), min(band.last, last), band.text)
            for band in bands
            if band.first <= last and band.last >= first
        ),
    )


def _targets(versions: list[Row], column: str, first: date, last: date) -> Iterable[Step]:
    for row in versions:
        begin = max(row["start_date"], first)
        end = last if row["end_date"] is None else min(row["end_date"], last)
        if row[column] is not None and begin <= end:
            yield Step(begin, end, float(row[column]))


def version_marks(versions: Sequence[Row], unit: str) -> list[Mark]:
    """The days on which difficulty or target changed, each with what changed in words."""
    names = {**{name: name.removesuffix("_kg") for name in DIFFICULTY_FIELDS}, COLUMN_OF_UNIT[unit]: "target"}
    marks = []
    for before, after in pairwise(versions):
        changes = [
            f"{spoken(name)} {_word(column, before[column])} → {_word(column, after[column])}"
            for column, name in names.items()
            if before[column] != after[column]
        ]
        if changes:
            marks.append(Mark(after["start_date"], "; ".join(changes)))
    return marks


def _word(column: str, value: object) -> str:
    if value is None:
        return translated("not set")
    if column == "resistance":
        return str(value).replace("_", " ")
    return exact(value) if isinstance(value, int | float) else spoken(str(value))


def ratings_data(
    pain: Iterable[Row], effort: Iterable[Row], first: date, last: date, usual_pain: float | None = None
) -> RatingsData:
    """What the chart of pain and effort shows: the highest rating of each rated day, over all exercises.

    ``pain`` and ``effort`` have ``day`` and ``value``; a day that was not rated has no dot, which is not 0.
    """
    return RatingsData(
        first=first,
        last=last,
        pain=_highest(translated("pain"), pain, first, last),
        effort=_highest(translated("effort"), effort, first, last),
        usual_pain=usual_pain,
    )


def _highest(name: str, ratings: Iterable[Row], first: date, last: date) -> Dots:
    highest: dict[date, float] = {}
    for row in ratings:
        day, value = row["day"], row["value"]
        if value is not None and first <= day <= last:
            highest[day] = max(value, highest.get(day, value))
    days = sorted(highest)
    return Dots(name, days, [highest[day] for day in days])
