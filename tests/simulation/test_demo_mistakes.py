"""The study of mistakes: its README names each one, and reading finds exactly those."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.model.study import TABLES

FOLDER = Path(__file__).parents[2] / "data" / "demo_mistakes"


@pytest.fixture(scope="module")
def study() -> fd.Study:
    return fd.read_study(FOLDER, today="2026-01-31")


def rows_of_readme(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading of the README."""
    part = (FOLDER / "README.md").read_text(encoding="utf-8").split(f"\n## {heading}")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_the_rejected_rows_are_those_of_the_readme(study: fd.Study) -> None:
    found = study.rejected.assign(value=study.rejected["value"].fillna("").str.strip())
    expected = [tuple(cells[:4]) for cells in rows_of_readme("Rejected")]
    as_text = [tuple(row) for row in found[["file", "row", "column", "value"]].astype(str).itertuples(index=False)]
    assert sorted(as_text) == sorted(expected)


def test_the_unread_cells_are_those_of_the_readme(study: fd.Study) -> None:
    found = study.unread.assign(value=study.unread["value"].str.strip())
    expected = [tuple(cells[:4]) for cells in rows_of_readme("Unread")]
    as_text = [tuple(row) for row in found[["file", "row", "name", "value"]].astype(str).itertuples(index=False)]
    assert sorted(as_text) == sorted(expected)


def test_the_duplicates_are_those_of_the_readme(study: fd.Study) -> None:
    expected = [tuple(cells[:3]) for cells in rows_of_readme("Left out")]
    found = study.duplicates[["file", "row", "reason"]].astype(str)
    assert sorted(found.itertuples(index=False, name=None)) == sorted(expected)


def test_every_kept_slip_of_the_readme_has_a_note(study: fd.Study) -> None:
    for file, row, what in rows_of_readme("Read, with a note"):
        messages = study.notes.loc[study.notes["file"] == file, "message"]
        # Of readings, and of times in UTC, there is one note for all such rows of a file.
        words = "`two` read as 2" if "two" in what else "ends in Z" if file.startswith("sessions") else f"row {row}"
        assert messages.str.contains(words).any()
    assert study.notes["message"].str.contains("ends in Z").any()
    assert study.notes["message"].str.contains("stay different patients").any()


def test_nothing_is_lost(study: fd.Study) -> None:
    kept = sum(len(getattr(study, table)) for table in TABLES)
    rejected = len(study.rejected.drop_duplicates(["file", "row"]))
    assert study.sources["rows"].sum() == kept + len(study.duplicates) + rejected


def test_unusual_but_legal_cells_are_read(study: fd.Study) -> None:
    ids = {"007", "NA", "m-01", "M-01", "=cmd|' /C calc'!A0", "<b>[red]bold[/red]</b>", "../../etc/passwd"}
    assert ids <= set(study.patient_ids)
    october = study.sessions[study.sessions["patient_id"] == "M-01"].set_index("performed_at")
    assert october.loc[pd.Timestamp("2025-10-14 08:30"), "reps"] == 10
    assert len(october.loc[pd.Timestamp("2025-10-15 08:30")]) == 2
    assert (study.outcomes["value"] == -8).any()
    decimal_comma = study.sessions[study.sessions["load_kg"].notna()]
    assert decimal_comma["load_kg"].tolist() == [1.5, 1.5]
    assert decimal_comma["effort_0_10"].dropna().tolist() == [3.5]
    assert study.synthetic
