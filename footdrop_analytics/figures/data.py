"""What a chart shows, as plain values: made from tables once, drawn twice (interactive, and still for paper)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
"""Calendar days, ``datetime64[D]``."""


class Step(NamedTuple):
    """A level that held from one day to another, both inclusive."""

    first: np.datetime64
    last: np.datetime64
    value: float


class Mark(NamedTuple):
    """A day on which something changed, and what."""

    day: np.datetime64
    text: str


class Band(NamedTuple):
    """Days, both inclusive, that are shaded, and why."""

    first: np.datetime64
    last: np.datetime64
    text: str


@dataclass(frozen=True)
class Dots:
    """One kind of dots: a name for the legend, days and values (never NaN)."""

    name: str
    day: Days
    value: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TrendData:
    """Dots on real dates against the target of the time; days without an entry have no dot.

    Days that were tried, but have no number that can be compared (not recorded, or done in another way), are kept
    apart in ``unnumbered``: they lie on the time axis, not at a value.
    """

    unit: str
    first: np.datetime64
    last: np.datetime64
    as_prescribed: Dots
    other: Dots
    unnumbered: Dots
    targets: tuple[Step, ...] = ()
    marks: tuple[Mark, ...] = ()
    bands: tuple[Band, ...] = ()

    @property
    def highest(self) -> float:
        """The largest value or target shown."""
        shown = [step.value for step in self.targets]
        shown += [float(dots.value.max()) for dots in (self.as_prescribed, self.other) if len(dots.value)]
        return max(shown, default=1.0)


@dataclass(frozen=True, kw_only=True)
class RatingsData:
    """Pain and effort of the days on which they were rated, 0 to 10."""

    first: np.datetime64
    last: np.datetime64
    pain: Dots
    effort: Dots
    usual_pain: float | None = None


@dataclass(frozen=True, kw_only=True)
class WeeklyData:
    """Adherence per window: credited of due, the share with its interval (NaN = missing)."""

    first: np.datetime64
    last: np.datetime64
    start: Days
    end: Days
    adherence: NDArray[np.float64]
    words: tuple[str, ...] = field(default=())


def day_number(day: np.datetime64) -> int:
    """The day's place on the time axis."""
    return int(day.astype("datetime64[D]").astype(np.int64))
