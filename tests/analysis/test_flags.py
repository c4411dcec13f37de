"""Review flags on logs small enough to judge by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.analysis.flags.notes import has_words
from footdrop_analytics.analysis.log.clinical_events import Happenings
from footdrop_analytics.analysis.log.coded_log import open_log
from footdrop_analytics.knowledge import load_flag_rules
from tests.analysis.expected import found
from tests.studies import AS_OF, Log, ago, study_of

RED = (
    "fall",
    "chest_pain",
    "breathlessness",
    "calf_swelling",
    "new_weakness",
    "numbness",
    "bladder_bowel",
    "speech_face_vision",
    "seizure",
    "hospital",
)


def test_a_quiet_log_raises_nothing():
    assert len(Log().flags()) == 0


def test_the_form_of_the_table():
    table = Log().event("fall", 3, injury="yes", during_exercise="heel_raise", notes="slipped <b>here</b>").flags()
    assert list(table.columns) == [
        "patient_id",
        "rule_id",
        "severity",
        "day",
        "days_ago",
        "exercise",
        "message",
        "evidence",
        "open",
    ]
    flag = table.iloc[0]
    assert (flag["severity"], flag["day"], flag["days_ago"]) == ("red", pd.Timestamp(ago(3)), 3)
    assert flag["message"] == f"Fall on {ago(3)} during Heel raise, with injury."
    assert flag["evidence"] == "note: “slipped <b>here</b>”"
    assert flag["exercise"] == "heel_raise"


# ---- events -----------------------------------------------------------------------------------------------------


def test_every_kind_of_event():
    assert found("fall", Log().event("fall", 1)) == ["red"]
    for kind in RED[1:]:
        assert load_flag_rules().events[kind].severity == "red"
    logs = [Log().event(kind, 1) for kind in ("dizziness", "skin", "spasm", "other", "near_fall")]
    table = fd.review_flags(study_of(**{f"case {n}": log for n, log in enumerate(logs)}), as_of=AS_OF)
    assert table["severity"].astype(str).tolist() == ["amber", "amber", "note", "note", "note"]


def test_open_closed_and_not_followed_by_a_visit():
    logs = [
        Log().event("seizure", 28),
        Log().event("seizure", 29),
        Log().event("seizure", 90),
        Log().event("seizure", 91),
        Log().event("seizure", 13).visit(13),
        Log().event("seizure", 13).visit(12),
        Log().event("seizure", 14).visit(12),
        Log().event("seizure", 40).visit(39),
        Log().event("skin", 29),
    ]
    expected = ["red", "amber", "amber", "", "red", "closed", "", "", ""]
    assert found("seizure", *logs) == expected
    assert "not followed by a visit" in Log().event("seizure", 40).flags()["message"].iloc[0]


def test_a_fall_in_events_and_checkin_is_one_fall():
    both = Log().event("fall", 3).checkin(3, fell="yes")
    assert found("fall", both, Log().checkin(3, fell="yes"), Log().event("fall", 3).checkin(4, fell="yes")) == [
        "red",
        "red",
        "red red",
    ]


def test_near_falls():
    logs = [
        Log().event("near_fall", 1),
        Log().event("near_fall", 1).event("near_fall", 13),
        Log().event("near_fall", 1).event("near_fall", 14),
        Log().event("near_fall", 1, during_exercise="heel_raise"),
        Log().event("near_fall", 1).checkin(1, near_falls=2),
        Log().event("near_fall", 2).event("near_fall", 1).checkin(1, near_falls=1),
        Log().checkin(1, near_falls=0),
        Log().event("near_fall", 3).event("near_fall", 1).visit(2),
        Log().event("near_fall", 3).event("near_fall", 4).visit(2),
    ]
    assert found("near_falls", *logs) == ["", "amber", "", "amber", "amber", "amber", "", "closed", "closed"]
    assert found("near_fall", *logs) == ["note", "", "note note", "", "", "", "", "note", ""]


# ---- pain -------------------------------------------------------------------------------------------------------


def test_high_pain():
    def log(pain, usual=None, day=0):
        made = Log().patient(usual_pain_0_10=usual)
        made.sessions[day]["pain_0_10"] = pain
        return made

    logs = [log(6.5), log(7), log(7, 6), log(8, 6), log(9, 9), log(10, 9), log(7, day=28), log(7, day=29)]
    assert found("high_pain", *logs) == ["", "red", "", "red", "", "red", "red", ""]
    assert found("high_pain", log(7, day=3).visit(3), log(7, day=3).visit(2), Log().checkin(4, pain_0_10=7)) == [
        "red",
        "closed",
        "red",
    ]


def test_pain_that_rises():
    def log(first, second, **rated):
        made = Log(**rated)
        made.sessions[1]["pain_0_10"], made.sessions[0]["pain_0_10"] = first, second
        return made

    few = log(4, 4).changed(pain_0_10=None)
    for number, pain in enumerate((4, 4, 1, 1, 1, 1)):
        few.sessions[number]["pain_0_10"] = pain
    five = few.copy()
    five.sessions[8]["pain_0_10"] = 1
    assert found("pain_rise", log(4, 4), log(4, 3), log(1, 4), log(3, 3), log(4, 4, pain_0_10=2.5)) == [
        "amber",
        "",
        "",
        "",
        "",
    ]
    assert found("pain_rise", few, five, log(4, 4).visit(0)) == ["", "amber", "amber"]
    assert found("pain_rise", log(4, None).row(0, " 20:00", pain_0_10=5)) == ["amber"]


# ---- practice ---------------------------------------------------------------------------------------------------


def test_decline_against_the_days_before_and_their_noise():
    def log(*latest, **plan):
        made = Log().planned(**plan)
        for number, reps in enumerate(latest):
            made.sessions[number]["reps"] = reps
        return made

    def noisy(*, low: int) -> Log:
        """Twenty days at 7 and 3 in turn (SD 2.05), then five at ``low``."""
        made = Log(reps=7)
        for number, row in enumerate(made.sessions):
            row["reps"] = low if number < 5 else 3 if number % 2 else 7
        return made

    five, few = (7, 7, 7, 7, 7), (7, 7, 8, 8, 7)
    logs = [log(*five), log(*few), log(8, 8, 8, 7, 7), log(7, 7), Log(days=14).changed(5, reps=1)]
    assert found("decline", *logs) == ["amber", "amber", "", "", ""]
    assert found("decline", Log(days=15).changed(5, reps=1), log(*five).version(2, load_kg=1)) == ["amber", ""]
    # 3 × 2.05 × √(1.5 × (1/5 + 1/20)) = 3.77: from 5 (median) to 2 is noise, whatever the share; to 1 is not.
    assert found("decline", noisy(low=2), noisy(low=1)) == ["", "amber"]


def test_slipping_below_a_target_that_was_reached():
    """Of 28 days none below, then 2 of 3: p = 0.00245, too much daily (0.001), not seldom (0.005); 3 of 3: 0.00007."""

    def log(below, days=31, every=1, **fields):
        made = Log(days=days, **fields).without(*(day for day in range(days) if day % every))
        for number in below:
            made.sessions[number]["reps"] = 9
        return made

    daily = [log([0, 1]), log([0, 1, 2]), log([0, 2, 4]), log([0, 1, 2], days=9), log(range(31)), log([])]
    assert found("slipping", *daily) == ["", "amber", "amber", "", "", ""]
    seldom = [log([0, 1], every=3, days=93), log([0], every=3, days=93), log([0, 1], every=3, days=28)]
    assert found("slipping", *seldom) == ["amber", "", ""]
    told = log([0, 1, 2]).flagged("slipping").iloc[0]["evidence"]
    assert told == "3 of the last 3 days below the target of 10"
    unplanned = Log(reps=9)
    assert found("slipping", unplanned.planned(reps=None)) == [""]


def test_more_help_than_prescribed():
    logs = [
        Log().changed(1, mode="assisted"),
        Log().changed(4, mode="assisted").changed(3, mode="active"),
        Log(days=2, mode="assisted"),
        Log().changed(1, orthosis="fes"),
        Log().changed(1, orthosis="afo"),
        Log(load_kg=1).planned(load_kg=5),
    ]
    assert found("more_help", *logs) == ["amber", "", "", "amber", "", ""]


def test_skips_for_a_health_reason():
    def log(*days, reason="pain"):
        made = Log().without(*days)
        for day in days:
            made.row(day, status="skipped", skip_reason=reason, reps=None)
        return made

    logs = [log(3), log(3, 13), log(3, 14), log(3, 5, reason="forgot"), log(3, 5, reason="told_to_stop")]
    assert found("health_skips", *logs) == ["", "amber", "", "", "amber"]


def test_lapse_is_one_flag_unless_others_go_on():
    two = Log()
    two.prescriptions.append(two.prescriptions[0] | {"exercise": "ankle_eversion"})
    stopped = two.copy().without(*range(8))
    goes_on = two.copy()
    flags = study_of(P=goes_on, Q=stopped)
    table = fd.review_flags(flags, as_of=AS_OF).query("rule_id == 'lapse'").set_index("patient_id")
    assert table.loc["P", "exercise"] == "ankle_eversion"
    assert isinstance(table.loc["Q"], pd.Series)
    assert pd.isna(table.loc["Q", "exercise"])


def test_when_a_gap_is_a_lapse():
    logs = [
        Log().without(*range(3)),
        Log().without(*range(2)),
        Log().planned(days_per_week=2).without(*range(7)),
        Log().planned(days_per_week=4).without(*range(7)),
        Log().without(*range(8)).add("pauses", start_date=ago(9)),
        Log().without(*range(8)).patient(data_through=ago(8)),
        Log().without(*range(8)).planned(end_date=ago(1)),
    ]
    assert found("lapse", *logs) == ["amber", "", "", "amber", "", "", ""]


def test_over_doing():
    def extra(log, *days):
        for day in days:
            log.row(day, " 18:00")
        return log

    three = [Log().planned(days_per_week=3).without(*days) for days in ((1, 3, 5), (0, 2, 4, 6))]
    logs = [
        extra(Log(), 0, 1, 2),
        extra(Log(), 0, 1, 2, 3),
        *three,
        Log().changed(4, reps=19),
        extra(Log().changed(7, reps=None), 0, 1, 2, 3),
        extra(Log().changed(7, reps=None), 0, 1, 2),
        Log(days=3).planned(days_per_week=3),
        Log(days=20).planned(days_per_week=0.5).without(*range(1, 20)),
    ]
    assert found("over_doing", *logs) == ["", "amber", "", "", "amber", "amber", "", "", ""]


def test_exercise_on_a_paused_day():
    paused = Log().add("pauses", start_date=ago(13), end_date=ago(13))
    assert found("paused_exercise", paused, Log().add("pauses", start_date=ago(14), end_date=ago(14))) == ["amber", ""]


def test_side_mismatch_withholds_the_lapse():
    wrong = Log().changed(side="right")
    switched = Log(side="right").planned(side="right", end_date=ago(4)).version(3, side="left", end_date=None)
    switched.without(*range(4))
    logs = [wrong, Log(days=60, side="right").row(27, side="left"), switched]
    assert found("side_mismatch", *logs) == ["amber", "", ""]
    assert found("lapse", *logs) == ["", "amber", "amber"]


# ---- records ----------------------------------------------------------------------------------------------------


def test_notes_of_one_day_are_quoted_once_each_in_one_flag():
    log = (
        Log().checkin(1, notes="fell b").checkin(1, notes="fell a").checkin(1, notes="fell a").checkin(2, notes="numb")
    )
    table = log.flagged("words_to_read").sort_values("day")
    assert table["evidence"].tolist() == ["“numb”", "“fell a”; “fell b”"]
    assert table["day"].dt.strftime("%Y-%m-%d").tolist() == [ago(2), ago(1)]


def test_words_to_read_are_quoted():
    table = Log().changed(1, notes="I nearly  FELL\non the rug").flagged("words_to_read")
    assert table["evidence"].tolist() == ["“I nearly FELL on the rug”"]
    logs = [
        Log().changed(1, notes="good fellow"),
        Log().changed(1, notes="did triple sets"),
        Log().checkin(27, notes="foot went numb again"),
        Log().checkin(28, notes="foot went numb again"),
        Log().changed(1, notes="felt dizziness", source="inferred"),
        Log().event("other", 2, notes="tripped over the cat"),
        Log().event("fall", 2, notes="tripped over the cat"),
    ]
    assert found("words_to_read", *logs) == ["", "", "amber", "", "", "amber", ""]


def test_the_words_are_whole_words_as_people_read_them():
    words = ("fell", "numb*", "blacked out", "can't lift", "calf pain")
    for text in (
        *("Fell.", "numbness", "blacked  out", "I can't lift it", "(fell)", "fell/tripped", "_fell_", "\uff46ell"),
        *(
            "can\u2019t lift",
            "cant lift",
            "calf-pain",
            "Calf\u2011pain",
            "fe\u200bll",
            "numb,cold",
            "black\u00aded out",
        ),
    ):
        assert has_words(np.array([text], dtype=object), words)[0], text
    for text in ("fellow", "benumbed", "blackedout", "unfell", "calf, pain-free", "pain calf"):
        assert not has_words(np.array([text], dtype=object), words[:4])[0], text


def test_no_log_handed_in():
    logs = [
        Log().without(*range(14)).patient(data_through=ago(14)),
        Log().without(*range(13)).patient(data_through=ago(13)),
        Log().without(*range(20)).patient(data_through=ago(20), discharged_on=ago(18)),
    ]
    assert found("no_log", *logs) == ["amber", "", ""]


def test_notes_about_the_log():
    unplanned = Log().row(13, exercise="ankle_eversion")
    late = Log(source="app", recorded_at=ago(0, " 09:00"))
    later = Log(source="app").changed(1, performed_at=ago(1, " 09:00"), recorded_at=ago(0, " 09:00"))
    dated = Log(source="app").changed(1, performed_at=ago(2), recorded_at=ago(1, " 23:00"))
    twice = Log().planned(sessions_per_day=2)
    for row in twice.sessions:
        row["performed_at"] = str(row["performed_at"])[:10]
    assert found("not_prescribed", unplanned, Log().row(14, exercise="ankle_eversion")) == ["note", ""]
    diary = Log(recorded_at=ago(0))
    assert found("late_entries", late, later, dated, diary) == ["note", "", "", "note"]
    batch = Log().changed(3, recorded_at=ago(0))
    assert found("batches", diary, batch, Log().changed(2, recorded_at=ago(0)), Log()) == ["note", "note", "", ""]
    assert batch.flagged("batches").iloc[0]["message"] == f"Rows of 3 days written down on one day, {ago(0)}."
    assert found("no_pain_rating", Log(pain_0_10=None), Log(pain_0_10=None).checkin(27, pain_0_10=0)) == ["note", ""]
    assert found("times_missing", twice, Log().planned(sessions_per_day=2)) == ["note", ""]
    changes = [
        Log().version(13, load_kg=2, position="standing"),
        Log().version(14, load_kg=2, position="standing"),
        Log().version(5, load_kg=2, reps=12),
    ]
    assert found("two_changes", *changes) == ["note", "", ""]


def test_how_often_falls_were_asked_about():
    log = Log().checkin(1, fell="no").checkin(2, near_falls=0).checkin(3, pain_0_10=1).checkin(28, fell="yes")
    assert Happenings(open_log(log.study(), AS_OF), fd.load_flag_rules()).falls_asked(28).tolist() == [2]


def test_what_comes_after_as_of_takes_part_in_nothing():
    log = Log().event("seizure", 5).visit(1).checkin(2, pain_0_10=9)
    before = fd.review_flags(log.study(), as_of=ago(4))
    assert before["rule_id"].tolist() == ["seizure"]
    assert before["open"].tolist() == [True]


def test_open_ones_come_first_then_severity_then_the_latest():
    log = Log().event("spasm", 1).event("skin", 2).event("fall", 9).event("fall", 3).event("hospital", 10)
    table = log.visit(8).flags()
    assert table["rule_id"].tolist() == ["fall", "skin", "spasm", "fall", "hospital"]
    assert table["open"].tolist() == [True, True, True, False, False]
