"""The criterion on events: what open events hold, near falls, and reports that could not be read."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.log.arrays import Bools, ranges, run_ends
from footdrop_analytics.analysis.log.events.clinical_events import Happenings
from footdrop_analytics.analysis.log.rows import picked
from footdrop_analytics.analysis.readiness.criterion import Criterion, criterion_of, three
from footdrop_analytics.analysis.readiness.recent_practice import Practice
from footdrop_analytics.analysis.wording import Words, day_text, phrased
from footdrop_analytics.knowledge import Rule
from footdrop_analytics.model.vocabulary import POSITIONS, REPORTS
from footdrop_analytics.wording.language import general, how_many, translated


def judge_no_event(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """Open events, near falls during the exercise, and reports that could not be read."""
    as_of = happenings.log.as_of_day
    held = held_by(practice, happenings)
    near = _near_falls_during(practice, happenings, int(rule.parameters["near_fall_days"]))
    days = int(rule.parameters["rejected_days"])
    unread = np.zeros(len(happenings.log.patients), dtype=bool)
    unread[happenings.unread(REPORTS, days)["patient"]] = True
    unread[happenings.doubtful["patient"]] = True
    unread = unread[practice.patient]
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
    # Every hold beside every series of its patient: series are sorted by patient.
    begin = np.searchsorted(practice.patient, holds["patient"])
    count = np.searchsorted(practice.patient, holds["patient"], side="right") - begin
    place, held = np.repeat(begin, count) + ranges(count), picked(holds, np.repeat(np.arange(len(count)), count))
    scope, standing = held["scope"], practice.position == POSITIONS.index("standing")
    holding = (scope == "all") | ((scope == "standing") & standing[place])
    holding |= (scope == "exercise") & (held["exercise"] == practice.exercise[place])
    place, held = place[holding], picked(held, holding)
    names = phrased(
        lambda name, at: translated("open: {event} on {day}", event=translated(name), day=day_text(at)),
        held["name"],
        held["day"],
    )
    by_name = np.unique(held["name"].astype(str), return_inverse=True)[1]
    order = np.lexsort((by_name, held["day"], -held["severity"], place))
    codes = np.full(len(practice.series), -1)
    last = order[run_ends(place[order])]
    codes[place[last]] = names.codes[last]
    return Words(codes, names.distinct)


def _near_falls_during(practice: Practice, happenings: Happenings, days: int) -> Bools:
    events = happenings.events
    chosen = (events["kind"] == happenings.kind("near_fall")) & (events["exercise"] >= 0)
    chosen &= events["day"] > happenings.log.as_of_day - days
    exercises = len(happenings.log.study.exercises)
    during = events["patient"][chosen] * exercises + events["exercise"][chosen]
    found: Bools = np.isin(practice.patient * exercises + practice.exercise, during)
    return found
