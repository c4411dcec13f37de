"""The index page of a batch: the caseload with a link to each report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from footdrop_analytics.figures import Row, plain_rows
from footdrop_analytics.model.study import AnyStudy
from footdrop_analytics.patient.head import happenings
from footdrop_analytics.report.files import report_name
from footdrop_analytics.wording.results import head_words
from footdrop_analytics.wording.words import falls_asked


@dataclass(frozen=True)
class IndexFacts:
    """What the index page shows: each patient's file name with the row of the caseload."""

    audience: str
    synthetic: bool
    as_of: date
    patients: tuple[tuple[str, Row], ...]
    nobodys: tuple[Row, ...]
    heads_up: str
    asked: str


def index_facts(study: AnyStudy, as_of: pd.Timestamp, caseload: list[Row], audience: str, language: str) -> IndexFacts:
    """The facts of the index page, with the rows of the caseload in the order given."""
    return IndexFacts(
        audience=audience,
        synthetic=study.synthetic,
        as_of=as_of.date(),
        patients=tuple((report_name(str(row["patient_id"]), audience, language), row) for row in caseload),
        nobodys=tuple(happenings(plain_rows(study.rejected_of_nobody))),
        heads_up=head_words(study, as_of),
        asked=falls_asked([row["falls_asked_28d"] for row in caseload]),
    )
