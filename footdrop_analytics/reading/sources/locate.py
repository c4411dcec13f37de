"""Which files and sheets of a study hold which table, and which hold none."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from footdrop_analytics.errors import StudyError
from footdrop_analytics.files import checksum
from footdrop_analytics.knowledge.names import load_names
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.model.names import as_people_read, joined
from footdrop_analytics.reading.notes import Note, Unread
from footdrop_analytics.reading.sources.csv_files import load_csv
from footdrop_analytics.reading.sources.csv_text import csv_text
from footdrop_analytics.reading.sources.raw import RawTable, looks_like, refuse_missing_tables
from footdrop_analytics.reading.sources.typed_tables import (
    WORKBOOK_SUFFIXES,
    Book,
    load_parquet,
    load_sheet,
    open_workbook,
    sheet_header,
)
from footdrop_analytics.wording.language import marked, study_error, translated

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
    """What lies in a study folder or workbook."""
    if path.is_dir():
        found = Found()
        for file, table in files_with_tables(path, found):
            load_file(file, table, found)
    elif path.suffix.lower() in WORKBOOK_SUFFIXES and path.is_file():
        found = _workbook(path)
    elif path.exists():
        raise study_error(
            "{path}: Expected a study folder or one workbook (.xlsx, .xls, .ods). Give the folder that holds the "
            "file, or make a study of a log of another kind: footdrop import FILE --out STUDY.",
            path=path,
        )
    else:
        raise study_error(
            "{path}: there is no such folder or workbook. Expected a study folder or one workbook (.xlsx, .xls, .ods).",
            path=path,
        )
    refuse_missing_tables(found.raws, str(path), found.unread)
    return found


def files_with_tables(path: Path, found: Found) -> Iterator[tuple[Path, str]]:
    """The files of a folder that are named like a table, one by one; ``found`` takes the others that are left unread.

    Raises StudyError if such a file cannot be opened as one.
    """
    for file in sorted(path.iterdir(), key=lambda file: reading_order(file.name)):
        if _is_foreign(file.name) or file.suffix.lower() not in READ_SUFFIXES:
            continue
        table = table_of(file.stem)
        _refuse_unreadable(file, table)
        if table is not None:
            yield file, table
        elif file.is_file():
            found.unread.append(_unread_file(file, file.name))
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
            message = translated(
                "not looked at: there are more than {count} files; name the folder of the study itself",
                count=_MOST_FILES,
            )
            yield Unread(None, path.name, None, "file", path.name, None, None, message)
            return


def _unread_file(file: Path, shown: str) -> Unread:
    shown = shown.encode("utf-8", "backslashreplace").decode()
    near = table_of(file.name.split(".")[0]) or _looks_like(file)
    suffix = file.suffix.lower()
    if "/" in shown:
        what = translated("files of subfolders are not read; put it into the study folder itself")
    elif suffix not in READ_SUFFIXES:
        what = translated("{suffix} files are not read; export it as CSV (UTF-8) or Excel", suffix=suffix)
    elif near:
        what = translated(
            "its columns look like those of {near}; name it {near}-….{suffix}", near=near, suffix=suffix[1:]
        )
    else:
        what = translated("a table is a file named sessions*.csv, .tsv, .xlsx or .parquet (or as another table)")
    return Unread(near, shown, None, "file", shown, None, near, _not_read_because(what))


def _not_read_because(why: object) -> str:
    return translated("not read: {why}", why=why)


def _looks_like(file: Path) -> str | None:
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
        raise study_error(
            "{file}: the name of the file is not valid text. Give it a name of plain letters and digits.", file=shown
        )
    if table is not None and not file.is_file():
        what = (
            marked("{file}: is a folder. Expected a file with the rows of {table}; rename it if it is something else.")
            if file.is_dir()
            else marked(
                "{file}: points to nothing. Expected a file with the rows of {table}; rename it if it is something "
                "else."
            )
        )
        raise study_error(what, file=shown, table=table)


def load_file(file: Path, table: str, found: Found) -> None:
    """Read a file; one under another name than the table's own is only read if it can be."""
    own_name = joined(file.stem).startswith(table)
    suffix = file.suffix.lower()
    try:
        if suffix in WORKBOOK_SUFFIXES:
            raw = _one_sheet(file, table)
        else:
            raw = load_parquet(file, table) if suffix == ".parquet" else load_csv(file, table)
    except OSError as error:
        why = marked("{file}: cannot be read ({why}). Check that it exists and may be opened.")
        raise study_error(why, file=file.name, why=error.strerror) from None
    except StudyError as error:
        if own_name and suffix not in _OLD_SUFFIXES:
            raise
        found.unread.append(Unread(table, file.name, None, "file", file.name, None, table, _not_read_because(error)))
        return
    lacking = [name for name, spec in COLUMNS[table].items() if spec.required and name not in raw.columns]
    if lacking and not own_name:
        message = translated(
            "not read as {table}: it lacks the column {columns}", table=table, columns=", ".join(lacking)
        )
        found.unread.append(Unread(table, file.name, None, "file", file.name, raw.n_rows, table, message))
        return
    if not file.name.lower().startswith(table):
        message = translated("the file {file} was read as {table}", file=file.name, table=table)
        found.notes.append(Note(table, file.name, None, message))
    found.raws[table].append(raw)


def _one_sheet(file: Path, table: str) -> RawTable:
    """The sheet of a table's own workbook: the one named like the table, else the first that is not empty."""
    digest = checksum(file)
    with open_workbook(file) as book:
        sheets = sorted(book.sheets, key=lambda name: table_of(name) != table)
        filled = [name for name in sheets if book.n_rows(name) and name not in (READ_ME, LISTS)]
        raw = load_sheet(book, filled[0], table, file.name, digest) if filled else None
        if raw is None:
            why = marked("{file}: the workbook is empty. Expected the columns of {table} in row 1 of a sheet.")
            raise study_error(why, file=file.name, table=table)
        others = tuple(_unread_sheet(book, name, file.name, translated("one sheet per file")) for name in filled[1:])
    return replace(raw, unread=raw.unread + others)


def _workbook(path: Path) -> Found:
    found = Found()
    digest = checksum(path)
    with open_workbook(path) as book:
        for name in sorted(book.sheets, key=natural_order):
            table = table_of(name)
            if name in (READ_ME, LISTS) or not book.n_rows(name):
                continue
            if table is None:
                found.unread.append(_unread_sheet(book, name, path.name, translated("no table has that name")))
                continue
            file = path.name if name.strip().lower() == table else f"{path.name} [{name}]"
            raw = load_sheet(book, name, table, file, digest)
            if raw is None:
                continue
            if not name.strip().lower().startswith(table):
                message = translated("the sheet {sheet} was read as {table}", sheet=repr(name), table=table)
                found.notes.append(Note(table, file, None, message))
            found.raws[table].append(raw)
    return found


def _unread_sheet(book: Book, name: str, file: str, why: str) -> Unread:
    near = looks_like(sheet_header(book, name))
    if near:
        why = translated("{why}; its columns look like those of {near}: name the sheet {near}", why=why, near=near)
    rows = book.n_rows(name) - 1  # the first one is taken for a header
    return Unread(near, file, name, "sheet", name, max(rows, 0), near, _not_read_because(why))
