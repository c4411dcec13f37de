"""How many lines and tests there are: ``python -m tests.counts`` writes them into docs/how_it_is_tested.md."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.project._tree import PACKAGE, ROOT, files, parsed

PAGE = ROOT / "docs" / "how_it_is_tested.md"
BEGIN, END = "<!-- counts: python -m tests.counts -->\n", "<!-- end of counts -->"


def counts() -> dict[str, tuple[int, int]]:
    """Per folder of tests, and for the package: how many test functions, and how many lines."""
    folders = {path for path in (ROOT / "tests").iterdir() if path.is_dir() and not path.name.startswith("_")}
    found = {f"tests/{folder.name}": _counted(folder) for folder in sorted(folders)}
    return {**found, "all tests": _counted(ROOT / "tests"), "the package": (0, _counted(PACKAGE)[1])}


def _counted(folder: Path) -> tuple[int, int]:
    scripts = files(".py", under=folder)
    functions = (node for path in scripts for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef))
    tests = sum(node.name.startswith("test_") for node in functions)
    return tests, sum(len(path.read_text(encoding="utf-8").splitlines()) for path in scripts)


def table() -> str:
    """The counts as the page has them."""
    rows = [f"| {place} | {tests or ''} | {lines:,} |\n" for place, (tests, lines) in counts().items()]
    return "".join(["| where | test functions | lines |\n", "|---|---:|---:|\n", *rows])


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.split(END)[1], encoding="utf-8")
