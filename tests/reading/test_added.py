"""Rows that people add while they look at a study: appended, checked, whole or not at all, and taken back by a row."""

from __future__ import annotations

import errno
import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import footdrop_analytics as fd
from footdrop_analytics.knowledge import load_exercises
from footdrop_analytics.reading import added
from footdrop_analytics.reading.added import AddError, add_row, added_rows, folder_for_added, take_back

from .helpers import SESSIONS, account, read

EXERCISES = load_exercises()
AT = datetime.fromisoformat("2026-01-05 09:30:00")
OF_FLAG = {"subject": "flag", "rule_id": "fall", "day": "2026-01-04"}
SEEN = {"patient_id": "P1", "reviewed_at": AT, **OF_FLAG, "decision": "seen", "notes": 'to her: "all\nwell", =1+1'}
PLAN = {"exercise": "heel_raise", "side": "left", "start_date": "2026-01-01", "days_per_week": 3, "sets": 3, "reps": 12}
ROWS: dict[str, Mapping[str, object]] = {
    "reviews": SEEN,
    "sessions": {"patient_id": "P1", "performed_at": "2026-01-05", "exercise": "heel_raise", "side": "left", "reps": 9},
    "visits": {"patient_id": "P1", "visited_on": "2026-01-05", "decision": "harder", "next_visit_on": "2026-03-01"},
    "events": {"patient_id": "P1", "occurred_on": "2026-01-05", "kind": "fall", "injury": "no"},
    "outcomes": {"patient_id": "P1", "measured_on": "2026-01-05", "measure": "10mwt", "value": 0.71, "unit": "m/s"},
    "prescriptions": {"patient_id": "P1", **PLAN},
}


def add(folder: Path, table: str, by: str = "MF, PT", **changed: object) -> str:
    return add_row(folder, table, {**ROWS[table], **changed}, by, EXERCISES, at=AT)


def test_a_row_of_every_table_is_read_as_it_was_given_and_counts_last(tmp_path: Path) -> None:
    read(tmp_path)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    for table in ROWS:
        add(tmp_path, table)
    study = read(tmp_path)
    assert (len(study.rejected), len(study.unread)) == (0, 0)
    review = study.reviews.iloc[0]
    assert (review["reviewed_at"], review["by"], review["decision"]) == (AT, "MF, PT", "seen")
    assert review["notes"] == 'to her: "all well", =1+1'
    assert (len(study.sessions), study.outcomes["value"].item(), study.outcomes["rater"].item()) == (2, 0.71, "MF, PT")
    # The plan with the same start in the study's own file is the one that gives way.
    assert study.prescriptions[["days_per_week", "reps", "prescriber"]].values.tolist() == [[3.0, 12, "MF, PT"]]
    assert all((tmp_path / name).read_bytes() == content for name, content in before.items())
    assert not list(tmp_path.glob(".*.part"))


def test_a_row_goes_to_the_patient_whose_id_is_written_so_and_to_no_other(tmp_path: Path) -> None:
    ids = ["007", "7", "A B", "A  B", "A\u00a0B", "a\u200bb", "ab", "\u00e9", "e\u0301", 'q"r', "x,y", "=1+1", "l1\nl2"]
    for one in ids:
        add(tmp_path, "sessions", patient_id=one)
    assert sorted(read(tmp_path).sessions["patient_id"].astype(str)) == sorted(["P1", *ids])
    with pytest.raises(AddError, match="would be read as 'l2'"):
        add(tmp_path, "sessions", patient_id="l1\rl2")


def test_nothing_is_saved_that_reading_would_not_take_whole(tmp_path: Path) -> None:
    read(tmp_path)
    add(tmp_path, "sessions")
    before = (tmp_path / "sessions-added.csv").read_bytes()
    refused: list[tuple[dict[str, Any], str]] = [
        ({"exercise": "heel"}, "exercise 'heel'"),
        ({"exercise": None}, "exercise"),
        ({"patient_id": " "}, "patient_id"),
        ({"pain_0_10": 11}, "pain_0_10 '11'"),
        ({"reps": "many"}, "reps"),
        ({"performed_at": "03/04/2026"}, "03/04/2026"),
        ({"performed_at": "2026-01-08"}, "more than one day after"),
        ({"by": ""}, "Say who you are"),
        ({"by": "\u202e "}, "Say who you are"),
    ]
    for changed, words in refused:
        with pytest.raises(AddError, match="Nothing was saved\\.") as error:
            add(tmp_path, "sessions", **changed)
        assert words in str(error.value)
    for table, column in (("checkins", "day"), ("sessions", "sessionid")):
        with pytest.raises(fd.ParameterError, match=r"expected one of|no column"):
            add_row(tmp_path, table, {column: "1"}, "MF", EXERCISES)
    assert (tmp_path / "sessions-added.csv").read_bytes() == before


