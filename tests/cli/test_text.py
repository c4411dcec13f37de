"""Texts and cells as a person sees them."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footdrop_analytics.cli.output import console, counted, print_json, print_table, records, visible, write_csv
from tests.each import each


@each(
    "text, shown",
    [
        ("Anna", "Anna"),
        ("Åsa Ñ 中", "Åsa Ñ 中"),
        ("[red]x[/red]", "[red]x[/red]"),
        ("\x1b[31mX", "\\x1b[31mX"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x9b31m", "\\x9b31m"),
        ("‮abc", "\\u202eabc"),
        ("a\u2028b", "a\\u2028b"),
        ("non breaking", "non breaking"),
    ],
)
def test_nothing_is_invisible(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_no_text_can_act_on_a_terminal(text: str) -> None:
    shown = visible(text)
    assert not [char for char in shown if ord(char) < 32 or 127 <= ord(char) < 160]


def test_csv_keeps_numbers_and_days_and_defuses_text(tmp_path) -> None:
    table = pd.DataFrame(
        {
            "patient_id": pd.Categorical(["=1", "P2"]),
            "day": pd.to_datetime(["2026-01-05", None]),
            "value": [-2.5, None],
            "notes": pd.Series(["a\nb", None], dtype="str"),
        }
    )
    write_csv(table, tmp_path / "new" / "table.csv")
    assert (tmp_path / "new" / "table.csv").read_bytes() == (
        b'\xef\xbb\xbfpatient_id,day,value,notes\r\n\'=1,2026-01-05,-2.5,"a\nb"\r\nP2,,,\r\n'
    )
    assert table["patient_id"].tolist() == ["=1", "P2"]


def test_records_are_plain() -> None:
    table = pd.DataFrame(
        {
            "n": pd.array([1, None], dtype="Int64"),
            "share": [0.1 + 0.2, float("nan")],
            "day": pd.to_datetime(["2026-01-05", None]),
            "at": pd.to_datetime(["2026-01-05 08:30", None]),
            "state": pd.Categorical(["paused", None]),
            "met": pd.array([True, None], dtype="boolean"),
        }
    )
    first, second = json.loads(json.dumps(records(table)))
    assert first == {
        "n": 1,
        "share": 0.30000000000000004,
        "day": "2026-01-05",
        "at": "2026-01-05T08:30:00",
        "state": "paused",
        "met": True,
    }
    assert set(second.values()) == {None}


def test_json_cannot_act_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"id": "\x1b[31m\x9bÅ"})
    out = capsys.readouterr().out
    assert out.isascii()
    assert "\x1b" not in out
    assert json.loads(out) == {"id": "\x1b[31m\x9bÅ"}


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_table_never_cuts_a_cell(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    long = "P" + "0123456789" * 7
    print_table({"Patient": None, "Why": None}, [[long, "a fall " * 30], ["[b]x[/b]", "none"]])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    place = next(line.index("Why") for line in lines if "Why" in line)
    assert "".join(line[:place].strip() for line in lines).startswith("Patient")
    assert long in "".join(line[:place].strip() for line in lines)
    together = "".join("".join(lines).split())
    assert "…" not in together
    assert "[b]x[/b]" in together


def test_a_pipe_is_eighty_columns_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert console().width == 80


def test_counts_agree_with_their_noun() -> None:
    assert counted(1, "row") == "1 row"
    assert counted(1200, "row") == "1,200 rows"
    assert counted(0, "row was", "rows were") == "0 rows were"
