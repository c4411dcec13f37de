"""Cells into values: every distinct text is understood once, typed columns are taken as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.filled import Filled
from footdrop_analytics.knowledge.names import exercise_names, load_names, near
from footdrop_analytics.model.columns import INSTANT, TEXT, ColumnSpec
from footdrop_analytics.model.days import DAY_US
from footdrop_analytics.model.names import joined
from footdrop_analytics.reading.cells.dates import parse_dates
from footdrop_analytics.reading.cells.numbers import WHY_NOT, parse_numbers, weekdays_of
from footdrop_analytics.reading.cells.values import (
    ColumnValues,
    ParseOptions,
    Reading,
    Reason,
    Values,
    Words,
    allowed_keys,
    finite,
    reading_notes,
    text_values,
    whole_numbers,
    without_no_value,
)
from footdrop_analytics.reading.sources.raw import Cells, blank_texts, codes_of
from footdrop_analytics.wording.language import marked, translated

_INT32 = np.iinfo(np.int32)
_MOST_SUGGESTIONS = 300
_NOT_ONE_OF = marked("not one of {allowed}")
_NEAR_ONE_OF = marked("not one of {allowed}; did you mean {key}?")
_UNKNOWN_EXERCISE = marked("unknown exercise key")
_MISSING: dict[str, Any] = {
    **dict.fromkeys(("key", "exercise"), np.int16(-1)),
    **dict.fromkeys(("whole", "number"), np.nan),
    **dict.fromkeys(("date", "timestamp"), np.datetime64("NaT", "us")),
}


def parse_cells(cells: Cells, spec: ColumnSpec, how: ParseOptions) -> Values:
    """The values of one column of a file."""
    types, kind = pa.types, cells.type
    if spec.kind in ("number", "whole") and (types.is_integer(kind) or types.is_floating(kind)):
        return _numbers(cells, spec)
    if spec.kind in ("date", "timestamp") and (types.is_timestamp(kind) or types.is_date(kind)):
        return _instants(cells, spec, how.timezone)
    cells = as_texts(cells)
    codes = codes_of(cells)
    if spec.kind in ("date", "timestamp"):
        words = parse_dates(cells.dictionary, how, codes)
    else:
        words = _PARSERS[spec.kind](cells.dictionary, spec, how)
    bad = np.flatnonzero(_in_rows(dict.fromkeys(words.reasons, 1), codes, len(words.values)))
    return Values(
        _in_dtype(words.values, codes, spec, how),
        bad,
        [words.reasons[code] for code in codes[bad].tolist()],
        only_utc=_only_utc(words, codes),
        notes=reading_notes(words, codes),
        proof=words.proof,
        open_order=any(words.formats.get(code) for code in np.unique(codes[bad]).tolist()),
        beside=_in_rows(words.beside, codes, len(words.values)) if words.beside else None,
    )


def _in_rows(of_text: Mapping[int, int], codes: np.ndarray, n_texts: int) -> np.ndarray:
    """The number of each row's text, 0 where it has none; no row at all if no text has one."""
    if not of_text:
        return np.empty(0, dtype=np.int32)
    numbers = np.zeros(n_texts + 1, dtype=np.int32)
    numbers[list(of_text)] = list(of_text.values())
    return np.asarray(numbers[codes])


