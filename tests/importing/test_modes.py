"""Who moves the foot: asked where a source leaves it open, kept with the study, and shown on the patient's sheet."""

from __future__ import annotations

from pathlib import Path

import footdrop_analytics as fd
from tests.each import each

HEADER = "Patient,Date,Exercise,Reps\n"
BOTH = "ankle_dorsiflexion passive or ankle_dorsiflexion active"


def _log(folder: Path, *names: str) -> Path:
    file = folder / "log.csv"
    rows = [f"P1,2026-01-{5 + at:02d},{name},10\n" for at, name in enumerate(names)]
    file.write_text(HEADER + "".join(rows), encoding="utf-8")
    return file


def test_a_name_that_says_who_moves_the_foot_is_read_with_it(tmp_path: Path) -> None:
    names = ["Dorsiflexion (active)", "Passive dorsiflexion", "Toe raises; foot lifts itself", "AROM dorsiflexion",
             "Foot pulled up by hand", "Active assisted dorsiflexion", "Passive eversion", "Heel raise"]  # fmt: skip
    log = fd.import_log(_log(tmp_path, *names))
    assert log.is_complete
    assert log.tables["sessions"]["mode"].astype(object).fillna("").tolist() == [
        "active", "passive", "active", "active", "passive", "assisted", "passive", ""]  # fmt: skip
    assert log.understood.set_index("written")["exercise"][names[2]] == "ankle_dorsiflexion active"
    assert [(one.text, one.perhaps) for one in fd.import_log(_log(tmp_path, "Active toe raises")).questions] == [
        ("Active toe raises", "ankle_dorsiflexion active or heel_raise")
    ]


@each("said", ["ankle_dorsiflexion active", "Dorsiflexion, foot lifts itself"])
def test_an_answer_names_the_mode_and_one_that_leaves_it_open_is_asked_again(tmp_path: Path, said: str) -> None:
    file, out = _log(tmp_path, "Toe raises", "Toe raises"), tmp_path / "study"
    half = fd.import_log(file, answers={"exercises": {"Toe raises": "ankle_dorsiflexion"}})
    assert [(one.what, one.text, one.rows, one.perhaps) for one in half.questions] == [
        ("exercises", "Toe raises", 2, BOTH)
    ]
    assert "ankle_dorsiflexion active (the foot moves itself)" in half.questions[0].expected
    log = fd.import_log(file, answers={"exercises": {"Toe raises": said}}, plan="Toe raises 1x10, daily")
    log.write(out)
    study = fd.read_study(out)
    assert study.sessions["mode"].tolist() == ["active"] * 2
    assert study.prescriptions["mode"].tolist() == ["active"]
    again = fd.import_log(file, study=out, assume_plan="first week")
    assert again.is_complete
    assert again.tables["prescriptions"]["mode"].tolist() == ["active"]
    sheet = tmp_path / "sheet.html"
    fd.write_report(fd.analyse(study), "P1", sheet, audience="patient")
    shown = sheet.read_text(encoding="utf-8")
    assert "Pull the front of the foot up by yourself" in shown
    assert "Take the front of the foot with your hand" not in shown


def test_the_plan_of_an_exercise_says_who_moves_the_foot_for_its_log_alone(tmp_path: Path) -> None:
    file = _log(tmp_path, "Dorsiflexion", "Towel slides")
    plans = ["Dorsiflexion 3x10, active, daily", "Hip rotation 1x10, daily"]
    asked = fd.import_log(file, plan=plans).questions
    assert [(one.text, one.rows) for one in asked] == [("Towel slides", 1), ("Hip rotation", 0)]
    log = fd.import_log(file, plan=plans[0], answers={"exercises": {"Towel slides": "hip_rotation assisted"}})
    assert log.tables["sessions"]["mode"].astype(object).fillna("").tolist() == ["", "assisted"]
    assert log.tables["prescriptions"]["mode"].tolist() == ["active"]


def test_labels_of_redcap_leave_nothing_open_either(tmp_path: Path) -> None:
    file = tmp_path / "diary.csv"
    header = (
        "record_id,redcap_event_name,diary_date,Ankle dorsiflexion reps,Prescribed ankle dorsiflexion reps,rx_days_week"
    )
    file.write_text(f"{header}\n1,a,2026-01-05,12,10,7\n", encoding="utf-8")
    asked = fd.import_log(file).questions
    assert [(one.what, one.text, one.rows, one.perhaps) for one in asked] == [
        ("exercises", "ankle_dorsiflexion", 2, BOTH)
    ]
    log = fd.import_log(file, answers={"exercises": {"ankle_dorsiflexion": "ankle_dorsiflexion active"}})
    assert log.is_complete
    assert [log.tables[name]["mode"].tolist() for name in ("sessions", "prescriptions")] == [["active"], ["active"]]
    file.write_text(file.read_text(encoding="utf-8").replace("nkle dorsi", "ctive dorsi"), encoding="utf-8")
    log = fd.import_log(file)
    assert log.is_complete
    assert [log.tables[name]["mode"].tolist() for name in ("sessions", "prescriptions")] == [["active"], ["active"]]
