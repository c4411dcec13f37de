"""What must be known before any number is looked at, in one line for the head of every output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footdrop_analytics.wording.freshness import far_after_rows
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import clauses

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_analytics.model.study import AnyStudy

_MOST_NAMED = 8
_NAMED = {
    "file": marked("the file {name}"),
    "sheet": marked("the sheet {name} of {file}"),
    "column": marked("the column {name} of {file}"),
}


def head_line(study: AnyStudy, as_of: pd.Timestamp) -> str:
    """What was not read, what was noticed about the study as a whole, and whether ``as_of`` lies far after every row.

    Empty where there is none of it.
    """
    return " ".join(
        filter(None, [unread_line(study.unread), _noticed_line(study.notes), far_after_rows(as_of, study.rows_through)])
    )


def _noticed_line(notes: pd.DataFrame) -> str:
    """Ids that may be one person, files that may be one log, a last day that may be wrong: each once."""
    files, messages = notes["file"].fillna(""), notes["message"]
    told = list(dict.fromkeys((files + " " + messages).str.strip()[notes["heads_up"]]))
    return translated("Look at this first: {names}.", names=_listed(told)) if told else ""


def unread_line(unread: pd.DataFrame) -> str:
    """The files, sheets and columns of ``study.unread`` by name; empty if all were read.

    Single cells are told with their patient, not here.
    """
    told = unread.loc[unread["what"] != "cell", ["what", "name", "file", "near"]]
    names = [_perhaps(*line) for line in told.itertuples(index=False)]
    return translated("Not read, and in no result: {names}.", names=_listed(names)) if names else ""


def _listed(parts: list[str]) -> str:
    first = clauses(parts[:_MOST_NAMED])
    more = len(parts) - _MOST_NAMED
    return translated("{names} and {count} more", names=first, count=more) if more > 0 else first


def named(what: str, name: str, file: str) -> str:
    """A file, sheet or column that was not read."""
    return translated(_NAMED[what], name=name, file=file)


def _perhaps(what: str, name: str, file: str, near: object) -> str:
    said = named(what, name, file)
    return translated("{named}, perhaps {near}", named=said, near=near) if isinstance(near, str) else said
