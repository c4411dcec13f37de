"""The workbook that a clinic hands out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.reading.spreadsheets import write_template

from .helpers import TODAY


@pytest.fixture
def template(tmp_path: Path) -> Path:
    write_template(tmp_path / "log.xlsx")
    return tmp_path / "log.xlsx"


def test_it_has_a_sheet_per_table_with_a_note_on_every_column(template: Path) -> None:
    workbook = openpyxl.load_workbook(template)
    assert workbook.sheetnames == ["Read me", *INPUT_TABLES, "Lists"]
    for table, specs in COLUMNS.items():
        header = list(next(workbook[table].iter_rows(max_row=1)))
        assert [cell.value for cell in header] == list(specs)
        assert all(cell.comment.text for cell in header)
    assert workbook["Lists"].sheet_state == "hidden"


def test_keys_have_drop_downs_and_numbers_limits(template: Path) -> None:
    sheet = openpyxl.load_workbook(template)["sessions"]
    kinds = {str(rule.sqref).split(":")[0].rstrip("0123456789"): rule for rule in sheet.data_validations.dataValidation}
    letter = {spec: chr(ord("A") + number) for number, spec in enumerate(COLUMNS["sessions"])}
    assert kinds[letter["exercise"]].type == "list"
    assert kinds[letter["side"]].type == "list"
    assert (kinds[letter["reps"]].formula1, kinds[letter["reps"]].formula2) == ("0", "1000")
    assert (kinds[letter["pain_0_10"]].formula1, kinds[letter["pain_0_10"]].formula2) == ("0", "10")
    assert kinds[letter["performed_at"]].type == "date"
    assert letter["notes"] not in kinds


def test_untouched_it_gives_the_clear_error(template: Path) -> None:
    with pytest.raises(fd.StudyError, match=r"log\.xlsx.*sessions.*no valid row"):
        fd.read_study(template, today=TODAY)


def test_filled_in_it_is_a_study(template: Path) -> None:
    workbook = openpyxl.load_workbook(template)
    for table, values in {
        "sessions": {
            "patient_id": "007",
            "performed_at": pd.Timestamp("2026-04-03 08:30").to_pydatetime(),
            "exercise": "heel_raise",
            "reps": 9,
        },
        "prescriptions": {
            "patient_id": "007",
            "exercise": "heel_raise",
            "start_date": dt.date(2026, 4, 1),
            "days_per_week": 3.5,
        },
        "checkins": {"patient_id": "007", "day": dt.date(2026, 4, 3), "fell": "no", "near_falls": 0},
    }.items():
        for name, value in values.items():
            workbook[table].cell(2, list(COLUMNS[table]).index(name) + 1, value)
    workbook.save(template)
    study = fd.read_study(template, today=TODAY)
    assert study.rejected.empty
    assert study.notes.empty
    assert study.sessions[["patient_id", "reps"]].values.tolist() == [["007", 9]]
    assert study.checkins["near_falls"].tolist() == [0]
    assert str(study.as_of.date()) == "2026-04-03"
