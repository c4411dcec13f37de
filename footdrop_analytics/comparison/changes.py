"""What two sets of results of one study differ in, and the lines of the changelog that can be behind it.

``CHANGELOG.md`` is the data: each line under *Changes of results* begins with the results that it touches in bold
(``**Trends, readiness.**``), and names columns, verdicts and flags in backticks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from footdrop_analytics.comparison.results_file import KEPT, Results
from footdrop_analytics.errors import StudyError

COLUMNS = ("kind", "table", "column", "patient_id", "exercise", "side", "about", "before", "after")
KINDS = ("state", "verdict", "flag", "criterion", "number")
"""What can change, what matters most first; dates, counts and reasons are among the numbers."""

_KIND_OF_TABLE = {"flags": "flag", "criteria": "criterion"}

ROW = "(row)"
"""The column of a change that is a whole row: a series, a criterion or a flag that only one of the two has."""

SAME_WITHIN = 1e-6
"""Relative difference below which two numbers are the same: another processor's last digits are no change."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """What changed from one version to another.

    ``changes`` has one row per value that changed: ``kind``, ``table``, ``column``, whose it is, ``about`` (the
    criterion, or the flag with its day), ``before`` and ``after`` as text, missing where there was no such value.
    ``parameters`` (name, before, after) are those that were not the same when the results were worked out. ``files``
    says what of the input is not the same: files of now, and how many of then are gone; empty if the log is the very
    one. ``n_patients`` stand in either of the two.
    """

    changes: pd.DataFrame
    parameters: Mapping[str, tuple[str, str]]
    files: tuple[str, ...]
    n_patients: int


def compare(before: Results, after: Results) -> Comparison:
    """Compare two sets of results of one study, value by value."""
    if before.patients and after.patients and not before.patients & after.patients:
        raise StudyError("The result file is of another study: none of its patients is in this one.")
    parts = [_changes(name, before.tables[name], after.tables[name]) for name in KEPT]
    changes = pd.concat(parts, ignore_index=True)
    changes["kind"] = pd.Categorical(changes["kind"], categories=KINDS, ordered=True)
    changes = changes.sort_values(["kind", "patient_id", "table"], kind="stable", ignore_index=True)
    names = [*before.parameters, *(name for name in after.parameters if name not in before.parameters)]
    told = {name: (before.parameters.get(name, "none"), after.parameters.get(name, "none")) for name in names}
    return Comparison(
        changes=changes,
        parameters={name: pair for name, pair in told.items() if pair[0] != pair[1]},
        files=_files(before.sources, after.sources),
        n_patients=len(before.patients | after.patients),
    )


def _changes(name: str, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    kept = KEPT[name]
    old, new = _long(before, kept.key, "value_before"), _long(after, kept.key, "value_after")
    both = old.join(new, how="outer")
    found = both[~_same(both["value_before"], both["value_after"])].reset_index()
    rows = [*kept.key, "nth"]
    alone = ~(_there(found, old, rows) & _there(found, new, rows))
    found = found[~alone | ~found.duplicated(rows)]
    alone, was = alone[found.index], _there(found, old, rows)
    columns = found["column"].mask(alone, ROW)
    word = "open" if name == "flags" else "there"
    told = pd.Series("", index=found.index, dtype="str")
    for column in kept.key:
        if column not in ("patient_id", "exercise", "side", "measure"):
            told = (told + " " + found[column].fillna("").astype("str")).str.strip()
    changes = pd.DataFrame(
        {
            "kind": _KIND_OF_TABLE.get(name) or columns.map({"state": "state", "verdict": "verdict"}).fillna("number"),
            "table": name,
            "column": found["rule_id"] if name == "flags" else columns,
            "patient_id": found["patient_id"],
            "exercise": found.get("exercise"),
            "side": found.get("side"),
            "about": told,
            "before": _text(found["value_before"]).mask(alone, was.map({True: word, False: None})),
            "after": _text(found["value_after"]).mask(alone, was.map({True: None, False: word})),
        },
        columns=list(COLUMNS),
    ).astype(object)
    return changes.where(changes.notna(), None)


def _there(found: pd.DataFrame, table: pd.DataFrame, rows: list[str]) -> pd.Series:
    """Whether the row that a value is of is in a table."""
    names = pd.MultiIndex.from_frame(table.index.to_frame(index=False)[rows])
    return pd.Series(pd.MultiIndex.from_frame(found[rows]).isin(names), index=found.index)


def _long(table: pd.DataFrame, key: tuple[str, ...], values: str) -> pd.DataFrame:
    """One row per value, named by its row and column; rows of one name are told apart by their order."""
    names = list(key)
    texts = table[names].astype(object).where(table[names].notna(), None)
    table = table.assign(**{name: texts[name] for name in names})
    table["nth"] = table.groupby(names, dropna=False, sort=False).cumcount()
    return table.melt(id_vars=[*names, "nth"], var_name="column", value_name=values).set_index(
        [*names, "nth", "column"]
    )


def _same(before: pd.Series, after: pd.Series) -> pd.Series:
    old, new = (pd.to_numeric(values, errors="coerce").astype("float64") for values in (before, after))
    close = np.isclose(old, new, rtol=SAME_WITHIN, atol=SAME_WITHIN**2)
    return (before.isna() & after.isna()) | (before == after).fillna(False).astype(bool) | close


def _text(values: pd.Series) -> pd.Series:
    return values.map(lambda value: f"{value:.9g}" if isinstance(value, float) else str(value), na_action="ignore")


def _files(before: pd.DataFrame, after: pd.DataFrame) -> tuple[str, ...]:
    """By content alone, because a result file holds no names of files: they may be names of people."""
    old, new = (set(zip(one["table"], one["sha256"], strict=True)) for one in (before, after))
    now = zip(after["table"], after["sha256"], after["file"], strict=True)
    gone = pd.Series([table for table, _ in old - new], dtype="str").value_counts(sort=False).sort_index()
    return (
        *(f"{file} ({table}) is new or has changed" for table, content, file in now if (table, content) not in old),
        *(f"{count:,} of {table} then {'is' if count == 1 else 'are'} not there now" for table, count in gone.items()),
    )


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
        if (line.release == UNRELEASED or _numbers(line.release) > _numbers(before)) and line.subjects & touched
    ]
    return sorted(found, key=lambda one: (not one[1], one[0].subjects == {EVERYTHING}))


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]
