"""Hashes of everything that is worked out: every column of every result table, every section of ten reports.

They hold whatever the code looks like, so a restructuring that changes a number is seen at once. What counts is the
value as text: nine significant digits, categories by their names, no type.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import footdrop_analytics as fd

FILE = Path(__file__).with_name("golden.json")
_DATA = Path(__file__).parents[2] / "data"
_N_REPORTED = 5
_TODAY = "2026-11-30"

Golden = dict[str, dict[str, dict[str, str]]]
"""Study, then table or report, then column or section: the hash."""


def demo_analysis() -> fd.Analysis:
    """The demo study."""
    return fd.analyse(fd.read_study(_DATA / "demo", today=_TODAY))


def simulated_analysis() -> fd.Analysis:
    """A cohort in which every state and verdict occurs."""
    return fd.analyse(fd.simulate(patients=300, weeks=10, seed=8))


def current(demo: fd.Analysis, simulated: fd.Analysis) -> Golden:
    """What the code gives now."""
    mistakes = fd.read_study(_DATA / "demo_mistakes", today=_TODAY)
    return {
        "demo": dict(_result_tables(demo)),
        "300 simulated patients": dict(_result_tables(simulated)),
        "demo_mistakes": {name: columns(getattr(mistakes, name)) for name in ("rejected", "duplicates", "notes")},
        "reports of the demo": dict(_reports(demo)),
    }


def written(golden: Golden) -> str:
    """The golden file: a line per hash, so that changes of different tables do not meet."""
    return json.dumps(golden, indent=1, ensure_ascii=False) + "\n"


def differences(kept: Golden, found: Golden) -> list[str]:
    """Which tables and reports are not as kept, and what of them."""
    lines = []
    for study in kept | found:
        before, now = kept.get(study, {}), found.get(study, {})
        for name in before | now:
            old, new = before.get(name, {}), now.get(name, {})
            parts = [f"{part} (new)" for part in new if part not in old] + [
                f"{part} (gone)" for part in old if part not in new
            ]
            parts += [part for part in old if part in new and old[part] != new[part]]
            if parts:
                lines.append(f"{study}, {name}: {', '.join(parts)}")
    return lines


def _result_tables(analysis: fd.Analysis) -> Iterator[tuple[str, dict[str, str]]]:
    for name in dir(analysis):
        value = None if name.startswith("_") or name == "sources" else getattr(analysis, name)
        if isinstance(value, pd.DataFrame):
            yield name, columns(value)


def columns(table: pd.DataFrame) -> dict[str, str]:
    """The hash of every column."""
    return {"(rows)": str(len(table))} | {
        str(name): _hash([_text(one) for one in table[name].tolist()]) for name in table
    }


def _text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool | str):
        return str(value)
    return f"{value + 0.0:.9g}" if isinstance(value, int | float) else str(value)


def _hash(values: list[str]) -> str:
    return sha256("\0".join(values).encode()).hexdigest()[:10]


def _reports(analysis: fd.Analysis) -> Iterator[tuple[str, dict[str, str]]]:
    for patient in analysis.caseload["patient_id"].sort_values().head(_N_REPORTED):
        for audience in ("clinician", "patient"):
            yield f"{patient}, for the {audience}", sections(report(analysis, patient, audience))


def report(analysis: fd.Analysis, patient: str, audience: str = "clinician") -> str:
    """The HTML of one report."""
    with TemporaryDirectory() as folder:
        path = fd.write_report(analysis, patient, Path(folder) / "report.html", audience, assets="shared")  # type: ignore[arg-type]
        return path.read_text(encoding="utf-8")


def sections(page: str) -> dict[str, str]:
    """The text under each heading, hashed; versions and files under "Origin" differ from machine to machine."""
    reader = _Sections()
    reader.feed(page)
    return {title: _hash(texts) for title, texts in reader.found.items() if not title.startswith("Origin")}


class _Sections(HTMLParser):
    _SILENT = frozenset({"script", "style", "svg", "title"})
    _HEADS = frozenset({"h1", "h2"})

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._inside: list[str] = []
        self._title = "(head)"

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in self._SILENT | self._HEADS:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text or self._SILENT & set(self._inside):
            return
        if self._HEADS & set(self._inside):
            self._title = text
        self.found.setdefault(self._title, []).append(text)
