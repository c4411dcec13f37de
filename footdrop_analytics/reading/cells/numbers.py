"""Numbers and days of the week as people write them: with a unit, as minutes and seconds, as ``3x10``, as ``Mo-Fr``."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.knowledge.names import Amounts, load_amounts
from footdrop_analytics.model.columns import ColumnSpec
from footdrop_analytics.model.names import joined
from footdrop_analytics.model.vocabulary import WEEKDAY_NAMES, WEEKDAYS
from footdrop_analytics.reading.cells.values import (
    TOO_LARGE,
    ParseOptions,
    Reading,
    Reason,
    Words,
    finite,
    without_no_value,
)
from footdrop_analytics.wording.language import marked, translated

_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_DECIMAL_COMMA = r"^[+-]?\d*,\d+$"
_AMOUNT = r"[0-9]+(?:\.[0-9]+)?"
_WITH_UNIT = re.compile(rf"({_AMOUNT})\s*((?:/\s*)?[^\W\d_].*|/\s*10)")
_TIMES_IN_FRONT = re.compile(rf"x\s*({_AMOUNT})", re.IGNORECASE)
_SETS_OF_REPS = re.compile(r"([0-9]{1,2})\s*(?:sets?\s*)?(?:x|\*|sets?\s+of)\s*([0-9]{1,4})\s*(.*)", re.IGNORECASE)
_MINUTES = re.compile(r"([0-9]{1,2}):([0-5][0-9])")
_MINUTES_AND_SECONDS = re.compile(
    rf"([0-9]{{1,2}})\s*m(?:in(?:ute)?s?)?\s*({_AMOUNT})\s*s(?:ec(?:ond)?s?)?", re.IGNORECASE
)
_RANGE = re.compile(rf"({_AMOUNT})\s*(?:-|–|—|to|or|bis|/)\s*({_AMOUNT})\s*\D*", re.IGNORECASE)
_AS_LETTERS = str.maketrans({"×": "x", "✕": "x", "✖": "x", "\u00a0": " ", "\u2009": " ", "\u202f": " "})
_NOTHING = Amounts({}, {}, {})
NAMED_BESIDE = {"reps": "sets", "sets": "reps"}
"""The column that a text such as ``3x10`` in another one fills where it is blank."""


def parse_numbers(texts: pa.Array, spec: ColumnSpec, how: ParseOptions) -> Words:
    """The number of each text; plain ones all at once, the others one by one."""
    trimmed = without_no_value(texts)
    if how.decimal_comma:
        with_comma = pc.match_substring_regex(trimmed, _DECIMAL_COMMA)
        trimmed = pc.if_else(with_comma, pc.replace_substring(trimmed, ",", "."), trimmed)
    is_number = pc.match_substring_regex(trimmed, _NUMBER)
    plain = pc.utf8_ltrim(pc.if_else(is_number, trimmed, pa.scalar(None, pa.string())), "+")
    values = np.array(pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False), dtype=float)
    others = np.flatnonzero(np.asarray(pc.and_not(pc.invert(is_number), pc.equal(trimmed, "")))).tolist()
    reasons: dict[int, str] = {}
    readings: dict[int, Reading] = {}
    beside: dict[int, int] = {}
    for at in others:
        text = trimmed[at].as_py()
        found = _read(text, spec, how.decimal_comma)
        if isinstance(found, str):
            reasons[at] = found
            continue
        values[at], other = found
        named = "" if other is None else f", {NAMED_BESIDE[spec.name]} {other}"
        beside |= {} if other is None else {at: other}
        readings[at] = Reading(text, f"{values[at]:g}{named}")
    values, beyond = finite(values, spec)
    kept = {at: one for at, one in readings.items() if at not in beyond}
    return Words(values, reasons | beyond, kept, beside)


def _read(written: str, spec: ColumnSpec, decimal_comma: bool) -> tuple[float, int | None] | str:
    """The number that a text names in one way only, and what it names beside it; else the reason why it is none."""
    amounts = load_amounts().get(spec.name, _NOTHING)
    text = written.translate(_AS_LETTERS).strip()
    if decimal_comma:
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    word = joined(text)
    if word and not any(character.isdigit() for character in text):
        if word in amounts.words:
            return amounts.words[word], None
        if word in amounts.two_ways:
            return translated(amounts.two_ways[word])
    both = _SETS_OF_REPS.fullmatch(text) if spec.name in NAMED_BESIDE else None
    if both and joined(both[3]) in {"", *load_amounts()["reps"].units} and 1 <= int(both[1]) <= 50:
        sets, reps = int(both[1]), int(both[2])
        return (reps, sets) if spec.name == "reps" else (sets, reps)
    if spec.name == "hold_s" and (clock := _MINUTES.fullmatch(text) or _MINUTES_AND_SECONDS.fullmatch(text)):
        return 60 * float(clock[1]) + float(clock[2]), None
    if with_unit := _WITH_UNIT.fullmatch(text):
        factor = amounts.units.get(joined(with_unit[2]))
        if factor is not None:
            return float(with_unit[1]) * factor, None
    if "x" in amounts.units and (times := _TIMES_IN_FRONT.fullmatch(text)):
        return float(times[1]), None
    return _why_no_number(text)


def _why_no_number(text: str) -> str:
    if text.strip("+-").lower() in ("inf", "infinity"):
        return translated(TOO_LARGE)
    if "," in text and "." in text:
        return translated("not a number: separators of thousands are not read; write 1000.5")
    if between := _RANGE.fullmatch(text):
        why = translated("may be {first} or {second}; write one number", first=between[1], second=between[2])
        return Reason.of(why, translated("may be one of two numbers"))
    if re.fullmatch(r"[+-]?\d*,\d+", text):
        return translated(
            "not a number: write a decimal point (a decimal comma is read in files separated by semicolons only)"
        )
    return translated("not a number")


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
            if waiting:  # over the end of the week if need be
                low, high = WEEKDAYS.index(found[-1]), WEEKDAYS.index(days[0])
                days = tuple(WEEKDAYS[day % 7] for day in range(low, low + (high - low) % 7 + 1))
            found += days
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
