"""Persistence, counted by hand: beginnings, gaps in due days, lapse and discontinuation."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from tests.analysis.expected import only
from tests.each import each
from tests.studies import Cases, Row, log, march, plan, study_with

AS_OF = 31

# name → (days with a session, versions, other tables, what is expected on Tuesday 31 March); days are days of March.
PERSISTENCE: dict[str, tuple[list[Row], list[Row], dict[str, list[Row]], dict[str, Any]]] = {
    # Gaps 5–9 (5 due days), 11–19 (9) and the open 21–31 (11); the 2nd, before the first exercise day, is no gap.
    "every day": (
        log([3, 4, 10, 20]),
        [plan(2)],
        {},
        {
            "first_due": 2,
            "first_session": 3,
            "last_session": 20,
            "initiation_days": 1,
            "days_since_last": 11,
            "longest_gap_days": 11,
            "interruptions": 3,
            "open_gap_days": 11,
            "lapsed": True,
            "discontinued": False,
            "follow_up_end": 31,
            "event": False,
            "time_days": 29,
        },
    ),
    # Three a week, so s = 1: gap 3–9 has M = 3, missed 2; 11–19 M = 27/7, floor(2.86) = 2; 21–31 M = 33/7, floor(3.71).
    "three a week": (
        log([2, 10, 20]),
        [plan(2, 3)],
        {},
        {"longest_gap_days": 11, "interruptions": 1, "open_gap_days": 11, "lapsed": True},
    ),
    # Three due days missed are an interruption where every day is due; two are not.
    "exactly three missed": (
        log([2, 6, 9, *range(10, 32)]),
        [plan(2)],
        {},
        {"interruptions": 1, "longest_gap_days": 3},
    ),
    # Seven times 3/7 is 3: floor(3 − 1) = 2.
    "seven due days at 3/7": (log([2, 24]), [plan(2, 3)], {}, {"open_gap_days": 7, "lapsed": True}),
    "six due days": (log([2, 25]), [plan(2)], {}, {"open_gap_days": 6, "lapsed": False}),
    "seven due days": (log([2, 24]), [plan(2)], {}, {"open_gap_days": 7, "lapsed": True}),
    # Seven due days at 2.5/7: floor(2.5 − 1) = 1 missed; at 1/7: floor(1 − 1) = 0.
    "seldom due": (log([2, 24]), [plan(2, 2.5)], {}, {"open_gap_days": 7, "lapsed": False}),
    "never below 0": (log([2, 4]), [plan(2, 1)], {}, {"interruptions": 0}),
    # s looks at the gap's last due day. Gap 6–11: 3 + 3 × 3/7 = 4.29; last due day at 3 a week: floor(3.29) = 3.
    "fewer at the end of the gap": (
        log([5, 12, *range(14, 32, 2)]),
        [plan(2, 7, end_date=march(8)), plan(9, 3)],
        {},
        {"longest_gap_days": 6, "interruptions": 1},
    ),
    # The same with 4 a week first and daily later: 2 × 4/7 + 2 = 3.14, s = 0, so 3. Were s of the first day, 2.
    "more at the end of the gap": (
        log([6, 11, *range(12, 32)]),
        [plan(2, 4), plan(9, 7)],
        {},
        {"longest_gap_days": 4, "interruptions": 1},
    ),
    # 3 + 4 = 7 due days before the version ends; the days after it are not due.
    "a pause is no gap": (
        log([2, 10, *range(11, 32)]),
        [plan(2)],
        {"pauses": [{"start_date": march(3), "end_date": march(9)}]},
        {"longest_gap_days": 0, "interruptions": 0},
    ),
    # Gap 3–9 around a pause 5–7: four due days.
    "a pause inside a gap": (
        log([2, 10, *range(11, 32)]),
        [plan(2)],
        {"pauses": [{"start_date": march(5), "end_date": march(7)}]},
        {"longest_gap_days": 4, "interruptions": 1},
    ),
    "no log handed in is no gap": (
        log(range(2, 6)),
        [plan(2)],
        {"patients": [{"data_through": march(5)}]},
        {"open_gap_days": 0, "longest_gap_days": 0, "lapsed": False, "follow_up_end": 5, "time_days": 3},
    ),
    "paused now": (
        log(range(2, 11)),
        [plan(2)],
        {"pauses": [{"start_date": march(11)}]},
        {"open_gap_days": 0, "lapsed": False, "follow_up_end": 10, "days_since_last": 21},
    ),
    # 4–31 are 28 due days: discontinued, the last exercise day being 1 day after the first due day.
    "28 due days": (
        log([2, 3]),
        [plan(2)],
        {},
        {
            "open_gap_days": 28,
            "discontinued": True,
            "event": True,
            "time_days": 29,
            "follow_up_end": 31,
            "lapsed": True,
        },
    ),
    "27 due days": (log([2, 4]), [plan(2)], {}, {"open_gap_days": 27, "discontinued": False, "time_days": 29}),
    "28 days with a paused one": (
        log([2, 3]),
        [plan(2)],
        {"pauses": [{"start_date": march(10), "end_date": march(10)}]},
        {"open_gap_days": 27, "event": False},
    ),
    # The open gap begins with the first due day; nothing was ever logged.
    "never begun": (
        [],
        [plan(2)],
        {},
        {
            "first_session": None,
            "last_session": None,
            "initiation_days": None,
            "days_since_last": None,
            "open_gap_days": 30,
            "longest_gap_days": 30,
            "interruptions": 1,
            "event": True,
            "time_days": 27,
        },
    ),
    "not begun for long": ([], [plan(10)], {}, {"open_gap_days": 22, "event": False, "time_days": 21, "lapsed": True}),
    "prescribed from tomorrow": (
        [],
        [plan(32)],
        {},
        {
            "first_due": None,
            "open_gap_days": None,
            "longest_gap_days": None,
            "interruptions": None,
            "time_days": None,
            "follow_up_end": None,
            "lapsed": False,
            "event": False,
        },
    ),
    # A clinic session is an exercise day, so it ends a gap; it is no logged session.
    "clinic": (
        log([4, 20]) + log([12], source="clinic"),
        [plan(2)],
        {},
        {"longest_gap_days": 11, "first_session": 4, "last_session": 20, "open_gap_days": 11, "interruptions": 3},
    ),
    "clinic alone": (
        log([30], source="clinic"),
        [plan(2)],
        {},
        {"first_session": None, "open_gap_days": 1, "lapsed": False, "longest_gap_days": 1},
    ),
    # The version ended on the 20th: the open gap has 15 due days (6–20), but nobody expects an entry any more.
    "ended": (
        log([5]),
        [plan(2, end_date=march(20))],
        {},
        {"open_gap_days": 15, "lapsed": False, "follow_up_end": 20, "time_days": 18},
    ),
    # Discharged with a gap of 3 due days (18–20): censored there, 18 days after the first due day.
    "discharged": (
        log(range(2, 18)),
        [plan(2)],
        {"patients": [{"discharged_on": march(20)}]},
        {"open_gap_days": 3, "event": False, "follow_up_end": 20, "time_days": 18, "lapsed": False},
    ),
    "a failed attempt is no exercise": (
        log([2]) + log([30], reps=0),
        [plan(2)],
        {},
        {"last_session": 2, "open_gap_days": 29, "event": True, "time_days": 28},
    ),
    # On the 5th the series was paused: an extra session, which is no exercise day; due days 3, 4, 6–9 are the gap.
    "extra sessions end no gap": (
        log([2, 5, *range(10, 32)]),
        [plan(2)],
        {"pauses": [{"start_date": march(5), "end_date": march(5)}]},
        {"longest_gap_days": 6, "interruptions": 1},
    ),
    "no session is carried over": (
        log([2]) * 1 + log([2], "12:00") + log([2], "15:00"),
        [plan(2)],
        {},
        {"open_gap_days": 29},
    ),
}
DATES = {"first_due", "first_session", "last_session", "follow_up_end"}


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    cases = Cases()
    for name, (sessions, plans, others, _) in PERSISTENCE.items():
        cases.add(name, sessions, *plans, **others)
    return fd.persistence(cases.study(), as_of=march(AS_OF))


@each("name", PERSISTENCE)
def test_persistence_by_hand(name: str, found: pd.DataFrame) -> None:
    row = only(found, patient_id=name)
    for column, value in PERSISTENCE[name][3].items():
        if value is None:
            assert pd.isna(row[column]), column
        elif column in DATES:
            assert row[column] == pd.Timestamp(march(value)), column
        else:
            assert row[column] == value, column


def test_coming_back_ends_the_silence_but_not_the_event(found: pd.DataFrame) -> None:
    assert not (found["discontinued"] & ~found["event"]).any()
    assert len(found) == len(PERSISTENCE)
    # Silent from the 3rd: the 28th due day of silence is the 30th. Coming back on the 31st changes no earlier day.
    back = study_with(log([2, 31]), [plan(2)])
    for as_of, event, discontinued, time in ((29, False, False, 27), (30, True, True, 28), (31, True, False, 28)):
        row = only(fd.persistence(back, as_of=march(as_of)))
        assert (row["event"], row["discontinued"], row["time_days"]) == (event, discontinued, time), as_of
    # The days before the first exercise day are a silence as well, in which nothing was interrupted.
    late = only(fd.persistence(study_with(log([31]), [plan(2)])))
    assert (late["event"], late["time_days"], late["longest_gap_days"], late["interruptions"]) == (True, 27, 0, 0)


def test_only_prescribed_series_have_a_row() -> None:
    table = fd.persistence(study_with(log([2]) + log([2], exercise="hip_rotation"), [plan(2), plan(2, side="right")]))
    assert list(zip(table["exercise"], table["side"], strict=True)) == [("heel_raise", "left"), ("heel_raise", "right")]


def test_what_happens_later_changes_nothing_about_the_past() -> None:
    early = study_with(log([3, 4, 10]), [plan(2)])
    late = study_with(log([3, 4, 10, 20, 25]), [plan(2), plan(24, 3)])
    pd.testing.assert_frame_equal(fd.persistence(early, as_of=march(15)), fd.persistence(late, as_of=march(15)))
