"""A file as it was found: which column its header names, its cells before any is understood, and why none is read."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.errors import FootdropError, StudyError, shortened
from footdrop_analytics.knowledge.names import load_names
from footdrop_analytics.model.inputs import COLUMNS, REQUIRED_TABLES
from footdrop_analytics.model.names import joined
from footdrop_analytics.reading.notes import Unread
from footdrop_analytics.reading.sources.limits import refuse_columns
from footdrop_analytics.wording.language import marked, study_error, translated
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


def named_columns(cells: Sequence[str], table: str) -> set[str]:
    """The columns of the table that a line names."""
    meant = load_names().columns[table]
    return {meant[name] for name in map(joined, cells) if name in meant}


def header_line(lines: Sequence[Sequence[str]], table: str) -> int:
    """Which line is the header: the first that names every required column, else the first of all."""
    required = {name for name, spec in COLUMNS[table].items() if spec.required}
    found = (at for at, cells in enumerate(lines[:LINES_LOOKED_AT]) if required <= named_columns(cells, table))
    return next(found, 0)


def looks_like(cells: Sequence[str]) -> str | None:
    """The table whose columns a header holds, the patient's id perhaps excepted; None if none or several do."""
    found = {}
    for table, specs in COLUMNS.items():
        required = {name for name, spec in specs.items() if spec.required} - {"patient_id"}
        named = named_columns(cells, table)
        if required <= named and len(named) > 1:
            found[table] = len(named)
    best = [table for table, count in found.items() if count == max(found.values())]
    return best[0] if len(best) == 1 else None


def _chosen(table: str, column: str, names: Sequence[str], places: list[int], place: str) -> int | None:
    """Which of several headers is the column: one that reads like its own name, or the only one."""
    own = [at for at in places if joined(names[at]) == joined(column)]
    if len(own) > 1:
        shown = listed([repr(shortened(names[at])) for at in own[:_NAMED]])
        why = marked("{place}: the columns {columns} of {table} are both {column}. Rename or delete one of them.")
        raise study_error(why, place=place, columns=shown, table=table, column=column)
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


TEXT_CELLS = pa.dictionary(pa.int32(), pa.string())
"""How text is kept: every distinct text once, so that it is understood once."""

Cells: TypeAlias = pa.Array | pa.ChunkedArray
"""The cells of a column: text in one array of :data:`TEXT_CELLS`; typed ones in chunks, as they came from the file."""


@dataclass(frozen=True, eq=False)
class RawTable:
    """One file (or sheet, or frame) of one table, columns by the names under which they are read.

    ``rows``: the number of each row as a spreadsheet shows it (None: 2, 3, 4 …). ``surplus``: by the position of a row
    its non-empty cells beyond the header, by the number of the column. ``broken``: by the position of a row the cell
    whose quotation is never closed. ``unread``: columns and other sheets that were not read. ``written``: what was
    written for columns that are read under another name.
    """

    table: str
    file: str
    columns: dict[str, Cells]
    n_rows: int
    sha256: str
    rows: np.ndarray | None = None
    surplus: dict[int, dict[int, str]] = field(default_factory=dict)
    broken: dict[int, str] = field(default_factory=dict)
    decimal_comma: bool = False
    notes: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    written: dict[str, str] = field(default_factory=dict)

    def row_numbers(self, positions: np.ndarray) -> np.ndarray:
        """The spreadsheet's row numbers of these positions."""
        return positions + 2 if self.rows is None else self.rows[positions]


def with_header(raw: RawTable, header: Header, sheet: str | None = None) -> RawTable:
    """The file with what its header says: columns read under another name, and columns that hold something unread."""
    unread = []
    renamed = (
        translated("the column {text} was read as {column}", text=repr(shortened(text)), column=name)
        for name, text in header.written.items()
    )
    for name, (near, because) in header.unread.items():
        rows = int((~blank_cells(raw.columns[name])).sum())
        why = marked("the column {column} was not read; perhaps {near}: {because}")
        message = translated(why, column=repr(shortened(name)), near=near, because=because)
        if rows:
            unread.append(Unread(raw.table, raw.file, sheet, "column", name, rows, near, message))
    columns = {name: cells for name, cells in raw.columns.items() if name != REMARKS}
    notes, all_unread = (*renamed, *raw.notes), (*unread, *raw.unread)
    return replace(raw, columns=columns, notes=notes, unread=all_unread, written=header.written)


def text_cells(texts: Iterable[str | None]) -> pa.DictionaryArray:
    """Texts as dictionary-encoded cells."""
    return pa.array(texts, pa.string()).dictionary_encode()


