"""What flags say beside their message: numbers that a clinician can check against the log."""

from __future__ import annotations

import pandas as pd

import footdrop_analytics as fd
from tests.studies import AS_OF, Log, ago


def _evidence(log: Log, rule_id: str) -> str:
    flags = log.flagged(rule_id)
    assert len(flags) == 1
    return str(flags["evidence"].iloc[0])


def _two_exercises(*, stopped: int, stopped_other: int) -> Log:
    """Heel raises up to so many days ago, ankle eversion up to so many days ago, both due every day."""
    log = Log()
    log.prescriptions.append(log.prescriptions[0] | {"exercise": "ankle_eversion"})
    others = [row | {"exercise": "ankle_eversion"} for row in log.sessions[stopped_other:]]
    log.sessions = [*log.sessions[stopped:], *others]
    return log


def test_days_missed_in_several_exercises_are_those_since_each_was_last_done():
    log = _two_exercises(stopped=15, stopped_other=20)
    assert _evidence(log, "lapse") == (
        f"35 exercise days missed, each exercise counted, since each was last done, the latest on {ago(15)}"
    )
    gaps = fd.persistence(log.study(), as_of=AS_OF)["open_gap_days"]
    assert sorted(gaps) == [15, 20]


def test_days_missed_in_one_exercise_are_those_since_its_last_day():
    assert _evidence(Log().without(*range(12)), "lapse") == f"12 exercise days missed since {ago(12)}"
    twice_a_day = Log().planned(sessions_per_day=2).without(*range(12))
    assert _evidence(twice_a_day, "lapse") == f"12 exercise days missed since {ago(12)}"


def test_days_missed_before_any_was_done_count_from_the_prescription():
    log = _two_exercises(stopped=31, stopped_other=31)
    log.sessions = [{"patient_id": "P", "exercise": "hip_rotation", "side": "left", "performed_at": ago(30), "reps": 1}]
    assert _evidence(log, "lapse") == "62 exercise days missed, each exercise counted, since the prescriptions began"


def test_over_doing_is_told_in_repetitions_or_seconds():
    assert _evidence(Log().changed(7, reps=30), "over_doing") == (
        "7 sessions logged, about 7 due; 210 repetitions done, 70 due"
    )
    held = Log(exercise="single_leg_stand", reps=1, hold_s=10).planned(reps=1, hold_s=10)
    assert _evidence(held.changed(7, hold_s=30), "over_doing") == (
        "7 sessions logged, about 7 due; 210 seconds done, 70 due"
    )


def test_near_falls_are_during_an_exercise_where_that_was_logged():
    def said(log: Log) -> str:
        return str(log.flagged("near_falls")["message"].iloc[0])

    two, during = Log().event("near_fall", 5).event("near_fall", 3), {"during_exercise": "heel_raise"}
    assert said(two) == "2 near falls within 14 days."
    assert said(Log().event("near_fall", 1, **during)) == "1 near fall within 14 days, logged as during an exercise."
    assert said(Log().event("near_fall", 1, **during).checkin(2, near_falls=2)) == (
        "3 near falls within 14 days, 1 of them logged as during an exercise."
    )
    assert said(Log().event("near_fall", 1, **during).checkin(1, near_falls=3)) == (
        "3 near falls within 14 days, 1 of them logged as during an exercise."
    )
    assert said(Log().event("near_fall", 1, **during).event("near_fall", 1, **during)) == (
        "2 near falls within 14 days, all logged as during an exercise."
    )


def test_a_prescription_that_changed_says_what():
    log = Log().version(5, mode="resisted", resistance="red", load_kg=2, position="standing", support="one_hand")
    assert _evidence(log, "two_changes") == "what changed: mode, position, support, band, load"
    assert _evidence(Log().version(5, orthosis="afo", load_kg=1), "two_changes") == "what changed: brace, load"


def test_what_gave_way_to_a_correction_is_still_flagged() -> None:
    row = {"patient_id": "P", "exercise": "heel_raise", "side": "left", "reps": 10, "performed_at": ago(3, " 09:00")}
    plan = {"patient_id": "P", "exercise": "heel_raise", "side": "left", "start_date": ago(20), "days_per_week": 7}
    for source, expected in (("diary", {"high_pain", "words_to_read"}), ("inferred", set())):
        first = row | {"pain_0_10": 8, "notes": "felt numb", "source": source}
        later = row | {"pain_0_10": 3, "notes": "no pain", "source": source}
        files = [pd.DataFrame([one]).astype(object) for one in (first, later)]
        study = fd.study_from_tables(
            sessions=files, prescriptions=pd.DataFrame([plan]).astype(object), today="2026-12-31"
        )
        assert study.duplicates["reason"].tolist() == ["superseded"]
        flags = fd.review_flags(study, as_of=ago(0))
        flags = flags[flags["rule_id"].isin(["high_pain", "words_to_read"])]
        assert set(flags["rule_id"]) == expected, source
        assert source == "inferred" or "felt numb" in " ".join(flags["evidence"])
