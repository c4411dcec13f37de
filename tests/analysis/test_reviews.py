"""Reviews close flags; what an event holds is let go by a decision only."""

from __future__ import annotations

from tests.analysis.expected import expect_states, found
from tests.studies import Log, ago


def test_a_review_closes_the_flag_it_names() -> None:
    fall = Log().event("fall", 3)
    logs = [
        fall,
        fall.copy().review(3, "fall", 3),  # on the same day
        fall.copy().review(1, "fall", 2),  # of another day
        fall.copy().review(1, "skin", 3),  # of another rule
        fall.copy().review(1, "fall", 3, exercise="heel_raise"),  # of one during an exercise
        fall.copy().event("fall", 3, notes="again").review(1, "fall", 3),  # two falls, one review
        fall.copy().event("fall", 3, notes="again").review(1, "fall", 3).review(0, "fall", 3, by="MF"),
        fall.copy().visit(1),
    ]
    assert found("fall", *logs) == ["red", "closed", "red", "red", "red", "red red", "closed closed", "closed"]
    assert found("fall", Log(days=60).event("fall", 40), Log(days=60).event("fall", 40).review(39, "fall", 40)) == [
        "amber",  # not followed by a visit or review
        "",
    ]
    declining = Log().changed(5, reps=6)
    logs = [declining, declining.copy().review(0, "decline", 0, exercise="heel_raise")]
    assert found("decline", *logs) == ["amber", "closed"]
    pain = Log().changed(1, pain_0_10=9)
    assert found("high_pain", pain, pain.copy().review(0, "high_pain", 0)) == ["red", "closed"]


def _reviewed(rule_id: str, log: Log, *hours: str) -> str:
    """The flag of yesterday after reviews at some hours of that day."""
    for hour in hours:
        log.add("reviews", reviewed_at=ago(1, f" {hour}"), subject="flag", rule_id=rule_id, day=ago(1), decision="seen")
    return found(rule_id, log)[0]


def test_a_review_closes_nothing_that_was_logged_after_it() -> None:
    noted = Log().row(1, " 08:00", notes="numb").row(1, " 15:00", notes="chest hurts")
    assert _reviewed("words_to_read", noted.copy(), "13:00") == "amber"
    assert _reviewed("words_to_read", noted.copy(), "13:00", "15:00") == "closed"
    assert _reviewed("words_to_read", noted.copy(), "16:00") == "closed"
    late = Log().row(1, "", notes="numb", recorded_at=ago(0, " 08:00"))
    assert _reviewed("words_to_read", late, "16:00") == "amber"
    dated = Log().row(1, "", notes="numb")
    assert _reviewed("words_to_read", dated, "00:01") == "closed"  # no time is known
    for rule_id, log in (("words_to_read", noted), ("high_pain", Log().row(1, " 18:00", pain_0_10=9))):
        assert _reviewed(rule_id, log.copy(), "") == "closed"  # a review of the day, whose hour is not known


def test_a_review_of_a_fall_is_none_of_what_is_written_later() -> None:
    fallen = Log().event("fall", 1)
    for hour, expected in (("12:00", ""), ("15:00", "amber")):
        log = fallen.copy().row(1, f" {hour}", notes="fell again")
        assert _reviewed("fall", log, "13:00") == "closed"
        assert found("words_to_read", log) == [expected]
    log = fallen.copy().row(1, " 15:00", notes="fell again")
    assert _reviewed("fall", log, "") == "closed"
    assert found("words_to_read", log) == [""]


def test_a_review_of_high_pain_is_none_of_a_higher_one_later() -> None:
    for first, second, expected in ((7, 9, "red"), (9, 7, "closed"), (9, 9, "closed")):
        log = Log().row(1, " 08:00", pain_0_10=first).row(1, " 15:00", pain_0_10=second)
        assert _reviewed("high_pain", log, "13:00") == expected
    asked = Log().checkin(1, pain_0_10=9).row(1, " 15:00", pain_0_10=9)
    assert _reviewed("high_pain", asked, "13:00") == "closed"  # the check-in may have come first


def test_what_an_event_holds_is_let_go_by_a_decision() -> None:
    ill = Log(days=60).event("new_weakness", 10)
    old = Log(days=60).event("new_weakness", 40)
    kept = old.copy().review(39, "new_weakness", 40, "stop")
    expect_states(
        (ill, "hold_event"),
        (ill.copy().review(5, "new_weakness", 10, "seen"), "hold_event"),
        (ill.copy().review(5, "new_weakness", 10, "refer"), "hold_event"),
        (ill.copy().review(5, "new_weakness", 10, "keep"), "criteria_met"),
        (ill.copy().review(5, "new_weakness", 10, "easier"), "criteria_met"),
        (ill.copy().visit(5), "criteria_met"),
        (ill.copy().add("visits", visited_on=ago(5), decision="stop"), "hold_event"),
        (ill.copy().add("visits", visited_on=ago(5), decision="stop").visit(3), "hold_event"),
        (
            ill.copy().add("visits", visited_on=ago(5), decision="stop").review(3, "new_weakness", 10, "harder"),
            "criteria_met",
        ),
        (ill.copy().review(5, "new_weakness", 10, "keep").review(3, "new_weakness", 10, "stop"), "hold_event"),
        (ill.copy().review(5, "new_weakness", 10, "stop").review(3, "new_weakness", 10, "keep"), "criteria_met"),
        (ill.copy().review(5, "new_weakness", 10, "keep").review(3, "new_weakness", 10, "seen"), "criteria_met"),
        (ill.copy().visit(5).review(3, "new_weakness", 10, "refer"), "hold_event"),
        (old, "criteria_met"),  # at most 28 days
        (kept, "hold_event"),  # until one of those
        (kept.copy().review(2, "new_weakness", 40, "keep"), "criteria_met"),
    )


def test_what_two_near_falls_hold_is_held_until_a_decision_too() -> None:
    standing = Log(days=60, exercise="single_leg_stand", reps=1, hold_s=10).planned(reps=1, hold_s=10)
    stood = standing.state()["state"]
    assert stood == "clinician_check"
    old = standing.copy().event("near_fall", 40).event("near_fall", 35)
    apart = standing.copy().event("near_fall", 45).review(44, "near_fall", 45).event("near_fall", 30)
    new = standing.copy().event("near_fall", 10).event("near_fall", 5)
    expect_states(
        (new, "hold_event"),
        (old, stood),
        (old.copy().review(34, "near_falls", 35, "stop"), "hold_event"),
        (old.copy().review(34, "near_falls", 35, "seen"), "hold_event"),
        (old.copy().add("visits", visited_on=ago(34), decision="refer"), "hold_event"),
        (old.copy().review(34, "near_falls", 35, "stop").review(3, "near_falls", 35, "keep"), stood),
        (old.copy().review(34, "near_falls", 35, "stop").add("visits", visited_on=ago(3), decision="harder"), stood),
        (apart.review(29, "near_fall", 30, "stop"), stood),  # never two within 14 days
        (standing.copy().checkin(40, near_falls=2).review(39, "near_falls", 40, "stop"), "hold_event"),
        (new.copy().review(4, "near_falls", 5, "keep"), stood),
    )
