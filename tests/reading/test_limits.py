"""Limits, said in words, before the memory is gone; and what grows no faster than the study."""

from __future__ import annotations

import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

import footdrop_analytics as fd
from footdrop_analytics.reading import load_table
from footdrop_analytics.reading.sources import limits
from tests.each import each
from tests.reading.helpers import PRESCRIPTIONS, read, write_files

SESSIONS = ["patient_id", "performed_at", "exercise", "side", "reps"], ["P1", "2026-01-05", "heel_raise", "left", 5]
PLAN = ["patient_id", "exercise", "side", "start_date", "days_per_week"], ["P1", "heel_raise", "left", "2026-01-01", 5]
END = b"</row></sheetData>"


def _workbook(path: Path, change: Callable[[bytes], bytes] = bytes) -> Path:
    """A small workbook whose first sheet is changed byte by byte."""
    book, plain = Workbook(), path.with_name("plain.xlsx")
    for number, (table, rows) in enumerate({"sessions": SESSIONS, "prescriptions": PLAN}.items()):
        sheet = book.create_sheet(table, number)
        for row in rows:
            sheet.append(row)
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name.endswith("sheet1.xml") else old.read(name))
    return path


def _cell(where: str, row: int, inside: bytes = b"<v>1</v>") -> Callable[[bytes], bytes]:
    added = f'</row><row r="{row}"><c r="{where}{row}">'.encode() + inside + b"</c></row></sheetData>"
    return lambda sheet: sheet.replace(END, added)


@each("where, row", [("XFD", 1_048_576), ("ZZ", 900_000), ("A", 2_000_000_000), ("B", 1_048_577)])
def test_a_cell_far_from_the_table_is_refused_before_the_memory_is_taken(tmp_path: Path, where: str, row: int) -> None:
    path = _workbook(tmp_path / "far.xlsx", _cell(where, row))
    assert path.stat().st_size < 10_000
    with pytest.raises(fd.StudyError, match=rf"far\.xlsx: a sheet reaches to row {row:,} and column"):
        fd.read_study(path)


def test_a_far_cell_without_a_value_or_in_a_wide_sheet_is_none(tmp_path: Path) -> None:
    for place, change in enumerate((_cell("XFD", 1_048_576, b""), _cell("AB", 40))):
        assert len(fd.read_study(_workbook(tmp_path / f"{place}.xlsx", change)).sessions) == 1


def test_a_workbook_is_measured_by_what_it_says_and_by_what_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_UNPACKED", 3_000_000)
    path = _workbook(tmp_path / "bomb.xlsx", lambda sheet: sheet + b" " * 4_000_000)
    assert path.stat().st_size < 20_000
    said = r"bomb\.xlsx: unpacks to more than 3 MB"
    with pytest.raises(fd.StudyError, match=said):
        fd.read_study(path)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as parts:
        size = next(part.file_size for part in parts.infolist() if part.filename.endswith("sheet1.xml"))
    lying = whole.replace(struct.pack("<I", size), struct.pack("<I", 1_000))
    assert lying.count(struct.pack("<I", 1_000)) >= 2
    path.write_bytes(lying)
    with pytest.raises(fd.StudyError, match=said):
        fd.read_study(path)


def test_a_sheet_of_repeated_cells_is_refused(tmp_path: Path) -> None:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="sessions"><table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"/>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    path = tmp_path / "study.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
    with pytest.raises(fd.StudyError, match=r"study\.ods: a sheet reaches to row 1,000,000 and column 16,000"):
        fd.read_study(path)


