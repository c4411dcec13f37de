"""What is written reads back as the same study, and every row of any input is accounted for."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import footdrop_analytics as fd
from tests.each import each
from tests.examples import few

from .helpers import TODAY, account, read, write_files

TABLES = ("sessions", "prescriptions", "patients", "pauses", "events", "checkins", "visits", "reviews", "outcomes")

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_IDS = st.sampled_from(["P1", "007", "NA", "=1+1", "a,b", 'q"q', " x", "née", "-3"])
_CELLS = st.one_of(
    st.sampled_from(
        ["", "NA", "10", "10.0", "2026-01-03", "2026-01-03T08:00Z", "heel_raise", "left", "03/04/2026", "inf", "-1"]
    ),
    _TEXT,
)
_GOOD_ROWS = st.fixed_dictionaries(
    {
        "patient_id": _IDS,
        "performed_at": st.one_of(
            st.dates(pd.Timestamp("1990-01-01").date(), pd.Timestamp(TODAY).date()).map(str),
            st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp(TODAY)).map(lambda moment: moment.isoformat(" ")),
        ),
        "exercise": st.sampled_from(["heel_raise", "single_leg_stand"]),
        "side": st.sampled_from(["left", "right", "both", ""]),
        "reps": st.one_of(st.just(""), st.integers(0, 1000).map(str)),
        "load_kg": st.one_of(st.just(""), st.floats(0, 1e6).map(repr)),
        "mode": st.sampled_from(["", "active", "resisted"]),
        "notes": _TEXT,
        "extra": _TEXT,
    }
)
_PLAN = {"patient_id": ["P1"], "exercise": ["heel_raise"], "start_date": ["2026-01-01"], "days_per_week": [3.5]}


@few(8)
@given(st.lists(_GOOD_ROWS, min_size=1, max_size=8), st.sampled_from(["csv", "parquet"]))
def test_a_written_study_reads_back_unchanged(rows: list[dict[str, str]], kind: str) -> None:
    study = fd.study_from_tables(sessions=pd.DataFrame(rows), prescriptions=pd.DataFrame(_PLAN), today=TODAY)
    with tempfile.TemporaryDirectory() as folder:
        study.write(folder, kind)
        again = fd.read_study(folder, today=TODAY)
    for table in TABLES:
        assert_frame_equal(getattr(again, table), getattr(study, table), check_exact=True)
    assert again.rejected.empty
    assert again.duplicates.empty
    assert again.as_of == study.as_of


@few(8)
@given(st.lists(st.lists(_CELLS, min_size=0, max_size=7), max_size=8), st.integers(1, 3))
def test_rows_in_are_valid_plus_duplicates_plus_rejected(rows: list[list[str]], n_files: int) -> None:
    header = ["patient_id", "performed_at", "exercise", "side", "reps"]
    with tempfile.TemporaryDirectory() as name:
        folder = write_files(Path(name))
        for number in range(n_files):
            own = rows[number::n_files] + rows[:1]
            frame = pd.DataFrame([row + [""] * (7 - len(row)) for row in own], columns=[*header, "a", "b"], dtype=str)
            frame.to_csv(
                folder / f"sessions_{number}.csv", index=False, header=[*header, "", ""], quoting=csv.QUOTE_ALL
            )
        study = fd.read_study(folder, today=TODAY)
    for in_files, accounted in account(study).values():
        assert in_files == accounted
    n_rows = sum(
        any(cell.strip() for cell in row) for number in range(n_files) for row in rows[number::n_files] + rows[:1]
    )
    assert account(study)["sessions"][0] == n_rows + 1


def test_everything_but_the_rejected_is_written(tmp_path: Path) -> None:
    study = read(
        tmp_path,
        patients="patient_id,affected_side,onset_date\nP1,left,1950-01-01\n",
        pauses="patient_id,start_date\nP1,2026-01-05\n",
        events="patient_id,occurred_on,kind,during_exercise\nP1,2026-01-04,fall,heel_raise\n",
        checkins="patient_id,day,fell,near_falls\nP1,2026-01-04,no,0\n",
        visits="patient_id,visited_on,kind\nP1,2026-01-04,first\n",
        outcomes="patient_id,measured_on,measure,value\nP1,2026-01-04,rom,-5.25\n",
        exercises__yaml="exercises:\n  heel_raise:\n    name: Heel lift\n",
    )
    for kind in ("csv", "parquet"):
        study.write(tmp_path / kind, kind)
        again = fd.read_study(tmp_path / kind, today=TODAY)
        for table in TABLES:
            assert_frame_equal(getattr(again, table), getattr(study, table))
        assert again.exercises == study.exercises
        assert not again.synthetic


def test_the_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    study = read(tmp_path)
    for folder in ("a", "b"):
        study.write(tmp_path / folder)
    assert (tmp_path / "a/sessions.csv").read_bytes() == (tmp_path / "b/sessions.csv").read_bytes()
    assert not list((tmp_path / "a").glob(".*"))


def test_a_folder_with_other_tables_is_refused(tmp_path: Path) -> None:
    study = read(tmp_path)
    (tmp_path / "sessions_old.csv").write_text("x")
    with pytest.raises(fd.ParameterError, match=r"sessions_old\.csv"):
        study.write(tmp_path)
    with pytest.raises(fd.ParameterError, match="format"):
        study.write(tmp_path / "new", "xml")


LOG = """patient_id,performed_at,exercise,side,sets,reps,pain_0_10,mode,notes
P1,2026-01-02 08:10,heel_raise,left,a few,10,2,,
P1,2026-01-02 18:10,heel_raise,left,3,10,7-8,,
P1,2026-01-03 08:10,heel_raise,left,3,ten?,,,
P1,2026-01-03,heel_raise,,3,10,,alone,
P1,2026-01-04,toe raises,left,3,10,2,,
P1,2026-01-05,heel_raise,left,3,10,2,,,beyond
P1,2026-01-06,heel_raise,left,3,10,2,,"never closed
P2,2026-01-06,heel_raise,left,3,10,2,,fine
"""
FILES = {
    "sessions": LOG,
    "patients": "patient_id,usual_pain_0_10,onset_date\nP1,some,2025-01-01\nP2,2,long ago\n",
    "events": "patient_id,occurred_on,kind,injury\nP1,2026-01-02,fall,perhaps\nP1,last Sunday,fall,\n,2026-01-04,fall,",
    "checkins": "patient_id,day,fell,near_falls\nP2,2026-01-05,yes?no,1\n",
}


@each("kind", ["csv", "parquet"])
def test_what_could_not_be_read_reads_back_as_unread(tmp_path: Path, kind: str) -> None:
    study = read(tmp_path, **FILES)
    assert len(study.unread) == 8
    assert len(study.rejected_rows) == 5
    study.write(tmp_path / "second", kind)  # type: ignore[arg-type]
    again = fd.read_study(tmp_path / "second", today=TODAY)
    for table in TABLES:
        assert_frame_equal(getattr(again, table), getattr(study, table), check_exact=True)
    cells = ["table", "name", "value", "patient_id", "day", "exercise", "side"]
    rows = ["table", "patient_id", "column", "value", "reason", "original"]
    now, before = (one.unread[cells].sort_values(cells, ignore_index=True) for one in (again, study))
    assert_frame_equal(now, before)
    assert_frame_equal(again.rejected[rows], study.rejected[rows])
    assert_frame_equal(again.unreadable, study.unreadable)
    first, second = fd.analyse(study), fd.analyse(again)
    assert_frame_equal(second.adherence, first.adherence)
    assert_frame_equal(second.criteria, first.criteria)
    assert second.flags[["patient_id", "rule_id", "severity", "day"]].equals(
        first.flags[["patient_id", "rule_id", "severity", "day"]]
    )


@each("kind", ["csv", "parquet"])
def test_what_superseded_rows_said_is_still_said(tmp_path: Path, kind: str) -> None:
    header = "patient_id,performed_at,exercise,side,reps,pain_0_10,notes\n"
    times = ["2026-01-02 08:10:10", "2026-01-02 08:10:40", "2026-01-02 09:00"]

    def log(pains: list[int], note: str) -> str:
        return header + "".join(
            f"P1,{at},heel_raise,left,10,{pain},{note}\n" for at, pain in zip(times, pains, strict=True)
        )

    logs = {
        "sessions_1": log([9, 8, 2], "felt numb"),
        "sessions_2": log([7, 2, 2], ""),
        "sessions_3": log([1, 1, 1], "ok"),
    }
    study = read(tmp_path, sessions=header + "P1,2026-01-01,heel_raise,left,10,1,\n", **logs)
    assert study.superseded["pain_0_10"].tolist() == [9, 8, 2, 7, 2, 2]
    study.write(tmp_path / "again", kind)  # type: ignore[arg-type]
    again = fd.read_study(tmp_path / "again", today=TODAY)
    assert_frame_equal(again.sessions, study.sessions)
    columns = list(study.superseded)
    now, before = (one.superseded.sort_values(columns, ignore_index=True) for one in (again, study))
    assert_frame_equal(now, before)
    first, second = (fd.review_flags(one) for one in (study, again))
    assert second["message"].tolist() == first["message"].tolist()
