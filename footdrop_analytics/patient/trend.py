"""What a trend says, in a few sentences with the number of days behind it, and the line that a chart draws of it.

No level is named that nobody logged; the line is straight, or level and then down where a decline began.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from math import ceil, floor
from statistics import median

from footdrop_analytics.figures.data import DayValue, Line, Row
from footdrop_analytics.knowledge import Exercise
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import day, estimate, number, quantity, signed, unbroken

_LEVEL_DAYS = 3
_AT_TARGET_SHARE = 0.8
"""A series is at the target since the day from which on so many of the days reached it."""


class Trend:
    """The row of one series' trends, its reasons, and the values that take part, in the order of days."""

    def __init__(self, row: Row, reasons: Sequence[Row], daily: Sequence[DayValue], exercise: Exercise) -> None:
        self.row, self.reasons, begin = row, reasons, row["first_day"]
        counted = [(one.day, one.counted) for one in daily if begin is not None and one.day >= begin]
        self.values = sorted((day, value) for day, value in counted if value is not None)
        self.unit = translated("repetitions") if exercise.unit == "reps" else translated("seconds")

    @property
    def n(self) -> str:
        """The number of days that take part."""
        return quantity("{count} day", "{count} days", self.row["n"] - self.row["n_outlying"])

    def level_until(self, last: date) -> float:
        """Median of the last three values up to a day."""
        return median([value for when, value in self.values if when <= last][-_LEVEL_DAYS:])

    @property
    def first_and_last(self) -> dict[str, str]:
        """Medians of the first and last three values, in words."""
        first = median([value for _, value in self.values][:_LEVEL_DAYS])
        return {"first": estimate(first), "last": estimate(self.row["level_now"]), "unit": self.unit}


def trend_sentence(trend: Trend) -> str:
    """The verdict in words: from the log of the present difficulty and target only."""
    verdict = trend.row["verdict"]
    parts = [_WHOLE[verdict](trend, _HEADLINES[verdict](trend))] if verdict is not None else []
    # What weakens the verdict, a sentence each.
    by_code = groupby(trend.reasons, key=lambda one: str(one["reason"]))
    parts += [words for code, rows in by_code if (words := _reason(code, list(rows)))]
    if trend.row["n_other"]:
        parts.append(
            quantity(
                "{count} day done in another way than prescribed, not counted here.",
                "{count} days done in another way than prescribed, not counted here.",
                trend.row["n_other"],
            )
        )
    return unbroken(" ".join(parts))


def trend_headline(trend: Trend) -> str:
    """The verdict alone, in a few words without a full stop; what weakens it if there is none."""
    verdict = trend.row["verdict"]
    if verdict is None:
        return trend_sentence(trend).removesuffix(".")
    return unbroken(_HEADLINES[verdict](trend))


def _declining(trend: Trend) -> str:
    since = trend.row["recent_since"]
    if since is None:
        return translated("Declining: from {first} to {last} {unit}", **trend.first_and_last)
    before, now = trend.level_until(since), trend.row["level_now"]
    said = {"day": day(since), "unit": trend.unit}
    if now < before:
        levels = {"before": estimate(before), "now": estimate(now)}
        return translated("Declining since about {day}: from {before} to {now} {unit}", **levels, **said)
    loss = estimate(-trend.row["recent_change"])
    return translated("Declining since about {day}: a loss of about {loss} {unit}", loss=loss, **said)


def _at_target(trend: Trend) -> str:
    row, goal = trend.row, {"target": number(trend.row["target"]), "unit": trend.unit}
    if not row["capped"]:
        return translated(
            "At target: {reached} of the last {days} days reached the target of {target} {unit}",
            reached=number(row["n_at_target"]),
            days=number(min(row["n"], 5)),
            **goal,
        )
    reached = [value >= row["target"] - 1e-9 for _, value in trend.values]
    shares = (sum(reached[at:]) / (len(reached) - at) for at in range(len(reached)))
    at = next(at for at, share in enumerate(shares) if reached[at] and share >= _AT_TARGET_SHARE)
    return quantity(
        "At target since {day}: {reached} of {count} day since then reached the target of {target} {unit}",
        "At target since {day}: {reached} of {count} days since then reached the target of {target} {unit}",
        len(reached) - at,
        day=day(trend.values[at][0]),
        reached=number(sum(reached[at:])),
        **goal,
    )


_HEADLINES: dict[str, Callable[[Trend], str]] = {
    "rising": lambda trend: translated("Rising: from {first} to {last} {unit}", **trend.first_and_last),
    "declining": _declining,
    "steady": lambda trend: translated(
        "Holding steady at about {level} {unit}", level=estimate(trend.row["level_now"]), unit=trend.unit
    ),
    "at_target": _at_target,
    "cannot_tell": lambda trend: translated("Cannot tell from {days}", days=trend.n),
    "not_applicable": lambda _: translated("Not judged: with help the repetitions measure the helper"),
}


