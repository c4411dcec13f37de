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
