"""The head of the caseload: how old the data is, how many are shown, what nobody could be given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.figures import Row, plain_rows
from footdrop_analytics.report.words import counted, days, joined

_SAID = {
    "n_red": "with an open red flag",
    "n_falling": "with a falling exercise",
    "n_amber": "with an open amber flag",
    "n_criteria_met": "with criteria met for review",
}


@dataclass(frozen=True)
class Head:
    """What the head says about the whole study."""

    as_of: date
    synthetic: bool
    n_all: int
    last_entry: date | None
    days_since: int | None
    behind: str
    nobodys: tuple[Row, ...]
    n_nobodys_other: int


def head(analysis: Analysis) -> Head:
    """What the head says whatever is chosen."""
    caseload, study = analysis.caseload, analysis.study
    last = caseload["last_row_day"].max()
    nobody = study.rejected_of_nobody
    is_happening = nobody["table"].isin(["events", "checkins"])
    return Head(
        as_of=analysis.as_of.date(),
        synthetic=study.synthetic,
        n_all=len(caseload),
        last_entry=None if pd.isna(last) else last.date(),
        days_since=None if pd.isna(last) else (analysis.as_of - last).days,
        behind=_behind(study.patients["data_through"], analysis.as_of),
        nobodys=tuple(plain_rows(nobody[is_happening])),
        n_nobodys_other=len(nobody[~is_happening].drop_duplicates(["table", "file", "row"])),
    )


def _behind(through: pd.Series, as_of: pd.Timestamp) -> str:
    """Whose log was handed in to a day before the as-of day only: later days say nothing about them."""
    earlier = through[through < as_of]
    if earlier.empty:
        return ""
    until = days(earlier.min().date(), earlier.max().date())
    between = "" if earlier.min() == earlier.max() else "a day in "
    return f"log of {counted(len(earlier), 'patient')} handed in only to {between}{until}"


def summary(shown: pd.DataFrame) -> str:
    """How many of those shown have what brings them up; what nobody has is left out."""
    numbers = {words: int(np.count_nonzero(shown[column] > 0)) for column, words in _SAID.items()}
    parts = [f"{number} {words}" for words, number in numbers.items() if number]
    return joined(parts) + "." if parts else ""
