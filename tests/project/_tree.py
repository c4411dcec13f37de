"""The files of the project, for tests that look at all of them."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "footdrop_analytics"

_NOT_OURS = {"__pycache__", "build", "dist", "reports", "footdrop_demo"}


def files(*endings: str, under: Path = ROOT) -> list[Path]:
    """Every file of the project with one of the endings (all files without any)."""
    found = [path for path in sorted(under.rglob("*")) if path.is_file() and not _is_foreign(path.relative_to(ROOT))]
    chosen = [path for path in found if not endings or path.suffix in endings]
    assert chosen, f"no {endings} files under {under}"
    return chosen


def name(path: Path) -> str:
    """A file as test ids and messages name it."""
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def _is_foreign(path: Path) -> bool:
    hidden = any(part.startswith(".") and part != ".ci" for part in path.parts)
    return hidden or any(part in _NOT_OURS or part.endswith(".egg-info") for part in path.parts)
