"""Sources and profiles are strangers' files: they end in one of our own errors, and nothing is written."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

import footdrop_analytics as fd
from footdrop_analytics.importing import layouts
from footdrop_analytics.importing.profile import load_profile
from footdrop_analytics.reading.sources import limits
from tests.each import each

LAYOUTS = Path(__file__).parent / "layouts"
PROFILE = """form: 1
name: own
title: our sheet
source: ourselves
source_kind: expert
recognise: {columns: [Day, What]}
steps:
  - rename: {columns: {exercise: [What], performed_at: [Day]}}
"""


def _refused(file: Path, **said: object) -> str:
    with pytest.raises(fd.FootdropError) as caught:
        fd.import_log(file, **said)  # type: ignore[arg-type]
    assert len(str(caught.value)) < 3_000
    return str(caught.value)


def test_broken_and_hostile_sources_are_our_errors(tmp_path: Path) -> None:
    deep = "[" * 100 + "]" * 100
    cases: dict[str, bytes] = {
        "empty.csv": b"",
        "latin.csv": "Date,Übung\n".encode("latin-1"),
        "zero.csv": b"Date\x00,Exercise\n",
        "wide.csv": ",".join(f"c{n}" for n in range(2_000)).encode() + b"\n1\n",
        "no_header.csv": b"1,2,3\n4,5,6\n",
        "quote.csv": b'Date,Exercise,Left Reps,Right Reps\n"2026-01-05,Heel raises,1,2\n',
        "cut.json": b'{"data": {"logs": [',
        "deep.json": deep.encode(),
        "very_deep.json": b"[" * 100_000,
        "number.json": b'{"data": {"logs": [' + b"9" * 10_000 + b"]}}",
        "list.json": b"[1, 2, 3]",
        "not.xlsx": b"PK\x03\x04 no workbook",
        "archive.zip": b"PK",
    }
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
        if name == "quote.csv":
            done = fd.import_log(tmp_path / name, patient="P1")
            assert done.left_out["rows"].tolist() == [1]
            with pytest.raises(fd.ParameterError, match="Nothing of the source is left"):
                done.write(tmp_path / "study")
        else:
            _refused(tmp_path / name)
    _refused(tmp_path / "absent.csv")
    _refused(tmp_path)
    assert not (tmp_path / "study").exists()


def test_a_packed_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_UNPACKED", 1_000_000)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        for part in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            book.writestr(part, b" " * 500_000)
    assert "unpacks to more than" in _refused(tmp_path / "bomb.xlsx")


def test_profiles_are_data_within_limits(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Day,What\n2026-01-05,Heel raise\n", encoding="utf-8")
    profile = tmp_path / "own.yaml"
    own = PROFILE + "tables: {sessions: [{exercise: {}}]}\n"
    profile.write_text(own, encoding="utf-8")
    assert len(fd.import_log(sheet, profile=profile, patient="P1").tables["sessions"]) == 1
    laughs = "a: &a [x]\nb: [*a, *a]\n"
    for text in (
        laughs + own,
        own.replace("title: our sheet", "title: !!python/object/apply:os.system [id]"),
        own.replace("form: 1", "form: 2"),
        own.replace("name: own", "name: ../../own"),
        own.replace("- rename:", "- system:"),
        own.replace("[{exercise: {}}]", "[{extract: {column: What, pattern: '(?P<x>(a+)+'}}]"),
        own.replace("[{exercise: {}}]", "[{join: {table: nothing, key: What, their: What}}]"),
        own.replace("[{exercise: {}}]", "[{collect: {by: [Day], column: nothing, into: x}}]"),
        own.replace("{sessions:", "{passwords:"),
        "steps: " + "[" * 50 + "]" * 50,
        "x" * 2_000_000,
    ):
        profile.write_text(text, encoding="utf-8")
        _refused(sheet, profile=profile, patient="P1")


def test_a_pattern_takes_linear_time_and_cells_cannot_multiply_without_end(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"Day,What\n2026-01-05,{'a' * 50_000}!\n", encoding="utf-8")
    profile = tmp_path / "own.yaml"
    steps = "tables: {sessions: [{extract: {column: exercise, pattern: '(?P<x>(?:a+)+)b'}}, {exercise: {}}]}\n"
    profile.write_text(PROFILE + steps, encoding="utf-8")
    assert fd.import_log(sheet, profile=profile, patient="P1").asks["what"].tolist() == ["exercises"]
    bomb = "".join(f"  - split: {{column: x{n}, at: [',']}}\n" for n in range(8))
    columns = ",".join(f"x{n}" for n in range(8))
    cells = ",".join(['"' + "1," * 30 + '"'] * 8)
    sheet.write_text(f"Day,What,{columns}\n2026-01-05,Heel raise,{cells}\n", encoding="utf-8")
    profile.write_text(PROFILE + bomb + "tables: {sessions: [{exercise: {}}]}\n", encoding="utf-8")
    assert "A step makes" in _refused(sheet, profile=profile, patient="P1")


def test_long_cells_many_sections_and_many_names_take_no_long_time(tmp_path: Path) -> None:
    header = "Timestamp,Which exercises did you do?,Email\n"
    (tmp_path / "form.csv").write_text(f'{header}2026-01-05 10:00:00,"{"a," * 50_000}",x\n', encoding="utf-8")
    assert "2026" in str(fd.import_log(tmp_path / "form.csv").tables["sessions"]["performed_at"].iloc[0])
    (tmp_path / "sections.csv").write_bytes(b"## a" + b" " * 1_000_000 + b"b\n" + b"## c\nd\n" * 100_000)
    _refused(tmp_path / "sections.csv")
    rows = "".join(f"2025-09-15 07:48,name {number},1,5\n" for number in range(20_000))
    (tmp_path / "names.csv").write_text("start_time,exercise_title,set_index,reps\n" + rows, encoding="utf-8")
    assert "20,001 texts are not known" in _refused(tmp_path / "names.csv")


def test_what_a_file_holds_is_no_markup_of_the_profile(tmp_path: Path) -> None:
    from footdrop_analytics.importing.save import save_questions

    names = [
        "''  # x\nanswers: {patient: EVE}",
        "ask: |",
        "\x1b[31mred",
        '"',
        "{",
        "- a",
        "no",
        "null",
        "*x",
        "&y",
        "!!z",
    ]
    rows = [{"start_time": "2025-09-15 07:48", "exercise_title": name, "set_index": 0, "reps": 1} for name in names]
    import pandas as pd

    pd.DataFrame(rows).to_csv(tmp_path / "log.csv", index=False)
    done = fd.import_log(tmp_path / "log.csv", patient="P1")
    assert {ask.text for ask in done.questions} == {name.strip() for name in names}
    place = save_questions(done, tmp_path / "study")
    read = load_profile(place)
    assert read.answers.patient == "P1"
    text = place.read_text(encoding="utf-8").replace(": ''", ": ignore")
    place.write_text(text, encoding="utf-8")
    assert set(load_profile(place).answers.exercises) == {name.strip() for name in names}
    assert "\x1b" not in text


def test_every_layout_cut_and_shuffled_stays_in_our_words(tmp_path: Path) -> None:
    for file in sorted(LAYOUTS.iterdir()):
        text = file.read_text(encoding="utf-8")
        lines = text.splitlines()
        for number, changed in enumerate((text[: len(text) // 2], "\n".join(lines[::-1]))):
            place = tmp_path / f"{number}-{file.name}"
            place.write_text(changed, encoding="utf-8")
            with suppress(fd.FootdropError):
                fd.import_log(place, patient="P1")


@each(
    "text",
    [
        "{}\n{}\n\n{}\n{}\n",
        "{},\n{},\n{},\n{},\n",
        "{},\n{}\n{},\n{}\n",
        "{},,\n{}\n\n{},\n{}\n",
    ],
)
def test_blank_lines_and_commas_at_the_ends_lose_no_row(tmp_path: Path, text: str) -> None:
    """Spreadsheets write both; the first entry was lost, or all of them."""
    header = "title,start_time,exercise_title,set_index,reps"
    rows = [f'Feet,"1{day} Sep 2025, 07:48",Heel raise,1,{day}' for day in (1, 2, 3)]
    (tmp_path / "log.csv").write_text(text.format(header, *rows), encoding="utf-8")
    done = fd.import_log(tmp_path / "log.csv", patient="P1")
    assert (done.rows, done.kept) == (3, 3)
    assert done.tables["sessions"]["reps"].tolist() == ["1", "2", "3"]


def test_a_sheet_of_more_cells_than_a_log_has_is_refused_and_not_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Exercise,Mon,Tue,Wed,Thu\nHeel raises,1,1,1,1\n\nExercise,Mon,Tue,Wed\nToe raises,1,1,1\n")
    monkeypatch.setattr(layouts, "MOST_CELLS", 3)
    assert "sheet.csv: holds more than 3 records" in _refused(sheet)
