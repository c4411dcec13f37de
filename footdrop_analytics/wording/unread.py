"""What lies in a study and was not read, in one line for the head of every output."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_MOST_NAMED = 8


def unread_line(unread: pd.DataFrame) -> str:
    """The files, sheets and columns of ``study.unread`` by name; empty if all were read.

    Single cells are told with their patient, not here.
    """
    told = unread[unread["what"] != "cell"]
    if told.empty:
        return ""
    names = [_named(*line) for line in told[["what", "name", "file", "near"]].head(_MOST_NAMED).itertuples(index=False)]
    more = f" and {len(told) - _MOST_NAMED} more" if len(told) > _MOST_NAMED else ""
    return f"Not read, and in no result: {'; '.join(names)}{more}."


def _named(what: str, name: str, file: str, near: object) -> str:
    hint = f", perhaps {near}" if isinstance(near, str) else ""
    inside = f" of {file}" if what != "file" else ""
    return f"the {what} {name}{inside}{hint}"
