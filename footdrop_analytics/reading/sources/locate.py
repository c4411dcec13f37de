"""Which files and sheets of a study hold which table, and which hold none."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from footdrop_analytics.errors import StudyError
from footdrop_analytics.knowledge.names import load_names
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES, REQUIRED_TABLES
from footdrop_analytics.model.names import as_people_read, joined
from footdrop_analytics.reading.checks.notes import Note
from footdrop_analytics.reading.checks.unread import Unread
from footdrop_analytics.reading.sources.csv_files import load_csv
from footdrop_analytics.reading.sources.csv_text import csv_text
from footdrop_analytics.reading.sources.excel_files import (
    WORKBOOK_SUFFIXES,
    Book,
    load_sheet,
    open_workbook,
    sha256_of,
    sheet_header,
)
from footdrop_analytics.reading.sources.headers import looks_like
from footdrop_analytics.reading.sources.raw import RawTable
from footdrop_analytics.reading.sources.typed_tables import load_parquet

READ_SUFFIXES = (".csv", ".tsv", ".parquet", *WORKBOOK_SUFFIXES)
_OLD_SUFFIXES = (".xls", ".ods", ".xlsm")
"""Files that are read if they can be, and told if not."""
_OTHER_TABLES = (
    *(".json", ".jsonl", ".ndjson", ".sav", ".zsav", ".por", ".dta", ".sas7bdat", ".xpt", ".xlsb", ".numbers"),
    *(".feather", ".arrow", ".orc", ".db", ".sqlite", ".rds", ".rdata", ".tab", ".dat"),
)
"""Files of a tabular kind that are never read, and told."""
_PERHAPS_TABLES = (".txt", ".gz", ".zip", ".xml", ".html", ".htm")
"""Told only if they are named like a table."""
EXERCISES_FILE = "exercises.yaml"
SYNTHETIC_FILE = "SYNTHETIC.txt"
"""Written beside simulated tables, so that they stay labelled when they are read again."""

READ_ME, LISTS = "Read me", "Lists"
"""The sheets of the workbook template that hold no table."""

_EXPECTED = "Expected a study folder or one workbook (.xlsx, .xls, .ods)."
_IMPORT = "make a study of a log of another kind: footdrop import FILE --out STUDY."
_MOST_FILES = 20_000
_HEADER_BYTES = 1 << 16

ADDED = "-added"
"""How the name ends of a file that dashboards add rows to; it counts after all others of its table."""

RawTables = dict[str, list[RawTable]]


@dataclass
class Found:
    """The raw tables of a study, files in natural order of name; what was noticed; files and sheets left unread."""

    raws: RawTables = field(default_factory=lambda: {table: [] for table in INPUT_TABLES})
    notes: list[Note] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def natural_order(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """Sorts ``sessions_9.csv`` before ``sessions_10.csv``, whatever the capitals."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts], name


def table_of(name: str) -> str | None:
    """The table that a file or sheet name begins with, or that it is another name of (``event-2026.csv``)."""
    letters = joined(name)
    for table in INPUT_TABLES:
        if letters.startswith(table):
            return table
    words = re.sub(r"(\d+)", r" \1", as_people_read(name)).split()
    further = load_names().tables
    for count in range(len(words), 0, -1):
        if "".join(words[:count]) in further:
            return further["".join(words[:count])]
    return None


def locate(path: Path) -> Found:
    """What lies in a study folder or workbook.

    Raises
    ------
    StudyError
        If there is no such study, a required table is missing, or a file is unreadable.
    """
    if path.is_dir():
        found = _folder(path)
    elif path.suffix.lower() in WORKBOOK_SUFFIXES and path.is_file():
        found = _workbook(path)
    elif path.exists():
        raise StudyError(f"{path}: {_EXPECTED} Give the folder that holds the file, or {_IMPORT}")
    else:
        raise StudyError(f"{path}: there is no such folder or workbook. {_EXPECTED}")
    refuse_missing_tables(found.raws, str(path), found.unread)
    return found


