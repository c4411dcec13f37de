"""``footdrop check``: everything that was found, in words or for a program."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result

Run = Callable[..., Result]


def test_a_good_study_is_fine(run: Run, good: Path) -> None:
    result = run("check", good)
    assert result.exit_code == 0, result.output
    assert "As of 2026-01-29. 3 patients." in result.stdout
    assert "Rejected: none." in result.stdout
    assert "not monitored in real time" in result.stdout


def test_rejected_rows_are_counted_with_reason_and_place(run: Run, bad: Path) -> None:
    result = run("check", bad)
    assert result.exit_code == 1
    assert "Rejected: 1 row, in no result." in result.stdout
    assert "sessions.csv, row 28: '03/04/2026'" in result.stdout
    assert "--date-format" in result.stdout
    assert "row 29: reps '-3' was read as missing" in result.stdout
    assert "row 29: pain_0_10 '11' was read as missing" in result.stdout


def test_json_is_pure_and_adds_up(run: Run, bad: Path) -> None:
    result = run("check", bad, "--json")
    facts = json.loads(result.stdout)
    assert result.exit_code == 1
    assert facts["as_of"] == "2026-01-29"
    assert facts["rejected_rows"] == 1
    assert facts["tables"]
    for table in facts["tables"]:
        assert table["rows"] == table["valid"] + table["duplicates"] + table["rejected"]
    assert sum(problem["rows"] for problem in facts["problems"]) == 1


def test_the_date_format_can_be_said(run: Run, bad: Path) -> None:
    facts = json.loads(run("check", bad, "--json", "--date-format", "%d/%m/%Y").stdout)
    assert facts["rejected_rows"] == 0


def test_rejected_rows_as_csv_run_nothing(run: Run, hostile: Path, tmp_path: Path) -> None:
    with (hostile / "sessions.csv").open("a", encoding="utf-8") as log:
        log.write("=1+1,2026-01-05,=HYPERLINK(1),both,1,8,2,@SUM(A1)\n")
    out = tmp_path / "rejected.csv"
    result = run("check", hostile, "--out", out)
    assert result.exit_code == 1
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    assert rows[-1]["patient_id"] == "'=1+1"
    assert rows[-1]["value"] == "'=HYPERLINK(1)"
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+@" and cell]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_rejected_fall_that_may_be_anybodys_stands_at_the_head(run: Run, good: Path) -> None:
    (good / "events.csv").write_text("patient_id,occurred_on,kind\n,2026-01-20,fall\n", encoding="utf-8")
    result = run("check", good)
    assert result.exit_code == 1
    head = result.stdout.split("Table")[0]
    assert "events.csv, row 2 was rejected and names no patient of this study" in head
    assert json.loads(run("check", good, "--json").stdout)["events_without_patient"]


@pytest.mark.parametrize("command", ["check", "caseload", "backtest", "reviews"])
def test_a_program_reads_the_head_that_people_read(run: Run, good: Path, command: str) -> None:
    (good / "events.csv").write_text("patient_id,occurred_on,kind\n,2026-01-20,fall\n", encoding="utf-8")
    facts = json.loads(run(command, good, "--json").stdout)
    assert pd.Timestamp(facts["as_of"]) >= pd.Timestamp("2026-01-18")
    assert facts["note"] == "Reviewed when opened; not monitored in real time."
    assert facts["rejected_rows"] == len(facts["events_without_patient"]) == 1
    assert "days before today" in facts["freshness"][0]


def test_what_was_noticed_is_true_false_or_a_day_for_a_program(run: Run, bad: Path) -> None:
    with (bad / "sessions.csv").open("a", encoding="utf-8") as log:
        log.write("P1,2026-01-05,sit_to_stand,both,1,8,2,\n")
    facts = json.loads(run("check", bad, "--json").stdout)
    assert {note["heads_up"] for note in facts["notes"]} <= {True, False}
    assert {cell["day"] for cell in facts["unread"]} == {"2026-01-28"}


def test_today_is_offered_where_it_can_be_had(run: Run, good: Path) -> None:
    (offer,) = (line for line in run("check", good).stdout.splitlines() if "--as-of today" in line)
    named = re.findall(r"\b(?:caseload|report|tables)\b", offer)
    assert len(named) == 3
    for command in named:
        assert "--as-of" in run(command, "--help").stdout


@pytest.mark.parametrize("command", [("check",), ("caseload",), ("backtest",), ("report", "--out", "reports")])
def test_times_with_an_offset_are_turned_into_the_stated_zone(
    run: Run, good: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run(*command, good, "--timezone", "Berlin/Europe")
    assert refused.exit_code == 2
    assert "timezone: 'Berlin/Europe' is no time zone" in refused.stderr
    assert run(*command, good, "--timezone", "Europe/Berlin").exit_code == 0


def test_the_stated_zone_changes_the_day(run: Run, good: Path) -> None:
    log = "patient_id,performed_at,exercise,side\nP1,2026-02-05T23:30:00Z,heel_raise,both\n"
    (good / "sessions_2.csv").write_text(log, encoding="utf-8")
    as_of = [
        json.loads(run("check", good, "--json", *said).stdout)["as_of"] for said in ((), ("--timezone", "Asia/Tokyo"))
    ]
    assert as_of == ["2026-02-05", "2026-02-06"]


def test_all_is_said_in_the_language_that_is_asked_for(run: Run, good: Path, bad: Path, tmp_path: Path) -> None:
    result = run("check", bad, "--language", "de")
    assert result.exit_code == 1
    for words in (
        "Stichtag 2026-01-29.",
        "Abgewiesen: 1 Zeile, in keinem Ergebnis.",
        "sessions.csv, Zeile 28: '03/04/2026'",
        "Zeile 29: reps '-3' gilt als nicht ausgefüllt",
        "eine negative Zahl ist hier nicht möglich",
    ):
        assert words in result.stdout
    assert "Error: " in (lost := run("check", tmp_path / "nothing", "--language", "fr").stderr)
    assert "il n’y a pas de tel dossier ou classeur" in lost
    assert "Warum" in run("caseload", good, "--language", "de").stdout
    assert "As of 2026-01-29." in run("check", good).stdout
