"""Pain and effort: each rated day's highest rating over all exercises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from footdrop_analytics.figures import Chart, Dots, RatingsData, ratings_data, ratings_figure
from footdrop_analytics.patient.context import Context
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import day, days, number, quantity


@dataclass(frozen=True)
class Ratings:
    """Sentences, what the chart shows, and the ratings behind it: day, pain, effort."""

    sentences: tuple[str, ...]
    data: RatingsData
    values: tuple[tuple[date, float | None, float | None], ...]

    @cached_property
    def chart(self) -> Chart | None:
        """The chart; None if nothing was rated."""
        if not self.values:
            return None
        period = days(self.data.first, self.data.last)
        label = translated("Pain and effort, each day's highest rating, {period}.", period=period)
        return Chart("ratings", label, ratings_figure(self.data))


def ratings(context: Context) -> Ratings:
    """The patient's pain and effort in the period shown."""
    rows = context.rows("daily_ratings")
    pain, effort = ([{"day": row["day"], "value": row[name]} for row in rows] for name in ("pain", "effort"))
    data = ratings_data(pain, effort, context.start, context.end, context.patient.get("usual_pain_0_10"))
    tried = len({row["day"] for row in rows if context.start <= row["day"] <= context.end})
    sentences = (
        _sentence(translated("Pain with exercise"), data.pain, tried),
        _sentence(translated("Effort"), data.effort, tried),
    )
    rated = [dict(zip(dots.days, dots.values, strict=True)) for dots in (data.pain, data.effort)]
    both = {one: (rated[0].get(one), rated[1].get(one)) for one in sorted({*rated[0], *rated[1]})}
    return Ratings(sentences, data, tuple((one, *values) for one, values in both.items()))


def _sentence(name: str, dots: Dots, tried: int) -> str:
    if not dots.days and not tried:
        return translated("{what}: no day with an entry in this period.", what=name)
    if not dots.days:
        return quantity(
            "{what} was never rated on the {count} day with an entry; that is not the same as 0.",
            "{what} was never rated on the {count} days with an entry; that is not the same as 0.",
            tried,
            what=name,
        )
    highest = max(dots.values)
    return quantity(
        "{what} was rated on {rated} of {count} day with an entry: highest {highest} on {highest_day}, "
        "latest {latest} on {latest_day}.",
        "{what} was rated on {rated} of {count} days with an entry: highest {highest} on {highest_day}, "
        "latest {latest} on {latest_day}.",
        tried,
        what=name,
        rated=number(len(dots.days)),
        highest=number(highest),
        highest_day=day(dots.days[dots.values.index(highest)]),
        latest=number(dots.values[-1]),
        latest_day=day(dots.days[-1]),
    )
