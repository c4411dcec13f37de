"""What rules say at one look, and what many looks amount to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.adherence.persistence import persistence_of
from footdrop_analytics.analysis.flags.flags import review_flags_of
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.prepared import Prepared
from footdrop_analytics.analysis.readiness.readiness import Review
from footdrop_analytics.analysis.trends.trends import trends_of
from footdrop_analytics.knowledge import FlagRules, ReadinessRules
from footdrop_analytics.model.study import Study

Rules = tuple[ReadinessRules, FlagRules]
SERIES = ["patient_id", "exercise", "side"]
MET = ("criteria_met", "clinician_check")
"""The states in which every criterion is met."""
_SAID = [*SERIES, "state", "n_met", "n_applicable", "unmet", "missing"]
_FLAG = ["patient_id", "rule_id", "severity"]


def look_at(study: Study, day: int, rule_sets: Mapping[str, Rules]) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    """States and open flags of each rule set on a day, from the rows up to it; the log is known through that day."""
    prepared = Prepared(CodedLog(day, day, study))
    log, performance = prepared.log, prepared.performance
    persistence, trends = persistence_of(log, prepared.days), trends_of(performance)
    states, flags = [], []
    for name, (rules, flag_rules) in rule_sets.items():
        review = Review(log, prepared.days, performance, prepared.values, rules, flag_rules)
        states.append(_at(review.readiness_table(trends)[_SAID], name, log.as_of, rule_sets))
        found = review_flags_of(review, persistence, trends)
        flags.append(_at(found.loc[found["open"], _FLAG].drop_duplicates(), name, log.as_of, rule_sets))
    return states, flags


def _at(rows: pd.DataFrame, name: str, look: pd.Timestamp, rule_sets: Mapping[str, Rules]) -> pd.DataFrame:
    names = pd.Categorical([name] * len(rows), categories=list(rule_sets))
    return pd.DataFrame({"rule_set": names, "look": look}, index=rows.index).join(rows)


def series_of(states: pd.DataFrame) -> pd.DataFrame:
    """One row per rule set and series: ``n_looks``, ``n_met``, ``first_met``, ``n_flips``; ``states`` is sorted."""
    key = ["rule_set", *SERIES]
    groups = states.groupby(key, observed=True, sort=False)
    met = states["state"].isin(MET)
    flips = (states["state"].astype("str") != groups["state"].shift().astype("str")) & groups.cumcount().gt(0)
    counted = states[key].assign(n_looks=1, n_met=met, first_met=states["look"].where(met), n_flips=flips)
    how = {"n_looks": "sum", "n_met": "sum", "first_met": "min", "n_flips": "sum"}
    found = counted.groupby(key, observed=True, sort=True).agg(how).reset_index()
    return found.astype({"n_looks": "Int64", "n_met": "Int64", "n_flips": "Int64"})


def flags_of(flags: pd.DataFrame) -> pd.DataFrame:
    """One row per rule set, patient, rule and severity: ``n_looks`` with such a flag open, and the first of them."""
    found = flags.groupby(["rule_set", *_FLAG], observed=True)["look"].agg(n_looks="size", first_open="min")
    return found.reset_index().astype({"n_looks": "Int64"})


def weekly(first_day: int, last_day: int) -> np.ndarray:
    """The last day of each whole week from the first day on."""
    return np.arange(first_day + 6, last_day + 1, 7, dtype=np.int64)
