"""The rows behind what is shown, for CSV files and for researchers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import pandas as pd

from footdrop_analytics.dashboards.patient.facts.facts import PatientFacts
from footdrop_analytics.dashboards.patient.facts.log import Key

Make = Callable[[PatientFacts], pd.DataFrame]


class Tables(Mapping[str, pd.DataFrame]):
    """Tables by name, each made when it is asked for: most looks at a patient ask for none.

    Tables of series hold the series shown; the log, daily values and ratings also the period alone. Flags, events,
    check-ins, visits, measurements and rejected rows are complete up to the as-of day.
    """

    def __init__(self, facts: PatientFacts) -> None:
        self._facts = facts
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = _MAKE[name](self._facts).reset_index(drop=True)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MAKE)

    def __len__(self) -> int:
        return len(_MAKE)


def _whole(name: str, facts: PatientFacts) -> pd.DataFrame:
    found = getattr(facts.context.analysis, name)
    assert isinstance(found, pd.DataFrame)
    return found


def _of_series(name: str, facts: PatientFacts) -> pd.DataFrame:
    table, wanted = _whole(name, facts), set(facts.shown_keys)
    pairs: Iterator[Key] = zip(table["exercise"].tolist(), table["side"].tolist(), strict=True)
    return table[np.fromiter((pair in wanted for pair in pairs), dtype=bool, count=len(table))]


def _of_days(name: str, column: str, facts: PatientFacts) -> pd.DataFrame:
    table: pd.DataFrame = getattr(facts.context.analysis.study, name)
    return table[table[column] < pd.Timestamp(facts.context.as_of) + pd.Timedelta(days=1)]


def _daily(facts: PatientFacts) -> pd.DataFrame:
    table = _of_series("daily", facts)
    return table[table["day"].between(pd.Timestamp(facts.context.start), pd.Timestamp(facts.context.as_of))]


def _ratings(facts: PatientFacts) -> pd.DataFrame:
    """Each day's highest pain and effort beside the amount done; missing is not 0."""
    shown = facts.charted
    dots = {"pain": shown.ratings.pain, "effort": shown.ratings.effort}
    columns = {name: dict(zip(one.days, one.values, strict=True)) for name, one in dots.items()}
    columns["day_amount"] = dict(shown.amounts.known)
    days = sorted({*shown.amounts.days, *(one for found in columns.values() for one in found)})
    table = {name: pd.Series([found.get(one) for one in days], dtype="float64") for name, found in columns.items()}
    whose = {"patient_id": facts.context.patient_id}
    return pd.DataFrame({**whose, "day": pd.to_datetime(pd.Series(days, dtype="object")), **table})


_MAKE: dict[str, Make] = {
    "log_rows": lambda facts: facts.log.table(facts.shown_keys, facts.context.start, facts.context.as_of),
    "flags": partial(_whole, "flags"),
    "adherence": partial(_whole, "adherence_patient_period"),
    "adherence_by_week": partial(_whole, "adherence_patient"),
    "adherence_by_exercise": partial(_of_series, "adherence_period"),
    "persistence": partial(_of_series, "persistence"),
    "trends": partial(_of_series, "trends"),
    "steps": partial(_of_series, "steps"),
    "daily_values": _daily,
    "ratings": _ratings,
    "readiness": partial(_of_series, "readiness"),
    "criteria": partial(_of_series, "criteria"),
    "events": partial(_of_days, "events", "occurred_on"),
    "checkins": partial(_of_days, "checkins", "day"),
    "visits": partial(_of_days, "visits", "visited_on"),
    "outcomes": partial(_of_days, "outcomes", "measured_on"),
    "rejected": lambda facts: facts.context.analysis.study.rejected,
}
