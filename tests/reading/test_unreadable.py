"""What can still be read of rejected rows: whose, of which day, of which exercise."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.reading.helpers import SESSIONS, read

_HEADER = "patient_id,performed_at,exercise,side,status,source,reps\n"


def test_a_rejected_row_keeps_what_can_be_read(tmp_path: Path) -> None:
    rows = [
        "P1,2026-02-01 23:50,bicycle,left,,,10",  # the exercise is unknown: done, of a diary
        "P2,2026-02-02,heel_raise,upwards,skipped,inferred,10",  # the side
        "P1,2026-02-03,heel_raise,,perhaps,app,10",  # the status; a blank side may be any
        "P1,03/04/2026,heel_raise,left,,,10",  # the day
        ",2026-02-05,heel_raise,left,,,10",  # the patient
        "P1,2036-02-05,heel_raise,left,,,10",  # a day that cannot be
        ",3/4/2026,heel_raise,left,,,10",  # neither patient nor day
    ]
    study = read(tmp_path, sessions=SESSIONS, sessions_2=_HEADER + "\n".join(rows) + "\n")
    found = study.unreadable.astype(object).where(study.unreadable.notna(), None)
    days = [None if day is None else f"{day:%Y-%m-%d}" for day in found.pop("day")]
    assert days == ["2026-02-01", "2026-02-02", "2026-02-03", None, "2026-02-05", None]
    assert found.to_numpy().tolist() == [
        ["sessions", "P1", None, "left", "done", "diary"],
        ["sessions", "P2", "heel_raise", None, "skipped", "inferred"],
        ["sessions", "P1", "heel_raise", None, None, "app"],
        ["sessions", "P1", "heel_raise", "left", "done", "diary"],
        ["sessions", None, "heel_raise", "left", "done", "diary"],
        ["sessions", "P1", "heel_raise", "left", "done", "diary"],
    ]
    assert study.as_of == study.log_through == pd.Timestamp("2026-02-05")


def test_unreadable_rows_follow_their_patient(tmp_path: Path) -> None:
    rows = "P1,2026-02-01,bicycle,left,,,\nP2,2026-02-02,bicycle,left,,,\nP2,2026-02-02,heel_raise,left,,,\n"
    study = read(tmp_path, sessions=SESSIONS, sessions_2=_HEADER + rows)
    assert study.filter(["P1"]).unreadable["patient_id"].tolist() == ["P1"]
    assert study.filter(["P2"]).log_through == study.log_through == pd.Timestamp("2026-02-02")


def test_what_is_no_log_does_not_move_the_last_log_day(tmp_path: Path) -> None:
    rows = "P1,2026-02-01,heel_raise,left,,clinic,\nP1,2026-02-02,bicycle,left,,inferred,\n"
    study = read(
        tmp_path,
        sessions=SESSIONS,
        sessions_2=_HEADER + rows,
        visits="patient_id,visited_on\nP1,2026-02-05\n",
        checkins="patient_id,day,fell\nP1,2026-01-20,no\n",
    )
    assert study.log_through == pd.Timestamp("2026-01-20")
    assert study.as_of == pd.Timestamp("2026-02-05")
