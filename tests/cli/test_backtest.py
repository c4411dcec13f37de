"""``footdrop backtest``: rules replayed, for people, for programs, and as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]


def test_two_rule_sets_for_people_and_for_programs(run: Run, good: Path, tmp_path: Path) -> None:
    (good / "visits.csv").write_text("patient_id,visited_on,decision\nP1,2026-01-26,harder\n", encoding="utf-8")
    strict = tmp_path / "strict.yaml"
    strict.write_text("rules_version: strict\nrules: {exposure: {parameters: {min_days: 60}}}\n", encoding="utf-8")
    out = tmp_path / "decisions.csv"
    result = run("backtest", good, "--rules", strict, "--out", out)
    assert result.exit_code == 0, result.output
    assert "3 weekly looks, 2026-01-11 to 2026-01-25." in result.stdout
    assert "0 of 3 against 0 of 3 series; none differ." in result.stdout
    assert "The rules against: " in result.stdout
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["rule_set"], row["agrees"]) for row in rows] == [("against", "False"), ("rules", "")]
    facts = json.loads(run("backtest", good, "--json").stdout)
    assert facts["looks"] == ["2026-01-11", "2026-01-18", "2026-01-25"]
    assert {row["rule_set"] for row in facts["series"]} == {"rules"}
    assert run("backtest", good, "--as-of", "2026-01-07").exit_code == 2
