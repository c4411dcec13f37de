"""Pain and effort: each rated day's highest rating over all exercises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from footdrop_analytics.figures import Dots, ratings_data, ratings_figure, ratings_svg
from footdrop_analytics.report.sections.context import Chart, Context
from footdrop_analytics.report.words import counted, day, days, number


@dataclass(frozen=True)
class Ratings:
    """Sentences, the chart, and the ratings behind it."""

    sentences: tuple[str, ...]
    chart: Chart | None
    values: tuple[tuple[date, float | None, float | None], ...]


def ratings(context: Context) -> Ratings:
    """The patient's pain and effort in the period shown."""
    rows = {name: context.shelf.rows(name, context.patient_id) for name in ("daily_pain", "daily_effort")}
    data = ratings_data(
        rows["daily_pain"],
        rows["daily_effort"],
        context.start,
        context.end,
        context.patient.get("usual_pain_0_10"),
    )
    n_days = rows["daily_pain"]["day"].between(str(context.start), str(context.end))
    tried = int(rows["daily_pain"]["day"][n_days].nunique())
    sentences = (_sentence("Pain", data.pain, tried), _sentence("Effort", data.effort, tried))
    both = {one: (_at(data.pain, one), _at(data.effort, one)) for dots in (data.pain, data.effort) for one in dots.day}
    chart = None
    if both:
        label = f"Pain and effort, each day's highest rating, {days(context.start, context.end)}."
        chart = Chart("ratings", label, ratings_figure(data), ratings_svg(data, label))
    values = tuple((one.astype(object), *both[one]) for one in sorted(both))
    return Ratings(sentences, chart, values)


def _at(dots: Dots, one: object) -> float | None:
    found = dots.value[dots.day == one]
    return float(found[0]) if len(found) else None


def _sentence(name: str, dots: Dots, tried: int) -> str:
    if not len(dots.day):
        return f"{name} was never rated on the {counted(tried, 'day')} with an entry; that is not the same as 0."
    at, last = int(dots.value.argmax()), len(dots.day) - 1
    return (
        f"{name} was rated on {len(dots.day)} of {counted(tried, 'day')} with an entry: highest "
        f"{number(dots.value[at])} on {day(dots.day[at].astype(object))}, "
        f"latest {number(dots.value[last])} on {day(dots.day[last].astype(object))}."
    )
