"""The fast reading of text files agrees, cell by cell and row by row, with Python's own csv module."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import footdrop_analytics as fd
from footdrop_analytics.reading.sources.csv_files import load_csv
from tests.each import each

HEADER = ["patient_id", "performed_at", "exercise"]
_CELL = st.text(st.sampled_from('ab",;\t\n\r é1=\ufeff'), max_size=4)
_ROWS = st.lists(st.lists(_CELL, max_size=5), max_size=8)


def _swallows_rows(rows: list[list[str]], delimiter: str) -> bool:
    """A cell that goes on into a line like a row is told as a broken quotation, whoever wrote it."""
    lines = [line for row in rows for cell in row for line in cell.replace("\r", "\n").split("\n")[1:]]
    several = any("\n" in cell or "\r" in cell for row in rows if len(row) > len(HEADER) for cell in row)
    return several or any(line.count(delimiter) >= len(HEADER) - 1 for line in lines)


@settings(max_examples=150, deadline=None)
@given(_ROWS, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_cells_row_numbers_and_surplus(rows: list[list[str]], delimiter: str, line_end: str, with_bom: bool) -> None:
    assume(not _swallows_rows(rows, delimiter))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows([HEADER, *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sessions.csv")
        path.write_text(text.getvalue(), encoding="utf-8-sig" if with_bom else "utf-8", newline="")
        raw = load_csv(path, "sessions")
    numbers = raw.row_numbers(np.arange(raw.n_rows)).tolist()
    found = [
        (number, [raw.columns[name][at].as_py() for name in HEADER], raw.surplus.get(at, {}))
        for at, number in enumerate(numbers)
    ]
    assert found == [
        (number, (row + [""] * 3)[:3], {at + 1: cell for at, cell in enumerate(row) if at >= 3 and cell.strip()})
        for number, row in enumerate(rows, start=2)
        if any(cell.strip() for cell in row)
    ]


@each("end", ["", "\n", "\r\n"])
def test_a_quotation_open_in_the_last_row_costs_that_row_alone(tmp_path: Path, end: str) -> None:
    header = '"patient_id","performed_at","exercise","side","reps","notes"'
    row = '"P","2026-03-0{}","heel_raise","left","10","{}"'
    lines = [header, row.format(2, "well"), row.format(3, '5"" band'), row.format(4, "never closed")[:-1]]
    (tmp_path / "sessions.csv").write_text("\n".join(lines) + end, encoding="utf-8", newline="")
    study = fd.read_study(tmp_path, today="2026-12-31")
    assert study.sessions["notes"].tolist() == ["well", '5" band']
    assert study.rejected["row"].tolist() == [4]
