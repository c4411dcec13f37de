"""Design 3.1, cell by cell: what is read as what, and what rejects a row with which reason."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.model.inputs import COLUMNS
from tests.each import each

from .helpers import account, read, with_valid_row

S = "patient_id,performed_at,exercise"
P = "patient_id,exercise,start_date,days_per_week"

READ_AS = [
    # table, header, row, column, value
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,10", "performed_at", pd.Timestamp("2026-01-03")),
    ("sessions", f"{S}", "P1,2026-01-03 08:05,heel_raise", "performed_at", pd.Timestamp("2026-01-03 08:05")),
    ("sessions", f"{S}", "P1,2026-01-03T08:05:59,heel_raise", "performed_at", pd.Timestamp("2026-01-03 08:05:59")),
    (
        "sessions",
        f"{S}",
        "P1,2026-01-03T08:05:59.25,heel_raise",
        "performed_at",
        pd.Timestamp("2026-01-03 08:05:59.25"),
    ),
    ("sessions", f"{S}", "P1,2026-01-03T23:30+05:00,heel_raise", "performed_at", pd.Timestamp("2026-01-03 23:30")),
    ("sessions", f"{S}", "P1,2026-01-03T23:30-0500,heel_raise", "performed_at", pd.Timestamp("2026-01-03 23:30")),
    ("sessions", f"{S}", "P1, 2026-01-03 ,heel_raise", "performed_at", pd.Timestamp("2026-01-03")),
    ("sessions", f"{S}", "P1,2026-01-03, Heel_Raise ", "exercise", "heel_raise"),
    ("sessions", f"{S},side", "P1,2026-01-03,heel_raise,LEFT", "side", "left"),
    ("sessions", f"{S},mode", "P1,2026-01-03,heel_raise,NA", "mode", None),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,10.0", "reps", 10),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,1e1", "reps", 10),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,+7", "reps", 7),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,0", "reps", 0),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,", "reps", None),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,NaN", "reps", None),
    ("sessions", f"{S},pain_0_10", "P1,2026-01-03,heel_raise,null", "pain_0_10", None),
    ("sessions", f"{S},pain_0_10", "P1,2026-01-03,heel_raise,.5", "pain_0_10", 0.5),
    ("sessions", f"{S},recorded_at", "P1,2026-01-03,heel_raise,na", "recorded_at", None),
    ("sessions", f"{S},notes", "P1,2026-01-03,heel_raise,NA", "notes", "NA"),
    ("sessions", f"{S},notes", "P1,2026-01-03,heel_raise,  null ", "notes", "  null "),
    ("sessions", f"{S},session_id", "P1,2026-01-03,heel_raise,007", "session_id", "007"),
    ("sessions", f"{S},session_id", "P1,2026-01-03,heel_raise,  ", "session_id", None),
    ("sessions", f"{S}", "007,2026-01-03,heel_raise", "patient_id", "007"),
    ("sessions", f"{S}", "NA,2026-01-03,heel_raise", "patient_id", "NA"),
    ("sessions", f"{S}", " x ,2026-01-03,heel_raise", "patient_id", " x "),
    ("sessions", f"{S}", "P1,2026-01-03,heel_raise", "status", "done"),
    ("sessions", f"{S}", "P1,2026-01-03,heel_raise", "sets", 1),
    ("sessions", f"{S}", "P1,2026-01-03,heel_raise", "source", "diary"),
    ("sessions", f"{S},support", "P1,2026-01-03,heel_raise,None", "support", "none"),
    ("prescriptions", P, "P2,heel_raise,2026-01-01 13:45,3.5", "start_date", pd.Timestamp("2026-01-01")),
    ("prescriptions", P, "P2,heel_raise,2026-01-01,3.5", "days_per_week", 3.5),
    ("prescriptions", P, "P2,heel_raise,2026-01-01,7", "sessions_per_day", 1),
    ("prescriptions", P, "P2,ankle_dorsiflexion,2026-01-01,7", "mode", "passive"),
    ("prescriptions", P, "P2,single_leg_stand,2026-01-01,7", "position", "standing"),
    ("prescriptions", P, "P2,heel_raise,2027-01-01,7", "start_date", pd.Timestamp("2027-01-01")),
    ("patients", "patient_id,onset_date", "P2,1950-01-01", "onset_date", pd.Timestamp("1950-01-01")),
    ("patients", "patient_id,birth_year", "P2,1900", "birth_year", 1900),
    ("outcomes", "patient_id,measured_on,measure,value", "P2,2026-01-01,rom,-5.5", "value", -5.5),
    (
        "visits",
        "patient_id,visited_on,next_visit_on",
        "P2,2026-01-01,2027-01-01",
        "next_visit_on",
        pd.Timestamp("2027-01-01"),
    ),
]


REFUSED = [
    # table, header, row, column, words of the reason
    ("sessions", S, ",2026-01-03,heel_raise", "patient_id", "missing"),
    ("sessions", S, "   ,2026-01-03,heel_raise", "patient_id", "missing"),
    ("sessions", S, "P1,,heel_raise", "performed_at", "missing"),
    ("sessions", S, "P1,NA,heel_raise", "performed_at", "missing"),
    ("sessions", S, "P1,2026-01-03,", "exercise", "missing"),
    ("sessions", S, "P1,03/04/2026,heel_raise", "performed_at", "date_format="),
    ("sessions", S, "P1,03/04/2026,heel_raise", "performed_at", "--date-format"),
    ("sessions", S, "P1,3.4.2026,heel_raise", "performed_at", "never guessed"),
    ("sessions", S, "P1,now,heel_raise", "performed_at", "not a date"),
    ("sessions", S, "P1,today,heel_raise", "performed_at", "not a date"),
    ("sessions", S, "P1,2026-03,heel_raise", "performed_at", "not a date"),
    ("sessions", S, "P1,2026,heel_raise", "performed_at", "not a date"),
    ("sessions", S, "P1,20260103,heel_raise", "performed_at", "not a date"),
    ("sessions", S, "P1,2026-W02-1,heel_raise", "performed_at", "not a date"),
    ("sessions", S, "P1,2026-02-30,heel_raise", "performed_at", "calendar"),
    ("sessions", S, "P1,2026-01-03 25:00,heel_raise", "performed_at", "calendar"),
    ("sessions", S, "P1,2026-01-03 08:61,heel_raise", "performed_at", "calendar"),
    ("sessions", S, "P1,1989-12-31,heel_raise", "performed_at", "before 1990"),
    ("sessions", S, "P1,2026-07-02,heel_raise", "performed_at", "day of reading"),
    ("sessions", S, "P1,2026-01-03,heel_rase", "exercise", "heel_raise"),
    ("sessions", f"{S},side", "P1,2026-01-03,heel_raise,links", "side", "left, right, both"),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,10.5", "reps", "whole number"),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,ten", "reps", "not a number"),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,1_000", "reps", "not a number"),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,0x10", "reps", "not a number"),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,-1", "reps", "negative"),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,1001", "reps", "up to 1000"),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,99999999999", "reps", "too large"),
    ("sessions", f"{S},reps", "P1,2026-01-03,heel_raise,inf", "reps", "infinite"),
    ("sessions", f"{S},load_kg", "P1,2026-01-03,heel_raise,-Infinity", "load_kg", "infinite"),
    ("sessions", f"{S},load_kg", "P1,2026-01-03,heel_raise,1e999", "load_kg", "too large"),
    ("sessions", f"{S},load_kg", "P1,2026-01-03,heel_raise,-0.5", "load_kg", "negative"),
    ("sessions", f"{S},sets", "P1,2026-01-03,heel_raise,0", "sets", "from 1"),
    ("sessions", f"{S},sets", "P1,2026-01-03,heel_raise,51", "sets", "up to 50"),
    ("sessions", f"{S},hold_s", "P1,2026-01-03,heel_raise,3601", "hold_s", "up to 3600"),
    ("sessions", f"{S},pain_0_10", "P1,2026-01-03,heel_raise,10.5", "pain_0_10", "up to 10"),
    ("sessions", f"{S},pain_0_10", 'P1,2026-01-03,heel_raise,"2,5"', "pain_0_10", "decimal point"),
    ("sessions", f"{S},recorded_at", "P1,2026-01-03,heel_raise,soon", "recorded_at", "not a date"),
    ("sessions", f"{S},set_no", "P1,2026-01-03,heel_raise,-1", "set_no", "negative"),
    ("prescriptions", f"{P},reps", "P2,heel_raise,2026-01-01,5,0", "reps", "from 1"),
    ("prescriptions", f"{P},hold_s", "P2,heel_raise,2026-01-01,5,0", "hold_s", "above 0"),
    ("prescriptions", f"{P},sets", "P2,heel_raise,2026-01-01,5,0", "sets", "from 1"),
    ("prescriptions", P, "P2,heel_raise,2026-01-01,0", "days_per_week", "above 0"),
    ("prescriptions", P, "P2,heel_raise,2026-01-01,7.5", "days_per_week", "up to 7"),
    ("prescriptions", P, "P2,heel_raise,2026-01-01,3.3", "days_per_week", "halves"),
    ("prescriptions", P, "P2,heel_raise,2026-01-01,", "days_per_week", "missing"),
    ("prescriptions", f"{P},sessions_per_day", "P2,heel_raise,2026-01-01,5,7", "sessions_per_day", "up to 6"),
    ("prescriptions", f"{P},end_date", "P2,heel_raise,2026-02-01,5,2026-01-31", "end_date", "before the start"),
    ("prescriptions", P, "P2,heel_raise,1989-01-01,5", "start_date", "before 1990"),
    ("pauses", "patient_id,start_date,end_date", "P1,2026-02-01,2026-01-01", "end_date", "before the start"),
    ("patients", "patient_id,onset_date", "P2,1899-12-31", "onset_date", "before 1900"),
    ("patients", "patient_id,birth_year", "P2,1899", "birth_year", "from 1900"),
    ("patients", "patient_id,data_through", "P2,1989-12-31", "data_through", "before 1990"),
    ("patients", "patient_id,usual_pain_0_10", "P2,11", "usual_pain_0_10", "up to 10"),
    ("events", "patient_id,occurred_on,kind", "P1,2026-07-02,fall", "occurred_on", "day of reading"),
    ("events", "patient_id,occurred_on,kind", "P1,2026-01-01,siezure", "kind", "did you mean seizure"),
    ("events", "patient_id,occurred_on,kind", ",2026-01-01,fall", "patient_id", "missing"),
    ("checkins", "patient_id,day,fell", "P1,2026-07-02,no", "day", "day of reading"),
    ("visits", "patient_id,visited_on", "P1,2026-07-02", "visited_on", "day of reading"),
    ("outcomes", "patient_id,measured_on,measure,value", "P1,2026-07-02,rom,3", "measured_on", "day of reading"),
    ("outcomes", "patient_id,measured_on,measure,value", "P1,2026-01-01,rom,inf", "value", "infinite"),
    ("outcomes", "patient_id,measured_on,measure,value", "P1,2026-01-01,,3", "measure", "missing"),
]


SLIPS = [
    ("events", "patient_id,occurred_on,kind,during_exercise", "P1,2026-01-01,fall,standing", "during_exercise"),
    ("events", "patient_id,occurred_on,kind,injury", "P1,2026-01-01,fall,perhaps", "injury"),
    ("checkins", "patient_id,day,fell", "P1,2026-01-01,perhaps", "fell"),
    ("checkins", "patient_id,day,fell,near_falls", "P1,2026-01-01,yes,1.5", "near_falls"),
    ("checkins", "patient_id,day,fell,near_falls", "P1,2026-01-01,yes,-1", "near_falls"),
    ("checkins", "patient_id,day,fell,pain_0_10", "P1,2026-01-01,yes,11", "pain_0_10"),
    ("checkins", "patient_id,day,fell,pain_0_10", "P1,2026-01-01,yes,inf", "pain_0_10"),
]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> fd.Study:
    """All cases read at once: each in a file of its own, of a patient of its own unless the id is the case."""
    files = {
        f"{table}_{number}": f"{header}\n{re.sub('^P[12],', f'Q{number},', row)}\n"
        for number, (table, header, row, *_) in enumerate(READ_AS + REFUSED + SLIPS)
    }
    return read(tmp_path_factory.mktemp("cells"), **files)


@each("number, case", enumerate(READ_AS))
def test_a_cell_is_read_as(study: fd.Study, number: int, case: tuple[str, str, str, str, object]) -> None:
    table, _, _, column, expected = case
    assert study.rejected[study.rejected["file"] == f"{table}_{number}.csv"].empty
    rows = getattr(study, table)
    (value,) = rows.loc[rows["patient_id"] == (expected if column == "patient_id" else f"Q{number}"), column]
    assert pd.isna(value) if expected is None else value == expected


@each("number, case", enumerate(REFUSED, len(READ_AS)))
def test_a_cell_costs_its_row_or_itself(study: fd.Study, number: int, case: tuple[str, str, str, str, str]) -> None:
    table, header, _, column, reason = case
    file, rows = f"{table}_{number}.csv", getattr(study, table)
    rows = rows[rows["patient_id"] == f"Q{number}"]
    unread, rejected = (frame[frame["file"] == file] for frame in (study.unread, study.rejected))
    if not COLUMNS[table][column].decides:
        (line,) = (line for _, line in unread.iterrows())
        place = [line[name] for name in ("table", "what", "row", "name", "rows")]
        assert place == [table, "cell", 2, column, 1]
        assert reason in line["message"]
        assert rejected.empty
        assert rows[column].isna().tolist() == [True]
        return
    assert unread.empty
    (line,) = (line for _, line in rejected.iterrows())
    assert (line["table"], line["row"], line["column"]) == (table, 2, column)
    assert reason in line["reason"]
    assert json.loads(line["original"]).keys() == set(header.split(","))
    assert rows.empty


def test_every_row_of_every_file_is_accounted_for(study: fd.Study) -> None:
    for table, (in_files, told) in account(study).items():
        assert in_files == told, table


def test_every_failed_check_of_a_row_has_a_line(tmp_path: Path) -> None:
    row = "P1,03/04/2026,heel_rase,-1,12,x"
    study = read(tmp_path, sessions=with_valid_row(f"{S},reps,pain_0_10,load_kg", row))
    assert list(study.rejected["column"]) == ["performed_at", "exercise", "reps", "load_kg", "pain_0_10"]
    assert list(study.rejected["value"]) == ["03/04/2026", "heel_rase", "-1", "x", "12"]
    assert study.rejected["row"].eq(3).all()
    assert study.rejected["patient_id"].eq("P1").all()
    assert json.loads(study.rejected["original"].iloc[0])["performed_at"] == "03/04/2026"
    assert account(study)["sessions"] == (2, 2)


@each("number, case", enumerate(SLIPS, len(READ_AS + REFUSED)))
def test_a_fall_does_not_vanish_over_a_slip(study: fd.Study, number: int, case: tuple[str, str, str, str]) -> None:
    table, _, _, column = case
    rows = getattr(study, table)
    (value,) = rows.loc[rows["patient_id"] == f"Q{number}", column]
    assert study.rejected[study.rejected["file"] == f"{table}_{number}.csv"].empty
    assert value == "yes" if column == "injury" else pd.isna(value)
    (message,) = study.notes.loc[study.notes["patient_id"] == f"Q{number}", "message"]
    assert column in message
    assert "row 2" in message


def test_a_surplus_cell_does_not_hide_a_fall(tmp_path: Path) -> None:
    study = read(tmp_path, events="patient_id,occurred_on,kind,notes\nP1,2026-01-01,fall,tripped, then sat down\n")
    assert len(study.events) == 1
    assert study.rejected.empty
    assert "surplus" in study.notes["message"].iloc[0]


def test_a_rejected_event_names_all_that_is_wrong(tmp_path: Path) -> None:
    rows = "P1,2026-01-01,fall,no\nP1,2026-13-01,fall,perhaps\n,2026-01-02,fall,no,surplus\n"
    study = read(tmp_path, events=f"patient_id,occurred_on,kind,injury\n{rows}")
    found = list(zip(study.rejected["row"], study.rejected["column"], strict=True))
    assert found == [(3, "occurred_on"), (3, "injury"), (4, "patient_id"), (4, "beyond the header")]
    assert study.rejected["patient_id"].isna().tolist() == [False, False, True, True]
    assert study.notes.empty


def test_date_format_reads_other_dates_and_iso_stays_valid(tmp_path: Path) -> None:
    rows = (
        "P1,03/04/2026,heel_raise\nP1,2026-01-05,heel_raise\nP1,05/04/2026 08:30,heel_raise\nP1,31/31/2026,heel_raise\n"
    )
    study = read(tmp_path, date_format="%d/%m/%Y", sessions=f"{S}\n{rows}")
    expected = [pd.Timestamp(text) for text in ("2026-04-03", "2026-01-05", "2026-04-05 08:30")]
    assert list(study.sessions["performed_at"]) == expected
    assert list(study.rejected["row"]) == [5]


@each("form", ["%H:%M", "DD", "%Y-%m"])
def test_a_date_format_must_name_year_month_and_day(tmp_path: Path, form: str) -> None:
    with pytest.raises(fd.ParameterError, match="date_format"):
        read(tmp_path, date_format=form)


def test_plain_words_do_as_date_format(tmp_path: Path) -> None:
    study = read(tmp_path, date_format="DD.MM.YYYY", sessions=f"{S}\nP1,03.04.2026,heel_raise\n")
    assert study.sessions["performed_at"].iloc[0] == pd.Timestamp("2026-04-03")


@each(
    "first, second, noted",
    [("08:00Z", "09:00+00:00", True), ("08:00Z", "09:00", False), ("08:00", "09:00", False), ("08:00Z", "", True)],
)
def test_times_that_all_end_in_utc_are_noted(tmp_path: Path, first: str, second: str, noted: bool) -> None:
    rows = f"P1,2026-01-03T{first},heel_raise\nP1,2026-01-04{'T' + second if second else ''},heel_raise\n"
    study = read(tmp_path, sessions=f"{S}\n{rows}")
    assert study.notes["message"].str.contains("wall clock").any() == noted
    assert study.sessions["performed_at"].iloc[0] == pd.Timestamp("2026-01-03 08:00")


def test_ids_that_differ_by_case_or_blanks_are_noted_and_kept_apart(tmp_path: Path) -> None:
    study = read(
        tmp_path, sessions=f"{S}\nP1,2026-01-03,heel_raise\np1,2026-01-03,heel_raise\nP 1,2026-01-03,heel_raise\n"
    )
    assert sorted(study.sessions["patient_id"].cat.categories) == ["P 1", "P1", "p1"]
    noted = study.notes[study.notes["message"].str.contains("differ only by")]
    assert sorted(noted["patient_id"]) == ["P 1", "P1", "p1"]


def test_the_dtypes_are_those_of_the_plan(tmp_path: Path) -> None:
    study = read(tmp_path)
    kinds = study.sessions.dtypes.astype(str)
    assert kinds["performed_at"] == "datetime64[us]"
    assert kinds["reps"] == "Int32"
    assert kinds["pain_0_10"] == "float64"
    assert kinds["notes"] == "str"
    assert tuple(study.sessions["exercise"].cat.categories) == study.exercises.keys
    assert list(study.sessions["mode"].cat.categories) == ["passive", "assisted", "active", "resisted"]
    assert study.patients.empty
    assert study.patients["birth_year"].dtype == "Int32"
    assert isinstance(study.sessions.index, pd.RangeIndex)
    assert np.isnan(study.sessions["hold_s"].iloc[0])
