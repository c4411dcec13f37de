"""Days of the week as people write them: ``mon,wed,fri``, ``Monday & Thursday``, ``Mo-Fr``, ``MWF``."""

from __future__ import annotations

import re

from footdrop_analytics.model.vocabulary import WEEKDAY_NAMES, WEEKDAYS
from footdrop_analytics.wording.language import marked

_SETS = {
    "daily": WEEKDAYS,
    "weekdays": WEEKDAYS[:5],
    "weekend": WEEKDAYS[5:],
    "weekends": WEEKDAYS[5:],
    "mwf": ("mon", "wed", "fri"),
}
"""Words for several days. Single letters are read in one well-known word only: T and S may be two days each."""
_BESIDE = ("and", "on", "every", "each")
_TO = ("to", "until", "till", "through", "-")
_PART = re.compile(r"[^\W\d_]+|[-\u2010-\u2015]")

WHY_NOT = marked("not days of the week; write for example mon,wed,fri")


def weekdays_of(text: str) -> str | None:
    """The days named in a text as ``mon,wed,fri`` in the order of the week; None if it is not understood.

    Examples
    --------
    >>> weekdays_of("Monday, Wed. & fri")
    'mon,wed,fri'
    >>> weekdays_of("Sa-Mo")
    'mon,sat,sun'
    """
    if re.search(r"\d", text):
        return None
    parts = ["-" if not part.isalpha() else part for part in _PART.findall(text.casefold())]
    found: list[str] = []
    waiting = False
    for part in parts:
        if part in _TO:
            if not found or waiting:
                return None
            waiting = True
        elif part not in _BESIDE:
            days = _SETS.get(part, _day(part))
            if not days or (waiting and len(days) > 1):
                return None
            found += _between(found[-1], days[0]) if waiting else days
            waiting = False
    return ",".join(day for day in WEEKDAYS if day in found) or None if not waiting else None


def _day(word: str) -> tuple[str, ...]:
    """The one day that a word names, in full or by its first letters."""
    if word == "weds":
        return ("wed",)
    if len(word) < 2:
        return ()
    return tuple(
        short
        for short, full in zip(WEEKDAYS, WEEKDAY_NAMES, strict=True)
        if full.startswith(word) or word == full + "s"
    )


def _between(first: str, last: str) -> list[str]:
    """The days from one to another, over the end of the week if need be."""
    low, high = WEEKDAYS.index(first), WEEKDAYS.index(last)
    return [WEEKDAYS[day % 7] for day in range(low, low + (high - low) % 7 + 1)]
