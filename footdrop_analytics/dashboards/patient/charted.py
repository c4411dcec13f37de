"""What the chart of the patient dashboard shows: rows that share the time axis, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

from footdrop_analytics.dashboards.patient.dose import DayAmounts
from footdrop_analytics.dashboards.patient.happenings import Happening
from footdrop_analytics.figures import RatingsData, Row, TrendData
from footdrop_analytics.patient.exercises import ExercisePart
from footdrop_analytics.wording.words import counted, days

VERDICTS = {
    "rising": "rising",
    "declining": "declining",
    "at_target": "at target",
    "steady": "steady",
    "cannot_tell": "cannot tell",
    "not_applicable": "not judged (done with help)",
}
_WHOLE = 1e-9
_WITH_LINE = ("rising", "declining", "steady", "at_target")


@dataclass(frozen=True)
class Line:
    """The fitted line of the present run, as far as it lies in the period shown."""

    first: date
    last: date
    begin: float
    end: float


@dataclass(frozen=True)
class SeriesRow:
    """The row of one series."""

    name: str
    verdict: str
    data: TrendData
    line: Line | None

    @property
    def title(self) -> str:
        """Heel raise, left: rising (43 days)."""
        return f"{self.name}: {self.verdict}"


@dataclass(frozen=True)
class Charted:
    """Everything in the chart, from top to bottom; ``label`` says it in words."""

    first: date
    last: date
    series: tuple[SeriesRow, ...]
    amounts: DayAmounts
    ratings: RatingsData
    happened: tuple[Happening, ...]
    label: str

    @property
    def has_ratings(self) -> bool:
        """Whether any pain or effort was rated in the period."""
        return bool(self.ratings.pain.days or self.ratings.effort.days)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not (self.series or self.amounts.known or self.has_ratings or self.happened)


def charted(
    exercises: Sequence[ExercisePart],
    ratings: RatingsData,
    amounts: DayAmounts,
    happened: Sequence[Happening],
) -> Charted:
    """What is shown of some series between the first and last day of ``ratings``."""
    first, last = ratings.first, ratings.last
    rows = tuple(_series_row(part, first) for part in exercises if part.label is not None)
    shown = tuple(one for one in happened if first <= one.day <= last)
    within = amounts.between(first, last)
    return Charted(first, last, rows, within, ratings, shown, _label(first, last, exercises, within, ratings, shown))


def _series_row(part: ExercisePart, first: date) -> SeriesRow:
    verdict = part.trend["verdict"]
    words = f"{VERDICTS[verdict]} ({counted(part.trend['n'], 'day')})" if verdict is not None else "no verdict"
    line = fitted_line(part.trend, first, part.drawn) if verdict in _WITH_LINE and part.drawn else None
    return SeriesRow(part.name, words, part.data, line)


def fitted_line(trend: Row, first: date, extent: tuple[float, float]) -> Line | None:
    """The line from ``first`` on, as far as it lies between the lowest and the highest value, if anywhere."""
    begin, last = trend["first_day"], trend["last_day"]
    if trend["level_start"] is None or begin is None or last <= begin:
        return None
    slope = (trend["level_end"] - trend["level_start"]) / (last - begin).days
    low, high = 0.0, float((last - begin).days)
    if slope:
        ends = sorted((level - trend["level_start"]) / slope for level in extent)
        low, high = max(low, ends[0]), min(high, ends[1])
    if low > high:
        return None
    low = max(ceil(low - _WHOLE), (first - begin).days)
    high = floor(high + _WHOLE)
    if high <= low:
        return None
    level = trend["level_start"]
    return Line(begin + timedelta(low), begin + timedelta(high), level + slope * low, level + slope * high)


def _label(
    first: date,
    last: date,
    exercises: Sequence[ExercisePart],
    amounts: DayAmounts,
    ratings: RatingsData,
    happened: Sequence[Happening],
) -> str:
    parts = [f"On one time axis, {days(first, last)}."]
    parts += [part.label for part in exercises if part.label is not None]
    if amounts.days:
        of = counted(len(amounts.days), "day")
        parts.append(f"Amount known on {len(amounts.known)} of {of} with prescribed exercise.")
    pain, effort = (counted(len(dots.days), "day") for dots in (ratings.pain, ratings.effort))
    parts.append(f"Pain rated on {pain}, effort on {effort}.")
    lanes = [(sum(one.lane == lane for one in happened), word) for lane, word in _LANE_WORDS.items()]
    named = [counted(count, word) for count, word in lanes if count]
    parts.append(f"Marked: {', '.join(named)}." if named else "No event, visit, check-in or note in this time.")
    return " ".join(parts)


_LANE_WORDS = {
    "Event": "event",
    "Check-in": "check-in",
    "Visit": "visit",
    "Measured": "measurement",
    "Note": "note",
}


def space(first: date, last: date) -> timedelta:
    """Room on either side of the chart, so that no mark is cut."""
    return timedelta(days=1 + (last - first).days // 60)
