"""What lies in a study and was not read, in one line for the head of every output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footdrop_analytics.model.names import ALIKE_IDS

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_analytics.model.study import Study

_MOST_NAMED = 8


def head_line(study: Study) -> str:
    """What was not read, and which ids may be one person; empty where there is neither."""
    return " ".join(filter(None, [unread_line(study.unread), _alike_line(study.notes)]))


def _alike_line(notes: pd.DataFrame) -> str:
    """Ids that people read alike, each group once: perhaps one person, whose log then stands in two places."""
    told = list(dict.fromkeys(notes.loc[notes["message"].str.startswith(ALIKE_IDS), "message"]))
    if not told:
        return ""
    more = f" (and {len(told) - _MOST_NAMED} more)" if len(told) > _MOST_NAMED else ""
    return f"Alike: {'; '.join(told[:_MOST_NAMED])}{more}."


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
