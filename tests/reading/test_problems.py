"""The summary behind ``footdrop check``, and CSV that people open in a spreadsheet."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd

from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.check import check_summary
from footdrop_analytics.reading.spreadsheets import to_csv_safe
from tests.each import each

from .helpers import read

S = "patient_id,performed_at,exercise,reps"
_EVENTS = "patient_id,occurred_on,kind\nP1,2026-01-02,fel\nP1,2026-01-02,zumba\n"
GOOD = "P1,2026-01-02,heel_raise,10\n"


def test_counts_add_up_and_reasons_are_grouped(tmp_path: Path) -> None:
    bad = "".join(f"P1,{day:02d}/04/2026,heel_raise,10\n" for day in range(1, 6))
    study = read(tmp_path, sessions=f"{S}\n{GOOD}{bad}P2,2026-01-02,heel_rase,-1\n", sessions_2=f"{S}\n{GOOD}")
    found = check_summary(study)
    assert found["files"][0] == {
        "table": "sessions", "file": "sessions.csv", "rows": 7, "valid": 2, "duplicates": 0, "rejected": 5,
    }  # fmt: skip
    assert found["tables"][0] == {
        "table": "sessions", "files": 2, "rows": 8, "valid": 2, "duplicates": 1, "rejected": 5,
    }  # fmt: skip
    first = found["problems"][0]
    assert (first["column"], first["problem"], first["rows"]) == (
        "performed_at",
        "day and month are never guessed",
        4,
    )  # 4 April is one day in either order
    assert "--date-format" in first["advice"]
    assert [example["row"] for example in first["examples"]] == [3, 4, 5]
    assert {group["column"] for group in found["problems"]} == {"performed_at", "exercise", "reps"}
    assert json.loads(json.dumps(found)) == found


def test_reasons_that_name_something_of_their_row_are_one_problem(tmp_path: Path) -> None:
    bad = "P1,2026-01-02,heel_rase,10\nP1,2026-01-02,toe raises,10\nP1,2026-01-02,zumba,10\n"
    plan = "patient_id,exercise,start_date,days_per_week,weekdays,reps"
    versions = (
        "P1,heel_raise,2026-01-01,4,mon,10\nP1,heel_raise,2026-01-02,3,mon,10\nP1,heel_raise,2026-01-03,3,,8-10\n"
    )
    surplus = "P1,2026-01-02,heel_raise,10,a\nP1,2026-01-02,heel_raise,10,b\n"
    found = check_summary(
        read(tmp_path, sessions=f"{S}\n{GOOD}{bad}{surplus}", prescriptions=f"{plan}\n{versions}", events=_EVENTS)
    )
    assert [(one["column"], one["problem"], one["rows"]) for one in found["problems"]] == [
        ("exercise", "unknown exercise key", 3),
        ("beyond the header", "a cell beyond the header", 2),
        ("weekdays", "another number of days than days_per_week", 2),
        ("kind", f"not one of {', '.join(COLUMNS['events']['kind'].allowed)}", 2),
        ("reps", "may be one of two numbers", 1),
    ]
    assert len({one["reason"] for one in found["problems"][0]["values"]}) == 3


def test_a_clean_study_has_no_problems(tmp_path: Path) -> None:
    found = check_summary(read(tmp_path))
    assert found["problems"] == []
    assert found["patients"] == 1
    assert (found["first_day"], found["as_of"]) == ("2026-01-02", "2026-01-02")


@each("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"])
def test_cells_that_a_spreadsheet_would_run_are_defused(cell: str) -> None:
    text = to_csv_safe(pd.DataFrame({"id": pd.Categorical([cell, "ok"]), "words": ["ok", cell], "n": [-1, -2.5]}))
    again = pd.read_csv(io.StringIO(text, newline=""))
    assert again["id"].tolist() == [f"'{cell}", "ok"]
    assert again["words"].tolist() == ["ok", f"'{cell}"]
    assert again["n"].tolist() == [-1, -2.5]


def test_the_rejected_table_is_written_safe_and_whole(tmp_path: Path) -> None:
    study = read(tmp_path, sessions=f"{S}\n{GOOD}=cmd(),2026-01-02,-1,5\n")
    to_csv_safe(study.rejected, tmp_path / "rejected.csv")
    again = pd.read_csv(tmp_path / "rejected.csv")
    assert again["patient_id"].tolist() == ["'=cmd()"]
    assert again["value"].tolist() == ["'-1"] or again["value"].tolist() == [-1]
    assert json.loads(again["original"].iloc[0])["exercise"] == "-1"


def test_missing_cells_stay_blank() -> None:
    assert (
        to_csv_safe(pd.DataFrame({"a": pd.array([None, "x"], dtype="str"), "b": [1.0, None]}))
        == "a,b\r\n,1.0\r\nx,\r\n"
    )
