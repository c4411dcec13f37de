"""Small workbooks and Parquet files from which more comes out than any memory holds, where a glance does not see it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import footdrop_analytics as fd
from footdrop_analytics.reading.sources import limits
from tests.each import each
from tests.reading.helpers import write_files
from tests.reading.test_limits import END, _cell, _workbook

TOO_LARGE = r"study\.(xlsx|ods): unpacks to more than 1 MB"
SHARED = "xl/sharedStrings.xml"
OTHER = "xl/other/table.xml"
KNOWN_AS = {
    "[Content_Types].xml": b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    "xl/_rels/workbook.xml.rels": b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/'
    b'2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def _changed(path: Path, sheet: bytes, *, texts: bytes | None = None, moved: bool = False) -> Path:
    """A workbook whose first sheet ends with ``sheet``, with its own shared texts, or its first sheet elsewhere."""
    plain = _workbook(path.with_name("other.xlsx"), lambda part: part.replace(END, b"</row>" + sheet))
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if texts is not None and name in KNOWN_AS:
                part = part[: part.rindex(b"</")] + KNOWN_AS[name]
            if moved:
                part, name = part.replace(b"worksheets/sheet1.xml", b"other/table.xml"), name.replace(
                    "xl/worksheets/sheet1.xml", OTHER
                )  # fmt: skip
            new.writestr(name, part)
        if texts is not None:
            new.writestr(SHARED, b"<sst>" + texts + b"</sst>")
    return path


def _shown(count: int) -> bytes:
    rows = (b'<row r="%d"><c r="F%d" t="s"><v>0</v></c></row>' % (at, at) for at in range(3, 3 + count))
    return b"".join(rows) + b"</sheetData>"


@each("where", ["XFD", "xfd"])
def test_a_far_cell_is_found_wherever_the_sheet_is(tmp_path: Path, where: str) -> None:
    """6 kB ended the interpreter."""
    added = _cell(where, 1_048_576)(END).removeprefix(b"</row>")
    path = _changed(tmp_path / "far.xlsx", added, moved=where.isupper())
    with pytest.raises(fd.StudyError, match=r"far\.xlsx: a sheet reaches to row 1,048,576 and column 16,384"):
        fd.read_study(path)


@each("junk", [b"", b"junk"])
def test_a_far_cell_is_found_where_cells_do_not_say_their_place(tmp_path: Path, junk: bytes) -> None:
    row = b"<row>" + b"<c><v>1</v></c>" * 16_384 + b'</row><row r="999999"><c><v>1</v></c></row></sheetData>'
    plain = _workbook(tmp_path / "far.xlsx", lambda part: junk + part.replace(END, b"</row>" + row))
    with pytest.raises(fd.StudyError, match="cannot be read" if junk else "a sheet reaches to row 999,999 and column"):
        fd.read_study(plain)


def test_a_formula_without_a_value_is_no_blank_wherever_the_sheet_is(tmp_path: Path) -> None:
    row = b'<row r="3"><c r="A3" t="str"><v>P1</v></c><c r="B3" t="str"><v>2026-01-06</v></c><c r="C3" t="str">'
    row += b'<v>heel_raise</v></c><c r="D3" t="str"><v>left</v></c><c r="E3"><f>1+4</f></c></row></sheetData>'
    study = fd.read_study(_changed(tmp_path / "formula.xlsx", row, moved=True))
    (unread,) = study.unread.to_dict("records")
    assert (unread["row"], unread["name"], unread["value"]) == (3, "reps", "=1+4")


def test_a_text_that_many_cells_share_counts_in_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_UNPACKED", 1_000_000)
    texts = b"<si><t>" + b"x" * 90_000 + b"</t></si>"
    path = _changed(tmp_path / "study.xlsx", _shown(20), texts=texts)
    assert path.stat().st_size < 10_000
    with pytest.raises(fd.StudyError, match=TOO_LARGE):
        fd.read_study(path)
    short = b"<si><t>x</t></si>"  # one long text among short ones is none too many
    assert len(fd.read_study(_changed(tmp_path / "few.xlsx", _shown(20), texts=short + texts)).rejected_rows) == 20


def test_a_picture_in_a_workbook_is_not_taken_for_a_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a megabyte of a picture any three bytes can stand side by side."""
    monkeypatch.setattr(limits, "MOST_UNPACKED", 1_000_000)
    texts = b"<si><t>x</t></si><si><t>" + b"x" * 90_000 + b"</t></si>"
    path = _changed(tmp_path / "study.xlsx", _shown(20), texts=texts)
    with zipfile.ZipFile(path, "a") as parts:
        parts.writestr("xl/media/image1.png", b'\x89PNG :c= <f> <c> "s" \x00')
    assert not limits.checked_workbook(path), "no formula"
    assert len(fd.read_study(path).sessions) == 1


@pytest.mark.parametrize(
    ("rows", "inside"), [(20, "x" * 90_000), (1, '<text:s text:c="30000"/>' * 50)], ids=["rows", "blanks"]
)
def test_a_text_that_is_repeated_counts_as_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, inside: str
) -> None:
    monkeypatch.setattr(limits, "MOST_UNPACKED", 1_000_000)
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="sessions"><table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell office:value-type="string"><text:p>{inside}</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "study.ods", "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
    with pytest.raises(fd.StudyError, match=TOO_LARGE):
        fd.read_study(tmp_path / "study.ods")


@pytest.mark.parametrize("kind", ["text", "bytes", "list", "structure"])
def test_a_text_that_is_stored_once_counts_in_each_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """2 kB took 8 GB."""
    monkeypatch.setattr(limits, "MOST_UNPACKED_PARQUET", 1_000_000)
    write_files(tmp_path)
    (tmp_path / "sessions.csv").unlink()
    long, count = "x" * 90_000, 20
    notes = {
        "text": pa.array([long] * count),
        "bytes": pa.array([long.encode()] * count),
        "list": pa.array([[long]] * count),
        "structure": pa.array([{"said": long}] * count),
    }[kind]
    cells = {"patient_id": "P1", "performed_at": "2026-01-05", "exercise": "heel_raise", "side": "left"}
    table = pa.table({name: [cell] * count for name, cell in cells.items()} | {"reps": [5] * count, "notes": notes})
    pq.write_table(table, tmp_path / "sessions.parquet", compression="zstd")
    assert (tmp_path / "sessions.parquet").stat().st_size < 10_000
    with pytest.raises(fd.StudyError, match=r"sessions\.parquet: unpacks to more than"):
        fd.read_study(tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(limits, "MOST_UNPACKED", 1_000_000)
    monkeypatch.setattr(limits, "LONGEST_CELL", 80_000)
    with pytest.raises(fd.StudyError, match=r"holds more than 1 MB in texts of over 80,000 characters"):
        fd.read_study(tmp_path)
