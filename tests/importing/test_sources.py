"""Every known source, in the layout that its makers publish, becomes the rows that were counted by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import footdrop_analytics as fd
from footdrop_analytics.importing.profile import built_in_profiles
from tests.each import each

LAYOUTS = Path(__file__).parent / "layouts"
"""Small files in the published layouts; the rows are our own."""
_DAYS = [None, "Mon", None, "Wed", None, "Fri", None]
_SIDES = [None, *["Left", "Right"] * 3]
SHEETS: dict[str, list[list[object]]] = {
    "paper.xlsx": [
        ["Name: A.B.", None, "Start: 2026-01-05"],
        [],
        ["Heel raises", "3x12"],
        _DAYS,
        _SIDES,
        ["Week 1", "✓", "10", None, "x"],
        ["Week 2", "3x10", "-", "✓", None],
        [],
        ["Single leg stand", "hold 15 s"],
        _DAYS,
        _SIDES,
        ["Week 1", "15", None, "ill", "x"],
    ],
    "across.xlsx": [
        ["Legs", "2026-01-05", None, "2026-01-08", None],
        [None, "R", "W", "R", "W"],
        ["Heel raises", None, None, None, None],
        ["SET 1: 10-12", 12, 7.5, 14, 10],
        ["SET 2: 10-12", None, None, 11, 10],
    ],
}


class Source(NamedTuple):
    """A file, the profile that must fit, rows by table, rows left out, a row of the log, and what is said beside it."""

    file: str
    profile: str
    tables: dict[str, int]
    out: int
    row: dict[str, object]
    said: Mapping[str, Any] = MappingProxyType({})


_ONE = {"patient": "P1"}
_RAISE = {"exercise": "heel_raise", "reps": "12"}
_TIMED = {"performed_at": "2025-09-15 07:48:00"} | _RAISE
_MARKS = {"values": {"value": {"x": "skipped", "-": "not logged", "ill": "skipped: unwell"}}}
_ALL = {"programme": "heel_raise", "columns": {"vas_score": "ignore"}, "values": {"answer": {"some": "done"}}}
_OTAGO = {"programme": "Otago", "exercises": {"Otago": "own reps"}, "values": {"value": {"N": "ignore"}}}
SOURCES = [
    Source("hevy.csv", "set_per_row", {"sessions": 2}, 1, _TIMED | {"load_kg": "2.5"}, _ONE),
    Source("strong_1.csv", "set_per_row", {"sessions": 2}, 1, _TIMED | {"reps": "12.0"}, _ONE),
    Source("strong_2.csv", "set_per_row", {"sessions": 2}, 1, {"exercise": "heel_raise"}, _ONE),
    Source("strong_3.csv", "set_per_row", {"sessions": 2}, 1, _TIMED | {"load_kg": "4.536"}, _ONE),
    Source("strong_4.csv", "set_per_row", {"sessions": 2}, 2, _TIMED | {"load_kg": "2.5"}, _ONE),
    Source("fitnotes_1.csv", "set_per_row", {"sessions": 2}, 0, _RAISE | {"load_kg": "4.536"}, _ONE),
    Source("fitnotes_2.csv", "set_per_row", {"sessions": 2}, 1, _RAISE | {"side": "Each Side"}, _ONE),
    Source("fitnotes_3.csv", "set_per_row", {"sessions": 2}, 0, _RAISE | {"side": "Left"}, _ONE),
    Source("gymbook.csv", "set_per_row", {"sessions": 3}, 1, _RAISE | {"status": "done"}, _ONE),
    Source(
        "liftosaur.csv",
        "set_per_row",
        {"sessions": 1},
        2,
        _TIMED,
        _ONE | {"timezone": "Europe/Berlin"},
    ),
    Source("liftlog.csv", "set_per_row", {"sessions": 2}, 1, _RAISE | {"session_id": "b59ab47f"}, _ONE),
    Source("jefit.csv", "jefit", {"sessions": 2}, 0, _RAISE | {"source_row": 12}, _ONE),
    Source("sides.csv", "left_right", {"sessions": 3}, 0, {"side": "left", "hold_s": "15"}, _ONE),
    Source(
        "activities.csv",
        "opentelerehab",
        {"sessions": 4, "prescriptions": 1},
        2,
        {"patient_id": "208", "performed_at": "2026-01-05", "reps": "10", "sets": "3"},
    ),
    Source(
        "redcap.csv",
        "redcap",
        {"sessions": 3, "checkins": 3, "prescriptions": 1},
        0,
        _RAISE | {"performed_at": "2026-01-05"},
        {"dictionary": "dictionary.csv"},
    ),
    Source("labelled.csv", "redcap", {"sessions": 3, "checkins": 2}, 0, _RAISE),
    Source("google.csv", "form", {"sessions": 3, "checkins": 3}, 0, {"patient_id": "P001"}),
    Source("microsoft.csv", "form", {"sessions": 3, "checkins": 2}, 0, {"patient_id": "P001"}),
    Source("daily.csv", "daily_checkin", {"sessions": 3}, 0, {"status": "done"}, {"answers": _ALL}),
    Source(
        "calendar.csv",
        "falls_calendar",
        {"sessions": 5, "events": 1},
        1,
        {"exercise": "otago", "performed_at": "2026-01-01"},
        {"answers": _OTAGO},
    ),
    Source("backup.json", "programme_done", {"sessions": 4}, 0, {"sets": "3", "reps": "10"}, _ONE),
    Source(
        "sets.json",
        "sets_in_json",
        {"sessions": 2},
        0,
        _RAISE | {"performed_at": "2026-01-06 00:30:00", "resistance": "red"},
        _ONE | {"timezone": "Europe/Berlin"},
    ),
    Source(
        "bundle.json",
        "fhir",
        {"sessions": 1, "prescriptions": 2, "outcomes": 1},
        2,
        {"patient_id": "p1", "performed_at": "2026-01-06"},
    ),
    Source(
        "paper.xlsx",
        "weeks_grid",
        {"sessions": 8, "prescriptions": 4},
        1,
        {"patient_id": "Ann", "performed_at": "2026-01-05", "side": "Left", "status": "done"},
        {"answers": _MARKS},
    ),
    Source("across.xlsx", "dates_across", {"sessions": 3}, 3, _RAISE | {"set_no": "1"}, _ONE),
]


def placed(source: Source, folder: Path) -> tuple[Path, dict[str, Any]]:
    """The source as a file, and what is said beside it."""
    if source.file in SHEETS:
        import openpyxl

        book = openpyxl.Workbook()
        book.active.title = "Ann"
        for row in SHEETS[source.file]:
            book.active.append(row)
        book.save(folder / source.file)
        return folder / source.file, dict(source.said)
    said = dict(source.said)
    if "dictionary" in said:
        said["dictionary"] = LAYOUTS / said["dictionary"]
    return LAYOUTS / source.file, said


def test_every_known_source_comes_to_the_rows_counted_by_hand(tmp_path: Path) -> None:
    for source in SOURCES:
        file, said = placed(source, tmp_path)
        log = fd.import_log(file, **said)
        assert log.is_complete, f"{source.file}: {log.questions}"
        assert log.profile.name == source.profile, source.file
        counts = {name: len(frame) for name, frame in log.tables.items() if name != "patients"}
        assert counts == source.tables, source.file
        assert log.left_out["rows"].sum() == source.out, f"{source.file}: {log.left_out}"
        first = log.tables["sessions"].iloc[0]
        assert {name: first[name] for name in source.row} == source.row, source.file
    assert {one.name for one in built_in_profiles()} == {one.profile for one in SOURCES} | {"database"}


@each("source", [SOURCES[0], SOURCES[13], SOURCES[14], SOURCES[19]])
def test_what_was_imported_reads_as_a_study_and_is_analysed(source: Source, tmp_path: Path) -> None:
    file, said = placed(source, tmp_path)
    log = fd.import_log(file, **said)
    log.write(tmp_path / "study")
    study = fd.read_study(tmp_path / "study")
    assert len(study.sessions) == source.tables["sessions"]
    assert len(study.rejected) == len(study.unread) == 0
    assert study.sources.loc[study.sources["table"] == "profile", "file"].tolist() == ["profile.yaml"]
    caseload = fd.analyse(study).caseload
    assert caseload["patient_id"].tolist() == study.patient_ids
