"""The stated way of writing dates: taken exactly as given, or refused."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.parameters import need
from footdrop_analytics.wording.language import LANGUAGES, translated

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
        raise ParameterError(
            translated(
                "date_format: {form} does not say where year, month and day stand; write for example '%d/%m/%Y'.",
                form=repr(date_format),
            )
        )
    if unknown := [one for one in directives if one not in _READ and one != "%"]:
        raise _unreadable(date_format, translated("{sign} is not read here", sign=f"%{unknown[0]}"))
    if "I" in directives and "p" not in directives:
        raise _unreadable(date_format, translated("%I is an hour from 1 to 12 and needs %p, AM or PM"))
    date = _date_part(found)
    example = dt.date(2026, 4, 3).strftime(date)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", example) and example != "2026-04-03":
        raise ParameterError(
            translated(
                "date_format: {form} looks like ISO dates, which are always year-month-day: day and month could not be "
                "told apart. Write the days as YYYY-MM-DD.",
                form=repr(date_format),
            )
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
        raise ParameterError(
            translated(
                "timezone: {zone} is no time zone; write for example 'Europe/Berlin' or 'America/New_York'.",
                zone=repr(timezone),
            )
        ) from error
    return timezone


def _unreadable(date_format: str, why: str) -> ParameterError:
    return ParameterError(
        translated(
            "date_format: {form} cannot be read ({why}); write for example '%d/%m/%Y'.", form=repr(date_format), why=why
        )
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
    parsed = pd.to_datetime(texts, format=form, errors="coerce")
    found: np.ndarray = parsed.to_numpy().astype("datetime64[us]")
    return found


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
