"""One date, clock time or offset as text: in every way of writing that is read, or exactly as a format says."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from footdrop_analytics.errors import ParameterError, need
from footdrop_analytics.model.vocabulary import WEEKDAY_NAMES
from footdrop_analytics.reading.cells.values import Reason
from footdrop_analytics.wording.language import LANGUAGES, marked, parameter_error, translated

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
    """The day of a text without a clock time; behind the name of a day of the week only if it is one."""
    named = _WEEKDAY.match(text)
    weekdays = [at for at, name in enumerate(WEEKDAY_NAMES) if named and name.startswith(named[1].lower())]
    if named is None or not weekdays:
        return _day(text)
    found = _day(text[named.end() :])
    fits = [day if day is not None and day.weekday() == weekdays[0] else None for day in found[:2]]
    return Day(fits[0], fits[1], 0.0, found.is_known)


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
    found = _CLOCK.fullmatch(clock)
    seconds = "" if found is None or found[3] is None else ":%S"
    time = "" if found is None else f" %H:%M{seconds}" if found[5] is None else f" %I:%M{seconds} %p"
    return tuple(order.format(sign) + time for order in orders)


def why_no_date(date: str, formats: tuple[str, ...], date_format: str | None) -> str:
    """In plain words, why a text is no date, and what resolves it: ``formats`` are those that it leaves open."""
    day = day_of_text(date)
    if day.is_known and day.day_first is None and day.month_first is None:
        return translated(_NO_SUCH)
    if date_format is not None:
        return translated("not written as date_format={form} says, and not as YYYY-MM-DD", form=repr(date_format))
    if formats:
        why, problem = _DAY_AND_MONTH if day.is_known else _DAY_MONTH_AND_YEAR
        first, *others = map(repr, formats)
        also = translated("on the command line --date-format")
        if others:
            also = translated("or {form}; on the command line --date-format", form=others[0])
        return Reason.of(translated(why, first=first, also=also), translated(problem))
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


_PLAIN_WORDS = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d"}
_TIME_BEHIND = re.compile(r"(?:(?<=[^%])T|[ ,])+(?:at\s+)?%[HIM].*$")
_READ = set("YymbBdHIMSfpzZjAa")
_WORD = re.compile(r"[^\W\d_]{3,}")
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f")


def checked_date_format(date_format: str | None) -> str | None:
    """The format as ``strptime`` takes it; ``DD/MM/YYYY`` and the like are translated, all else stays as given."""
    if date_format is None:
        return None
    need(date_format, "date_format", str, "a text such as '%d/%m/%Y'")
    found = date_format
    if "%" not in found:
        found = re.sub("yyyy|yy|mm|dd", lambda word: _PLAIN_WORDS[word.group().lower()], found, flags=re.IGNORECASE)
    directives = re.findall(r"%([^%]|%)", found)
    if not ({*directives} & set("Yy") and {*directives} & set("mbB") and "d" in directives):
        raise parameter_error(
            "date_format: {form} does not say where year, month and day stand; write for example '%d/%m/%Y'.",
            form=repr(date_format),
        )
    if unknown := [one for one in directives if one not in _READ and one != "%"]:
        raise _unreadable(date_format, translated("{sign} is not read here", sign=f"%{unknown[0]}"))
    if "I" in directives and "p" not in directives:
        raise _unreadable(date_format, translated("%I is an hour from 1 to 12 and needs %p, AM or PM"))
    date = _date_part(found)
    example = dt.date(2026, 4, 3).strftime(date)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", example) and example != "2026-04-03":
        raise parameter_error(
            "date_format: {form} looks like ISO dates, which are always year-month-day: day and month could not be "
            "told apart. Write the days as YYYY-MM-DD.",
            form=repr(date_format),
        )
    try:
        whole = dt.datetime(2026, 4, 3, 8, 5, tzinfo=dt.UTC).strftime(found)
        dt.datetime.strptime(whole, found)  # noqa: DTZ007 - only whether it can be read
    except (ValueError, re.error) as error:
        raise _unreadable(date_format, str(error)) from error
    return found


def checked_timezone(timezone: str | None) -> str | None:
    """The name of a time zone."""
    if timezone is None:
        return None
    need(timezone, "timezone", str, "a text such as 'Europe/Berlin'")
    try:
        zoneinfo.ZoneInfo(timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise parameter_error(
            "timezone: {zone} is no time zone; write for example 'Europe/Berlin' or 'America/New_York'.",
            zone=repr(timezone),
        ) from error
    return timezone


def _unreadable(date_format: str, why: str) -> ParameterError:
    return parameter_error(
        "date_format: {form} cannot be read ({why}); write for example '%d/%m/%Y'.", form=repr(date_format), why=why
    )


def _date_part(form: str) -> str:
    """The format without the time of day behind it."""
    return _TIME_BEHIND.sub("", form)


def in_format(texts: pa.Array, date_format: str) -> tuple[np.ndarray, np.ndarray]:
    """Wall times of texts exactly in the stated format (NaT where not), and which have a time of day.

    The time of day behind the date may be absent; where the format names none, it may be ``HH:MM[:SS[.f]]``. Months
    may be named in any language of the package.
    """
    written = pd.Series(texts.to_pylist(), dtype=object)
    if named := re.search("%[bB]", date_format):
        written = written.map(lambda text: _in_english(text, named[0], date_format), na_action="ignore")
    # pandas takes “now” and “today” in any format: a text without a digit is no date.
    written = written.where(written.str.contains(r"\d"))
    values = np.full(len(written), np.datetime64("NaT", "us"))
    has_time = np.zeros(len(written), dtype=bool)
    date = _date_part(date_format)
    forms = [date_format, date] if date != date_format else [date + clock for clock in _CLOCKS]
    for form in forms:
        open_ones = np.flatnonzero(np.isnat(values) & written.notna().to_numpy())
        if open_ones.size:
            values[open_ones] = _parsed(written.iloc[open_ones], form)
            has_time[open_ones] = ~np.isnat(values[open_ones]) & (form != date)
    return values, has_time


def _parsed(texts: pd.Series, form: str) -> np.ndarray:
    if re.search("%[zZ]", form):
        return np.array([_with_offset(text, form) for text in texts], dtype="datetime64[us]")
    return np.asarray(pd.to_datetime(texts, format=form, errors="coerce"), dtype="datetime64[us]")


def _with_offset(text: str, form: str) -> np.datetime64:
    try:
        return np.datetime64(dt.datetime.strptime(text, form).replace(tzinfo=None), "us")  # noqa: DTZ007 - wall time
    except ValueError:
        return np.datetime64("NaT", "us")


def _in_english(text: str, directive: str, date_format: str) -> str:
    """The text with the name of its month in English, as the directive wants it."""
    months = _months()
    for word in _WORD.finditer(text):
        number = months.get(word[0].casefold())
        if number is not None:
            rest = text[word.end() :]
            if f"{directive}." not in date_format:
                # A shortened name may have a full stop: “févr.”.
                rest = rest.removeprefix(".")
            return text[: word.start()] + dt.date(2000, number, 1).strftime(directive) + rest
    return text


@cache
def _months() -> dict[str, int]:
    """The names of months in every language of the package, long and short, without full stops."""
    return {
        name.casefold().removesuffix("."): number
        for language in LANGUAGES.values()
        for place in ("format", "stand-alone")
        for length in ("wide", "abbreviated")
        for number, name in language.locale.months[place][length].items()
    }
