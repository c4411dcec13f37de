"""The days that a trend looks at, and those that take no part: far from all others, or more than can be meant."""

from __future__ import annotations

from dataclasses import dataclass

from footdrop_analytics.analysis.log.arrays import FAR_DAY, NO_DAY, Bools, Floats
from footdrop_analytics.analysis.log.days.daily_performance import Performance
from footdrop_analytics.analysis.log.days.day_values import DailyValues
from footdrop_analytics.analysis.trends.expectations import margins, targets
from footdrop_analytics.analysis.trends.outlying import outlying_days


@dataclass(frozen=True)
class RunValues:
    """The known values of every run: ``days`` take part; ``outlying`` and ``implausible`` days do not.

    ``other`` are days with rows that are not as prescribed only.

    ``target`` and ``margin`` have one entry per run.
    """

    days: DailyValues
    outlying: DailyValues
    implausible: DailyValues
    other: DailyValues
    target: Floats
    margin: Floats


def run_values(performance: Performance, measure: str, low: int = NO_DAY, high: int = FAR_DAY) -> RunValues:
    """The values of all runs from day ``low`` to day ``high``."""
    days = _clipped(performance.daily(measure), low, high).known()
    target = targets(performance, measure)
    margin = margins(performance, measure, target, days)
    far = outlying_days(days.run, days.day, days.value, margin)
    implausible = _clipped(performance.implausible_daily(measure), low, high)
    other = _clipped(performance.other_daily(measure), low, high)
    return RunValues(_chosen(days, ~far), _chosen(days, far), implausible, other, target, margin)


def _clipped(days: DailyValues, low: int, high: int) -> DailyValues:
    """The values of the days from ``low`` to ``high``."""
    return _chosen(days, (days.day >= low) & (days.day <= high))


def _chosen(days: DailyValues, chosen: Bools) -> DailyValues:
    return days if chosen.all() else DailyValues(days.run[chosen], days.day[chosen], days.value[chosen])
