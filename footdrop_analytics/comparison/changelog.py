"""The lines of the changelog that make a log give other results, and the results that each of them touches.

``CHANGELOG.md`` is the data: each line under *Changes of results* begins with the results that it touches in bold
(``**Trends, readiness.**``), and names columns, verdicts and flags in backticks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

PACKAGE = Path(__file__).resolve().parents[1]
UNRELEASED = "Unreleased"

OF_TABLE = {
    "adherence": "adherence",
    "adherence_patient": "adherence",
    "adherence_28d": "adherence",
    "persistence": "persistence",
    "trends": "trends",
    "readiness": "readiness",
    "criteria": "readiness",
    "flags": "flags",
}
"""The word for each table of a result file."""

EVERYTHING = "reading"
"""The word of lines on how files are read: they can be behind any other result."""


@dataclass(frozen=True)
class Line:
    """A line of the changelog: the ``release`` it stands under, what it touches, its text, what it names."""

    release: str
    subjects: frozenset[str]
    text: str
    names: frozenset[str]


@lru_cache(maxsize=1)
def lines() -> tuple[Line, ...]:
    """Every line under *Changes of results*, the newest release first; none if the installation lacks the changelog."""
    for folder in (PACKAGE, PACKAGE.parent):
        if (folder / "CHANGELOG.md").is_file():
            return tuple(parsed((folder / "CHANGELOG.md").read_text(encoding="utf-8")))
    return ()


def parsed(changelog: str) -> Iterable[Line]:
    """The lines of a changelog's text."""
    for release, part in re.findall(r"^## \[(.+?)\](.*?)(?=^## |\Z)", changelog, flags=re.MULTILINE | re.DOTALL):
        for section in re.findall(r"^### Changes of results\n(.*?)(?=^### |\Z)", part, flags=re.MULTILINE | re.DOTALL):
            for bullet in re.findall(r"^- (.*?)(?=^- |\Z)", section, flags=re.MULTILINE | re.DOTALL):
                text = " ".join(bullet.split())
                head = re.match(r"\*\*([a-z, ]+)\.\*\* ", text, flags=re.IGNORECASE)
                subjects = head[1].lower().split(", ") if head else []
                named = (re.findall(r"\w+", quoted) for quoted in re.findall(r"`([^`]+)`", text))
                yield Line(release, frozenset(subjects), text, frozenset(word for words in named for word in words))


def behind(changes: pd.DataFrame, before: str, every: Iterable[Line] | None = None) -> list[tuple[Line, list[str]]]:
    """The lines that can be behind changes of results, with the changed columns that they name; these lines first.

    ``before`` is the version of the earlier results: what a later release or none yet has changed can be behind them.
    """
    table_columns = changes[["table", "column"]].drop_duplicates()
    words = {str(one) for one in table_columns["column"]} | {
        str(one) for one in changes.loc[changes["kind"].isin(["state", "verdict"]), ["before", "after"]].stack()
    }
    touched = {OF_TABLE[table] for table in table_columns["table"]}
    touched |= {EVERYTHING} if touched else set()
    found = [
        (line, sorted(line.names & words))
        for line in (lines() if every is None else every)
        if _later(line.release, before) and line.subjects & touched
    ]
    return sorted(found, key=lambda one: (not one[1], one[0].subjects == {EVERYTHING}))


def _later(release: str, version: str) -> bool:
    return release == UNRELEASED or _numbers(release) > _numbers(version)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]