def _with_medians(trend: Trend, headline: str) -> str:
    row = trend.row
    return translated(
        "{headline} (medians of the first and last three days, {first_day} and {last_day}; {slope} a week, "
        "95 % range {low} to {high}; {days}).",
        headline=headline,
        first_day=day(row["first_day"]),
        last_day=day(row["last_day"]),
        slope=signed(row["slope_per_week"]),
        low=signed(row["slope_low"]),
        high=signed(row["slope_high"]),
        days=trend.n,
    )


def _with_loss(trend: Trend, headline: str) -> str:
    since = trend.row["recent_since"]
    if since is None:
        return _with_medians(trend, headline)
    if trend.row["level_now"] >= trend.level_until(since):
        return translated("{headline} ({days}).", headline=headline, days=trend.n)
    return translated(
        "{headline} (medians of three days), a loss of about {loss} {unit} ({days}).",
        headline=headline,
        loss=estimate(-trend.row["recent_change"]),
        unit=trend.unit,
        days=trend.n,
    )


def _with_margin(trend: Trend, headline: str) -> str:
    return translated(
        "{headline} (median of the last three days; {days}): any change is smaller than {margin}, "
        "the smallest that matters.",
        headline=headline,
        days=trend.n,
        margin=number(trend.row["margin"]),
    )


_WHOLE: dict[str, Callable[[Trend, str], str]] = {
    "rising": _with_medians,
    "declining": _with_loss,
    "steady": _with_margin,
    "at_target": lambda trend, headline: translated("{headline} ({days} in all).", headline=headline, days=trend.n),
    "cannot_tell": lambda _, headline: translated("{headline}; that is not the same as no change.", headline=headline),
    "not_applicable": lambda trend, headline: translated(
        "{headline} ({days} logged).", headline=headline, days=trend.n
    ),
}


_REASONS = {
    "done_with_help": "",
    "few_days": marked("A verdict needs 5 days with a value."),
    "load_varied": marked("The load was changed without being prescribed, so the days cannot be compared."),
    "few_days_for_a_test": marked("A test for a change needs 10 days with a value."),
    "within_day_to_day_variation": marked("A change cannot be told from day-to-day variation."),
    "gap_over_14_days": marked("There is a gap of {number} days."),
    "stops_at_target": marked("The log stops at the target."),
    "few_days_below_target": marked("Too few days lie below the target for a line."),
    "one_value_far": marked("Far from the other values and left out: {values}."),
    "implausible_value": marked("More than can be meant and left out: {values}."),
}


def _reason(code: str, rows: list[Row]) -> str:
    values = "; ".join(
        translated("{value} on {day}", value=number(one["number"]), day=day(one["day"])) for one in rows if one["day"]
    )
    return translated(_REASONS[code], number=number(rows[0]["number"]), values=values)


_TINY = 1e-9


def fitted(trend: Trend, start: date) -> tuple[Line, ...]:
    """The fitted line of the present run from the day ``start`` on, one piece or two.

    No piece leaves the values that were logged. A line without a verdict would say what the words do not.
    """
    if trend.row["verdict"] not in ("rising", "declining", "steady", "at_target") or not trend.values:
        return ()
    values = [value for _, value in trend.values]
    lines = (Line(first, last, begin, end) for (first, begin), (last, end) in pairwise(_corners(trend)))
    pieces = (cut(line, start, (min(values), max(values))) for line in lines)
    return tuple(piece for piece in pieces if piece is not None)


def _corners(trend: Trend) -> list[tuple[date, float]]:
    row = trend.row
    first, since, last = row["first_day"], row["recent_since"], row["last_day"]
    if since is not None:
        # Level up to ``since``, then straight by the change that was fitted; through the middle of all values.
        change, days = row["recent_change"], (last - since).days
        parts = [max((when - since).days, 0) / days for when, _ in trend.values]
        level = sum(value for _, value in trend.values) / len(parts) - change * sum(parts) / len(parts)
        return [(first, level), (since, level), (last, level + change)]
    if row["level_start"] is None or first is None or last <= first:
        return []
    return [(first, row["level_start"]), (last, row["level_end"])]


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
    low = max(ceil(low - _TINY), (start - line.first).days)
    high = floor(high + _TINY)
    if high <= low:
        return None
    first, last = line.first + timedelta(low), line.first + timedelta(high)
    return Line(first, last, line.begin + slope * low, line.begin + slope * high)
