"""``footdrop reviews``: who said what and when, for an audit."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from click.testing import Result

from footdrop_analytics.knowledge import load_exercises
from footdrop_analytics.reading.added import add_row, take_back

Run = Callable[..., Result]


def test_reviews_and_added_rows_are_listed_with_what_was_taken_back(run: Run, good: Path, tmp_path: Path) -> None:
    assert "nothing was added" in run("reviews", good).stdout
    (good / "reviews.csv").write_text(
        "patient_id,reviewed_at,subject,exercise,decision,by,notes\n"
        "P2,2026-01-20 08:00,readiness,heel_raise,harder,LB,\x1b[31mred\n",
        encoding="utf-8",
    )
    cells = {"patient_id": "P1", "occurred_on": "2026-01-21", "kind": "fall", "during_exercise": "heel_raise"}
    who = load_exercises()
    row = add_row(good, "events", cells, "MF", who, at=datetime.fromisoformat("2026-01-21 09:05"))
    take_back(good, "events", row, "LB", who, at=datetime.fromisoformat("2026-01-21 09:06"))
    shown = " ".join(run("reviews", good).stdout.split())
    assert "2026-01-20 08:00 LB P2 Heel raise: harder, “\\x1b[31mred”" in shown
    assert "MF P1 fall on 21 Jan 2026 during Heel raise TAKEN BACK by LB, 2026-01-21 09:06" in shown
    told = run("reviews", good, "--json", "--out", tmp_path / "audit.csv")
    rows = json.loads(told.stdout)["added"]
    assert [(one["by"], one["table"], one["stands"], one["taken_back_by"]) for one in rows] == [
        ("LB", "reviews", True, None),
        ("MF", "events", False, "LB"),
    ]
    with (tmp_path / "audit.csv").open(encoding="utf-8-sig") as file:
        assert [one["patient_id"] for one in csv.DictReader(file)] == ["P2", "P1"]
