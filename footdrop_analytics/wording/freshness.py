"""How old the files are: said where a person sits in front of it, never in an analysis or a report."""

from __future__ import annotations

import pandas as pd

from footdrop_analytics.wording.words import quantity

FAR_DAYS = 28


def files_end(last: pd.Timestamp, today: pd.Timestamp) -> str:
    """How many days before today the last row of the files is; blank if it is of today or later.

    Examples
    --------
    >>> files_end(pd.Timestamp("2026-10-20"), pd.Timestamp("2026-11-30"))
    'These files end on 2026-10-20, 41 days before today.'
    """
    days = 0 if pd.isna(last) else (today.normalize() - last.normalize()).days
    if days <= 0:
        return ""
    return quantity(
        "These files end on {day}, {count} day before today.",
        "These files end on {day}, {count} days before today.",
        days,
        day=f"{last:%Y-%m-%d}",
    )


def far_after_rows(as_of: pd.Timestamp, last: pd.Timestamp) -> str:
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
        day=f"{as_of:%Y-%m-%d}",
    )
