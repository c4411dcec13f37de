"""Which rows make up one session, on which day, and for which side they count."""

from __future__ import annotations

import pandas as pd
import pytest

import footdrop_analytics as fd
from tests.analysis.expected import only
from tests.each import each
from tests.studies import Cases, Row, log, march, plan, rows, study_with

# Each case: rows of one patient, and how many sessions of the (left) heel raise each day of March has.
SESSIONS: dict[str, tuple[list[Row], dict[int, int]]] = {
    "an hour later is the same session": (rows(march(2, "09:00"), march(2, "10:00")), {2: 1}),
    "a second more is not": (rows(march(2, "09:00"), march(2, "10:00:01")), {2: 2}),
    # The pause counts from the row before, not from the first: three rows an hour apart are one session.
    "a chain": (rows(march(2, "09:00"), march(2, "10:00"), march(2, "11:00")), {2: 1}),
    "rows out of order": (rows(march(2, "11:00"), march(2, "09:00"), march(2, "10:00")), {2: 1}),
    "another exercise in between keeps a session together": (
        log([2], "09:00") + log([2], "09:50", exercise="ankle_eversion") + log([2], "10:40"),
        {2: 1},
    ),
    "nothing in between": (log([2], "09:00") + log([2], "10:40"), {2: 2}),
    "a skipped row in between keeps a session together": (
        log([2], "09:00") + log([2], "09:50", status="skipped") + log([2], "10:40"),
        {2: 1},
    ),
    "an inferred row takes part in nothing": (
        log([2], "09:00") + log([2], "09:50", source="inferred") + log([2], "10:40"),
        {2: 2},
    ),
    "only inferred": (log([2], source="inferred") + log([3]), {3: 1}),
    # The session began on the 2nd, so both rows count there.
    "over midnight": (rows(march(2, "23:50"), march(3, "00:20")), {2: 1}),
    "midnight sharp is a date without time": (rows(march(2, "23:50"), march(3, "00:00")), {2: 1, 3: 1}),
    "dates without time are one session a day": (rows(march(2), march(2), march(3)), {2: 1, 3: 1}),
    "a date and a clock time are two": (rows(march(2), march(2, "00:01")), {2: 2}),
    "dayparts": (
        rows(march(2), daypart="am") * 2 + rows(march(2), daypart="pm") + rows(march(2)) + rows(march(3), daypart="am"),
        {2: 3, 3: 1},
    ),
    "a daypart says nothing where there is a clock": (
        rows(march(2, "11:50"), daypart="am") + rows(march(2, "12:10"), daypart="noon"),
        {2: 1},
    ),
    "one id over a day": (rows(march(2, "07:00"), march(2, "21:00"), session_id="x"), {2: 1}),
    "two ids in one hour": (rows(march(2, "09:00"), session_id="a") + rows(march(2, "09:10"), session_id="b"), {2: 2}),
    "an id that comes back every day": (log([2, 3, 4], session_id="AM"), {2: 1, 3: 1, 4: 1}),
    "dates without time and an id that comes back": (rows(march(2), march(3), session_id="AM"), {2: 1, 3: 1}),
    "an id over midnight": (rows(march(2, "23:00"), march(3, "06:00"), session_id="x"), {2: 1}),
    "another day and 12 hours": (rows(march(2, "20:00"), march(3, "08:00"), session_id="x"), {2: 1}),
    "another day and more than 12 hours": (rows(march(2, "20:00"), march(3, "08:00:01"), session_id="x"), {2: 1, 3: 1}),
    # 8 hours over midnight, then 11 hours on the same day as the row before: one session.
    "12 hours count from the row before": (
        rows(march(2, "20:00"), march(3, "04:00"), march(3, "15:00"), session_id="x"),
        {2: 1},
    ),
    "a row with an id is no bridge for rows without": (
        log([2], "09:00") + log([2], "09:50", session_id="x") + log([2], "10:40"),
        {2: 3},
    ),
    "ids are exact": (rows(march(2, "09:00"), session_id="a") + rows(march(2, "09:01"), session_id="A"), {2: 2}),
}


@pytest.fixture(scope="module")
def sessions_a_day() -> pd.DataFrame:
    """Logged sessions per case and day."""
    cases = Cases()
    for name, (sessions, _) in SESSIONS.items():
        cases.add(name, sessions, plan(1, sessions_per_day=6))
    table = fd.adherence(cases.study(), every="1D", start=march(1), as_of=march(5))
    return table[(table["exercise"] == "heel_raise") & (table["logged"] > 0)]


@each("name", SESSIONS)
def test_sessions_of_each_day(name: str, sessions_a_day: pd.DataFrame) -> None:
    table = sessions_a_day[sessions_a_day["patient_id"] == name]
    assert dict(zip(table["window_start"].dt.day, table["logged"], strict=True)) == SESSIONS[name][1]


