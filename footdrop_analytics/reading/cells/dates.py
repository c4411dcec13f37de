"""Dates and times as written: ISO 8601 or one stated format, never a guess."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.parameters import need

_OFFSET = r"(Z|[+-]\d{2}(:?\d{2})?)"
_ISO = rf"^\d{{4}}-\d{{2}}-\d{{2}}([ T]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,9}})?)?{_OFFSET}?)?$"
_ZULU = r"(Z|\+00(:?00)?)$"
_NUMERIC_DATE = re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b")
_LONGEST_DATE = 10
_PLAIN_WORDS = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d"}


@dataclass(frozen=True)
class Instants:
    """Understood date texts: the wall time of each (NaT where not understood) and which end in UTC."""

    values: np.ndarray
    has_time: np.ndarray
    utc: np.ndarray


def checked_date_format(date_format: str | None) -> str | None:
    """The format as ``strptime`` wants it; ``DD/MM/YYYY`` and the like are translated.

    Raises
    ------
    ParameterError
        If year, month or day is missing from the format, or it has a directive that no calendar knows.
    """
    if date_format is None:
        return None
    need(date_format, "date_format", str, "a text such as '%d/%m/%Y'")
    found = date_format
    if "%" not in found:
        found = re.sub("yyyy|yy|mm|dd", lambda word: _PLAIN_WORDS[word.group().lower()], found, flags=re.IGNORECASE)
    directives = set(re.findall(r"%(\w)", found))
    if not (directives & set("Yy") and directives & set("mbB") and "d" in directives):
        raise ParameterError(
            f"date_format: {date_format!r} does not say where year, month and day stand; write for example '%d/%m/%Y'."
        )
    # A time of day may stand behind the date in any case, so only the form of the date is asked for.
    found = re.split(r"[ T,]*%[HIkl]", found)[0]
    example = dt.date(2026, 4, 3).strftime(found)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", example) and example != "2026-04-03":
        raise ParameterError(
            f"date_format: {date_format!r} looks like ISO dates, which are always year-month-day: day and month "
            "could not be told apart. Write the days as YYYY-MM-DD."
        )
    try:
        pd.to_datetime(pd.Series([example]), format=found)
    except (ValueError, re.error) as error:
        raise ParameterError(
            f"date_format: {date_format!r} cannot be read ({error}); write for example '%d/%m/%Y'."
        ) from error
    return found


def parse_instants(texts: pa.Array, date_format: str | None) -> Instants:
    """Wall times of trimmed texts; offsets are dropped and the time as written is kept."""
    iso = np.asarray(pc.fill_null(pc.match_substring_regex(texts, _ISO), False))
    values = np.full(len(texts), np.datetime64("NaT", "us"))
    has_time = np.zeros(len(texts), dtype=bool)
    utc = np.zeros(len(texts), dtype=bool)
    at = np.flatnonzero(iso)
    if at.size:
        written = texts.take(pa.array(at))
        day = pc.utf8_slice_codeunits(written, 0, 10)
        clock = pc.utf8_slice_codeunits(written, 11)
        has_time[at] = np.asarray(pc.greater(pc.utf8_length(clock), 0))
        utc[at] = np.asarray(pc.match_substring_regex(clock, _ZULU))
        clock = pc.replace_substring_regex(clock, rf"{_OFFSET}$", "")
        values[at] = _iso_days(day) + _clock_times(clock)
    if date_format is not None and not iso.all():
        others = np.flatnonzero(~iso)
        values[others] = _formatted(texts.take(pa.array(others)), date_format)
    return Instants(values, has_time, utc)


def _iso_days(days: pa.Array) -> np.ndarray:
    """Days of ``YYYY-MM-DD`` texts; NaT for a day that no calendar has."""
    distinct = days.dictionary_encode()
    parsed = pd.to_datetime(pd.Series(distinct.dictionary.to_pylist()), format="%Y-%m-%d", errors="coerce")
    values: np.ndarray = parsed.to_numpy().astype("datetime64[us]")[np.asarray(distinct.indices)]
    return values


def _clock_times(clocks: pa.Array) -> np.ndarray:
    """Times since midnight of ``HH:MM[:SS[.f]]`` texts (blank = midnight); NaT for an hour that no clock has."""
    distinct = clocks.dictionary_encode()
    times = np.array([_clock_time(text) for text in distinct.dictionary.to_pylist()], dtype="timedelta64[us]")
    values: np.ndarray = times[np.asarray(distinct.indices)]
    return values


def _clock_time(text: str) -> np.timedelta64:
    if not text:
        return np.timedelta64(0, "us")
    hours, minutes, seconds = (f"{text}:00" if text.count(":") == 1 else text).split(":")
    whole, _, fraction = seconds.partition(".")
    if int(hours) > 23 or int(minutes) > 59 or int(whole) > 59:
        return np.timedelta64("NaT", "us")
    in_seconds = int(hours) * 3600 + int(minutes) * 60 + int(whole)
    return np.timedelta64(in_seconds * 1_000_000 + int(fraction[:6].ljust(6, "0")), "us")


def _formatted(texts: pa.Array, date_format: str) -> np.ndarray:
    """Texts in the stated format, with or without a time of day behind it."""
    written = pd.Series(texts.to_pylist(), dtype=object)
    # pandas takes “now” and “today” in any format: a text without a digit is no date.
    written = written.where(written.str.contains(r"\d"))
    values = np.full(len(written), np.datetime64("NaT", "us"))
    for form in (date_format, f"{date_format} %H:%M", f"{date_format} %H:%M:%S", f"{date_format} %H:%M:%S.%f"):
        open_ones = np.isnat(values)
        if open_ones.any():
            parsed = pd.to_datetime(written[open_ones], format=form, errors="coerce")
            values[open_ones] = parsed.to_numpy().astype("datetime64[us]")
    return values


def why_no_date(text: str) -> str:
    """In plain words, why a text is no date, and what resolves it."""
    if _NUMERIC_DATE.match(text) and not re.match(r"^\d{4}-\d{2}-\d{2}", text):
        return (
            "day and month are never guessed: write it as YYYY-MM-DD, or say how dates are written with "
            "date_format='%d/%m/%Y' (or '%m/%d/%Y'; on the command line --date-format)"
        )
    if re.match(_ISO, text):
        return "there is no such date or time in the calendar"
    return "not a date: expected YYYY-MM-DD, for a time YYYY-MM-DD HH:MM"
