"""``footdrop template`` and ``footdrop schema``: what people fill in, and what programs write."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

import footdrop_analytics as fd
from tests.project._tree import ROOT

Run = Callable[..., Result]


def test_a_filled_in_workbook_is_a_study(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    assert run("template", "--out", path).exit_code == 0
    workbook = openpyxl.load_workbook(path)
    for table, cells in {
        "prescriptions": {
            "patient_id": "007",
            "exercise": "heel_raise",
            "start_date": date(2026, 1, 5),
            "days_per_week": 5,
        },
        "sessions": {"patient_id": "007", "exercise": "heel_raise", "performed_at": date(2026, 1, 6), "reps": 10},
    }.items():
        sheet = workbook[table]
        place = {str(cell.value).rstrip("*").strip(): cell.column for cell in sheet[1]}
        for column, value in cells.items():
            sheet.cell(2, place[column], value)
    workbook.save(path)
    result = run("check", path)
    assert result.exit_code == 0, result.output
    study = fd.read_study(path)
    assert (study.patient_ids, len(study.sessions), len(study.prescriptions)) == (["007"], 1, 1)


def test_an_empty_workbook_is_no_study_yet(run: Run, tmp_path: Path) -> None:
    run("template", "--out", tmp_path / "log.xlsx")
    result = run("check", tmp_path / "log.xlsx")
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize(("name", "why"), [("log.csv", "ends in .xlsx"), ("there.xlsx", "exists")])
def test_nothing_is_written_over_a_log(run: Run, tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "there.xlsx").write_bytes(b"somebody's log")
    result = run("template", "--out", tmp_path / name)
    assert result.exit_code == 2
    assert why in result.stderr
    assert (tmp_path / "there.xlsx").read_bytes() == b"somebody's log"


def test_the_schemas_printed_are_those_in_the_repository(run: Run, tmp_path: Path) -> None:
    printed = json.loads(run("schema").stdout)
    assert "sessions" in printed
    assert run("schema", "--out", tmp_path / "schemas").exit_code == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "schemas").iterdir()}
    assert json.loads(written["sessions.json"]) == printed["sessions"]
    assert written == {path.name: path.read_bytes() for path in (ROOT / "data" / "schemas").iterdir()}
