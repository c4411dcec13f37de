"""States and criteria on logs small enough to judge by hand."""

from __future__ import annotations

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.knowledge import load_exercises
from tests.analysis.expected import expect_met, expect_states
from tests.each import each
from tests.studies import AS_OF, Log, ago

RULES = ("exposure", "recency", "adherence", "target", "as_prescribed", "pain", "effort", "no_event")

# ---- the states, in order ---------------------------------------------------------------------------------------


def test_a_log_that_meets_everything():
    state = Log().state()
    assert state["state"] == "criteria_met"
    assert (state["n_met"], state["n_applicable"]) == (8, 8)
    assert (state["unmet"], state["missing"]) == ("", "")
    assert state["next_step"] == "heel_raise"
    assert pd.isna(state["easier_step"])
    assert state["target"] == 10
    assert state["rules_version"]


def test_paused_comes_first():
    log = Log().event("fall", 1, injury="yes").add("pauses", start_date=ago(0), end_date=ago(0))
    expect_states((log, "paused"))
    assert Log().add("pauses", start_date=ago(9), end_date=ago(1)).state()["state"] != "paused"
    other = Log().add("pauses", start_date=ago(0), exercise="ankle_eversion")
    expect_states((other, "criteria_met"))


def test_a_decline_is_looked_at_before_anything_is_changed():
    log = Log()
    for number, row in enumerate(log.sessions):
        row["reps"] = 5 + number // 2
    expect_states((log, "check_decline"), (log.copy().event("chest_pain", 2), "hold_event"))


def test_below_target_names_an_easier_step_and_needs_no_exposure():
    state = Log(days=4, reps=7).state()
    assert state["state"] == "below_target"
    assert state["easier_step"] == load_exercises()["heel_raise"].easier_step
    assert pd.isna(state["next_step"])
    expect_states((Log(days=4, reps=8), "not_enough_data"), (Log(days=2, reps=7), "not_enough_data"))


def test_below_target_is_strict_and_needs_known_reps():
    expect_states(
        (Log(reps=7.5 * 2).planned(reps=20), "criteria_not_met"),  # 15 of 20 is 75 %
        (Log(reps=14).planned(reps=20), "below_target"),
        (Log(reps=7).row(1, reps=None), "criteria_not_met"),
        (Log(reps=7).row(1, " 18:00", reps=9), "criteria_not_met"),
    )


def test_a_failed_attempt_is_performance_but_no_exercise():
    expect_states((Log(days=3, reps=0), "below_target"))
    expect_met("exposure", (Log(days=3, reps=0), False))


def test_passive_and_assisted_series_are_never_below_target():
    state = Log(exercise="ankle_dorsiflexion", reps=2).state()
    assert state["mode"] == "passive"
    assert state["state"] == "clinician_check"
    assert state["next_needs_observation"]
    assert state["n_applicable"] == 5


def test_a_false_criterion_weighs_more_than_a_missing_one():
    log = Log(effort_0_10=None)
    expect_states((log, "criteria_met"))
    assert log.state()["missing"] == "effort"
    expect_states((log.copy().changed(pain_0_10=None), "not_enough_data"))
    state = log.copy().changed(3, pain_0_10=None, reps=9).state()
    assert state["state"] == "criteria_not_met"
    assert (state["unmet"], state["missing"]) == ("target", "pain; effort")


def test_als_and_observations_ask_for_a_clinician():
    expect_states((Log().patient(aetiology="als"), "clinician_check"))
    stand = Log(exercise="single_leg_stand", reps=None, hold_s=16).planned(reps=None, hold_s=15)
    state = stand.state()
    assert state["state"] == "clinician_check"
    assert state["next_needs_observation"] == load_exercises()["single_leg_stand"].next_needs_observation


def test_only_series_with_a_version_active_on_the_day_have_a_row():
    log = Log().planned(end_date=ago(1))
    assert len(fd.readiness(log.study(), as_of=AS_OF)) == 0
    assert len(fd.readiness_criteria(log.study(), as_of=AS_OF)) == 0
    assert len(fd.readiness(log.study(), as_of=ago(1))) == 1
    gone = Log().patient(discharged_on=ago(1))
    assert len(fd.readiness(gone.study(), as_of=AS_OF)) == 0


# ---- exposure and recency ---------------------------------------------------------------------------------------


