"""Overlapping exports, rows that replace others, and blanks that are filled from other tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import footdrop_analytics as fd
from tests.each import each

from .helpers import TODAY, account, read

S = "patient_id,performed_at,exercise,side,reps,pain_0_10"
P = "patient_id,exercise,side,start_date,end_date,days_per_week,reps"
A = "P1,2026-01-02 08:00,heel_raise,left,10,"
B = "P1,2026-01-02 08:05,heel_raise,left,10,"


def table(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


@each(
    "first, second, kept, copies, left_out",
    [
        ([A], [A], 1, 1, "sessions.csv"),
        ([A, A, A], [A], 3, 1, "sessions_2.csv"),
        ([A], [A, A, A], 3, 1, "sessions.csv"),
        ([A, A], [A, B], 3, 1, "sessions_2.csv"),
        ([A, B], [B, A], 2, 2, "sessions.csv"),
        ([A, A], [], 2, 0, ""),
    ],
)
def test_the_largest_number_of_copies_of_any_one_file_stays(
    tmp_path: Path, first: list[str], second: list[str], kept: int, copies: int, left_out: str
) -> None:
    study = read(tmp_path, sessions=table(S, *first), sessions_2=table(S, *second))
    assert len(study.sessions) == kept
    assert study.duplicates["reason"].tolist() == ["copy"] * copies
    assert study.duplicates["file"].eq(left_out).all()
    assert account(study)["sessions"] == (kept + copies,) * 2


def test_rows_are_equal_after_parsing_defaults_and_side_filling(tmp_path: Path) -> None:
    second = table(f"{S},sets,status,app", "P1,2026-01-02T08:00:00+02:00,Heel_Raise,,10.0,NA,1,DONE,v2")
    study = read(tmp_path, sessions=table(S, A), sessions_2=second)
    assert len(study.sessions) == 1
    assert study.duplicates[["file", "row", "reason"]].values.tolist() == [["sessions.csv", 2, "copy"]]


def test_rows_equal_in_key_but_not_in_the_rest_get_a_note(tmp_path: Path) -> None:
    day = A.replace(" 08:00", "")
    study = read(tmp_path, sessions=table(S, day), sessions_2=table(S, day.replace(",10,", ",12,")))
    assert len(study.sessions) == 2
    assert study.duplicates.empty
    note = study.notes.iloc[0]
    assert (note["file"], note["patient_id"]) == ("sessions_2.csv", "P1")
    assert "but not in the rest" in note["message"]


def test_equal_keys_inside_one_file_get_no_note(tmp_path: Path) -> None:
    study = read(tmp_path, sessions=table(S, A, A.replace(",10,", ",12,")))
    assert study.notes.empty


def test_patients_rows_merge_to_the_last_value_of_each_column(tmp_path: Path) -> None:
    header = "patient_id,affected_side,birth_year,clinician,ward"
    first = table(header, "P1,left,1950,,A", "P2,right,,,")
    second = table(header, "P1,,,Ann,", "P1,,1951,,B")
    study = read(
        tmp_path, patients_9=second.replace("1951", ""), patients_10=table(header, "P1,,1951,,B"), patients_8=first
    )
    row = study.patients.set_index("patient_id").loc["P1"]
    assert (row["affected_side"], row["birth_year"], row["clinician"], row["ward"]) == ("left", 1951, "Ann", "B")
    assert len(study.patients) == 2
    assert study.duplicates["reason"].eq("superseded").all()
    assert study.notes["message"].str.contains("superseded").sum() == 3
    assert account(study)["patients"] == (5, 5)
    assert study.patients["birth_year"].dtype == "Int32"
    assert list(study.patients["affected_side"].cat.categories) == ["left", "right", "both"]


def test_equal_patients_rows_are_copies_also_inside_one_file(tmp_path: Path) -> None:
    study = read(tmp_path, patients=table("patient_id,birth_year", "P1,1950", "P1,1950.0"))
    assert study.duplicates["reason"].tolist() == ["copy"]
    assert study.notes.empty


def test_the_last_of_two_versions_with_one_start_counts(tmp_path: Path) -> None:
    first = table(P, "P1,heel_raise,left,2026-01-01,,5,8")
    second = table(P, "P1,heel_raise,left,2026-01-01,,5,10")
    study = read(
        tmp_path,
        prescriptions_9=second,
        prescriptions_10=first,
        prescriptions=table(P, "P2,heel_raise,left,2026-01-01,,5,9"),
    )
    mine = study.prescriptions[study.prescriptions["patient_id"] == "P1"]
    assert mine["reps"].tolist() == [8]
    assert study.duplicates[["file", "reason"]].values.tolist() == [["prescriptions_9.csv", "superseded"]]
    assert "superseded" in study.notes["message"].iloc[0]
    assert account(study)["prescriptions"] == (3, 3)


def test_a_version_exported_again_wins_over_one_between(tmp_path: Path) -> None:
    row, other = "P1,heel_raise,left,2026-01-01,,5,8", "P1,heel_raise,left,2026-01-01,,5,10"
    files = {f"prescriptions_{n}": table(P, one) for n, one in enumerate([row, other, row])}
    study = read(tmp_path, prescriptions=table(P, other), **files)
    assert study.prescriptions["reps"].tolist() == [8]
    assert account(study)["prescriptions"] == (4, 4)


def test_versions_end_before_the_next_starts_and_a_cut_end_is_noted(tmp_path: Path) -> None:
    rows = [
        "P1,heel_raise,left,2026-02-01,2026-02-10,5,10",
        "P1,heel_raise,left,2026-01-01,2026-03-01,5,8",
        "P1,heel_raise,left,2026-03-01,,5,12",
        "P1,heel_raise,right,2026-01-01,,5,12",
    ]
    study = read(tmp_path, prescriptions=table(P, *rows))
    ends = study.prescriptions["end_date"].dt.strftime("%Y-%m-%d").tolist()
    assert ends == ["2026-02-10", "2026-01-31", pd.NaT, pd.NaT] or ends[:2] == ["2026-02-10", "2026-01-31"]
    assert study.prescriptions["end_date"].isna().tolist() == [False, False, True, True]
    assert len(study.notes) == 1
    assert "2026-03-01 was cut to 2026-01-31" in study.notes["message"].iloc[0]


@each(
    "prescribed, affected, expected",
    [
        (["left"], "right", "left"),
        (["left", "left"], "right", "left"),
        (["left", "right"], "right", "right"),
        (["left", "right"], "", "both"),
        (["left", "both"], "", "both"),
        ([], "right", "right"),
        ([], "", "both"),
        ([""], "right", "right"),
        ([""], "", "both"),
    ],
)
def test_a_missing_side(tmp_path: Path, prescribed: list[str], affected: str, expected: str) -> None:
    rows = [f"P1,heel_raise,{side},2026-01-{day:02d},,5,10" for day, side in enumerate(prescribed, start=1)]
    study = read(
        tmp_path,
        prescriptions=table(P, *rows, "P2,heel_raise,left,2026-01-01,,5,10", "P1,hip_rotation,left,2026-01-01,,5,10"),
        sessions=table(S, "P1,2026-01-02,heel_raise,,10,", "P1,2026-01-02,heel_raise,left,10,"),
        patients=table("patient_id,affected_side", f"P1,{affected}"),
    )
    assert study.sessions["side"].tolist() == [expected, "left"]


def test_inferred_rows_are_kept(tmp_path: Path) -> None:
    study = read(tmp_path, sessions=table(f"{S},source", f"{A},inferred", f"{B},"))
    assert study.sessions["source"].tolist() == ["inferred", "diary"]


@each(
    "rows, expected",
    [
        (["P1,2026-01-02 23:50,,", "P1,2026-01-03 00:20,,"], "2026-01-02"),
        (["P1,2026-01-02 23:50,,", "P1,2026-01-03 01:00,,"], "2026-01-03"),
        (["P1,2026-01-02 23:50,,", "P2,2026-01-03 00:20,,"], "2026-01-03"),
        (["P1,2026-01-02 20:00,a,", "P1,2026-01-03 07:00,a,"], "2026-01-02"),
        (["P1,2026-01-02 07:00,a,", "P1,2026-01-03 20:00,a,"], "2026-01-03"),
        (["P1,2026-01-02 23:50,,", "P1,2026-01-03,,"], "2026-01-03"),
        (["P1,2026-01-02,,", "P1,2026-01-09,,inferred"], "2026-01-02"),
    ],
)
def test_as_of_is_the_day_of_the_last_session(tmp_path: Path, rows: list[str], expected: str) -> None:
    lines = [row.replace(",", ",", 1) + ",heel_raise" for row in rows]
    study = read(tmp_path, sessions=table("patient_id,performed_at,session_id,source,exercise", *lines))
    assert study.as_of == pd.Timestamp(expected)


def test_as_of_looks_at_events_checkins_visits_and_outcomes(tmp_path: Path) -> None:
    study = read(
        tmp_path,
        visits="patient_id,visited_on\nP1,2026-02-20\n",
        events="patient_id,occurred_on,kind\nP1,2026-02-01,fall\n",
    )
    assert study.as_of == pd.Timestamp("2026-02-20")


def test_many_frames_are_many_files() -> None:
    log = pd.DataFrame({"patient_id": ["P1"], "performed_at": ["2026-01-02"], "exercise": ["heel_raise"]})
    plan = pd.DataFrame(
        {"patient_id": ["P1"], "exercise": ["heel_raise"], "start_date": ["2026-01-01"], "days_per_week": [5]}
    )
    study = fd.study_from_tables(sessions=[log, log], prescriptions=plan, today=TODAY)
    assert len(study.sessions) == 1
    assert study.duplicates["file"].tolist() == ["sessions_2"]