def refuse_missing_tables(found: RawTables, place: str, unread: list[Unread] | None = None) -> None:
    """Raise a StudyError if a required table is missing; it names what lies there instead."""
    for table in REQUIRED_TABLES:
        if not found[table]:
            raise StudyError(
                f"{place}: the table {table} is missing. Expected {table}*.csv with the columns {_required(table)} (or "
                f".tsv, .xlsx, .parquet; in a workbook a sheet named {table}).{_instead(unread or [])} Name the "
                "folder that holds them, begin with `footdrop template`, which writes a workbook with these sheets, or "
                f"{_IMPORT}"
            )


def _required(table: str) -> str:
    return ", ".join(name for name, spec in COLUMNS[table].items() if spec.required)


def _instead(unread: list[Unread]) -> str:
    shown = [f"{one.name}, which looks like {one.near}" if one.near else one.name for one in unread[:5]]
    more = f" and {len(unread) - 5} more" if len(unread) > 5 else ""
    return f" Found {'; '.join(shown)}{more}." if shown else ""


def _folder(path: Path) -> Found:
    found = Found()
    for file, table in files_with_tables(path, found):
        load_file(file, table, found)
    return found


def files_with_tables(path: Path, found: Found) -> Iterator[tuple[Path, str]]:
    """The files of a folder that are named like a table, one by one; ``found`` takes the others that are left unread.

    Raises
    ------
    StudyError
        If such a file cannot be opened as one.
    """
    for file in sorted(path.iterdir(), key=lambda file: reading_order(file.name)):
        suffix, table = file.suffix.lower(), table_of(file.stem)
        if _is_foreign(file.name):
            continue
        if suffix in READ_SUFFIXES:
            _refuse_unreadable(file, table)
        if suffix not in READ_SUFFIXES or not file.is_file():
            continue
        if table is None:
            found.unread.append(_unread_file(file, file.name))
            continue
        yield file, table
    found.unread += _not_read(path)


def reading_order(name: str) -> tuple[bool, tuple[list[tuple[int, int, str]], str]]:
    """Natural order of names; what was added later than the files of the study comes after them."""
    return Path(name).stem.casefold().endswith(ADDED), natural_order(name)


def _is_foreign(name: str) -> bool:
    """Made by a system or an office program, not by people."""
    return name.startswith((".", "~$", "__MACOSX"))


def _not_read(path: Path) -> Iterator[Unread]:
    """Files of other tabular kinds, and all tabular files of subfolders."""
    seen = 0
    for folder, below, names in os.walk(path):
        below[:] = sorted((name for name in below if not _is_foreign(name)), key=natural_order)
        for name in sorted(names, key=natural_order):
            seen += 1
            file = Path(folder, name)
            suffix, shown = file.suffix.lower(), file.relative_to(path).as_posix()
            told = suffix in _OTHER_TABLES or (suffix in READ_SUFFIXES and Path(folder) != path)
            told = told or (suffix in _PERHAPS_TABLES and table_of(file.name.split(".")[0]) is not None)
            if told and not _is_foreign(name):
                yield _unread_file(file, shown)
        if seen > _MOST_FILES:
            message = f"not looked at: there are more than {_MOST_FILES} files; name the folder of the study itself"
            yield Unread(None, path.name, None, "file", path.name, None, None, message)
            return


def _unread_file(file: Path, shown: str) -> Unread:
    shown = shown.encode("utf-8", "backslashreplace").decode()
    near = table_of(file.name.split(".")[0]) or _looks_like(file)
    suffix = file.suffix.lower()
    if "/" in shown:
        what = "files of subfolders are not read; put it into the study folder itself"
    elif suffix not in READ_SUFFIXES:
        what = f"{suffix} files are not read; export it as CSV (UTF-8) or Excel"
    elif near:
        what = f"its columns look like those of {near}; name it {near}-….{suffix[1:]}"
    else:
        what = f"a table is a file named {near or 'sessions'}*.csv, .tsv, .xlsx or .parquet (or as another table)"
    return Unread(near, shown, None, "file", shown, None, near, f"not read: {what}")


