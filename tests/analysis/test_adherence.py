"""Adherence, worked out by hand: what is due, logged, done and credited, the shares and the interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import footdrop_analytics as fd
from footdrop_analytics.analysis.adherence.adherence import wilson
from tests.analysis.expected import only
from tests.each import each
from tests.studies import Cases, Row, log, march, plan, rows, study_with

NAN = float("nan")

# ---- one series, one window: name → (sessions, versions, other tables, last day, expected) ------------------------

Case = tuple[list[Row], list[Row], dict[str, list[Row]], int, dict[str, float]]
ANYTHING = log([40])  # a row after every last day: a study has at least one, and these patients' logs stay empty

WHOLE_PERIOD: dict[str, Case] = {
    # Monday 2nd to Sunday 8th: 7 days × 3.5 × 2 / 7 = 7.
    "halves and two a day": (ANYTHING, [plan(2, 3.5, sessions_per_day=2)], {}, 8, {"due": 7}),
    "fractions stay": (ANYTHING, [plan(2, 3)], {}, 11, {"due": 30 / 7}),
    # Seven times 3/7 is 3, not 2.9999999999999996: the interval needs a due of 3.
    "seven times 3/7": (ANYTHING, [plan(2, 3)], {}, 8, {"due": 3, "adherence": 0, "adherence_low": 0}),
    # Monday to Wednesday 3 × 5/7, Thursday to Sunday 4 × 14/7.
    "a new version within the week": (
        ANYTHING,
        [plan(2, 5), plan(5, 7, sessions_per_day=2)],
        {},
        8,
        {"due": 71 / 7},
    ),
    "an end before the next start": (ANYTHING, [plan(2, end_date=march(3)), plan(6)], {}, 8, {"due": 5}),
    # Active 2–7: paused 3–4; handed in up to the 6th, so the 7th is unobserved; due 2, 5, 6. Logged on each day 1–6:
    # due days count; paused days and the day before the start are extra.
    "absences stay different": (
        log(range(1, 7)),
        [plan(2)],
        {
            "pauses": [{"start_date": march(3), "end_date": march(4)}],
            "patients": [{"data_through": march(6), "discharged_on": march(7)}],
        },
        8,
        {"due": 3, "logged": 3, "paused_days": 2, "unobserved_days": 1, "extra": 3, "active_days": 3},
    ),
    "a pause excuses also where no log was handed in": (
        log([2]),
        [plan(2)],
        {"pauses": [{"start_date": march(5)}], "patients": [{"data_through": march(3)}]},
        8,
        {"due": 2, "paused_days": 4, "unobserved_days": 1},
    ),
    "pauses that overlap count once": (
        ANYTHING,
        [plan(2)],
        {
            "pauses": [
                {"start_date": march(3), "end_date": march(6)},
                {"exercise": "heel_raise", "start_date": march(4), "end_date": march(5)},
                {"exercise": "ankle_eversion", "start_date": march(2)},
            ]
        },
        8,
        {"due": 3, "paused_days": 4},
    ),
    "nothing was due": (log([3]), [plan(9)], {}, 8, {"due": 0, "adherence": NAN, "ratio": NAN, "extra": 1}),
    "seldom due": (log([2]), [plan(2, 3)], {}, 7, {"due": 18 / 7, "adherence": 7 / 18, "adherence_low": NAN}),
    # ---- logged and done
    "two sessions where one is due": (
        log([2, 3]) + log([2, 3], "18:00"),
        [plan(2)],
        {},
        8,
        {"logged": 4, "done": 2, "credited": 2, "adherence": 2 / 7, "ratio": 4 / 7, "active_days": 2},
    ),
    "unknown repetitions are done": (log([2, 3], reps=None), [plan(2, reps=10)], {}, 8, {"logged": 2}),
    "a failed attempt is no exercise": (
        log([2], reps=0) + log([3], reps=0) + log([3], "09:10", reps=1) + log([4], reps=0, hold_s=3),
        [plan(2)],
        {},
        8,
        {"logged": 2, "active_days": 2, "skipped": 0},
    ),
    # Clinic on the 2nd; on the 3rd one of two rows was at home, which makes the session one at home.
    "clinic": (
        log([2], source="clinic") + log([3], source="clinic") + log([3], "09:20") + log([9], source="clinic"),
        [plan(2, end_date=march(8))],
        {},
        9,
        {"logged": 1, "clinic": 2, "extra": 0, "active_days": 1, "credited": 1},
    ),
    # Skipped: the 2nd. On the 3rd a row of the session was done; on the 1st nothing was due; the 5th is a failed try.
    "skipped": (
        log([2, 3, 1], status="skipped") + log([3], "09:30") + log([5], reps=0),
        [plan(2)],
        {},
        8,
        {"skipped": 1, "logged": 1, "extra": 0},
    ),
    "skipped beside a failed attempt": (
        log([2], status="skipped") + log([2], "09:05", reps=0),
        [plan(2)],
        {},
        8,
        {"skipped": 1, "logged": 0},
    ),
    "skipped on a paused day": (
        log([2], status="skipped"),
        [plan(2)],
        {"pauses": [{"start_date": march(2), "end_date": march(2)}]},
        8,
        {"skipped": 0, "paused_days": 1, "due": 6},
    ),
    # ---- credited
    # D is 3 in each week. The first week's six sessions are credited 3, the second week is empty.
    "a busy week cannot hide an empty one": (
        log(range(2, 8)),
        [plan(2, 3)],
        {},
        15,
        {"due": 6, "logged": 6, "done": 6, "credited": 3, "adherence": 0.5, "ratio": 1},
    ),
    "made up inside the week": (log([6, 7, 8]), [plan(2, 3)], {}, 8, {"credited": 3, "adherence": 1}),
    "halves": (log([2, 3, 4, 5, 6]), [plan(2, 3.5)], {}, 8, {"due": 3.5, "credited": 3.5, "done": 5}),
    # Up to Tuesday the 10th 9 × 3/7 = 27/7 are due. The second week's D is 3, days to come included: both count.
    "days still to come": (log([9, 10]), [plan(2, 3)], {}, 10, {"due": 27 / 7, "credited": 2, "adherence": 14 / 27}),
    # The week's D is 3 with the unobserved days (12th to 15th), so all three sessions of 9–11 count; due is 10 × 3/7.
    "unobserved days belong to the week": (
        log([9, 10, 11]),
        [plan(2, 3)],
        {"patients": [{"data_through": march(11)}]},
        15,
        {"due": 30 / 7, "credited": 3, "adherence": 0.7, "unobserved_days": 4},
    ),
    # Paused Thursday to Sunday: D = 3 × 3/7, so three sessions are credited 9/7, all that is due.
    "paused days do not": (
        log([2, 3, 4]),
        [plan(2, 3)],
        {"pauses": [{"start_date": march(5), "end_date": march(8)}]},
        8,
        {"due": 9 / 7, "done": 3, "credited": 9 / 7, "adherence": 1},
    ),
    "in sum at most due": (log([2, 3]), [plan(2, 3)], {}, 3, {"due": 6 / 7, "done": 2, "credited": 6 / 7}),
    # The week's D is 3 × 3/7 + 4 × 7/7 = 37/7; six sessions are credited 37/7.
    "two versions share a week": (log(range(2, 8)), [plan(2, 3), plan(5, 7)], {}, 8, {"credited": 37 / 7}),
    # 16 of 20 is 0.80: four weeks of 5, four sessions in each.
    "16 of 20": (
        log([2, 3, 4, 5, 9, 10, 11, 12, 16, 17, 18, 19, 23, 24, 25, 26]),
        [plan(2, 5)],
        {},
        29,
        {"due": 20, "credited": 16, "adherence": 0.8},
    ),
    # Whole weeks 1, 1, 1, 3/7: s² = 0.081633, p̂ = 24.5 / 29, E_w = 7 × s² / (p̂ (1 − p̂)) = 4.35899,
    # E = (9 + 3 × 4.35899) / 9 = 2.45300, n = 30 / E = 12.2299; t with 9 degrees of freedom is 2.262157.
    "interval": (
        log(range(2, 26)),
        [plan(2)],
        {},
        31,
        {"due": 30, "credited": 24, "adherence": 0.8, "adherence_low": 0.476916, "adherence_high": 0.946088},
    ),
    "all done": (
        log(range(2, 32)),
        [plan(2)],
        {},
        31,
        {"adherence": 1, "adherence_high": 1, "adherence_low": 0.854279},
    ),
}


def _expect(found: pd.Series, expected: dict[str, Any]) -> None:
    for column, value in expected.items():
        if pd.isna(value):
            assert pd.isna(found[column]), column
        else:
            assert float(found[column]) == pytest.approx(value, abs=1e-5 if "adherence_" in column else 1e-12), column


@pytest.fixture(scope="module")
def whole_periods() -> fd.Study:
    cases = Cases()
    for name, (sessions, plans, others, _, _) in WHOLE_PERIOD.items():
        cases.add(name, sessions, *plans, **others)
    return cases.study()


@each("name", WHOLE_PERIOD)
def test_whole_period_by_hand(name: str, whole_periods: fd.Study) -> None:
    *_, last, expected = WHOLE_PERIOD[name]
    table = fd.adherence(whole_periods.filter([name]), every=None, as_of=march(last))
    _expect(only(table), expected)


def test_exact_shares_are_exact(whole_periods: fd.Study) -> None:
    # With tolerance 0: a threshold of 0.80 must not depend on the last bit.
    assert only(fd.adherence(whole_periods.filter(["16 of 20"]), every=None, as_of=march(29)))["adherence"] == 0.8
    assert only(fd.adherence(whole_periods.filter(["seven times 3/7"]), every=None, as_of=march(8)))["due"] == 3.0


# ---- the interval -----------------------------------------------------------------------------------------------


@each("k, n", [(0, 5), (1, 5), (3, 7), (16, 20), (99, 100), (8, 8)])
def test_wilson_equals_scipy_where_n_is_whole(k: int, n: int) -> None:
    expected = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    low, high = wilson(np.array([k / n]), np.array([float(n)]), 1.959964)
    assert low[0] == pytest.approx(expected.low, abs=2e-5)
    assert high[0] == pytest.approx(expected.high, abs=2e-5)


def test_wilson_stays_between_0_and_1_and_takes_fractions() -> None:
    p, n = np.meshgrid(np.linspace(0, 1, 21), [2.0, 2.5, 12.57, 400.0])
    low, high = wilson(p.ravel(), n.ravel(), 2.3)
    assert ((low >= 0) & (low <= p.ravel() + 1e-12) & (high >= p.ravel() - 1e-12) & (high <= 1)).all()


# ---- credited in windows ----------------------------------------------------------------------------------------


def test_credit_of_a_window_inside_a_week() -> None:
    # 3 a week, D = 3. Sessions Monday to Thursday: C = 1, 2, 3, 4, so the days add 1, 1, 1, 0.
    found = study_with(log([2, 3, 4, 5]), [plan(2, 3)])

    def window(first: int, last: int) -> pd.Series:
        return only(fd.adherence(found, start=march(first), end=march(last), every=None, as_of=march(8)))

    # Monday and Tuesday add 2, but 2 × 3/7 are due.
    _expect(window(2, 3), {"due": 6 / 7, "done": 2, "credited": 6 / 7, "adherence": 1})
    # Thursday comes after the week's three: it adds nothing, though the window knows nothing of Monday to Wednesday.
    _expect(window(5, 8), {"due": 12 / 7, "logged": 1, "done": 1, "credited": 0, "adherence": 0})
    # Wednesday and Thursday add 1 + 0; due is 6/7.
    _expect(window(4, 5), {"done": 2, "credited": 6 / 7})


# ---- dose -------------------------------------------------------------------------------------------------------

STAND = {"exercise": "single_leg_stand"}
DOSE: dict[str, Case] = {
    # Prescribed 3 × 10 = 30. Doses 30, 20, 45, 15 and one unknown: 4 of 5 active days known, 0.8 exactly.
    # 110 / (4 × 30) × 5 done / 7 due; mean of 1, 2/3, 1 (capped), 1/2.
    "known on four of five days": (
        log([2], sets=3, reps=10)
        + log([3], sets=2, reps=10)
        + log([4], sets=3, reps=15)
        + log([5], reps=15)
        + log([6]),
        [plan(2, sets=3, reps=10)],
        {},
        8,
        {"dose_known": 0.8, "dose_ratio": 110 / 120 * 5 / 7, "completeness": (1 + 2 / 3 + 1 + 0.5) / 4},
    ),
    # Known on 2 of 3 days: the ratio is missing, completeness is the mean of what is known.
    "known on two of three days": (
        log([2], sets=3, reps=10) + log([3], sets=2, reps=10) + log([4]),
        [plan(2, sets=3, reps=10)],
        {},
        8,
        {"dose_known": 2 / 3, "dose_ratio": NAN, "completeness": 5 / 6},
    ),
    # One unknown set makes the day's dose unknown.
    "one unknown set": (
        log([2], reps=10) + log([2], "09:10") + log([3], reps=10),
        [plan(2, reps=10)],
        {},
        8,
        {"dose_known": 0.5, "dose_ratio": NAN, "completeness": 1},
    ),
    # Three sessions of one set each where one session of three sets is due: done 1, dose 30 of 1 × 30.
    "sets spread over the day": (
        log([2], "08:00", reps=10) + log([2], "13:00", reps=10) + log([2], "18:00", reps=10),
        [plan(2, sets=3, reps=10)],
        {},
        2,
        {"logged": 3, "done": 1, "dose_ratio": 1, "completeness": 1},
    ),
    # Twice a day due, once done: 10 of 1 × 10, × 1 done / 2 due.
    "half of the sessions": (
        log([2], reps=10),
        [plan(2, reps=10, sessions_per_day=2)],
        {},
        2,
        {"dose_ratio": 0.5, "completeness": 1},
    ),
    "nothing done": (ANYTHING, [plan(2, reps=10)], {}, 8, {"dose_known": NAN, "dose_ratio": 0, "completeness": NAN}),
    "nothing due": (log([2], reps=10), [plan(9, reps=10)], {}, 8, {"dose_known": NAN, "dose_ratio": NAN}),
    "nothing prescribed to compare with": (
        log([2], reps=10),
        [plan(2)],
        {},
        8,
        {"dose_known": 0, "dose_ratio": NAN, "completeness": NAN},
    ),
    # Monday 10 of the version's 10, Tuesday 10 of the new version's 20: 20 / 30 × 2/2; mean of 1 and 1/2.
    "the dose of the version of the day": (
        log([2, 3], reps=10),
        [plan(2, reps=10), plan(3, reps=20)],
        {},
        3,
        {"dose_ratio": 2 / 3, "completeness": 0.75},
    ),
    # Neither a failed attempt nor a clinic session nor a skipped row adds dose; the mixed session counts whole: 10 + 5.
    "what adds no dose": (
        log([2], reps=10)
        + log([2], "09:10", reps=0)
        + log([2], "09:20", reps=7, status="skipped")
        + log([2], "15:00", reps=10, source="clinic")
        + log([3], reps=10)
        + log([3], "09:10", reps=5, source="clinic"),
        [plan(2, reps=20)],
        {},
        3,
        {"logged": 2, "clinic": 1, "dose_ratio": 25 / 40, "completeness": (10 / 20 + 15 / 20) / 2},
    ),
    # Seconds: sets × max(reps, 1) × hold. Prescribed 2 × 1 × 15 = 30 s. Logged 1 × 2 × 15 = 30, 2 × 1 × 12 = 24,
    # 1 × max(0, 1) × 6 = 6, and one without a time: 3 of 4 known.
    "seconds": (
        log([2], reps=2, hold_s=15, **STAND)
        + log([3], sets=2, hold_s=12, **STAND)
        + log([4], reps=0, hold_s=6, **STAND)
        + log([5], reps=3, **STAND),
        [plan(2, sets=2, hold_s=15, **STAND)],
        {},
        8,
        {"logged": 4, "dose_known": 0.75, "dose_ratio": NAN, "completeness": (1 + 0.8 + 0.2) / 3},
    ),
    # In an exercise counted in seconds 0 s is a failed attempt, whatever its repetitions.
    "no second held": (log([2], reps=3, hold_s=0, **STAND), [plan(2, hold_s=15, **STAND)], {}, 2, {"logged": 0}),
}


def test_dose_by_hand() -> None:
    cases = Cases()
    for name, (sessions, plans, *_) in DOSE.items():
        cases.add(name, sessions, *plans)
    found = cases.study()
    for name, (*_, last, expected) in DOSE.items():
        table = fd.adherence(found.filter([name]), every=None, as_of=march(last))
        _expect(only(table), expected)


# ---- patients ---------------------------------------------------------------------------------------------------


def test_patient_level_adds_up_sessions_and_counts_distinct_days() -> None:
    # Monday 2nd to Saturday 7th. Heel raises twice a day (12 due), eversion 3.5 a week (3 due): 15 due.
    # Heel raises Monday and Tuesday twice, eversion Tuesday and Wednesday: 6 credited, 3 distinct days.
    # Interval: the largest daily due is 2 on each of 6 days, no whole week: n = 12 / 1.5 = 8, p = 0.4, t = 2.446912.
    # Centre (0.4 + t²/16) / (1 + t²/8) = 0.442806, half width t × √(0.03 + t²/256) / 1.748422 = 0.323366.
    eversion = {"exercise": "ankle_eversion"}
    found = study_with(
        log([2, 3]) + log([2, 3], "18:00") + log([3], "09:10", **eversion) + log([4], **eversion),
        [plan(2, sessions_per_day=2), plan(2, 3.5, **eversion)],
    )
    row = only(fd.adherence(found, every=None, level="patient", as_of=march(7)))
    _expect(row, {"due": 15, "logged": 6, "done": 6, "credited": 6, "adherence": 0.4, "ratio": 0.4, "active_days": 3})
    _expect(row, {"adherence_low": 0.119439, "adherence_high": 0.766172})
    assert not {"exercise", "side", "dose_known", "dose_ratio", "completeness"} & set(row.index)


def test_patient_level_counts_a_day_once_for_each_kind() -> None:
    # Eversion is paused 3–4, heel raises 4–5: 3 distinct paused days. From the 6th no log was handed in: 3 days.
    eversion = {"exercise": "ankle_eversion"}
    pauses = [
        {"patient_id": "P", "exercise": "ankle_eversion", "start_date": march(3), "end_date": march(4)},
        {"patient_id": "P", "exercise": "heel_raise", "start_date": march(4), "end_date": march(5)},
    ]
    patients = [{"patient_id": "P", "data_through": march(5)}]
    found = study_with(
        log([2]) + log([2], **eversion), [plan(2), plan(2, **eversion)], pauses=pauses, patients=patients
    )
    row = only(fd.adherence(found, every=None, level="patient", as_of=march(8)))
    # Due: heel raises 2, 3; eversion 2, 5. The largest daily due is 1 on 2, 3, 5: a sum of 3, so n = 2 and p = 0.5.
    _expect(row, {"due": 4, "credited": 2, "paused_days": 3, "unobserved_days": 3, "active_days": 1})
    # √(0.25/2 + t²/16) = 0.706549 with t = 2.446912: centre 0.5, half t × 0.706549 / (1 + t²/2) = 0.432898.
    _expect(row, {"adherence_low": 0.067101, "adherence_high": 0.932899})


def test_patient_interval_needs_three_sittings() -> None:
    # Two exercises on two days: 4 due, but only 2 sittings.
    found = study_with(log([2]), [plan(2), plan(2, exercise="ankle_eversion")])
    row = only(fd.adherence(found, every=None, level="patient", as_of=march(3)))
    _expect(row, {"due": 4, "adherence": 0.25, "adherence_low": NAN, "adherence_high": NAN})


def test_a_log_without_any_prescription_is_extra() -> None:
    found = study_with(rows(march(2), exercise="hip_rotation", side="both") + log([3]), [plan(2)])
    row = only(fd.adherence(found, every=None, as_of=march(3)), exercise="hip_rotation")
    _expect(row, {"due": 0, "extra": 1, "adherence": NAN})
