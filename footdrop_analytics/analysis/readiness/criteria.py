"""The nine criteria for review: every enabled rule held against every active series; true, false or missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from footdrop_analytics.analysis.log.arrays import Bools
from footdrop_analytics.analysis.log.events.clinical_events import Happenings
from footdrop_analytics.analysis.readiness.criteria_days import (
    judge_as_prescribed,
    judge_effort,
    judge_pain,
    judge_target,
    judge_two_for_two,
)
from footdrop_analytics.analysis.readiness.criteria_events import judge_no_event
from footdrop_analytics.analysis.readiness.criteria_exposure import judge_adherence, judge_exposure, judge_recency
from footdrop_analytics.analysis.readiness.criterion import MISSING, TRUE, Criterion
from footdrop_analytics.analysis.readiness.recent_practice import Practice
from footdrop_analytics.knowledge import Rule
from footdrop_analytics.model.vocabulary import MODES, POSITIONS


def judge_criteria(practice: Practice, happenings: Happenings) -> list[Criterion]:
    """Every enabled rule in the order of the rules."""
    judged = []
    for rule in practice.rules.rules:
        if rule.enabled:
            criterion = _JUDGES[rule.criterion](practice, happenings, rule)
            applicable = criterion.applicable & applies(practice, rule)
            met = np.where(applicable, criterion.met, MISSING).astype(np.int8)
            judged.append(replace(criterion, met=met, applicable=applicable))
    return _stand_in(judged)


def applies(practice: Practice, rule: Rule) -> Bools:
    """Which series a rule is limited to."""
    found = np.ones(len(practice.series), dtype=bool)
    for by, allowed in rule.applies_to.items():
        if by == "aetiology":
            found &= practice.log.has_aetiology(*allowed)[practice.patient]
        elif by == "exercise":
            keys = practice.log.study.exercises.keys
            found &= np.isin(practice.exercise, [keys.index(key) for key in allowed if key in keys])
        else:
            codes, names = {"mode": (practice.mode, MODES), "position": (practice.position, POSITIONS)}[by]
            found &= np.isin(codes, [names.index(name) for name in allowed])
    return found


def _stand_in(judged: list[Criterion]) -> list[Criterion]:
    """A rule that may stand in for another: where one of the two is met, the other does not apply."""
    place = {criterion.rule.rule_id: at for at, criterion in enumerate(judged)}
    result = list(judged)
    for at, criterion in enumerate(judged):
        partner = place.get(criterion.rule.stands_in_for or "")
        if partner is None:
            continue
        other = judged[partner]
        result[at] = _excuse(criterion, criterion.applicable & (other.met == TRUE) & (criterion.met != TRUE))
        result[partner] = _excuse(other, criterion.applicable & (criterion.met == TRUE) & (other.met != TRUE))
    return result


def _excuse(criterion: Criterion, excused: Bools) -> Criterion:
    met = np.where(excused, MISSING, criterion.met).astype(np.int8)
    return replace(criterion, met=met, applicable=criterion.applicable & ~excused)


_JUDGES: Mapping[str, Callable[[Practice, Happenings, Rule], Criterion]] = {
    "exposure": judge_exposure,
    "recency": judge_recency,
    "adherence": judge_adherence,
    "target": judge_target,
    "as_prescribed": judge_as_prescribed,
    "pain": judge_pain,
    "effort": judge_effort,
    "no_event": judge_no_event,
    "two_for_two": judge_two_for_two,
}
