"""How sure an adherence is: Wilson's interval, widened by how much a person's own weeks differ.

Days of one person resemble each other, so n due sessions tell as much as n / E independent ones. E, the design effect,
comes from the last (at most 12) whole calendar weeks, shrunk to 1.5 as if by six degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from footdrop_analytics.analysis.adherence.period import Windows
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import DAY_BITS, Bools, Floats, Ints

if TYPE_CHECKING:
    from footdrop_analytics.analysis.adherence.calendar import PatientDays

USUAL_EFFECT = 1.5
_SHRUNK_BY = 6
_MOST_WEEKS = 12
_QUANTILE = 0.975


@dataclass(frozen=True)
class WeekHistory:
    """The design effect of each group (series, patient) from the weeks up to each of its weeks.

    ``keys`` are sorted day keys of group and last day of a week; ``effect`` and ``weeks`` (how many it rests on) hold
    for the weeks up to that one.
    """

    keys: Ints
    effect: Floats
    weeks: Ints

    def at(self, group: Ints, day: Ints) -> tuple[Floats, Floats]:
        """Design effect and t quantile of each group from the weeks that end by a day."""
        found = np.searchsorted(self.keys, cols.day_keys(group, day), side="right")
        own = np.append(-1, self.keys >> DAY_BITS)[found] == group
        at = np.where(own, found, 0)
        return np.append(USUAL_EFFECT, self.effect)[at], _quantiles()[np.append(0, self.weeks)[at]]


@cache
def _quantiles() -> Floats:
    """The t quantile for 0, 1, … 12 weeks."""
    from scipy.special import stdtrit

    freedom = np.maximum(_SHRUNK_BY - 1 + np.arange(_MOST_WEEKS + 1), _SHRUNK_BY)
    return np.asarray(stdtrit(freedom, _QUANTILE), dtype=np.float64)


def week_history(group: Ints, last_day: Ints, size: Floats, share: Floats) -> WeekHistory:
    """Design effects from weeks sorted by group and day: ``size`` sessions due, ``share`` of them done."""
    place = cols.ranges(cols.run_lengths(cols.run_starts(group), len(group)))
    count = np.minimum(place + 1, _MOST_WEEKS)

    def summed(values: Floats) -> Floats:
        total = values.copy()
        for back in range(1, min(_MOST_WEEKS, len(values))):
            total[back:] += np.where(place[back:] >= back, values[:-back], 0.0)
        return total

    sizes, shares = summed(size), summed(share)
    kept: Floats = (summed(share * size) + 0.5) / (sizes + 1)
    spread: Floats = np.maximum(summed(share**2) - shares**2 / count, 0.0)
    freedom = count - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        own = sizes / count * (spread / freedom) / (kept * (1 - kept))
    shrunk = (_SHRUNK_BY * USUAL_EFFECT + freedom * np.where(freedom > 0, own, 0.0)) / (_SHRUNK_BY + freedom)
    return WeekHistory(cols.day_keys(group, last_day), np.maximum(shrunk, 1.0), count)


@dataclass(frozen=True)
class Weeks:
    """Whole calendar weeks up to ``as_of``, one entry per series and week; amounts in fourteenths of a session.

    ``clean``: nothing of the series was paused or unobserved.
    """

    series: Ints
    monday: Ints
    due14: Ints
    done14: Ints
    clean: Bools


def weeks_of(calendar: PatientDays) -> Weeks:
    """The weeks from each series' first active day on."""
    segments, days, as_of_day = calendar.log.segments, calendar.days, calendar.log.as_of_day
    begins, ends = cols.run_starts(segments.series), cols.run_ends(segments.series)
    first = cols.monday_of(segments.first[begins])
    count = np.maximum((np.minimum(segments.last[ends], as_of_day) - first) // 7 + 1, 0)
    # A boundary before each week and after the last one: sums of weeks are differences of neighbours.
    bounds = count + 1
    series = np.repeat(segments.series[begins], bounds)
    monday = np.repeat(first, bounds) + 7 * cols.ranges(bounds)
    whole = np.append(series[1:] == series[:-1], False)[: len(series)] & (monday + 6 <= as_of_day)

    def in_week(total: Ints) -> Ints:
        return np.diff(total, append=0)[whole]

    counters = (segments.due14, segments.paused_days, segments.unobserved_days)
    places = segments.places(cols.day_keys(series, monday - 1))
    due14, paused, unobserved = (in_week(one.at(places)) for one in counters)
    done = in_week(days.totals["done"][np.searchsorted(days.keys, cols.day_keys(series, monday))])
    clean = (paused == 0) & (unobserved == 0)
    return Weeks(series[whole], monday[whole], due14, np.minimum(14 * done, due14), clean)


def patient_history(calendar: PatientDays, weeks: Weeks) -> WeekHistory:
    """The design effects of patients, of weeks in which this holds for every series; sizes are sittings."""
    key = cols.day_keys(calendar.log.series.patient[weeks.series], weeks.monday)
    keys, of = np.unique(key, return_inverse=True)
    due14, done14, unclean = (
        cols.totals_of(of, amount, len(keys)) for amount in (weeks.due14, weeks.done14, ~weeks.clean)
    )
    used = (unclean == 0) & (due14 > 0)
    monday = cols.days_of_keys(keys[used])
    patient = keys[used] >> DAY_BITS
    sittings14 = calendar.sums(Windows(patient, monday, monday + 6, monday))["largest14"]
    return week_history(patient, monday + 6, sittings14 / 14, done14[used] / due14[used])


def wilson(proportion: Floats, n: Floats, z: Floats | float) -> tuple[Floats, Floats]:
    """Wilson score interval of a proportion out of n (which may be a fraction), clipped to 0–1; ``z``: the quantile.

    Source: Wilson (1927), J Am Stat Assoc 22:209.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        shrink = 1 / (1 + z**2 / n)
        centre = shrink * (proportion + z**2 / (2 * n))
        half = shrink * z * np.sqrt(proportion * (1 - proportion) / n + z**2 / (4 * n**2))
    # The interval holds the proportion itself; at 0 and 1 rounding would leave it just outside.
    return np.clip(np.minimum(centre - half, proportion), 0, 1), np.clip(np.maximum(centre + half, proportion), 0, 1)
