"""Trends: which days count with which value, targets and margins, and what is said of a line."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.analysis.trends.trends import daily as daily_values
from tests.analysis.expected import only
from tests.each import each
from tests.studies import Cases, Row, log, march, plan, study_with, values

STAND = {"exercise": "single_leg_stand"}
PASSIVE = {"exercise": "ankle_dorsiflexion"}
NOISY = [10, 14, 7, 12, 6, 13, 9, 15, 8, 11, 5, 13]


def _trend(sessions: list[Row], *plans: Row, measure: Any = "primary", as_of: Any = None, **tables: Any) -> pd.Series:
    table = fd.trends(study_with(sessions, list(plans), **tables), measure=measure, as_of=as_of)
    return only(table, exercise=(sessions or plans)[0]["exercise"], side="left")


def _daily(sessions: list[Row], *plans: Row, measure: Any = "primary", **tables: Any) -> dict[int, float | None]:
    """Value of each day of March, None where it is missing."""
    table = daily_values(study_with(sessions, list(plans), **tables), measure=measure)
    table = table[(table["exercise"] == sessions[0]["exercise"]) & (table["side"] == "left")]
    found = zip(table["day"].dt.day, table["value"], strict=True)
    return {day: None if pd.isna(value) else value for day, value in found}


UNSURE = values([6, 7, 8, 10, 8, 8, 7, 11, 11, 9, 11, 8, 9, 14])

# ---- the value of a day -----------------------------------------------------------------------------------------


def test_reps_are_those_of_the_best_set() -> None:
    sessions = log([2], reps=8) + log([2], "09:05", reps=12) + log([2], "18:00", reps=9)
    # An unknown set, a skipped one and an inferred one say nothing; one failed attempt beside a good set neither.
    sessions += log([2], "18:05") + log([2], "18:06", reps=20, status="skipped") + log([2], reps=30, source="inferred")
    sessions += log([3], reps=0) + log([3], "09:05", reps=4) + log([4], reps=0) + log([5])
    assert _daily(sessions, plan(2)) == {2: 12, 3: 4, 4: 0, 5: None}


def test_a_clinic_session_shows_what_was_performed() -> None:
    assert _daily(log([2], reps=8, source="clinic"), plan(2)) == {2: 8}


def test_hold_is_the_mean_per_try() -> None:
    # 2 × 3 tries of 5 s and one of 10 s: 40 / 7. A failed attempt is a try of 0 s: (12 + 0) / 2.
    sessions = log([2], sets=2, reps=3, hold_s=5, **STAND) + log([2], "09:05", hold_s=10, **STAND)
    sessions += log([3], hold_s=12, **STAND) + log([3], "09:05", hold_s=0, **STAND)
    sessions += log([4], hold_s=12, **STAND) + log([4], "09:05", reps=5, **STAND) + log([5], reps=5, **STAND)
    # A repetition count of 0 beside a hold is a try too.
    sessions += log([6], reps=0, hold_s=3, **STAND) + log([6], "09:05", reps=2, hold_s=6, **STAND)
    # Ten tries of 0 s weigh as ten: (10 × 0 + 2 × 6) / 12.
    sessions += log([7], reps=10, hold_s=0, **STAND) + log([7], "09:05", reps=2, hold_s=6, **STAND)
    found = _daily(sessions, plan(2, hold_s=15, **STAND))
    assert found == {2: pytest.approx(40 / 7), 3: 6, 4: 12, 5: None, 6: 5, 7: 1}


def test_primary_follows_the_unit_of_the_exercise() -> None:
    sessions = log([2], reps=3, hold_s=5) + log([2], reps=3, hold_s=5, **STAND)
    found = study_with(sessions, [plan(2), plan(2, **STAND)])
    for measure, expected in {"primary": [3, 5], "reps": [3, 3], "hold": [5, 5], "dose": [3, 15]}.items():
        assert daily_values(found, measure=measure)["value"].tolist() == expected


def test_dose_is_the_sum_and_missing_if_one_is_unknown() -> None:
    sessions = log([2], sets=3, reps=10) + log([2], "18:00", reps=5) + log([3], reps=10) + log([3], "18:00")
    sessions += log([4], reps=10) + log([4], "18:00", reps=0)
    assert _daily(sessions, plan(2), measure="dose") == {2: 35, 3: None, 4: 10}


def test_pain_of_a_day() -> None:
    other = {"exercise": "ankle_eversion", "side": "left"}
    checkins = [{"patient_id": "P", "day": march(day), "pain_0_10": pain} for day, pain in ((3, 6), (4, 1), (6, 5))]
    sessions = log([2], pain_0_10=2) + log([2], "18:00", pain_0_10=4) + log([2], "18:30", pain_0_10=9, **other)
    sessions += log([3], pain_0_10=2)  # the check-in is higher
    sessions += log([4], pain_0_10=2) + log([5])  # own rows are higher; never rated
    sessions += log([6]) + log([6], "18:00", pain_0_10=9, **other)  # the check-in goes before other rows
    sessions += log([7]) + log([7], "18:00", pain_0_10=3, **other) + log([7], "18:30", pain_0_10=1, side="right")
    sessions += log([8], pain_0_10=0)
    found = _daily(sessions, plan(2), plan(2, **other), measure="pain", checkins=checkins)
    assert found == {2: 4, 3: 6, 4: 2, 5: None, 6: 5, 7: 3, 8: 0}


def test_effort_of_a_day() -> None:
    other = {"exercise": "ankle_eversion", "side": "left"}
    checkins = [{"patient_id": "P", "day": march(day), "effort_0_10": 8} for day in (2, 3)]
    sessions = log([2], effort_0_10=3) + log([3]) + log([3], "18:00", effort_0_10=9, **other)
    sessions += log([4]) + log([4], "18:00", effort_0_10=9, **other)
    found = _daily(sessions, plan(2), plan(2, **other), measure="effort", checkins=checkins)
    # Own rows, else the check-in (even a lower one), else the other rows.
    assert found == {2: 3, 3: 8, 4: 9}


# ---- as prescribed ----------------------------------------------------------------------------------------------

AS_PRESCRIBED: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "nothing logged": ({}, {"mode": "active", "load_kg": 2, "resistance": "red", "orthosis": "none"}, True),
    "nothing prescribed": ({"load_kg": 2, "resistance": "red", "orthosis": "afo", "support": "none"}, {}, True),
    "more help": ({"mode": "assisted"}, {"mode": "active"}, False),
    "less help": ({"mode": "resisted"}, {"mode": "active"}, False),
    "the exercise's mode is prescribed if none is": ({"mode": "assisted"}, {}, False),
    "the exercise's position": ({"position": "standing"}, {}, False),
    "position": ({"position": "standing"}, {"position": "standing"}, True),
    "support": ({"support": "one_hand"}, {"support": "fingertip"}, False),
    "load": ({"load_kg": 1.5}, {"load_kg": 2}, False),
    "the same load": ({"load_kg": 0.1 + 0.2}, {"load_kg": 0.3}, True),
    "band": ({"resistance": "green"}, {"resistance": "red"}, False),
    "the same band": ({"resistance": " Red "}, {"resistance": "red"}, True),
    "the same band, as people read it": ({"resistance": "light-green"}, {"resistance": "Light  green."}, True),
    "orthosis": ({"orthosis": "afo"}, {"orthosis": "none"}, False),
}


def test_rows_as_prescribed() -> None:
    cases = Cases()
    for name, (logged, prescribed, _) in AS_PRESCRIBED.items():
        cases.add(name, log([2], reps=10, **logged), plan(2, **prescribed))
    table = fd.trends(cases.study()).set_index(pd.Index(sorted(AS_PRESCRIBED)))
    for name, (*_, fits) in AS_PRESCRIBED.items():
        assert (table.at[name, "n"], table.at[name, "n_other"]) == ((1, 0) if fits else (0, 1)), name


def test_a_day_with_both_kinds_counts_as_prescribed() -> None:
    sessions = log([2], reps=8) + log([2], "18:00", reps=20, mode="assisted") + log([3], reps=20, mode="assisted")
    assert _trend(sessions, plan(2))[["n", "n_other"]].tolist() == [1, 1]
    found = daily_values(study_with(sessions, [plan(2)]))
    assert found["as_prescribed"].tolist() == [True, False]
    # The chart shows what was done in another way beside the values of the line.
    assert found["value"].tolist() == [8, 20]


# ---- the current run --------------------------------------------------------------------------------------------


# What a second version from the 12th on changes, and the day on which the current run starts.
SECOND: list[tuple[dict[str, Any], int]] = [
    ({"reps": 12}, 12),  # a new target
    ({"mode": "resisted"}, 12),
    ({"position": "standing"}, 12),
    ({"support": "one_hand"}, 12),
    ({"load_kg": 1}, 12),
    ({"resistance": "red"}, 12),
    ({"orthosis": "afo"}, 12),
    ({"days_per_week": 3}, 2),
    ({"sets": 3, "sessions_per_day": 2, "reason": "more often"}, 2),
    ({"mode": "active", "position": "seated"}, 2),  # what the exercise starts as
    ({"start_date": march(33)}, 2),  # not begun by as_of
]


def test_a_run_starts_with_a_new_difficulty_or_target() -> None:
    cases = Cases()
    for second, _ in SECOND:
        cases.add(str(second), values([10] * 20), plan(2, reps=10), plan(12, reps=10) | second)
    table = fd.trends(cases.study(), as_of=march(21)).set_index("patient_id")
    for second, starts in SECOND:
        row = table.loc[str(second)]
        assert (row["run_start"], row["n"]) == (pd.Timestamp(march(starts)), 22 - starts), second


def test_going_back_is_a_new_run() -> None:
    row = _trend(values([10] * 20), plan(2, reps=10), plan(8, reps=12), plan(15, reps=10))
    assert (row["run_start"], row["n"]) == (pd.Timestamp(march(15)), 7)


def test_a_run_goes_on_over_a_break_and_after_its_end() -> None:
    # Days between and after the versions still belong to the latest version begun.
    row = _trend(values([10] * 20), plan(4, reps=10, end_date=march(6)), plan(10, reps=10, end_date=march(14)))
    assert (row["run_start"], row["n"], row["last_day"]) == (pd.Timestamp(march(4)), 18, pd.Timestamp(march(21)))


def test_a_series_of_seconds_starts_anew_with_a_new_hold_only() -> None:
    sessions = values([1] * 20, hold_s=10, **STAND)
    plans = [plan(2, reps=2, hold_s=10, **STAND), plan(12, reps=4, hold_s=10, **STAND)]
    assert _trend(sessions, *plans)["n"] == 20
    assert _trend(sessions, plans[0], plans[1] | {"hold_s": 15})["n"] == 10


def test_every_series_with_a_prescription_or_a_tried_row_has_a_row() -> None:
    cases = Cases()
    cases.add("prescribed", [], plan(2))
    cases.add("to come", [], plan(20))
    cases.add("free", log([3], reps=5))
    cases.add("skipped", log([3], status="skipped"))
    cases.add("inferred", log([3], reps=5, source="inferred"))
    table = fd.trends(cases.study(), as_of=march(10)).set_index("patient_id")
    assert table["n"].to_dict() == {"prescribed": 0, "to come": 0, "free": 1}
    assert table["verdict"].tolist() == ["cannot_tell"] * 3
    assert table["run_start"].isna().to_dict() == {"prescribed": False, "to come": True, "free": True}


def test_without_prescription_all_days_count_and_the_last_mode_decides() -> None:
    cases = Cases()
    cases.add("unknown mode", values([5] * 6, **PASSIVE))
    cases.add("last active", values([5] * 5, mode="assisted") + values([5] * 6, first=10, mode="active"))
    cases.add("last assisted", values([5] * 5, mode="active") + values([5] * 6, first=10, mode="assisted"))
    cases.add("active", values([5] * 6))
    cases.add("another", [], plan(2))
    table = fd.trends(cases.study()).set_index("patient_id").drop("another")
    expected = {"unknown mode": "not_applicable", "last active": "steady", "last assisted": "not_applicable"}
    assert table["verdict"].to_dict() == expected | {"active": "steady"}
    assert table["n"].to_dict() == {"unknown mode": 6, "last active": 11, "last assisted": 11, "active": 6}
    assert table["target"].isna().all()
    assert table["n_at_target"].isna().all()


# ---- margins and targets ----------------------------------------------------------------------------------------


# Measure, what is prescribed, target and margin for the values 8, 10, 12 held for 3 s.
MARGINS: list[tuple[Any, dict[str, Any], float | None, float]] = [
    ("primary", {"reps": 9}, 9, 1.8),  # 20 % of the target, which is below the median of 10
    ("primary", {"reps": 30}, 30, 2),  # 20 % of the median, which is below the target
    ("primary", {"reps": 4}, 4, 1),  # at least one repetition
    ("primary", {}, None, 2),  # 20 % of the median
    ("dose", {"reps": 10, "sets": 3, "sessions_per_day": 2}, 60, 2),
    ("dose", {}, None, 2),
    ("hold", {"hold_s": 20}, 20, 1),  # at least one second; 30 % of the median of 3 s is less
    ("hold", {"hold_s": 2}, 2, 1),
    ("reps", {"reps": 20, "hold_s": 5}, 20, 2),
    ("pain", {"reps": 30}, None, 2),
    ("effort", {"reps": 30}, None, 2),
]


def test_targets_and_margins() -> None:
    cases = Cases()
    for number, (_, prescribed, *_) in enumerate(MARGINS):
        cases.add(f"{number}", values([8, 10, 12], hold_s=3, pain_0_10=1), plan(2, **prescribed))
    found = cases.study()
    for number, (measure, _, target, margin) in enumerate(MARGINS):
        row = only(fd.trends(found, measure=measure), patient_id=f"{number}")
        assert pd.isna(row["target"]) if target is None else row["target"] == target
        assert row["margin"] == pytest.approx(margin)


def test_the_target_of_a_run_is_that_of_its_last_version() -> None:
    # More sets are the same difficulty and target of a set, so the run goes on: 3 × 10 × 2 are due a day now.
    plans = [plan(2, reps=10), plan(5, reps=10, sets=3, sessions_per_day=2)]
    row = _trend(values([10] * 6), *plans, measure="dose")
    assert (row["n"], row["target"]) == (6, 60)


def test_holds_of_seconds() -> None:
    row = _trend(values([1] * 3, hold_s=10, **STAND), plan(2, hold_s=15, **STAND))
    assert (row["target"], row["margin"]) == (15, pytest.approx(3))
    row = _trend(values([1] * 3, hold_s=10, **STAND), plan(2, hold_s=15, reps=2, **STAND), measure="dose")
    assert (row["target"], row["margin"]) == (30, pytest.approx(2))


# ---- verdicts ---------------------------------------------------------------------------------------------------

# name → (rows, version, verdict, reasons); margins: 20 % of the smaller of target and median.
VERDICTS: dict[str, tuple[list[Row], Row, str, str]] = {
    "passive": (values(range(5, 17), **PASSIVE), plan(2, reps=30, **PASSIVE), "not_applicable", "done_with_help"),
    "assisted as prescribed": (
        values(range(5, 17)),
        plan(2, reps=30, mode="assisted"),
        "not_applicable",
        "done_with_help",
    ),
    "four days": (values([5, 6, 7, 8]), plan(2, reps=5), "cannot_tell", "few_days=4"),
    "five days": (values([10] * 5), plan(2, reps=30), "steady", ""),
    # A change of 5.2 with a margin of 2, but p = 0.02: many series are looked at every week, so 0.005 is asked for.
    "p between 0.005 and 0.05": (UNSURE, plan(2, reps=10), "cannot_tell", "within_day_to_day_variation"),
    # Twelve days, 11 repetitions more, margin 2.1.
    "rising": (values(range(5, 17)), plan(2, reps=30), "rising", ""),
    "declining": (values(range(16, 4, -1)), plan(2, reps=30), "declining", ""),
    # Ten days, 9 repetitions more: with a target of 45 exactly the margin; around 64.5 the margin is 12.9.
    "just the margin": (values(range(41, 51)), plan(2, reps=45), "rising", ""),
    "below the margin": (values(range(60, 70)), plan(2, reps=80), "steady", ""),
    # Nine days are too few for a test, and the change (8) is outside ± 1.8.
    "nine days": (values(range(5, 14)), plan(2, reps=30), "cannot_tell", "few_days_for_a_test=9"),
    "noise": (values(NOISY), plan(2, reps=16), "cannot_tell", "within_day_to_day_variation"),
    "steady": (values([10, 11, 10, 10, 11, 10, 11, 10, 10, 11, 10, 11]), plan(2, reps=30), "steady", ""),
    "at target": (values([8, 9, 10, 9, 10, 10, 10]), plan(2, reps=10), "at_target", "stops_at_target"),
    "above target": (values([8, 9, 10, 9, 10, 11, 10]), plan(2, reps=10), "at_target", ""),
    # Of the last five 10, 10, 9, 10, 10 four are at target, and the last two.
    "three of five": (values([4, 4, 4, 10, 9, 9, 10, 10]), plan(2, reps=10), "at_target", "stops_at_target"),
    "two of five": (
        values([9, 9, 10, 10, 9, 9, 9, 10, 10]),
        plan(2, reps=10),
        "cannot_tell",
        "few_days_for_a_test=9;stops_at_target",
    ),
    "not the last": (
        values([9, 10, 10, 10, 10, 9]),
        plan(2, reps=10),
        "cannot_tell",
        "few_days_for_a_test=6;stops_at_target;few_days_below_target=2",
    ),
    # One day in ten far from the others is a slip, unless it comes last: a collapse begins like a slip.
    "a slip": (
        values([10, 11, 10, 11, 100, 10, 11, 10, 11, 10]),
        plan(2, reps=30),
        "steady",
        "one_value_far=100@2026-03-06",
    ),
    "more than can be meant": (
        values([10] * 6 + [900]),
        plan(2, reps=30),
        "steady",
        "implausible_value=900@2026-03-08",
    ),
    "a collapse": (
        values([10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 0, 0]),
        plan(2, reps=30),
        "cannot_tell",
        "within_day_to_day_variation",
    ),
    # The last weeks of nine, which a line over all of them would call a small change.
    "lately": (
        values([10, 11, 10, 12, 11, 10, 11, 12] * 5) + values([10, 9, 10, 8, 9, 8, 7, 8, 7, 6, 7, 6, 6, 5], first=42),
        plan(2, reps=30),
        "declining",
        "",
    ),
    # Rising goes before at target: 11 more in 12 days, the last five 12 to 16, target 12.
    "rising past the target": (values(range(5, 17)), plan(2, reps=12), "rising", ""),
    # Sixteen days without a value.
    "gap": (
        values([10, 10, 11]) + values([10, 11, 10], first=20),
        plan(2, reps=30),
        "steady",
        "gap_over_14_days=16",
    ),
    "fourteen days are no gap over 14": (
        values([10, 10, 11]) + values([10, 11, 10], first=18),
        plan(2, reps=30),
        "steady",
        "",
    ),
    "load varied": (
        values(range(5, 10), load_kg=1) + values(range(10, 17), first=7, load_kg=2),
        plan(2, reps=30),
        "cannot_tell",
        "load_varied",
    ),
    "one load": (values(range(5, 17), load_kg=1), plan(2, reps=30), "rising", ""),
    # The day's largest load is what counts.
    "a lighter set beside": (
        values(range(5, 17), load_kg=2) + values([3], time="18:00", load_kg=1),
        plan(2, reps=30),
        "rising",
        "",
    ),
    "load sometimes unknown": (
        values(range(5, 12), load_kg=2) + values(range(12, 17), first=9),
        plan(2, reps=30),
        "rising",
        "",
    ),
    "load prescribed": (
        values(range(5, 17), load_kg=2) + values([20], time="18:00", load_kg=3),
        plan(2, reps=30, load_kg=2),
        "rising",
        "",
    ),
    "band varied": (
        values(range(5, 10), resistance="red") + values(range(10, 17), first=7, resistance="green"),
        plan(2, reps=30),
        "cannot_tell",
        "load_varied",
    ),
    "band in other letters": (
        values(range(5, 10), resistance="red") + values(range(10, 17), first=7, resistance="Red"),
        plan(2, reps=30),
        "rising",
        "",
    ),
    # Twelve days, all failed: performance is 0, and steady at that.
    "failed attempts": (values([0] * 12), plan(2, reps=10), "steady", ""),
    "failing more": (values([*range(11, 0, -1), 0]), plan(2, reps=20), "declining", ""),
}


@pytest.fixture(scope="module")
def verdicts() -> pd.DataFrame:
    cases = Cases()
    for name, (sessions, version, *_) in VERDICTS.items():
        cases.add(name, sessions, version)
    return fd.trends(cases.study())


@each("name", VERDICTS)
def test_verdicts(name: str, verdicts: pd.DataFrame) -> None:
    row = only(verdicts, patient_id=name)
    *_, verdict, reasons = VERDICTS[name]
    assert row["verdict"] == verdict, row.to_string()
    if reasons.startswith("*"):
        assert reasons[1:] in row["reasons"]
    else:
        assert row["reasons"] == reasons


def test_what_is_called_unsure_is_so(verdicts: pd.DataFrame) -> None:
    row = only(verdicts, patient_id="p between 0.005 and 0.05")
    assert 0.01 < row["p_value"] < 0.05
    assert row["change"] > row["margin"]


def test_ratings_have_no_target_and_no_mode() -> None:
    # Pain 9 falling to 0 in ten days, in a passive exercise: the helper does not feel it.
    sessions = [row for n, pain in enumerate(range(9, -1, -1)) for row in log([2 + n], pain_0_10=pain, **PASSIVE)]
    row = _trend(sessions, plan(2, reps=10, **PASSIVE), measure="pain")
    assert (row["verdict"], row["n"], row["change"]) == ("declining", 10, pytest.approx(-9))


def test_part_of_the_days_gives_no_verdict() -> None:
    found = study_with(values(range(5, 17)), [plan(2, reps=30)])
    with pytest.raises(fd.ParameterError, match=r"^end: .+ is before start"):
        fd.trends(found, start=march(8), end=march(4))
    part = fd.trends(found, start=march(4), end=march(8)).iloc[0]
    assert (part["n"], part["first_day"], part["last_day"]) == (5, pd.Timestamp(march(4)), pd.Timestamp(march(8)))
    assert part["slope_per_week"] == pytest.approx(7)
    for options in ({"start": march(1)}, {"end": march(31)}, {"start": march(1), "end": march(31)}):
        row = fd.trends(found, **options).iloc[0]
        assert pd.isna(row["verdict"])
        assert pd.isna(row["reasons"])
        assert row["n"] == 12
    assert fd.trends(found).iloc[0]["verdict"] == "rising"


def test_as_of_cuts_days() -> None:
    found = study_with(values(range(5, 17)), [plan(2, reps=30)])
    assert fd.trends(found, as_of=march(9)).iloc[0][["n", "verdict"]].tolist() == [8, "cannot_tell"]


# ---- steps ------------------------------------------------------------------------------------------------------


def test_steps_show_the_way_over_all_changes() -> None:
    # 2–8: target 10, assisted. 9–15: target 10, active (days a week change on the 12th: the same run). From the 16th
    # on target 20 with a 1 kg load, as of Sunday 22nd.
    sessions = values([4, 6, 8, 9, 7, 10, 10], mode="assisted") + values([5, 6, 7, None, 9, 0], first=9, mode="active")
    sessions += log([10], "19:00", reps=3, source="clinic", mode="active") + values([12], first=16, load_kg=1)
    sessions += log([17], reps=30, load_kg=0.5)
    found = study_with(
        sessions,
        [
            plan(2, reps=10, mode="assisted"),
            plan(9, reps=10),
            plan(12, 3.5, reps=10),
            plan(16, reps=20, load_kg=1, orthosis="afo"),
        ],
    )
    table = fd.steps(found, as_of=march(22))
    assert table["run_no"].tolist() == [1, 2, 3]
    assert table["start"].dt.day.tolist() == [2, 9, 16]
    assert table["end"].dt.day.tolist() == [8, 15, 22]
    assert table["target"].tolist() == [10, 10, 20]
    assert table["mode"].tolist() == ["assisted", "active", "active"]
    assert table["difficulty"].tolist()[0] == "assisted, seated"
    assert table["difficulty"].tolist()[2] == "active, seated, 1 kg, AFO"
    # Days as prescribed: 7; six from the 9th to the 14th; the 16th only, for on the 17th the load was another.
    assert table["days"].tolist() == [7, 6, 1]
    # Sessions: 7; 9, 10, 10 in the clinic, 11, 12, 13 (the 14th only failed); 16 and 17.
    assert table["sessions"].tolist() == [7, 6, 2]
    # 7 of 7. Due 3 + 4 × 3.5/7 = 5, done 5 and no more than the week's 5. 2 of 7.
    assert table["adherence"].tolist() == pytest.approx([1, 1, 2 / 7])
    # Medians of three days: 4, 6, 8 and 7, 10, 10. Then 5, 6, 7 and 7, 9, 0 (the 12th is unknown). Then 12 alone.
    assert table["first_level"].tolist() == [6, 6, 12]
    assert table["last_level"].tolist() == [10, 7, 12]
    assert table["verdict"].tolist()[0] == "not_applicable"
    assert table["verdict"].tolist()[2] == "cannot_tell"


def test_steps_end_with_the_version_or_the_last_day() -> None:
    cases = Cases()
    cases.add("ended", log([3], reps=5), plan(2, end_date=march(6)))
    cases.add("goes on", log([3], reps=5), plan(2))
    cases.add("discharged", log([3], reps=5), plan(2), patients=[{"discharged_on": march(5)}])
    cases.add("to come", [], plan(20))
    cases.add("free", log([3], reps=5))
    table = fd.steps(cases.study(), as_of=march(10)).set_index("patient_id")
    assert table["end"].dt.day.to_dict() == {"ended": 6, "goes on": 10, "discharged": 5}


def test_the_last_step_has_the_verdict_of_the_trend() -> None:
    found = study_with(values(range(5, 17)), [plan(2, reps=30)])
    assert fd.steps(found)["verdict"].tolist() == fd.trends(found)["verdict"].tolist() == ["rising"]
