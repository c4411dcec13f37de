"""How a log was written down, as counts."""

from __future__ import annotations

import pytest

import footdrop_analytics as fd
from footdrop_analytics.analysis.recording_pattern import if_over_counted
from tests.analysis.logs import Log, ago, study_of


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
