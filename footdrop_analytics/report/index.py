"""The index page of a batch: the caseload with a link to each report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from footdrop_analytics.figures import Row
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.head import nobodys_happenings
from footdrop_analytics.patient.patient_tables import PatientTables
from footdrop_analytics.report.files import report_name
from footdrop_analytics.wording.unread import head_line


@dataclass(frozen=True)
class IndexFacts:
    """What the index page shows: each patient's file name with the row of the caseload."""

    audience: str
    synthetic: bool
    as_of: date
    patients: tuple[tuple[str, Row], ...]
    nobodys: tuple[Row, ...]
    heads_up: str


def index_facts(patient_tables: PatientTables, patients: list[str], audience: str) -> IndexFacts:
    """The facts of the index page, patients in the order given."""
    return IndexFacts(
        audience=audience,
        synthetic=patient_tables.study.synthetic,
        as_of=patient_tables.analysis.as_of.date(),
        patients=tuple((report_name(one, audience), Context(patient_tables, one).caseload) for one in patients),
        nobodys=tuple(nobodys_happenings(patient_tables)),
        heads_up=head_line(patient_tables.study, patient_tables.analysis.as_of),
    )
