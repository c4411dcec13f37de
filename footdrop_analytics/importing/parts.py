"""What is to be imported, as it lies there: text files, sheets, JSON and databases, each in parts of one kind."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from footdrop_analytics.errors import StudyError, shortened
from footdrop_analytics.importing.cells import left_out, table_of_rows, table_of_texts, taken
from footdrop_analytics.reading.sources.csv_files import delimited_rows
from footdrop_analytics.reading.sources.csv_text import DELIMITERS, EXCEL_HINT, CsvText, checked_utf8, first_lines
from footdrop_analytics.reading.sources.limits import MOST_COLUMNS, refuse_columns
from footdrop_analytics.reading.sources.typed_tables import WORKBOOK_SUFFIXES, object_text, open_workbook
from footdrop_analytics.wording.language import marked, study_error, translated
from footdrop_analytics.wording.words import number

TEXT, SHEET, JSON, DATABASE = "text", "sheet", "json", "database"
KINDS = (TEXT, SHEET, JSON, DATABASE)
TEXT_SUFFIXES, JSON_SUFFIXES = (".csv", ".tsv", ".txt"), (".json",)
LOOKED_AT = 60
"""Lines in which a header or a section is looked for."""
MOST_BYTES, MOST_JSON_BYTES = 2_000_000_000, 200_000_000
DEEPEST_JSON = 40
_SECTION = re.compile(rb"^##[^\r\n]{1,200}\r?$", re.MULTILINE)
"""Short lines only: looking for longer ones would take time that grows with the square of their length."""
_MOST_SECTIONS = 100
_SURPLUS = marked("more cells than the header: perhaps a separator inside a text without quotation marks")
_BROKEN = marked("a quotation mark is opened and never closed")
DAMAGED = (_SURPLUS, _BROKEN)
"""Reasons for which a row cannot be read at all, in English."""


@dataclass(frozen=True, eq=False)
class Part:
    """One table-like part of a source: a text file, a sheet, a JSON file or a database.

    ``lines`` are the first of a text, or all of a sheet: they show its profile. ``below`` gives the table whose
    header is the line of a number (from 0), up to a line (None: to the end). ``content`` is what a JSON file holds, or
    the names of a database's tables; ``frames`` what its queries gave, by table of a study. With ``decimal_comma`` (in
    texts whose columns are separated by semicolons) ``2,5`` is a number.
    """

    file: str
    kind: str
    sha256: str
    sheet: str | None = None
    lines: list[list[str]] = field(default_factory=list)
    below: Callable[[int, int | None], pd.DataFrame] | None = None
    content: Any = None
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    decimal_comma: bool = False

    @property
    def label(self) -> str:
        """The part as messages and the column ``source_file`` name it."""
        return self.file if self.sheet is None else f"{self.file} [{self.sheet}]"


def load_parts(path: Path) -> list[Part]:
    """The parts of a file."""
    suffix = path.suffix.lower()
    if not path.exists():
        raise study_error(
            "{path}: there is no such file. Expected a CSV, Excel or JSON file, or an address of a database.", path=path
        )
    if not path.is_file():
        raise study_error("{path}: is no file. Name the files in it that are to be imported.", path=path)
    size = path.stat().st_size
    if size > (MOST_JSON_BYTES if suffix in JSON_SUFFIXES else MOST_BYTES):
        said = marked("{file}: holds {size} GB, more than a log can. Export a shorter period.")
        raise study_error(said, file=path.name, size=number(size / 1e9, 1))
    try:
        if suffix in WORKBOOK_SUFFIXES:
            return _sheets(path)
        if suffix in JSON_SUFFIXES:
            return [_json(path)]
        if suffix in TEXT_SUFFIXES:
            return _texts(path)
    except OSError as error:
        why = error.strerror or error
        raise study_error("{file}: cannot be read ({why}).", file=path.name, why=why) from None
    raise study_error(
        "{file}: files of this kind are not imported. Export it as CSV (UTF-8), Excel (.xlsx) or JSON; unpack an "
        "archive first.",
        file=path.name,
    )


def unique_names(cells: Sequence[str]) -> list[str]:
    """The names of columns: blank ones numbered, the second of a name called so."""
    names, seen = [], Counter[str]()
    for at, cell in enumerate(cells):
        name = cell.strip() or f"column {at + 1}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _texts(path: Path) -> list[Part]:
    """A text file as one part, or as its sections if lines such as ``### EXERCISE LOGS ###`` divide it."""
    whole = path.read_bytes()
    data = checked_utf8(whole, path.name)
    hint = EXCEL_HINT.match(data)
    data = data[hint.end() :] if hint else data
    digest = hashlib.sha256(whole).hexdigest()
    stated = hint.group(1).decode("ascii", "replace") if hint else None
    marks = _SECTION.finditer(data) if data.startswith(b"##") or b"\n##" in data else iter(())
    sections = [one for one in marks if one.group().strip(b"# \t\r")]
    if not 0 < len(sections) <= _MOST_SECTIONS:
        return [_text(path.name, None, digest, data, stated, 1 if hint else 0)]
    ends = [*(one.start() for one in sections[1:]), len(data)]
    found = []
    for one, end in zip(sections, ends, strict=True):
        section = data[one.end() : end]
        name, body = one.group().strip(b"# \t\r").decode("utf-8", "replace"), section.strip(b"#\r\n \t")
        above = data.count(b"\n", 0, end) - section.lstrip().count(b"\n")
        if body:
            found.append(_text(path.name, name, digest, body + b"\n", stated, above))
    return found


