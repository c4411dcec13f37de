"""``study.notes``: what was noticed and decided while reading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple
from unicodedata import normalize

import pandas as pd

from footdrop_analytics.errors import shortened
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.names import joined
from footdrop_analytics.wording.language import translated

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
    return [
        Note(
            None,
            None,
            one,
            translated(
                "the ids {ids} differ only by capitals, blanks, punctuation, leading zeros or the form of letters; "
                "they stay different patients",
                ids=quoted_names(alike),
            ),
            True,
        )
        for alike in by_reading.values()
        if len(alike) > 1
        for one in alike
    ]


def quoted_names(names: list[str]) -> str:
    """A few names; where they look the same, or have invisible characters, these are shown."""
    looks = Counter(normalize("NFC", one) for one in names)
    spelt = [one if one.isprintable() and looks[normalize("NFC", one)] == 1 else None for one in names[:_SHOWN]]
    shown = ", ".join(
        ascii(shortened(name)) if one is None else repr(shortened(one)) for name, one in zip(names, spelt, strict=False)
    )
    more = len(names) - _SHOWN
    return translated("{names} and {count} more", names=shown, count=more) if more > 0 else shown
