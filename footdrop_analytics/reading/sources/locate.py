"""Which files and sheets of a study hold which table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from footdrop_analytics.errors import StudyError
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES, REQUIRED_TABLES
from footdrop_analytics.reading.checks.notes import Note
from footdrop_analytics.reading.checks.unread import Unread
from footdrop_analytics.reading.sources.csv_files import load_csv
from footdrop_analytics.reading.sources.excel_files import load_sheet, open_workbook, sha256_of
from footdrop_analytics.reading.sources.raw import RawTable
from footdrop_analytics.reading.sources.typed_tables import load_parquet

READ_SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet")
_OTHER_DATA = (".xls", ".xlsm", ".ods", ".txt", ".json", ".gz", ".zip", ".feather")
EXERCISES_FILE = "exercises.yaml"
SYNTHETIC_FILE = "SYNTHETIC.txt"
"""Written beside simulated tables, so that they stay labelled when they are read again."""

READ_ME, LISTS = "Read me", "Lists"
"""The sheets of the workbook template that hold no table."""

_EXPECTED = "Expected a study folder or one Excel workbook (.xlsx)."

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
    """The table that a file or sheet name begins with."""
    return next((table for table in INPUT_TABLES if name.strip().lower().startswith(table)), None)


def locate(path: Path) -> Found:
    """What lies in a study folder or workbook.

    Raises
    ------
    StudyError
        If there is no such study, a required table is missing, or a file is unreadable.
    """
    if path.is_dir():
        found = _folder(path)
    elif path.suffix.lower() == ".xlsx" and path.is_file():
        found = _workbook(path)
    elif path.exists():
        raise StudyError(f"{path}: {_EXPECTED} Give the folder that holds the file.")
    else:
        raise StudyError(f"{path}: there is no such folder or workbook. {_EXPECTED}")
    refuse_missing_tables(found.raws, str(path))
    return found


def refuse_missing_tables(found: RawTables, place: str) -> None:
    """Raise a StudyError if a required table is missing."""
    missing = [table for table in REQUIRED_TABLES if not found[table]]
    if missing:
        names = " and ".join(missing)
        lacking = f"the table {names} is missing" if len(missing) == 1 else f"the tables {names} are missing"
        expected = " and ".join(f"{table}*.csv with the columns {_required(table)}" for table in missing)
        raise StudyError(
            f"{place}: {lacking}. Expected {expected} (or .tsv, .xlsx, .parquet; in a workbook a "
            f"sheet named {' and one named '.join(missing)}). Name the folder that holds them, or begin with "
            "`footdrop template`, which writes a workbook with these sheets."
        )


def _required(table: str) -> str:
    return ", ".join(name for name, spec in COLUMNS[table].items() if spec.required)


def _folder(path: Path) -> Found:
    found = Found()
    for file in sorted(path.iterdir(), key=lambda file: natural_order(file.name)):
        suffix = file.suffix.lower()
        table = table_of(file.name)
        meant = suffix in READ_SUFFIXES or (table is not None and suffix in _OTHER_DATA)
        if file.name.startswith((".", "~$")) or not meant:
            continue
        _refuse_unreadable(file, table)
        if table is None or suffix not in READ_SUFFIXES:
            message = f"not read: a table is a file named {_patterns(table)}"
            found.unread.append(Unread(table, file.name, None, "file", file.name, None, table, message))
            continue
        found.raws[table].append(_load(file, table))
    return found


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


def _patterns(table: str | None) -> str:
    return f"{table or '<table>'}*.csv, .tsv, .xlsx or .parquet"


def _load(file: Path, table: str) -> RawTable:
    try:
        match file.suffix.lower():
            case ".parquet":
                return load_parquet(file, table)
            case ".xlsx":
                return _one_sheet(file, table)
            case _:
                return load_csv(file, table, frozenset(COLUMNS[table]))
    except OSError as error:
        raise StudyError(
            f"{file.name}: cannot be read ({error.strerror}). Check that it exists and may be opened."
        ) from None


def _one_sheet(file: Path, table: str) -> RawTable:
    """The sheet of a table's own workbook: the one named like the table, else the first that is not empty."""
    digest = sha256_of(file)
    with open_workbook(file) as book:
        sheets = sorted(book.sheets, key=lambda name: name.strip().lower() != table)
        loaded = [(name, load_sheet(book, name, table, file.name, digest)) for name in sheets]
    filled = [(name, raw) for name, raw in loaded if raw is not None]
    if not filled:
        raise StudyError(f"{file.name}: the workbook is empty. Expected the columns of {table} in row 1 of a sheet.")
    others = tuple(
        Unread(table, file.name, name, "sheet", name, raw.n_rows, None, "not read: one sheet per file")
        for name, raw in filled[1:]
    )
    return replace(filled[0][1], unread=others)


def _workbook(path: Path) -> Found:
    found = Found()
    digest = sha256_of(path)
    with open_workbook(path) as book:
        for name in sorted(book.sheets, key=natural_order):
            table = table_of(name)
            if table is None:
                if name not in (READ_ME, LISTS):
                    message = "not read: no table has that name"
                    found.unread.append(Unread(None, path.name, name, "sheet", name, None, None, message))
                continue
            file = path.name if name.strip().lower() == table else f"{path.name} [{name}]"
            raw = load_sheet(book, name, table, file, digest)
            if raw is not None:
                found.raws[table].append(raw)
    return found
