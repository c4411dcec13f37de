"""How much was done on a day, all exercises together: what pain and effort are read against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.wording.words import counted, number


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
            return "No day with prescribed exercise in this period."
        known = [amount for _, amount in self.known]
        if not known:
            return f"Amount done: not known on any of {counted(len(self.days), 'day')} with prescribed exercise."
        least, most = number(min(known)), number(max(known))
        worth = "1 session’s" if least == most == "1" else f"{most} sessions’"
        worth = worth if least == most else f"from {least} to {worth}"
        return (
            f"Amount done: known on {len(known)} of {counted(len(self.days), 'day')} with prescribed exercise, "
            f"{worth} worth a day."
        )


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