def test_exposure_needs_six_days_and_fourteen_days_since():
    expect_met(
        "exposure",
        (Log(days=15), True),
        (Log(days=14), False),
        (Log().without(*range(6, 31)), False),  # a break of 25 days: begun 5 days ago
    )
    log = Log(days=15).without(1, 2, 3, 5, 6, 8, 9, 11, 12)
    expect_met(
        "exposure",
        (log.copy(), True),
        (log.without(14), False),  # five days are left
    )


def test_a_break_as_long_as_the_look_back_starts_exposure_anew():
    thirteen = Log(days=60).without(*range(20, 33))
    assert thirteen.criterion("exposure")["from_day"] == pd.Timestamp(ago(59))
    fourteen = Log(days=60).without(*range(20, 34))
    assert fourteen.criterion("exposure")["from_day"] == pd.Timestamp(ago(19))


def test_days_that_reach_as_of_leave_no_exposure():
    table = fd.readiness_criteria(Log(days=60).without(*range(14)).study(), as_of=AS_OF).set_index("rule_id")
    assert not table.loc["exposure", "met"]
    assert not table.loc["recency", "met"]
    assert table["met"].drop(["exposure", "recency", "no_event"]).isna().all()
    assert table.loc["no_event", "met"]
    expect_met("exposure", (Log(days=60).without(*range(13)), True))


def test_a_rare_plan_looks_back_further():
    log = Log(days=90)
    log.planned(days_per_week=1).without(*[day for day in range(90) if day % 7])
    assert log.criterion("exposure")["from_day"] == pd.Timestamp(ago(89))  # L is 21 days
    expect_met("recency", (log, True))
    late = Log(days=90).planned(days_per_week=0.5).without(*range(14))
    expect_met(
        "recency",
        (late, True),  # at most 14 days
        (Log(days=90).planned(days_per_week=0.5).without(*range(15)), False),
    )


def test_recency_counts_seven_days():
    expect_met(
        "recency",
        (Log().without(*range(7)), True),
        (Log().without(*range(8)), False),
    )


def test_a_new_target_keeps_the_difficulty_and_a_new_load_does_not():
    assert Log().version(3, reps=11).criterion("exposure")["from_day"] == pd.Timestamp(ago(30))
    assert Log().version(3, load_kg=2).criterion("exposure")["from_day"] == pd.Timestamp(ago(3))
    expect_states((Log().version(3, load_kg=2), "not_enough_data"))


def test_clinic_sessions_are_practice():
    expect_met("exposure", (Log(source="clinic"), True))
    expect_met(
        "adherence",
        (Log(source="clinic"), None),  # a visit is no log: without one the days are not observed
    )
    expect_met("exposure", (Log(source="inferred").row(0), False))


# ---- adherence --------------------------------------------------------------------------------------------------


def test_adherence_of_two_thirds_is_enough():
    every_day = Log(days=21)
    expect_met(
        "adherence",
        (every_day.copy().without(2, 4, 6, 8, 10, 12, 14), True),  # 14 of 21
        (every_day.copy().without(2, 4, 6, 8, 10, 12, 14, 16), False),
    )
    observed = every_day.without(2, 4, 6, 8, 10, 12, 14, 16).criterion("adherence")["observed"]
    assert observed == "13 of 21 sessions (62 %)"


@each(
    "asked, days, missed, share",
    [
        (0.8, 24, 5, "79"),  # 79.17 %
        (0.8, 24, 4, "83"),  # 83.33 %
        (0.8, 27, 13, "52"),  # 51.85 %
        (0.8, 20, 4, "80"),
        (0.79, 24, 5, "79"),
        (0.52, 27, 13, "51.9"),  # would read as the 52 % that it misses
        (0.517, 27, 13, "52"),
        (0.832, 24, 4, "83.3"),  # would read as missing the 83.2 % that it reaches
        (0.8334, 24, 4, "83"),
        (0.8333, 24, 4, "83.33"),
        (0.8, 20, 0, "100"),
    ],
)
def test_a_share_reads_as_on_the_side_it_is(tmp_path, asked, days, missed, share):
    log = Log(days=days).without(*range(2, 2 + missed))
    rules = rules_file(tmp_path, f"rules: {{adherence: {{parameters: {{min_share: {asked}}}}}}}\n")
    criterion = log.criterion("adherence", rules=rules)
    assert criterion["observed"] == f"{days - missed} of {days} sessions ({share} %)"
    assert bool(criterion["met"]) == ((days - missed) / days >= asked)


