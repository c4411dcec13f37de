"""How much was done on a day, all exercises together: what pain and effort are read against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.wording.language import translated
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
