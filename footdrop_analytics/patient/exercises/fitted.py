"""The line that a chart draws of a verdict: straight, or level and then down where a decline began; otherwise none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor
from typing import NamedTuple

from footdrop_analytics.figures import Line
from footdrop_analytics.patient.exercises.trend_words import Trend

_WITH_LINE = ("rising", "declining", "steady", "at_target")
_WHOLE = 1e-9


class _Corner(NamedTuple):
    day: date
    level: float


def fitted(trend: Trend, start: date) -> tuple[Line, ...]:
    """The fitted line of the present run from the day ``start`` on, one piece or two.

    No piece leaves the values that were logged. A line without a verdict would say what the words do not.
    """
    if trend.row["verdict"] not in _WITH_LINE or trend.extent is None:
        return ()
    return tuple(_pieces(_corners(trend), start, trend.extent))


def declines_since(trend: Trend) -> date | None:
    """From about which day on a series declines; None if it does not, or all along."""
    since: date | None = trend.row["recent_since"]
    return since


def _corners(trend: Trend) -> list[_Corner]:
    row, since = trend.row, declines_since(trend)
    first, last = row["first_day"], row["last_day"]
    if since is not None:
        return _bent(trend, first, since, last)
    if row["level_start"] is None or first is None or last <= first:
        return []
    return [_Corner(first, row["level_start"]), _Corner(last, row["level_end"])]


def _bent(trend: Trend, first: date, since: date, last: date) -> list[_Corner]:
    """Level up to ``since``, then straight by the change that was fitted; through the middle of all values."""
    change, days = trend.row["recent_change"], (last - since).days
    parts = [max((when - since).days, 0) / days for when, _ in trend.values]
    level = sum(value for _, value in trend.values) / len(parts) - change * sum(parts) / len(parts)
    return [_Corner(first, level), _Corner(since, level), _Corner(last, level + change)]


def _pieces(corners: list[_Corner], start: date, extent: tuple[float, float]) -> Iterator[Line]:
    for begin, end in pairwise(corners):
        piece = cut(Line(begin.day, end.day, begin.level, end.level), start, extent)
        if piece is not None:
            yield piece


def cut(line: Line, start: date, extent: tuple[float, float]) -> Line | None:
    """The line from ``start`` on, as far as it lies between the lowest and the highest value, if anywhere."""
    length = (line.last - line.first).days
    slope = (line.end - line.begin) / length if length else 0.0
    low, high = 0.0, float(length)
    if slope:
        ends = sorted((level - line.begin) / slope for level in extent)
        low, high = max(low, ends[0]), min(high, ends[1])
    if low > high:
        return None
    low = max(ceil(low - _WHOLE), (start - line.first).days)
    high = floor(high + _WHOLE)
    if high <= low:
        return None
    first, last = line.first + timedelta(low), line.first + timedelta(high)
    return Line(first, last, line.begin + slope * low, line.begin + slope * high)