def test_adherence_looks_at_28_days_and_needs_three_due():
    log = Log(days=60).without(*range(28, 60, 2))
    assert log.criterion("adherence")["from_day"] == pd.Timestamp(ago(27))
    expect_met("adherence", (log, True))
    few = Log().add("pauses", start_date=ago(26), end_date=ago(1))
    expect_met("adherence", (few, None))


# ---- target -----------------------------------------------------------------------------------------------------


def test_nine_of_ten_target_days_are_enough_and_six_are_the_least():
    weekly = Log().planned(days_per_week=1)  # 105 days back
    expect_met(
        "target",
        (Log(reps=9).changed(10, reps=10), True),
        (Log().changed(1, reps=9), True),
        (Log().changed(2, reps=9), False),
        (Log(reps=9).changed(9, reps=10), True),
        (Log(reps=9).changed(8, reps=10), False),
        # Of fewer than eight none may miss, and fewer than six say nothing: 21 days back.
        (Log().without(*range(0, 21, 3), *range(1, 21, 3)), True),
        (Log().without(*range(0, 21, 3), *range(1, 21, 3)).changed(1, reps=9), False),
        (Log(days=21).without(*(day for day in range(21) if day % 4)), True),
        (Log(days=21).without(20, *(day for day in range(21) if day % 4)), None),
        # Later days than ten do not count, whatever they hold.
        (Log(reps=12).changed(10, reps=9), False),
        (weekly, True),
    )


def test_target_days_reach_back_fifteen_prescribed_sessions():
    every_sixth = [days_ago for days_ago in range(60) if days_ago % 6]
    for per_week, n in ((7, 4), (3, 6), (2, 9)):  # within 21, 35 and 53 days (105 / 2, rounded up)
        log = Log(days=60).planned(days_per_week=per_week).without(*every_sixth)
        assert log.criterion("target")["n"] == n


def test_best_set_and_dose_must_both_be_there():
    log = Log(sets=3).planned(sets=3)
    expect_met(
        "target",
        (log, True),
        (log.copy().changed(10, sets=2, reps=14), False),  # 28 of 30 is less than 95 %
        (log.copy().changed(10, sets=1, reps=29), True),
        (log.copy().changed(10, sets=5, reps=9), False),  # enough dose, no set of 10
    )


def test_unknown_reps_leave_the_target_open_only_if_they_matter():
    expect_met(
        "target",
        (Log().changed(1, reps=None), True),  # one day may miss
        (Log().changed(2, reps=None), None),
        (
            Log().changed(2, reps=None).row(0, " 18:00", reps=10).row(1, " 18:00", reps=10),
            True,
        ),  # 10 is reached already
        (Log().changed(3, reps=9).changed(2, reps=None), None),
        (Log().changed(3, reps=9).changed(1, reps=None), False),  # two are false whatever the third holds
        (Log().planned(reps=None), None),
    )


def test_rows_count_as_prescribed_or_harder():
    cases = [
        ({"load_kg": 5}, {"load_kg": 4}, False, False),
        ({"load_kg": 5}, {"load_kg": 6}, True, True),
        ({"load_kg": 5}, {"load_kg": None}, True, True),
        ({}, {"load_kg": 4}, True, True),
        ({}, {"mode": "assisted"}, False, False),
        ({}, {"mode": "resisted"}, True, True),
        ({"position": "standing"}, {"position": "seated"}, False, False),
        ({}, {"position": "lying"}, False, False),
        ({}, {"position": "standing"}, True, True),
        ({"support": "fingertip"}, {"support": "one_hand"}, False, False),
        ({"support": "one_hand"}, {"support": "none"}, True, True),
        ({}, {"orthosis": "fes"}, False, False),
        ({"orthosis": "afo"}, {"orthosis": "fes"}, False, False),
        ({"orthosis": "fes"}, {"orthosis": "none"}, True, True),
        ({"orthosis": "none"}, {"orthosis": "afo"}, True, True),
        ({"orthosis": "afo"}, {"orthosis": "none"}, True, True),
        ({"resistance": "red"}, {"resistance": "Red "}, True, True),
        ({"resistance": "red"}, {"resistance": "yellow"}, False, True),
    ]
    expect_met("target", *((Log(**logged).planned(**plan), met) for plan, logged, met, _ in cases))
    expect_met("as_prescribed", *((Log(**logged).planned(**plan), met) for plan, logged, _, met in cases))


