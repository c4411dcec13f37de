"""The rows behind what is shown, for CSV files and for researchers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.dashboards.patient.facts import PatientFacts
from footdrop_analytics.dashboards.patient.log import Key


def tables(facts: PatientFacts) -> dict[str, pd.DataFrame]:
    """Tables by name.

    Tables of series hold the series shown; the log, daily values and ratings also the period alone. Flags, events,
    check-ins, visits, measurements and rejected rows are complete up to the as-of day.
    """
    context, keys = facts.context, facts.shown_keys
    analysis, first, last = context.analysis, context.start, context.as_of
    study = analysis.study
    found = {
        "log_rows": facts.log.table(keys, first, last),
        "flags": analysis.flags,
        "adherence": analysis.adherence_patient_period,
        "adherence_by_week": analysis.adherence_patient,
        "adherence_by_exercise": _of(analysis.adherence_period, keys),
        "persistence": _of(analysis.persistence, keys),
        "trends": _of(analysis.trends, keys),
        "steps": _of(analysis.steps, keys),
        "daily_values": _between(_of(analysis.daily, keys), "day", first, last),
        "ratings": _ratings(facts),
        "readiness": _of(analysis.readiness, keys),
        "criteria": _of(analysis.criteria, keys),
        "events": _between(study.events, "occurred_on", None, last),
        "checkins": _between(study.checkins, "day", None, last),
        "visits": _between(study.visits, "visited_on", None, last),
        "outcomes": _between(study.outcomes, "measured_on", None, last),
        "rejected": study.rejected,
    }
    return {name: table.reset_index(drop=True) for name, table in found.items()}


def _of(table: pd.DataFrame, keys: list[Key]) -> pd.DataFrame:
    wanted = set(keys)
    pairs = zip(table["exercise"].tolist(), table["side"].tolist(), strict=True)
    return table[np.fromiter((pair in wanted for pair in pairs), dtype=bool, count=len(table))]


def _between(table: pd.DataFrame, column: str, first: object, last: object) -> pd.DataFrame:
    day = table[column].dt.normalize()
    kept = day <= pd.Timestamp(last)  # type: ignore[arg-type]
    return table[kept if first is None else kept & (day >= pd.Timestamp(first))]  # type: ignore[arg-type]


def _ratings(facts: PatientFacts) -> pd.DataFrame:
    """Each day's highest pain and effort beside the amount done; missing is not 0."""
    shown = facts.charted
    dots = {"pain": shown.ratings.pain, "effort": shown.ratings.effort}
    columns = {name: dict(zip(one.days, one.values, strict=True)) for name, one in dots.items()}
    columns["day_amount"] = dict(shown.amounts.known)
    days = sorted({*shown.amounts.days, *(one for found in columns.values() for one in found)})
    table = {name: pd.Series([found.get(one) for one in days], dtype="float64") for name, found in columns.items()}
    return pd.DataFrame({"day": pd.to_datetime(pd.Series(days, dtype="object")), **table})
