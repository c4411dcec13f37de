"""Numbers and days as words for whole columns: each distinct value is written once and spread over its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.extensions import ExtensionArray

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import Bools, Ints
from footdrop_analytics.wording import words
from footdrop_analytics.wording.language import how_many, marked, translated

Texts = npt.NDArray[np.object_]

_WIDEST = 1 << 62
_FEW = 1 << 20
"""Whole numbers within so many of each other are their own numbering."""


@dataclass(frozen=True)
class Words:
    """A column of texts as codes into its distinct texts (None = missing): cheap where many rows say the same."""

    codes: Ints
    distinct: list[str | None]

    def where(self, chosen: Bools, other: Words) -> Words:
        """These words on the chosen rows, the others elsewhere."""
        codes = np.where(chosen, self.codes, other.codes + len(self.distinct))
        return Words(codes, self.distinct + other.distinct)

    def translated(self) -> Words:
        """These words in the current language."""
        return Words(self.codes, [text and translated(text) for text in self.distinct])

    def text(self, code: int) -> str | None:
        """The text of a code; None where it is missing."""
        return None if code < 0 else self.distinct[code]

    def texts(self) -> Texts:
        """The column as objects."""
        return np.array([*self.distinct, None], dtype=object)[self.codes]

    def column(self) -> ExtensionArray:
        """The column of a result table."""
        return cols.texts(self.distinct).take(self.codes, allow_fill=True)


def alike(text: str | None, size: int) -> Words:
    """The same text in every row."""
    return Words(np.zeros(size, dtype=np.int64), [text])


def phrased(write: Callable[..., str | None], *columns: npt.NDArray[Any]) -> Words:
    """``write(a, b, …)`` row by row, called once for each distinct combination."""
    if len(columns[0]) == 0:
        return Words(np.empty(0, dtype=np.int64), [])
    mix, span = _numbered(columns[0])
    for column in columns[1:]:
        own, size = _numbered(column)
        if span * size > _WIDEST:
            mix, known = pd.factorize(mix)
            span = len(known)
        mix, span = mix * size + own, span * size
    code = pd.factorize(mix)[0]
    first = np.empty(int(code.max()) + 1, dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    return Words(code, [write(*row) for row in zip(*(column[first].tolist() for column in columns), strict=True)])


def _numbered(column: npt.NDArray[Any]) -> tuple[Ints, int]:
    """A number for each value, the same for equal ones, and how many numbers there may be."""
    if column.dtype.kind in "biu":
        whole = column.astype(np.int64, copy=False)
        low, high = int(whole.min()), int(whole.max())
        if high - low < _FEW:
            return whole - low, high - low + 1
    codes, distinct = pd.factorize(column, use_na_sentinel=False)
    return codes, len(distinct)


def joined(names: list[str], chosen: Bools) -> Words:
    """The names of each row's chosen columns, joined by semicolons."""
    code = chosen @ (1 << np.arange(len(names), dtype=np.int64))
    return phrased(lambda bits: "; ".join(name for at, name in enumerate(names) if int(bits) >> at & 1), code)


def side_by_side(parts: list[Words]) -> Words:
    """Several columns as one: row by row, the words of each part in turn."""
    offsets = np.cumsum([0] + [len(part.distinct) for part in parts])
    codes = np.column_stack([part.codes + offset for part, offset in zip(parts, offsets, strict=False)])
    return Words(codes.ravel(), [text for part in parts for text in part.distinct])


def together(write: Callable[..., str], *columns: npt.NDArray[Any]) -> Texts:
    """:func:`phrased` as objects, in the shape of the columns."""
    return phrased(write, *(column.ravel() for column in columns)).texts().reshape(columns[0].shape)


def each_count(one: str, many: str, count: npt.NDArray[Any], /, **values: object) -> Texts:
    """:func:`how_many` for each count of a column."""
    return together(lambda n: how_many(one, many, n, **values), count)


def each_day(words: str, day: Ints) -> Texts:
    """A text that holds ``{day}`` for each day of a column."""
    return together(lambda one: translated(words, day=day_text(one)), day)


def in_turn(words: Texts, n: Ints) -> Texts:
    """The first ``n`` texts of each row, the last of them first, with commas between them."""
    width = words.shape[1]
    chosen = pa.array(words[:, ::-1][np.arange(width)[::-1] < n[:, None]], type=pa.string())
    lists = pa.ListArray.from_arrays(cols.running_total(n), chosen)
    found: Texts = pc.binary_join(lists, ", ").to_numpy(zero_copy_only=False)
    return found


def filled(templates: Texts, **columns: Texts) -> Words:
    """Each row's template with its values in place of ``{name}``: for texts of which hardly two are alike."""
    by_place = {name: f"{{{place}}}" for place, name in enumerate(columns)}
    numbered = {template: template.format_map(by_place) for template in set(templates.tolist())}
    rows = zip(templates.tolist(), *(column.tolist() for column in columns.values()), strict=True)
    distinct: list[str | None] = [numbered[template].format(*values) for template, *values in rows]
    return Words(np.arange(len(distinct)), distinct)


def number(value: float) -> str:
    """A number as it is written on every page; missing is said, never 0."""
    return translated("not recorded") if isnan(value) else words.number(value)


def day_text(day: int) -> str:
    """A day number as ISO date; empty where there is no day."""
    return str(np.datetime64(int(day), "D")) if day >= 0 else ""


def sessions_of(credited: float, due: float) -> str:
    """``9 of about 13 sessions``: whole, as people count them; “about” only where the plan is no whole number."""
    done, planned, about = words.whole_sessions(credited, due)
    said = marked("{done} of about {planned} sessions") if about else marked("{done} of {planned} sessions")
    return translated(said, done=done, planned=planned)


def quote(text: object) -> str:
    """Text from files inside quotation marks, on one line, so that nobody takes it for our own words."""
    return f"“{' '.join(str(text).split())}”"
