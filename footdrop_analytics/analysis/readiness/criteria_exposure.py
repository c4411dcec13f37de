"""Criteria on how much and how lately an exercise was practised: exposure, recency, adherence."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.adherence.adherence import kept_share, sums_in
from footdrop_analytics.analysis.adherence.windows import Windows
from footdrop_analytics.analysis.log.arrays import NO_DAY, TOLERANCE
from footdrop_analytics.analysis.log.events.clinical_events import Happenings
from footdrop_analytics.analysis.readiness.criterion import Criterion, criterion_of, three
from footdrop_analytics.analysis.readiness.recent_practice import Practice
from footdrop_analytics.analysis.wording import alike, phrased, sessions_of
from footdrop_analytics.knowledge import Rule
from footdrop_analytics.wording.language import current, general, how_many, translated

_MOST_DECIMALS = 6


def judge_exposure(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """Days with exercise since exposure start, and how long ago that was."""
    as_of = happenings.log.as_of_day
    least, least_since = rule.parameters["min_days"], rule.parameters["min_days_since_start"]
    since, practised = as_of - practice.exposure, practice.practised
    met = practised & (practice.exercise_days >= least) & (since >= least_since)

    def observe(known: bool, days: int, ago: int, look_back: int) -> str:
        if not known:
            return translated("no exercise session for {days} days or more", days=look_back)
        return how_many(
            "{count} day with exercise, begun {ago}",
            "{count} days with exercise, begun {ago}",
            days,
            ago=how_many("{count} day ago", "{count} days ago", ago),
        )

    observed = phrased(observe, practised, practice.exercise_days, np.where(practised, since, 0), practice.look_back)
    threshold = how_many(
        "at least {count} day with exercise, begun at least {ago}",
        "at least {count} days with exercise, begun at least {ago}",
        least,
        ago=how_many("{count} day ago", "{count} days ago", least_since),
    )
    first = np.where(practised, practice.exposure, practice.since)
    return criterion_of(
        rule, met.astype(np.int8), observed, threshold, first, np.full_like(first, as_of), practice.exercise_days
    )


def judge_recency(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """How long ago the last exercise session was."""
    as_of, last = happenings.log.as_of_day, practice.last_exercise
    per_week = happenings.log.versions.per_week2[practice.version] / 2
    limit = np.maximum(rule.parameters["days"], 7 * rule.parameters["sessions"] / per_week)
    ago = np.where(last == NO_DAY, np.nan, as_of - last)
    met = (last != NO_DAY) & (as_of - last <= limit + TOLERANCE)
    observed = phrased(_ago, ago)
    threshold = phrased(lambda days: translated("at most {days} days ago", days=general(days, 4)), limit)
    return criterion_of(rule, met.astype(np.int8), observed, threshold, last, last, (last != NO_DAY).astype(np.int64))


def _ago(days: float) -> str:
    if np.isnan(days):
        return translated("no recent session")
    return how_many("{count} day ago", "{count} days ago", days)


def judge_adherence(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """Credited sessions of those due since exposure start, in the window at most."""
    log = happenings.log
    as_of = np.full(len(practice.series), log.as_of_day)
    first = np.maximum(practice.exposure, as_of - int(rule.parameters["window_days"]) + 1)
    windows = Windows(practice.series, first, as_of, np.ones_like(as_of))
    sums = sums_in(log, practice.days, windows)
    due14, credited14 = sums["due14"], sums["credited14"]
    kept = kept_share(sums)
    missing = ~practice.practised | (due14 < 14 * rule.parameters["min_due"] - TOLERANCE) | np.isnan(kept)
    met = three(kept >= rule.parameters["min_share"] - TOLERANCE, missing)

    def observe(due: float, credited: float) -> str:
        if due == 0:
            return translated("nothing due")
        share = _percent(credited / due, rule.parameters["min_share"]).replace(".", current().decimal_sign)
        return f"{sessions_of(credited / 14, due / 14)} ({share} %)"

    nothing = alike(translated("no recent practice"), len(due14))
    observed = phrased(observe, due14, credited14).where(practice.practised, nothing)
    return criterion_of(
        rule,
        met,
        observed,
        translated(
            "at least {share} %, where at least {due} are due",
            share=general(100 * rule.parameters["min_share"], 3),
            due=general(rule.parameters["min_due"]),
        ),
        np.where(practice.practised, first, NO_DAY),
        np.where(practice.practised, as_of, NO_DAY),
        np.where(practice.practised, log.segments.due_days.between(practice.series, first, as_of), 0),
    )


def _percent(part: float, least: float) -> str:
    """A share in whole percent; decimals only where it would read as none, all, or on the other side of ``least``."""
    met = part >= least - TOLERANCE
    for decimals in range(_MOST_DECIMALS):
        shown = f"{100 * part + TOLERANCE:.{decimals}f}"
        some = (0 < float(shown) < 100) or part in (0, 1)
        if some and (float(shown) >= 100 * least - TOLERANCE) == met:
            break
    return shown
