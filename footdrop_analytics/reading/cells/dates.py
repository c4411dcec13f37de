"""Dates and times as written: ISO 8601, one stated format, or any form that can be meant in one way; never a guess."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.reading.cells import date_texts
from footdrop_analytics.reading.cells.values import ParseOptions, Proof, Words, without_no_value
from footdrop_analytics.wording.language import how_many, marked, translated

_OFFSET = r"(Z|[+-]\d{2}(:?\d{2})?)"
_ISO = rf"^\d{{4}}-\d{{2}}-\d{{2}}([ T]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,9}})?)?{_OFFSET}?)?$"
_PARTS = (
    r"^(?P<date>.*?\d.*?)"
    r"(?:(?:,? ?\bat |, ?| |T)"
    r"(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?(?i:[ap]\.?m\.?))?|\d{1,2} ?(?i:[ap]\.?m\.?))"
    r" ?(?P<offset>Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT)?(?: ?\([^()]*\))?)?$"
)
_BLANKS = r"[\s\x{00a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}]+"
_INVISIBLE = r"[\x{00ad}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}\x{2066}-\x{2069}\x{feff}]"
_KIND_OF = r"(?i)[0-9]+|\b(?:" + "|".join(date_texts.MONTHS) + r")[a-z]*"
_PROVING_CELLS = 3
_UTC = np.timedelta64(0, "us")


def parse_dates(texts: pa.Array, how: ParseOptions, codes: np.ndarray) -> Words:
    """The wall time of each text; offsets are dropped, or turned into the clock of ``how.timezone``.

    ``codes`` are the texts of the cells: how many there are of each decides which order of day and month is proved.
    """
    trimmed = without_no_value(texts)
    iso = np.asarray(pc.match_substring_regex(trimmed, _ISO))
    values = np.full(len(texts), np.datetime64("NaT", "us"))
    offset = np.full(len(texts), np.timedelta64("NaT", "us"))
    has_time = np.zeros(len(texts), dtype=bool)
    at = np.flatnonzero(iso)
    if at.size:
        values[at], offset[at], has_time[at] = _iso(trimmed.take(pa.array(at)))
    others = np.flatnonzero(~iso & np.asarray(pc.not_equal(trimmed, "")))
    if others.size:
        return _with_others(trimmed, others, codes, how, Words(values, has_time=has_time), offset)
    return _settled(Words(values, has_time=has_time), trimmed, offset, how)


def _with_others(
    texts: pa.Array, others: np.ndarray, codes: np.ndarray, how: ParseOptions, words: Words, offset: np.ndarray
) -> Words:
    """The texts at ``others`` understood, too: in the stated format, or in any form that can be meant in one way."""
    values, has_time = words.values, words.has_time
    assert has_time is not None
    written = _cleaned(texts.take(pa.array(others)))
    if how.date_format is not None:
        values[others], has_time[others] = date_texts.in_format(written, how.date_format)
        left = np.isnat(values[others])
        others, written = others[left], written.filter(pa.array(left))
    days, clock, own_offset, own_time = _parts(written)
    in_column = np.bincount(codes[codes >= 0], minlength=len(texts)) * np.asarray(pc.not_equal(texts, ""))
    cells = in_column[others]
    own = None if how.date_format is not None else _proved_order(days, cells, int(in_column.sum()))
    order = own
    if own is None and how.date_format is None and how.order is not None:
        # What another column proves, unless a cell of this one can only be read in the other order.
        missing, proved = np.isnat(days), how.order.order
        order = None if (~missing[:, 1 - proved] & missing[:, proved]).any() else proved
    is_sure = (days[:, 0] == days[:, 1]) | (order is not None)
    values[others] = np.where(is_sure, days[:, order or 0], np.datetime64("NaT", "us")) + clock
    offset[others], has_time[others] = own_offset, own_time
    read = np.flatnonzero(~np.isnat(values[others]))
    settled = _settled(words, texts, offset, how)
    notes = _notes(written.take(pa.array(read)), settled.values[others[read]], cells[read])
    if own is None and order is not None and how.order is not None and read.size:
        notes = (*notes, how.order.words)
    proof = None if own is None else _proof(own, days, written, others, codes)
    return replace(settled, notes=notes + settled.notes, proof=proof)


def _settled(words: Words, texts: pa.Array, offset: np.ndarray, how: ParseOptions) -> Words:
    """Reasons for what is no date, and times with an offset on the wall of the stated time zone."""
    values = words.values
    bad = np.flatnonzero(np.isnat(values) & np.asarray(pc.not_equal(texts, "")))
    date, clock, _ = _split(_cleaned(texts.take(pa.array(bad))))
    reasons, formats = {}, {}
    for at, day, time in zip(bad.tolist(), date.to_pylist(), clock.to_pylist(), strict=True):
        formats[at] = () if how.date_format else date_texts.open_formats(day, time)
        reasons[at] = date_texts.why_no_date(day, formats[at], how.date_format)
    words = replace(words, reasons=reasons, formats=formats)
    given = ~np.isnat(offset) & ~np.isnat(values)
    if how.timezone is None:
        return replace(words, utc=offset == _UTC)
    if given.any():
        utc = pd.DatetimeIndex(values[given] - offset[given], tz="UTC")
        values[given] = utc.tz_convert(how.timezone).tz_localize(None).to_numpy().astype("datetime64[us]")
        return replace(
            words, notes=(translated("times with an offset were turned into the clock of {zone}", zone=how.timezone),)
        )
    return words


def _proof(order: int, days: np.ndarray, texts: pa.Array, others: np.ndarray, codes: np.ndarray) -> Proof:
    proving = np.flatnonzero(np.isnat(days[:, 1 - order]) & ~np.isnat(days[:, order]))[0]
    first = int(np.flatnonzero(codes == others[proving])[0])
    said = (
        marked("the day stands before the month, as `{text}` proves"),
        marked("the month stands before the day, as `{text}` proves"),
    )
    return Proof(translated(said[order], text=texts[int(proving)].as_py()), first, order)


def _iso(texts: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Wall time, offset and whether there is a time, of ISO texts."""
    clock = pc.utf8_slice_codeunits(texts, 11)
    has_time = np.asarray(pc.greater(pc.utf8_length(clock), 0))
    offset = np.full(len(texts), np.timedelta64("NaT", "us"))
    found = np.asarray(pc.match_substring_regex(clock, rf"{_OFFSET}$"))
    if found.any():
        behind = pc.replace_substring_regex(clock.filter(pa.array(found)), r"^[0-9:.]*", "")
        offset[found] = _each(behind, date_texts.offset_of_text, "timedelta64[us]")
        clock = pc.replace_substring_regex(clock, rf"{_OFFSET}$", "")
    days = _each(
        pc.utf8_slice_codeunits(texts, 0, 10), lambda text: date_texts.day_of_text(text).day_first, "datetime64[us]"
    )
    return days + _each(clock, date_texts.clock_of_text, "timedelta64[us]"), offset, has_time


