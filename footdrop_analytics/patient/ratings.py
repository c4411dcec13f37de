"""Pain and effort of each rated day, and outcome measures in words: whether a change is beyond error, and matters."""

from __future__ import annotations

from functools import cached_property

from footdrop_analytics.figures.data import Dots, Row, ratings_data
from footdrop_analytics.figures.interactive import ratings_figure
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.knowledge.outcome_measures import load_outcome_measures
from footdrop_analytics.patient.context import Context
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import day, days, labelled, number, quantity, side, signed_number, spoken


class Ratings:
    """The patient's pain and effort in the period shown.

    Sentences, what the chart shows (``data``), and the ratings behind it: day, pain, effort.
    """

    def __init__(self, context: Context) -> None:
        rows = context.rows("daily_ratings")
        pain, effort = ([{"day": row["day"], "value": row[name]} for row in rows] for name in ("pain", "effort"))
        usual = context.patient.get("usual_pain_0_10")
        self.data = data = ratings_data(pain, effort, context.start, context.end, usual)
        tried = len({row["day"] for row in rows if context.start <= row["day"] <= context.end})
        kinds = ((translated("Pain with exercise"), data.pain), (translated("Effort"), data.effort))
        self.sentences = [_sentence(name, dots, tried) for name, dots in kinds]
        rated = [dict(zip(dots.days, dots.values, strict=True)) for dots in (data.pain, data.effort)]
        self.values = [(one, rated[0].get(one), rated[1].get(one)) for one in sorted({*rated[0], *rated[1]})]

    @cached_property
    def chart(self) -> Chart | None:
        """The chart; None if nothing was rated."""
        if not self.values:
            return None
        period = days(self.data.first, self.data.last)
        label = translated("Pain and effort, each day's highest rating, {period}.", period=period)
        return Chart("ratings", label, ratings_figure(self.data))


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


_NOT_BEYOND = marked("no: {size} < {limit}")
_BEYOND = marked("yes: {size} ≥ {limit}")
NO_FIGURE = marked("no published figure for such a patient and first value")
_ORTHOSIS = {"none": marked("without orthosis"), "afo": marked("with AFO"), "fes": marked("with FES")}
ONE_VALUE = marked("measured on one day only")


class Measured:
    """One measure under one condition (side, orthosis and aid are never mixed).

    ``change`` is blank if there is one day only, or units differ; ``better`` says which way it went. ``error`` and
    ``matters`` say whether the change is beyond the error of one person (MDC) and beyond what matters (MCID).
    """

    def __init__(self, context: Context, row: Row) -> None:
        known = load_outcome_measures().measures.get(row["measure"])
        # Of a measure that the registry does not hold, as it was written.
        units = [one["unit"] for one in context.rows("outcomes") if one["measure"] == row["measure"] and one["unit"]]
        unit = translated(known.unit) if known is not None else str(units[-1]) if units else ""
        change = row["change"] if row["first_day"] < row["last_day"] else None
        if change is not None:
            self.error, self.matters = (_beyond(change, row[name], unit) for name in ("mdc", "mcid"))
        elif row["first_day"] == row["last_day"]:
            self.error = self.matters = translated(ONE_VALUE)
        else:
            self.error = self.matters = translated("written in units that differ")
        self.name = translated(known.name) if known is not None else spoken(row["measure"])
        under = [side(row["side"]) if row["side"] else ""]
        under += [translated(_ORTHOSIS[row["orthosis"]]) if row["orthosis"] is not None else ""]
        under += [translated("with {aid}", aid=row["aid"]) if row["aid"] else ""]
        self.under = ", ".join(one for one in under if one)
        self.first_day, self.last_day = row["first_day"], row["last_day"]
        self.first, self.last = (_value(row[f"{name}_value"], unit) for name in ("first", "last"))
        self.change = "" if change is None else f"{signed_number(change)} {unit}".strip()
        self.better = ""
        if change and row["better"]:
            is_better = (change > 0) == (row["better"] == "higher")
            self.better = translated("better") if is_better else translated("worse")
        self.source = labelled(row["population"], row["source"]) if row["source"] else ""

    @property
    def what(self) -> str:
        """The measure with its conditions."""
        return f"{self.name} ({self.under})" if self.under else self.name

    @property
    def line(self) -> str:
        """All of it in one line, for a record."""
        if not self.change:
            return translated(
                "{what}: {value} on {day}; {why}.",
                what=self.what,
                value=self.last,
                day=day(self.last_day),
                why=self.error,
            )
        return translated(
            "{what}: {first} on {first_day}, {last} on {last_day}, change {change}; beyond error: {error}; "
            "beyond what matters: {matters}.",
            what=self.what,
            first=self.first,
            first_day=day(self.first_day),
            last=self.last,
            last_day=day(self.last_day),
            change=f"{self.change} ({self.better})" if self.better else self.change,
            error=self.error,
            matters=self.matters,
        )


def measured(context: Context) -> list[Measured]:
    """The patient's outcome measures up to ``as_of``."""
    return [Measured(context, row) for row in context.rows("outcome_changes")]


def _value(value: float, unit: str) -> str:
    return f"{number(value)} {unit}".strip()


def _beyond(change: float, limit: float | None, unit: str) -> str:
    if limit is None:
        return translated(NO_FIGURE)
    form = _BEYOND if abs(change) >= limit - 1e-9 else _NOT_BEYOND
    return translated(form, size=number(abs(change)), limit=_value(limit, unit))
