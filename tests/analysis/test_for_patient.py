"""One patient's analysis is what the analysis of that patient's rows alone gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pandas as pd
import pytest

import footdrop_analytics as fd
from tests.each import each

RULES = """
rules_version: "ours"
rules:
  exposure:
    parameters: {min_days: 2, min_days_since_start: 3}
"""


@pytest.fixture(scope="module")
def study() -> fd.Study:
    return fd.read_study("data/demo")


@pytest.fixture(scope="module")
def by_rules(study: fd.Study, tmp_path_factory: pytest.TempPathFactory) -> dict[str, fd.Analysis]:
    own = tmp_path_factory.mktemp("rules") / "rules.yaml"
    own.write_text(RULES, encoding="utf-8")
    return {"usual": fd.analyse(study), "own": fd.analyse(study, rules=own)}


def _expect_same(found: fd.Analysis, expected: fd.Analysis) -> None:
    for field in fields(fd.Analysis):
        value, wanted = getattr(found, field.name), getattr(expected, field.name)
        if isinstance(wanted, pd.DataFrame):
            pd.testing.assert_frame_equal(value, wanted, obj=field.name, check_categorical=True)
        elif field.name not in ("study", "prepared"):
            assert value == wanted, field.name


@each(
    "rules, back, length",
    [
        ("usual", None, None),
        ("usual", None, 27),
        ("usual", 20, None),
        ("usual", 75, 0),
        ("own", None, 6),
        ("own", 200, 9),
    ],
)
def test_a_patient_is_analysed_as_if_alone(
    study: fd.Study, by_rules: dict[str, fd.Analysis], rules: str, back: int | None, length: int | None
) -> None:
    analysis = by_rules[rules]
    end = None if back is None else study.as_of - pd.Timedelta(days=back)
    start = None if length is None else (end or study.as_of) - pd.Timedelta(days=length)
    for patient_id in study.patient_ids[1::4]:
        expected = fd.analyse(study.filter([patient_id]), as_of=end, start=start, rules=analysis.rules)
        _expect_same(analysis.for_patient(patient_id, start=start, end=end), expected)


def test_rules_make_a_difference_and_are_handed_on(by_rules: dict[str, fd.Analysis]) -> None:
    patient_id = by_rules["usual"].study.patient_ids[0]
    usual, own = (by_rules[rules].for_patient(patient_id) for rules in ("usual", "own"))
    assert own.rules.version == "ours"
    assert usual.rules.version != own.rules.version
    assert (own.readiness["rules_version"] == "ours").all()
    threshold = own.criteria.loc[own.criteria["rule_id"] == "exposure", "threshold"]
    assert threshold.str.startswith("at least 2 days").all()


def test_the_same_question_is_not_worked_out_again(study: fd.Study) -> None:
    analysis = fd.analyse(study)
    one, *others = study.patient_ids
    first = analysis.for_patient(one, end="2025-11-30")
    assert analysis.for_patient(one, end=pd.Timestamp("2025-11-30 08:00")) is first
    assert analysis.for_patient(one) is not first
    assert analysis.for_patient(one, start="2025-11-01", end="2025-11-30") is not first
    again = analysis.for_patient(one, start="2025-11-01", end="2025-11-30")
    assert again.prepared is first.prepared
    for other in others:
        assert analysis.for_patient(other).caseload["patient_id"].tolist() == [other]
    assert analysis.for_patient(one, end="2025-11-30") is not first


def test_the_day_that_counts_is_that_of_the_analysis(study: fd.Study) -> None:
    earlier = study.as_of - pd.Timedelta(days=40)
    one = fd.analyse(study, as_of=earlier, start=earlier - pd.Timedelta(days=6)).for_patient(study.patient_ids[0])
    assert (one.as_of, one.end, one.start) == (earlier, earlier, None)


@each(
    "asked, words",
    [
        (lambda analysis, one: analysis.for_patient("nobody"), "no rows of 'nobody'"),
        (lambda analysis, one: analysis.for_patient(one, end="soon"), "end: expected a date"),
        (lambda analysis, one: analysis.for_patient(one, start="soon"), "start: expected a date"),
        (lambda analysis, one: analysis.for_patient(one, "2026-03-02", "2026-03-01"), "end: 2026-03-01 is before"),
        (lambda analysis, one: analysis.for_patient(one, start="2035-01-01"), "start: 2035-01-01 is after"),
    ],
)
def test_what_cannot_be_is_said(
    by_rules: dict[str, fd.Analysis], asked: Callable[[fd.Analysis, str], object], words: str
) -> None:
    analysis = by_rules["usual"]
    with pytest.raises(fd.ParameterError, match=words):
        asked(analysis, analysis.study.patient_ids[0])


@each("start, end", [(40, 0), (40, 12), (None, 12)])
def test_the_period_of_the_whole_is_not_that_of_the_patient(study: fd.Study, start: int | None, end: int) -> None:
    days = (None if back is None else study.as_of - pd.Timedelta(days=back) for back in (start, end))
    whole = fd.analyse(study, None, *days)
    for patient_id in study.patient_ids[::5]:
        _expect_same(whole.for_patient(patient_id), fd.analyse(study.filter([patient_id])))
