"""``footdrop template`` and ``footdrop schema``: what people fill in, and what programs write."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
from click.testing import Result

import footdrop_analytics as fd
from footdrop_analytics.knowledge import Exercise
from tests.each import each
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


@each("name, why", [("log.csv", "ends in .xlsx"), ("there.xlsx", "exists")])
def test_nothing_is_written_over_a_log(run: Run, tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "there.xlsx").write_bytes(b"somebody's log")
    result = run("template", "--out", tmp_path / name)
    assert result.exit_code == 2
    assert why in result.stderr
    assert (tmp_path / "there.xlsx").read_bytes() == b"somebody's log"


def test_own_exercises_begin_with_a_file_of_every_field_and_its_default(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "exercises.yaml"
    assert run("template", "--exercises", "--out", path).exit_code == 0
    short = fd.load_exercises(path)["my_exercise"]
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^    # ", "    ", text, flags=re.MULTILINE), encoding="utf-8")
    assert fd.load_exercises(path)["my_exercise"] == short, "what the lines say holds if they are left out"
    fields = set(Exercise.model_fields) - {"key"}
    assert fields == set(re.findall(r"^    (?:# )?([a-z_]+):", text, flags=re.MULTILINE))
    assert run("template", "--exercises", "--out", path).exit_code == 2
    assert "ends in .yaml" in run("template", "--exercises", "--out", tmp_path / "own.xlsx").stderr


def test_everything_wrong_with_own_exercises_is_said_at_once(run: Run, good: Path) -> None:
    own = "exercises:\n  Toe-Taps: {name: Taps, unit: reps}\n  taps: {unit: rep}\n"
    own += "  heel_raise: {mode: actve, plausible: {reps: 0}}\n"
    (good / "exercises.yaml").write_text(own, encoding="utf-8")
    result = run("check", good)
    assert result.exit_code == 2
    for fault in ("Toe-Taps", "taps, name", "taps, unit", "heel_raise, mode", "heel_raise, plausible, reps"):
        assert fault in result.stderr


def test_a_name_and_a_unit_are_enough_to_log_it(run: Run, good: Path) -> None:
    (good / "exercises.yaml").write_text("exercises:\n  toe_taps: {name: Toe taps, unit: reps}\n", encoding="utf-8")
    log = "patient_id,performed_at,exercise,side,reps\nP1,2026-01-28,Toe tap,both,20\n"
    (good / "sessions_2.csv").write_text(log, encoding="utf-8")
    assert run("report", good, "--out", good.parent / "reports", "--patient", "P1").exit_code == 0
    pages = [path.read_text(encoding="utf-8") for path in (good.parent / "reports").glob("*.html")]
    assert any("Toe taps" in page for page in pages)


def test_the_schemas_printed_are_those_in_the_repository(run: Run, tmp_path: Path) -> None:
    printed = json.loads(run("schema").stdout)
    assert "sessions" in printed
    assert run("schema", "--out", tmp_path / "schemas").exit_code == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "schemas").iterdir()}
    assert json.loads(written["sessions.json"]) == printed["sessions"]
    assert written == {path.name: path.read_bytes() for path in (ROOT / "data" / "schemas").iterdir()}
