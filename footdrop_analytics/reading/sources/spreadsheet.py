"""CSV for people: cells that a spreadsheet would run as a formula are defused."""

from __future__ import annotations

from pathlib import Path
from typing import overload

import pandas as pd

from footdrop_analytics.files import write_whole

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
