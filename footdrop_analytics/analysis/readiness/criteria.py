"""The criteria on the last days (target, help, pain, effort, 2-for-2), and all nine held against every series."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isnan

import numpy as np

from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Ints
from footdrop_analytics.analysis.log.clinical_events import Happenings
from footdrop_analytics.analysis.log.daily_performance import last_sets_of
from footdrop_analytics.analysis.readiness.criterion import (
    FALSE,
    MISSING,
    TRUE,
    Criterion,
    Three,
    all_of,
    criterion_of,
    judge_adherence,
    judge_exposure,
    judge_no_event,
    judge_recency,
    three,
)
from footdrop_analytics.analysis.readiness.recent_practice import Practice
from footdrop_analytics.analysis.wording import Words, filled, in_turn, number, phrased, together
from footdrop_analytics.knowledge import Rule
from footdrop_analytics.model.vocabulary import MODES, POSITIONS
from footdrop_analytics.wording.language import general, how_many, marked_forms, translated

_HOW_DONE = ("mode", "position", "support", "load_kg", "orthosis")


def judge_target(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """The best set and the dose of each target day against target and prescribed session dose; one of many may miss."""
    tried, versions = practice.tried_days, happenings.log.versions
    target = versions.target[practice.version]
    asked = rule.parameters["min_dose_share"] * versions.session_dose[practice.version]
    positions, needs = practice.target_days, practice.rules.settings["target_days"].parameters
    best, dose, best_open, dose_open = (
        practice.of_last_days(tried[name], positions) for name in ("best", "dose", "best_open", "dose_open")
    )
    best_open, dose_open = best_open == 1, dose_open == 1
    reached, enough = best >= target[:, None] - TOLERANCE, dose >= asked[:, None] - TOLERANCE
    judged = all_of(three(reached, ~reached & best_open), three(enough, ~enough & dose_open))
    there = positions >= 0
    n, missed, unknown = (chosen.sum(axis=1) for chosen in (there, there & (judged == 0), there & (judged == MISSING)))
    spare = np.where(n >= needs["forgiving_from"], needs["may_miss"], 0)
    met = np.where(missed > spare, FALSE, np.where(missed + unknown > spare, MISSING, TRUE))
    few = n < needs["min_days"]
    nothing_to_reach = np.isnan(target) | np.isnan(asked)
    met = np.where(few | nothing_to_reach, MISSING, met).astype(np.int8)
    seconds = happenings.log.series_in_seconds[practice.series]
    bests, doses = in_turn(together(_best_word, best, best_open), n), in_turn(together(_dose_word, dose, dose_open), n)
    days = together(_missed_words, missed, unknown, n)
    said = np.where(
        seconds,
        translated("{days}; best {best} s; dose {dose} s (oldest first)"),
        translated("{days}; best {best}; dose {dose} (oldest first)"),
    )
    observed = filled(said, days=days, best=bests, dose=doses)
    forms = marked_forms(
        "tried on {count} target day, {wanted} are needed", "tried on {count} target days, {wanted} are needed"
    )
    wanted = phrased(lambda days: how_many(*forms, days, wanted=general(needs["min_days"])), n)
    threshold = phrased(_target_limit_words, target, asked, spare)
    first, last, _ = practice.span_of(positions)
    return criterion_of(rule, met, observed.where(~few, wanted), threshold, first, last, n)


def judge_as_prescribed(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """No more help, no less load and no much shorter hold than prescribed on the last days."""
    short = practice.tried_days["hold_share"] < rule.parameters["min_hold_share"] - TOLERANCE
    easier = (practice.tried_days["more_help"], practice.tried_days["less_load"], short)
    days = [(practice.of_last_days(one) == 1).sum(axis=1) for one in easier]
    fine = ~np.any(days, axis=0)
    unread = practice.unread_on_last_days(happenings.unread_cells, *_HOW_DONE)
    met = three(fine, fine & (unread.codes >= 0))
    observed = phrased(lambda *told: _as_prescribed_words(told[:3], unread.text(told[3])), *days, unread.codes)
    return _on_last_days(practice, rule, met, observed, translated("on none of the last days"))


def judge_pain(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """The highest pain of the last days, or of as many as there are."""
    usual = practice.log.usual_pain[practice.patient]
    limit = np.maximum(rule.parameters["max_pain"], usual + rule.parameters["above_usual"])
    highest, n, observed, unread = _rated(practice, practice.tried_days["pain"], "pain_0_10", happenings)
    too_high = highest > limit + TOLERANCE
    enough = (n >= rule.parameters["min_rated_days"]) & ~unread
    met = np.where(~practice.practised, MISSING, three(~too_high, ~too_high & ~enough)).astype(np.int8)
    threshold = phrased(
        lambda top: translated(
            "at most {top}, rated on {days} days", top=number(top), days=general(rule.parameters["min_rated_days"])
        ),
        limit,
    )
    first, last, _ = practice.last_days_span
    return criterion_of(rule, met, observed, threshold, first, last, n)


def judge_effort(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """The highest effort of the last days, of rows that do not exceed the target by a meaningful change."""
    limit = rule.parameters["max_effort"]
    highest, n, observed, unread = _rated(practice, practice.tried_days["effort"], "effort_0_10", happenings)
    too_high = highest > limit + TOLERANCE
    met = three(~too_high, ~too_high & ((n == 0) | unread))
    criterion = _on_last_days(practice, rule, met, observed, translated("at most {top}", top=number(limit)))
    return replace(criterion, n=n)


def judge_two_for_two(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """The last set of each of the latest days well above the target (2-for-2 rule)."""
    target = happenings.log.versions.target[practice.version]
    days = int(rule.parameters["days"])
    last_sets = practice.of_last_days(last_sets_of(practice.performance, practice.tail))[:, :days]
    over = last_sets >= (target + rule.parameters["extra_reps"])[:, None] - TOLERANCE
    known = ~np.isnan(last_sets) & ~np.isnan(target)[:, None]
    met = all_of(*(three(over[:, at], ~known[:, at]) for at in range(last_sets.shape[1])))
    least = target + rule.parameters["extra_reps"]
    threshold, observed = phrased(_last_sets_limit_words, least), phrased(_last_sets_words, *last_sets.T)
    criterion = _on_last_days(practice, rule, met, observed, threshold)
    return replace(criterion, applicable=~happenings.log.series_in_seconds[practice.series])


def _rated(
    practice: Practice, values: Floats, column: str, happenings: Happenings
) -> tuple[Floats, Ints, Words, Bools]:
    """Highest rating of the last days, on how many of them there is one, both in words, and whether one is unread."""
    ratings = practice.of_last_days(values)
    n = (~np.isnan(ratings)).sum(axis=1)
    highest = np.where(n > 0, np.max(np.nan_to_num(ratings, nan=-1.0), axis=1, initial=-1.0), np.nan)
    days, unread = (practice.last_days >= 0).sum(axis=1), practice.unread_on_last_days(happenings.unread_cells, column)
    words = phrased(
        lambda top, rated, of, code: _rated_words(top, rated, of, unread.text(code)), highest, n, days, unread.codes
    )
    return highest, n, words.where(days > 0, practice.too_few_days), unread.codes >= 0


def _on_last_days(practice: Practice, rule: Rule, met: Three, observed: Words, threshold: str | Words) -> Criterion:
    """A criterion that rests on the last days and is missing without all of them."""
    there = np.all(practice.last_days >= 0, axis=1)
    met = np.where(there, met, MISSING).astype(np.int8)
    first, last, n = practice.last_days_span
    observed = observed.where(there, practice.too_few_days)
    return criterion_of(rule, met, observed, threshold, first, last, n)


def _best_word(best: float, lacks: bool) -> str:
    """The best set of a target day; ``lacks``: repetitions of some set are not recorded."""
    if isnan(best):
        return translated("not recorded") if lacks else translated("none as prescribed")
    return number(best)


def _dose_word(dose: float, lacks: bool) -> str:
    """The dose of a target day; ``lacks``: that of some set is not known."""
    if lacks:
        return translated("not recorded") if dose == 0 else translated("at least {value}", value=number(dose))
    return number(dose)


def _missed_words(missed: float, unknown: float, n: float) -> str:
    """How many of the target days miss the target, and of how many it is not known."""
    if missed:
        told = [how_many("{count} day of {n} below", "{count} days of {n} below", missed, n=int(n))]
    else:
        told = [how_many("none of {count} day below", "none of {count} days below", n)]
    told += [how_many("{count} day not known", "{count} days not known", unknown)] if unknown else []
    return ", ".join(told)


def _target_limit_words(goal: float, least: float, spare: float) -> str:
    """What the target days are held against."""
    if isnan(goal):
        return translated("no target prescribed")
    limits = {"best": number(goal), "dose": number(least)}
    if not spare:
        return translated("each day best at least {best}, dose at least {dose}", **limits)
    return how_many(
        "on all but {count} day best at least {best}, dose at least {dose}",
        "on all but {count} days best at least {best}, dose at least {dose}",
        spare,
        **limits,
    )


def _as_prescribed_words(easier_days: tuple[int, ...], unread: str | None) -> str:
    """On how many of the last days there was more help, less load, a much shorter hold than prescribed."""
    forms = (
        marked_forms("more help than prescribed on {count} day", "more help than prescribed on {count} days"),
        marked_forms("less load than prescribed on {count} day", "less load than prescribed on {count} days"),
        marked_forms("a shorter hold than prescribed on {count} day", "a shorter hold than prescribed on {count} days"),
    )
    told = ", ".join(how_many(*form, days) for form, days in zip(forms, easier_days, strict=True) if days)
    told = told or translated("no more help and no less load or hold than prescribed")
    return "; ".join([told, *_unread(unread)])


def _rated_words(top: float, rated: int, of: int, unread: str | None) -> str:
    """The highest rating of the last days, and on how many of them there is one."""
    if rated:
        told = how_many(
            "highest {top}, rated on {rated} of {count} day",
            "highest {top}, rated on {rated} of {count} days",
            of,
            top=number(top),
            rated=rated,
        )
    else:
        told = how_many("not rated on {count} day", "not rated on {count} days", of)
    return "; ".join([told, *_unread(unread)])


def _unread(unread: str | None) -> list[str]:
    return [translated("{what} of these days could not be read", what=unread)] if unread else []


def _last_sets_words(*reps: float) -> str:
    sets = [translated("not as prescribed") if one < 0 else number(one) for one in reps[::-1]]
    return translated("last sets {sets} (oldest first)", sets=", ".join(sets))


def _last_sets_limit_words(reps: float) -> str:
    if isnan(reps):
        return translated("no target prescribed")
    return translated("each at least {reps}", reps=general(reps))


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
