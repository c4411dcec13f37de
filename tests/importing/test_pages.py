"""The pages on imports are true: their commands run on their files, with their answers, and say their lines."""

from __future__ import annotations

import csv
import io
import re
import shlex
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from footdrop_analytics.cli import main
from footdrop_analytics.importing.steps import STEPS
from tests.project._tree import ROOT

PAGES = sorted(path for path in (ROOT / "docs" / "import").glob("*.md") if path.name != "README.md")
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _filled(place: Path, answers: str) -> None:
    """Answer lines of a profile as a person would, in place."""
    text = place.read_text(encoding="utf-8")
    for answer in answers.strip().splitlines():
        key = answer.rsplit(": ", 1)[0]
        lines = re.findall(rf"^( +{re.escape(key)}): ''", text, re.MULTILINE)
        assert len(lines) == 1, f"{key} is asked {len(lines)} times in\n{text}"
        text = text.replace(f"{lines[0]}: ''", f"{lines[0]}: {answer.rsplit(': ', 1)[1]}")
    place.write_text(text, encoding="utf-8")


def _placed(name: str, kind: str, content: str) -> None:
    place = Path(name)
    if kind == "sql":
        with sqlite3.connect(place) as connection:
            connection.executescript(content)
    elif place.suffix == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook()
        book.active.title = "Ann"
        for row in csv.reader(io.StringIO(content)):
            book.active.append([cell or None for cell in row])
        book.save(place)
    elif place.exists():
        _filled(place, content)
    else:
        place.write_text(content, encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_happens(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if page.stem == "sql":
        pytest.importorskip("sqlalchemy", reason="the extra sql is not installed")
    monkeypatch.chdir(tmp_path)
    said, shown = "", 0
    for kind, name, content in _BLOCK.findall(page.read_text(encoding="utf-8")):
        if name:
            _placed(name, kind, content)
        elif kind == "sh":
            said = ""
            for line in content.strip().splitlines():
                done = CliRunner().invoke(main, shlex.split(line)[1:])
                assert "Traceback" not in done.output
                said += done.output
            whole = " ".join(said.split())
        else:
            for line in content.strip().splitlines():
                assert " ".join(line.split()) in whole, f"{line!r} is not in\n{said}"
                shown += 1
    assert shown


def test_the_page_on_profiles_names_every_step() -> None:
    table = (ROOT / "docs" / "import" / "your_own.md").read_text(encoding="utf-8").split("## The steps")[1]
    assert set(STEPS) == set(
        re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines() if "|" in line))
    )