def test_one_row_with_more_help_breaks_as_prescribed_but_not_the_target():
    log = Log().row(1, " 18:00", mode="assisted", reps=20)
    expect_met("target", (log, True))
    expect_met("as_prescribed", (log, False))
    expect_states((log, "criteria_not_met"))


def test_holds_count_the_longest_try_and_seconds():
    log = Log(exercise="single_leg_stand", reps=3, hold_s=15).planned(reps=3, hold_s=15)
    failed = log.copy().changed(2, hold_s=0)
    expect_met(
        "target",
        (log, True),
        (log.copy().changed(2, reps=2), False),  # 30 of 45 seconds
        (log.copy().changed(2, hold_s=14), False),
        (failed.row(0, " 09:10", hold_s=15, reps=3).row(1, " 09:10", hold_s=15, reps=3), True),
        (log.copy().changed(2, hold_s=None), None),
    )


def test_the_last_three_days_lie_within_the_look_back():
    log = Log().without(*range(2, 15))
    expect_met(
        "as_prescribed",
        (log.copy(), None),  # two days in the last 14
        (log.row(13), True),
    )


def test_a_much_shorter_hold_is_not_as_prescribed_where_repetitions_count():
    holding = Log(hold_s=8).planned(hold_s=8)
    standing = Log(exercise="single_leg_stand", reps=3, hold_s=15).planned(reps=3, hold_s=15)
    expect_met(
        "as_prescribed",
        (holding, True),
        (holding.copy().changed(1, hold_s=6), True),  # 75 %
        (holding.copy().changed(1, hold_s=5.9), False),
        (holding.copy().changed(1, hold_s=None), True),
        (holding.copy().changed(1, reps=0, hold_s=None), True),  # a failed attempt without a logged hold
        (holding.copy().changed(1, reps=0, hold_s=0), False),
        (Log(hold_s=1), True),  # none prescribed
        (standing.changed(1, hold_s=5), True),  # seconds are the target there
    )
    observed = holding.changed(2, hold_s=5).criterion("as_prescribed")["observed"]
    assert observed == "a shorter hold than prescribed on 2 days"


def test_effort_counts_on_rows_that_do_not_exceed_the_target_by_far():
    asked = Log().row(0, " 18:00", reps=10, effort_0_10=7)
    expect_met(
        "effort",
        (Log(reps=12, effort_0_10=8), None),  # 10 + 2: more than was asked
        (Log(reps=11, effort_0_10=8), False),
        (Log(reps=12, effort_0_10=8).changed(1, reps=10), False),
        (Log(reps=12, effort_0_10=8).row(0, " 18:00", reps=10, effort_0_10=4), True),
        (Log(reps=12, effort_0_10=8).checkin(0, effort_0_10=6), False),  # asked about the day
        (Log(reps=None, effort_0_10=8), False),
        (asked, False),
    )
    assert Log(reps=12, effort_0_10=8).state()["state"] == "criteria_met"  # never rated does not block


# ---- pain and effort --------------------------------------------------------------------------------------------


def rated(pains, usual):
    log = Log().patient(usual_pain_0_10=usual)
    for row, pain in zip(log.sessions, pains, strict=False):
        row["pain_0_10"] = pain
    return log


def test_pain_of_the_last_three():
    cases = [
        ((3, 3, 3), None, True),
        ((4, 1, 1), None, False),
        ((1, 1, 4), None, False),
        ((4, None, None), None, False),
        ((3, None, None), None, None),
        ((3, 3, None), None, True),
        ((5, 5, 5), 4, True),
        ((5.5, 5, 5), 4, False),
        ((3, 3, 3), 0, True),
        ((0, 0, None), None, True),
        ((None, None, None), None, None),
    ]
    expect_met("pain", *((rated(pains, usual), met) for pains, usual, met in cases))