def blank_rows(columns: Iterable[Cells], n_rows: int) -> np.ndarray:
    """Which rows hold nothing but blanks."""
    blank = np.ones(n_rows, dtype=bool)
    for cells in columns:
        if not blank.any():
            break
        blank &= blank_cells(cells)
    return blank


def blank_cells(cells: Cells) -> np.ndarray:
    """Which cells are missing or hold nothing but blanks."""
    if not pa.types.is_dictionary(cells.type):
        return np.asarray(pc.is_null(cells, nan_is_null=True))
    blank_words = np.append(blank_texts(cells.dictionary), True)
    return np.asarray(blank_words[codes_of(cells)])


def blank_texts(texts: pa.Array) -> np.ndarray:
    """Which texts are missing or hold nothing but blanks."""
    return np.asarray(pc.fill_null(pc.equal(pc.utf8_trim_whitespace(texts), ""), True), dtype=bool)


def codes_of(cells: pa.DictionaryArray) -> np.ndarray:
    """The position of each cell's text in the dictionary, −1 where the cell is missing."""
    indices = cells.indices
    if indices.null_count:
        indices = pc.fill_null(indices, -1)
    return np.asarray(indices)


def one_array(chunks: Sequence[pa.DictionaryArray]) -> pa.DictionaryArray:
    """Cells of text below each other."""
    together = pa.chunked_array(chunks).unify_dictionaries().combine_chunks()
    return together.chunk(0) if isinstance(together, pa.ChunkedArray) else together


def stacked(raws: Sequence[RawTable]) -> RawTable:
    """Files of the same columns, all of them text, as one; it has no name and no place of its own."""
    columns = {name: one_array([raw.columns[name] for raw in raws]) for name in raws[0].columns}
    n_rows = sum(raw.n_rows for raw in raws)
    return RawTable(raws[0].table, raws[0].file, columns, n_rows, "", decimal_comma=raws[0].decimal_comma)


def without_rows(raw: RawTable, left_out: np.ndarray) -> RawTable:
    """The same file without some rows; the others keep their numbers."""
    if not left_out.any():
        return raw
    kept = np.flatnonzero(~left_out)
    new_position = {int(old): new for new, old in enumerate(kept)} if raw.surplus or raw.broken else {}
    taken = pa.array(kept)
    return replace(
        raw,
        columns={name: cells.take(taken) for name, cells in raw.columns.items()},
        n_rows=len(kept),
        rows=raw.row_numbers(kept),
        surplus={new_position[old]: cells for old, cells in raw.surplus.items()},
        broken={new_position[old]: cell for old, cell in raw.broken.items()},
    )


_MOST_CHARACTERS = 120


@contextmanager
def guarded(path: Path, kind: str, advice: str) -> Iterator[None]:
    """Around the readers of one file: a damaged one may make them raise anything at all."""
    if path.stat().st_size == 0:
        empty = translated("{file}: the file is empty.", file=path.name)
        raise StudyError(f"{empty} {translated(advice)}")
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except FootdropError:
        raise
    except BaseException as error:
        # A reader written in Rust panics with what is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        said = " ".join(str(error).split()) or type(error).__name__
        why = marked("{file}: cannot be read as {kind} ({error}).")
        what = translated(why, file=path.name, kind=translated(kind), error=shortened(said, _MOST_CHARACTERS))
        raise StudyError(f"{what} {translated(advice)}") from error


def refuse_missing_tables(found: Mapping[str, Sequence[RawTable]], place: str, unread: Sequence[Unread] = ()) -> None:
    """Raise a StudyError if a required table is missing; it names what lies there instead."""
    for table in (one for one in REQUIRED_TABLES if not found[one]):
        missing = translated(
            "{place}: the table {table} is missing. Expected {table}*.csv with the columns {columns} (or .tsv, .xlsx, "
            ".parquet; in a workbook a sheet named {table}).",
            place=place,
            table=table,
            columns=", ".join(name for name, spec in COLUMNS[table].items() if spec.required),
        )
        instead = "; ".join(
            translated("{name}, which looks like {near}", name=one.name, near=one.near) if one.near else one.name
            for one in unread[:5]
        )
        if len(unread) > 5:
            instead = translated("{names} and {count} more", names=instead, count=len(unread) - 5)
        told = [translated("Found {names}.", names=instead)] if instead else []
        raise StudyError(" ".join([missing, *told, translated(_NAME_THE_FOLDER)]))


_NAME_THE_FOLDER = marked(
    "Name the folder that holds them, begin with `footdrop template`, which writes a workbook with these sheets, or "
    "make a study of a log of another kind: footdrop import FILE --out STUDY."
)
