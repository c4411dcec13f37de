"""The workbook to fill in, in other languages: its explanations are said, its columns and keys stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

import footdrop_analytics as fd
from footdrop_analytics.cli.app import main
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.reading.sources.locate import LISTS, READ_ME
from footdrop_analytics.reading.spreadsheets import write_template
from tests.wording.made_up import made_up


def _explained(book: Workbook) -> Iterator[str]:
    yield from (str(cell) for row in book[READ_ME].iter_rows(values_only=True) for cell in row if cell)
    for table in INPUT_TABLES:
        yield from (cell.comment.text for cell in book[table][1] if cell.comment)
        for limit in book[table].data_validations.dataValidation:
            yield from (limit.errorTitle, limit.error)


def _keys() -> set[str]:
    """What stays: names of tables and columns, keys, and ids of measures."""
    specs = [spec for columns in COLUMNS.values() for spec in columns.values()]
    found = {*INPUT_TABLES, *(spec.name for spec in specs), *(key for spec in specs for key in spec.allowed)}
    return {*found, *fd.load_exercises().keys}


def test_no_english_word_is_left_in_the_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = made_up(monkeypatch)
    with fd.in_language(code):
        write_template(tmp_path / "made_up.xlsx")
    write_template(tmp_path / "english.xlsx")
    books = [openpyxl.load_workbook(tmp_path / f"{name}.xlsx") for name in ("made_up", "english")]
    keys = re.compile("|".join(rf"\b{key}\b" for key in sorted(_keys(), key=len, reverse=True)))
    texts = list(_explained(books[0]))
    assert len(texts) > 200
    for text in texts:
        assert re.findall(r"[A-Za-z]{2,}", keys.sub("", text)) == [], text
    for table in (*INPUT_TABLES, LISTS):
        rows = [list(book[table].iter_rows(values_only=True)) for book in books]
        assert rows[0] == rows[1], "columns and lists are those of the contract"


def test_the_command_explains_in_a_language(tmp_path: Path) -> None:
    place = tmp_path / "protokoll.xlsx"
    done = CliRunner().invoke(main, ["template", "--out", str(place), "--language", "de"])
    assert done.exit_code == 0, done.output
    texts = list(_explained(openpyxl.load_workbook(place)))
    assert "So füllen Sie diese Arbeitsmappe aus" in texts
    assert "Der Schlüssel der Übung." in " ".join(texts)
