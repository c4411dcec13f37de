"""What a chart shows, as plain values: made from tables once, drawn twice (interactive, and still for paper)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

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
        shown = [step.value for step in self.targets] + self.known
        return max(shown, default=0) or 1.0

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


class Bar(NamedTuple):
    """Adherence of one window of days, both inclusive, with what is said of it in words."""

    first: date
    last: date
    adherence: float
    words: str


@dataclass(frozen=True, kw_only=True)
class WeeklyData:
    """Adherence per week; weeks in which nothing was due have no bar."""

    first: date
    last: date
    bars: tuple[Bar, ...]
