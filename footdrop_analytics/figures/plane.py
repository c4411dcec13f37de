"""The plane of a still drawing: where a day and a value lie, and its axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape
from math import ceil, floor, log10

from footdrop_analytics.figures.style import GRID, INK, SOFT_INK

_LONGEST_IN_WEEKS = 84
_X_TICKS = 9
_Y_TICKS = 5


@dataclass(frozen=True)
class Plane:
    """Days (ordinals of :class:`datetime.date`) from left to right, values from bottom to top; all in drawing units."""

    first_day: float
    last_day: float
    lowest: float
    highest: float
    width: int = 720
    height: int = 240
    left: int = 48
    right: int = 708
    top: int = 24

    @property
    def bottom(self) -> int:
        """Where the time axis lies."""
        return self.height - 26

    def xs(self, days: Iterable[float]) -> list[float]:
        """Where days lie."""
        scale = (self.right - self.left) / max(self.last_day - self.first_day, 1)
        return [self.left + (day - self.first_day) * scale for day in days]

    def ys(self, values: Iterable[float]) -> list[float]:
        """Where values lie."""
        bottom = self.bottom
        scale = (bottom - self.top) / (self.highest - self.lowest)
        return [bottom - (value - self.lowest) * scale for value in values]

    def x(self, day: float) -> float:
        """Where a day lies."""
        return self.xs([day])[0]

    def y(self, value: float) -> float:
        """Where a value lies."""
        return self.ys([value])[0]

    def axes(self, y_title: str) -> list[str]:
        """Grid, ticks and titles."""
        parts = []
        for value in value_ticks(self.lowest, self.highest):
            y = self.y(value)
            parts.append(f'<path d="M{self.left} {y:.1f}H{self.right}" stroke="{GRID}"/>')
            parts.append(f'<text x="{self.left - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
        parts += self.time_axis()
        middle = (self.top + self.bottom) / 2
        parts.append(
            f'<text transform="translate(12 {middle:.0f}) rotate(-90)" text-anchor="middle">{escape(y_title)}</text>'
        )
        return parts

    def time_axis(self) -> list[str]:
        """The axis of days alone."""
        parts = []
        for day, label in day_ticks(self.first_day, self.last_day):
            x = self.x(day)
            parts.append(f'<path d="M{x:.1f} {self.bottom}v5" stroke="{SOFT_INK}"/>')
            anchor = "end" if x > self.right - 24 else "middle"
            parts.append(f'<text x="{x:.1f}" y="{self.bottom + 19}" text-anchor="{anchor}">{label}</text>')
        parts.append(f'<path d="M{self.left} {self.bottom}H{self.right}" stroke="{SOFT_INK}"/>')
        return parts

    def svg(self, label: str, parts: Sequence[str]) -> str:
        """The drawing; ``label`` is its accessible name."""
        return (
            f'<svg class="still" role="img" aria-label="{escape(label)}" viewBox="0 0 {self.width} {self.height}" '
            f'font-size="12" fill="{INK}">{"".join(parts)}</svg>'
        )


def value_ticks(lowest: float, highest: float) -> list[float]:
    """Round values that divide the axis into about five parts."""
    rough = (highest - max(lowest, 0)) / _Y_TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough)
    # Counts and ratings are read in whole numbers.
    step = max(step, 1.0) if highest >= 2 else step
    count = floor(highest / step + 1e-9)
    return [float(number * step) for number in range(count + 1)]


@lru_cache(maxsize=256)
def day_ticks(first: float, last: float) -> tuple[tuple[int, str], ...]:
    """Mondays of a short time, first days of months of a long one, each with its label.

    Kept, because the drawings of one patient share their days.
    """
    days = range(ceil(first), floor(last) + 1)
    if len(days) <= _LONGEST_IN_WEEKS:
        mondays = [day for day in days if date.fromordinal(day).weekday() == 0] or list(days[:1])
        return tuple((day, _label(day, "%d %b")) for day in mondays[:: -(-len(mondays) // _X_TICKS)])
    firsts = [day for day in days if date.fromordinal(day).day == 1]
    step = next(months for months in (1, 2, 3, 6, 12, 24, 120, 1200, 12000) if len(firsts) <= months * _X_TICKS)
    kept = [day for day in firsts if (date.fromordinal(day).month - 1) % min(step, 12) == 0]
    return tuple((day, _label(day, "%b %Y")) for day in kept)


def _label(day: int, form: str) -> str:
    return date.fromordinal(day).strftime(form).lstrip("0")