def text_part(name: str, text: str) -> Part:
    """Delimited text from elsewhere than a file."""
    data = text.encode("utf-8")
    return _text(name, None, hashlib.sha256(data).hexdigest(), data, None, 0)


def _text(file: str, section: str | None, digest: str, data: bytes, stated: str | None, above: int) -> Part:
    try:
        tried = {one: first_lines(data, one, LOOKED_AT) for one in DELIMITERS}
    except csv.Error as error:
        raise _not_delimited(file, error) from None
    delimiter = max(DELIMITERS, key=lambda one: sum(len(cells) for cells, _ in tried[one]))
    delimiter = stated if stated in DELIMITERS else delimiter
    lines = tried[delimiter]
    label = file if section is None else f"{file} [{section}]"

    def below(header: int, end: int | None) -> pd.DataFrame:
        begin = lines[header][1]
        until = lines[end][1] if end is not None and end < len(lines) else len(data)
        return _delimited(data[begin:until], delimiter, lines[header][0], label, header + above)

    cells = [one for one, _ in lines]
    return Part(file, TEXT, digest, section, cells, below, decimal_comma=delimiter == ";")


def _not_delimited(file: str, error: Exception) -> StudyError:
    return study_error(
        "{file}: cannot be read as delimited text ({error}). Export the file again.", file=file, error=error
    )


def _delimited(data: bytes, delimiter: str, header: list[str], file: str, above: int) -> pd.DataFrame:
    written = header[:MOST_COLUMNS]  # a row may end with as many blank cells as the header does
    while len(header) > 1 and not header[-1].strip():
        header = header[:-1]
    refuse_columns(len(header), file)
    try:
        rows, broken = delimited_rows(CsvText(data, delimiter, written, above))
    except (csv.Error, pa.ArrowInvalid) as error:
        raise _not_delimited(file, error) from None
    cells = rows.merged()
    numbers = np.arange(len(cells[0])) + 2 + above
    table = table_of_texts(dict(zip(unique_names(header), cells, strict=False)), file, numbers)
    wide = [*rows.surplus(cells, len(header)), *rows.wider()]
    for positions, why in ((wide, _SURPLUS), ([row - 2 for row in broken], _BROKEN)):
        if positions:
            table = left_out(table, np.isin(np.arange(len(table)), list(positions)), translated(why))
    return _without_blank_rows(table, len(header))


def _without_blank_rows(table: pd.DataFrame, width: int) -> pd.DataFrame:
    blank = table.iloc[:, :width].isna().to_numpy().all(axis=1)
    return taken(table, np.flatnonzero(~blank)) if blank.any() else table


def _sheets(path: Path) -> list[Part]:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    parts = []
    with open_workbook(path) as book:
        for name in book.sheets:
            rows = [[object_text(value) or "" for value in row] for row in book.rows(name)]
            if any(cell.strip() for row in rows for cell in row):
                refuse_columns(max(map(len, rows)), f"{path.name} [{name}]")
                parts.append(_sheet(path.name, name, rows, digest))
    if not parts:
        raise study_error("{file}: the workbook is empty.", file=path.name)
    return parts


def _sheet(file: str, name: str, rows: list[list[str]], digest: str) -> Part:
    label = f"{file} [{name}]"

    def below(header: int, end: int | None) -> pd.DataFrame:
        body = rows[header + 1 : end]
        names = unique_names(rows[header])
        numbers = np.arange(len(body)) + header + 2
        return _without_blank_rows(table_of_rows(names, body, label, numbers), len(names))

    return Part(file, SHEET, digest, name, [[cell.strip() for cell in row] for row in rows], below)


def _json(path: Path) -> Part:
    whole = path.read_bytes()
    try:
        # NaN and Infinity are no values of JSON, though some programs write them.
        content = json.loads(whole.decode("utf-8-sig"), parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        said = shortened(" ".join(str(error).split()), 120)
        raise study_error(
            "{file}: cannot be read as JSON ({error}). Export the file again.", file=path.name, error=said
        ) from None
    _refuse_deep(content, path.name)
    return Part(path.name, JSON, hashlib.sha256(whole).hexdigest(), content=content)


def _refuse_deep(content: Any, file: str) -> None:
    level, depth = [content], 0
    while level:
        depth += 1
        if depth > DEEPEST_JSON:
            why = marked("{file}: nested more than {depth} levels deep, which no log is.")
            raise study_error(why, file=file, depth=DEEPEST_JSON)
        inner = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [one for several in inner for one in several if isinstance(one, dict | list)]
