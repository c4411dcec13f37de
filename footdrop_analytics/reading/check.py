"""What a reading found: as plain data for ``footdrop check``, and marked in its place to be mended and read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.files import in_memory, make_folder, write_whole
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.reading.sources.csv_text import csv_text, mended
from footdrop_analytics.reading.sources.locate import table_of
from footdrop_analytics.reading.sources.raw import LINES_LOOKED_AT, REMARKS, header_line, read_header
from footdrop_analytics.reading.sources.typed_tables import WORKBOOK_SUFFIXES, open_workbook

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from footdrop_analytics.model.study import Study

_EXAMPLES = 3


def check_summary(study: Study) -> dict[str, Any]:
    """What was found and what was left out, as lists and dicts that can be printed or dumped as JSON.

    Returns
    -------
    dict
        ``files``: per file ``table``, ``file``, ``rows``, ``valid``, ``duplicates``, ``rejected`` (distinct rows; the
        three add up to ``rows``). ``tables``: the same summed per table, with the number of ``files``. ``problems``:
        rejected rows grouped by table, column and problem, most frequent first: ``table``, ``column``, ``problem`` (the
        reason without what it names of a row), ``advice`` (the whole reason of the first example), ``rows``,
        ``examples`` (``file``, ``row``, ``patient_id``, ``value``), ``values`` (each distinct value: ``value``,
        ``rows``, ``reason``). ``unread``, ``notes``: as in ``study.unread`` and ``study.notes``. Also ``patients``,
        ``first_day``, ``as_of``, ``synthetic``.
    """
    files = _per_file(study)
    by_table = files.assign(files=1).groupby("table", sort=False)
    tables = by_table[["files", "rows", "valid", "duplicates", "rejected"]].sum().reset_index()
    return {
        "patients": len(study.patient_ids),
        "first_day": _day(study.sessions["performed_at"].min()),
        "as_of": _day(study.as_of),
        "synthetic": study.synthetic,
        "tables": tables.to_dict("records"),
        "files": files.to_dict("records"),
        "problems": _grouped(study),
        "unread": _records(study.unread),
        "notes": _records(study.notes),
    }


def _day(instant: pd.Timestamp) -> str | None:
    return None if pd.isna(instant) else f"{instant:%Y-%m-%d}"


def _per_file(study: Study) -> pd.DataFrame:
    place = ["table", "file"]
    files = study.sources.loc[study.sources["table"].isin(INPUT_TABLES), [*place, "rows"]].set_index(place)
    files["valid"] = files["rows"]
    for name, lines in (("duplicates", study.duplicates), ("rejected", study.rejected_rows)):
        files[name] = lines.groupby(place).size()
    files = files.fillna(0).astype("int64")
    files["valid"] -= files["duplicates"] + files["rejected"]
    return files.reset_index()


def _grouped(study: Study) -> list[dict[str, Any]]:
    rejected = study.rejected
    problem = rejected["reason"].map({one: study.problems.get(one, one) for one in rejected["reason"].unique()})
    groups = rejected.assign(problem=problem).groupby(["table", "column", "problem"], sort=False)
    found = [
        {
            "table": table,
            "column": column,
            "problem": words,
            "advice": lines["reason"].iloc[0],
            "rows": len(lines),
            "values": _records(_distinct(lines)),
            "examples": _records(lines[["file", "row", "patient_id", "value"]].head(_EXAMPLES)),
        }
        for (table, column, words), lines in groups
    ]
    return sorted(found, key=lambda group: -group["rows"])


def _distinct(lines: pd.DataFrame) -> pd.DataFrame:
    """The distinct values of a group, each with the reason that fits it, the most frequent first."""
    counted = lines.groupby("value", sort=False).agg(rows=("row", "size"), reason=("reason", "first")).reset_index()
    return counted.sort_values("rows", ascending=False, kind="stable")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts with None for what is missing, plain Python numbers and days as ``2026-03-31``."""

    def plain(value: Any) -> str | int | bool | None:
        if pd.isna(value):
            return None
        if isinstance(value, pd.Timestamp):
            return _day(value)
        return value if isinstance(value, bool | int) else str(value)

    return [
        {str(name): plain(value) for name, value in line.items()} for line in frame.astype(object).to_dict("records")
    ]


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
    rejected = study.rejected.assign(words=study.rejected["column"] + ": " + study.rejected["reason"], colour=_REJECTED)
    unread = study.unread[study.unread["what"].isin(["cell", "column"])]
    unread = unread.assign(column=unread["name"], words=unread["message"], colour=_MISSING, row=unread["row"].fillna(0))
    parts = (part[list(_Mark._fields)].astype(object) for part in (rejected, unread))
    marks = [_Mark(*line) for part in parts for line in part.itertuples(index=False)]
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
