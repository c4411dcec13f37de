"""Outcome measures: change against the error and relevance published for such patients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.model.pandera_settings import pinned_validation
from footdrop_analytics.model.results import RESULT_TABLES
from tests.analysis.expected import only
from tests.studies import Cases, march, plan, rows, study_with

SAYS_SO = "the MDC exceeds the MCID"


def measured(measure: str, *values: float, **fields: Any) -> list[dict[str, Any]]:
    """One value every fourth day of March."""
    return [
        {"patient_id": "P", "measure": measure, "value": value, "measured_on": march(2 + 4 * at)} | fields
        for at, value in enumerate(values)
    ]


def outcome(aetiology: str | None, listed: list[dict[str, Any]], **patient: Any) -> pd.Series:
    """The only row of one patient's outcomes."""
    who = [{"patient_id": "P", "aetiology": aetiology} | patient]
    found = fd.outcomes(study_with(rows(march(2)), [plan(1)], outcomes=listed, patients=who))
    assert len(found) == 1, found.to_string()
    return found.iloc[0]


def test_the_verdict_by_population_and_baseline() -> None:
    """10-metre walk after a stroke: MDC 0.10, 0.15, 0.18 below 0.4, up to 0.8 and above (Lewek 2019), MCID 0.16."""
    for values, mdc, verdict in (
        ((0.30, 0.39), 0.10, "within_error"),
        ((0.30, 0.40), 0.10, "beyond_error"),
        ((0.40, 0.54), 0.15, "within_error"),
        ((0.40, 0.55), 0.15, "beyond_error"),
        ((0.80, 0.64), 0.15, "beyond_mcid"),
        ((0.81, 0.98), 0.18, "within_error"),
        ((0.81, 0.99), 0.18, "beyond_mcid"),
        ((0.48, 0.10, 0.71), 0.15, "beyond_mcid"),
    ):
        found = outcome("stroke", measured("10 m Walk", *values, unit="m/s"))
        assert (found["measure"], found["better"], found["mdc"], found["verdict"]) == ("10mwt", "higher", mdc, verdict)
        assert found["change"] == pytest.approx(values[-1] - values[0])
        assert (SAYS_SO in found["source"]) == (mdc > 0.16)
    for aetiology, listed in (
        ("peroneal_neuropathy", measured("10mwt", 0.4, 0.9)),
        (None, measured("10mwt", 0.4, 0.9)),
        ("stroke", measured("10mwt", 0.4)),
        ("stroke", measured("my own test", 1, 9)),
        ("stroke", measured("10mwt", 20, 12, unit="s")),
        ("stroke", measured("5xsts", 20, 12)),
    ):
        assert outcome(aetiology, listed)["verdict"] == "cannot_tell"
    assert np.isnan(outcome("stroke", measured("10mwt", 0.4) + measured("10mwt", 9, unit="s"))["change"])


def test_conditions_hold_only_where_they_are_known() -> None:
    fresh = outcome("stroke", measured("tug", 24.5, 20), onset_date="2026-01-01")
    assert (fresh["mdc"], fresh["mcid"], fresh["verdict"]) == (10.6, 3.4, "within_error")
    assert SAYS_SO in fresh["source"]
    old = outcome("stroke", measured("Timed up & go", 24.5, 20), onset_date="2024-01-01")
    unknown = outcome("stroke", measured("tug", 24.5, 20))
    for one in (old, unknown):
        assert (one["sem"], one["mdc"], one["verdict"]) == (1.16, 3.2, "beyond_error")
        assert one["better"] == "lower"
    paretic, other, nobody_knows = (
        outcome("stroke", measured("SLS", 10, 16, side=side), affected_side=affected)
        for side, affected in (("left", "left"), ("right", "left"), ("left", "both"))
    )
    assert (round(paretic["mdc"], 9), paretic["verdict"]) == (7.4, "within_error")
    assert (round(other["mdc"], 9), round(other["sem"], 9), other["verdict"]) == (4.2, 1.5, "beyond_error")
    assert nobody_knows["verdict"] == "cannot_tell"


def test_what_differs_is_never_mixed_and_what_reads_alike_is_one() -> None:
    cases = Cases()
    values = [
        *measured("10MWT", 0.5, orthosis="afo", aid="Cane"),
        *measured("10-metre walk", 0.9, 0.9, orthosis="afo", aid="cane"),
        *measured("10mwt", 0.4, orthosis="none", aid="cane"),
        *measured("10mwt", 0.3, orthosis="afo"),
    ]
    cases.add("A", rows(march(2)), plan(1), outcomes=values)
    cases.add("B", rows(march(2)), plan(1), outcomes=values[::-1])
    found = fd.outcomes(cases.study())
    for patient in "AB":
        row = only(found, patient_id=patient, orthosis="afo", aid="Cane")
        assert (row["n"], row["first_value"], row["last_value"]) == (3, 0.7, 0.9)
        assert len(found[found["patient_id"] == patient]) == 3
    with pinned_validation():
        RESULT_TABLES["outcomes"].validate(found, lazy=True)


def test_days_up_to_as_of_and_the_same_in_an_analysis() -> None:
    listed = measured("berg", 30, 35, 40)
    one = study_with(rows(march(2)), [plan(1)], outcomes=listed, patients=[{"patient_id": "P", "aetiology": "stroke"}])
    early = fd.outcomes(one, as_of=march(7)).iloc[0]
    assert (early["n"], early["last_value"], early["verdict"]) == (2, 35, "within_error")
    assert fd.outcomes(one, as_of=march(1)).empty
    whole = fd.analyse(one)
    pd.testing.assert_frame_equal(whole.outcomes, fd.outcomes(one))
    pd.testing.assert_frame_equal(whole.for_patient("P").outcomes, fd.outcomes(one))
    assert fd.analyse(one, as_of=march(7)).outcomes["n"].tolist() == [2]


def test_own_rows_and_what_a_registry_must_hold(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    figure = '{population: ours, aetiologies: [ms], mdc: 2, source: "own data", source_kind: expert}'
    entry = (
        "measures_version: ours\nmeasures: {step_test: {name: Step test, unit: steps, better: higher, "
        f"plausible: [0, 99], figures: [{figure}]}}}}"
    )
    own.write_text(entry, encoding="utf-8")
    who = [{"patient_id": "P", "aetiology": "ms"}]
    one = study_with(rows(march(2)), [plan(1)], outcomes=measured("Step  Test", 5, 8), patients=who)
    assert fd.outcomes(one)["verdict"].tolist() == ["cannot_tell"]
    assert fd.outcomes(one, measures=own)[["measure", "verdict"]].values.tolist() == [["step_test", "beyond_error"]]
    for broken, words in (
        ("mdc: 2", "sem: 2, mdc: 6"),
        ("plausible: [0, 99]", "plausible: [9, 0]"),
        ("figures: [", "figures: [3, "),
    ):
        own.write_text(entry.replace(broken, words), encoding="utf-8")
        with pytest.raises(fd.KnowledgeError, match=r"own\.yaml, step_test"):
            fd.load_outcome_measures(own)
    packaged = fd.load_outcome_measures().measures
    stated = [(one.sem, one.mdc) for measure in packaged.values() for one in measure.figures if one.sem and one.mdc]
    assert len(stated) >= 5
    for sem, mdc in stated:
        assert mdc == pytest.approx(sem * 1.96 * 2**0.5, rel=0.02)
