"""Outcome values that can hardly be meant are noted."""

from __future__ import annotations

import pandas as pd

import footdrop_analytics as fd


def test_values_outside_what_is_plausible_are_noted_in_their_own_unit_only() -> None:
    row = {"patient_id": "P", "measured_on": "2026-03-02"}
    rows = [
        row | {"measure": "berg", "value": "560"},
        row | {"measure": "Berg", "value": "56"},
        row | {"measure": "10mwt", "value": "8", "unit": "m/s"},
        row | {"measure": "10mwt", "value": "8", "unit": "s"},
        row | {"measure": "own test", "value": "1000"},
    ]
    session = {"patient_id": "P", "exercise": "heel_raise", "side": "left", "performed_at": "2026-03-02", "reps": "9"}
    study = fd.study_from_tables(
        sessions=pd.DataFrame([session]), outcomes=pd.DataFrame(rows).fillna(""), today="2026-06-30"
    )
    notes = study.notes[study.notes["table"] == "outcomes"]["message"].tolist()
    assert len(notes) == 2, notes
    assert any("560" in one and "outside 0 to 56" in one for one in notes)
    assert any("8 m/s is outside 0 to 3" in one for one in notes)
    assert len(study.outcomes) == 5


def test_sets_beyond_what_the_exercise_calls_plausible_are_noted_with_what_and_how_many() -> None:
    rows = [
        {"patient_id": who, "performed_at": f"2026-03-0{day}", "exercise": exercise, "reps": reps, "hold_s": hold}
        for day, (who, exercise, reps, hold) in enumerate(
            [("P1", "heel_raise", 151, 2), ("P1", "heel_raise", 900, 2), ("P1", "heel_raise", 150, 121),
             ("P2", "single_leg_stand", 10, 600), ("P2", "single_leg_stand", 10, 601)],
            start=1,
        )
    ]  # fmt: skip
    study = fd.study_from_tables(sessions=pd.DataFrame(rows), today="2026-03-09")
    notes = study.notes[study.notes["message"].str.contains("plausible")]
    assert notes[["patient_id", "message"]].to_numpy().tolist() == [
        ["P1", "heel_raise, reps: 2 values, up to 900, are above 150, what is plausible; kept, and decides nothing"],
        ["P1", "heel_raise, hold_s: 121 is above 120, what is plausible; kept, and decides nothing"],
        ["P2", "single_leg_stand, hold_s: 601 is above 600, what is plausible; kept, and decides nothing"],
    ]
    assert study.sessions["reps"].tolist() == [151, 900, 150, 10, 10]
