"""The distinct texts of a column, understood: what each is, why it is nothing, and what was read in another way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.wording.language import how_many, translated

NO_VALUE = ("na", "nan", "null")
"""Texts that stand for a blank in numbers, dates and keys."""


class Reading(NamedTuple):
    """A text that was not written as the contract writes it, and what it was read as."""

    text: str
    read_as: str

    @property
    def kind(self) -> str:
        """Texts of one kind differ in their digits only."""
        return re.sub(r"\d+", "#", self.text)


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


@dataclass(frozen=True)
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
        if cells[at]:
            of_kind.setdefault(reading.kind, {})[reading] = int(cells[at])
    return (*words.notes, *(_told(found) for found in of_kind.values()))


def _told(found: dict[Reading, int]) -> str:
    count, one = sum(found.values()), next(iter(found))
    texts = {"text": one.text, "read_as": one.read_as}
    if len(found) == 1:
        return how_many(
            "{count} cell `{text}` read as {read_as}", "{count} cells `{text}` read as {read_as}", count, **texts
        )
    return translated("{count} cells such as `{text}` read, this one as {read_as}", count=count, **texts)


def without_no_value(texts: pa.Array) -> pa.Array:
    """Trimmed texts; missing ones and those that stand for a blank are empty."""
    trimmed = pc.fill_null(pc.utf8_trim_whitespace(texts), "")
    return pc.if_else(pc.is_in(pc.utf8_lower(trimmed), pa.array(NO_VALUE)), "", trimmed)
