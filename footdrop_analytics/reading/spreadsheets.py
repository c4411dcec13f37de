"""What is written for spreadsheets: the workbook that a clinic fills in, and tables in which no cell runs a formula."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, overload

import pandas as pd

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.files import in_memory, write_whole
from footdrop_analytics.knowledge import ExerciseCatalog, load_exercises
from footdrop_analytics.knowledge.yaml_files import PACKAGED
from footdrop_analytics.model.columns import ColumnSpec
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES, REQUIRED_TABLES
from footdrop_analytics.reading.sources.locate import LISTS, READ_ME
from footdrop_analytics.wording.language import general, marked, translated
from footdrop_analytics.wording.words import labelled

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

_LAST_ROW = 2000
_FORMATS = {"id": "@", "text": "@", "date": "yyyy-mm-dd", "timestamp": "yyyy-mm-dd hh:mm"}

_HOW_TO = (
    marked("One sheet per table. sessions (the log) is needed, prescriptions (the plan) too where there is a plan."),
    marked("Leave the other sheets empty where there is nothing to write."),
    marked("Write one line per set, or per block of equal sets: 3 x 10 is one line with sets 3 and reps 10."),
    marked("Columns with a * in their note are needed in every line."),
    marked("Leave a cell empty if you do not know: empty is not 0."),
    marked("Dates: write them as year-month-day (2026-04-03), times as 2026-04-03 08:30."),
    marked("Columns with a small arrow offer a list of words. Point at a column name to read what it means."),
    marked("Keep the column names in row 1. You may add columns of your own behind them."),
    marked("Save the workbook as .xlsx, then run: footdrop check FILE.xlsx"),
)


def write_template(path: str | Path) -> None:
    """Write the empty workbook; once filled in, :func:`read_study` reads it as a study.

    It is explained in the language in force (:func:`footdrop_analytics.in_language`); names of columns stay.
    """
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.active)
    catalog = load_exercises()
    _explain(workbook, catalog)
    lists = workbook.create_sheet(LISTS)
    places: dict[tuple[str, ...], str] = {}
    for table in INPUT_TABLES:
        _table_sheet(workbook.create_sheet(table), table, catalog, lists, places)
    lists.sheet_state = "hidden"
    workbook.move_sheet(lists, offset=len(INPUT_TABLES))
    workbook.active = 0
    write_whole(Path(path), in_memory(workbook.save))


def write_exercises_template(path: str | Path) -> None:
    """Write a file for exercises of one's own, with every field and its default; written whole or not at all."""
    write_whole(Path(path), (PACKAGED / "exercises_template.yaml").read_text(encoding="utf-8"))


def _explain(workbook: Workbook, catalog: ExerciseCatalog) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = workbook.create_sheet(READ_ME)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 90
    sheet.append([translated("How to fill in this workbook")])
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for text in _HOW_TO:
        sheet.append([translated(text)])
    sheet.append([])
    for heading, lines in (
        (translated("The tables"), [(table, _plain(schema.description)) for table, schema in INPUT_TABLES.items()]),
        (
            translated("The exercises (key, name)"),
            [
                (one.key, labelled(translated(one.name), translated(one.movement.rstrip("."))))
                for one in catalog.values()
            ],
        ),
    ):
        sheet.append([heading])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
        for line in lines:
            sheet.append(line)
            sheet.cell(sheet.max_row, 2).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([])


def _table_sheet(
    sheet: Worksheet, table: str, catalog: ExerciseCatalog, lists: Worksheet, places: dict[tuple[str, ...], str]
) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    sheet.sheet_properties.tabColor = "1F5673" if table in REQUIRED_TABLES else "9AA5B1"
    for number, spec in enumerate(COLUMNS[table].values(), start=1):
        letter = get_column_letter(number)
        head = sheet.cell(1, number, spec.name)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="D6E4F0" if spec.required else "F1F3F5")
        note = [translated("* needed in every line.")] if spec.required else []
        note.append(_plain(spec.description))
        if default := _plain(spec.default_text) if spec.default_text else spec.default:
            note.append(translated("If blank: {default}.", default=default))
        head.comment = Comment(" ".join(note), "footdrop_analytics", height=140, width=320)
        sheet.column_dimensions[letter].width = max(12, len(spec.name) + 4)
        # Ids stay text (007), and dates have the form that is read without a question.
        sheet.column_dimensions[letter].number_format = _FORMATS.get(spec.kind, "General")
        words = catalog.keys if spec.kind == "exercise" else spec.allowed
        limit = _limit(spec, words, lists, places)
        if limit is not None:
            limit.add(f"{letter}2:{letter}{_LAST_ROW}")
            sheet.add_data_validation(limit)


def _plain(text: str) -> str:
    return translated(text).replace("`", "")


