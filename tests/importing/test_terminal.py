"""An import in a terminal: one question after the other, each answer looked at at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import footdrop_analytics as fd
from footdrop_analytics.cli import main
from footdrop_analytics.importing.profile import load_profile
from tests.importing.test_import import JANUARY, _log, _run


def test_a_terminal_asks_one_thing_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from footdrop_analytics.cli import import_

    monkeypatch.setattr(import_, "_is_terminal", lambda: True)
    given = [str(one) for one in ("import", _log(tmp_path, JANUARY), "--out", tmp_path / "study")]
    done = CliRunner().invoke(main, given, input="no such thing\nIgnore\nP1\nn\n")
    assert (done.exit_code, (tmp_path / "study").exists()) == (1, False)
    done = CliRunner().invoke(main, given, input="no such thing\nignore all\nP1\ny\n")
    assert done.exit_code == 0, done.output
    first, again = done.output.split("exercises: Short foot (2 rows)")[1:]
    assert "Not understood: 'no such thing'. Expected an exercise (" in first
    assert "patient (4 rows)" in again
    assert "3 entries in the source, 2 to be saved." in done.output
    assert len(fd.read_study(tmp_path / "study").sessions) == 4
    left = CliRunner().invoke(main, [*given[:-1], str(tmp_path / "later")], input="own reps\n\n")
    assert left.exit_code == 1
    assert load_profile(tmp_path / "later" / "profile.yaml").answers.exercises["Short foot"] == "own reps"


def test_an_answer_that_cannot_be_is_told_at_once_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from footdrop_analytics.cli import import_

    monkeypatch.setattr(import_, "_is_terminal", lambda: True)
    file = tmp_path / "sets.json"
    file.write_bytes((Path(__file__).parent / "layouts" / "sets.json").read_bytes())
    said = "Mars\nEurope/Berlin\ny\n"
    done = CliRunner().invoke(main, ["import", str(file), "--patient", "P1", "--out", str(tmp_path / "s")], input=said)
    assert done.exit_code == 0, done.output
    assert "Not understood: 'Mars'. timezone: 'Mars' is no time zone" in done.output


def test_a_sheet_that_nothing_fits_is_asked_about_and_never_dropped_in_silence(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Log"
    for row in (["Patient", "Date", "Exercise", "Reps"], ["P1", "2026-01-05", "Heel raise", 10]):
        book.active.append(row)
    book.create_sheet("Blank")
    book.create_sheet("Bert").append(["heels", "ten", "on Monday"])
    file, out = tmp_path / "book.xlsx", tmp_path / "study"
    book.save(file)
    code, said = _run("import", file, "--out", out)
    assert (code, "sheets: 'Bert' (1 row)" in said) == (1, True)
    profile = out / "profile.yaml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("\"Bert\": ''", '"Bert": ignore'), encoding="utf-8")
    code, said = _run("import", file, "--out", out)
    assert code == 0, said
    assert "Not imported, as nothing known fits: book.xlsx [Bert]." in " ".join(said.split())
    assert _run("import", file, "--out", out)[0] == 0


def test_the_terminal_names_the_file_that_says_who_is_who(tmp_path: Path) -> None:
    rows = ["2026-01-13 13:52:39,b@example.org,Heel raises"]
    log = _log(tmp_path, rows, "Timestamp,Email Address,Which exercises did you do?\n")
    _, said = _run("import", log, "--out", tmp_path / "study")
    assert f"Who is who is in {tmp_path / 'study-ids.csv'}:" in said.replace("\n", " ")
