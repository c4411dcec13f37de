"""Every number of the table, counted again slowly: from the rows by ``tests.reference``, never by the package."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any

import footdrop_analytics as fd
from footdrop_analytics.dashboards import CaseloadSettings, caseload_view
from footdrop_analytics.dashboards.caseload.choices import COLUMNS
from footdrop_analytics.wording.words import day, percent, sessions_of
from tests.each import each
from tests.reference.naive_adherence import naive_adherence
from tests.reference.naive_readiness import naive_readiness
from tests.reference.naive_sessions import as_date, patient_ids, records
from tests.reference.naive_trends import naive_trends
from tests.reference.random_study import random_tables

TAG = re.compile(r"<[^>]*>")
DAY = dt.timedelta(days=1)
HALF = Fraction(1, 2)
VERDICTS = {
    "declining": "↘ {} declining",
    "rising": "↗ {} rising",
    "steady": "{} steady",
    "at_target": "{} at target",
    "cannot_tell": "{} cannot tell",
    "not_applicable": "{} not applicable",
}
STATES = {
    "criteria_met": "{} met, for review",
    "clinician_check": "{} clinician's check needed",
    "check_decline": "{} check the decline",
    "hold_event": "{} held by an event",
    "below_target": "{} below target",
    "criteria_not_met": "{} not met",
    "not_enough_data": "{} not enough data",
    "paused": "{} paused",
}


def _said(cell: str) -> str:
    words = TAG.sub(" ", cell).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&#39;", "'")
    return " ".join(words.replace("&#34;", '"').split())


def _shown(analysis: fd.Analysis, **chosen: str) -> dict[str, dict[str, str]]:
    """What the table says, by patient and column."""
    view = caseload_view(analysis, CaseloadSettings(**chosen))
    ids = [str(one) for one in view.tables["caseload"]["patient_id"]]
    names = [column.key for column in COLUMNS]
    cells = [[_said(cell) for cell in row] for row in view.rows]
    return {patient: dict(zip(names, row, strict=True)) for patient, row in zip(ids, cells, strict=True)}


def _of_patient(study: fd.Study, start: dt.date, end: dt.date) -> dict[str, dict[str, Any]]:
    rows = naive_adherence(study, start=start, end=end, every=None, level="patient")
    return {row["patient_id"]: row for row in rows}


def _count_words(kinds: list[str], words: dict[str, str], nothing: str, more: Sequence[str] = ()) -> str:
    counts = Counter(kinds)
    said = [words[kind].format(counts[kind]) for kind in words if counts[kind]]
    first = [words[kind].format(counts[kind]) for kind in list(words)[:2] if counts[kind]]
    return " ".join([*first, ", ".join([*(one for one in said if one not in first), *more])]).strip() or nothing


def _trends(rows: list[dict[str, Any]], as_of: dt.date) -> str:
    """Courses that ended more than 28 days ago are told as past."""
    now: list[str] = []
    past: dict[str, list[dt.date]] = {"declining": [], "rising": [], "steady": [], "at_target": []}
    for row in rows:
        verdict = str(row["verdict"])
        if verdict in past and (as_of - as_date(row["last_day"])).days > 28:
            past[verdict].append(as_date(row["last_day"]))
        else:
            now.append(verdict)
    told = []
    for verdict, days in past.items():
        if days:
            until = day(max(days)).removesuffix(f" {as_of.year}")
            later = " at the latest" if len(days) > 1 else ""
            told.append(f"{len(days)} {verdict.replace('_', ' ')} up to {until}{later}")
    return _count_words(now, VERDICTS, "no exercise", told)


def _expected(study: fd.Study) -> dict[str, dict[str, str]]:
    """The cells that hold numbers, worked out one patient after the other."""
    as_of = as_date(study.as_of)
    now, before = _of_patient(study, as_of - 27 * DAY, as_of), _of_patient(study, as_of - 55 * DAY, as_of - 28 * DAY)
    monday = as_of - as_of.weekday() * DAY
    weeks = [
        _of_patient(study, monday - 7 * back * DAY, min(monday - 7 * back * DAY + 6 * DAY, as_of)) for back in range(12)
    ]
    trends, states = naive_trends(study), naive_readiness(study)
    log = [row | {"day": as_date(row["performed_at"])} for row in records(study.sessions)]
    rows = {
        patient: [
            row for row in log if row["patient_id"] == patient and row["day"] <= as_of and row["source"] != "inferred"
        ]
        for patient in patient_ids(study)
    }
    through = {row["patient_id"]: row["data_through"] for row in records(study.patients)}
    found = {}
    for patient, own in rows.items():
        mine = {"sessions": _sessions(now.get(patient)), "last": _last(own)}
        handed_in = through.get(patient)
        if handed_in is not None and as_date(handed_in) < as_of:
            mine["last"] += f" log handed in to {day(as_date(handed_in))}"
        mine["change"] = _change(now.get(patient), before.get(patient))
        said = [_week(week.get(patient)) for week in weeks[::-1]]
        mine["weeks"] = "nothing due in 12 weeks" if set(said) == {"nothing due"} else ", ".join(said)
        mine["verdicts"] = _trends([row for row in trends if row["patient_id"] == patient], as_of)
        own_states = [str(row["state"]) for row in states if row["patient_id"] == patient]
        mine["criteria"] = _count_words(own_states, STATES, "no active exercise")
        mine["problems"] = _problems(study, patient)
        found[patient] = mine
    return found


def _sessions(row: dict[str, Any] | None) -> str:
    if row is None or not row["due"]:
        return _why_not(row) + (f" {row['clinic']} at visits" if row and row["clinic"] else "")
    said = f"{sessions_of(float(row['credited']), float(row['due']))}, {percent(float(row['adherence']))}"
    low, high, visits = row["adherence_low"], row["adherence_high"], row["clinic"]
    said += " too few for an interval" if low is None else f" 95 % interval {percent(low)} to {percent(high)}"
    return said + (f" and {visits} at visits" if visits else "")


def _week(row: dict[str, Any] | None) -> str:
    return _why_not(row) if row is None or row["adherence"] is None else percent(float(row["adherence"]))[:-2]


def _change(now: dict[str, Any] | None, before: dict[str, Any] | None) -> str:
    if before is None or before["adherence"] is None:
        return f"{_why_not(before)} before"
    if now is None or now["adherence"] is None:
        return f"{_why_not(now)} now"
    points = floor(100 * now["adherence"] + HALF) - floor(100 * before["adherence"] + HALF)
    change = (
        f"{'+' if points > 0 else '−'}{abs(points)} point{'' if abs(points) == 1 else 's'}" if points else "no change"
    )
    return f"{change} from {percent(float(before['adherence']))}"


def _why_not(row: dict[str, Any] | None) -> str:
    """Why nothing was due."""
    said = ["paused"] if row and row["paused_days"] else []
    said += ["log not handed in"] if row and row["unobserved_days"] else []
    return " and ".join(said) or "nothing due"


def _last(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "no entry"
    last = max(row["day"] for row in rows)
    tried = [row["day"] for row in rows if row["status"] == "done"]
    said = day(last)
    if not tried:
        return f"{said} never exercised"
    return said if max(tried) == last else f"{said} last exercised {day(max(tried))}"


def _problems(study: fd.Study, patient: str) -> str:
    rejected = {
        (row["table"], row["file"], row["row"]) for row in records(study.rejected) if row["patient_id"] == patient
    }
    notes = sum(row["patient_id"] == patient for row in [*records(study.notes), *records(study.unread)])
    parts = [f"{len(rejected)} row{'' if len(rejected) == 1 else 's'} rejected"] if rejected else []
    parts += [f"{notes} remark{'' if notes == 1 else 's'}"] if notes else []
    return " ".join(parts) or "none"


def _compare(study: fd.Study) -> int:
    shown, expected = _shown(fd.analyse(study)), _expected(study)
    assert set(shown) == set(expected)
    for patient, cells in expected.items():
        got = dict(shown[patient])
        got["change"], _, weeks = got["change"].partition(" Adherence in %, weeks of ")
        got["weeks"] = weeks.partition(": ")[2]
        if got["change"].endswith(" nothing due in 12 weeks"):
            got["change"], got["weeks"] = (
                got["change"].removesuffix(" nothing due in 12 weeks"),
                "nothing due in 12 weeks",
            )
        # A blank that breaks no line is a blank.
        assert {name: got[name] for name in cells} == {name: " ".join(one.split()) for name, one in cells.items()}
    return len(expected)


def test_the_demo(demo: fd.Analysis) -> None:
    assert _compare(demo.study) == 13


@each("seed", range(4))
def test_random_studies(seed: int) -> None:
    assert _compare(fd.study_from_tables(**random_tables(seed), today="2030-01-01")) > 0
