"""How commands end: with a code and a sentence, never with a traceback."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result

import footdrop_analytics as fd
from footdrop_analytics.cli import main, output
from tests.each import each
from tests.project._tree import ROOT

Run = Callable[..., Result]
FOOTDROP = [sys.executable, "-m", "footdrop_analytics"]


def test_version_and_module(run: Run) -> None:
    assert run("--version").stdout == f"footdrop {fd.__version__}\n"
    done = subprocess.run([*FOOTDROP, "--version"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"footdrop {fd.__version__}\n"


@each("command", ["check", "caseload"])
def test_a_study_that_is_not_there_cannot_be_read(run: Run, command: str, tmp_path: Path) -> None:
    result = run(command, tmp_path / "nowhere")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert "nowhere" in result.stderr
    assert "Traceback" not in result.output


@each(
    "arguments",
    [
        ["report", "study"],
        ["caseload", "study", "--as-of", "tomorrow"],
        ["report", "study", "--out", "x", "--audience", "everybody"],
        ["sing"],
        ["check"],
    ],
)
def test_a_wrong_call_is_explained(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_an_empty_folder_is_explained(run: Run, tmp_path: Path) -> None:
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert "sessions" in result.stderr


def test_what_a_file_says_cannot_act_on_the_terminal_through_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sessions.csv").write_text("patient\x1b[31m,when\n1,2\n", encoding="utf-8")
    (tmp_path / "prescriptions.csv").write_text("patient_id\n1\n", encoding="utf-8")
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert "\x1b" not in result.output


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (fd.StudyError("no sessions."), 2, "Error: no sessions.\n"),
        (PermissionError(13, "Permission denied", "logs/a.csv"), 2, "Error: logs/a.csv: Permission denied.\n"),
        (KeyboardInterrupt(), 130, "\nStopped. No file is left half-written.\n"),
        (
            KeyError("x"),
            2,
            "Error: footdrop check study: stopped over something that footdrop does not expect (KeyError: 'x')",
        ),
        (MemoryError(), 2, "Error: footdrop check study: this needs more memory than is free."),
    ],
)
def test_each_way_to_fail_has_its_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(fd, "read_study", fail, raising=False)
    result = run("check", "study")
    assert result.exit_code == code
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == said.count("\n") or not said.endswith("\n")
    if code == 2:
        details = run("check", "study", "--debug").stderr
        assert "Traceback" in details
        assert details.endswith(result.stderr)


def test_a_closed_pipe_is_no_error(good: Path) -> None:
    command = f"'{sys.executable}' -m footdrop_analytics check '{good}' --json | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("{\n", "", 0)


INTERRUPTED = """
import json, os, pathlib, signal, sys
from footdrop_analytics.cli import main

def stop_before(rename):
    def instead(*paths):
        if pathlib.Path(str(paths[-1])).name.startswith(file):
            os.kill(os.getpid(), signal.SIGINT)
        return rename(*paths)
    return instead

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
os.replace, pathlib.Path.replace = stop_before(os.replace), stop_before(pathlib.Path.replace)
for file, command in json.loads(sys.argv[1]):
    try:
        main(command)
    except SystemExit as end:
        print(file, end.code, file=sys.stderr)
