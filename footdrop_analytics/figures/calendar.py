"""The calendar strip: one row per week with a sign for each day, and what the week's plan asked for.

Its signs are letters and symbols, so that no colour is needed to tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from footdrop_analytics.figures.data import Row
from footdrop_analytics.wording.language import marked, translated


@dataclass(frozen=True)
class Sign:
    """A day's sign, what it means in English, and the name of its style."""

    status: str
    symbol: str
    english: str

    @property
    def word(self) -> str:
        """What it means, in the current language."""
        return translated(self.english)


SIGNS: Mapping[str, Sign] = {
    sign.status: sign
    for sign in (
        Sign("done", "●", marked("at least one exercise done")),
        Sign("clinic", "C", marked("done at a visit")),
        Sign("extra", "+", marked("extra, not due that day")),
        Sign("skipped", "✕", marked("logged as skipped")),
        Sign("not_logged", "·", marked("nothing logged")),
        Sign("unreadable", "U", marked("written, but could not be read")),
        Sign("paused", "P", marked("paused")),
        Sign("log_not_handed_in", "?", marked("log not handed in")),
        Sign("not_prescribed", "", marked("nothing prescribed")),
    )
}

FREE_DAY = Sign("not_logged", "·", marked("open day, nothing logged (days are free to choose)"))
OUTSIDE = Sign("outside", "", marked("outside the period shown"))


@dataclass(frozen=True)
class CalendarWeek:
    """Seven days from Monday on, each with its sign."""

    monday: date
    days: tuple[tuple[date, Sign], ...]


def calendar_weeks(
    marks: Iterable[Row], first: date, last: date, weeks: int = 8, free_days: bool = False
) -> list[CalendarWeek]:
    """The last weeks of the period from ``first`` to ``last``, oldest first; days outside it have no sign.

    ``marks`` hold ``day`` and ``status`` of one patient. With ``free_days`` days may be chosen freely inside a week, so
    that a day without an entry is open, not missed.
    """
    by_day = {row["day"]: row["status"] for row in marks if first <= row["day"] <= last}
    signs = {**SIGNS, OUTSIDE.status: OUTSIDE}
    if free_days:
        signs["not_logged"] = FREE_DAY
    this_monday = last - timedelta(days=last.weekday())
    found = []
    for back in range(weeks - 1, -1, -1):
        monday = this_monday - timedelta(weeks=back)
        days = [monday + timedelta(days=place) for place in range(7)]
        if any(day in by_day for day in days):
            found.append(CalendarWeek(monday, tuple((day, signs[by_day.get(day, OUTSIDE.status)]) for day in days)))
    return found
