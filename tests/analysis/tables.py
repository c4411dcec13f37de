"""Tiny studies typed by hand. March 2026 begins on a Sunday: the 2nd, 9th, 16th, 23rd and 30th are Mondays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.analysis.adherence.calendar import PatientDays, calendar_of
from footdrop_analytics.analysis.adherence.session_days import series_days
from footdrop_analytics.analysis.log.coded_log import open_log

Row = dict[str, Any]
SERIES = {"patient_id": "P", "exercise": "heel_raise", "side": "left"}


def march(day: int, time: str = "") -> str:
    """A day of March 2026 (32 is the first of April, 0 the last of February) as text."""
    date = pd.Timestamp("2026-03-01") + pd.Timedelta(days=day - 1)
    return f"{date.date()} {time}".strip()


def rows(*stamps: str, **fields: Any) -> list[Row]:
    """Logged rows of ``P``'s heel raises at these times."""
    return [SERIES | {"performed_at": stamp} | fields for stamp in stamps]


def log(days: Iterable[int], time: str = "09:00", **fields: Any) -> list[Row]:
    """One logged row on each of these days of March, all alike."""
    return rows(*(march(day, time) for day in days), **fields)


def values(reps: Iterable[float | None], first: int = 2, every: int = 1, **fields: Any) -> list[Row]:
    """One logged row a day (or every so many days) with these repetitions."""
    return [row for n, rep in enumerate(reps) for row in log([first + n * every], reps=rep, **fields)]


def plan(day: int, days_per_week: float = 7, **fields: Any) -> Row:
    """A version of ``P``'s heel raises from a day of March on."""
    return SERIES | {"start_date": march(day), "days_per_week": days_per_week} | fields


def study(sessions: list[Row], prescriptions: list[Row], **tables: list[Row]) -> fd.Study:
    """The rows as read; every one of them must be valid."""
    given = {"sessions": sessions, "prescriptions": prescriptions} | tables
    frames: dict[str, Any] = {name: pd.DataFrame(rows_).astype(object) for name, rows_ in given.items() if rows_}
    found = fd.study_from_tables(**frames, today="2030-01-01")
    assert found.rejected.empty, found.rejected.to_string()
    return found


class Cases:
    """Many small patients in one study: a patient's results depend on that patient's rows alone."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = {"sessions": [], "prescriptions": []}

    def add(self, name: str, sessions: list[Row], *plans: Row, **tables: list[Row]) -> None:
        """Add a patient called ``name``."""
        for table, rows_ in ({"sessions": sessions, "prescriptions": list(plans)} | tables).items():
            self.tables.setdefault(table, []).extend(row | {"patient_id": name} for row in rows_)

    def study(self) -> fd.Study:
        """All patients as read."""
        return study(**self.tables)


def only(table: pd.DataFrame, **where: Any) -> pd.Series:
    """The one row of a table with these values."""
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1, table.to_string()
    return table.iloc[0]


def calendar_days(study: fd.Study, as_of: object = None) -> pd.DataFrame:
    """The calendar strip of a study."""
    log = open_log(study, as_of, None)
    return calendar_of(PatientDays(log, series_days(log)))