"""
"""Press Ctrl-C at the worst moment: a file is written, but does not have its name yet."""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to another process")
def test_ctrl_c_leaves_no_traceback_and_nothing_half_written(good: Path) -> None:
    cases = [
        ("sessions.csv", ["simulate", "--out", "simulated", "--patients", "2", "--weeks", "4"], 1),  # the label
        ("p2", ["report", "good", "--out", "reports"], 1),
        ("rejected.csv", ["check", "good", "--out", "checked/rejected.csv"], 0),
        ("log.xlsx", ["template", "--out", "template/log.xlsx"], 0),
    ]
    around = {**os.environ, "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-c", INTERRUPTED, json.dumps([case[:2] for case in cases])]
    done = subprocess.run(call, cwd=good.parent, env=around, capture_output=True, text=True, check=True)
    said = [line for file, *_ in cases for line in ("Stopped. No file is left half-written.", f"{file} 130")]
    assert [line for line in done.stderr.splitlines() if line] == said
    for _, command, left in cases:
        folder = good.parent / command[command.index("--out") + 1].split("/")[0]
        assert len(list(folder.iterdir())) == left


def test_an_output_that_cannot_be_written_is_explained(run: Run, good: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    result = run("check", good, "--out", tmp_path / "file" / "rejected.csv")
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.skipif(os.name == "nt", reason="a shell's way to close a stream")
def test_a_reader_who_has_gone_stops_no_work(bad: Path) -> None:
    footdrop = f"'{sys.executable}' -m footdrop_analytics"
    for call in (
        f"{footdrop} report '{bad}' --out '{bad.parent}/reports' | true; exit ${{PIPESTATUS[0]}}",
        f"{footdrop} caseload '{bad}' --out '{bad.parent}/caseload.csv' >&-",
    ):
        done = subprocess.run(["bash", "-c", call], cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert (bad.parent / "reports" / "index.html").is_file()
    assert (bad.parent / "caseload.csv").is_file()


def test_a_full_disk_behind_standard_output_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(output, "click", SimpleNamespace(echo=full))
    assert main(["schema"], standalone_mode=False) == 2
    assert capsys.readouterr().err == "Error: standard output: No space left on device.\n"


def test_a_name_that_is_blank_is_refused(run: Run, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(good)
    before = sorted(good.iterdir())
    for call in (
        ["check", good, "--out", ""],
        ["caseload", good, "--out", " "],
        ["report", good, "--out", ""],
        ["check", ""],
    ):
        result = run(*call)
        assert result.exit_code == 2
        assert "found nothing" in result.stderr
    assert sorted(good.iterdir()) == before


def test_no_result_becomes_a_file_of_the_study_or_takes_the_place_of_one(run: Run, good: Path, tmp_path: Path) -> None:
    """Neither of a log nor of rules, under any of their names: reading would take it, or tell of a file not read."""
    elsewhere = tmp_path / "events.csv"
    elsewhere.write_text("patient_id,occurred_on,kind\nP1,2026-01-20,fall\n", encoding="utf-8")
    (good / "events.csv").symlink_to(elsewhere)
    (tmp_path / "hard.csv").hardlink_to(good / "sessions.csv")
    (tmp_path / "link").symlink_to(good)
    rules = tmp_path / "rules.csv"
    rules.write_text("{}\n", encoding="utf-8")
    before = {path: (path.read_bytes(), path.is_symlink()) for path in (*good.iterdir(), elsewhere, rules)}
    inside = ["sessions.csv", "events.csv", "sessions_rejected.csv", "caseload.csv", "2026/visits.csv"]
    names = [*(good / name for name in inside), elsewhere, tmp_path / "hard.csv", tmp_path / "link" / "new.csv"]
    for command in ("check", "caseload", "reviews", "backtest"):
        for name in names:
            result = run(command, good, "--out", name)
            assert (result.exit_code, "Name a" in result.stderr) == (2, True), name
    assert run("caseload", good, "--rules", rules, "--out", rules).exit_code == 2
    assert run("compare", good, "--save", tmp_path / "then.json").exit_code == 0
    assert run("compare", good, "--with", tmp_path / "then.json", "--save", tmp_path / "then.json").exit_code == 2
    assert run("compare", good, "--with", tmp_path / "then.json", "--out", tmp_path / "then.json").exit_code == 2
    assert {path: (path.read_bytes(), path.is_symlink()) for path in before} == before
    assert sorted(path.name for path in good.iterdir()) == ["events.csv", "prescriptions.csv", "sessions.csv"]
    assert run("check", good, "--out", tmp_path / "rejected.csv").exit_code == 0
