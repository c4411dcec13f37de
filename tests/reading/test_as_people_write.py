"""Headers, files, sheets and quotation marks as people leave them: read and noted, or told as not read."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

import footdrop_analytics as fd
from footdrop_analytics.reading.check import write_marked
from tests.each import each
from tests.reading.helpers import PRESCRIPTIONS, SESSIONS, TODAY, account, read

HEAD = "patient_id,performed_at,exercise,reps,notes"
ROWS = [f"P1,2026-01-{day:02d},heel_raise,10," for day in range(2, 9)]


@each(
    "row, later",
    [
        ('P1,2026-01-03,heel_raise,10,"tired today”', 'P1,2026-01-07,heel_raise,10,the step of 5"'),
        ('P1,2026-01-03,heel_raise,5" strap,"felt ok', ""),
        ('P1,2026-01-03,heel_raise,10,"never closed', ""),
    ],
)
@each("end", ["\n", "\r\n", "\r"])
def test_an_open_quotation_swallows_no_row(tmp_path: Path, row: str, later: str, end: str) -> None:
    rows = [ROWS[0], row, *ROWS[2:5], *([later] if later else []), *ROWS[6:]]
    study = read(tmp_path, sessions=end.join([HEAD, *rows, ""]))
    assert len(study.sessions) == len(rows) - 1
    assert set(study.rejected["row"]) == {3}
    assert "quotation mark" in set(study.rejected["column"])
    assert account(study)["sessions"] == (len(rows), len(rows))


def test_a_rightly_quoted_note_over_several_lines_is_one_cell(tmp_path: Path) -> None:
    study = read(tmp_path, sessions=f'{HEAD}\nP1,2026-01-02,heel_raise,10,"one, two\nthree"\n{ROWS[1]}\n')
    assert study.rejected.empty
    assert study.sessions["notes"].iloc[0] == "one, two\nthree"


def test_names_of_columns_and_files_as_people_write_them(tmp_path: Path) -> None:
    study = read(
        tmp_path,
        sessions="Patient,Date,Exercise name,Reps done,pain,pain_0_10,weight,site\n"
        "P1,2026-01-02,heel_raise,9,1,8,5,x\n",
        event="Patient ID;When;Type;Hurt?\nP1;2026-01-03;fall;yes\n",
        workouts="patient_id,performed_at,exercise\nP1,2026-01-03,heel_raise\n",
    )
    (row,) = study.sessions.to_dict("records")
    assert (row["patient_id"], row["reps"], row["pain_0_10"], row["site"]) == ("P1", 9, 8, "x")
    assert study.events[["kind", "injury"]].values.tolist() == [["fall", "yes"]]
    unread = {(line["what"], line["name"]): line["near"] for line in study.unread.to_dict("records")}
    assert unread == {
        ("file", "workouts.csv"): "sessions",
        ("column", "pain"): "pain_0_10",
        ("column", "weight"): "load_kg",
    }
    noted = study.notes["message"].str.cat(sep="; ")
    for words in ("'Reps done' was read as reps", "'Hurt?' was read as injury", "event.csv was read as events"):
        assert words in noted


def test_a_title_a_hint_of_excel_and_a_cut_end_are_told(tmp_path: Path) -> None:
    study = read(
        tmp_path,
        sessions="My diary,,,\n\npatient_id,performed_at,exercise,reps\n"
        "P1,2026-01-02,heel_raise,10\n,2026-01-03,heel_raise,9\n",
        sessions_2="sep=;\npatient_id;performed_at;exercise;reps\nP1;2026-01-04;heel_raise;10\nP1;2026-01-05;heel_raise",
    )
    assert len(study.sessions) == 3
    assert study.rejected["row"].tolist() == [5]
    noted = study.notes["message"].str.cat(sep="; ")
    assert "header was found in row 3" in noted
    assert "ends in the middle of row 3 (3 of 4 cells)" in noted
    with pytest.raises(fd.StudyError, match="separated by vertical bars"):
        read(tmp_path, sessions=SESSIONS.replace(",", "|"))


def test_a_workbook_and_its_merged_cells_come_back_marked(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Session"
    for line in (HEAD.split(","), *(["P1", "2026-01-02", "heel_raise", reps, None] for reps in (9, "-3", 8))):
        sheet.append(line)
    sheet["A3"] = sheet["A4"] = None
    sheet.merge_cells("A2:A4")
    sheet["D4"] = None
    workbook.create_sheet("Mrs Meier").append(["anything"])
    workbook.save(tmp_path / "log.xlsx")
    study = fd.read_study(tmp_path / "log.xlsx", today=TODAY)
    assert study.unread["sheet"].dropna().tolist() == ["Mrs Meier"]
    assert "2 cells of patient_id were filled from merged cells" in study.notes["message"].str.cat(sep="; ")
    write_marked(study, tmp_path / "log.xlsx", tmp_path / "mend.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "mend.xlsx")["Session"]["D3"]
    assert cell.fill.fgColor.rgb[-6:] in ("FFC7CE", "FFEB9C")
    assert "negative" in cell.comment.text
    again = fd.read_study(tmp_path / "mend.xlsx", today=TODAY)
    assert len(again.sessions) == len(study.sessions)


def test_text_files_come_back_with_remarks_and_are_read_again(tmp_path: Path) -> None:
    bad = SESSIONS + "P1,2026-01-03 08:00,heel_raise,left,10,more\nP1,03/04/2026,heel_raise,left,10\n"
    study = read(tmp_path, sessions=bad)
    write_marked(study, tmp_path, tmp_path.parent / f"{tmp_path.name}_mend")
    mend = tmp_path.parent / f"{tmp_path.name}_mend"
    rows = list(csv.reader((mend / "sessions.csv").read_text("utf-8-sig").splitlines()))
    assert [bool(row[0]) for row in rows[1:]] == [False, True, True]
    assert (mend / "prescriptions.csv").read_text() == PRESCRIPTIONS
    again = fd.read_study(mend, today=TODAY)
    assert again.rejected["row"].tolist() == study.rejected["row"].tolist()
    assert again.unread.empty
    assert list(again.sessions.columns) == list(study.sessions.columns)