def test_without_a_tried_day_the_ratings_say_that_and_not_how_often_they_were_rated():
    nothing = Log().changed(status="skipped", reps=None, skip_reason="no_time")
    for rule_id in ("pain", "effort"):
        assert nothing.criterion(rule_id)["observed"] == "tried on 0 days of the last 14, 3 are needed"


def test_pain_of_a_day_comes_from_rows_checkins_and_other_rows():
    unrated = Log().changed(pain_0_10=None)
    expect_met(
        "pain",
        (unrated.copy().checkin(0, pain_0_10=2).checkin(1, pain_0_10=3), True),
        (Log().checkin(0, pain_0_10=4), False),
    )
    other = {"exercise": "ankle_eversion", "reps": 5}
    expect_met(
        "pain",
        (unrated.copy().row(0, pain_0_10=5, **other), False),
        (Log().row(0, pain_0_10=5, **other), True),  # rated itself that day
        (Log().row(0, " 12:00", status="skipped", skip_reason="pain", pain_0_10=6, reps=None), False),
    )


def test_effort_prefers_own_rows_and_does_not_block_when_never_rated():
    expect_met(
        "effort",
        (Log(effort_0_10=5), True),
        (Log(effort_0_10=5).changed(1, effort_0_10=5.5), False),
        (Log(effort_0_10=5).checkin(0, effort_0_10=9), True),
        (Log(effort_0_10=None).checkin(0, effort_0_10=9), False),
        (Log(effort_0_10=None), None),
    )


# ---- events -----------------------------------------------------------------------------------------------------


def stand():
    return Log(exercise="single_leg_stand", reps=None, hold_s=15).planned(reps=None, hold_s=15)


def test_what_an_open_event_holds():
    cases = [
        ("fall", {}, False, True),
        ("fall", {"injury": "yes"}, True, True),
        ("fall", {"during_exercise": "heel_raise"}, True, True),
        ("near_fall", {}, False, False),
        ("dizziness", {}, False, True),
        ("skin", {}, False, True),
        ("chest_pain", {}, True, True),
        ("breathlessness", {}, True, True),
        ("calf_swelling", {}, True, True),
        ("new_weakness", {}, True, True),
        ("numbness", {}, True, True),
        ("bladder_bowel", {}, True, True),
        ("speech_face_vision", {}, True, True),
        ("seizure", {}, True, True),
        ("hospital", {}, True, True),
        ("spasm", {}, False, False),
        ("other", {}, False, False),
    ]
    held = {True: "hold_event", False: "criteria_met"}
    expect_states(*((Log().event(kind, 3, **row), held[seated]) for kind, row, seated, _ in cases))
    held = {True: "hold_event", False: "clinician_check"}
    expect_states(*((stand().event(kind, 3, **row), held[standing]) for kind, row, _, standing in cases))
    expect_met("no_event", *((Log().event(kind, 3, **row), not seated) for kind, row, seated, _ in cases))


def test_an_event_is_open_until_a_later_visit_at_most_28_days():
    expect_states(
        (Log().event("seizure", 28), "hold_event"),
        (Log().event("seizure", 29), "criteria_met"),
        (Log().event("seizure", 5).visit(5), "hold_event"),
        (Log().event("seizure", 5).visit(4), "criteria_met"),
        (stand().event("dizziness", 6), "hold_event"),
        (stand().event("dizziness", 7), "clinician_check"),
    )


def test_near_falls_hold_standing_exercises_when_there_are_two():
    expect_states(
        (stand().event("near_fall", 3).event("near_fall", 13), "hold_event"),
        (stand().event("near_fall", 3).event("near_fall", 14), "clinician_check"),
        (stand().checkin(3, near_falls=2), "hold_event"),
        (stand().event("near_fall", 3).checkin(3, near_falls=1), "clinician_check"),
        (stand().checkin(3, near_falls=2).visit(1), "clinician_check"),
    )


def test_a_near_fall_during_the_exercise_is_no_hold_but_no_event_is_unmet():
    log = Log().event("near_fall", 13, during_exercise="heel_raise")
    expect_states((log, "criteria_not_met"))
    assert log.state()["unmet"] == "no_event"
    expect_met(
        "no_event",
        (Log().event("near_fall", 14, during_exercise="heel_raise"), True),
        (Log().event("near_fall", 3, during_exercise="ankle_eversion"), True),
    )


def test_a_fall_told_in_a_checkin_counts():
    expect_states((stand().checkin(3, fell="yes"), "hold_event"), (stand().checkin(3, fell="no"), "clinician_check"))