def _limit(
    spec: ColumnSpec, words: tuple[str, ...], lists: Worksheet, places: dict[tuple[str, ...], str]
) -> DataValidation | None:
    """What the spreadsheet lets people type into a column."""
    if words:
        return _limited(translated("Choose a word of the list."), type="list", formula1=_listed(words, lists, places))
    if spec.kind in ("date", "timestamp") and spec.earliest is not None:
        first = f"DATE({spec.earliest.year},{spec.earliest.month},{spec.earliest.day})"
        message = translated("Write a date, year-month-day.")
        return _limited(message, type="date", operator="greaterThanOrEqual", formula1=first)
    if spec.kind not in ("whole", "number"):
        return None
    limits = spec.limits
    low, high = limits.get("ge", limits.get("gt")), limits.get("le")
    if low is None:
        message = translated("Write a number.")
        return _limited(message, type="decimal", operator="between", formula1="-1E+99", formula2="1E+99")
    kind = "whole" if spec.kind == "whole" else "decimal"
    if high is None:
        message = translated("Write a number, {low} or more.", low=general(low))
        return _limited(message, type=kind, operator="greaterThanOrEqual", formula1=f"{low:g}")
    low = limits.get("step", low) if "gt" in limits else low
    message = translated("Write a number from {low} to {high}.", low=general(low), high=general(high))
    return _limited(message, type=kind, operator="between", formula1=f"{low:g}", formula2=f"{high:g}")


def _limited(message: str, **rule: str) -> DataValidation:
    from openpyxl.worksheet.datavalidation import DataValidation

    limit = DataValidation(**rule, allow_blank=True)
    limit.showErrorMessage = True
    limit.errorTitle, limit.error = translated("Not possible here"), message
    return limit


def _listed(words: tuple[str, ...], lists: Worksheet, places: dict[tuple[str, ...], str]) -> str:
    """The range of the list sheet that holds these words: a list inside the rule itself may have 255 letters only."""
    from openpyxl.utils import get_column_letter

    if words not in places:
        number = len(places) + 1
        for row, word in enumerate(words, start=1):
            lists.cell(row, number, word)
        letter = get_column_letter(number)
        places[words] = f"{LISTS}!${letter}$1:${letter}${len(words)}"
    return places[words]


MOST_SHEET_ROWS = 1_048_575
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@overload
def to_csv_safe(frame: pd.DataFrame, path: None = None) -> str: ...
@overload
def to_csv_safe(frame: pd.DataFrame, path: str | Path) -> None: ...
def to_csv_safe(frame: pd.DataFrame, path: str | Path | None = None) -> str | None:
    """A table as CSV that is safe to open in a spreadsheet; returned as text, or written whole to ``path``.

    A text cell (or header) that begins with ``= + - @``, also behind blanks, or with a tab or line break gets an
    apostrophe in front, which a spreadsheet reads as "this is text". Numbers, dates and truth values stay what
    they are. Files meant to be read back (:meth:`Study.write`) are not changed in this way: an id must not change.
    """
    safe = frame.copy()
    for position, kind in enumerate(frame.dtypes):
        if isinstance(kind, pd.CategoricalDtype) or pd.api.types.is_string_dtype(kind) or kind.kind == "O":
            column = frame.iloc[:, position].astype(object)
            safe.isetitem(position, column.map(_defused, na_action="ignore").array)
    safe.columns = pd.Index([_defused(str(name)) for name in frame.columns])
    # With this line end every cell that holds a line break, also a lone carriage return, is quoted.
    text = safe.to_csv(index=False, lineterminator="\r\n")
    if path is None:
        return text
    # The mark at the start tells Excel that the text is UTF-8.
    write_whole(Path(path), b"\xef\xbb\xbf" + text.encode("utf-8"))
    return None


def _defused(cell: object) -> object:
    runs = isinstance(cell, str) and (cell.startswith(_STARTS_FORMULA) or cell.lstrip().startswith(_STARTS_FORMULA))
    return f"'{cell}" if runs else cell


def write_workbook(path: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as the sheets of one Excel workbook; a text is a text there, whatever it begins with."""
    for name, table in tables.items():
        if len(table) > MOST_SHEET_ROWS:
            raise ParameterError(
                f"{name}: has {len(table):,} rows, and a sheet of Excel holds {MOST_SHEET_ROWS:,}. Write CSV."
            )
    write_whole(path, in_memory(partial(_fill_workbook, tables)))


def _fill_workbook(tables: Mapping[str, pd.DataFrame], file: BinaryIO) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for name, table in tables.items():
        sheet = book.create_sheet(name[:31])

        def cell(value: object, sheet: object = sheet) -> object:
            if not isinstance(value, str):
                return value
            text = WriteOnlyCell(sheet, _NOT_IN_XML.sub("\ufffd", value))
            text.data_type = "s"
            return text

        sheet.append([cell(str(column)) for column in table.columns])
        columns = [_as_cells(table.iloc[:, at]) for at in range(table.shape[1])]
        for row in zip(*columns, strict=True):
            sheet.append([cell(value) for value in row])
    book.save(file)


def _as_cells(column: pd.Series) -> list[object]:
    """The values of a column as Excel takes them: days without a midnight, blanks for missing."""
    values = column.astype(object).where(column.notna(), None).tolist()
    if not pd.api.types.is_datetime64_dtype(column.dtype):
        return values
    is_day = bool((column.dropna() == column.dropna().dt.normalize()).all())
    return [one and (one.date() if is_day else one.to_pydatetime()) for one in values]
