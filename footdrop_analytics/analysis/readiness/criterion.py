"""One rule held against every active series, and the criteria on exposure, recency, adherence and events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from footdrop_analytics.analysis.adherence.adherence import kept_share, sums_in
from footdrop_analytics.analysis.adherence.period import Windows
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import NO_DAY, TOLERANCE, Bools, Ints
from footdrop_analytics.analysis.log.clinical_events import Happenings
from footdrop_analytics.analysis.readiness.recent_practice import Practice
from footdrop_analytics.analysis.wording import Words, alike, day_text, phrased, sessions_of
from footdrop_analytics.knowledge import Rule
from footdrop_analytics.model.vocabulary import POSITIONS, REPORTS
from footdrop_analytics.wording.language import current, general, how_many, translated

Three = npt.NDArray[np.int8]
"""1 true, 0 false, −1 missing."""
TRUE, FALSE, MISSING = 1, 0, -1


@dataclass(frozen=True)
class Criterion:
    """One rule for every active series: one entry of the arrays per entry of the practice."""

    rule: Rule
    met: Three
    observed: Words
    threshold: Words
    first: Ints
    last: Ints
    n: Ints
    applicable: Bools


def three(true: Bools, missing: Bools) -> Three:
    """Three values from two masks; missing wins."""
    return np.where(missing, MISSING, true.astype(np.int8)).astype(np.int8)


def all_of(*parts: Three) -> Three:
    """False if one is false, else missing if one is missing, else true."""
    stacked = np.stack(parts)
    unless_false = np.where((stacked == MISSING).any(0), MISSING, TRUE)
    return np.where((stacked == FALSE).any(0), FALSE, unless_false).astype(np.int8)


def criterion_of(
    rule: Rule, met: Three, observed: Words, threshold: str | Words, first: Ints, last: Ints, n: Ints
) -> Criterion:
    """A rule's result for every active series, for now as if it applied to all of them."""
    size = len(met)
    limits = alike(threshold, size) if isinstance(threshold, str) else threshold
    return Criterion(rule, met, observed, limits, first, last, n, np.ones(size, dtype=bool))


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
        begun = how_many("{count} day ago", "{count} days ago", ago)
        return how_many(
            "{count} day with exercise, begun {ago}", "{count} days with exercise, begun {ago}", days, ago=begun
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
    observed = phrased(
        lambda days: (
            translated("no recent session") if np.isnan(days) else how_many("{count} day ago", "{count} days ago", days)
        ),
        ago,
    )
    threshold = phrased(lambda days: translated("at most {days} days ago", days=general(days, 4)), limit)
    return criterion_of(rule, met.astype(np.int8), observed, threshold, last, last, (last != NO_DAY).astype(np.int64))


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
    share, due = general(100 * rule.parameters["min_share"], 3), general(rule.parameters["min_due"])
    threshold = translated("at least {share} %, where at least {due} are due", share=share, due=due)
    n_days = np.where(practice.practised, log.segments.due_days.between(practice.series, first, as_of), 0)
    begin, end = (np.where(practice.practised, day, NO_DAY) for day in (first, as_of))
    return criterion_of(rule, met, observed, threshold, begin, end, n_days)


def _percent(part: float, least: float) -> str:
    """A share in whole percent; decimals only where it would read as none, all, or on the other side of ``least``."""
    met = part >= least - TOLERANCE
    for decimals in range(_MOST_DECIMALS):
        shown = f"{100 * part + TOLERANCE:.{decimals}f}"
        some = (0 < float(shown) < 100) or part in (0, 1)
        if some and (float(shown) >= 100 * least - TOLERANCE) == met:
            break
    return shown


def judge_no_event(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """Open events, near falls during the exercise, and reports that could not be read."""
    as_of = happenings.log.as_of_day
    held = held_by(practice, happenings)
    events, exercises = happenings.events, len(happenings.log.study.exercises)
    during = (events["kind"] == happenings.kinds["near_fall"]) & (events["exercise"] >= 0)
    during &= events["day"] > as_of - int(rule.parameters["near_fall_days"])
    near_falls = (events["patient"] * exercises + events["exercise"])[during]
    near = np.isin(practice.patient * exercises + practice.exercise, near_falls)
    days = int(rule.parameters["rejected_days"])
    whose = [happenings.unread(REPORTS, days)["patient"], happenings.doubtful["patient"]]
    unread = np.isin(practice.patient, np.concatenate(whose))
    found = (held.codes >= 0) | near
    asked = happenings.falls_asked(days)[practice.patient]

    near_within = general(rule.parameters["near_fall_days"])

    def observe(event: int, near_fall: bool, lost: bool, times: int) -> str:
        parts = [str(held.distinct[event])] if event >= 0 else []
        parts += [translated("near fall during it within {days} days", days=near_within)] if near_fall else []
        parts += [translated("a report of this patient could not be read, or its date may be wrong")] if lost else []
        parts = parts or [translated("none recorded that holds this exercise")]
        asked_on = how_many(
            "falls asked about on {count} day of the last {days}",
            "falls asked about on {count} days of the last {days}",
            times,
            days=days,
        )
        return "; ".join([*parts, asked_on])

    observed = phrased(observe, held.codes, near, unread, asked)
    first = np.full(len(found), as_of - days + 1)
    met, none_open = three(~found, ~found & unread), translated("none open")
    return criterion_of(rule, met, observed, none_open, first, np.full_like(first, as_of), asked)


def held_by(practice: Practice, happenings: Happenings) -> Words:
    """The open event that holds each series, in words: the most severe, of these the latest; empty where none does."""
    holds = happenings.holds
    at, place = cols.beside(practice.patient, holds["patient"])
    held = cols.picked(holds, at)
    scope, standing = held["scope"], practice.position == POSITIONS.index("standing")
    holding = (scope == "all") | ((scope == "standing") & standing[place])
    holding |= (scope == "exercise") & (held["exercise"] == practice.exercise[place])
    place, held = place[holding], cols.picked(held, holding)
    names = phrased(
        lambda name, at: translated("open: {event} on {day}", event=translated(name), day=day_text(at)),
        held["name"],
        held["day"],
    )
    by_name = np.unique(held["name"].astype(str), return_inverse=True)[1]
    order = np.lexsort((by_name, held["day"], -held["severity"], place))
    codes = np.full(len(practice.series), -1)
    last = order[cols.run_ends(place[order])]
    codes[place[last]] = names.codes[last]
    return Words(codes, names.distinct)
