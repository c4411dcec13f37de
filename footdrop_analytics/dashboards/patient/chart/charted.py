"""What the chart of the patient dashboard shows: rows that share the time axis, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from footdrop_analytics.dashboards.patient.chart.dose import DayAmounts
from footdrop_analytics.dashboards.patient.chart.happenings import Happening
from footdrop_analytics.figures import RatingsData, TrendData
from footdrop_analytics.patient.exercises.series import ExercisePart
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import days, number, quantity, short_day

VERDICTS = {
    "rising": marked("rising"),
    "declining": marked("declining"),
    "at_target": marked("at target"),
    "steady": marked("steady"),
    "cannot_tell": marked("cannot tell"),
    "not_applicable": marked("not judged (done with help)"),
}


@dataclass(frozen=True)
class SeriesRow:
    """The row of one series."""

    name: str
    verdict: str
    data: TrendData
    in_seconds: bool

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
    rows = tuple(_series_row(part) for part in exercises if part.label is not None)
    shown = tuple(one for one in happened if first <= one.day <= last)
    within = amounts.between(first, last)
    return Charted(first, last, rows, within, ratings, shown, _label(first, last, exercises, within, ratings, shown))


def _series_row(part: ExercisePart) -> SeriesRow:
    verdict, since = part.trend["verdict"], part.data.declines_since
    words = translated("no verdict")
    if verdict is not None:
        words = translated(VERDICTS[verdict])
        if since is not None:
            words = translated("{verdict} since about {day}", verdict=words, day=short_day(since))
        words = f"{words} ({quantity('{count} day', '{count} days', part.trend['n'])})"
    return SeriesRow(part.name, words, part.data, part.exercise.unit == "seconds")


def _label(
    first: date,
    last: date,
    exercises: Sequence[ExercisePart],
    amounts: DayAmounts,
    ratings: RatingsData,
    happened: Sequence[Happening],
) -> str:
    parts = [translated("On one time axis, {days}.", days=days(first, last))]
    parts += [part.label for part in exercises if part.label is not None]
    if amounts.days:
        parts.append(
            quantity(
                "Amount known on {known} of {count} day with prescribed exercise.",
                "Amount known on {known} of {count} days with prescribed exercise.",
                len(amounts.days),
                known=number(len(amounts.known)),
            )
        )
    pain, effort = (quantity("{count} day", "{count} days", len(dots.days)) for dots in (ratings.pain, ratings.effort))
    parts.append(translated("Pain rated on {pain}, effort on {effort}.", pain=pain, effort=effort))
    lanes = [(sum(one.lane == lane for one in happened), words) for lane, words in _LANE_WORDS.items()]
    named = ", ".join(words(count) for count, words in lanes if count)
    parts.append(
        translated("Marked: {counts}.", counts=named)
        if named
        else translated("No event, visit, check-in or note in this time.")
    )
    return " ".join(parts)


_LANE_WORDS: dict[str, Callable[[int], str]] = {
    "Event": lambda count: quantity("{count} event", "{count} events", count),
    "Check-in": lambda count: quantity("{count} check-in", "{count} check-ins", count),
    "Visit": lambda count: quantity("{count} visit", "{count} visits", count),
    "Measured": lambda count: quantity("{count} measurement", "{count} measurements", count),
    "Note": lambda count: quantity("{count} note", "{count} notes", count),
}


def space(first: date, last: date) -> timedelta:
    """Room on either side of the chart, so that no mark is cut."""
    return timedelta(days=1 + (last - first).days // 60)
