"""Tables for spreadsheets, CSV and Excel: no cell is one that a spreadsheet would run as a formula."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO, overload

import pandas as pd

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.files import in_memory, write_whole

MOST_SHEET_ROWS = 1_048_575
"""The most rows below the header that an Excel sheet holds."""
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
    if isinstance(cell, str) and (cell.startswith(_STARTS_FORMULA) or cell.lstrip().startswith(_STARTS_FORMULA)):
        return f"'{cell}"
    return cell


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
        columns = [_plain(table.iloc[:, at]) for at in range(table.shape[1])]
        for row in zip(*columns, strict=True):
            sheet.append([cell(value) for value in row])
    book.save(file)


def _plain(column: pd.Series) -> list[object]:
    """The values of a column as Excel takes them: days without a midnight, blanks for missing."""
    if pd.api.types.is_datetime64_dtype(column.dtype):
        days = column.dropna()
        is_day = bool((days == days.dt.normalize()).all())
        return [
            None if pd.isna(one) else one.date() if is_day else one.to_pydatetime() for one in column.astype(object)
        ]
    return [None if pd.isna(one) else one for one in column.astype(object).tolist()]
