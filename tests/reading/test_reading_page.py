"""What ``docs/reading.md`` says of cells is what happens."""

from __future__ import annotations

import re

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.model.inputs import COLUMNS
from tests.each import each
from tests.project._tree import ROOT

PAGE = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| (.+) \|$", PAGE, flags=re.MULTILINE)


@each("column, written, read_as", LINES)
def test_every_way_of_writing_a_cell_is_read_as_the_page_says(column: str, written: str, read_as: str) -> None:
    sound = {"patient_id": "P1", "performed_at": "2026-01-02", "exercise": "heel_raise", "side": "left"}
    rows = pd.DataFrame([sound, sound | {column: written}])
    study = fd.study_from_tables(sessions=rows.fillna(""), today="2026-01-20")
    if read_as.startswith("not read: "):
        reasons = [*study.rejected["reason"], *study.unread["message"]]
        assert any(read_as.removeprefix("not read: ") in reason for reason in reasons), reasons
        return
    value = study.sessions[column].iloc[1]
    shown = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, pd.Timestamp) else value
    assert str(shown) == read_as or float(shown) == float(read_as)


def test_the_page_says_of_every_table_which_cells_reject_a_row() -> None:
    assert len(LINES) > 30
    words = {"performed_at": "time", "occurred_on": "day", "patient_id": "patient"}
    for table, specs in COLUMNS.items():
        deciding = [words.get(name, name) for name, spec in specs.items() if spec.decides]
        if len(deciding) < len(specs):
            assert f"| `{table}` | {', '.join(deciding)} |" in PAGE