def as_texts(cells: Cells) -> pa.DictionaryArray:
    """Typed cells as the texts a reader would see: ``7``, not ``7.0``; a day without its midnight."""
    if pa.types.is_dictionary(cells.type):
        return cells
    whole = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    distinct = whole.dictionary_encode()
    texts = pa.array([_as_text(value) for value in distinct.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(distinct.indices, texts)


def _as_text(value: object) -> str | None:
    if value is None or value != value:
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).removesuffix(" 00:00:00")


def _only_utc(words: Words, codes: np.ndarray) -> bool:
    """Whether there are times, and all of them end in Z or +00:00."""
    if words.utc is None or words.has_time is None or not words.utc.any():
        return False
    used = np.zeros(len(words.values) + 1, dtype=bool)
    used[codes] = True
    return bool(words.utc[words.has_time & used[:-1]].all())


def _in_dtype(values: np.ndarray, codes: np.ndarray, spec: ColumnSpec, how: ParseOptions) -> ColumnValues:
    """One value per row; code −1 (a missing cell) takes the missing value put at the end."""
    if spec.kind == "id":  # only ids that stand in a row, sorted
        used = np.zeros(len(values) + 1, dtype=bool)
        used[codes] = True
        at = np.flatnonzero(used[:-1] & (values != ""))
        ids, order = np.unique(values[at], return_inverse=True)
        category_of = np.full(len(values) + 1, -1, dtype=np.int32)
        category_of[at] = order
        return pd.Categorical.from_codes(category_of[codes], pd.Index(ids, dtype=TEXT))
    if spec.kind in ("text", "weekdays"):
        return text_values(np.append(values, np.nan)).take(codes)
    cells: np.ndarray = np.append(values, _MISSING[spec.kind])[codes]
    match spec.kind:
        case "key" | "exercise":
            return pd.Categorical.from_codes(cells, pd.Index(allowed_keys(spec, how), dtype=TEXT))
        case "whole":
            return whole_numbers(cells)
        case "date":
            return cells.astype("datetime64[D]").astype(INSTANT)
        case _:
            return cells


def _parse_texts(texts: pa.Array, spec: ColumnSpec, _how: ParseOptions) -> Words:
    written = np.array([*texts.to_pylist(), None], dtype=object)[:-1]
    return Words(np.where(blank_texts(texts), "" if spec.kind == "id" else np.nan, written))


def _parse_weekdays(texts: pa.Array, _spec: ColumnSpec, _how: ParseOptions) -> Words:
    trimmed = without_no_value(texts).to_pylist()
    found = [weekdays_of(text) if text else None for text in trimmed]
    reasons = {at: translated(WHY_NOT) for at, text in enumerate(trimmed) if text and found[at] is None}
    return Words(np.array([np.nan if one is None else one for one in found], dtype=object), reasons)


def _parse_keys(texts: pa.Array, spec: ColumnSpec, how: ParseOptions) -> Words:
    """Keys as the contract writes them at once, others by the names under which people know them."""
    code_of = {key: code for code, key in enumerate(allowed_keys(spec, how))}
    written = without_no_value(texts).to_pylist()
    values = np.array([code_of.get(text.lower(), -1) for text in written], dtype=np.int16)
    others = [at for at, text in enumerate(written) if text and values[at] < 0]
    if not others:
        return Words(values)
    key_of, why_not, problem = _key_names(spec, how)
    reasons: dict[int, str] = {}
    readings: dict[int, Reading] = {}
    for at in others:
        key = key_of(written[at])
        if key in code_of:
            values[at] = code_of[key]
            readings[at] = Reading(written[at], key)
        else:
            # Suggestions are slow: a column with hundreds of different unknown words holds no slips of the pen.
            why = translated(why_not(written[at] if len(reasons) < _MOST_SUGGESTIONS else ""))
            reasons[at] = Reason.of(why, problem)
    return Words(values, reasons, readings)


def _key_names(spec: ColumnSpec, how: ParseOptions) -> tuple[Callable[[str], str | None], Callable[[str], str], str]:
    """What a text means as a key of the column, why another one is none, and that without the text."""
    if spec.kind == "exercise" and how.catalog is not None:
        names = exercise_names(how.catalog)
        return names.key_of, names.why_unknown, translated(_UNKNOWN_EXERCISE)
    known, one_of = load_names(), {"allowed": ", ".join(allowed_keys(spec, how))}

    def why_not(text: str) -> str:
        found = near(joined(text), known.keys.get(spec.name, {}))
        if found is None:
            return Filled.of(_NOT_ONE_OF, one_of)
        return Filled.of(_NEAR_ONE_OF, {**one_of, "key": known.keys[spec.name][found]})

    return lambda text: known.key_of(spec.name, text), why_not, translated(_NOT_ONE_OF, **one_of)


_Parser = Callable[[pa.Array, ColumnSpec, ParseOptions], Words]
_PARSERS: dict[str, _Parser] = {"id": _parse_texts, "text": _parse_texts, "weekdays": _parse_weekdays}
_PARSERS |= {"key": _parse_keys, "exercise": _parse_keys, "number": parse_numbers, "whole": parse_numbers}


def _numbers(cells: Cells, spec: ColumnSpec) -> Values:
    if pa.types.is_integer(cells.type) and spec.kind == "whole":
        missing = np.asarray(pc.is_null(cells))
        numbers = np.asarray(pc.fill_null(cells, 0))
        if not len(numbers) or (numbers.min() >= _INT32.min and numbers.max() <= _INT32.max):
            return Values(pd.arrays.IntegerArray(numbers.astype(np.int32), missing))
    # The one copy that is kept; Arrow's own memory is read-only.
    numbers, reasons = finite(np.asarray(cells).astype(np.float64), spec)
    bad = np.array(sorted(reasons), dtype=np.int64)
    values = whole_numbers(numbers) if spec.kind == "whole" else numbers
    return Values(values, bad, [reasons[position] for position in bad.tolist()])


def _instants(cells: Cells, spec: ColumnSpec, timezone: str | None) -> Values:
    """Wall times; those with a time zone of their own on the wall of the stated one, if there is one."""
    zone = cells.type.tz if pa.types.is_timestamp(cells.type) else None
    if zone is not None:
        own = cells if timezone is None else pc.cast(cells, pa.timestamp(cells.type.unit, timezone))
        cells = pc.local_timestamp(own)
    values = np.asarray(pc.cast(cells, pa.timestamp("us"), safe=False))
    values = values if values.flags.writeable else values.copy()
    if spec.kind == "date":
        values = values.astype("datetime64[D]").astype("datetime64[us]")
        return Values(values)
    in_utc = timezone is None and zone in ("UTC", "Z", "+00:00", "Etc/UTC")
    return Values(values, only_utc=in_utc and bool((values.astype(np.int64) % DAY_US != 0).any()))
