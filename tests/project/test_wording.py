"""What we say to people describes a log; it never tells anyone to go on to something harder."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.project._tree import PACKAGE, ROOT, files, name, parsed

NEVER = re.compile(r"\b(ready|safe|safely|cleared|should progress)\b", re.IGNORECASE)
READ_TWICE = re.compile(
    r"\b(nobody's|is told(?! apart)|whoever|lies? (before|after)|the way so far|of anyone)\b", re.IGNORECASE
)
"""Turns of phrase that a native reader reads twice; ``docs/style.md`` says what to write instead."""
TEMPLATE_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def _spoken(path: Path) -> list[str]:
    """The texts of a Python file that a person may see: its strings, without docstrings."""
    tree = parsed(path)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    silent = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
    ]


def test_messages_never_promise() -> None:
    for path in files(".py", under=PACKAGE):
        for text in _spoken(path):
            assert not NEVER.search(text), f"{name(path)}: {text!r}"


def test_knowledge_and_templates_never_promise() -> None:
    for path in files(".yaml", ".html", ".j2", ".txt", under=PACKAGE):
        found = NEVER.search(TEMPLATE_CODE.sub("", path.read_text(encoding="utf-8")))
        assert found is None, f"{name(path)}: {found and found.group()!r}"


def test_texts_and_docstrings_are_read_once() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *files(".md", under=ROOT / "docs")]
    places = [*files(".py", ".yaml", ".j2", under=PACKAGE), *(one for one in pages if one.name != "style.md")]
    twice = []
    for path in places:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            twice += [f"{name(path)}:{number}: {found.group()}" for found in READ_TWICE.finditer(line)]
    assert len(places) > 200
    assert not twice, "\n".join(twice)


def test_the_words_are_looked_for() -> None:
    assert NEVER.search("You are ready for more.")
    assert not NEVER.search("Readiness was read already, for safety.")
    assert READ_TWICE.search("Whoever went quiet is told of.")
    assert not READ_TWICE.search("They can be told apart; nobody is named.")


def test_the_commands_and_their_help_never_promise() -> None:
    from click.testing import CliRunner

    from footdrop_analytics.cli import main

    for command in ("", *main.commands):
        text = CliRunner().invoke(main, [*([command] if command else []), "--help"]).output
        assert "Usage:" in text
        assert not NEVER.search(text), command


def test_the_documents_never_promise() -> None:
    for path in (ROOT / "README.md", *files(".md", under=ROOT / "docs")):
        quoted = re.sub(r'["“`][^"”`]*["”`]', "", path.read_text(encoding="utf-8"))
        assert not NEVER.search(quoted), name(path)
