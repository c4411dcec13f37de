"""What the README tells people to type is what we run ourselves."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest

from footdrop_analytics.cli import main
from tests.project._tree import ROOT, files

README = (ROOT / "README.md").read_text(encoding="utf-8")
SET_UP = (
    "python3 -m venv .venv && .venv/bin/pip install -q --require-hashes -r requirements.lock && "
    ".venv/bin/pip install -q --no-deps --no-build-isolation . && "
)


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def _shown_commands() -> list[str]:
    texts = [README, *(path.read_text(encoding="utf-8") for path in files(".md", under=ROOT / "docs"))]
    lines = [line.strip() for text in texts for block in _blocks(text, "sh") for line in block.splitlines()]
    return sorted({line for line in lines if line.startswith("footdrop ")})


def test_two_single_lines_set_up_and_run() -> None:
    first, second = (block.strip() for block in _blocks(README, "sh")[:2])
    assert first == SET_UP + ".venv/bin/footdrop demo"
    assert second.startswith(SET_UP + ".venv/bin/python -m pytest")
    assert "\n" not in first + second


def test_ci_runs_the_readmes_own_test_line() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    pattern = re.search(r"test_line=\$\(grep -E '(.*)' README\.md\)", script)
    assert pattern
    found = [line for line in README.splitlines() if re.search(pattern[1], line)]
    assert found == [_blocks(README, "sh")[1].strip()]
    assert '-c "$test_line"' in script


def test_shown_commands_take_the_options_shown() -> None:
    lines = _shown_commands()
    assert len(lines) > 5
    for line in lines:
        name, *arguments = shlex.split(line)[1:]
        if name.startswith("-"):
            continue
        command = main.commands[name]
        options, _, _ = command.make_parser(click.Context(command)).parse_args(arguments)
        assert isinstance(options, dict), line


def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = _blocks(README, "python")
    shutil.copytree(ROOT / "data" / "demo", tmp_path / "data" / "demo")
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {})
    assert "patient_id" in capsys.readouterr().out
    assert (tmp_path / "report.html").stat().st_size > 10_000


def test_every_link_leads_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *files(".md", under=ROOT / "docs")):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert "://" in target or (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_module_that_the_architecture_names_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_/]+\.py)`", page))
    assert named
    there = [path.as_posix() for path in files(".py")]
    assert not [module for module in named if not any(path.endswith(f"/{module}") for path in there)]
