"""Design 3.1, file by file: encodings, separators, headers, rows and their numbers, and what stops a reading."""

from __future__ import annotations

import json
import os
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.reading.sources.locate import natural_order
from tests.each import each

from .helpers import PRESCRIPTIONS, SESSIONS, TODAY, account, read, write_files

S = "patient_id,performed_at,exercise"


@each(
    "content",
    [
        SESSIONS,
        SESSIONS.encode("utf-8-sig"),
        SESSIONS.replace(",", ";"),
        SESSIONS.replace(",", "\t"),
        SESSIONS.replace("\n", "\r\n"),
        SESSIONS.replace("\n", "\r"),
        SESSIONS.rstrip("\n"),
        SESSIONS + "\n\n   \n",
        SESSIONS.replace("patient_id,performed_at", " Patient_ID , PERFORMED_AT"),
        '"patient_id","performed_at","exercise","side","reps"\n"P1","2026-01-02 08:00","heel_raise","left","10"\n',
        SESSIONS.replace(",reps", ",reps,,").replace(",10", ",10,,"),
    ],
)
def test_ways_to_write_the_same_log(tmp_path: Path, content: str | bytes) -> None:
    study = read(tmp_path, sessions=content)
    row = study.sessions.iloc[0]
    assert len(study.sessions) == 1
    assert study.rejected.empty
    assert (row["patient_id"], row["exercise"], row["side"], row["reps"]) == ("P1", "heel_raise", "left", 10)


def test_tsv_and_capitals_in_file_names(tmp_path: Path) -> None:
    write_files(tmp_path)
    (tmp_path / "Sessions_2.TSV").write_text("patient_id\tperformed_at\texercise\nP1\t2026-01-09\theel_raise\n")
    assert len(fd.read_study(tmp_path, today=TODAY).sessions) == 2


def test_decimal_comma_only_in_semicolon_files(tmp_path: Path) -> None:
    row = "P1;2026-01-02;heel_raise;2,5;7,0\nP1;2026-01-03;heel_raise;2.5;7\nP1;2026-01-03;heel_raise;1.000,5;7\n"
    study = read(tmp_path, sessions=f"{S};load_kg;reps\n".replace(",", ";") + row)
    assert list(study.sessions["load_kg"].fillna(-1)) == [2.5, 2.5, -1]
    assert list(study.sessions["reps"]) == [7, 7, 7]
    assert list(study.unread["row"]) == [4]


def test_overlong_row_is_rejected_alone_and_short_row_is_filled(tmp_path: Path) -> None:
    rows = (
        "P1,2026-01-02,heel_raise,good\n"
        "P1,2026-01-03,heel_raise,tired, then better\n"
        "P1,2026-01-04,heel_raise\n"
        "P1,2026-01-05,heel_raise,good,,\n"
        "P1,2026-01-06,heel_raise,good, \n"
    )
    study = read(tmp_path, sessions=f"{S},notes\n{rows}")
    assert list(study.sessions["performed_at"].dt.day) == [2, 4, 5, 6]
    assert study.sessions["notes"].isna().tolist() == [False, True, False, False]
    line = study.rejected.iloc[0]
    assert (line["row"], line["column"], line["value"]) == (3, "beyond the header", " then better")
    assert json.loads(line["original"])["column 5"] == " then better"
    assert account(study)["sessions"] == (5, 5)


def test_blank_rows_keep_their_number_and_a_line_break_in_a_cell_is_one_row(tmp_path: Path) -> None:
    rows = '\nP1,2026-01-02,heel_raise,"two\nlines"\n,,,\n  \nP1,2026-99-99,heel_raise,"a ""quoted"" word"\n\n'
    study = read(tmp_path, sessions=f"{S},notes\n{rows}")
    assert study.sessions["notes"].tolist() == ["two\nlines"]
    assert list(study.rejected["row"]) == [6]
    assert json.loads(study.rejected["original"].iloc[0])["notes"] == 'a "quoted" word'
    assert account(study)["sessions"] == (2, 2)


