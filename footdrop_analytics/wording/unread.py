"""What must be known before any number is looked at: what was not read, and how old the files are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import clauses, day, own_days, quantity

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
    said = (unread_line(study.unread), _noticed_line(study.notes), far_after_rows(as_of, study.rows_through))
    return " ".join(filter(None, said))


def head_words(study: AnyStudy, as_of: pd.Timestamp) -> str:
    """The same for the head of a page: days as people write them, names of files, sheets and columns as they are."""
    noticed, far = _noticed_line(study.notes), far_after_rows(as_of, study.rows_through, day)
    return " ".join(filter(None, (unread_line(study.unread), own_days(noticed), far)))


def _noticed_line(notes: pd.DataFrame) -> str:
    """Ids that may be one person, files that may be one log, a last day that may be wrong: each once."""
    files, messages = notes["file"].fillna(""), notes["message"]
    told = list(dict.fromkeys((files + " " + messages).str.strip()[notes["heads_up"]]))
    return translated("Look at this first: {names}.", names=listed(told)) if told else ""


def unread_line(unread: pd.DataFrame) -> str:
    """The files, sheets and columns of ``study.unread`` by name; empty if all were read.

    Single cells are told with their patient, not here.
    """
    told = unread.loc[unread["what"] != "cell", ["what", "name", "file", "near"]]
    names = [_perhaps(*line) for line in told.itertuples(index=False)]
    return translated("Not read, and in no result: {names}.", names=listed(names)) if names else ""


def listed(parts: list[str]) -> str:
    """The first of many names, and how many more there are."""
    first = clauses(parts[:_MOST_NAMED])
    more = len(parts) - _MOST_NAMED
    return translated("{names} and {count} more", names=first, count=more) if more > 0 else first


def named(what: str, name: str, file: str) -> str:
    """A file, sheet or column that was not read."""
    return translated(_NAMED[what], name=name, file=file)


def _perhaps(what: str, name: str, file: str, near: object) -> str:
    said = named(what, name, file)
    return translated("{named}, perhaps {near}", named=said, near=near) if isinstance(near, str) else said


FAR_DAYS = 28


def files_end(last: pd.Timestamp, today: pd.Timestamp, write: Callable[[date], str] = date.isoformat) -> str:
    """How many days before today the last row of the files is; blank if it is of today or later.

    ``write``: how the day is written.

    Examples
    --------
    >>> files_end(pd.Timestamp("2026-10-20"), pd.Timestamp("2026-11-30"))
    'These files end on 2026-10-20, 41 days before today.'
    """
    days = _days_before(last, today)
    if not days:
        return ""
    return quantity(
        "These files end on {day}, {count} day before today.",
        "These files end on {day}, {count} days before today.",
        days,
        day=write(last.date()),
    )


def files_end_ago(last: pd.Timestamp, today: pd.Timestamp) -> str:
    """The same in a few words, without the day.

    Examples
    --------
    >>> files_end_ago(pd.Timestamp("2026-10-20"), pd.Timestamp("2026-11-30"))
    'files end 41 days before today'
    """
    days = _days_before(last, today)
    return quantity("files end {count} day before today", "files end {count} days before today", days) if days else ""


def _days_before(last: pd.Timestamp, today: pd.Timestamp) -> int:
    return 0 if pd.isna(last) else max((today.normalize() - last.normalize()).days, 0)


def far_after_rows(as_of: pd.Timestamp, last: pd.Timestamp, write: Callable[[date], str] = date.isoformat) -> str:
    """A warning if the last day that counts lies 28 days or more after every row; else blank."""
    days = 0 if pd.isna(last) else (as_of - last).days
    if days < FAR_DAYS:
        return ""
    return quantity(
        "As of {day} is {count} day after the last row: everything since is taken for not done, unless a day is stated "
        "through which logs were handed in.",
        "As of {day} is {count} days after the last row: everything since is taken for not done, unless a day is "
        "stated through which logs were handed in.",
        days,
        day=write(as_of.date()),
    )