def test_a_report_that_could_not_be_read_leaves_no_event_missing():
    log = Log().add("events", occurred_on="20 or 21 March", kind="fall")
    expect_met("no_event", (log, None))
    expect_states((log, "not_enough_data"))
    expect_met(
        "no_event",
        (Log().add("events", occurred_on=ago(27), kind="slipped"), None),
        (Log().add("events", occurred_on=ago(28), kind="slipped"), True),
        (Log().add("checkins", day="yesterday", fell="yes"), None),
        (Log().event("seizure", 2).add("events", occurred_on="?", kind="fall"), False),
    )


def test_no_event_says_how_often_falls_were_asked_about():
    log = Log().checkin(1, fell="no").checkin(5, near_falls=0).checkin(6, pain_0_10=1).checkin(28, fell="no")
    assert "falls asked about on 2 days" in log.criterion("no_event")["observed"]
    assert "none recorded that holds this exercise" in log.criterion("no_event")["observed"]


def test_of_several_open_events_the_most_severe_is_named_then_the_latest():
    log = Log().event("fall", 4, injury="yes").event("dizziness", 2)
    assert f"open: fall on {ago(4)}" in log.criterion("no_event")["observed"]
    assert f"open: fall on {ago(4)}" in log.state()["summary"]
    log.event("seizure", 3)
    assert f"open: seizure on {ago(3)}" in log.criterion("no_event")["observed"]


# ---- pain that holds --------------------------------------------------------------------------------------------


def test_a_high_pain_holds_until_a_later_visit():
    log = Log()
    log.sessions[2]["pain_0_10"] = 6
    expect_states(
        (log, "hold_event"),
        (log.copy().visit(2), "hold_event"),
        (log.copy().visit(1), "criteria_not_met"),
    )
    five = Log()
    five.sessions[2]["pain_0_10"] = 5
    expect_states((five, "criteria_not_met"))
    older = Log()
    older.sessions[3]["pain_0_10"] = 9
    expect_states(
        (older, "criteria_met"),  # not one of the last three
    )


def test_usual_pain_moves_the_hold_up_to_nine():
    log = Log(pain_0_10=7).patient(usual_pain_0_10=5)
    expect_states(
        (log, "criteria_not_met"),
        (Log(pain_0_10=8).patient(usual_pain_0_10=5), "hold_event"),
        (Log(pain_0_10=9).patient(usual_pain_0_10=9), "criteria_met"),
        (Log(pain_0_10=10).patient(usual_pain_0_10=9), "hold_event"),
    )


def test_a_high_pain_beyond_28_days_holds_no_longer():
    log = Log(days=60).planned(days_per_week=0.5)
    log.without(*[day for day in range(60) if day not in (28, 40, 45)])
    assert log.changed(pain_0_10=9).state()["state"] != "hold_event"
    near = Log(days=60).planned(days_per_week=0.5)
    near.without(*[day for day in range(60) if day not in (27, 40, 45)])
    expect_states((near.changed(pain_0_10=9), "hold_event"))


# ---- the 2-for-2 rule and other rule files ----------------------------------------------------------------------


def rules_file(tmp_path, text):
    path = tmp_path / "rules.yaml"
    path.write_text("rules_version: test\n" + text, encoding="utf-8")
    return path


def test_two_for_two_is_off_unless_asked_for(tmp_path):
    table = fd.readiness_criteria(Log().study(), as_of=AS_OF)
    assert "two_for_two" not in set(table["rule_id"])
    rules = rules_file(tmp_path, "rules: {two_for_two: {enabled: true}}\n")
    log = Log(reps=12, effort_0_10=8).checkin(0, effort_0_10=8)
    assert log.state()["unmet"] == "effort"
    assert log.met("two_for_two", rules=rules) is True
    assert log.state(rules=rules)["state"] == "criteria_met"  # stands in for effort
    hard = Log(reps=11, effort_0_10=8).state(rules=rules)
    assert hard["unmet"] == "effort; two_for_two"
    assert Log(reps=10).state(rules=rules)["state"] == "criteria_met"  # effort stands in for it


