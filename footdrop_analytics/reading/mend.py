"""The files of a study written back with what is wrong marked in its place, to be mended and read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.files import in_memory, make_folder, write_whole
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.sources.csv_text import csv_text, mended
from footdrop_analytics.reading.sources.excel_files import WORKBOOK_SUFFIXES, open_workbook
from footdrop_analytics.reading.sources.headers import LINES_LOOKED_AT, REMARKS, header_line, read_header
from footdrop_analytics.reading.sources.locate import table_of

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from footdrop_analytics.model.study import Study

_REJECTED, _MISSING = "FFC7CE", "FFEB9C"
"""Light red: the row is in no result. Light yellow: the cell, or the column, was read as missing."""
_MOST_LETTERS = 1000


class _Mark(NamedTuple):
    """What is wrong with a cell, or (row 0) with a column."""

    file: str
    table: str
    row: int
    column: str
    colour: str
    words: str


def write_marked(study: Study, path: Path, out: Path) -> None:
    """Write the workbook, or the files of the folder, at ``path`` to ``out`` with what is wrong marked.

    In workbooks bad cells are coloured and say why in a comment; text files get a first column ``footdrop_remarks``,
    which is ignored when they are read again. Files of other kinds are copied.
    """
    marks = _marks(study)
    if path.is_file():
        if out.suffix.lower() != ".xlsx" or out.resolve() == path.resolve():
            raise ParameterError(f"--out: expected another file ending in .xlsx for {path.name}, found {out}.")
        make_folder(out.parent)
        _write_workbook(path, out, marks)
        return
    taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    if taken or path.resolve() in (out.resolve(), *out.resolve().parents):
        raise ParameterError(f"--out: expected a new folder outside the study (or a .csv file), found {out}.")
    make_folder(out)
    for file in sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith((".", "~$"))):
        own = [mark for mark in marks if mark.file == file.name]
        if own and file.suffix.lower() in (".csv", ".tsv"):
            _write_text(file, out / file.name, own)
        elif own and file.suffix.lower() in WORKBOOK_SUFFIXES:
            _write_workbook(file, (out / file.name).with_suffix(".xlsx"), own)
        else:
            write_whole(out / file.name, file.read_bytes())


def _marks(study: Study) -> list[_Mark]:
    rejected = study.rejected.assign(words=study.rejected["column"] + ": " + study.rejected["reason"], colour=_REJECTED)
    unread = study.unread[study.unread["what"].isin(["cell", "column"])]
    unread = unread.drop(columns="file").assign(
        file=unread["file"],
        column=unread["name"],
        words=unread["message"],
        colour=_MISSING,
        row=unread["row"].fillna(0),
    )
    columns = list(_Mark._fields)
    return [
        _Mark(*line) for part in (rejected, unread) for line in part[columns].astype(object).itertuples(index=False)
    ]


def _write_text(path: Path, out: Path, marks: Sequence[_Mark]) -> None:
    whole = path.read_bytes()
    text = csv_text(whole, marks[0].table, path.name)
    body = text.data
    above = whole[: len(whole) - len(body)].removeprefix(b"\xef\xbb\xbf")
    body, _ = mended(body, text.delimiter, len(text.header))
    remarks: dict[int, list[str]] = {}
    for mark in marks:
        remarks.setdefault(mark.row - text.lines_above, []).append(mark.words)
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=text.delimiter)
    known = read_header(text.header, marks[0].table, path.name).names
    for number, cells in enumerate(csv.reader(io.StringIO(body.decode("utf-8"), newline=""), delimiter=text.delimiter)):
        if number == 0:
            has_remarks = known[:1] == [REMARKS]
            writer.writerow([REMARKS, *cells[has_remarks:]])
        else:
            # What is wrong with a column stands in its first row.
            own = remarks.get(number + 1, []) + (remarks.get(-text.lines_above, []) if number == 1 else [])
            writer.writerow([" | ".join(own), *cells[has_remarks:]] if cells or own else [])
    content = above + written.getvalue().encode("utf-8")
    write_whole(out, b"\xef\xbb\xbf" + content)


def _write_workbook(path: Path, out: Path, marks: Sequence[_Mark]) -> None:
    workbook = _opened(path)
    for mark in marks:
        sheet = workbook[_sheet_of(mark, workbook.sheetnames)]
        lines = [
            ["" if value is None else str(value) for value in row]
            for row in sheet.iter_rows(max_row=LINES_LOOKED_AT, values_only=True)
        ]
        at = header_line(lines, mark.table)
        names = read_header(lines[at], mark.table, path.name).names
        column = names.index(mark.column) + 1 if mark.column in names else 1
        _mark_cell(sheet, mark.row or at + 1, column, mark)
    write_whole(out, in_memory(workbook.save))


def _sheet_of(mark: _Mark, sheets: Sequence[str]) -> str:
    """The sheet behind the name of a file: that in brackets, else the one named like the table, else the first."""
    for sheet in sheets:
        if mark.file.endswith(f" [{sheet}]"):
            return sheet
    return next((sheet for sheet in sheets if table_of(sheet) == mark.table), sheets[0])


def _mark_cell(sheet: Worksheet, row: int, column: int, mark: _Mark) -> None:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        cell = sheet.cell(row, len(COLUMNS[mark.table]) + 1)
    before = f"{cell.comment.text}\n" if cell.comment is not None else ""
    cell.fill = PatternFill("solid", fgColor=mark.colour)
    cell.comment = Comment(f"{before}{mark.words}"[:_MOST_LETTERS], "footdrop check", height=140, width=320)


def _opened(path: Path) -> Workbook:
    """The workbook to be written again, with its formats; one that is no .xlsx by its values."""
    from openpyxl import Workbook, load_workbook

    with open_workbook(path) as book:
        if path.suffix.lower() == ".xlsx":
            return load_workbook(path)
        workbook = Workbook()
        workbook.remove(workbook.active)
        for name in book.sheets:
            sheet = workbook.create_sheet(name)
            for row in book.rows(name):
                sheet.append(row)
        return workbook
