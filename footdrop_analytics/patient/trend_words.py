"""What a trend says, in a few sentences with the number of days behind it; no level is named that nobody logged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import median

from footdrop_analytics.figures import DayValue, Row
from footdrop_analytics.knowledge import Exercise
from footdrop_analytics.wording.words import counted, day, estimate, number, signed, unbroken

_LEVEL_DAYS = 3
_AT_TARGET_SHARE = 0.8
"""A series is at the target since the day from which on so many of the days reached it."""


@dataclass(frozen=True)
class Trend:
    """The row of the trends, its reasons, and the values that take part, in the order of days."""

    row: Row
    reasons: Sequence[Row]
    values: Sequence[tuple[date, float]]
    unit: str

    @classmethod
    def of(cls, row: Row, reasons: Sequence[Row], daily: Sequence[DayValue], exercise: Exercise) -> Trend:
        """The trend of one series among its daily values."""
        begin = row["first_day"]
        values = [
            (one.day, one.value)
            for one in daily
            if one.value is not None
            and one.as_prescribed
            and not one.left_out
            and begin is not None
            and one.day >= begin
        ]
        return cls(row, reasons, sorted(values), "repetitions" if exercise.unit == "reps" else "seconds")

    @property
    def n(self) -> str:
        """The number of days that take part."""
        return counted(self.row["n"] - self.row["n_outlying"], "day")

    @property
    def stops_at_target(self) -> bool:
        """Whether the log stops at the target."""
        return any(one["reason"] == "stops_at_target" for one in self.reasons)

    @property
    def extent(self) -> tuple[float, float] | None:
        """Lowest and highest value; None without any."""
        values = [value for _, value in self.values]
        return (min(values), max(values)) if values else None

    def level_until(self, last: date) -> float:
        """Median of the last three values up to a day."""
        return median([value for when, value in self.values if when <= last][-_LEVEL_DAYS:])

    @property
    def first_level(self) -> float:
        """Median of the first three values."""
        return median([value for _, value in self.values][:_LEVEL_DAYS])


def trend_sentence(trend: Trend) -> str:
    """The verdict in words: from the log of the present difficulty and target only."""
    verdict = trend.row["verdict"]
    parts = [_VERDICTS[verdict](trend)] if verdict is not None else []
    for reason, rows in groupby(trend.reasons, key=lambda one: str(one["reason"])):
        parts += [words for words in [_reason(reason, list(rows))] if words]
    if trend.row["n_other"]:
        parts.append(f"{counted(trend.row['n_other'], 'day')} done in another way than prescribed, not counted here.")
    return unbroken(" ".join(parts))


def _rising(trend: Trend) -> str:
    return f"Rising: {_from_to(trend)}"


def _declining(trend: Trend) -> str:
    since, change = trend.row["recent_since"], trend.row["recent_change"]
    if since is None:
        return f"Declining: {_from_to(trend)}"
    before, now = trend.level_until(since), trend.row["level_now"]
    levels = (
        f"from {estimate(before)} to {estimate(now)} {trend.unit} (medians of three days), " if now < before else ""
    )
    return f"Declining since about {day(since)}: {levels}a loss of about {estimate(-change)} {trend.unit} ({trend.n})."


def _from_to(trend: Trend) -> str:
    row = trend.row
    return (
        f"from {estimate(trend.first_level)} to {estimate(row['level_now'])} {trend.unit} (medians of the first and "
        f"last three days, {day(row['first_day'])} and {day(row['last_day'])}; {signed(row['slope_per_week'])} a week, "
        f"95 % range {signed(row['slope_low'])} to {signed(row['slope_high'])}; {trend.n})."
    )


def _steady(trend: Trend) -> str:
    return (
        f"Holding steady at about {estimate(trend.row['level_now'])} {trend.unit} (median of the last three days; "
        f"{trend.n}): any change is smaller than {number(trend.row['margin'])}, the smallest that matters."
    )


def _at_target(trend: Trend) -> str:
    row, target = trend.row, trend.row["target"]
    if not row["capped"]:
        return (
            f"At target: {row['n_at_target']} of the last {min(row['n'], 5)} days reached the target of "
            f"{number(target)} {trend.unit} ({trend.n} in all)."
        )
    reached = [value >= target - 1e-9 for _, value in trend.values]
    shares = (sum(reached[at:]) / (len(reached) - at) for at in range(len(reached)))
    at = next(at for at, share in enumerate(shares) if reached[at] and share >= _AT_TARGET_SHARE)
    return (
        f"At target since {day(trend.values[at][0])}: {sum(reached[at:])} of {counted(len(reached) - at, 'day')} since "
        f"then reached the target of {number(target)} {trend.unit} ({trend.n} in all)."
    )


def _cannot_tell(trend: Trend) -> str:
    return f"Cannot tell from {trend.n}; that is not the same as no change."


def _not_applicable(trend: Trend) -> str:
    return f"Not judged: with help the repetitions measure the helper ({trend.n} logged)."


_VERDICTS: dict[str, Callable[[Trend], str]] = {
    "rising": _rising,
    "declining": _declining,
    "steady": _steady,
    "at_target": _at_target,
    "cannot_tell": _cannot_tell,
    "not_applicable": _not_applicable,
}


_REASONS = {
    "done_with_help": "",
    "few_days": "A verdict needs 5 days with a value.",
    "load_varied": "The load was changed without being prescribed, so the days cannot be compared.",
    "few_days_for_a_test": "A test for a change needs 10 days with a value.",
    "within_day_to_day_variation": "A change cannot be told from day-to-day variation.",
    "gap_over_14_days": "There is a gap of {number} days.",
    "stops_at_target": "The log stops at the target.",
    "few_days_below_target": "Too few days lie below the target for a line.",
    "one_value_far": "Far from the other values and left out: {values}.",
    "implausible_value": "More than can be meant and left out: {values}.",
}


def _reason(code: str, rows: list[Row]) -> str:
    values = "; ".join(f"{number(one['number'])} on {day(one['day'])}" for one in rows if one["day"])
    return _REASONS[code].format(number=number(rows[0]["number"]), values=values)
