"""The caseload: who comes first, why, and the numbers beside it. ``Log()`` meets every criterion, as of 31 March."""

from __future__ import annotations

import pandas as pd
import pytest

import footdrop_analytics as fd
from tests.studies import AS_OF, Log, study_of

ORDER = {
    "two reds": lambda: Log().event("fall", 3).event("chest_pain", 2),
    "one red": lambda: Log().event("fall", 3),
    "declining": lambda: _falling(),
    "amber and lapsed": lambda: Log().without(*range(8)),
    "amber": lambda: Log().event("dizziness", 2),
    "criteria met": Log,
    "unmet, 26 of 28": lambda: Log(reps=9).without(3, 5),
    "unmet, 28 of 28": lambda: Log(reps=9),
    "passive": lambda: Log(exercise="ankle_dorsiflexion"),
    "nothing due": lambda: Log(days=60).without(*range(28)).planned(end_date="2026-03-03"),
    "nothing at all": lambda: _nothing(),
}


def _falling() -> Log:
    log = Log()
    for number, row in enumerate(log.sessions):
        row["reps"] = 5 + number // 2
    return log


def _nothing() -> Log:
    log = Log().patient(aetiology="stroke", clinician="Kim")
    log.sessions, log.prescriptions = [], []
    return log


@pytest.fixture(scope="module")
def analysis() -> fd.Analysis:
    # The letters would give another order than the one looked for.
    names = dict(zip(ORDER, reversed("ABCDEFGHIJK"), strict=True))
    return fd.analyse(study_of(**{names[name]: make() for name, make in ORDER.items()}), as_of=AS_OF)


@pytest.fixture(scope="module")
def caseload(analysis: fd.Analysis) -> pd.DataFrame:
    names = dict(zip(reversed("ABCDEFGHIJK"), ORDER, strict=True))
    return analysis.caseload.assign(name=analysis.caseload["patient_id"].map(names)).set_index("name")


def test_most_in_need_first(caseload: pd.DataFrame) -> None:
    # Reds, declines, ambers (lapse first among as many ambers), criteria met; then the lowest adherence, unknown last.
    # The last two and the two fully adherent ones are equal, and stay in the order of their ids.
    assert caseload.index.tolist() == [
        "two reds",
        "one red",
        "declining",
        "amber and lapsed",
        "amber",
        "criteria met",
        "unmet, 26 of 28",
        "passive",
        "unmet, 28 of 28",
        "nothing at all",
        "nothing due",
    ]


def test_counts(caseload: pd.DataFrame) -> None:
    assert caseload["n_red"].tolist() == [2, 1] + [0] * 9
    assert caseload["n_declining"].tolist() == [0, 0, 1] + [0] * 8
    assert caseload.loc[["amber and lapsed", "amber", "criteria met"], "n_amber"].tolist() == [1, 1, 0]
    assert caseload.loc[["amber", "criteria met", "passive"], "n_criteria_met"].tolist() == [1, 1, 0]
    assert caseload.loc[["criteria met", "passive"], "n_check"].tolist() == [0, 1]
    assert caseload["n_rising"].sum() == 0


def test_why_is_the_most_pressing_reason(caseload: pd.DataFrame, analysis: fd.Analysis) -> None:
    flags = analysis.flags
    message = flags.set_index(["patient_id", "rule_id"])["message"]
    patient = caseload["patient_id"]
    # The newest of two reds is the chest pain of two days ago.
    newest = message[patient["two reds"], "chest_pain"].removesuffix(".")
    assert caseload.at["two reds", "why"] == newest + " (and 1 more open red flag)."
    assert caseload.at["one red", "why"] == message[patient["one red"], "fall"]
    assert caseload.at["declining", "why"] == "Declining: Heel raise, left (31 days)."
    assert caseload.at["amber", "why"] == message[patient["amber"], "dizziness"]
    expected = {
        "criteria met": "Stated criteria met, for clinician review, in 1 exercise.",
        "passive": "Clinician's check needed in 1 exercise.",
        "unmet, 26 of 28": "No open flag; 26 of 28 sessions in 28 days.",
        "unmet, 28 of 28": "No open flag; 28 of 28 sessions in 28 days.",
        "nothing due": "Nothing was due in the last 28 days.",
        "nothing at all": "No log entry up to the as-of day.",
    }
    assert caseload.loc[list(expected), "why"].to_dict() == expected


def test_numbers_beside_it(caseload: pd.DataFrame) -> None:
    # 28 days up to 31 March; of the 28 days before, three were due and done.
    row = caseload.loc["unmet, 26 of 28"]
    assert row[["due_28d", "credited_28d"]].tolist() == [28, 26]
    assert row["adherence_28d"] == pytest.approx(26 / 28)
    assert row["adherence_before"] == 1
    assert row["change"] == pytest.approx(-2 / 28)
    assert row["adherence_28d_low"] < row["adherence_28d"] < row["adherence_28d_high"] <= 1
    assert caseload.at["amber and lapsed", "last_row_day"] == AS_OF - pd.Timedelta(days=8)
    assert caseload.at["amber and lapsed", "days_since_last"] == 8
    empty = caseload.loc["nothing at all"]
    assert empty[["clinician", "aetiology"]].tolist() == ["Kim", "stroke"]
    missing = ["last_row_day", "days_since_last", "days_since_tried", "due_28d", "adherence_28d", "adherence_before"]
    missing.append("change")
    assert empty[missing].isna().all()
    assert empty[["n_red", "n_amber", "n_check"]].tolist() == [0, 0, 0]


def test_days_since_anything_was_tried() -> None:
    """Visits, days not due and failed attempts are tried; skipped and inferred rows and later days are not."""
    logs = {
        "skipped lately": Log().changed(3, status="skipped", reps=None, skip_reason="no_time"),
        "at a visit": Log().without(0, 1).changed(1, source="clinic"),
        "failed": Log().without(0).changed(1, reps=0),
        "inferred": Log().changed(4, source="inferred"),
        "not prescribed": Log(days=5).row(5, side="right").without(*range(5)),
        "two exercises": Log().without(*range(9)).row(7, exercise="ankle_eversion"),
        "after the as-of day": Log().without(*range(2)).row(-1),
        "skipped alone": Log(status="skipped", reps=None, skip_reason="no_time"),
    }
    caseload = fd.analyse(study_of(**logs), as_of=AS_OF).caseload.set_index("patient_id")
    found = {patient: caseload.at[patient, "days_since_tried"] for patient in logs}
    assert found.pop("skipped alone") is pd.NA
    expected = {"skipped lately": 3, "at a visit": 2, "failed": 1, "inferred": 4, "not prescribed": 5}
    assert found == expected | {"two exercises": 7, "after the as-of day": 2}


def test_days_on_which_falls_were_asked_about() -> None:
    """A day counts once, if fell or near falls were answered, within 28 days."""
    logs = {
        "never": Log().checkin(1, pain_0_10=2),
        "twice a day": Log().checkin(0, fell="no").checkin(0, near_falls=1),
        "28 days": Log().checkin(27, fell="no").checkin(28, fell="no").checkin(3, near_falls=0),
    }
    caseload = fd.analyse(study_of(**logs), as_of=AS_OF).caseload.set_index("patient_id")
    assert caseload["falls_asked_28d"].to_dict() == {"never": 0, "twice a day": 1, "28 days": 2}


def test_every_patient_has_one_row(caseload: pd.DataFrame) -> None:
    assert sorted(caseload["patient_id"]) == list("ABCDEFGHIJK")
