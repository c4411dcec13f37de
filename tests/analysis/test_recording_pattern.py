"""How a log was written down, as counts."""

from __future__ import annotations

import pytest

import footdrop_analytics as fd
from footdrop_analytics.analysis.cohort.log_counts import if_over_counted
from footdrop_analytics.patient.attendance import recording
from footdrop_analytics.patient.context import Context, PatientTables
from tests.studies import Log, ago, study_of


def test_counts_by_hand() -> None:
    odd = Log(days=20, reps=12, pain_0_10=2).planned(reps=12, sets=1)
    for number, reps in enumerate((10, 15, 5, 13, None)):
        odd.sessions[number]["reps"] = reps
    odd.sessions[9]["pain_0_10"] = 3
    batch = Log(days=10).changed(4, recorded_at=ago(0)).planned(hold_s=3)
    batch.sessions[5]["recorded_at"] = ago(5)
    found = fd.recording_pattern(study_of(batch=batch, odd=odd, plain=Log(days=15)), as_of=ago(0)).set_index(
        "patient_id"
    )
    assert found.loc["odd"].to_dict() == {
        "entries_with_target": 20,
        "entries_equal_to_target": 15,
        "entries_off_fives": 19,
        "multiples_of_five": 3,
        "days_written": 0,
        "days_in_batches": 0,
        "unchanged_pain_days": 10,  # the tenth day from the end differs: 9 after it, 10 before
        "unchanged_effort_days": 20,
    }
    assert found.loc["batch", ["days_written", "days_in_batches"]].tolist() == [5, 4]
    assert found.loc["batch", ["entries_with_target", "entries_equal_to_target"]].tolist() == [10, 0]  # no hold logged
    assert found.loc["plain", ["entries_off_fives", "unchanged_pain_days"]].tolist() == [0, 15]


def test_the_tipping_point_is_that_of_diaries_against_sensors() -> None:
    assert if_over_counted(0.80) == pytest.approx(0.64)


def test_one_line_says_counts_and_the_tipping_point() -> None:
    study = Log(days=31).without(1, 2).planned(sets=1).study()
    context = Context(PatientTables(fd.analyse(study, as_of=ago(0))), "P")
    share = context.analysis.caseload["adherence_28d"].iloc[0]
    assert share == pytest.approx(26 / 28)
    assert recording(context) == (
        "How it was written down: 29 of 29 entries equal the target in every field, every pain rating was the same "
        "over 31 days and every effort rating was the same over 31 days. Much of this has harmless reasons. 93 % as "
        "logged in the last 28 days; 74 % if over-counted as diaries were against sensors, 220 to 176 (Nicolson 2018)."
    )
