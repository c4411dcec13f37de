"""The criterion on events: what open events hold, near falls, and reports that could not be read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.columns import Bools
from footdrop_analytics.analysis.criterion import Criterion, criterion_of, three
from footdrop_analytics.analysis.happenings import Happenings
from footdrop_analytics.analysis.practice import Practice
from footdrop_analytics.analysis.wording import Words, counted, day_text, phrased
from footdrop_analytics.knowledge import Rule
from footdrop_analytics.knowledge.terms import POSITIONS


def judge_no_event(practice: Practice, happenings: Happenings, rule: Rule) -> Criterion:
    """Open events, near falls during the exercise, and reports that could not be read."""
    as_of = happenings.ledger.as_of_day
    held = held_by(practice, happenings)
    near = _near_falls_during(practice, happenings, int(rule.parameters["near_fall_days"]))
    days = int(rule.parameters["rejected_days"])
    unread = np.zeros(len(happenings.ledger.patients), dtype=bool)
    unread[happenings.unread(("events", "checkins"), days)["patient"].to_numpy()] = True
    unread = unread[practice.patient]
    found = (held.codes >= 0) | near
    asked = happenings.falls_asked(days)[practice.patient]

    def observe(event: int, near_fall: bool, lost: bool, times: int) -> str:
        parts = [str(held.distinct[event])] if event >= 0 else []
        parts += [f"near fall during it within {rule.parameters['near_fall_days']:g} days"] if near_fall else []
        parts += ["a report of this patient could not be read"] if lost else []
        parts = parts or ["none recorded"]
        return f"{'; '.join(parts)}; falls asked about on {counted(times, 'day')} of the last {days}"

    observed = phrased(observe, held.codes, near, unread, asked)
    first = np.full(len(found), as_of - days + 1)
    return criterion_of(
        rule, three(~found, ~found & unread), observed, "none open", first, np.full_like(first, as_of), asked
    )


def held_by(practice: Practice, happenings: Happenings) -> Words:
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
    codes = np.full(len(practice.series), -1)
    place, day = found["place"].to_numpy(), found["day"].to_numpy(dtype=np.int64)
    names = phrased(lambda name, at: f"open: {name} on {day_text(at)}", found["name"].to_numpy(dtype=object), day)
    codes[place] = names.codes
    return Words(codes, names.distinct)


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
