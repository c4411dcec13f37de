"""What texts and columns become: values, the reason where there is none, and what was read in another way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.knowledge.exercises import ExerciseCatalog
from footdrop_analytics.model.columns import INSTANT, TEXT, ColumnSpec
from footdrop_analytics.wording.language import how_many, marked, translated

NO_VALUE = ("na", "nan", "null")
"""Texts that stand for a blank in numbers, dates and keys."""


class Reading(NamedTuple):
    """A text that was not written as the contract writes it, and what it was read as."""

    text: str
    read_as: str


class Proof(NamedTuple):
    """Which order of day and month holds in a column (0: day first), and the position of the cell that proves it."""

    words: str
    position: int
    order: int


class Reason(str):
    """Why a cell was refused, where that names something of its row; ``problem`` is the same without it."""

    __slots__ = ("problem",)

    problem: str

    @classmethod
    def of(cls, text: str, problem: str) -> Reason:
        """The reason with its problem, both in the current language."""
        found = cls(text)
        found.problem = problem
        return found


@dataclass(frozen=True, eq=False)
class Words:
    """A value for each distinct text; by position the reason where there is none, and what was read in another way.

    ``beside`` are the sets, or in ``sets`` the repetitions, that texts such as ``3x10`` name beside their value;
    ``notes`` say what was read in another way where it is not told text by text. ``formats`` are those that a date
    leaves open.
    """

    values: np.ndarray
    reasons: dict[int, str] = field(default_factory=dict)
    readings: dict[int, Reading] = field(default_factory=dict)
    beside: dict[int, int] = field(default_factory=dict)
    formats: dict[int, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    proof: Proof | None = None
    has_time: np.ndarray | None = None
    utc: np.ndarray | None = None


def reading_notes(words: Words, codes: np.ndarray) -> tuple[str, ...]:
    """One sentence for each kind of text that was read in another way than the contract writes it."""
    if not words.readings:
        return words.notes
    cells = np.bincount(codes[codes >= 0], minlength=len(words.values))
    of_kind: dict[str, dict[Reading, int]] = {}
    for at, reading in words.readings.items():
        if cells[at]:  # texts of one kind differ in their digits only
            of_kind.setdefault(re.sub(r"\d+", "#", reading.text), {})[reading] = int(cells[at])
    notes = list(words.notes)
    for found in of_kind.values():
        count, texts = sum(found.values()), next(iter(found))._asdict()
        if len(found) == 1:
            notes.append(
                how_many(
                    "{count} cell `{text}` read as {read_as}",
                    "{count} cells `{text}` read as {read_as}",
                    count,
                    **texts,
                )
            )
        else:
            many = marked("{count} cells such as `{text}` read, this one as {read_as}")
            notes.append(translated(many, count=count, **texts))
    return tuple(notes)


def without_no_value(texts: pa.Array) -> pa.Array:
    """Trimmed texts; missing ones and those that stand for a blank are empty."""
    trimmed = pc.fill_null(pc.utf8_trim_whitespace(texts), "")
    return pc.if_else(pc.is_in(pc.utf8_lower(trimmed), pa.array(NO_VALUE)), "", trimmed)


TOO_LARGE = marked("infinite, or too large to be a number here")
NOT_WHOLE = marked("expected a whole number")
_INT32 = np.iinfo(np.int32)

ColumnValues: TypeAlias = "pd.api.extensions.ExtensionArray | np.ndarray"
"""One column as pandas holds it."""


@dataclass(frozen=True)
class ParseOptions:
    """How the cells of one file are to be understood.

    ``order`` of day and month is what another column of the file proves; its ``words`` say where.
    """

    exercises: tuple[str, ...]
    catalog: ExerciseCatalog | None = None
    date_format: str | None = None
    timezone: str | None = None
    decimal_comma: bool = False
    order: Proof | None = None


@dataclass(frozen=True, eq=False)
class Values:
    """Typed values of one column (missing where blank or not understood) and the rows that were not understood.

    ``notes`` say what was read in another way than the contract writes it; ``proof`` says in which
    order day and month stand, ``open_order`` that some dates leave it open; ``beside`` is what cells such as ``3x10``
    name beside their value (0 = nothing).
    """

    values: ColumnValues
    bad: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    reasons: list[str] = field(default_factory=list)
    only_utc: bool = False
    notes: tuple[str, ...] = ()
    proof: Proof | None = None
    open_order: bool = False
    beside: np.ndarray | None = None


def allowed_keys(spec: ColumnSpec, how: ParseOptions) -> tuple[str, ...]:
    """The keys that a column may hold: its own words, or the exercises of the study."""
    return how.exercises if spec.kind == "exercise" else spec.allowed


def whole_numbers(numbers: np.ndarray) -> pd.arrays.IntegerArray:
    """Floats without fractions as nullable whole numbers."""
    missing = np.isnan(numbers)
    return pd.arrays.IntegerArray(np.where(missing, 0, numbers).astype(np.int32), missing)


def finite(numbers: np.ndarray, spec: ColumnSpec) -> tuple[np.ndarray, dict[int, str]]:
    """Numbers without infinities, overflows and (for whole numbers) fractions; the reasons by position."""
    wrong = np.isinf(numbers)
    reasons: dict[int, str] = {}
    if spec.kind == "whole":
        wrong |= np.abs(numbers) > _INT32.max
        broken = np.flatnonzero(~wrong & ~np.isnan(numbers) & (numbers != np.trunc(numbers)))
        reasons |= dict.fromkeys(broken.tolist(), translated(NOT_WHOLE))
    reasons |= dict.fromkeys(np.flatnonzero(wrong).tolist(), translated(TOO_LARGE))
    if reasons:
        numbers = numbers.copy()
        numbers[list(reasons)] = np.nan
    return numbers, reasons


def text_values(texts: pa.Array | np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Texts (missing = null or NaN) in pandas' text dtype."""
    values: pd.api.extensions.ExtensionArray = pd.array(texts, dtype=TEXT)
    return values


def missing_values(spec: ColumnSpec, n_rows: int, how: ParseOptions) -> ColumnValues:
    """A column that is not in the file: all missing."""
    if spec.kind in ("text", "weekdays"):
        # Zeros that nobody has written to take no memory of their own.
        unset, begins = (pa.py_buffer(np.zeros(size, np.int64)) for size in (n_rows // 64 + 1, n_rows + 1))
        return text_values(pa.Array.from_buffers(pa.large_string(), n_rows, [unset, begins, pa.py_buffer(b"")], n_rows))
    if spec.kind == "number":
        return np.full(n_rows, np.nan)
    if spec.kind == "whole":
        return pd.arrays.IntegerArray(np.zeros(n_rows, dtype=np.int32), np.ones(n_rows, dtype=bool))
    if spec.kind in ("date", "timestamp"):
        return np.full(n_rows, np.datetime64("NaT"), dtype=INSTANT)
    nothing = np.full(n_rows, -1, dtype=np.int8)
    return pd.Categorical.from_codes(nothing, pd.Index(allowed_keys(spec, how), dtype=TEXT))
