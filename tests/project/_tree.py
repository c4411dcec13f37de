"""The files of the project, for tests that look at all of them."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "footdrop_analytics"

_NOT_OURS = {"__pycache__", "build", "dist", "reports", "footdrop_demo", "footdrop_notebooks"}


def files(*endings: str, under: Path = ROOT) -> list[Path]:
    """Every file of the project with one of the endings (all files without any)."""
    chosen = [path for path in sorted(_walk(under)) if not endings or path.suffix in endings]
    assert chosen, f"no {endings} files under {under}"
    return chosen


def name(path: Path) -> str:
    """A file as test ids and messages name it."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file, parsed once for all tests that look at it."""
    return ast.parse(path.read_text(encoding="utf-8"))


def _walk(under: Path) -> Iterator[Path]:
    for folder, below, inside in os.walk(under):
        below[:] = [one for one in below if not _is_foreign(Path(folder, one))]
        yield from (Path(folder, one) for one in inside if not one.startswith(".") or one == ".gitignore")


def _is_foreign(folder: Path) -> bool:
    """Made by tools (caches, environments under any name), not by us."""
    hidden = folder.name.startswith(".") and folder.name != ".ci"
    return hidden or folder.name in _NOT_OURS or folder.name.endswith(".egg-info") or (folder / "pyvenv.cfg").exists()
