"""The nine criteria for review: what each observed in the log, held against its limits; true, false or missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.adherence import sums_in
from footdrop_analytics.analysis.columns import NO_DAY, TOLERANCE, Bools, Floats, Ints, share
from footdrop_analytics.analysis.happenings import Happenings
from footdrop_analytics.analysis.plan import DUE
from footdrop_analytics.analysis.practice import Practice
from footdrop_analytics.analysis.windows import Windows
from footdrop_analytics.analysis.wording import Texts, counted, day_texts, number, together, written
from footdrop_analytics.knowledge import Rule
from footdrop_analytics.knowledge.terms import MODES, POSITIONS

Three = npt.NDArray[np.int8]
"""1 true, 0 false, −1 missing."""
TRUE, FALSE, MISSING = 1, 0, -1


@dataclass(frozen=True)
class Criterion:
    """One rule for every active series: one entry of the arrays per entry of the practice."""

    rule: Rule
    met: Three
    observed: Texts
    threshold: Texts
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
    return np.where((stacked == FALSE).any(0), FALSE, np.where((stacked == MISSING).any(0), MISSING, TRUE)).astype(
        np.int8
    )


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
            aetiology = practice.ledger.of_patients("aetiology").isin(allowed).to_numpy()
            found &= aetiology[practice.patient]
        elif by == "exercise":
            keys = practice.ledger.study.exercises.keys
            found &= np.isin(practice.exercise, [keys.index(key) for key in allowed if key in keys])
        else:
            names = {"mode": MODES, "position": POSITIONS}[by]
            found &= np.isin(practice.code(by), [names.index(name) for name in allowed])
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


def _criterion(
    rule: Rule, met: Three, observed: Texts, threshold: str | Texts, first: Ints, last: Ints, n: Ints
) -> Criterion:
    size = len(met)
    limits = np.full(size, threshold, dtype=object) if isinstance(threshold, str) else threshold
    return Criterion(rule, met, observed, limits, first, last, n, np.ones(size, dtype=bool))


def _exposure(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    as_of = happenings.ledger.as_of_day
    least, least_since = rule.parameters["min_days"], rule.parameters["min_days_since_start"]
    since, practised = as_of - practice.exposure, practice.practised
    met = practised & (practice.exercise_days >= least) & (since >= least_since)

    def observe(known: bool, days: int, ago: int, look_back: int) -> str:
        if not known:
            return f"no exercise session for {look_back} days or more"
        return f"{counted(days, 'day')} with exercise, begun {counted(ago, 'day')} ago"

    observed = together(observe, practised, practice.exercise_days, np.where(practised, since, 0), practice.look_back)
    threshold = f"at least {counted(least, 'day')} with exercise, begun at least {counted(least_since, 'day')} ago"
    first = np.where(practised, practice.exposure, practice.since)
    return _criterion(
        rule, met.astype(np.int8), observed, threshold, first, np.full_like(first, as_of), practice.exercise_days
    )


def _recency(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    as_of, last = happenings.ledger.as_of_day, practice.last_exercise
    per_week = happenings.ledger.versions.per_week2[practice.version] / 2
    limit = np.maximum(rule.parameters["days"], 7 * rule.parameters["sessions"] / per_week)
    ago = np.where(last == NO_DAY, np.nan, as_of - last)
    met = (last != NO_DAY) & (as_of - last <= limit + TOLERANCE)
    observed = written(ago, lambda days: "no recent session" if np.isnan(days) else f"{counted(days, 'day')} ago")
    threshold = written(limit, lambda days: f"at most {days:.4g} days ago")
    return _criterion(rule, met.astype(np.int8), observed, threshold, last, last, (last != NO_DAY).astype(np.int64))


def _adherence(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    ledger = happenings.ledger
    as_of = np.full(len(practice.series), ledger.as_of_day)
    first = np.maximum(practice.exposure, as_of - int(rule.parameters["window_days"]) + 1)
    windows = Windows(practice.series, first, as_of, np.ones_like(as_of))
    sums = sums_in(ledger, practice.days, windows)
    due14, credited14 = sums["due14"].to_numpy(), sums["credited14"].to_numpy()
    kept = share(credited14, due14)
    missing = ~practice.practised | (due14 < 14 * rule.parameters["min_due"] - TOLERANCE) | (due14 == 0)
    met = three(kept >= rule.parameters["min_share"] - TOLERANCE, missing)

    def observe(due: float, credited: float) -> str:
        if due == 0:
            return "nothing due"
        return f"{round(credited / 14)} of about {round(due / 14)} sessions ({100 * credited / due:.3g} %)"

    observed = np.where(practice.practised, together(observe, due14, credited14), "no recent practice")
    segments = ledger.segments
    due_days = segments.counter(np.ones_like(segments.series), segments.status == DUE)
    return _criterion(
        rule,
        met,
        observed,
        f"at least {100 * rule.parameters['min_share']:g} %, where at least {rule.parameters['min_due']:g} are due",
        np.where(practice.practised, first, NO_DAY),
        np.where(practice.practised, as_of, NO_DAY),
        np.where(practice.practised, due_days.between(practice.series, first, as_of), 0),
    )


def _on_last_days(practice: Practice, rule: Rule, met: Three, observed: Texts, threshold: str | Texts) -> Criterion:
    """A criterion that rests on the last days and is missing without all of them."""
    there = practice.has_last_days
    met = np.where(there, met, MISSING).astype(np.int8)
    first, last, n = _span(practice)
    observed = np.where(there, observed, _too_few(practice, n))
    return _criterion(rule, met, observed, threshold, first, last, n)


def _too_few(practice: Practice, n: Ints) -> Texts:
    wanted = practice.last_days.shape[1]
    return together(
        lambda days, look_back: f"tried on {counted(days, 'day')} of the last {look_back}, {wanted} are needed",
        n,
        practice.look_back,
    )


def _span(practice: Practice) -> tuple[Ints, Ints, Ints]:
    """First and last of the last days, and how many there are."""
    days = practice.of_last_days(practice.tried_days.day)
    n = (~np.isnan(days)).sum(axis=1)
    known = np.nan_to_num(days, nan=NO_DAY).astype(np.int64)
    first = np.where(n > 0, known[np.arange(len(n)), np.maximum(n - 1, 0)], NO_DAY)
    return first, known[:, 0], n


def _joined(columns: Floats, write: Callable[[float], str] = number) -> Texts:
    """The last days' values as words, oldest first."""
    texts = [written(column, write) for column in columns.T[::-1]]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + ", " + text
    return joined


