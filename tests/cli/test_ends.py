"""How commands end: with a code and a sentence, never with a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import footdrop_analytics as fd
from footdrop_analytics.cli import app
from tests.project._tree import ROOT

Run = Callable[..., Result]
FOOTDROP = [sys.executable, "-m", "footdrop_analytics"]


def test_version_and_module(run: Run) -> None:
    assert run("--version").stdout == f"footdrop {fd.__version__}\n"
    done = subprocess.run([*FOOTDROP, "--version"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"footdrop {fd.__version__}\n"


@pytest.mark.parametrize("command", ["check", "caseload"])
def test_a_study_that_is_not_there_cannot_be_read(run: Run, command: str, tmp_path: Path) -> None:
    result = run(command, tmp_path / "nowhere")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert "nowhere" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
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
        (BrokenPipeError(), 0, ""),
    ],
)
def test_each_way_to_fail_has_its_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(fd, "read_study", fail, raising=False)
    monkeypatch.setattr(app, "_leave_the_pipe", lambda: None)
    result = run("check", "study")
    assert (result.exit_code, result.stderr) == (code, said)


def test_a_closed_pipe_is_no_error(good: Path) -> None:
    command = f"'{sys.executable}' -m footdrop_analytics check '{good}' --json | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("{\n", "", 0)


INTERRUPTED = """
import os, pathlib, signal, sys
from footdrop_analytics.cli import main

def stop_before(rename):
    def instead(*paths):
        if pathlib.Path(str(paths[-1])).name.startswith(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGINT)
        return rename(*paths)
    return instead

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
os.replace, pathlib.Path.replace = stop_before(os.replace), stop_before(pathlib.Path.replace)
main(sys.argv[2:])
"""
"""Press Ctrl-C at the worst moment: a file is written, but does not have its name yet."""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to another process")
@pytest.mark.parametrize(
    ("file", "command", "left"),
    [
        ("sessions.csv", ["simulate", "--out", "out", "--patients", "2", "--weeks", "4"], 0),
        ("p2", ["report", "good", "--out", "out"], 1),
        ("rejected.csv", ["check", "good", "--out", "out/rejected.csv"], 0),
        ("log.xlsx", ["template", "--out", "out/log.xlsx"], 0),
    ],
)
def test_ctrl_c_leaves_no_traceback_and_nothing_half_written(
    good: Path, file: str, command: list[str], left: int
) -> None:
    around = {**os.environ, "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-c", INTERRUPTED, file, *command]
    done = subprocess.run(call, cwd=good.parent, env=around, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (130, "Stopped. No file is left half-written.")
    assert len(list((good.parent / "out").iterdir())) == left


def test_an_output_that_cannot_be_written_is_explained(run: Run, good: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    result = run("check", good, "--out", tmp_path / "file" / "rejected.csv")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
