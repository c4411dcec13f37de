"""Who, which period, what was read and what was rejected."""

from __future__ import annotations

from collections import Counter
from datetime import date

from footdrop_analytics.figures.data import Row
from footdrop_analytics.model.vocabulary import REPORTS
from footdrop_analytics.patient.context import Context
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import aetiology, day, number, quantity, side, spoken

_SHOWN_FIRST = 4


class Head:
    """The head of a patient's report; ``about`` holds labels and texts in order."""

    def __init__(self, context: Context) -> None:
        study, tables = context.analysis.study, context.patient_tables
        self.patient_id, self.synthetic = context.patient_id, study.synthetic
        self.start, self.end, self.as_of = context.start, context.end, context.as_of
        self.last_row_day: date | None = context.caseload["last_row_day"]
        self.handed_in, self.about = _handed_in(context), _about(context)
        rejected = context.rows("rejected")
        reasons, nobody = _grouped(rejected), tables.rejected_of_nobody
        self.n_rows = tables.rows_read[context.patient_id]
        self.n_rejected = len({(row["table"], row["file"], row["row"]) for row in rejected})
        self.rejected, self.rejected_more = reasons[:_SHOWN_FIRST], reasons[_SHOWN_FIRST:]
        self.nobodys = happenings(nobody)
        self.n_nobodys_other = len(nobody) - len(self.nobodys)
        self.n_duplicates = len(study.duplicates)
        self.unread, self.heads_up = tables.said_of_study
        self.remarks = [row["message"] for row in (*context.rows("remarks"), *tables.notes_on_files)]


def _handed_in(context: Context) -> str:
    """Up to which day the log is known: later days say nothing about the patient."""
    if stated := context.patient.get("data_through"):
        return translated("log handed in up to {day}", day=day(stated))
    through = context.observed_through
    if through is None:
        return translated("no log of anybody")
    if through < context.as_of:
        return translated("log taken as handed in up to {day}, the last day of anybody's log", day=day(through))
    return translated("log taken as handed in up to the as-of day")


def happenings(rejected: list[Row]) -> list[Row]:
    """Of rejected rows without a known patient the events and check-ins: every output names them at its head."""
    return [row for row in rejected if row["table"] in REPORTS]


def _about(context: Context) -> list[tuple[str, str]]:
    patient, found = context.patient, []
    if cause := patient.get("aetiology"):
        found.append((translated("Foot drop from"), aetiology(cause)))
    if affected := patient.get("affected_side"):
        found.append((translated("Affected side"), side(affected)))
    if onset := patient.get("onset_date"):
        found.append((translated("Since"), day(onset)))
    if born := patient.get("birth_year"):
        found.append((translated("Born"), str(born)))
    found.append((translated("In the programme"), _programme(context)))
    visits = [row for row in context.rows("visits") if row["visited_on"] <= context.as_of]
    visit = translated("none recorded")
    if last := max(visits, key=lambda row: row["visited_on"], default=None):
        visit, decision = day(last["visited_on"]), last["decision"]
        if decision:
            visit = translated("{day}, decision: {decision}", day=visit, decision=spoken(decision))
    found.append((translated("Last visit recorded"), visit))
    if (usual := patient.get("usual_pain_0_10")) is not None:
        said = translated("{number} of 10, set by the clinician", number=number(usual))
        found.append((translated("Usual pain"), said))
    for label, column in ((translated("Clinician"), "clinician"), (translated("Site"), "site")):
        if patient.get(column):
            found.append((label, patient[column]))
    if gone := patient.get("discharged_on"):
        found.append((translated("Discharged"), day(gone)))
    return found


def _programme(context: Context) -> str:
    starts = [row["start_date"] for row in context.versions]
    if any(start <= context.as_of for start in starts) or context.caseload["last_row_day"] is not None:
        weeks = ((context.as_of - context.first_day).days + 7) // 7
        return quantity("since {day}, {count} week", "since {day}, {count} weeks", weeks, day=day(context.first_day))
    if starts:
        return translated("not yet, the first prescription begins on {day}", day=day(min(starts)))
    return translated("no prescription and no session up to the as-of day")


def _grouped(rejected: list[Row]) -> list[Row]:
    """The reasons, most frequent first, each with its number and first example."""
    kinds = Counter((row["table"], row["column"], row["reason"]) for row in rejected)
    first: dict[tuple[object, ...], Row] = {}
    for row in rejected:
        first.setdefault((row["table"], row["column"], row["reason"]), row)
    return [{**first[kind], "count": count} for kind, count in kinds.most_common()]
