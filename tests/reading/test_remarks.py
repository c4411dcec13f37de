"""What is noticed about a patient's rows as a whole."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.reading.helpers import read

_HEADER = "patient_id,performed_at,exercise,side,session_id\n"


def test_rows_of_a_wrong_year_are_doubtful(tmp_path: Path) -> None:
    plans = "patient_id,exercise,side,start_date,days_per_week\n" + "".join(
        f"{one},heel_raise,left,{start},5\n" for one, start in (("P1", "2026-03-02"), ("P2", "2025-03-02"))
    )
    rows = [f"{one},2026-03-{day:02},heel_raise,left," for one in ("P1", "P2") for day in range(2, 7)]
    rows += ["P1,2025-03-05,heel_raise,left,"]  # a year early
    rows += [f"P2,2025-03-{day:02},heel_raise,left," for day in (2, 3, 4, 5)]  # four days: a start, then a long break
    events = "patient_id,occurred_on,kind\nP1,2025-03-06,fall\n"
    study = read(tmp_path, sessions=_HEADER + "\n".join(rows) + "\n", prescriptions=plans, events=events)
    noted = study.notes[study.notes["message"].str.contains("is doubtful")]
    assert noted[["table", "patient_id"]].to_numpy().tolist() == [["sessions", "P1"], ["events", "P1"]]
    assert noted["message"].str[:20].tolist() == ["the date 2025-03-05 ", "the date 2025-03-06 "]


def test_alike_ids(tmp_path: Path) -> None:
    ids = ["007", "7", "Zoë", "Zoe\u0308", "R-1", "R\u20111", "Q\u200b2", "q2", "70"]
    rows = "".join(f"{one},2026-03-02,heel_raise,left,\n" for one in ids)
    study = read(tmp_path, sessions=_HEADER + rows)
    noted = study.notes[study.notes["message"].str.contains("stay different patients")]
    assert sorted(noted["patient_id"]) == sorted(set(ids) - {"70"})
    assert noted["message"].str.contains("Q\\u200b2", regex=False).any(), "an invisible character is shown"


def test_rows_that_agree_to_the_second_and_sessions_of_one_row(tmp_path: Path) -> None:
    rows = "P1,2026-03-02 08:00:05,heel_raise,left,a\n" * 2 + "P1,2026-03-02 08:00:05,heel_raise,left,b\n"
    rows += "".join(f"P2,2026-03-02 08:0{minute},heel_raise,left,s{minute}\n" for minute in range(3))
    notes = read(tmp_path, sessions=_HEADER + rows).notes
    assert notes[notes["message"].str.contains("1 row agrees")]["patient_id"].tolist() == ["P1"]
    assert notes[notes["message"].str.contains("its own session")]["patient_id"].tolist() == ["P2"]


def test_a_log_goes_on_behind_data_through(tmp_path: Path) -> None:
    rows = "P1,2026-03-02,heel_raise,left,\nP2,2026-03-02,heel_raise,left,\n"
    patients = "patient_id,data_through\nP1,2026-03-01\nP2,2026-03-09\n"
    study = read(tmp_path, sessions=_HEADER + rows, patients=patients)
    assert study.patients["data_through"].tolist() == [pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-09")]
    assert study.notes["message"].str.contains("data_through 2026-03-01 is before").sum() == 1


def test_names_that_people_read_alike_are_one_in_their_most_frequent_spelling(tmp_path: Path) -> None:
    spelled = ["kim ", "Dr. Kim", "Kim", "dr kim", "Kim", "KIM\u200b", "Lee", "-", "?"]
    ids = [f"P{number}" for number in range(len(spelled))]
    log = "".join(f"{one},2026-03-02,heel_raise,left,\n" for one in ids)
    rows = list(zip(ids, spelled, reversed(spelled), strict=True))
    for order in (rows, rows[::-1]):
        patients = "patient_id,clinician,arm\n" + "".join(f'{one},"{who}","{arm}"\n' for one, who, arm in order)
        study = read(tmp_path, sessions=_HEADER + log, patients=patients)
        shown = study.patients.set_index("patient_id")["clinician"].loc[ids].tolist()
        assert shown == ["Kim", "Dr. Kim", "Kim", "Dr. Kim", "Kim", "Kim", "Lee", "-", "?"]
        assert study.patients["arm"].nunique() == 5
        notes = study.notes.loc[study.notes["table"] == "patients", "message"].tolist()
        assert "clinician: 'KIM\\u200b', 'Kim', 'kim ' are read as one, 'Kim'" in notes
        assert "arm: 'Dr. Kim', 'dr kim' are read as one, 'Dr. Kim'" in notes
