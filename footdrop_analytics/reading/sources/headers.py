"""The header of a file: which of its columns is which column of the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from footdrop_analytics.errors import shortened
from footdrop_analytics.knowledge.names import load_names
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.names import joined
from footdrop_analytics.reading.sources.limits import refuse_columns
from footdrop_analytics.wording.language import study_error, translated
from footdrop_analytics.wording.words import joined as listed

REMARKS = "footdrop_remarks"
"""The column that ``footdrop check --out`` adds; it is ignored when the file is read again."""
_NAMED = 10
LINES_LOOKED_AT = 10
"""A header stands in one of the first lines, below titles."""


@dataclass(frozen=True)
class Header:
    """The columns of a file in order, by the names under which they are read.

    ``names`` are columns of the contract, or what was written, trimmed and in small letters; ``written`` is what was
    written for a column of the contract in another way. ``unread`` columns may be meant to be another, and why.
    """

    names: list[str]
    written: dict[str, str]
    unread: dict[str, tuple[str, str]]


def read_header(cells: Sequence[str], table: str, place: str, row: int = 1) -> Header:
    """Understand a header: exact names first, then names that read alike, then further names."""
    texts = [cell.strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    if not texts:
        raise study_error(
            "{place}: row {row} has no column names. Expected a header such as patient_id, … in the first row.",
            place=place,
            row=row,
        )
    refuse_columns(len(texts), place)
    lower = [text.lower() for text in texts]
    if twice := sorted(name for name, count in Counter(filter(None, lower)).items() if count > 1):
        raise study_error(
            "{place}: the column {columns} stands twice in the header (capitals and blanks do not count). Rename "
            "or delete one of them.",
            place=place,
            columns=", ".join(repr(shortened(name)) for name in twice[:_NAMED]),
        )
    known = COLUMNS[table]
    found: dict[str, list[int]] = {}
    taken = {name for name in lower if name in known}
    meant = load_names().columns[table]
    for at, text in enumerate(lower):
        column = meant.get(joined(text)) if text and text not in known else None
        if column is not None and column not in taken:
            found.setdefault(column, []).append(at)
    chosen = {_chosen(table, column, lower, at, place): column for column, at in found.items()}
    names = [chosen.get(at) or text or _unnamed(at, lower) for at, text in enumerate(lower)]
    written = {column: texts[at] for at, column in chosen.items() if at is not None}
    others = {text: meant.get(joined(text)) for at, text in enumerate(lower) if text and names[at] not in known}
    return Header(names, written, _unread(table, others, set(names)))


def header_note(lines_above: int) -> list[str]:
    """What is said of a header below a title."""
    if not lines_above:
        return []
    return [translated("the header was found in row {row}, below a title", row=lines_above + 1)]


def names_found(cells: Sequence[str], table: str) -> int:
    """How many columns of the table a line names."""
    meant = load_names().columns[table]
    return len({meant[name] for name in map(joined, cells) if name in meant})


def header_line(lines: Sequence[Sequence[str]], table: str) -> int:
    """Which line is the header: the first that names every required column, else the first of all."""
    required = {name for name, spec in COLUMNS[table].items() if spec.required}
    meant = load_names().columns[table]
    for number, cells in enumerate(lines[:LINES_LOOKED_AT]):
        if required <= {meant.get(joined(cell)) for cell in cells}:
            return number
    return 0


def looks_like(cells: Sequence[str]) -> str | None:
    """The table whose columns a header holds, the patient's id perhaps excepted; None if none or several do."""
    found = {}
    for table, specs in COLUMNS.items():
        required = {name for name, spec in specs.items() if spec.required} - {"patient_id"}
        meant = load_names().columns[table]
        if required <= {meant.get(joined(cell)) for cell in cells}:
            found[table] = names_found(cells, table)
    best = [table for table, count in found.items() if count == max(found.values()) and count > 1]
    return best[0] if len(best) == 1 else None


def _chosen(table: str, column: str, names: Sequence[str], places: list[int], place: str) -> int | None:
    """Which of several headers is the column: one that reads like its own name, or the only one."""
    own = [at for at in places if joined(names[at]) == joined(column)]
    if len(own) > 1:
        shown = listed([repr(shortened(names[at])) for at in own[:_NAMED]])
        raise study_error(
            "{place}: the columns {columns} of {table} are both {column}. Rename or delete one of them.",
            place=place,
            columns=shown,
            table=table,
            column=column,
        )
    if own or len(places) == 1:
        return (own or places)[0]
    return None


def _unnamed(at: int, names: Sequence[str]) -> str:
    name = f"unnamed_{at + 1}"
    while name in names:
        name += "_"
    return name


def _unread(table: str, others: dict[str, str | None], read: set[str]) -> dict[str, tuple[str, str]]:
    known, unread = load_names(), {}
    for text, meant in others.items():
        if text == REMARKS:
            continue
        near = meant or known.near_column(table, text)
        if near is None:
            # Inside a longer name only where the file has no such column: beside it, it is something else.
            near = known.column_within(table, text)
            near = None if near in read else near
        if near is None:
            continue
        if meant is not None and near in read:
            because = translated("{near} is there already; rename this column if it is something else", near=near)
        elif meant is not None:
            because = translated("several columns may be {near}; name the right one {near}", near=near)
        else:
            unsure = known.why_unsure(table, text)
            name_it = translated("name it {near} if that is meant, else give it another name", near=near)
            because = translated(unsure) if unsure else name_it
        unread[text] = (near, because)
    return unread
