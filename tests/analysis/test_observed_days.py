"""Which days count at all: log_through, unreadable days, days of the week, each patient's own period."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.errors import ParameterError
from tests.analysis.expected import calendar_days, only
from tests.studies import Cases, log, march, plan, study_with


def whole(found: fd.Study, **options: Any) -> pd.Series:
    """The only row of the whole period."""
    return only(fd.adherence(found, every=None, **options))


def unread(found: fd.Study, *rows: dict[str, Any]) -> fd.Study:
    """The study with rejected session rows of P, of which this much could be read."""
    cells = {"table": "sessions", "patient_id": "P", "status": "done", "source": "diary"}
    table = pd.DataFrame([cells | row for row in rows], columns=list(found.unreadable.columns))
    return dataclasses.replace(found, unreadable=table.astype(found.unreadable.dtypes.to_dict()))


# ---- log_through ------------------------------------------------------------------------------------------------


def test_a_later_row_of_one_patient_takes_nothing_from_another() -> None:
    # Both did 14 of 14. A visit of A in three weeks sets as_of, but nobody's log goes that far.
    cases = Cases()
    for name in "AB":
        cases.add(name, log(range(2, 16)), plan(2))
    cases.add("A", [], visits=[{"visited_on": "2026-04-05"}])
    found = cases.study()
    assert (str(found.as_of.date()), str(found.log_through.date())) == ("2026-04-05", march(15))
    table = fd.adherence(found, every=None)
    assert table["adherence"].tolist() == [1.0, 1.0]
    assert table["unobserved_days"].tolist() == [21, 21]
    # An outcome 28 days after the whole log does not even set as_of, and is told.
    cases.add("A", [], outcomes=[{"measured_on": "2026-04-12", "measure": "10mwt", "value": 1.0}])
    later = cases.study()
    assert str(later.as_of.date()) == "2026-04-05"
    assert later.notes["message"].str.contains("follow-up").any()


def test_whoever_looks_later_than_every_row_vouches_for_the_log() -> None:
    found = study_with(log(range(2, 16)), [plan(2)])
    assert whole(found)["adherence"] == 1
    assert whole(found, as_of=march(29))["adherence"] == 0.5
    assert whole(found, as_of=march(29), log_through=march(15))["adherence"] == 1
    assert whole(found, log_through=march(8))["due"] == 7
    analysis = fd.analyse(found, as_of=march(29), log_through=march(15))
    assert analysis.adherence_period["adherence"].tolist() == [1.0]
    assert analysis.for_patient("P", end=march(22)).adherence_period["adherence"].tolist() == [1.0]


def test_a_clinic_row_is_no_log_and_data_through_overrules() -> None:
    found = study_with(log(range(2, 9)) + log([20], source="clinic"), [plan(2)])
    assert str(found.log_through.date()) == march(8)
    assert whole(found)["due"] == 7
    stated = study_with(log(range(2, 9)), [plan(2)], patients=[{"patient_id": "P", "data_through": march(15)}])
    assert whole(stated, as_of=march(15), log_through=march(8))["due"] == 14


# ---- unreadable days --------------------------------------------------------------------------------------------


def test_an_unreadable_day_is_not_a_missed_one() -> None:
    found = study_with(log(range(2, 9)) + log([15]), [plan(2)])
    days = [{"day": pd.Timestamp(march(day)), "exercise": "heel_raise", "side": None} for day in range(9, 15)]
    row = whole(unread(found, *days))
    assert (row["due"], row["adherence"], row["unreadable_days"], row["unobserved_days"]) == (8, 1, 6, 6)
    late = only(fd.persistence(unread(found, *days)))
    assert (late["longest_gap_days"], late["interruptions"], late["lapsed"]) == (0, 0, False)
    shown = calendar_days(unread(found, *days))
    assert set(shown["status"][shown["day"].between(march(9), march(14))]) == {"unreadable"}
    # More unreadable days than due ones: the share is unknown.
    assert pd.isna(whole(unread(found, *days), start=march(12))["adherence"])


def test_what_could_be_read_of_a_row_may_speak_against_it() -> None:
    found = study_with(log([2, 6]) + log([3], status="skipped"), [plan(2)])
    day = {"day": pd.Timestamp(march(4)), "exercise": None, "side": None}
    none = [{"exercise": "hip_rotation"}, {"side": "right"}, {"status": "skipped"}, {"source": "inferred"}]
    none += [{"day": pd.Timestamp(march(2))}, {"patient_id": "Q"}, {"table": "checkins"}, {"patient_id": None}]
    for other in none:
        assert whole(unread(found, day | other))["unreadable_days"] == 0, other
    for other in ({}, {"exercise": "heel_raise"}, {"side": "left"}, {"side": "both"}, {"source": None}):
        assert whole(unread(found, day | other))["unreadable_days"] == 1, other
    # An unreadable day of both sides belongs to the left, which alone is planned; a skipped day says nothing of a row.
    assert whole(unread(found, day | {"day": pd.Timestamp(march(3))}))["unreadable_days"] == 1


def test_under_seven_days_a_week_the_rest_of_the_week_is_unobserved_too() -> None:
    found = study_with(log([2, 3, 4]) + log([9, 10, 11, 12, 13]), [plan(2, 5)])
    row = whole(unread(found, {"day": pd.Timestamp(march(5))}), as_of=march(15), log_through=march(15))
    # Monday to Wednesday stay due; Thursday could not be read; the rest of that week may be what it held.
    assert (row["unobserved_days"], row["unreadable_days"]) == (4, 1)
    assert row["due"] == pytest.approx(10 * 5 / 7)
    assert row["adherence"] == 1


# ---- days of the week -------------------------------------------------------------------------------------------


def test_sessions_are_due_on_the_named_days() -> None:
    named = study_with(log([2, 4, 6, 9]), [plan(2, None, weekdays="Mon, Wed & Friday")])
    assert named.prescriptions["weekdays"].tolist() == ["mon,wed,fri"]
    assert named.prescriptions["days_per_week"].tolist() == [3]
    table = fd.adherence(named, every="1D", as_of=march(10))
    # Tuesday and the weekend ask for nothing; they are due days on which a session could be made up.
    assert table["due"].tolist() == [1, 0, 1, 0, 1, 0, 0, 1, 0] or table["due"].sum() == 4
    row = whole(named, as_of=march(10))
    assert (row["due"], row["credited"], row["adherence"]) == (4, 4, 1)
    assert fd.adherence(named, every=None, level="patient", as_of=march(10))["due"].tolist() == [4]


# ---- whole sessions, programme weeks ----------------------------------------------------------------------------


def test_a_perfect_patient_is_perfect_on_any_plan_and_any_weekday() -> None:
    # Every other day at 3.5 a week.
    every_other = study_with(log(range(2, 30, 2)), [plan(2, 3.5)])
    assert whole(every_other, as_of=march(29))["adherence"] == 1
    # Three a week on the first three days of each programme week that begins on a Friday.
    days = [day for first in (6, 13, 20) for day in range(first, first + 3)]
    friday = study_with(log(days), [plan(6, 3)])
    weeks = fd.adherence(friday, every="7D", anchor="start", as_of=march(26))
    assert weeks["adherence"].tolist() == [1, 1, 1]
    assert str(weeks["window_start"][0].date()) == march(6)
    raw = fd.adherence(every_other, every="5D", as_of=march(29))
    assert raw["credited_raw"].sum() == 14


# ---- each patient's own period ----------------------------------------------------------------------------------


def test_each_patient_has_a_period_of_its_own() -> None:
    cases = Cases()
    for name in "ABC":
        cases.add(name, log(range(2, 30)), plan(2))
    cases.add("A", [], patients=[{"randomised_on": march(5)}])
    cases.add("B", [], patients=[{"randomised_on": ""}])
    found = cases.study()
    table = fd.adherence(found, start="randomised_on", end="2W", every=None)
    assert table["patient_id"].tolist() == ["A"]
    assert table["window_end"].dt.strftime("%Y-%m-%d").tolist() == [march(18)]
    assert "2 of 3 patients" in table.attrs["notes"][0]
    own = {"B": march(10), "C": pd.Timestamp(march(20))}
    table = fd.adherence(found, start=own, end=pd.Series({"B": march(12), "C": march(20)}), every=None)
    assert dict(zip(table["patient_id"], table["due"], strict=True)) == {"B": 3, "C": 1}
    late = fd.persistence(found, start=own, end="7D")
    assert late["first_due"].dt.strftime("%Y-%m-%d").tolist() == [march(10), march(20)]
    assert late["follow_up_end"].dt.strftime("%Y-%m-%d").tolist() == [march(16), march(26)]
    with pytest.raises(ParameterError, match="start"):
        fd.adherence(found, start={"A": "soon"})
