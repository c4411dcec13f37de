"""Cells into values: every distinct text is understood once, typed columns are taken as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from footdrop_analytics.filled import Filled
from footdrop_analytics.knowledge.exercise_names import exercise_names
from footdrop_analytics.knowledge.names import load_names, near
from footdrop_analytics.model.columns import INSTANT, TEXT, ColumnSpec
from footdrop_analytics.model.names import joined
from footdrop_analytics.reading.cells.dates import parse_dates
from footdrop_analytics.reading.cells.numbers import parse_numbers
from footdrop_analytics.reading.cells.typed import parse_typed
from footdrop_analytics.reading.cells.values import (
    ColumnValues,
    ParseOptions,
    Values,
    allowed_keys,
    text_values,
    whole_numbers,
)
from footdrop_analytics.reading.cells.weekdays import WHY_NOT, weekdays_of
from footdrop_analytics.reading.cells.words import Reading, Words, reading_notes, without_no_value
from footdrop_analytics.reading.sources.raw import Cells, blank_texts, codes_of
from footdrop_analytics.wording.language import marked, translated

_MOST_SUGGESTIONS = 300
_NOT_ONE_OF = marked("not one of {allowed}")
_NEAR_ONE_OF = marked("not one of {allowed}; did you mean {key}?")
_MISSING: dict[str, Any] = {
    "key": np.int16(-1),
    "exercise": np.int16(-1),
    "whole": np.nan,
    "number": np.nan,
    "date": np.datetime64("NaT", "us"),
    "timestamp": np.datetime64("NaT", "us"),
}


def parse_cells(cells: Cells, spec: ColumnSpec, how: ParseOptions) -> Values:
    """The values of one column of a file."""
    if not pa.types.is_dictionary(cells.type):
        typed = parse_typed(cells, spec, how.timezone)
        if typed is not None:
            return typed
        cells = as_texts(cells)
    codes = codes_of(cells)
    if spec.kind in ("date", "timestamp"):
        words = parse_dates(cells.dictionary, how, codes)
    else:
        words = _PARSERS[spec.kind](cells.dictionary, spec, how)
    bad, reasons = _bad_rows(words, codes)
    values = _in_dtype(words.values, codes, spec, how)
    return Values(
        values,
        bad,
        reasons,
        only_utc=_only_utc(words, codes),
        notes=reading_notes(words, codes),
        proof=words.proof,
        open_order=any(words.formats.get(code) for code in np.unique(codes[bad]).tolist()),
        beside=_beside(words, codes),
    )


def _beside(words: Words, codes: np.ndarray) -> np.ndarray | None:
    """For each row what a text such as ``3x10`` names beside its value, 0 for nothing; None if no text does."""
    if not words.beside:
        return None
    of_text = np.zeros(len(words.values) + 1, dtype=np.int32)
    of_text[list(words.beside)] = list(words.beside.values())
    named: np.ndarray = of_text[codes]
    return named


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


def _bad_rows(words: Words, codes: np.ndarray) -> tuple[np.ndarray, list[str]]:
    if not words.reasons:
        return np.empty(0, dtype=np.int64), []
    is_bad = np.zeros(len(words.values) + 1, dtype=bool)
    is_bad[list(words.reasons)] = True
    bad = np.flatnonzero(is_bad[codes])
    return bad, [words.reasons[code] for code in codes[bad].tolist()]


def _only_utc(words: Words, codes: np.ndarray) -> bool:
    """Whether there are times, and all of them end in Z or +00:00."""
    if words.utc is None or words.has_time is None or not words.utc.any():
        return False
    used = np.zeros(len(words.values) + 1, dtype=bool)
    used[codes] = True
    return bool(words.utc[words.has_time & used[:-1]].all())


def _in_dtype(values: np.ndarray, codes: np.ndarray, spec: ColumnSpec, how: ParseOptions) -> ColumnValues:
    """One value per row; code −1 (a missing cell) takes the missing value put at the end."""
    if spec.kind == "id":
        return _id_categories(values, codes)
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


def _id_categories(values: np.ndarray, codes: np.ndarray) -> pd.Categorical:
    used = np.zeros(len(values) + 1, dtype=bool)
    used[codes] = True
    at = np.flatnonzero(used[:-1] & (values != ""))
    ids, order = np.unique(values[at], return_inverse=True)
    category_of = np.full(len(values) + 1, -1, dtype=np.int32)
    category_of[at] = order
    return pd.Categorical.from_codes(category_of[codes], pd.Index(ids, dtype=TEXT))


def _parse_ids(texts: pa.Array, _spec: ColumnSpec, _how: ParseOptions) -> Words:
    return Words(np.where(blank_texts(texts), "", _objects(texts)))


def _parse_texts(texts: pa.Array, _spec: ColumnSpec, _how: ParseOptions) -> Words:
    return Words(np.where(blank_texts(texts), np.nan, _objects(texts)))


def _parse_weekdays(texts: pa.Array, _spec: ColumnSpec, _how: ParseOptions) -> Words:
    trimmed = without_no_value(texts).to_pylist()
    found = [weekdays_of(text) if text else None for text in trimmed]
    reasons = {at: translated(WHY_NOT) for at, text in enumerate(trimmed) if text and found[at] is None}
    return Words(np.array([np.nan if one is None else one for one in found], dtype=object), reasons)


def _objects(texts: pa.Array) -> np.ndarray:
    return np.array([*texts.to_pylist(), None], dtype=object)[:-1]


def _parse_keys(texts: pa.Array, spec: ColumnSpec, how: ParseOptions) -> Words:
    """Keys as the contract writes them at once, others by the names under which people know them."""
    code_of = {key: code for code, key in enumerate(allowed_keys(spec, how))}
    written = without_no_value(texts).to_pylist()
    values = np.array([code_of.get(text.lower(), -1) for text in written], dtype=np.int16)
    others = [at for at, text in enumerate(written) if text and values[at] < 0]
    if not others:
        return Words(values)
    key_of, why_not = _key_names(spec, how)
    reasons: dict[int, str] = {}
    readings: dict[int, Reading] = {}
    for at in others:
        key = key_of(written[at])
        if key in code_of:
            values[at] = code_of[key]
            readings[at] = Reading(written[at], key)
        else:
            # Suggestions are slow: a column with hundreds of different unknown words holds no slips of the pen.
            reasons[at] = translated(why_not(written[at] if len(reasons) < _MOST_SUGGESTIONS else ""))
    return Words(values, reasons, readings)


def _key_names(spec: ColumnSpec, how: ParseOptions) -> tuple[Callable[[str], str | None], Callable[[str], str]]:
    """What a text means as a key of the column, and why another one is none."""
    if spec.kind == "exercise" and how.catalog is not None:
        names = exercise_names(how.catalog)
        return names.key_of, names.why_unknown
    allowed, known = allowed_keys(spec, how), load_names()

    def why_not(text: str) -> str:
        found = near(joined(text), known.keys.get(spec.name, {}))
        one_of = {"allowed": ", ".join(allowed)}
        if found is None:
            return Filled.of(_NOT_ONE_OF, one_of)
        return Filled.of(_NEAR_ONE_OF, {**one_of, "key": known.keys[spec.name][found]})

    return lambda text: known.key_of(spec.name, text), why_not


_Parser = Callable[[pa.Array, ColumnSpec, ParseOptions], Words]
_PARSERS: dict[str, _Parser] = {
    "id": _parse_ids,
    "text": _parse_texts,
    "weekdays": _parse_weekdays,
    "key": _parse_keys,
    "exercise": _parse_keys,
    "number": parse_numbers,
    "whole": parse_numbers,
}
