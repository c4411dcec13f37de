"""Two versions on one study: every change is found, nothing else is, and the changelog's lines are told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import footdrop_analytics as fd
from footdrop_analytics.cli import main
from footdrop_analytics.comparison.changes import EVERYTHING, OF_TABLE, UNRELEASED, behind, compare, lines, parsed
from footdrop_analytics.comparison.results_file import KEPT, Results, read_results, results_of
from tests.project._tree import ROOT

Facts = dict[str, dict[str, dict[str, list[list[object]]]]]


@pytest.fixture(scope="module")
def now() -> Results:
    return results_of(fd.analyse(fd.simulate(patients=6, weeks=8, seed=3)), {"as_of": None})


@pytest.fixture
def file(now: Results, tmp_path: Path) -> Path:
    (tmp_path / "then.json").write_text(now.to_json(), encoding="utf-8")
    return tmp_path / "then.json"


def _changed(file: Path, change: Callable[[Facts], None]) -> Results:
    facts = json.loads(file.read_text(encoding="utf-8"))
    change(facts)
    file.write_text(json.dumps(facts), encoding="utf-8")
    return read_results(file)


def _set(facts: Facts, table: str, column: str, value: object, row: int = 0) -> None:
    found = facts["tables"][table]
    found["rows"][row][found["columns"].index(column)] = value


def test_the_same_results_have_no_change_after_a_way_through_a_file(file: Path, now: Results) -> None:
    found = compare(read_results(file), now)
    assert (len(found.changes), found.files, dict(found.parameters)) == (0, (), {})
    assert found.n_patients == 6


def test_each_kind_of_change_is_found_with_its_values(file: Path, now: Results) -> None:
    flags = now.tables["flags"]

    def change(facts: Facts) -> None:
        _set(facts, "readiness", "state", "paused")
        _set(facts, "trends", "verdict", "falling")
        _set(facts, "criteria", "met", None, row=1)
        _set(facts, "adherence", "due", 1.5)
        _set(facts, "adherence_28d", "credited_28d", now.tables["adherence_28d"]["credited_28d"][0] * (1 + 1e-8))
        facts["tables"]["flags"]["rows"].pop(0)
        facts["tables"]["persistence"]["rows"].pop(0)

    found = compare(_changed(file, change), now).changes
    told = {(row.kind, row.table, row.column): (row.before, row.after) for row in found.itertuples()}
    state, verdict = now.tables["readiness"]["state"][0], now.tables["trends"]["verdict"][0]
    met, due = now.tables["criteria"]["met"][1], now.tables["adherence"]["due"][0]
    assert told == {
        ("state", "readiness", "state"): ("paused", state),
        ("verdict", "trends", "verdict"): ("falling", verdict),
        ("criterion", "criteria", "met"): (None, str(met)),
        ("number", "adherence", "due"): ("1.5", f"{due:.9g}"),
        ("flag", "flags", flags["rule_id"][0]): (None, "open"),
        ("number", "persistence", "(row)"): (None, "there"),
    }
    flag = found[found["kind"] == "flag"].iloc[0]
    assert (flag["patient_id"], flag["about"]) == (
        flags["patient_id"][0],
        f"{flags['rule_id'][0]} {flags['severity'][0]} {flags['day'][0]}",
    )


def test_hashes_tell_whether_the_log_itself_changed(good: Path, tmp_path: Path) -> None:
    before = results_of(fd.analyse(fd.read_study(good)), {})
    with (good / "sessions.csv").open("a", encoding="utf-8") as log:
        log.write("P1,2026-01-29,heel_raise,both,1,8,2,fine\n")
    found = compare(before, results_of(fd.analyse(fd.read_study(good)), {}))
    assert found.files == (
        "sessions.csv (sessions) is new or has changed",
        "1 of sessions then is not there now",
    )
    assert set(found.changes["patient_id"]) >= {"P1"}


def test_a_result_file_holds_no_name_and_no_text_that_somebody_wrote(tmp_path: Path) -> None:
    study = fd.read_study(ROOT / "data" / "demo", today="2026-11-30")
    analysis = fd.analyse(study)
    content = results_of(analysis, {}).to_json()
    notes = [
        str(one) for table in ("sessions", "events", "checkins") for one in getattr(study, table)["notes"].dropna()
    ]
    written = {*study.patients["clinician"].dropna(), *notes, *study.sources["file"], *analysis.flags["message"]}
    assert len(written) > 50
    assert [text for text in written if text in content] == []
    assert all(patient in content for patient in study.patient_ids)


def test_a_file_that_is_none_or_damaged_is_refused(file: Path, tmp_path: Path) -> None:
    whole = json.loads(file.read_text(encoding="utf-8"))
    bad: dict[str, object] = {
        "is no JSON": "{",
        "is no result file": [1],
        "of form 2": {**whole, "schema_version": 2},
        "is damaged": {**whole, "tables": {**whole["tables"], "flags": {"columns": ["x"], "rows": [[1, 2]]}}},
        "damaged": {**whole, "asked": []},
        "damaged (": {key: value for key, value in whole.items() if key != "sources"},
    }
    bad["is no JSON of"] = "[" * 100_000
    for said, content in bad.items():
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        with pytest.raises(fd.StudyError, match=re.escape(said)):
            read_results(file)
    with pytest.raises(fd.StudyError, match="cannot be read"):
        read_results(tmp_path / "nowhere.json")


def test_lines_of_the_changelog_go_by_what_changed(file: Path, now: Results) -> None:
    changelog = """
