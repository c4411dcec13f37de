"""States that look at the last days alone: far below target, and a pain that holds."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats
from footdrop_analytics.analysis.log.events.clinical_events import Happenings
from footdrop_analytics.analysis.readiness.recent_practice import Practice
from footdrop_analytics.model.vocabulary import MODES, OWN_MODES


def below_target(practice: Practice) -> Bools:
    """Whether the best set stayed far below the target on the last days with a row of the current difficulty."""
    tried, rules = practice.tried_days, practice.rules
    count = int(rules.value("last_days", "days"))
    low = np.maximum(practice.since, practice.log.as_of_day - practice.look_back + 1)
    positions = practice.last_positions(tried.equal, low, count)
    best = practice.of_last_days(tried.equal_best, positions)
    known = practice.of_last_days(tried.equal_known, positions) == 1
    target = practice.log.versions.target[practice.version]
    far_below = best < (rules.value("below_target", "share") * target)[:, None] - TOLERANCE
    active = np.isin(practice.mode, [MODES.index(mode) for mode in OWN_MODES])
    found: Bools = active & (known & far_below).all(axis=1)
    return found


def holding_pain(practice: Practice, happenings: Happenings) -> Floats:
    """The highest pain that holds each series; NaN where none does."""
    tried, log = practice.tried_days, practice.log
    limits = practice.rules.settings["hold_pain"].parameters
    limit = np.minimum(
        limits["highest_limit"], np.maximum(limits["lowest_limit"], practice.usual_pain + limits["above_usual"])
    )
    low = np.full(len(practice.series), log.as_of_day - int(limits["days"]) + 1)
    everything = np.ones(len(tried.day), dtype=bool)
    positions = practice.last_positions(everything, low, int(practice.rules.value("last_days", "days")))
    pain, day = practice.of_last_days(practice.pain, positions), practice.of_last_days(tried.day, positions)
    waits = happenings.last_visit[practice.patient][:, None] <= np.nan_to_num(day, nan=-2.0)
    high = np.where(waits & (pain > limit[:, None] + TOLERANCE), pain, -1.0).max(axis=1, initial=-1.0)
    return np.where(high >= 0, high, np.nan)
