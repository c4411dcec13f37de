"""``footdrop caseload``: a table for people, JSON for programs, CSV for spreadsheets."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result

import footdrop_analytics as fd
from footdrop_analytics.cli.caseload import WIDTHS
from footdrop_analytics.cli.output import print_table, visible
from tests.cli.conftest import HOSTILE
from tests.project._tree import ROOT

Run = Callable[..., Result]
DEMO = ROOT / "data" / "demo"


@pytest.fixture(scope="module")
def caseload() -> pd.DataFrame:
    return fd.analyse(fd.read_study(DEMO)).caseload


def test_every_patient_of_the_demo_has_a_row_in_the_order_of_the_analysis(run: Run, caseload: pd.DataFrame) -> None:
    result = run("caseload", DEMO)
    ids = [line.split()[0] for line in result.stdout.splitlines() if line.startswith(" SIM-")]
    assert ids == caseload["patient_id"].tolist()
    assert "As of 2025-12-21. 13 patients. Logs of 1 patient handed in through 2025-11-30; of the" in result.stdout
    assert "Reviewed when opened; not monitored in real time." in result.stdout
    days = caseload["falls_asked_28d"]
    told = f"In the last 28 days {(days > 0).sum()} of 13 patients were asked about falls, on {days.sum()} days in all."
    assert told in result.stdout
    assert "Synthetic data" in result.stdout
    assert re.search(r"\d+ of (about )?\d+", result.stdout)


@pytest.mark.parametrize("columns", [None, 140])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut(
    run: Run, caseload: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, columns: int | None
) -> None:
    if columns is not None:
        monkeypatch.setenv("COLUMNS", str(columns))
    table = [line for line in run("caseload", DEMO).stdout.splitlines() if line.startswith(" ")]
    assert table
    assert max(map(len, table)) <= (columns or 80)
    assert not [line for line in table if "…" in line]
    # In a narrow column words go on in the next line.
    column = next(line.index("Why") for line in table if "Why" in line)
    shown = "".join("".join(line[column:] for line in table).split())
    for why in caseload["why"]:
        assert "".join(why.split()) in shown


def test_json_is_the_analysis(run: Run, caseload: pd.DataFrame) -> None:
    facts = json.loads(run("caseload", DEMO, "--json").stdout)
    assert [row["patient_id"] for row in facts["patients"]] == caseload["patient_id"].tolist()
    credited = [float("nan") if row["credited_28d"] is None else row["credited_28d"] for row in facts["patients"]]
    assert credited == pytest.approx(caseload["credited_28d"].tolist(), abs=0, nan_ok=True)
    assert facts["patients"][0].keys() == set(caseload.columns)
    assert facts["as_of"] == "2025-12-21"
    assert "not monitored" in facts["note"]


def test_the_last_day_that_counts_can_be_said(run: Run, good: Path) -> None:
    facts = json.loads(run("caseload", good, "--json", "--as-of", "2026-01-12").stdout)
    assert facts["as_of"] == "2026-01-12"
    assert {row["last_row_day"] for row in facts["patients"]} == {"2026-01-11"}


def test_hostile_ids_print_as_they_are(run: Run, hostile: Path) -> None:
    result = run("caseload", hostile)
    assert result.exit_code == 1
    shown = "".join(result.stdout.split())
    for one in HOSTILE:
        assert visible(one)[:20] in shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", result.output)
    patients = json.loads(run("caseload", hostile, "--json").stdout)["patients"]
    assert sorted(row["patient_id"] for row in patients) == sorted(HOSTILE)


def test_csv_for_a_spreadsheet_runs_nothing(run: Run, hostile: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "caseload.csv"
    assert run("caseload", hostile, "--out", out).exit_code == 1
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["as_of"] for row in rows} == {"2026-01-29"}
    assert "'=1+1" in {row["patient_id"] for row in rows}
    assert "007" in {row["patient_id"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if re.match(r"\s*[=+@]", cell)]


def test_rejected_rows_are_said_beside_the_result(run: Run, bad: Path) -> None:
    result = run("caseload", bad)
    assert result.exit_code == 1
    assert result.stderr.startswith("1 row was rejected and in no result")
    assert "To see why: footdrop check" in result.stderr
    assert "Traceback" not in result.output


def test_words_never_promise(run: Run) -> None:
    assert not re.search(r"\b(ready|safe|cleared|should progress)\b", run("caseload", DEMO).output, re.IGNORECASE)


def test_rules_of_ones_own_change_what_is_met(run: Run, tmp_path: Path) -> None:
    rules = tmp_path / "strict.yaml"
    rules.write_text("rules_version: strict\nrules:\n  adherence:\n    parameters: {min_share: 1.0}\n")
    own = run("caseload", DEMO, "--json", "--rules", rules)
    usual = json.loads(run("caseload", DEMO, "--json").stdout)["patients"]
    met = {row["patient_id"]: (row["n_criteria_met"], row["n_check"]) for row in usual}
    strict = {row["patient_id"]: (row["n_criteria_met"], row["n_check"]) for row in json.loads(own.stdout)["patients"]}
    assert strict != met


def test_broken_rules_are_refused_with_their_place(run: Run, tmp_path: Path) -> None:
    rules = tmp_path / "broken.yaml"
    rules.write_text("rules_version: broken\nrules:\n  adherance: {enabled: false}\n")
    result = run("caseload", DEMO, "--rules", rules)
    assert result.exit_code == 2
    assert "broken.yaml" in result.stderr
    assert "adherance" in result.stderr


def test_no_word_of_a_reason_is_lost_however_long_the_ids(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reasons = ["Falling: Heel raise, right (43 days).", "No exercise for a while, 0 of 60 sessions in 28 days."]
    for width in ("20", "40", "60", "80", "120"):
        monkeypatch.setenv("COLUMNS", width)
        for length in (3, 8, 12, 20, 36, 300):
            ids = ["P" * length, "Q2"]
            cells = ["1", "5", "34 of 40", "85 %", "2025-12-19"]
            print_table(WIDTHS, [[one, *cells, why] for one, why in zip(ids, reasons, strict=True)])
            shown = capsys.readouterr().out
            words = shown.split()
            assert not [word for why in reasons for word in why.split() if word not in words], (width, length)
            assert "".join(shown.split()).count("P") >= length
            assert max(map(len, shown.splitlines())) <= max(int(width), length + 1), (width, length)