def test_parquet_is_measured_by_its_rows_and_by_what_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path)
    (tmp_path / "sessions.csv").unlink()
    columns = dict(zip(*SESSIONS, strict=True))
    frame = pd.DataFrame([columns] * 1_000)
    frame["performed_at"] = [f"2026-01-05 08:{at % 60:02d}:{at // 60:02d}" for at in range(1_000)]
    pq.write_table(pa.Table.from_pandas(frame), tmp_path / "sessions.parquet", row_group_size=100)
    assert len(fd.read_study(tmp_path).sessions) == 1_000
    for name, most, said in (
        ("MOST_ROWS", 999, "holds 1,000 rows of 5 columns"),
        ("MOST_CELLS", 4_999, "holds 1,000 rows of 5 columns"),
        ("MOST_COLUMNS", 4, "has 5 columns"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(limits, name, most)
            with pytest.raises(fd.StudyError, match=said):
                fd.read_study(tmp_path)
    monkeypatch.setattr(limits, "MOST_UNPACKED_PARQUET", 20_000)
    monkeypatch.setattr(limits, "checked_parquet", lambda *_: None)
    with pytest.raises(fd.StudyError, match=r"sessions\.parquet"):
        fd.read_study(tmp_path)


def test_columns_ids_and_cells_have_limits(tmp_path: Path) -> None:
    many = ",".join(f"c{number}" for number in range(1_000))
    with pytest.raises(fd.StudyError, match=r"sessions\.csv: has 1,003 columns; a table may have 1,000"):
        read(tmp_path, sessions=f"patient_id,performed_at,exercise,{many}\nP1,2026-01-02,heel_raise\n")
    rows = [("P1", "ok"), ("Q" * 200, "ok"), ("Q" * 201, "ok"), ("P1", "n" * 100_000), ("P1", "n" * 100_001)]
    log = "".join(f"{who},2026-01-0{day},heel_raise,5,{note}\n" for day, (who, note) in enumerate(rows, 1))
    study = read(tmp_path, sessions=f"patient_id,performed_at,exercise,reps,notes\n{log}")
    assert len(study.sessions) == 4
    (rejected,) = study.rejected.to_dict("records")
    assert (rejected["row"], rejected["reason"]) == (4, "longer than 200 characters; shorten it")
    (unread,) = study.unread.to_dict("records")
    assert (unread["row"], unread["name"]) == (6, "notes")
    assert len(unread["value"]) == 100_001


def test_no_message_holds_a_whole_value(tmp_path: Path) -> None:
    junk = "x" * 50_000
    columns = [
        "patient_id",
        "performed_at",
        "exercise",
        "side",
        "sets",
        "reps",
        "pain_0_10",
        "status",
        "mode",
        "daypart",
    ]
    lines = [
        ",".join(
            junk if at == bad else good
            for at, good in enumerate(["P1", "2026-01-02", "heel_raise", "left", "1", "5", "2", "done", "active", "am"])
        )
        for bad in range(len(columns))
    ]
    log = (
        f"{','.join(columns)},{junk}\n"
        + "\n".join([*lines, f"P1,2026-01-03,heel_raise,left,1,5,2,done,active,am,a,{junk}"])
        + "\n"
    )
    study = read(tmp_path, sessions=log)
    texts = [
        *study.rejected["reason"],
        *study.unread["message"],
        *study.notes["message"],
    ]
    assert len(texts) > 8
    assert max(map(len, texts)) < 1_000
    errors = [f"{junk},a\n1,2\n", f"patient_id,performed_at,exercise\n{junk},{junk},{junk}\n", f"{junk},{junk}\n1,2\n"]
    for text in errors:
        with pytest.raises(fd.StudyError) as caught:
            read(tmp_path, sessions=text)
        assert len(str(caught.value)) < 2_000


def test_ids_that_differ_in_blanks_are_told_in_a_few_words_each(tmp_path: Path) -> None:
    ids = ["P" + " " * blanks + "x" for blanks in range(1, 198)]
    log = "patient_id,performed_at,exercise,reps\n" + "".join(f'"{one}",2026-01-02,heel_raise,5\n' for one in ids)
    study = read(tmp_path, sessions=log)
    alike = study.notes["message"][study.notes["message"].str.startswith("the ids ")]
    assert len(alike) == 197
    assert alike.str.len().max() < 800


def _many(folder: Path, count: int) -> Path:
    folder.mkdir()
    header = "patient_id,performed_at,exercise,side,reps,notes,own\n"
    for number in range(count):
        rows = [
            f"P{number % 7},2026-01-{1 + number % 28:02d} {at:02d}:00,heel_raise,left,{5 + at},,{number}"
            for at in (8, 9)
        ]
        if number % 19 == 5:
            rows.append("P1,2026-13-45,heel_raise,left,5,,")
        if number % 23 == 6:
            rows.append("P1,2026-01-03 10:00,heel_raise,left,a few,,")
        if number % 29 == 7:
            rows.append("P1,2026-01-04 10:00Z,heel_raise,left,5,late,")
        if number % 31 == 8:
            rows = [f"P2,2026-01-{1 + number % 28:02d} 10:00Z,heel_raise,left,5 reps,,"]
        if number % 37 == 9:
            rows.append("P1,2026-01-04 11:00,heel_raise,left,5,a,b,c")
        (folder / f"sessions-{number}.csv").write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "prescriptions.csv").write_text(PRESCRIPTIONS, encoding="utf-8")
    return folder


def test_files_understood_together_come_to_what_each_comes_to_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _many(tmp_path / "many", 120)
    together = fd.read_study(folder, today="2026-06-30")
    monkeypatch.setattr(load_table, "MOST_FILES", 1)
    alone = fd.read_study(folder, today="2026-06-30")
    assert len(together.rejected) > 5
    assert len(together.notes) > 3
    for table in ("sessions", "rejected", "unread", "duplicates", "notes", "unreadable", "superseded", "sources"):
        pd.testing.assert_frame_equal(getattr(together, table), getattr(alone, table))


def test_many_small_files_cost_little_each(tmp_path: Path) -> None:
    small, large = _many(tmp_path / "small", 100), _many(tmp_path / "large", 1_000)
    for path in [*small.glob("sessions-*.csv"), *large.glob("sessions-*.csv")]:
        path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:2]) + "\n", encoding="utf-8")
    begin = time.process_time()
    fd.read_study(small, today="2026-06-30")
    middle = time.process_time()
    fd.read_study(large, today="2026-06-30")
    assert time.process_time() - middle < 12 * (middle - begin)