def test_a_quotation_mark_inside_a_cell_is_no_quotation(tmp_path: Path) -> None:
    study = read(tmp_path, sessions=f'{S},notes\nP1,2026-01-02,heel_raise,5" band\nP1,2026-01-03,heel_raise,"x" y\n')
    assert study.sessions["notes"].tolist() == ['5" band', "x y"]


def test_row_numbers_behind_odd_rows(tmp_path: Path) -> None:
    rows = "".join(f"P1,2026-01-{day:02d},heel_raise{',,' * (day % 3)}\n" for day in range(1, 29))
    study = read(tmp_path, sessions=f"{S}\n{rows}P1,bad,heel_raise\nP1\n")
    assert len(study.sessions) == 28
    assert list(study.sessions["performed_at"].dt.day) == list(range(1, 29))
    assert study.rejected["row"].tolist() == [30, 31, 31]


def test_extra_columns_are_kept(tmp_path: Path) -> None:
    study = read(tmp_path, sessions=f"{S},Device\nP1,2026-01-02,heel_raise,watch\n")
    assert study.sessions["device"].tolist() == ["watch"]
    assert list(study.sessions.columns)[-1] == "device"


def test_a_header_only_or_absent_optional_table_is_empty(tmp_path: Path) -> None:
    study = read(tmp_path, events="patient_id,occurred_on,kind\n")
    assert study.events.empty
    assert study.checkins.empty
    assert list(study.checkins.columns)[:3] == ["patient_id", "day", "fell"]


def test_files_are_taken_in_natural_order_of_name() -> None:
    names = ["sessions_10.csv", "sessions_9.csv", "Sessions_1.csv", "sessions.csv"]
    assert sorted(names, key=natural_order) == ["sessions.csv", "Sessions_1.csv", "sessions_9.csv", "sessions_10.csv"]


def test_files_that_are_no_table_are_noted(tmp_path: Path) -> None:
    study = read(tmp_path, readings=b"a,b\n1,2\n", sessions_old__xls=b"x", README__md="text", SYNTHETIC__txt="x")
    assert sorted(study.unread["file"]) == ["readings.csv", "sessions_old.xls"]
    assert study.unread["message"].str.startswith("not read").all()


STOPS = [
    # files, words of the message
    ({"sessions": b""}, ["sessions.csv", "empty"]),
    ({"sessions": b"\xef\xbb\xbf  \n"}, ["sessions.csv", "empty"]),
    (
        {"sessions": f"{S},notes\nP1,2026-01-02,heel_raise,ok\nP1,2026-01-03,heel_raise,müde\n".encode("cp1252")},
        ["row 3", "UTF-8"],
    ),
    ({"sessions": SESSIONS.encode("utf-16")}, ["sessions.csv", "UTF-8"]),
    ({"sessions": SESSIONS.replace("reps", "Side ")}, ["sessions.csv", "side", "twice"]),
    ({"sessions": "patient_id,exercise\nP1,heel_raise\n"}, ["sessions.csv", "performed_at", "Expected"]),
    ({"patients": "name\nP1\n"}, ["patients.csv", "patient_id"]),
    ({"sessions": f"{S},notes\n"}, ["sessions", "no valid row", "header"]),
    ({"sessions": f"{S}\nP1,2026-01-02,heel\n"}, ["sessions", "row 2", "heel"]),
    ({"sessions": f'{S},notes\nP1,2026-01-02,heel_raise,"a\nP1,2026-01-03,heel_raise,"b\n'}, ["row 2", "quotation"]),
    ({"sessions": f"{S}\nP1,2026-01-02,heel_raise\n".encode("utf-16-le")}, ["sessions.csv", "UTF-8"]),
    ({"sessions": ",,\nP1,2026-01-02,heel_raise\n"}, ["sessions.csv", "row 1"]),
    ({"sessions_2__parquet": b"no parquet"}, ["sessions_2.parquet", "Parquet"]),
    ({"sessions_2__parquet": b""}, ["sessions_2.parquet", "empty"]),
    ({"sessions_2__xlsx": b"no workbook"}, ["sessions_2.xlsx", "Excel"]),
    ({"sessions_2__xlsx": b""}, ["sessions_2.xlsx", "empty"]),
]


