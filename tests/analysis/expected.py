"""What logs by hand give, for tests that expect it."""

from __future__ import annotations

from typing import Any

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.analysis.adherence.calendar import PatientDays, calendar_of, series_days
from footdrop_analytics.analysis.log.coded_log import open_log
from tests.studies import AS_OF, Log, study_of


def only(table: pd.DataFrame, **where: Any) -> pd.Series:
    """The one row of a table with these values."""
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1, table.to_string()
    return table.iloc[0]


def calendar_days(study: fd.Study, as_of: object = None) -> pd.DataFrame:
    """The calendar strip of a study."""
    log = open_log(study, as_of, None)
    return calendar_of(PatientDays(log, series_days(log)))


def found(rule_id: str, *logs: Log) -> list[str]:
    """Per log the severities of the open flags of a rule, "closed" for closed ones."""
    study = study_of(**{f"case {number:02}": log for number, log in enumerate(logs)})
    table = fd.review_flags(study, as_of=AS_OF)
    table = table[table["rule_id"] == rule_id]
    shown = table["severity"].astype(str).where(table["open"].astype(bool), "closed")
    of = shown.groupby(table["patient_id"].astype(str)).agg(list).to_dict()
    return [" ".join(of.get(f"case {number:02}", [])) for number in range(len(logs))]


def expect_met(rule_id: str, *cases: tuple[Log, bool | None]) -> None:
    """Each log's first series meets the criterion (True), does not (False), or it is missing (None)."""
    study = study_of(**{f"case {number}": log for number, (log, _) in enumerate(cases, 1)})
    table = fd.readiness_criteria(study, as_of=AS_OF)
    table = table[table["rule_id"] == rule_id].drop_duplicates("patient_id").set_index("patient_id")
    found = {
        number: None if pd.isna(table.at[number, "met"]) else bool(table.at[number, "met"]) for number in table.index
    }
    assert found == {f"case {number}": met for number, (_, met) in enumerate(cases, 1)}


def expect_states(*cases: tuple[Log, str]) -> None:
    """The state of each log's first series."""
    study = study_of(**{f"case {number}": log for number, (log, _) in enumerate(cases, 1)})
    table = fd.readiness(study, as_of=AS_OF).drop_duplicates("patient_id").set_index("patient_id")
    assert table["state"].to_dict() == {f"case {number}": state for number, (_, state) in enumerate(cases, 1)}