def _target(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    tried, versions = practice.tried_days, happenings.ledger.versions
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
    unit = np.where(happenings.ledger.series_in_seconds[practice.series], " s", "")
    nothing = "none as prescribed"
    best_text = _joined(np.where(np.isnan(best) & ~best_open, -1, best), lambda v: nothing if v == -1 else number(v))
    observed = "best " + best_text + unit + "; dose " + _joined(dose) + unit
    observed = np.where((best_open | dose_open).any(axis=1), observed + " (some not recorded)", observed)
    threshold = together(
        lambda goal, least: (
            "no target prescribed"
            if np.isnan(goal)
            else f"each day best at least {number(goal)}, dose at least {number(least)}"
        ),
        target[:, 0],
        asked[:, 0],
    )
    return _on_last_days(practice, rule, met, observed, threshold)


def _as_prescribed(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:  # noqa: ARG001
    more_help = (practice.of_last_days(practice.tried_days.more_help) == 1).sum(axis=1)
    less_load = (practice.of_last_days(practice.tried_days.less_load) == 1).sum(axis=1)

    def observe(help_days: int, load_days: int) -> str:
        if help_days == 0 and load_days == 0:
            return "no more help and no less load than prescribed"
        parts = [(help_days, "more help"), (load_days, "less load")]
        return ", ".join(f"{what} than prescribed on {counted(days, 'day')}" for days, what in parts if days)

    met = ((more_help == 0) & (less_load == 0)).astype(np.int8)
    return _on_last_days(practice, rule, met, together(observe, more_help, less_load), "on none of the last days")


def _rated(practice: Practice, values: Floats) -> tuple[Floats, Ints, Texts]:
    """Highest rating of the last days, on how many of them there is one, and both in words."""
    ratings = practice.of_last_days(values)
    n = (~np.isnan(ratings)).sum(axis=1)
    highest = np.max(np.nan_to_num(ratings, nan=-1.0), axis=1)
    highest = np.where(n > 0, highest, np.nan)
    days = (practice.last_days >= 0).sum(axis=1)
    words = together(
        lambda top, rated, of: (
            f"highest {number(top)}, rated on {rated} of {counted(of, 'day')}"
            if rated
            else f"not rated on {counted(of, 'day')}"
        ),
        highest,
        n,
        days,
    )
    return highest, n, words


def _pain(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:  # noqa: ARG001
    limit = np.maximum(rule.parameters["max_pain"], practice.usual_pain + rule.parameters["above_usual"])
    highest, n, observed = _rated(practice, practice.pain)
    too_high = highest > limit + TOLERANCE
    enough = n >= rule.parameters["min_rated_days"]
    met = np.where(~practice.practised, MISSING, three(~too_high, ~too_high & ~enough)).astype(np.int8)
    threshold = written(
        limit, lambda top: f"at most {number(top)}, rated on {rule.parameters['min_rated_days']:g} days"
    )
    first, last, _ = _span(practice)
    return _criterion(rule, met, observed, threshold, first, last, n)


def _effort(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:  # noqa: ARG001
    limit = rule.parameters["max_effort"]
    highest, n, observed = _rated(practice, practice.effort)
    met = three(highest <= limit + TOLERANCE, n == 0)
    criterion = _on_last_days(practice, rule, met, observed, f"at most {number(limit)}")
    return replace(criterion, n=n)


def _no_event(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    as_of = happenings.ledger.as_of_day
    held = held_by(practice, happenings)
    near = _near_falls_during(practice, happenings, int(rule.parameters["near_fall_days"]))
    days = int(rule.parameters["rejected_days"])
    unread = np.zeros(len(happenings.ledger.patients), dtype=bool)
    unread[happenings.unread(("events", "checkins"), days)["patient"].to_numpy()] = True
    unread = unread[practice.patient]
    found = (held != "") | near
    asked = happenings.falls_asked(days)[practice.patient]

    def observe(event: str, near_fall: bool, lost: bool, times: int) -> str:
        parts = [event] if event else []
        parts += [f"near fall during it within {rule.parameters['near_fall_days']:g} days"] if near_fall else []
        parts += ["a report of this patient could not be read"] if lost else []
        parts = parts or ["none recorded"]
        return f"{'; '.join(parts)}; falls asked about on {counted(times, 'day')} of the last {days}"

    observed = together(observe, held, near, unread, asked)
    first = np.full(len(found), as_of - days + 1)
    return _criterion(
        rule, three(~found, ~found & unread), observed, "none open", first, np.full_like(first, as_of), asked
    )


def held_by(practice: Practice, happenings: Happenings) -> Texts:
    """The latest open event that holds each series, in words; empty where none does."""
    holds = happenings.holds
    own = pd.DataFrame(
        {
            "patient": practice.patient,
            "place": np.arange(len(practice.series)),
            "own": practice.exercise,
            "standing": practice.code("position") == POSITIONS.index("standing"),
        }
    )
    found = own.merge(holds, on="patient")
    scope = found["scope"]
    holding = (scope == "all") | ((scope == "standing") & found["standing"])
    holding |= (scope == "exercise") & (found["exercise"] == found["own"])
    found = found[holding].sort_values(["place", "day", "name"]).drop_duplicates("place", keep="last")
    texts = np.full(len(practice.series), "", dtype=object)
    place, day = found["place"].to_numpy(), found["day"].to_numpy(dtype=np.int64)
    texts[place] = "open: " + found["name"].to_numpy(dtype=object) + " on " + day_texts(day)
    return texts


def _near_falls_during(practice: Practice, happenings: Happenings, days: int) -> Bools:
    events = happenings.events
    chosen = events[
        (events["kind"] == happenings.kind("near_fall"))
        & (events["exercise"] >= 0)
        & (events["day"] > happenings.ledger.as_of_day - days)
    ]
    exercises = len(happenings.ledger.study.exercises)
    during = chosen["patient"].to_numpy() * exercises + chosen["exercise"].to_numpy()
    found: Bools = np.isin(practice.patient * exercises + practice.exercise, during)
    return found


def _two_for_two(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    target = happenings.ledger.versions.target[practice.version]
    days = int(rule.parameters["days"])
    last_sets = practice.of_last_days(practice.tried_days.last_set)[:, :days]
    over = last_sets >= (target + rule.parameters["extra_reps"])[:, None] - TOLERANCE
    known = ~np.isnan(last_sets) & ~np.isnan(target)[:, None]
    met = all_of(*(three(over[:, at], ~known[:, at]) for at in range(last_sets.shape[1])))
    least = target + rule.parameters["extra_reps"]
    threshold = written(least, lambda reps: "no target prescribed" if np.isnan(reps) else f"each at least {reps:g}")
    observed = "last sets " + _joined(last_sets, lambda reps: "not as prescribed" if reps < 0 else number(reps))
    criterion = _on_last_days(practice, rule, met, observed, threshold)
    return replace(criterion, applicable=~happenings.ledger.series_in_seconds[practice.series])


_JUDGES: Mapping[str, Callable[[Practice, Happenings, Rule], Criterion]] = {
    "exposure": _exposure,
    "recency": _recency,
    "adherence": _adherence,
    "target": _target,
    "as_prescribed": _as_prescribed,
    "pain": _pain,
    "effort": _effort,
    "no_event": _no_event,
    "two_for_two": _two_for_two,
}
