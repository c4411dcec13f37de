"""The patient's sheet tells nobody to do an exercise in another way than it is prescribed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.knowledge.catalog import AS_SHOWN


def _sheet(folder: Path, plan: dict[str, object], **tables: pd.DataFrame) -> str:
    prescription = {"patient_id": "P", "exercise": "heel_raise", "side": "left", "start_date": "2026-01-05"}
    prescription |= {"days_per_week": 5, "reps": 10} | plan
    log = {"patient_id": "P", "performed_at": ["2026-01-05", "2026-01-06"], "exercise": prescription["exercise"]}
    study = fd.study_from_tables(
        sessions=pd.DataFrame(log | {"side": "left", "reps": 10}), prescriptions=pd.DataFrame([prescription]), **tables
    )
    path = fd.write_report(fd.analyse(study), "P", folder / "sheet.html", audience="patient", contact="555 0100")
    return path.read_text("utf-8")


def test_the_whole_target_stands_there_and_how_to_do_it_in_that_way(tmp_path: Path) -> None:
    heel = fd.load_exercises()["heel_raise"]
    sheet = _sheet(tmp_path, {"position": "standing", "support": "two_hands"})
    assert "10 repetitions, 5 days a week, standing, holding on with two hands." in sheet
    assert heel.how_to_do("active", "standing", "two_hands") in sheet
    assert heel.how_to not in sheet
    assert heel.another_way not in sheet
    assert heel.how_to in _sheet(tmp_path, {})


def test_a_way_that_is_not_described_is_the_one_the_clinic_showed(tmp_path: Path) -> None:
    for plan in ({"position": "standing"}, {"position": "lying"}, {"mode": "resisted", "resistance": "red"}):
        sheet = _sheet(tmp_path, plan)
        assert AS_SHOWN in sheet, plan
        assert fd.load_exercises()["heel_raise"].how_to not in sheet, plan


def test_what_an_event_holds_is_marked(tmp_path: Path) -> None:
    fall = pd.DataFrame({"patient_id": ["P"], "occurred_on": ["2026-01-06"], "kind": ["fall"]})
    words = "Talk to your clinic before you go on with this one."
    assert words in _sheet(tmp_path, {"position": "standing", "support": "two_hands"}, events=fall)
    assert words not in _sheet(tmp_path, {"position": "standing", "support": "two_hands"})


def test_no_caution_for_clinicians_reaches_the_patient(tmp_path: Path) -> None:
    for exercise in fd.load_exercises().values():
        plain = {
            *exercise.plain_cautions,
            *(one for many in exercise.plain_cautions_by_aetiology.values() for one in many),
        }
        assert exercise.plain_cautions, exercise.key
        assert not plain & {"spastic", "clonus", "peroneal"}
        assert not [one for one in plain if any(word in one for word in ("spastic", "clonus", "peroneal", "fibula"))]
    sheet = _sheet(tmp_path, {}, patients=pd.DataFrame({"patient_id": ["P"], "aetiology": ["stroke"]}))
    assert "spastic" not in sheet.partition("<main")[2]