@each("files, words", STOPS)
def test_one_clear_error_stops_the_reading(tmp_path: Path, files: dict[str, str | bytes], words: list[str]) -> None:
    with pytest.raises(fd.StudyError) as caught:
        read(tmp_path, **files)
    for word in words:
        assert word in str(caught.value)


def test_missing_table_or_folder(tmp_path: Path) -> None:
    with pytest.raises(fd.StudyError) as empty:
        fd.read_study(tmp_path)
    for words in ("table sessions is missing", "performed_at", "footdrop template"):
        assert words in str(empty.value)
    (tmp_path / "workouts.csv").write_text(SESSIONS)
    with pytest.raises(fd.StudyError, match=r"Found workouts\.csv, which looks like sessions"):
        fd.read_study(tmp_path)
    (tmp_path / "sessions.csv").write_text(SESSIONS)
    assert fd.read_study(tmp_path).prescriptions.empty
    with pytest.raises(fd.StudyError, match="no such folder"):
        fd.read_study(tmp_path / "nowhere")
    with pytest.raises(fd.StudyError, match="folder that holds"):
        fd.read_study(tmp_path / "sessions.csv")


@pytest.mark.parametrize("asked", ["is_dir", "is_file", "iterdir"])
def test_a_study_that_somebody_may_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    """Patched and not locked: where the tests run as root, every folder is open."""
    write_files(tmp_path)

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, asked, refuse)
    with pytest.raises(fd.StudyError) as caught:
        fd.read_study(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "cannot be read (Permission denied)" in str(caught.value)


def _workbook(path: Path, **sheets: list[list[object]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def test_a_workbook_with_real_dates_numbers_and_blank_rows(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "log.xlsx",
        Sessions=[
            ["Patient_ID", "performed_at", "exercise", "reps", "notes"],
            ["007", pd.Timestamp("2026-01-02 08:30").to_pydatetime(), "heel_raise", 10, None],
            [None, None, None, None, None],
            [7, pd.Timestamp("2026-01-03").date(), "Heel_Raise", 10.0, "=1+1"],
            ["007", "03/04/2026", "heel_raise", 10.5, None, "beyond"],
            ["007", 46000, "heel_raise", True, None],
        ],
        prescriptions=[
            ["patient_id", "exercise", "start_date", "days_per_week"],
            ["007", "heel_raise", "2026-01-01", 3.5],
        ],
        remarks=[["anything"]],
    )
    study = fd.read_study(path, today=TODAY)
    # 46000 is the serial number of 9 December 2025; a cell that cannot be read costs that cell.
    assert list(study.sessions["patient_id"]) == ["007", "7", "007"]
    days = ["2026-01-02 08:30", "2026-01-03", "2025-12-09"]
    assert list(study.sessions["performed_at"]) == [pd.Timestamp(day) for day in days]
    assert list(study.sessions["reps"].fillna(-1)) == [10, 10, -1]
    found = set(zip(study.rejected["row"], study.rejected["column"], strict=True))
    assert {(5, "performed_at"), (5, "beyond the header")} <= found <= {
        (5, "performed_at"), (5, "reps"), (5, "beyond the header"),
    }  # fmt: skip
    assert "remarks" in set(study.unread["sheet"])
    assert set(study.sources["file"]) == {"log.xlsx"}
    assert account(study)["sessions"] == (4, 4)


def test_a_formula_without_a_saved_value_is_not_a_blank(tmp_path: Path) -> None:
    plan = [["patient_id", "exercise", "start_date", "days_per_week"], ["P1", "heel_raise", "2026-01-01", 5]]
    log = [[*S.split(","), "reps"], ["P1", "2026-01-02", "heel_raise", 10], ["P1", "2026-01-02", "heel_raise", "=5+5"]]
    study = fd.read_study(_workbook(tmp_path / "log.xlsx", sessions=log, prescriptions=plan), today=TODAY)
    assert study.unread[["row", "name", "value"]].values.tolist() == [[3, "reps", "=5+5"]]


def test_xlsx_and_parquet_files_in_a_folder_read_like_csv(tmp_path: Path) -> None:
    expected = read(write_files(tmp_path)).sessions
    for kind in ("xlsx", "parquet"):
        folder = tmp_path / kind
        folder.mkdir()
        for table, text in (("sessions", SESSIONS), ("prescriptions", PRESCRIPTIONS)):
            header, row = (line.split(",") for line in text.splitlines())
            frame = pd.DataFrame([row], columns=header)
            if kind == "xlsx":
                _workbook(folder / f"{table}.xlsx", Sheet1=[header, row])
            else:
                frame.to_parquet(folder / f"{table}.parquet")
        pd.testing.assert_frame_equal(fd.read_study(folder, today=TODAY).sessions, expected)


def test_typed_columns_read_like_text(tmp_path: Path) -> None:
    typed = pd.DataFrame(
        {
            "patient_id": [1, 2],
            "performed_at": pd.to_datetime(["2026-01-02 23:30", "2026-01-03 00:00"]).tz_localize("Europe/Berlin"),
            "exercise": pd.Categorical(["heel_raise", "heel_raise"]),
            "reps": pd.array([10, None], dtype="Int64"),
            "pain_0_10": [2.0, float("nan")],
            "load_kg": [1, 2],
            "hold_s": [float("inf"), 1.5],
        }
    )
    write_files(tmp_path)
    (tmp_path / "sessions.csv").unlink()
    typed.to_parquet(tmp_path / "sessions.parquet")
    from_file = fd.read_study(tmp_path, today=TODAY)
    from_frame = fd.study_from_tables(
        sessions=typed, prescriptions=pd.read_csv(tmp_path / "prescriptions.csv"), today=TODAY
    )
    for study in (from_file, from_frame):
        assert list(study.sessions["patient_id"]) == ["1", "2"]
        assert list(study.sessions["performed_at"]) == [pd.Timestamp("2026-01-02 23:30"), pd.Timestamp("2026-01-03")]
        assert study.unread[["row", "name"]].values.tolist() == [[2, "hold_s"]]
    pd.testing.assert_frame_equal(from_file.sessions, from_frame.sessions)


def test_own_exercises_of_a_study(tmp_path: Path) -> None:
    own = "exercises:\n  heel_raise:\n    name: Heel lift\n"
    study = read(tmp_path, exercises__yaml=own)
    assert study.exercises["heel_raise"].name == "Heel lift"


def test_today_must_be_a_day(tmp_path: Path) -> None:
    with pytest.raises(fd.ParameterError, match="today"):
        fd.read_study(write_files(tmp_path), today="soon")


@each("kind", ["folder", "link to nothing", "name that is no text"])
def test_what_is_named_like_a_table_and_is_no_file_stops_the_reading(tmp_path: Path, kind: str) -> None:
    (tmp_path / "sessions.csv").write_text("patient_id,performed_at,exercise\nP1,2026-01-05,heel_raise\n")
    (tmp_path / "prescriptions.csv").write_text(
        "patient_id,exercise,start_date,days_per_week\nP1,heel_raise,2026-01-01,5\n"
    )
    if kind == "folder":
        (tmp_path / "events.csv").mkdir()
    elif kind == "link to nothing":
        (tmp_path / "events.csv").symlink_to(tmp_path / "elsewhere.csv")
    else:
        try:
            Path(os.fsdecode(os.fsencode(tmp_path) + b"/events\xff.csv")).write_text("patient_id\n")
        except OSError:
            pytest.skip("this file system takes names that are text only")
    with pytest.raises(fd.StudyError, match="events"):
        fd.read_study(tmp_path, today="2026-02-01")
