"""One date, one clock time, one offset as text, in every way of writing that is read."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

import numpy as np

from footdrop_analytics.model.vocabulary import WEEKDAY_NAMES
from footdrop_analytics.reading.cells.words import Reason
from footdrop_analytics.wording.language import marked, translated

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH = {name: at for names in (MONTHS, _MONTH_NAMES) for at, name in enumerate(names, start=1)} | {"sept": 9}
_YEAR_FIRST = re.compile(r"(\d{4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})\.?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4})\.?")
_DAY_NAME_YEAR = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.)?[\s/-]*(?:of\s)?([a-z]{3,9})\.?[\s,/-]*(\d{4})", re.IGNORECASE
)
_NAME_DAY_YEAR = re.compile(r"([a-z]{3,9})\.?[\s/-]*(\d{1,2})(?:st|nd|rd|th)?[\s,/-]+(\d{4})", re.IGNORECASE)
_YEAR_NAME_DAY = re.compile(r"(\d{4})[\s,/-]*([a-z]{3,9})\.?[\s/-]*(\d{1,2})", re.IGNORECASE)
_WEEKDAY = re.compile(r"([a-z]{3,9})\.?,?\s+(?=[\da-z])", re.IGNORECASE)
_SERIAL = re.compile(r"([1-6]\d{4}|7[0-2]\d{3})(\.\d+)?")
_SHORT_YEAR = re.compile(r"\d{1,2}([-/. ])(\d{1,2}|[a-z]{3})\1\d{2}", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2})(?::(\d{2})(\.\d{1,9})?)?)?\s?(?:([ap])\.?m\.?)?", re.IGNORECASE)
_SERIAL_ZERO = dt.date(1899, 12, 30)


class Day(NamedTuple):
    """The day that a text names if the day stands before the month, and if it stands behind; None where it is none.

    Both are equal where the order does not matter. ``fraction`` is the part of the day that a serial number adds.
    """

    day_first: dt.date | None
    month_first: dt.date | None
    fraction: float = 0.0
    is_known: bool = True


UNKNOWN = Day(None, None, is_known=False)
"""No way of writing a date that is read here."""


def day_of_text(text: str) -> Day:
    """The day of a text without a clock time."""
    weekday, rest = _without_weekday(text)
    found = _day(rest)
    if weekday is None:
        return found
    fits = [day if day is not None and day.weekday() == weekday else None for day in found[:2]]
    return Day(fits[0], fits[1], 0.0, found.is_known)


def _without_weekday(text: str) -> tuple[int | None, str]:
    named = _WEEKDAY.match(text)
    word = named[1].lower() if named else ""
    for number, name in enumerate(WEEKDAY_NAMES):
        if named and len(word) >= 3 and name.startswith(word):
            return number, text[named.end() :]
    return None, text


def _day(text: str) -> Day:
    if serial := _SERIAL.fullmatch(text):
        day = _SERIAL_ZERO + dt.timedelta(days=int(serial[1]))
        return Day(day, day, float(serial[2] or 0))
    if found := _YEAR_FIRST.fullmatch(text):
        return _sure(found[1], found[3], found[4])
    if found := _DAY_NAME_YEAR.fullmatch(text):
        return _sure(found[3], _MONTH.get(found[2].lower()), found[1])
    if found := _NAME_DAY_YEAR.fullmatch(text):
        return _sure(found[3], _MONTH.get(found[1].lower()), found[2])
    if found := _YEAR_NAME_DAY.fullmatch(text):
        return _sure(found[1], _MONTH.get(found[2].lower()), found[3])
    if found := _YEAR_LAST.fullmatch(text):
        return Day(_date(found[4], found[3], found[1]), _date(found[4], found[1], found[3]))
    return UNKNOWN


def _sure(year: str, month: str | int | None, day: str) -> Day:
    if month is None:
        return UNKNOWN
    found = _date(year, month, day)
    return Day(found, found)


def _date(year: str, month: str | int, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def clock_of_text(text: str) -> np.timedelta64:
    """The time since midnight of ``20:15``, ``8:15:30.5 PM`` and the like; NaT for an hour that no clock has."""
    nothing = np.timedelta64("NaT", "us")
    if not text:
        return np.timedelta64(0, "us")
    found = _CLOCK.fullmatch(text)
    if found is None or (found[2] is None and found[5] is None):
        return nothing
    hours, minutes, seconds = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[5] is not None:
        if not 1 <= hours <= 12:
            return nothing
        hours = hours % 12 + (12 if found[5].lower() == "p" else 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        return nothing
    fraction = int((found[4] or ".0")[1:7].ljust(6, "0"))
    return np.timedelta64(((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction, "us")


def offset_of_text(text: str) -> np.timedelta64:
    """The offset from UTC of ``Z``, ``GMT+1``, ``-0500``; NaT where there is none."""
    if not text:
        return np.timedelta64("NaT", "us")
    digits = re.sub(r"[^\d+-]", "", text)
    sign, digits = (-1 if digits.startswith("-") else 1), digits.lstrip("+-")
    hours, minutes = (int(digits[:-2] or 0), int(digits[-2:])) if len(digits) > 2 else (int(digits or 0), 0)
    return np.timedelta64(sign * (hours * 60 + minutes) * 60_000_000, "us")


def part_of_day(fraction: float) -> np.timedelta64:
    """What a serial number adds to its day, to the second."""
    return np.timedelta64(round(fraction * 86_400) * 1_000_000, "us")


def open_formats(date: str, clock: str) -> tuple[str, ...]:
    """The formats in which a text can be meant where it leaves that open; ``date`` and ``clock`` are its two parts."""
    day = day_of_text(date)
    if day.is_known and (found := _YEAR_LAST.search(date)):
        orders = [order for order, one in (("%d{0}%m{0}%Y", day.day_first), ("%m{0}%d{0}%Y", day.month_first)) if one]
        sign = found[2]
    elif not day.is_known and (found := _SHORT_YEAR.fullmatch(date)):
        orders = ["%d{0}%m{0}%y", "%m{0}%d{0}%y"] if found[2].isdigit() else ["%d{0}%b{0}%y"]
        sign = found[1]
    else:
        return ()
    return tuple(order.format(sign) + _clock_format(clock) for order in orders)


def why_no_date(date: str, formats: tuple[str, ...], date_format: str | None) -> str:
    """In plain words, why a text is no date, and what resolves it: ``formats`` are those that it leaves open."""
    day = day_of_text(date)
    if day.is_known and day.day_first is None and day.month_first is None:
        return translated(_NO_SUCH)
    if date_format is not None:
        return translated("not written as date_format={form} says, and not as YYYY-MM-DD", form=repr(date_format))
    if formats:
        why, problem = _DAY_AND_MONTH if day.is_known else _DAY_MONTH_AND_YEAR
        return Reason.of(_never_guessed(why, *map(repr, formats)), translated(problem))
    if day.is_known:
        return translated(_NO_SUCH)
    return translated("not a date: expected YYYY-MM-DD, for a time YYYY-MM-DD HH:MM")


_NO_SUCH = marked("there is no such date or time in the calendar")
_DAY_AND_MONTH = (
    marked(
        "day and month are never guessed: write it as YYYY-MM-DD, or say how dates are written with "
        "date_format={first} ({also})"
    ),
    marked("day and month are never guessed"),
)
_DAY_MONTH_AND_YEAR = (
    marked(
        "day, month and year are never guessed: write it as YYYY-MM-DD, or say how dates are written with "
        "date_format={first} ({also})"
    ),
    marked("day, month and year are never guessed"),
)


def _clock_format(clock: str) -> str:
    found = _CLOCK.fullmatch(clock)
    if found is None:
        return ""
    seconds = "" if found[3] is None else ":%S"
    return f" %H:%M{seconds}" if found[5] is None else f" %I:%M{seconds} %p"


def _never_guessed(what: str, first: str, *others: str) -> str:
    if not others:
        also = translated("on the command line --date-format")
    else:
        also = translated("or {form}; on the command line --date-format", form=others[0])
    return translated(what, first=first, also=also)
