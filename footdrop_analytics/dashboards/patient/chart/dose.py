"""How much was done on a day, all exercises together: what pain and effort are read against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import numpy as np

from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.figures import Dots
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import number, quantity


@dataclass(frozen=True)
class DayAmounts:
    """Days with prescribed exercise, in order, and the amount of each; None where part of it was not recorded."""

    days: tuple[date, ...]
    amounts: tuple[float | None, ...]

    def between(self, first: date, last: date) -> DayAmounts:
        """The days of a period."""
        kept = [pair for pair in zip(self.days, self.amounts, strict=True) if first <= pair[0] <= last]
        return DayAmounts(tuple(day for day, _ in kept), tuple(amount for _, amount in kept))

    @property
    def known(self) -> list[tuple[date, float]]:
        """The days with a known amount."""
        pairs = zip(self.days, self.amounts, strict=True)
        return [(day, amount) for day, amount in pairs if amount is not None]

    @property
    def unknown(self) -> int:
        """How many days have no known amount."""
        return sum(amount is None for amount in self.amounts)

    @property
    def words(self) -> str:
        """What the amounts come to, in a sentence."""
        if not self.days:
            return translated("No day with prescribed exercise in this period.")
        known = [amount for _, amount in self.known]
        if not known:
            return quantity(
                "Amount done: not known on any of {count} day with prescribed exercise.",
                "Amount done: not known on any of {count} days with prescribed exercise.",
                len(self.days),
            )
        return quantity(
            "Amount done: known on {known} of {count} day with prescribed exercise, {worth} a day.",
            "Amount done: known on {known} of {count} days with prescribed exercise, {worth} a day.",
            len(self.days),
            known=number(len(known)),
            worth=_worth(min(known), max(known)),
        )


def _worth(least: float, most: float) -> str:
    """An amount of a day in sessions, or from the least to the most."""
    if number(least) == number(most):
        return quantity("{count} session’s worth", "{count} sessions’ worth", round(most, 2))
    return translated("from {least} to {most} sessions’ worth", least=number(least), most=number(most))


def day_amounts(performance: Performance) -> DayAmounts:
    """Of one patient's days, the sum over the done rows of prescribed exercises of dose / prescribed session dose."""
    log, version = performance.log, performance.version
    counts = log.done & (version >= 0)
    share = log.dose[counts] / log.versions.session_dose[version[counts]]
    found, place = np.unique(log.entries.day[counts], return_inverse=True)
    sums = np.zeros(len(found))
    np.add.at(sums, place, share)
    days = found.astype("datetime64[D]").tolist()
    return DayAmounts(tuple(days), tuple(None if np.isnan(one) else float(one) for one in sums))


_LEAST_DAYS = 3
"""Fewer days on either side compare nothing."""


def pain_by_amount(amounts: DayAmounts, pain: Dots) -> list[str]:
    """Pain after much and after little exercise, in words: of the same day, and of the day before."""
    done, rated = dict(amounts.known), dict(zip(pain.days, pain.values, strict=True))
    found = []
    for ago, words in ((0, _SAME_DAY), (1, _DAY_BEFORE)):
        pairs = [(done[on - timedelta(ago)], level) for on, level in rated.items() if on - timedelta(ago) in done]
        usual = _usual([amount for amount, _ in pairs])
        much, little = ([level for amount, level in pairs if (amount >= usual) is more] for more in (True, False))
        if min(len(much), len(little)) >= _LEAST_DAYS:
            given = {"usual": number(round(usual, 1)), "n_much": len(much), "n_little": len(little)}
            found.append(translated(words, much=number(median(much)), little=number(median(little)), **given))
    return found or [translated("Too few days have both a rating of pain and a known amount to compare them.")]


def _usual(amounts: list[float]) -> float:
    """The amount that parts days with much from those with less: the median, or the next above if none is below it."""
    if not amounts:
        return 0.0
    middle = median(amounts)
    return middle if min(amounts) < middle else min((one for one in amounts if one > middle), default=middle)


_SAME_DAY = marked(
    "Pain and the amount of the same day: median {much} on the {n_much} days with {usual} sessions’ worth or more, "
    "{little} on the {n_little} days with less."
)
_DAY_BEFORE = marked(
    "Pain and the amount of the day before: median {much} after the {n_much} days with {usual} sessions’ worth or "
    "more, {little} after the {n_little} days with less."
)