def test_a_night_session_is_cut_by_the_last_day_only() -> None:
    # Of rows at 23:50 and 00:20 the second is of a later day than as_of and left out; the session stays.
    cases = Cases()
    cases.add("P", rows(march(2, "23:50"), march(3, "00:20"), reps=10), plan(1))
    study = cases.study()
    assert fd.adherence(study, every=None, as_of=march(2))["logged"].tolist() == [1]
    assert fd.adherence(study, every=None, as_of=march(3))["active_days"].tolist() == [1]


# ---- rows for both sides ----------------------------------------------------------------------------------------

# Each case: days on which versions begin, by side, and the sides for which a row of the 10th for both counts.
BOTH: dict[str, tuple[dict[str, list[int]], set[str]]] = {
    "no version": ({}, {"both"}),
    "left": ({"left": [2]}, {"left"}),
    "left and right": ({"left": [2], "right": [5]}, {"left", "right"}),
    "begun on the day itself": ({"left": [2], "right": [10]}, {"left", "right"}),
    "not begun yet": ({"left": [2], "right": [11]}, {"left"}),
    "none begun yet": ({"left": [11]}, {"both"}),
    "both": ({"both": [2]}, {"both"}),
    "one-sided later": ({"both": [2], "left": [5]}, {"left"}),
    "both later": ({"left": [2], "right": [2], "both": [5]}, {"both"}),
    "both at the same time": ({"left": [5], "both": [5]}, {"both"}),
    # The latest one-sided start decides for both sides that have begun.
    "one of the sides later": ({"left": [2], "both": [4], "right": [6]}, {"left", "right"}),
    "both to come": ({"left": [2], "both": [11]}, {"left"}),
    "a newer version of both": ({"both": [2, 8], "left": [5]}, {"both"}),
}


def test_a_row_for_both_counts_for_the_sides_that_are_prescribed() -> None:
    cases = Cases()
    for name, (starts, _) in BOTH.items():
        plans = [plan(day, side=side) for side, days in starts.items() for day in days]
        cases.add(name, log([10], side="both"), *plans)
    cases.add("ended", log([10], side="both"), plan(2, end_date=march(4)))
    table = fd.adherence(cases.study(), every=None, as_of=march(12))
    counted = table[table["logged"] + table["extra"] > 0].groupby("patient_id", observed=True)["side"].agg(set)
    # A version that has ended has still begun: its side is the one that the row counts for.
    assert counted.to_dict() == {name: sides for name, (_, sides) in BOTH.items()} | {"ended": {"left"}}


# Starts of versions by side, and for which series a row for the left side of the 10th counts.
LEFT: dict[str, tuple[dict[str, list[int]], str]] = {
    "no plan": ({}, "left"),
    "left": ({"left": [2]}, "left"),
    "right only": ({"right": [2]}, "left"),
    "both only": ({"both": [2]}, "both"),
    "both and right": ({"both": [2], "right": [2]}, "both"),
    "both later": ({"left": [2], "both": [5]}, "both"),
    "both at the same time": ({"left": [5], "both": [5]}, "left"),
    "left later": ({"both": [2], "left": [5]}, "left"),
    "both to come": ({"both": [11]}, "left"),
    "left to come": ({"both": [2], "left": [11]}, "both"),
}


def test_a_row_of_one_side_counts_for_both_where_only_both_is_planned() -> None:
    cases = Cases()
    for name, (starts, _) in LEFT.items():
        cases.add(name, log([10]), *[plan(day, side=side) for side, days in starts.items() for day in days])
    table = fd.adherence(cases.study(), every=None, as_of=march(12))
    counted = table[table["logged"] + table["extra"] > 0].groupby("patient_id", observed=True)["side"].agg(list)
    assert counted.to_dict() == {name: [side] for name, (_, side) in LEFT.items()}


def test_left_and_right_are_one_session_of_both_with_the_larger_dose() -> None:
    # 10 a session for both sides: left 10 and right 6 in one sitting are one session with a dose of 10.
    found = study_with(log([2], reps=10) + log([2], "09:10", side="right", reps=6), [plan(2, side="both", reps=10)])
    row = only(fd.adherence(found, every=None, as_of=march(2)))
    assert (row["side"], row["logged"], row["dose_ratio"], row["completeness"]) == ("both", 1, 1.0, 1.0)


def test_both_sides_done_in_one_session_are_one_session_each() -> None:
    cases = Cases()
    cases.add("P", log([10], "09:00", side="both") + log([10], "09:20"), plan(2), plan(2, side="right"))
    table = fd.adherence(cases.study(), every=None, as_of=march(12))
    assert dict(zip(table["side"], table["logged"], strict=True)) == {"left": 1, "right": 1}