def _looks_like(file: Path) -> str | None:
    """The table whose columns a text file holds."""
    if file.suffix.lower() not in (".csv", ".tsv"):
        return None
    try:
        with file.open("rb") as opened:
            head = opened.read(_HEADER_BYTES)
        return looks_like(csv_text(head[: head.rfind(b"\n") + 1] or head, "sessions", file.name).header)
    except (OSError, StudyError, csv.Error):
        return None


def _refuse_unreadable(file: Path, table: str | None) -> None:
    """A file that is meant as a table and cannot be one stops the reading: its rows must not vanish."""
    shown = file.name.encode("utf-8", "backslashreplace").decode()
    if shown != file.name:
        raise StudyError(
            f"{shown}: the name of the file is not valid text. Give it a name of plain letters and digits."
        )
    if table is not None and not file.is_file():
        what = "is a folder" if file.is_dir() else "points to nothing"
        raise StudyError(
            f"{shown}: {what}. Expected a file with the rows of {table}; rename it if it is something else."
        )


def load_file(file: Path, table: str, found: Found) -> None:
    """Read a file; one under another name than the table's own is only read if it can be."""
    own_name = joined(file.stem).startswith(table)
    try:
        raw = _read(file, table)
    except OSError as error:
        raise StudyError(
            f"{file.name}: cannot be read ({error.strerror}). Check that it exists and may be opened."
        ) from None
    except StudyError as error:
        if own_name and file.suffix.lower() not in _OLD_SUFFIXES:
            raise
        found.unread.append(Unread(table, file.name, None, "file", file.name, None, table, f"not read: {error}"))
        return
    lacking = [name for name, spec in COLUMNS[table].items() if spec.required and name not in raw.columns]
    if lacking and not own_name:
        message = f"not read as {table}: it lacks the column {', '.join(lacking)}"
        found.unread.append(Unread(table, file.name, None, "file", file.name, raw.n_rows, table, message))
        return
    if not file.name.lower().startswith(table):
        found.notes.append(Note(table, file.name, None, f"the file {file.name} was read as {table}"))
    found.raws[table].append(raw)


def _read(file: Path, table: str) -> RawTable:
    match file.suffix.lower():
        case ".parquet":
            return load_parquet(file, table)
        case suffix if suffix in WORKBOOK_SUFFIXES:
            return _one_sheet(file, table)
        case _:
            return load_csv(file, table)


def _one_sheet(file: Path, table: str) -> RawTable:
    """The sheet of a table's own workbook: the one named like the table, else the first that is not empty."""
    digest = sha256_of(file)
    with open_workbook(file) as book:
        sheets = sorted(book.sheets, key=lambda name: table_of(name) != table)
        filled = [name for name in sheets if book.n_rows(name) and name not in (READ_ME, LISTS)]
        raw = load_sheet(book, filled[0], table, file.name, digest) if filled else None
        if raw is None:
            raise StudyError(
                f"{file.name}: the workbook is empty. Expected the columns of {table} in row 1 of a sheet."
            )
        others = tuple(_unread_sheet(book, name, file.name, "one sheet per file") for name in filled[1:])
    return replace(raw, unread=raw.unread + others)


def _workbook(path: Path) -> Found:
    found = Found()
    digest = sha256_of(path)
    with open_workbook(path) as book:
        for name in sorted(book.sheets, key=natural_order):
            table = table_of(name)
            if name in (READ_ME, LISTS) or not book.n_rows(name):
                continue
            if table is None:
                found.unread.append(_unread_sheet(book, name, path.name, "no table has that name"))
                continue
            file = path.name if name.strip().lower() == table else f"{path.name} [{name}]"
            raw = load_sheet(book, name, table, file, digest)
            if raw is None:
                continue
            if not name.strip().lower().startswith(table):
                found.notes.append(Note(table, file, None, f"the sheet {name!r} was read as {table}"))
            found.raws[table].append(raw)
    return found


def _unread_sheet(book: Book, name: str, file: str, why: str) -> Unread:
    near = looks_like(sheet_header(book, name))
    hint = f"; its columns look like those of {near}: name the sheet {near}" if near else ""
    rows = book.n_rows(name) - 1  # the first one is taken for a header
    return Unread(near, file, name, "sheet", name, max(rows, 0), near, f"not read: {why}{hint}")
