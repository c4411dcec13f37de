"""What the documents on security and use promise: every test that they name exists, and nothing is left out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from footdrop_analytics.cli import main
from footdrop_analytics.cli.serving.server import Server
from tests.counts import BEGIN, END, PAGE, counts
from tests.project._tree import PACKAGE, ROOT, files, name, parsed

PAGES = ["security.md", "intended_use.md", "how_it_is_tested.md"]

LEVEL_1 = (
    "1.2.1-5 1.3.1-2 1.5.1-1 2.1.1-1 2.2.1-2 2.3.1-1 3.2.1-2 3.3.1-1 3.4.1-2 3.5.1-3 4.1.1-1 4.4.1-1 5.2.1-2 5.3.1-2 "
    "6.1.1-1 6.2.1-8 6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1-1 8.2.1-2 8.3.1-1 9.1.1-3 9.2.1-1 10.4.1-5 11.3.1-2 "
    "11.4.1-1 12.1.1-1 12.2.1-2 13.4.1-1 14.2.1-1 14.3.1-1 15.1.1-1 15.2.1-1 15.3.1-1"
)
"""The requirements of level 1 of the OWASP ASVS 5.0.0: 70."""


def _page(page: str) -> str:
    return (ROOT / "docs" / page).read_text(encoding="utf-8")


def _rows(page: str, heading: str) -> list[list[str]]:
    part = _page(page).split(heading, 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def _functions(path: Path) -> set[str]:
    return {node.name for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_a_page_names_exists() -> None:
    for page in PAGES:
        named = re.findall(r"`(tests/[\w./]*)(?:::(\w+))?`", _page(page))
        assert len(named) > 5, page
        for path, function in named:
            assert (ROOT / path).exists(), f"{page}: {path}"
            assert not function or function in _functions(ROOT / path), f"{page}: {path}::{function}"


def test_every_requirement_of_level_1_has_a_line_with_a_test_or_a_reason() -> None:
    told: list[str] = []
    for requirement, _, here, test in _rows("security.md", "## Self-check"):
        assert here
        assert test
        for part in requirement.split(", "):
            first, _, last = part.partition(" to ")
            section, number = first.rsplit(".", 1)
            told += [f"{section}.{one}" for one in range(int(number), int((last or first).rsplit(".", 1)[1]) + 1)]
    expected = []
    for part in LEVEL_1.split():
        section, first, last = re.fullmatch(r"(\d+\.\d+)\.(\d+)-(\d+)", part).groups()  # type: ignore[union-attr]
        expected += [f"{section}.{one}" for one in range(int(first), int(last) + 1)]
    assert len(expected) == 70
    assert sorted(told) == sorted(expected)


def test_every_command_has_its_line_of_intended_use() -> None:
    parts = " ".join(row[0] for row in _rows("intended_use.md", "## Part by part"))
    assert [command for command in main.commands if f"`{command}`" not in parts] == []


def test_nothing_runs_text_as_code() -> None:
    never = {"eval", "exec", "compile", "__import__", "system", "popen"}
    for path in files(".py", under=PACKAGE):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                of_regex = called == "compile" and isinstance(node.func, ast.Attribute)
                assert called not in never or of_regex, f"{name(path)}:{node.lineno}"
                assert not any(word.arg == "shell" for word in node.keywords), f"{name(path)}:{node.lineno}"
            if isinstance(node, ast.Import):
                assert not {"pickle", "marshal", "shelve"} & {alias.name for alias in node.names}, name(path)


def test_the_token_is_long_and_new_at_each_start() -> None:
    fields = Server.__dataclass_fields__
    tokens = {fields["token"].default_factory() for _ in range(3)}  # type: ignore[misc]
    assert len(tokens) == 3
    assert all(re.fullmatch(r"[0-9a-f]{48}", token) for token in tokens)
    assert not fields["token"].repr


def test_the_counts_of_the_page_are_about_those_of_today() -> None:
    """They are made anew before a release, not with every test."""
    table = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    told = {row[0]: row[1:] for row in (line.strip("|\n ").split(" | ") for line in table.splitlines()[2:])}
    now = counts()
    for place, (tests, lines) in ((place, now[place]) for place in ("all tests", "the package")):
        assert 0.5 * lines < int(told[place][-1].replace(",", "")) < 2 * lines, f"{place}: run  python -m tests.counts"
        assert not tests or 0.5 * tests < int(told[place][0]) < 2 * tests, f"{place}: run  python -m tests.counts"
