"""The head of the cohort: how old the data is, and what nobody could be given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.figures import Row, plain_rows


@dataclass(frozen=True)
class Head:
    """What holds for the whole study, whatever is chosen.

    Attributes
    ----------
    last_entry, days_since : date and int, optional
        The day of the latest log entry of anyone, and how many days it lies before the as-of day.
    n_behind, n_patients : int
        Patients whose log was handed in to a day before the as-of day only, of all patients.
    nobodys, n_nobodys_other : tuple of rows and int
        Rejected events and check-ins without a readable patient, which may be about anybody; and how many other rows.
    """

    as_of: date
    synthetic: bool
    last_entry: date | None
    days_since: int | None
    n_behind: int
    n_patients: int
    nobodys: tuple[Row, ...]
    n_nobodys_other: int


def head_of(analysis: Analysis, n_patients: int) -> Head:
    """The head of an analysis."""
    study = analysis.study
    last = analysis.caseload["last_row_day"].max()
    nobody = study.rejected_of_nobody
    happenings = nobody["table"].isin(["events", "checkins"])
    return Head(
        as_of=analysis.as_of.date(),
        synthetic=study.synthetic,
        last_entry=None if pd.isna(last) else last.date(),
        days_since=None if pd.isna(last) else (analysis.as_of - last).days,
        n_behind=int((study.patients["data_through"] < analysis.as_of).sum()),
        n_patients=n_patients,
        nobodys=tuple(plain_rows(nobody[happenings])),
        n_nobodys_other=len(nobody[~happenings].drop_duplicates(["table", "file", "row"])),
    )