def _each(texts: pa.Array, understood: Callable[[str], Any], dtype: str) -> np.ndarray:
    """What texts mean, each distinct one understood once."""
    distinct = texts.dictionary_encode()
    found = np.array([understood(text) for text in distinct.dictionary.to_pylist()], dtype=dtype)
    return found[np.asarray(distinct.indices)] if len(found) else np.empty(0, dtype=dtype)


def _cleaned(texts: pa.Array) -> pa.Array:
    visible = pc.replace_substring_regex(texts, _INVISIBLE, "")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(visible, _BLANKS, " "))


def _split(texts: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Date, clock time and offset as texts; blank where there is none."""
    parts = pc.extract_regex(texts, _PARTS)
    return tuple(pc.fill_null(pc.struct_field(parts, name), "") for name in ("date", "clock", "offset"))


def _parts(texts: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What texts name, one row each: days (day first, month first), time of day, offset from UTC, whether a time."""
    date, clock, offset = _split(texts)
    encoded = date.dictionary_encode()
    found = [date_texts.day_of_text(text) for text in encoded.dictionary.to_pylist()]
    pairs = np.array([[one.day_first, one.month_first] for one in found] or np.empty((0, 2)), dtype="datetime64[us]")
    fractions = np.array([date_texts.part_of_day(one.fraction) for one in found], dtype="timedelta64[us]")
    codes = np.asarray(encoded.indices)
    days, fraction = pairs[codes], fractions[codes]
    times = _each(clock, date_texts.clock_of_text, "timedelta64[us]") + fraction
    has_time = np.asarray(pc.not_equal(clock, "")) | (fraction != np.timedelta64(0, "us"))
    return days, times, _each(offset, date_texts.offset_of_text, "timedelta64[us]"), has_time


def _proved_order(days: np.ndarray, cells: np.ndarray, in_column: int) -> int | None:
    """0 if the day is proved to stand first, 1 if the month is; None without proof.

    Proof are three cells, or all of the column, that can only be read in one order, and none that can only be read in
    the other.
    """
    missing = np.isnat(days)
    only = [int(cells[~missing[:, order] & missing[:, 1 - order]].sum()) for order in (0, 1)]
    for order in (0, 1):
        if only[order] and not only[1 - order] and only[order] >= min(_PROVING_CELLS, in_column):
            return order
    return None


def _notes(texts: pa.Array, values: np.ndarray, cells: np.ndarray) -> tuple[str, ...]:
    kinds = pc.replace_substring_regex(texts, _KIND_OF, "#").dictionary_encode()
    codes = np.asarray(kinds.indices)
    counts = np.bincount(codes, weights=cells, minlength=len(kinds.dictionary)).astype(int)
    notes = []
    for kind in np.flatnonzero(counts).tolist():
        first = int(np.flatnonzero(codes == kind)[0])
        moment: dt.datetime = values[first].astype("datetime64[us]").item()
        time = "" if moment.time() == dt.time() else f" {moment:%H:%M:%S}".removesuffix(":00")
        notes.append(
            how_many(
                "{count} cell `{text}` read as {read_as}",
                "{count} cells such as `{text}` read as {read_as}",
                counts[kind],
                text=texts[first].as_py(),
                read_as=f"{moment:%Y-%m-%d}{time}",
            )
        )
    return tuple(notes)
