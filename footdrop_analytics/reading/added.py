"""Rows that people add to a study while they look at it: who said what and when, only ever appended.

Each table has one such file beside the study's own (``reviews-added.csv``), which reading takes as one more file of the
table. A mistake is not deleted: a further row takes it back, and neither counts from then on.
"""

from __future__ import annotations

import csv
import errno
import io
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pandas as pd

from footdrop_analytics.errors import FootdropError, ParameterError, StudyError, shortened
from footdrop_analytics.files import locked, write_whole
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.cells.values import ParseOptions
from footdrop_analytics.reading.duplicates import ROW_ID, TAKES_BACK
from footdrop_analytics.reading.load_table import gather
from footdrop_analytics.reading.sources.csv_files import csv_table
from footdrop_analytics.reading.sources.locate import ADDED
from footdrop_analytics.wording.language import marked, translated

ADDED_TABLES = ("sessions", "prescriptions", "events", "visits", "reviews", "outcomes")
_BY, _AT = "added_by", "added_at"
_OURS = (ROW_ID, _AT, _BY, TAKES_BACK)
_SIGNED = {"reviews": "by", "prescriptions": "prescriber", "outcomes": "rater"}
"""The contract's own columns for who says so."""
_BOM = "\ufeff"
_WHOSE = "patient_id"
"""Written exactly as it is: ``A  B`` and ``A B`` may be two people."""
_LONGEST = 2000
_ANYBODY_READS_AND_WRITES = 0o666
_CHANGED = marked(
    "{file} was changed by another program, so that no row is added to it. Rename it to {table}-earlier.csv (it is "
    "read all the same) and save again."
)


class AddError(StudyError):
    """A row was not added, and the study is as it was: the message says why, and what to do."""


def folder_for_added(study: Path) -> Path:
    """The folder whose files rows are added to."""
    if study.is_dir():
        return study
    raise AddError(
        translated(
            "{file} is one file, and rows can be added to a study folder only. Write into its sheets instead, or save "
            "each sheet as a file (sessions.csv, prescriptions.csv …) in a folder and open that.",
            file=study.name,
        )
    )


def now() -> datetime:
    """The clock on the clinic's wall, to the second: rows are written by it, without an offset."""
    return datetime.now().astimezone().replace(tzinfo=None, microsecond=0)


def add_row(
    folder: Path,
    table: str,
    cells: Mapping[str, object],
    by: str,
    exercises: ExerciseCatalog,
    *,
    at: datetime | None = None,
    called: Mapping[str, str] | None = None,
) -> str:
    """Append one row to the added file of a table, whole or not at all; its id, by which :func:`take_back` knows it.

    ``called``: how columns are called where they are filled in. Raises AddError if reading does not take the row as it
    is, nobody is named, or the file cannot be written.
    """
    file, row_id, when, by = _file(folder, table), secrets.token_hex(4), at or now(), _text(by)
    if not by:
        raise _not_saved(translated("Say who you are first: a row has somebody who answers for it."))
    texts = {_SIGNED[table]: by} if table in _SIGNED else {}
    for name, value in cells.items():
        texts[name] = value if name == _WHOSE and isinstance(value, str) else _text(value)
    texts |= {ROW_ID: row_id, _AT: _text(when), _BY: by}
    try:
        with locked(folder):
            before = _held(file)
            content = _with_row(file, table, before, texts)
            _check(file, table, content, exercises, when.date(), texts.get(_WHOSE, ""), called or {})
            # As private as the study's own log: all who share that must be able to read what was added.
            logs = [file] if file.exists() else sorted(one for one in folder.glob("sessions*") if one.is_file())
            mode = (logs[0].stat().st_mode & _ANYBODY_READS_AND_WRITES) if logs else 0o600
            write_whole(file, (_BOM + content).encode("utf-8"), mode)
    except OSError as error:
        raise _not_saved(_why(error, folder)) from None
    return row_id


def take_back(
    folder: Path, table: str, row_id: str, by: str, exercises: ExerciseCatalog, *, at: datetime | None = None
) -> str:
    """Append a row that takes back an added one: it repeats it, and from then on neither counts."""
    rows = _rows(_file(folder, table))
    found = next((row for row in rows if row[ROW_ID] == row_id and not row[TAKES_BACK]), None)
    if found is None or any(row[TAKES_BACK] == row_id for row in rows):
        raise _not_saved(translated("The row {row} was taken back already, or is not there.", row=repr(row_id)))
    cells = {name: found[name] for name in COLUMNS[table]}
    return add_row(folder, table, {**cells, TAKES_BACK: row_id}, by, exercises, at=at)


@dataclass(frozen=True)
class AddedRow:
    """A row of an added file: its cells as text, who added it and when, what it takes back and what takes it back."""

    table: str
    cells: dict[str, str]
    row_id: str
    at: str
    by: str
    takes_back: str
    taken_back: str
    file: str
    row: int


