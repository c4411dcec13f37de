"""Numbers and verdicts in words: whole sessions, missing is missing, one sentence per verdict."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import footdrop_analytics as fd
from footdrop_analytics.figures.data import DayValue
from footdrop_analytics.model.vocabulary import TREND_REASONS
from footdrop_analytics.patient.attendance import not_due_words, quota_words, unseen_words
from footdrop_analytics.patient.plan import amount, manner, often, plain_amount
from footdrop_analytics.patient.trend import Trend, trend_sentence
from footdrop_analytics.wording import words
from tests.each import each


@each(
    "credited, due, said",
    [
        (9.29, 12.57, "9 of about 13"),
        (16, 20, "16 of 20"),
        (0, 12.57, "0 of about 13"),
        (12.57, 12.57, "13 of about 13"),
        (0.29, 0.57, "1 of about 1"),
        (None, None, "–"),
    ],
)
def test_sessions_are_whole(credited: float | None, due: float | None, said: str) -> None:
    assert words.sessions_of(credited, due) == said


@each(
    "share, said",
    [
        (0.8, "80 %"),
        (0.994, "99 %"),
        (0.996, "> 99 %"),
        (1.0, "100 %"),
        (0.006, "1 %"),
        (0.004, "< 1 %"),
        (0.0, "0 %"),
        (0.125, "13 %"),
        (None, "–"),
    ],
)
def test_percent_is_whole_and_never_rounds_to_all_or_nothing(share: float | None, said: str) -> None:
    assert words.percent(share) == said


def test_no_line_ends_between_a_number_and_its_percent_sign() -> None:
    said = "in 3 days 9 of 13 (> 99 %), about as much as before (62.5 %)"
    assert words.unbroken(said) == "in 3 days 9 of 13 (>\u00a099\u00a0%), about as much as before (62.5\u00a0%)"
    assert words.own_days("15 of 20 sessions (75 %) since 2026-03-03, “80 % 2026-03-03”") == (
        "15 of 20 sessions (75\u00a0%) since 3 Mar 2026, “80 % 2026-03-03”"
    )


@each(
    "value, said, about",
    [
        (10.0, "10", "10"),
        (9.25, "9.25", "9.3"),
        (-0.04, "−0.04", "0"),
        (-2.5, "−2.5", "−2.5"),
        (12000.0, "12,000", "12,000"),
        (None, "–", "–"),
    ],
)
def test_what_was_written_keeps_two_decimals_and_an_estimate_one(value: float | None, said: str, about: str) -> None:
    assert (words.number(value), words.estimate(value)) == (said, about)


def test_days_do_not_depend_on_the_readers_language() -> None:
    assert words.days(date(2026, 3, 3), date(2026, 3, 30)) == "3 Mar to 30 Mar 2026"
    assert words.days(date(2025, 12, 30), date(2026, 1, 2)) == "30 Dec 2025 to 2 Jan 2026"
    assert words.days(date(2026, 3, 3), date(2026, 3, 3)) == "3 Mar 2026"
    assert words.day(None) == "–"


def test_the_interval_is_said_in_words() -> None:
    assert words.interval(0.5, 0.75) == "95 % interval 50 % to 75 %"
    assert words.interval(None, None) == "too few sessions due for an interval"


def test_a_week_that_is_not_over_is_not_held_against_its_plan() -> None:
    week = {"window_start": date(2026, 3, 9), "window_end": date(2026, 3, 10), "due": 0.57, "credited": 0.29, "done": 1}
    week |= {"paused_days": 0, "unobserved_days": 0, "unreadable_days": 0, "adherence": 0.5}
    assert quota_words(week) == "1 so far"
    assert quota_words({**week, "window_end": date(2026, 3, 15), "due": 4.0, "credited": 3.0}) == "3 of 4"
    assert quota_words({**week, "due": 0, "adherence": None}) == "nothing due"


def test_of_a_week_in_which_the_period_begins_only_the_days_shown_count() -> None:
    week = {"window_start": date(2026, 3, 11), "window_end": date(2026, 3, 15), "due": 3.0, "credited": 2.0, "done": 2}
    week |= {"paused_days": 0, "unobserved_days": 0, "unreadable_days": 0, "adherence": 0.5}
    assert quota_words(week) == "2 of 3 on the days shown"
    assert quota_words({**week, "window_end": date(2026, 3, 12)}) == "2 so far on the days shown"
    assert quota_words({**week, "due": 0, "adherence": None, "paused_days": 5}) == "paused"


def test_a_pause_and_a_missing_log_are_not_a_week_without_a_plan() -> None:
    week = {"window_end": date(2026, 3, 15), "due": 0, "paused_days": 7, "unobserved_days": 0}
    week |= {"unreadable_days": 0, "adherence": None}
    assert quota_words(week) == "paused"
    assert quota_words({**week, "paused_days": 0, "unobserved_days": 3}) == "log not handed in"
    assert quota_words({**week, "unobserved_days": 3}) == "paused, log not handed in"
    assert not_due_words(None) == "nothing due"


def test_what_was_written_and_not_readable_is_neither_missing_nor_undone_and_no_plan_is_none_due() -> None:
    week = {"window_end": date(2026, 3, 15), "due": 2, "adherence": None, "paused_days": 0, "unobserved_days": 5}
    assert quota_words({**week, "unreadable_days": 5}) == "unknown: entries could not be read"
    assert unseen_words({**week, "unreadable_days": 0}) == "5 days without a log handed in"
    assert unseen_words({**week, "unreadable_days": 2}) == (
        "5 days without a readable log (on 2 of them something was written that could not be read)"
    )
    assert not_due_words(None, plan_known=False) == not_due_words(week, plan_known=False) == "no plan known"


def test_days_in_sentences_are_written_like_all_others_but_not_in_quotations() -> None:
    assert words.own_days("Fall on 2025-12-07 during Heel raise.") == "Fall on 7 Dec 2025 during Heel raise."
    told = words.own_days("on 2025-12-07, note: “since 2025-11-30, he said ”ow” on 2025-12-01” 2025-12-08")
    assert told == "on 7 Dec 2025, note: “since 2025-11-30, he said ”ow” on 2025-12-01” 8 Dec 2025"
    names = "A-2025-12-07, 2025-12-07T08:00, 12025-12-07, '2025-12-07' and 2025-12-07.csv"
    assert words.own_days(f"{names} of 2025-12-07.") == f"{names} of 7 Dec 2025."


PLAN = {"sets": 3, "reps": 10, "hold_s": None, "days_per_week": 2.5, "sessions_per_day": 2, "mode": "active",
        "position": "standing", "support": "one_hand", "load_kg": 2.0, "resistance": "red",
        "orthosis": "afo"}  # fmt: skip


def test_a_prescription_reads_as_a_therapist_would_say_it() -> None:
    catalogue = fd.load_exercises()
    assert amount(PLAN, catalogue["heel_raise"]) == "3 × 10 repetitions"
    stand = catalogue["single_leg_stand"]
    assert amount({**PLAN, "sets": 2, "reps": None, "hold_s": 15.0}, stand) == "2 × 15 s holds"
    assert amount({**PLAN, "sets": 1, "reps": 4, "hold_s": 7.5}, stand) == "4 tries, each held 7.5 s"
    assert amount({**PLAN, "sets": 1, "reps": None}, catalogue["heel_raise"]) == "no number set"
    assert plain_amount(PLAN, catalogue["heel_raise"]) == "3 rounds of 10 repetitions"
    assert plain_amount({**PLAN, "sets": 2, "reps": None, "hold_s": 15.0}, stand) == "hold for 15 seconds, 2 times"
    assert plain_amount({**PLAN, "sets": 1, "reps": 4, "hold_s": 5.0}, stand) == "4 tries, each held 5 seconds"
    assert often(PLAN) == "2.5 days a week, 2 times a day"
    assert often({**PLAN, "days_per_week": 7, "sessions_per_day": 1}) == "every day"
    assert often({**PLAN, "days_per_week": 1, "sessions_per_day": 1}) == "1 day a week"
    assert manner(PLAN) == "active, standing, holding on with one hand, 2 kg, band “red”, with the AFO on"


TREND = {"n": 15, "n_outlying": 1, "n_other": 0, "slope_per_week": 0.6, "slope_low": 0.1, "slope_high": 1.0,
         "first_day": date(2026, 3, 3), "last_day": date(2026, 4, 7), "margin": 2.0, "target": 10.0, "n_at_target": 4,
         "capped": False, "level_now": 10.0, "recent_since": None, "recent_change": None}  # fmt: skip
VALUES = (6, 6, 8, 7, 8, 8, 9, 8, 9, 9, 10, 10, 10, 11)


def _sentence(exercise: str = "heel_raise", reasons: list[dict[str, Any]] | None = None, **changed: Any) -> str:
    row = {**TREND, **changed}
    daily = [DayValue(row["first_day"] + timedelta(at), value, True) for at, value in enumerate(VALUES)]
    # A slip, and a day in another way: neither is a level.
    daily += [DayValue(date(2026, 4, 1), 99, True, True), DayValue(date(2026, 4, 2), 50, False)]
    catalog = fd.load_exercises()
    return trend_sentence(Trend(row, reasons or [], daily, catalog[exercise]))


@each(
    "verdict, said",
    [
        (
            "rising",
            "Rising: from 6 to 10 repetitions (medians of the first and last three days, 3 Mar 2026 and 7 Apr 2026; "
            "+0.6 a week",
        ),
        ("declining", "Declining: from 6"),
        ("steady", "Holding steady at about 10 repetitions (median of the last three days; 14 days): any change is"),
        ("at_target", "At target: 4 of the last 5 days reached the target of 10 repetitions (14 days in all)."),
        ("cannot_tell", "Cannot tell from 14 days; that is not the same as no change."),
        ("not_applicable", "Not judged: with help the repetitions measure the helper (14 days logged)."),
    ],
)
def test_every_verdict_has_its_sentence_with_n(verdict: str, said: str) -> None:
    sentence = _sentence(verdict=verdict)
    assert sentence.startswith(said)
    assert "14 days" in sentence


def test_a_recent_decline_says_since_when_and_names_levels_that_were_logged() -> None:
    recent = {"recent_since": date(2026, 3, 8), "recent_change": -3.26, "verdict": "declining"}
    assert _sentence(**recent, level_now=4.0) == (
        "Declining since about 8 Mar 2026: from 8 to 4 repetitions (medians of three days), a loss of about 3.3 "
        "repetitions (14 days)."
    )
    # Where the last values are no fewer than those before the onset, no two levels are set against each other.
    assert "from" not in _sentence(**recent, level_now=9.0)


def test_a_log_that_stops_at_the_target_says_since_when() -> None:
    assert _sentence(verdict="at_target", capped=True) == (
        "At target since 13 Mar 2026: 4 of 4 days since then reached the target of 10 repetitions (14 days in all)."
    )


def test_reasons_and_days_done_in_another_way_follow_the_verdict() -> None:
    reasons = [
        {"reason": "few_days", "number": 1.0, "day": None},
        {"reason": "gap_over_14_days", "number": 18.0, "day": None},
        {"reason": "one_value_far", "number": 90.0, "day": date(2025, 11, 4)},
        {"reason": "one_value_far", "number": 0.0, "day": date(2025, 11, 9)},
    ]
    assert _sentence("single_leg_stand", reasons, verdict="cannot_tell", n=3, n_outlying=2, n_other=3) == (
        "Cannot tell from 1 day; that is not the same as no change. A verdict needs 5 days with a value. There is "
        "a gap of 18 days. Far from the other values and left out: 90 on 4 Nov 2025; 0 on 9 Nov 2025. 3 days done in "
        "another way than prescribed, not counted here."
    )


def test_every_reason_has_words() -> None:
    for reason in TREND_REASONS:
        sentence = _sentence(reasons=[{"reason": reason, "number": 4.0, "day": date(2026, 3, 4)}], verdict="steady")
        assert "_" not in sentence
