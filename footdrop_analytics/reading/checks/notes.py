"""``study.notes``: what was noticed and decided while reading."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from footdrop_analytics.model.columns import TEXT


class Note(NamedTuple):
    """One line of ``study.notes``; blank where it concerns no table, file or patient in particular."""

    table: str | None
    file: str | None
    patient_id: str | None
    message: str


def notes_table(notes: Iterable[Note]) -> pd.DataFrame:
    """The notes in order, each once."""
    lines = pd.DataFrame(list(dict.fromkeys(notes)), columns=list(Note._fields), dtype=object)
    return lines.astype(TEXT)


def alike_ids(ids: Iterable[str]) -> list[Note]:
    """A note for every id that differs from another only by case or blanks: perhaps one person, perhaps two."""
    by_letters: dict[str, list[str]] = {}
    for one in sorted(set(ids)):
        by_letters.setdefault("".join(one.split()).casefold(), []).append(one)
    return [
        Note(
            None,
            None,
            one,
            f"the ids {', '.join(map(repr, alike))} differ only by capitals or blanks; they stay different patients",
        )
        for alike in by_letters.values()
        if len(alike) > 1
        for one in alike
    ]
