"""The axes of a still drawing, as plotly's layout describes them: where values lie, and which ticks are labelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from math import ceil, floor, log10
from typing import Any

from footdrop_analytics.wording.language import Language, current
from footdrop_analytics.wording.words import exact, month, short_day

Layout = Mapping[str, Any]
Tick = tuple[float, str]

_MOST_TICKS = 9
_LONGEST_IN_WEEKS = 84
_PARTS = 5


@dataclass(frozen=True)
class Axis:
    """An axis of a layout between two ends in drawing units; days are ordinals of :class:`datetime.date`."""

    layout: Layout
    begin: float
    end: float

    @cached_property
    def is_time(self) -> bool:
        """Whether its values are days."""
        return self.layout.get("type") == "date"

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The values at both ends; the first one may be the larger."""
        low, high = self.numbers(self.layout["range"])
        return low, high

    def numbers(self, values: Iterable[Any]) -> list[float]:
        """Values of a trace as numbers."""
        return [_ordinal(value) for value in values] if self.is_time else list(values)

    def places(self, values: Iterable[Any]) -> list[float]:
        """Where values of a trace lie."""
        (low, high), begin = self.reach, self.begin
        scale = (self.end - begin) / (high - low)
        return [begin + (value - low) * scale for value in self.numbers(values)]

    def place(self, value: float) -> float:
        """Where a number lies."""
        low, high = self.reach
        return self.begin + (value - low) / (high - low) * (self.end - self.begin)

    @cached_property
    def ticks(self) -> tuple[Tick, ...]:
        """Values that have a label, and their labels."""
        low, high = sorted(self.reach)
        if "tickvals" in self.layout:
            return tuple(zip(self.layout["tickvals"], self.layout["ticktext"], strict=True))
        if self.is_time:
            return day_ticks(low, high)
        return value_ticks(low, high, self.layout.get("dtick"), self.layout.get("nticks", _PARTS + 1) - 1)

    @cached_property
    def longest_label(self) -> int:
        """How many letters the longest label has."""
        return max((len(label) for _, label in self.ticks), default=0)


def value_ticks(low: float, high: float, step: float | None = None, parts: int = _PARTS) -> tuple[Tick, ...]:
    """Round values that divide an axis into about so many parts."""
    return _value_ticks(current(), low, high, step, parts)


@lru_cache(maxsize=256)
def _value_ticks(_: Language, low: float, high: float, step: float | None, parts: int) -> tuple[Tick, ...]:
    if step is None:
        rough = (high - max(low, 0)) / parts
        power = 10.0 ** floor(log10(rough))
        step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough)
        # Counts and ratings are read in whole numbers.
        step = max(step, 1.0) if high >= 2 else step
    numbers = range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)
    return tuple((number * step, exact(number * step)) for number in numbers)


def day_ticks(low: float, high: float) -> tuple[Tick, ...]:
    """Every day or every other day of a short time, Mondays of a longer one, first days of months of a long one.

    Kept, because the drawings of one patient share their days.
    """
    return _day_ticks(current(), low, high)


@lru_cache(maxsize=256)
def _day_ticks(_: Language, low: float, high: float) -> tuple[Tick, ...]:
    days = range(ceil(low), floor(high) + 1)
    if len(days) <= 2 * _MOST_TICKS:
        return tuple((day, short_day(date.fromordinal(day))) for day in _thinned(days))
    if len(days) <= _LONGEST_IN_WEEKS:
        mondays = [day for day in days if date.fromordinal(day).weekday() == 0]
        return tuple((day, short_day(date.fromordinal(day))) for day in _thinned(mondays))
    firsts = [day for day in days if date.fromordinal(day).day == 1]
    step = next(months for months in (1, 2, 3, 6, 12, 24, 120, 1200, 12000) if len(firsts) <= months * _MOST_TICKS)
    kept = [day for day in firsts if (date.fromordinal(day).month - 1) % min(step, 12) == 0]
    return tuple((day, month(date.fromordinal(day))) for day in _thinned(kept))


def _thinned(days: Iterable[int]) -> list[int]:
    found = list(days)
    return found[:: -(-len(found) // _MOST_TICKS)]


@lru_cache(maxsize=4096)
def _ordinal(moment: str) -> float:
    when = datetime.fromisoformat(moment)
    return when.toordinal() + (when.hour * 60 + when.minute) / 1440