def added_rows(folder: Path) -> list[AddedRow]:
    """Everything that was added to a study, oldest first, also what was taken back: for an audit.

    Raises AddError if an added file cannot be read.
    """
    found = []
    for table in ADDED_TABLES:
        file = _file(folder, table)
        rows = _rows(file)
        back = {row[TAKES_BACK]: row[ROW_ID] for row in rows if row[TAKES_BACK]}
        for number, row in enumerate(rows, start=2):
            cells = {name: row[name] for name in COLUMNS[table] if row[name]}
            row_id = row[ROW_ID]
            taken = back.get(row_id, "") if row_id else ""
            found.append(AddedRow(table, cells, row_id, row[_AT], row[_BY], row[TAKES_BACK], taken, file.name, number))
    return sorted(found, key=lambda one: one.at)


def added_stamps(folder: Path) -> tuple[tuple[int, int] | None, ...]:
    """When each added file was last written and how large it is: other than before, if a row was added since."""
    return tuple(stamp(_file(folder, table)) for table in ADDED_TABLES)


def stamp(file: Path) -> tuple[int, int] | None:
    """When a file was last written and how large it is; none if there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _file(folder: Path, table: str) -> Path:
    if table not in ADDED_TABLES:
        raise ParameterError(f"table: expected one of {', '.join(ADDED_TABLES)}, found {table!r}.")
    return folder / f"{table}{ADDED}.csv"


def _held(file: Path) -> str:
    """What an added file holds, line ends as they are; blank if there is none."""
    try:
        return file.read_bytes().decode("utf-8-sig") if file.exists() else ""
    except UnicodeDecodeError:
        raise _not_saved(translated(_CHANGED, file=file.name, table=file.stem)) from None


def _not_saved(why: object) -> AddError:
    nothing = translated("Nothing was saved.")
    return AddError(f"{why} {nothing}")


def _with_row(file: Path, table: str, before: str, cells: Mapping[str, str]) -> str:
    """What the file is to hold: all that it held, and one line more."""
    header = [*COLUMNS[table], *_OURS]
    if unknown := set(cells) - set(header):
        raise ParameterError(f"cells: {', '.join(sorted(unknown))} is no column of {table}.")
    written = next(csv.reader(io.StringIO(before, newline="")), [])
    if before and (written != header or not before.endswith("\n")):
        raise _not_saved(translated(_CHANGED, file=file.name, table=table))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not before:
        writer.writerow(header)
    writer.writerow([cells.get(name, "") for name in header])
    return before + text.getvalue()


def _check(
    file: Path, table: str, content: str, exercises: ExerciseCatalog, today: date, whose: str, called: Mapping[str, str]
) -> None:
    """Read the whole of it as a study is read: the last row must be there, of this patient, every cell understood."""
    how = ParseOptions(exercises=exercises.keys, catalog=exercises)
    try:
        raw, _ = csv_table(content.encode("utf-8"), table, file.name)
    except FootdropError as error:
        raise _not_saved(error) from None
    last = int(raw.row_numbers(np.arange(raw.n_rows))[-1])
    found = gather(table, [raw], how, pd.Timestamp(today), {})
    wrong = [
        f"{called.get(line['column'], line['column'])} {shortened(str(line['value']))!r}: {line['reason']}"
        for line in found.rejected[found.rejected["row"] == last].to_dict("records")
    ]
    for part in found.unread:
        said = marked("{field} {value} cannot be read")
        wrong += [
            translated(said, field=called.get(name, name), value=repr(shortened(str(value))))
            for name, value in part.loc[part["row"] == last, ["name", "value"]].itertuples(index=False)
        ]
    if wrong or last not in found.rows.row_numbers:
        why = "; ".join(wrong) or translated("it is blank")
        raise _not_saved(translated("This cannot be saved: {why}.", why=why))
    read = str(found.rows.frame["patient_id"].iloc[int(np.flatnonzero(found.rows.row_numbers == last)[-1])])
    if read != whose:
        ids = {"id": shortened(repr(whose)), "read": shortened(repr(read))}
        raise _not_saved(translated("The id {id} would be read as {read}.", **ids))


def _rows(file: Path) -> list[dict[str, str]]:
    """The rows of an added file as they stand there; one that others have changed is read as far as it goes."""
    try:
        rows = list(csv.DictReader(io.StringIO(_held(file), newline="")))
    except OSError as error:
        unread = translated("{file}: cannot be read ({why}).", file=file.name, why=error.strerror or error)
        raise AddError(unread) from None
    except csv.Error:
        raise _not_saved(translated(_CHANGED, file=file.name, table=file.stem)) from None
    names = (*COLUMNS[file.stem.removesuffix(ADDED)], *_OURS)
    return [{name: row.get(name) or "" for name in names} for row in rows]


def _text(value: object) -> str:
    """A value as a cell, in one line: nothing typed can become a row of its own."""
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, float):
        return f"{value:.10g}"
    plain = "".join(one if one.isprintable() else " " for one in str(value))
    return shortened(" ".join(plain.split()), _LONGEST)


def _why(error: OSError, folder: Path) -> str:
    if error.errno == errno.ENOSPC or error.errno == getattr(errno, "EDQUOT", -1):
        return translated("{folder}: {why}. Make room on this disk and save again.", folder=folder, why=error.strerror)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return translated(
            "The folder {folder} may be read but not written. Ask its owner for permission to write in it.",
            folder=folder.name,
        )
    if isinstance(error, TimeoutError):
        return translated("Somebody else is saving into {folder} just now. Save again in a moment.", folder=folder.name)
    return f"{folder.name}: {error.strerror or error}."
