"""Dates and times: what can be meant in one way is read, day and month are proved, a stated format is taken exactly."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import footdrop_analytics as fd
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.cells.parse import parse_cells
from footdrop_analytics.reading.cells.values import ParseOptions
from footdrop_analytics.reading.sources.raw import text_cells
from tests.each import each

_PLANS = pd.DataFrame(
    [{"patient_id": "P1", "exercise": "heel_raise", "side": "left", "start_date": "2025-01-01", "days_per_week": "5"}]
)


def _study(*written: str, **options: str) -> fd.Study:
    """A study with one session of 2026-01-02 in row 2, and one for each text."""
    rows = [("P1", text, "heel_raise", "left") for text in ("2026-01-02", *written)]
    sessions = pd.DataFrame(rows, columns=["patient_id", "performed_at", "exercise", "side"])
    return fd.study_from_tables(sessions=sessions, prescriptions=_PLANS, today="2026-06-30", **options)


def _read(*written: str, **options: str) -> list[str]:
    """What each text was read as; its reason where it was not."""
    study = _study(*written, **options)
    reasons = dict(zip(study.rejected["row"], study.rejected["reason"], strict=True))
    times = iter(study.sessions["performed_at"].iloc[1:])
    found = [reasons.get(row) or f"{next(times):%Y-%m-%d %H:%M:%S}" for row in range(3, 3 + len(written))]
    return [text.removesuffix(" 00:00:00").removesuffix(":00") for text in found]


ONE_WAY = {
    "2025-11-3": "2025-11-03",
    "2025/11/03": "2025-11-03",
    "2025.11.3": "2025-11-03",
    "2025. 11. 3.": "2025-11-03",
    "2025-11-3 8:30": "2025-11-03 08:30",
    "2025/11/03, 20:15": "2025-11-03 20:15",
    "3 Nov 2025": "2025-11-03",
    "3. November 2025": "2025-11-03",
    "Nov 3rd, 2025": "2025-11-03",
    "3-sep-2025": "2025-09-03",
    "2025 Sept 3": "2025-09-03",
    "Mon, 3 Nov 2025 08:00": "2025-11-03 08:00",
    "02 Mar 2026, 20:15": "2026-03-02 20:15",
    "2026-03-02 8:15:00 AM": "2026-03-02 08:15",
    "2026-03-02 12:05 a.m.": "2026-03-02 00:05",
    "2026-03-02 8:15:00\u202fPM": "2026-03-02 20:15",
    "2026-03-02 08:15:00 +0100": "2026-03-02 08:15",
    "2026/01/05 7:05:11 PM GMT+1": "2026-01-05 19:05:11",
    "\u200e2026-03-02 08:15": "2026-03-02 08:15",
    "46083": "2026-03-02",
    "46083.34375": "2026-03-02 08:15",
    "11/11/2025": "2025-11-11",
}


def test_what_can_be_meant_in_one_way_is_read_and_noted() -> None:
    assert _read(*ONE_WAY) == list(ONE_WAY.values())
    notes = "\n".join(_study(*ONE_WAY).notes["message"])
    assert "performed_at: 2 cells such as `2025/11/03` read as 2025-11-03" in notes
    assert "performed_at: 1 cell `46083` read as 2026-03-02" in notes


def test_what_can_be_meant_in_two_ways_or_none_is_not() -> None:
    refused = {
        "03/04/2026": "date_format='%d/%m/%Y' (or '%m/%d/%Y'",
        "3.4.2026 8:15": "date_format='%d.%m.%Y %H:%M' (or '%m.%d.%Y %H:%M'",
        "03/02/2026 08:15:01 PM": "date_format='%d/%m/%Y %I:%M:%S %p'",
        "13/11/25": "'%d/%m/%y'",
        "3-Nov-25": "'%d-%b-%y'",
        "Tue, 3 Nov 2025": "no such date",
        "2026-03-02 13:00 PM": "no such date",
        "2026-02-30": "no such date",
        "2025/13/11": "no such date",
        "31 Feb 2026": "no such date",
        "3 PM": "not a date",
        "2026-03": "not a date",
        "20260103": "not a date",
        "99999": "not a date",
        "now": "not a date",
        "the 3rd": "not a date",
    }
    found = dict(zip(refused, _read(*refused), strict=True))
    assert {text: reason for text, reason in refused.items() if reason not in found[text]} == {}


def test_the_order_of_day_and_month_is_proved_never_guessed() -> None:
    three = ("13/11/2025", "14/11/2025", "15/11/2025")
    assert _read(*three, "03/04/2026")[-1] == "2026-04-03"
    assert _read("03/04/2026", *(f"11/{text[:2]}/2025 8:05 PM" for text in three))[0] == "2026-03-04"
    assert "never guessed" in _read(*three[:2], "03/04/2026")[-1], "two cells prove nothing beside others"
    all_of_it = parse_cells(text_cells(three[:2]), _TIME, _HOW)
    assert not all_of_it.bad.size, "all cells of the column can be read in one way only"
    against = _read(*three, "11/13/2025", "03/04/2026")
    assert all("never guessed" in reason for reason in against)
    assert "or '%m" not in against[0], "the suggestion fits the text"
    note = _study("03/04/2026", *three).notes["message"]
    assert note.str.contains("the day stands before the month, as `13/11/2025` proves (row 4)", regex=False).any()


def test_each_column_of_each_file_proves_its_own_order() -> None:
    day_first, month_first = (
        pd.DataFrame({"patient_id": "P1", "performed_at": texts, "exercise": "heel_raise", "side": "left"})
        for texts in (["13/11/2025"] * 3 + ["03/04/2026"], ["11/13/2025"] * 3 + ["03/04/2026"])
    )
    study = fd.study_from_tables(sessions=[day_first, month_first], prescriptions=_PLANS, today="2026-06-30")
    assert {f"{day:%m-%d}" for day in study.sessions["performed_at"]} == {"11-13", "04-03", "03-04"}


def test_a_stated_format_is_taken_exactly() -> None:
    twelve = "%m/%d/%Y %I:%M %p"
    assert _read("05/04/2026 08:30 PM", "05/04/2026", date_format=twelve) == ["2026-05-04 20:30", "2026-05-04"]
    assert twelve in _read("05/04/2026 08:30", date_format=twelve)[0]
    assert _read("02 Mar 2026, 20:15", date_format="%d %b %Y, %H:%M") == ["2026-03-02 20:15"]
    assert _read("05/04/2026 08:30", "13/04/26", date_format="%d/%m/%Y")[0] == "2026-04-05 08:30"
    assert _read("2025/03/04", date_format="%Y/%d/%m") == ["2025-04-03"]


@each("form", ["%H:%M", "%d/%m/%Y %I:%M", "MM/DD/YYYY hh:mm AM", "%d/%m/%Y %k", "%Y-%d-%m", "%Q"])
def test_a_format_that_cannot_be_taken_as_given_is_refused(form: str) -> None:
    with pytest.raises(fd.ParameterError, match="date_format"):
        _study(date_format=form)


def test_times_with_an_offset_on_the_wall_of_a_time_zone() -> None:
    written = ("2026-03-02T23:30:00Z", "2026-05-02 08:15+05:00", "2026-03-02 08:15:00 GMT-5", "2026-03-02 08:15")
    read = ["2026-03-03 00:30", "2026-05-02 05:15", "2026-03-02 14:15", "2026-03-02 08:15"]
    assert _read(*written, timezone="Europe/Berlin") == read
    assert _read(*written)[0] == "2026-03-02 23:30", "without a time zone the time as written is kept"
    typed = pd.DataFrame({"performed_at": pd.to_datetime(["2026-03-02T23:30:00Z"])})
    typed = typed.assign(patient_id="P1", exercise="heel_raise", side="left")
    study = fd.study_from_tables(sessions=typed, prescriptions=_PLANS, today="2026-06-30", timezone="Europe/Berlin")
    assert study.sessions["performed_at"].tolist() == [pd.Timestamp("2026-03-03 00:30")]
    with pytest.raises(fd.ParameterError, match="timezone"):
        _study(timezone="Berlin")


def test_one_day_of_grace_for_the_clock_of_the_computer() -> None:
    assert _read("2026-07-01")[0] == "2026-07-01"
    assert "more than one day after the day of reading" in _read("2026-07-02")[0]


_FIRST, _LAST = pd.Timestamp(1990, 1, 1).to_pydatetime(), pd.Timestamp(2026, 6, 30).to_pydatetime()
_TIME, _HOW = COLUMNS["sessions"]["performed_at"], ParseOptions(exercises=())
_WRITINGS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d %B %Y", "%b %d, %Y", "%d-%b-%Y")
_CLOCKS = ("", " %H:%M", "T%H:%M:%S", ", %H:%M", " %I:%M %p", " %I:%M:%S %p")


@settings(max_examples=100, deadline=None)
@given(
    moments=st.lists(st.datetimes(_FIRST, _LAST), min_size=1, max_size=20),
    writing=st.sampled_from(_WRITINGS),
    clock=st.sampled_from(_CLOCKS),
)
def test_no_writing_that_names_its_month_or_begins_with_the_year_is_misread(
    moments: list[datetime], writing: str, clock: str
) -> None:
    known = [pd.Timestamp(moment).floor("min" if "%M" in clock else "D").floor("s") for moment in moments]
    found = parse_cells(text_cells(f"{moment:{writing}{clock}}" for moment in known), _TIME, _HOW)
    assert pd.Series(found.values).tolist() == known


@settings(max_examples=100, deadline=None)
@given(
    days=st.lists(st.dates(_FIRST.date(), _LAST.date()), min_size=1, max_size=8),
    order=st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]),
)
def test_numeric_dates_are_read_rightly_or_not_at_all(days: list[date], order: str) -> None:
    found = parse_cells(text_cells(f"{day:{order}}" for day in days), _TIME, _HOW)
    expected = [pd.NaT if at in found.bad else pd.Timestamp(day) for at, day in enumerate(days)]
    pd.testing.assert_series_equal(pd.Series(found.values), pd.Series(expected, dtype="datetime64[us]"))
