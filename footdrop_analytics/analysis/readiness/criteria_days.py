"""Criteria on the last days: target, help and load as prescribed, pain, effort, and the 2-for-2 rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from footdrop_analytics.analysis.log.arrays import TOLERANCE, Floats, Ints
from footdrop_analytics.analysis.log.clinical_events import Happenings
from footdrop_analytics.analysis.readiness.criterion import MISSING, Criterion, Three, all_of, criterion_of, three
from footdrop_analytics.analysis.readiness.recent_practice import Practice
from footdrop_analytics.analysis.wording import Words, counted, number, phrased
from footdrop_analytics.knowledge import Rule


def judge_target(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """The best set and the dose of every one of the last days against target and prescribed session dose."""
    tried, versions = practice.tried_days, happenings.log.versions
    target = versions.target[practice.version][:, None]
    asked = rule.parameters["min_dose_share"] * versions.session_dose[practice.version][:, None]
    best = practice.of_last_days(tried.best)
    dose = practice.of_last_days(tried.dose)
    best_open = practice.of_last_days(tried.best_open) == 1
    dose_open = practice.of_last_days(tried.dose_open) == 1
    reached = best >= target - TOLERANCE
    enough = dose >= asked - TOLERANCE
    days = [
        all_of(
            three(reached[:, at], ~reached[:, at] & best_open[:, at]),
            three(enough[:, at], ~enough[:, at] & dose_open[:, at]),
        )
        for at in range(best.shape[1])
    ]
    met = all_of(*days)
    met = np.where(np.isnan(target[:, 0]) | np.isnan(asked[:, 0]), MISSING, met).astype(np.int8)
    count = best.shape[1]

    def observe(seconds: bool, some_open: bool, *values: float) -> str:
        unit = " s" if seconds else ""
        none = "none as prescribed" if not some_open else "not recorded"
        bests = _joined(values[:count], lambda value: none if np.isnan(value) else number(value))
        lacking = "; some not recorded" if some_open else ""
        return f"best {bests}{unit}; dose {_joined(values[count:])}{unit} (oldest first{lacking})"

    seconds = happenings.log.series_in_seconds[practice.series]
    observed = phrased(observe, seconds, (best_open | dose_open).any(axis=1), *best.T, *dose.T)
    threshold = phrased(
        lambda goal, least: (
            "no target prescribed"
            if np.isnan(goal)
            else f"each day best at least {number(goal)}, dose at least {number(least)}"
        ),
        target[:, 0],
        asked[:, 0],
    )
    return _on_last_days(practice, rule, met, observed, threshold)


def judge_as_prescribed(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:  # noqa: ARG001
    """No more help and no less load than prescribed on the last days."""
    more_help = (practice.of_last_days(practice.tried_days.more_help) == 1).sum(axis=1)
    less_load = (practice.of_last_days(practice.tried_days.less_load) == 1).sum(axis=1)

    def observe(help_days: int, load_days: int) -> str:
        if help_days == 0 and load_days == 0:
            return "no more help and no less load than prescribed"
        parts = [(help_days, "more help"), (load_days, "less load")]
        return ", ".join(f"{what} than prescribed on {counted(days, 'day')}" for days, what in parts if days)

    met = ((more_help == 0) & (less_load == 0)).astype(np.int8)
    return _on_last_days(practice, rule, met, phrased(observe, more_help, less_load), "on none of the last days")


def judge_pain(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:  # noqa: ARG001
    """The highest pain of the last days, or of as many as there are."""
    limit = np.maximum(rule.parameters["max_pain"], practice.usual_pain + rule.parameters["above_usual"])
    highest, n, observed = _rated(practice, practice.pain)
    too_high = highest > limit + TOLERANCE
    enough = n >= rule.parameters["min_rated_days"]
    met = np.where(~practice.practised, MISSING, three(~too_high, ~too_high & ~enough)).astype(np.int8)
    threshold = phrased(
        lambda top: f"at most {number(top)}, rated on {rule.parameters['min_rated_days']:g} days", limit
    )
    first, last, _ = practice.last_days_span
    return criterion_of(rule, met, observed, threshold, first, last, n)


def judge_effort(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:  # noqa: ARG001
    """The highest effort of the last days."""
    limit = rule.parameters["max_effort"]
    highest, n, observed = _rated(practice, practice.effort)
    met = three(highest <= limit + TOLERANCE, n == 0)
    criterion = _on_last_days(practice, rule, met, observed, f"at most {number(limit)}")
    return replace(criterion, n=n)


def judge_two_for_two(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """The last set of each of the latest days well above the target (2-for-2 rule)."""
    target = happenings.log.versions.target[practice.version]
    days = int(rule.parameters["days"])
    last_sets = practice.of_last_days(practice.last_sets)[:, :days]
    over = last_sets >= (target + rule.parameters["extra_reps"])[:, None] - TOLERANCE
    known = ~np.isnan(last_sets) & ~np.isnan(target)[:, None]
    met = all_of(*(three(over[:, at], ~known[:, at]) for at in range(last_sets.shape[1])))
    least = target + rule.parameters["extra_reps"]
    threshold = phrased(lambda reps: "no target prescribed" if np.isnan(reps) else f"each at least {reps:g}", least)

    def observe(*reps: float) -> str:
        sets = _joined(reps, lambda one: "not as prescribed" if one < 0 else number(one))
        return f"last sets {sets} (oldest first)"

    observed = phrased(observe, *last_sets.T)
    criterion = _on_last_days(practice, rule, met, observed, threshold)
    return replace(criterion, applicable=~happenings.log.series_in_seconds[practice.series])


def _rated(practice: Practice, values: Floats) -> tuple[Floats, Ints, Words]:
    """Highest rating of the last days, on how many of them there is one, and both in words, or that there is no day."""
    ratings = practice.of_last_days(values)
    n = (~np.isnan(ratings)).sum(axis=1)
    highest = np.max(np.nan_to_num(ratings, nan=-1.0), axis=1)
    highest = np.where(n > 0, highest, np.nan)
    days = (practice.last_days >= 0).sum(axis=1)
    words = phrased(
        lambda top, rated, of: (
            f"highest {number(top)}, rated on {rated} of {counted(of, 'day')}"
            if rated
            else f"not rated on {counted(of, 'day')}"
        ),
        highest,
        n,
        days,
    )
    return highest, n, words.where(days > 0, practice.too_few_days)


def _on_last_days(practice: Practice, rule: Rule, met: Three, observed: Words, threshold: str | Words) -> Criterion:
    """A criterion that rests on the last days and is missing without all of them."""
    there = practice.has_last_days
    met = np.where(there, met, MISSING).astype(np.int8)
    first, last, n = practice.last_days_span
    observed = observed.where(there, practice.too_few_days)
    return criterion_of(rule, met, observed, threshold, first, last, n)


def _joined(values: tuple[float, ...], write: Callable[[float], str] = number) -> str:
    """The last days' values as words, oldest first."""
    return ", ".join(write(value) for value in values[::-1])
