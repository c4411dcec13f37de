"""Windows of adherence: weeks, rolling windows, programme weeks; what the parameters take and refuse."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.analysis.adherence.period import period
from footdrop_analytics.errors import FootdropError, ParameterError
from tests.each import each
from tests.studies import log, march, plan, study_with

ANALYSIS = Path(fd.__file__).parent / "analysis"


@pytest.fixture(scope="module")
def daily() -> fd.Study:
    """Due and done every day from Thursday 5th to Tuesday 17th."""
    return study_with(log(range(5, 18)), [plan(5)])


def _windows(study_: fd.Study, **options: Any) -> list[tuple[int, int, int]]:
    """Number, first and last day of March of each window."""
    table = fd.adherence(study_, **options)
    march_first = pd.Timestamp("2026-03-01")
    days = ((table[name] - march_first).dt.days + 1 for name in ("window_start", "window_end"))
    return list(zip(table["window_no"], *days, strict=True))


@each(
    "options, expected",
    [
        ({}, [(1, 5, 8), (2, 9, 15), (3, 16, 17)]),
        ({"every": None}, [(1, 5, 17)]),
        # Windows end on 17 and 10; 3 lies before the start.
        ({"every": "7D"}, [(1, 5, 10), (2, 11, 17)]),
        ({"every": "7D", "length": "28D"}, [(1, 5, 10), (2, 5, 17)]),
        ({"every": "7D", "length": "3D"}, [(1, 8, 10), (2, 15, 17)]),
        ({"every": "7D", "anchor": "start"}, [(1, 5, 11), (2, 12, 17)]),
        ({"every": "7D", "length": "10D", "anchor": "start"}, [(1, 5, 14), (2, 12, 17)]),
        ({"every": "13D"}, [(1, 5, 17)]),
        # Windows end on 17 and 5: the earliest ends on the first day.
        ({"every": "12D"}, [(1, 5, 5), (2, 6, 17)]),
        ({"every": " 7d "}, [(1, 5, 10), (2, 11, 17)]),
        # From 23 February: the first week holds nothing and gives no row, but counts.
        ({"start": "2026-02-23"}, [(2, 2, 8), (3, 9, 15), (4, 16, 17)]),
        ({"start": march(10)}, [(1, 10, 15), (2, 16, 17)]),
        ({"start": march(10), "end": march(12)}, [(1, 10, 12)]),
        ({"end": march(12)}, [(1, 5, 8), (2, 9, 12)]),
        ({"end": march(12), "every": "7D"}, [(1, 5, 5), (2, 6, 12)]),
        ({"end": march(31)}, [(1, 5, 8), (2, 9, 15), (3, 16, 17)]),
        ({"end": march(31), "every": "7D"}, [(1, 5, 10), (2, 11, 17)]),
        ({"as_of": march(9)}, [(1, 5, 8), (2, 9, 9)]),
        # Beyond the last entry days are still due: the period runs to as_of.
        ({"as_of": march(23)}, [(1, 5, 8), (2, 9, 15), (3, 16, 22), (4, 23, 23)]),
        ({"as_of": march(4)}, []),
        ({"start": march(17), "end": march(17), "every": None}, [(1, 17, 17)]),
    ],
)
def test_windows_of_a_period(daily: fd.Study, options: dict[str, Any], expected: list[tuple[int, int, int]]) -> None:
    assert _windows(daily, **options) == expected
    assert _windows(daily, **options, level="patient") == expected


def test_what_lies_in_a_window(daily: fd.Study) -> None:
    table = fd.adherence(daily, every="7D", length="28D")
    assert table["due"].tolist() == [6, 13]
    assert table["logged"].tolist() == [6, 13]
    assert table["credited"].tolist() == [6, 13]


def test_the_period_begins_with_a_session_before_the_first_prescription() -> None:
    assert _windows(study_with(log([3, 9]), [plan(9)])) == [(1, 3, 8), (2, 9, 9)]


def test_a_window_without_anything_gives_no_row_but_counts() -> None:
    # Version 2–8 and 23–29: the two weeks between hold nothing. Skipped, clinic and paused alone do give rows.
    between = study_with(log([2, 24]), [plan(2, end_date=march(8)), plan(23, end_date=march(29))])
    assert _windows(between, as_of=march(31)) == [(1, 2, 8), (4, 23, 29)]
    paused = [{"patient_id": "P", "start_date": march(9), "end_date": march(15)}]
    with_pause = study_with(log([2]), [plan(2, end_date=march(15))], pauses=paused)
    assert _windows(with_pause, as_of=march(31)) == [(1, 2, 8), (2, 9, 15)]
    clinic = study_with(log([2]) + log([10], source="clinic"), [plan(2, end_date=march(8))])
    assert _windows(clinic, as_of=march(31)) == [(1, 2, 8), (2, 9, 15)]


def test_each_patient_has_windows_of_its_own() -> None:
    late = [row | {"patient_id": "Q"} for row in log(range(12, 18))]
    found = study_with(log(range(5, 18)) + late, [plan(5), plan(12) | {"patient_id": "Q"}])
    table = fd.adherence(found, every="7D", anchor="start")
    starts = table.groupby("patient_id", observed=True)["window_start"].agg(lambda days: days.dt.day.tolist())
    assert starts.to_dict() == {"P": [5, 12], "Q": [12]}
    assert table["window_no"].tolist() == [1, 2, 1]


# ---- parameters -------------------------------------------------------------------------------------------------


@each(
    "options, named",
    [
        ({"every": "month"}, "every"),
        ({"every": "7"}, "every"),
        ({"every": "0D"}, "every"),
        ({"every": "-7D"}, "every"),
        ({"every": "1.5D"}, "every"),
        ({"every": 7}, "every"),
        ({"every": "Week"}, "every"),
        ({"every": "7D", "length": "four weeks"}, "length"),
        ({"every": "7D", "length": "0D"}, "length"),
        ({"length": "28D"}, "length"),
        ({"every": None, "length": "28D"}, "length"),
        ({"every": "7D", "anchor": "middle"}, "anchor"),
        ({"anchor": None}, "anchor"),
        ({"level": "exercise"}, "level"),
        ({"start": march(9), "end": march(8)}, "end"),
        ({"start": march(18)}, "start"),
        ({"start": "2026-03"}, "start"),
        ({"start": "now"}, "start"),
        ({"end": "03/04/2026"}, "end"),
        ({"end": 20260317}, "end"),
        ({"as_of": "today"}, "as_of"),
        ({"as_of": ""}, "as_of"),
        ({"as_of": "2026-02-30"}, "as_of"),
        ({"as_of": pd.NaT}, "as_of"),
        ({"as_of": True}, "as_of"),
        ({"as_of": "9999-12-31"}, "as_of"),
        ({"end": "9999-12-31"}, "end"),
    ],
)
def test_a_wrong_parameter_is_named(daily: fd.Study, options: dict[str, Any], named: str) -> None:
    with pytest.raises(ParameterError, match=rf"^{named}: ") as caught:
        fd.adherence(daily, **options)
    assert isinstance(caught.value, FootdropError)
    assert isinstance(caught.value, ValueError)


@each("every", ["week", None])
def test_a_parameter_without_effect_is_refused(daily: fd.Study, every: str | None) -> None:
    with pytest.raises(ParameterError, match="anchor: 'start' only goes with"):
        fd.adherence(daily, every=every, anchor="start")


@each(
    "as_of",
    [
        dt.date(2026, 3, 10),
        dt.datetime(2026, 3, 10, 23, 59, tzinfo=dt.UTC),
        pd.Timestamp("2026-03-10 12:00"),
        pd.Timestamp("2026-03-10 23:30", tz="Europe/Berlin"),
        np.datetime64("2026-03-10"),
        "2026-03-10",
        "2026-03-10T08:30",
        " 2026-03-10 ",
    ],
)
def test_as_of_takes_dates_of_every_kind(daily: fd.Study, as_of: object) -> None:
    assert fd.adherence(daily, as_of=as_of)["window_end"].max() == pd.Timestamp("2026-03-10")
    assert fd.persistence(daily, as_of=as_of)["follow_up_end"].tolist() == [pd.Timestamp("2026-03-10")]
    assert fd.trends(daily, as_of=as_of)["last_day"].isna().all()  # repetitions were not logged


@each("day", ["2262-04-12", "2300-01-01", "1600-01-01"])
def test_days_beyond_nanoseconds_are_days(daily: fd.Study, day: str) -> None:
    """Nanoseconds since 1970 end in 1677 and 2262; a mistyped year must not be an overflow."""
    before = fd.persistence(daily, as_of=day)["first_due"].isna().all()
    assert before == (day < "2026")


def test_other_functions_refuse_a_wrong_day_too(daily: fd.Study) -> None:
    functions = (fd.persistence, fd.trends, fd.steps, fd.readiness, fd.readiness_criteria, fd.review_flags, fd.analyse)
    for function in functions:
        with pytest.raises(ParameterError, match=r"^as_of: "):
            function(daily, as_of="March")
    with pytest.raises(ParameterError, match=r"^measure: "):
        fd.trends(daily, measure="speed")
    with pytest.raises(ParameterError, match=r"^end: "):
        fd.analyse(daily, start=march(9), end=march(8))


# ---- the last day that counts -------------------------------------------------------------------------------------


@each(
    "tables, last",
    [
        ({}, 10),
        ({"checkins": [{"day": march(12), "fell": "no"}]}, 12),
        ({"events": [{"occurred_on": march(13), "kind": "fall"}]}, 13),
        ({"visits": [{"visited_on": march(14)}]}, 14),
        ({"outcomes": [{"measured_on": march(15), "measure": "gait_speed", "value": 0.8}]}, 15),
        # Plans may lie in the future, and say nothing about how far the log goes.
        ({"pauses": [{"start_date": march(20)}]}, 10),
        ({"visits": [{"visited_on": march(11), "next_visit_on": march(40)}]}, 11),
    ],
)
def test_as_of_is_the_last_day_of_the_study(tables: dict[str, list[dict[str, Any]]], last: int) -> None:
    given = {name: [row | {"patient_id": "Q"} for row in rows] for name, rows in tables.items()}
    found = study_with(log([9, 10]), [plan(2, end_date=march(50))], **given)
    assert found.as_of == pd.Timestamp(march(last))
    assert fd.adherence(found, every=None)["window_end"].tolist() == [pd.Timestamp(march(last))]


def test_a_session_over_midnight_ends_the_study_on_its_own_day() -> None:
    assert study_with(log([9], "23:50") + log([10], "00:10"), [plan(2)]).as_of == pd.Timestamp(march(9))


def test_no_analysis_looks_at_the_clock() -> None:
    for path in sorted(ANALYSIS.glob("*.py")):
        called = [
            node.attr
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute)
        ]
        assert not {"now", "today", "utcnow", "time", "localtime"} & set(called), path.name


def test_rows_after_as_of_take_part_in_nothing(daily: fd.Study) -> None:
    shorter = study_with(log(range(5, 11)), [plan(5)])
    for function in (fd.adherence, fd.persistence, fd.trends, fd.steps):
        pd.testing.assert_frame_equal(function(daily, as_of=march(10)), function(shorter, as_of=march(10)))


@each("year", ["0002", "0020", "0202", "1899"])
def test_a_year_that_is_half_typed_is_refused_in_words(year: str) -> None:
    with pytest.raises(fd.ParameterError, match="expected a day from 1970-01-01 on"):
        period(f"{year}-11-01", None, 20_000)
    assert period("1970-01-01", None, 20_000)[1] == 20_000


@each(
    "given, words",
    [
        ({"end": "0D"}, "at least one day"),
        ({"end": "3M"}, "such as '12W' or '84D', the name of a column of patients, or a mapping"),
        ({"start": "12W"}, "the name of a column of patients, or a mapping"),
        ({"start": {"P": [march(5), march(6)]}}, "one day for each patient"),
        ({"start": pd.Series([march(5), march(6)], index=["P", "P"])}, "found several of 'P'"),
        ({"start": {"P": "1965-04-01"}}, "expected a day from 1970-01-01 on"),
    ],
)
def test_what_is_no_period_of_a_patient_is_refused_in_words(daily: fd.Study, given: dict[str, Any], words: str) -> None:
    for function in (fd.adherence, fd.persistence):
        with pytest.raises(fd.ParameterError, match=words):
            function(daily, **given)


def test_a_patient_whose_own_period_has_no_day_is_named() -> None:
    found = study_with(log(range(5, 11)), [plan(5)], visits=[{"patient_id": "Q", "visited_on": march(8)}])
    for given in ({"start": {"P": "2031-01-01"}}, {"end": {"P": march(4)}}):
        table = fd.adherence(found, **given)
        assert len(table) == 0
        assert "period: 1 of 2 patients begin after the last day that counts or end before they begin: P" in str(
            table.attrs["notes"]
        )
    assert fd.adherence(found, start={"P": march(6)}).attrs["notes"] == [
        "start: 1 of 2 patients have no such day and are left out: Q"
    ]
