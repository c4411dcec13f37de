"""Whatever lies in the study and is not read stands in ``study.unread``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import footdrop_analytics as fd
from tests.reading.helpers import read

UNREAD = [
    "table",
    "file",
    "sheet",
    "what",
    "name",
    "rows",
    "patient_id",
    "near",
    "message",
    "row",
    "value",
    "day",
    "exercise",
    "side",
]
EVENTS = "patient_id,occurred_on,kind,injury\nP1,2026-01-03,fall,perhaps\nP2,2026-01-04,fall,no\n"


def test_a_cell_that_was_blanked_is_unread_with_its_place_and_goes_with_its_patient(tmp_path: Path) -> None:
    study = read(tmp_path, events=EVENTS)
    assert list(study.unread.columns) == UNREAD
    (line,) = study.unread.to_dict("records")
    assert (line["table"], line["file"], line["what"], line["name"]) == ("events", "events.csv", "cell", "injury")
    assert (line["rows"], line["row"], line["value"], line["patient_id"]) == (1, 2, "perhaps", "P1")
    assert line["day"] == pd.Timestamp("2026-01-03")
    assert "row 2: injury 'perhaps' was read as yes" in line["message"]
    assert len(study.filter(["P1"]).unread) == 1
    assert len(study.filter(["P2"]).unread) == 0


def test_a_study_that_was_read_wholly_has_no_unread_line(tmp_path: Path) -> None:
    study = read(tmp_path)
    assert study.unread.empty
    assert list(study.unread.columns) == UNREAD


def test_a_column_whose_name_holds_one_of_ours_is_unread_where_ours_is_missing() -> None:
    days = ["2026-03-02 09:00", "2026-03-03 09:00"]
    log = {"patient_id": "P", "performed_at": days, "exercise": "heel_raise", "side": "left", "Sets x Reps": "3x10"}
    study = fd.study_from_tables(sessions=pd.DataFrame(log | {"Pain after exercise": ["8", "2"], "upload day": "x"}))
    assert study.sessions[["sets", "reps"]].to_numpy().tolist() == [[3, 10]] * 2
    assert study.unread[["what", "name", "near"]].to_numpy().tolist() == [
        ["column", "pain after exercise", "pain_0_10"]
    ]
    beside = fd.study_from_tables(sessions=pd.DataFrame(log | {"pain": [8, 2], "Pain after exercise": [8, 2]}))
    assert beside.unread.empty