def test_two_for_two_looks_at_the_last_set_of_the_last_two_days(tmp_path):
    rules = rules_file(tmp_path, "rules: {two_for_two: {enabled: true, stands_in_for: null}}\n")
    log = Log(reps=12, set_no=1)
    assert log.met("two_for_two", rules=rules) is True
    assert log.copy().row(1, set_no=2, reps=11).met("two_for_two", rules=rules) is False
    assert log.copy().row(2, set_no=2, reps=5).met("two_for_two", rules=rules) is True
    assert log.copy().row(1, set_no=2, reps=15, mode="assisted").met("two_for_two", rules=rules) is False
    assert Log(reps=11).changed(1, reps=12).met("two_for_two", rules=rules) is False


def test_a_rules_file_changes_limits_and_whom_they_apply_to(tmp_path):
    strict = rules_file(tmp_path, "rules: {pain: {parameters: {max_pain: 0, above_usual: 0}}}\n")
    assert Log().state(rules=strict)["unmet"] == "pain"
    assert Log().state(rules=strict)["rules_version"] == "test"
    for limit in ("exercise: [ankle_eversion]", "position: [standing]", "aetiology: [stroke]", "mode: [passive]"):
        limited = rules_file(tmp_path, f"rules: {{pain: {{parameters: {{max_pain: 0}}, applies_to: {{{limit}}}}}}}\n")
        assert Log().state(rules=limited)["n_applicable"] == 7
        assert not Log().criterion("pain", rules=limited)["applicable"]
    stroke = rules_file(tmp_path, "rules: {pain: {applies_to: {aetiology: [stroke]}}}\n")
    assert Log().patient(aetiology="stroke").state(rules=stroke)["n_applicable"] == 8
    off = rules_file(tmp_path, "rules: {target: {enabled: false}}\n")
    assert Log(reps=9).state(rules=off)["state"] == "criteria_met"
    only = ", ".join(f"{rule}: {{applies_to: {{mode: [passive]}}}}" for rule in RULES)
    nothing = Log().state(rules=rules_file(tmp_path, f"rules: {{{only}}}\n"))
    assert (nothing["state"], nothing["n_applicable"]) == ("not_enough_data", 0)


# ---- words ------------------------------------------------------------------------------------------------------


def test_no_text_promises_anything():
    logs = [Log(), Log(days=3, reps=0), Log(reps=9), Log().event("fall", 1, injury="yes"), stand()]
    logs += [Log().patient(aetiology="als"), Log(days=60).without(*range(14)), Log(exercise="assisted_toe_raise")]
    for log in logs:
        study = log.study()
        words = fd.readiness(study, as_of=AS_OF)["summary"].tolist()
        table = fd.readiness_criteria(study, as_of=AS_OF)
        words += [*table["text"], *table["observed"], *table["threshold"]]
        text = " ".join(map(str, words)).lower()
        assert not any(word in text for word in ("ready", "safe", "cleared", "should progress"))


def test_the_last_days_are_told_in_order(tmp_path):
    log = Log(sets=1)
    for days_ago, reps in ((2, 10), (1, 8), (0, 7)):
        log.without(days_ago).row(days_ago, reps=reps)
    tens = "10, " * 8
    expected = f"2 days of 10 below; best {tens}8, 7; dose {tens}8, 7 (oldest first)"
    assert log.criterion("target")["observed"] == expected
    log.without(1).row(1, reps=None)
    expected = (
        f"1 day of 10 below, 1 day not known; best {tens}not recorded, 7; dose {tens}not recorded, 7 (oldest first)"
    )
    assert log.criterion("target")["observed"] == expected
    both = rules_file(tmp_path, "rules: {two_for_two: {enabled: true}}\n")
    assert (
        Log().without(1).row(1, reps=9).criterion("two_for_two", rules=both)["observed"]
        == "last sets 9, 10 (oldest first)"
    )


def test_criteria_show_what_they_rest_on():
    target = Log(sets=3).planned(sets=3).criterion("target")
    best, dose = ", ".join(["10"] * 10), ", ".join(["30"] * 10)
    assert target["observed"] == f"none of 10 days below; best {best}; dose {dose} (oldest first)"
    assert target["threshold"] == "on all but 1 day best at least 10, dose at least 28.5"
    assert (target["from_day"], target["to_day"], target["n"]) == (pd.Timestamp(ago(9)), AS_OF, 10)
    assert target["source_kind"] == "expert"
