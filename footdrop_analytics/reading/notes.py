"""``study.notes`` and ``study.unread``: what was noticed and decided while reading, and what was not read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple
from unicodedata import normalize

import pandas as pd

from footdrop_analytics.errors import shortened
from footdrop_analytics.model.columns import INSTANT, TEXT
from footdrop_analytics.model.names import joined
from footdrop_analytics.wording.language import marked, translated

_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_SHOWN = 5


class Note(NamedTuple):
    """One line of ``study.notes``; blank where it concerns no table, file or patient in particular.

    ``heads_up``: it stands at the head of every output.
    """

    table: str | None
    file: str | None
    patient_id: str | None
    message: str
    heads_up: bool = False


def notes_table(notes: Iterable[Note]) -> pd.DataFrame:
    """The notes in order, each once."""
    lines = pd.DataFrame(list(dict.fromkeys(notes)), columns=list(Note._fields), dtype=object)
    return lines.astype({name: bool if name == "heads_up" else TEXT for name in lines})


def alike_ids(ids: Iterable[str]) -> list[Note]:
    """A note for every id that people read like another: perhaps one person, perhaps two."""
    by_reading: dict[str, list[str]] = {}
    for one in sorted(set(ids)):
        by_reading.setdefault(_LEADING_ZEROS.sub("", joined(one)), []).append(one)
    why = marked(
        "the ids {ids} differ only by capitals, blanks, punctuation, leading zeros or the form of letters; they stay "
        "different patients"
    )
    several = (alike for alike in by_reading.values() if len(alike) > 1)
    return [Note(None, None, one, translated(why, ids=quoted_names(ids)), True) for ids in several for one in ids]


def quoted_names(names: list[str]) -> str:
    """A few names; where they look the same, or have invisible characters, these are shown."""
    looks = Counter(normalize("NFC", one) for one in names)
    spelt = [one if one.isprintable() and looks[normalize("NFC", one)] == 1 else None for one in names[:_SHOWN]]
    shown = ", ".join(
        ascii(shortened(name)) if one is None else repr(shortened(one)) for name, one in zip(names, spelt, strict=False)
    )
    more = len(names) - _SHOWN
    return translated("{names} and {count} more", names=shown, count=more) if more > 0 else shown


UNREAD_DTYPES: dict[str, Any] = dict.fromkeys(("table", "file", "sheet", "what", "name"), TEXT)
UNREAD_DTYPES |= {"rows": "Int64", "patient_id": TEXT, "near": TEXT, "message": TEXT}
UNREAD_DTYPES |= {"row": "Int64", "value": TEXT, "day": INSTANT, "exercise": TEXT, "side": TEXT}
"""The columns of ``study.unread``; the last five are of single cells only."""


class Unread(NamedTuple):
    """A file, sheet or column that was not read; ``near`` is what it may be meant to be."""

    table: str | None
    file: str
    sheet: str | None
    what: Literal["file", "sheet", "column"]
    name: str
    rows: int | None
    near: str | None
    message: str


NO_UNREAD = pd.DataFrame(columns=list(UNREAD_DTYPES)).astype(UNREAD_DTYPES)


def unread_lines(found: Iterable[Unread]) -> pd.DataFrame:
    """Files, sheets and columns as lines of ``study.unread``, each once."""
    lines = pd.DataFrame(list(dict.fromkeys(found)), columns=list(Unread._fields), dtype=object)
    return in_unread_columns(lines) if len(lines) else NO_UNREAD


def in_unread_columns(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines with all columns of ``study.unread`` and no other."""
    return lines.reindex(columns=list(UNREAD_DTYPES)).astype(UNREAD_DTYPES)


def stacked_lines(parts: Iterable[pd.DataFrame], none: pd.DataFrame) -> pd.DataFrame:
    """Account lines of several tables below each other; ``none`` are no lines, which cost as much to make as many."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else none


def unread_table(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """All lines of ``study.unread``: files, sheets, columns, then cells."""
    whole = stacked_lines(parts, NO_UNREAD)
    rank = whole["what"].map({"file": 0, "sheet": 1, "column": 2, "cell": 3})
    return whole.loc[rank.sort_values(kind="stable").index].reset_index(drop=True)