## [Unreleased]

### Changes of results

- **Trends.** The verdict `falling` is called `declining`.
- **Adherence, persistence.** Something else.
- **Reading.** A column is
  read.

## [0.3.0] - 2027-01-01

### Changes of results

- **Trends.** Another.
- **Flags.** Nothing of this.

## [0.1.0] - 2026-01-01

### Changes of results

- **Trends.** Known to the earlier version.
"""
    changes = compare(_changed(file, lambda facts: _set(facts, "trends", "verdict", "falling")), now).changes
    found = behind(changes, "0.2.9", list(parsed(changelog)))
    assert [(line.release, line.text, names) for line, names in found] == [
        (UNRELEASED, "**Trends.** The verdict `falling` is called `declining`.", ["falling"]),
        ("0.3.0", "**Trends.** Another.", []),
        (UNRELEASED, "**Reading.** A column is read.", []),
    ]
    assert behind(changes.head(0), "0.2.9", list(parsed(changelog))) == []


def test_every_line_of_our_changelog_says_what_it_touches() -> None:
    assert len(lines()) > 20
    known = {*OF_TABLE.values(), EVERYTHING, "outcomes", "caseload", "words"}
    assert [line.text[:60] for line in lines() if not line.subjects or not line.subjects <= known] == []
    assert set(OF_TABLE) == set(KEPT)


def _footdrop(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_the_command_saves_compares_and_says_so_by_its_code(good: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "then.json", tmp_path / "changes.csv"
    saved = _footdrop("compare", good, "--save", file, "--as-of", "2026-01-20")
    assert (saved.exit_code, file.is_file()) == (0, True)
    same = _footdrop("compare", good, "--with", file)
    assert same.exit_code == 0, same.output
    assert "The log is the same: 2 files with the same content." in same.stdout
    assert "No number, state, verdict or flag changes." in same.stdout
    facts = json.loads(file.read_text(encoding="utf-8"))
    assert facts["asked"]["as_of"] == facts["parameters"]["as_of"] == "2026-01-20"
    _set(facts, "readiness", "state", "paused")
    facts["parameters"]["pandas"] = "2.0"
    file.write_text(json.dumps(facts), encoding="utf-8")
    other = _footdrop("compare", good, "--with", file, "--out", out)
    assert other.exit_code == 1
    assert "States: 1" in other.stdout
    assert "P1, heel_raise, both: readiness.state: paused -> " in other.stdout
    assert "pandas: 2.0, now " in other.stdout
    assert "Lines of the changelog that can be behind this" in other.stdout
    assert out.read_text(encoding="utf-8-sig").count("\n") == 2
    told = json.loads(_footdrop("compare", good, "--with", file, "--json").stdout)
    assert (told["changed"]["state"], told["same_log"], len(told["changes"])) == (1, True, 1)


def test_what_cannot_be_compared_ends_with_two(good: Path, tmp_path: Path) -> None:
    file = tmp_path / "then.json"
    file.write_text(results_of(fd.analyse(fd.simulate(patients=2, weeks=4, seed=1)), {}).to_json(), encoding="utf-8")
    for arguments, said in (
        ([], "Name a file"),
        (["--with", file], "of another study"),
        (["--with", tmp_path / "nowhere.json"], "cannot be read"),
        (["--save", good / "then.json"], "--save: "),
    ):
        result = _footdrop("compare", good, *arguments)
        assert (result.exit_code, said in result.stderr) == (2, True), result.output
