"""Habits that hold for every file: size, nothing of one machine, tests that are found."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.conftest import LONG
from tests.project._tree import PACKAGE, ROOT, files, name, parsed
from tests.servers import SERVED

LONGEST_FILE = 350
LONGEST_FUNCTION = 50
FULLEST_FOLDER = 16
"""Modules, its ``__init__`` with them: a folder that a newcomer takes in at a glance."""
SCRIPTS = [path for path in files(".py") if path.relative_to(ROOT).parts[0] in {"footdrop_analytics", "benchmarks"}]
TESTS = [path for path in files(".py", under=ROOT / "tests") if path.name.startswith("test_")]
TEXTUAL = {".py", ".md", ".toml", ".yml", ".yaml", ".cff", ".lock", ".json", ".csv", ".html", ".css", ".js", ".txt", ""}
TEXTS = files(*TEXTUAL)

# Written in two parts, so that this file does not find itself.
ONE_MACHINE = re.compile(
    "pypi" r"\.org|python" r"hosted\.org|-index" r"-url|(?<![.\w])/(?:opt|root|work|home|Users|tmp)" r"/"
)


def test_files_and_functions_stay_short() -> None:
    assert len(SCRIPTS) > 100
    long = []
    for path in SCRIPTS:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        long += [f"{name(path)} has {lines} lines"] if lines > LONGEST_FILE else []
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                documented = ast.get_docstring(node) is not None
                begin = node.body[1 if documented and len(node.body) > 1 else 0].lineno
                length = (node.end_lineno or begin) - begin + 1
                long += [f"{name(path)}: {node.name} has {length} lines"] if length > LONGEST_FUNCTION else []
    assert not long, "\n".join(long)


def test_folders_stay_small_and_tell_what_they_are_for() -> None:
    folders = {path.parent for path in files(".py", under=PACKAGE)}
    assert len(folders) > 30
    for folder in folders:
        modules = {path.name for path in files(".py", under=folder) if path.parent == folder}
        assert len(modules) <= FULLEST_FOLDER, f"{name(folder)} has {len(modules)} modules"
        story = ast.get_docstring(parsed(folder / "__init__.py")) or ""
        if folder != PACKAGE:
            assert len(story.splitlines()) > 2, f"{name(folder)}: its __init__ tells no story"
            inside = {Path(one).stem for one in modules} | {one.name for one in folders if one.parent == folder}
            untold = [one for one in inside - {"__init__"} if not re.search(rf"\b{one.rstrip('_')}\b", story)]
            assert not untold, f"{name(folder)}: its story leaves out {untold}"


def test_what_a_docstring_refers_to_is_there() -> None:
    """Names of this package; others (``datetime.date``) are written with their module."""
    named: set[str] = set()
    for path in SCRIPTS:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                named.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                named.add(node.id)
    found = [
        (name(path), one)
        for path in SCRIPTS
        for one in re.findall(r":(?:func|class|data|meth|attr|exc):`~?([\w.]+)`", path.read_text(encoding="utf-8"))
    ]
    assert len(found) > 100
    others = ("dataclasses.", "datetime.", "markupsafe.")
    assert [one for one in found if one[1].split(".")[-1] not in named and not one[1].startswith(others)] == []


def test_no_file_names_a_package_index_or_a_place_on_one_machine() -> None:
    found = {name(path): ONE_MACHINE.search(path.read_text(encoding="utf-8", errors="replace")) for path in TEXTS}
    assert len(found) > 300
    assert not {one: place.group() for one, place in found.items() if place}


def test_every_function_of_a_test_file_is_a_test_a_helper_or_a_fixture() -> None:
    assert len(TESTS) > 50
    for path in TESTS:
        _all_are_run(path)


def _all_are_run(path: Path) -> None:
    tree = parsed(path)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test")]
    for body in (tree.body, *(node.body for node in classes)):
        for node in body:
            if isinstance(node, ast.FunctionDef):
                decorators = " ".join(ast.unparse(part) for part in node.decorator_list)
                decorated = "fixture" in decorators or "composite" in decorators
                named = node.name.startswith(("test_", "_", "pytest_"))
                assert named or decorated or node.name in used, f"{name(path)}: {node.name} is never run"


def test_every_test_file_is_found_by_its_name() -> None:
    homes = {"conftest.py", "__init__.py"}
    for path in files(".py", under=ROOT / "tests"):
        functions = [node.name for node in parsed(path).body if isinstance(node, ast.FunctionDef)]
        has_tests = any(function.startswith("test_") for function in functions)
        assert not has_tests or path.name.startswith("test_") or path.name in homes, name(path)


def test_whatever_needs_a_server_runs_in_the_process_that_starts_it() -> None:
    users = re.compile(r"\b(lab_server|voila_server|(with|from tests.*) (started|launched))\b|process\(\"browser\"")
    found = {name(path) for path in TESTS if users.search(path.read_text(encoding="utf-8")) and path != Path(__file__)}
    assert {one for one in found if not one.startswith(SERVED)} == set()
    assert {place for place in SERVED if not any(one.startswith(place) for one in found)} == set()
    tests = [node for path in TESTS for node in parsed(path).body if isinstance(node, ast.FunctionDef)]
    of_lab = [node.name for node in tests if "lab_server" in [one.arg for one in node.args.args]]
    assert [one for one in of_lab if "lab" not in one] == []


def test_what_runs_first_is_there() -> None:
    assert [one for one in LONG if not (ROOT / one).is_file()] == []


def test_nothing_is_left_for_later() -> None:
    for path in files(".py", ".yaml", under=PACKAGE):
        found = re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", path.read_text(encoding="utf-8"))
        assert found is None, f"{name(path)}: {found and found.group()}"