def test_a_row_is_taken_back_by_a_row_and_both_stay_for_the_audit(tmp_path: Path) -> None:
    read(tmp_path, events="patient_id,occurred_on,kind\nP1,2026-01-04,fall\n")
    first, second = add(tmp_path, "reviews"), add(tmp_path, "reviews", decision="stop")
    take_back(tmp_path, "reviews", first, "LB", EXERCISES, at=datetime.fromisoformat("2026-01-06"))
    study = read(tmp_path)
    assert study.reviews["decision"].tolist() == ["stop"]
    assert study.duplicates[["file", "row", "reason"]].values.tolist() == [
        ["reviews-added.csv", 2, "superseded"],
        ["reviews-added.csv", 4, "superseded"],
    ]
    assert account(study)["reviews"] == (3, 3)
    rows = added_rows(tmp_path)
    assert [(one.by, one.cells["decision"], bool(one.taken_back), one.takes_back) for one in rows] == [
        ("MF, PT", "seen", True, ""),
        ("MF, PT", "stop", False, ""),
        ("LB", "seen", False, first),
    ]
    for row_id in (first, rows[2].row_id, "nothing"):
        with pytest.raises(AddError, match="taken back already, or is not there"):
            take_back(tmp_path, "reviews", row_id, "LB", EXERCISES)
    # Nobody takes back the row of another patient, whatever stands in a file.
    file = tmp_path / "reviews-added.csv"
    file.write_text(file.read_text("utf-8") + f"P2,{AT},log,,,,,seen,,,x,{AT},XX,{second}\n", encoding="utf-8")
    assert read(tmp_path).reviews["decision"].tolist() == ["stop"]


def test_many_people_at_once_lose_no_row(tmp_path: Path) -> None:
    read(tmp_path)
    with ThreadPoolExecutor(6) as people:
        ids = list(people.map(lambda number: add(tmp_path, "reviews", by=f"T{number}"), range(24)))
    assert sorted(one.row_id for one in added_rows(tmp_path)) == sorted(ids)
    assert len(read(tmp_path).reviews) == 24


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "Make room on this disk"),
        (errno.EROFS, "may be read but not written"),
        (errno.EACCES, "may be read but not written"),
        (errno.EIO, "error"),
    ],
)
def test_what_cannot_be_written_is_said_and_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    read(tmp_path)
    add(tmp_path, "reviews")
    before = (tmp_path / "reviews-added.csv").read_bytes()

    def fails(*_given: object) -> None:
        raise OSError(number, "error", "x")

    monkeypatch.setattr("footdrop_analytics.files._fill", fails)
    with pytest.raises(AddError, match=words):
        add(tmp_path, "reviews")
    assert (tmp_path / "reviews-added.csv").read_bytes() == before
    assert not list(tmp_path.glob(".*.part"))


def test_somebody_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read(tmp_path)
    monkeypatch.setattr("footdrop_analytics.files._PATIENCE_S", 0.05)
    with added.locked(tmp_path), pytest.raises(AddError, match="Somebody else is saving"):
        add(tmp_path, "reviews")
    add(tmp_path, "reviews")


def test_a_file_that_others_changed_is_not_written_into(tmp_path: Path) -> None:
    read(tmp_path)
    file = tmp_path / "visits-added.csv"
    add(tmp_path, "visits")
    whole = file.read_bytes()
    for changed in (b"patient_id;visited_on\nP1;2026-01-05\n", whole.rstrip(b"\n"), b"\xff\xfe" + whole, b'a,"b\n'):
        file.write_bytes(changed)
        with pytest.raises(AddError, match=r"changed by another program.*Rename it to visits-"):
            add(tmp_path, "visits")
        assert file.read_bytes() == changed


def test_what_was_added_is_as_private_as_the_log(tmp_path: Path) -> None:
    read(tmp_path)
    for mode in (0o600, 0o664):
        (tmp_path / "sessions.csv").chmod(mode)
        add(tmp_path, "reviews" if mode == 0o600 else "visits")
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.glob("*-added.csv")}
    assert modes == {"reviews-added.csv": 0o600, "visits-added.csv": 0o664}


def test_a_workbook_has_no_place_for_added_rows(tmp_path: Path) -> None:
    (tmp_path / "sessions.csv").write_text(SESSIONS, encoding="utf-8")
    assert folder_for_added(tmp_path) == tmp_path
    with pytest.raises(AddError, match="study folder only"):
        folder_for_added(tmp_path / "study.xlsx")
