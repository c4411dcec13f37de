"""The patient's sheet tells nobody to do an exercise in another way than it is prescribed."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.knowledge.exercises import AS_SHOWN
from footdrop_analytics.report.drawing import drawing
from tests.project._tree import ROOT
from tests.studies import SERIES, Row, study_with


def _sheet(folder: Path, plan: Row, **tables: list[Row]) -> str:
    done = {"exercise": plan.get("exercise", "heel_raise"), "reps": 10}
    planned = {"start_date": "2026-01-05", "days_per_week": 5, "reps": 10} | plan
    own = {"sessions": [done | {"performed_at": f"2026-01-0{day}"} for day in (5, 6)], "prescriptions": [planned]}
    study = study_with(**(own | tables), valid=False)
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
    fall = [{"occurred_on": "2026-01-06", "kind": "fall"}]
    words = "Talk to your clinic before you go on with this one."
    assert words in _sheet(tmp_path, {"position": "standing", "support": "two_hands"}, events=fall)
    held = _sheet(tmp_path, {"position": "standing", "support": "two_hands"}, events=fall)
    assert "How to do it" not in held
    assert "<svg" not in held
    assert words not in _sheet(tmp_path, {"position": "standing", "support": "two_hands"})


def test_what_is_paused_or_was_stopped_is_named_and_not_taught(tmp_path: Path) -> None:
    pause = {"start_date": "2026-01-06", "end_date": "2026-01-20"}
    review = SERIES | {"reviewed_at": "2026-01-08T10:00", "subject": "readiness", "decision": "stop"}
    visit = {"visited_on": "2026-01-06", "decision": "stop"}
    talk = "Talk to your clinic before you go on with this one."
    for words, tables in (
        ("This one is paused. Ask your clinic when to start again.", {"pauses": [pause]}),
        (talk, {"reviews": [review]}),
        (talk, {"reviews": [review | {"subject": "flag", "rule_id": "decline", "day": "2026-01-08", "side": None}]}),
        (talk, {"visits": [visit]}),
    ):
        sheet = _sheet(tmp_path, {}, **tables)
        assert words in sheet
        assert "10 repetitions, 5 days a week" in sheet
        assert "How to do it" not in sheet, words
        assert "<svg" not in sheet
    later = review | {"reviewed_at": "2026-01-09T10:00", "decision": "keep"}
    assert talk not in _sheet(tmp_path, {}, reviews=[review, later])
    assert talk not in _sheet(tmp_path, {}, reviews=[review | {"side": "right"}])
    # On one day the clock says which decision is the last, not the order of rows, and a review comes after the visit.
    earlier = review | {"reviewed_at": "2026-01-08T09:00", "decision": "keep"}
    assert talk in _sheet(tmp_path, {}, reviews=[review, earlier])
    assert talk in _sheet(tmp_path, {}, reviews=[review], visits=[{"visited_on": "2026-01-08", "decision": "keep"}])
    assert talk not in _sheet(tmp_path, {"start_date": "2026-01-06"}, visits=[visit])


def test_a_plan_that_begins_later_is_handed_over_too(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, {"start_date": "2026-01-12"})
    assert "Starts on 12 Jan 2026." in sheet
    assert "How to do it" in sheet
    assert "No exercise is planned" not in sheet
    gone = [{"discharged_on": "2026-01-10"}]
    assert "No exercise is planned" in _sheet(tmp_path, {"start_date": "2026-01-12"}, patients=gone)
    for kind, position, is_taught in (
        ("fall", "seated", True),
        ("fall", "standing", False),
        ("new_weakness", "seated", False),
    ):
        plan = {"start_date": "2026-01-12", "exercise": "hip_rotation", "position": position}
        sheet = _sheet(tmp_path, plan, events=[{"occurred_on": "2026-01-06", "kind": kind}])
        assert ("How to do it" in sheet, "Talk to your clinic" in sheet) == (is_taught, not is_taught), (kind, position)
    for until, is_taught in (("2026-01-11", True), ("2026-01-12", False), (None, False)):
        pause = {"start_date": "2026-01-06", "end_date": until}
        sheet = _sheet(tmp_path, {"start_date": "2026-01-12"}, pauses=[pause])
        assert ("How to do it" in sheet, "This one is paused." in sheet) == (is_taught, not is_taught), until
    first = {"start_date": "2026-01-05", "days_per_week": 5, "reps": 10}
    sheet = _sheet(tmp_path, {}, prescriptions=[first, first | {"start_date": "2026-01-12", "reps": 15}])
    assert "From 12 Jan 2026: 15 repetitions, 5 days a week, sitting." in sheet
    assert "10 repetitions, 5 days a week, sitting." in sheet


def test_what_cannot_be_read_is_ascribed_to_who_wrote_it(tmp_path: Path) -> None:
    plan = {"start_date": "2026-01-05", "days_per_week": 5, "reps": 10}
    sheet = _sheet(tmp_path, {}, prescriptions=[plan, plan | {"exercise": "toe raises"}])
    assert "A part of your plan could not be read." in sheet
    assert "entry of yours" not in sheet
    sheet = _sheet(tmp_path, {}, checkins=[{"day": "14/13/2026"}])
    assert "1 entry of yours could not be read" in sheet
    assert "your plan could not be read" not in sheet


def test_a_log_on_its_way_is_no_ground_for_praise(tmp_path: Path) -> None:
    days = [f"{day:%Y-%m-%d}" for day in pd.date_range("2026-01-05", "2026-02-08") if day.day % 2 or day.month == 2]
    log = [{"performed_at": day, "reps": 10} for day in days]
    praise = "You did more of your plan than in the four weeks before."
    late = [{"data_through": "2026-02-08"}]
    other = [*log, {"patient_id": "Q", "performed_at": "2026-02-22", "reps": 10}]
    assert praise in _sheet(tmp_path, {"days_per_week": 7}, sessions=log)
    sheet = _sheet(tmp_path, {"days_per_week": 7}, sessions=other, patients=late)
    assert "Your log of 14 days has not reached your clinic yet." in sheet
    assert praise not in sheet


def test_a_picture_says_whose_leg_is_grey(tmp_path: Path) -> None:
    assert "The grey leg is your left leg." in _sheet(tmp_path, {})
    assert "The grey leg is your right leg." in _sheet(tmp_path, {"side": "right"})
    assert "Do both sides at once." in _sheet(tmp_path, {"side": "both"})


def test_no_caution_for_clinicians_reaches_the_patient(tmp_path: Path) -> None:
    for exercise in fd.load_exercises().values():
        plain = {
            *exercise.plain_cautions,
            *(one for many in exercise.plain_cautions_by_aetiology.values() for one in many),
        }
        assert exercise.plain_cautions, exercise.key
        assert not plain & {"spastic", "clonus", "peroneal"}
        assert not [one for one in plain if any(word in one for word in ("spastic", "clonus", "peroneal", "fibula"))]
    sheet = _sheet(tmp_path, {}, patients=[{"aetiology": "stroke"}])
    assert "spastic" not in sheet.partition("<main")[2]


def test_every_exercise_has_a_drawing_of_the_way_it_starts_and_none_of_another(tmp_path: Path) -> None:
    seen = set()
    for one in fd.load_exercises().values():
        found = drawing(one.key, one.mode, one.position, one.support, "right")
        assert found is not None, one.key
        seen.add(str(found.svg))
        assert "nan" not in found.svg
        left = drawing(one.key, one.mode, one.position, one.support, "left")
        assert left is not None
        assert left.svg != found.svg
        assert drawing(one.key, one.mode, "lying", one.support, "right") is None
        for way in one.ways:
            there = (way.mode or one.mode, way.position or one.position, way.support or one.support)
            assert drawing(one.key, *there, "both") is not None, (one.key, there)
    assert len(seen) == len(fd.load_exercises())
    assert drawing("single_leg_stand", "active", "standing", "none", "right") is None
    assert "Seen from the side, sitting." in _sheet(tmp_path, {})
    assert "Standing behind a chair, both hands" in _sheet(tmp_path, {"position": "standing", "support": "two_hands"})
    assert "<svg" not in _sheet(tmp_path, {"position": "lying"})
    assert "Do both." in _sheet(tmp_path, {"exercise": "ankle_eversion", "side": "both"})


def test_last_week_stands_beside_the_goal_and_never_above_it(tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, {"reps": 20})
    assert "Last week: about <strong>10</strong> · goal: <strong>20</strong>" in sheet
    assert "width: 50%" in sheet
    assert "Last week: about <strong>8</strong> · goal: <strong>8</strong>" in _sheet(tmp_path, {"reps": 8})
    assert "Last week" not in _sheet(tmp_path, {"mode": "assisted"})
    assert "<figure" not in sheet


def test_a_sheet_is_easy_to_read(tmp_path: Path) -> None:
    demo = fd.analyse(fd.read_study(ROOT / "data" / "demo", today="2026-11-30"))
    fd.write_reports(demo, tmp_path, audience="patient")
    pages = [page.read_text("utf-8") for page in tmp_path.glob("sim-*.html")]
    assert len(pages) == 13
    for page in pages:
        text = re.sub(
            r"<svg.*?</svg>|<title>.*?</title>|<style>.*?</style>|<script.*?</script>", " ", page, flags=re.DOTALL
        )
        assert _grade(re.sub(r"</(p|h1|h2)>", ". ", text)) <= 5
        assert len(re.sub(r"<[^>]+>", " ", text).split()) < 500
        assert len(page) < 60_000
    assert _grade("Dorsiflexion of the affected extremity necessitates physiotherapeutic supervision.") > 15


def _grade(text: str) -> float:
    """The Flesch-Kincaid grade (Kincaid 1975); syllables are runs of vowels, without a silent e."""
    sentences = [one for one in re.split(r"[.!?:]\s", re.sub(r"<[^>]+>", " ", text)) if re.search(r"[A-Za-z]", one)]
    words = re.findall(r"[A-Za-z]+", " ".join(sentences))
    syllables = sum(
        max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[a-z]{2})e$", "", word.lower())))) for word in words
    )
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def test_all_that_is_done_standing_is_done_holding_on_and_never_in_socks() -> None:
    for one in fd.load_exercises().values():
        for told in [one.how_to, one.another_way, *(way.how_to for way in one.ways)]:
            assert "Stand" not in told or re.search(r"hold|fingertips", told, re.IGNORECASE), told
            assert "sock" not in told, told


def test_nobody_is_told_to_cross_the_legs(tmp_path: Path) -> None:
    """Crossed legs press on the peroneal nerve; who has it hurt is told not to, and nobody how to."""
    for one in fd.load_exercises().values():
        told = " ".join([one.how_to, one.another_way, *(way.how_to for way in one.ways)])
        assert not re.search(r"cross|other knee", told, re.IGNORECASE), one.key
    patients = [{"aetiology": "peroneal_neuropathy"}]
    sheet = _sheet(tmp_path, {"exercise": "ankle_dorsiflexion"}, patients=patients)
    assert "Do not cross your legs." in sheet
