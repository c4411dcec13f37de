"""Adherence over patients: one value each, quantiles as NumPy's, small groups without any."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from footdrop_analytics.analysis.cohort.spread import spread_of
from tests.dashboards.cohort.cohorts import by_hand, chosen, simulated
from tests.each import each
from tests.studies import Log


def _log(done: int, arm: str | None = "a", **session: object) -> Log:
    """28 days due, the latest ``done`` of them logged."""
    return Log(28, **session).without(*range(done, 28)).patient(arm=arm)


def test_a_patient_counts_once_whatever_the_number_of_sides() -> None:
    both = _log(28)
    both.sessions += [row | {"side": "right"} for row in both.sessions[:7]]
    both.prescriptions.append(both.prescriptions[0] | {"side": "right"})
    values = spread_of(chosen(by_hand(Q=both, R=_log(14)))).values.set_index("patient_id")
    assert values["adherence"].to_dict() == {"Q": (28 + 7) / 56, "R": 0.5}
    assert values.loc["Q", ["due", "credited"]].tolist() == [56, 35]
    assert values["group"].unique().tolist() == ["heel_raise"]


def test_nothing_due_is_not_zero() -> None:
    paused = _log(0).add("pauses", start_date="2026-01-01")
    spread = spread_of(chosen(by_hand(Q=_log(7), R=_log(0), S=paused), group="arm"))
    assert spread.values.set_index("patient_id")["adherence"].to_dict() == {"R": 0.0, "Q": 0.25}
    assert spread.groups[["patients", "nothing_due"]].to_numpy().tolist() == [[2, 1], [2, 1]]


def test_quantiles_and_median_interval_of_seven_patients() -> None:
    logs = {f"P{number}": _log(4 * number) for number in range(7)}  # 0, 1/7, … 6/7
    row = spread_of(chosen(by_hand(**logs), group="arm")).groups.iloc[1]
    assert row[["group", "patients", "nothing_due"]].tolist() == ["a", 7, 0]
    # Places 0.6, 1.5, 3, 4.5 and 5.4 of the values 0 to 6, by hand.
    expected = np.array([0.6, 1.5, 3, 4.5, 5.4]) / 7
    assert row[["p10", "p25", "median", "p75", "p90"]].to_numpy(dtype=float) == pytest.approx(expected)
    # Of 7 coins fewer than 1 shows heads in 1 of 128, fewer than 2 in 8 of 128 > 2.5 %: the lowest and the highest.
    assert row[["median_low", "median_high"]].to_numpy(dtype=float) == pytest.approx([0, 6 / 7])


@each("patients, rank", [(6, 1), (8, 1), (9, 2), (10, 2), (12, 3), (20, 6), (30, 10)])
def test_the_interval_of_the_median_lies_between_the_published_ranks(patients: int, rank: int) -> None:
    """Ranks as in tables of the sign test, for example Conover (1999), table A3; 95 % at least."""
    logs = {f"P{number:02}": _log(round(28 * number / patients)) for number in range(patients)}
    spread = spread_of(chosen(by_hand(**logs), group="arm"))
    ordered = np.sort(spread.values["adherence"].to_numpy())
    low, high = spread.groups.loc[1, ["median_low", "median_high"]]
    assert (low, high) == (ordered[rank - 1], ordered[patients - rank])


def test_small_groups_are_counted_and_not_summarised() -> None:
    logs = {f"P{number}": _log(7 * number) for number in range(4)} | {
        f"Q{number}": _log(14, "b") for number in range(5)
    }
    groups = spread_of(chosen(by_hand(**logs), group="arm")).groups.set_index("group")
    shares = ["p10", "p25", "median", "p75", "p90", "median_low", "median_high"]
    assert groups.loc["a", "patients"] == 4
    assert groups.loc["a", shares].isna().all()
    assert groups.loc["b", "median"] == 0.5
    assert groups.loc["b", ["median_low", "median_high"]].isna().all(), "five values hold no interval of 95 %"


@each("group", ["exercise", "arm", "aetiology"])
def test_simulated_values_and_quantiles_agree_with_numpy(group: str) -> None:
    analysis = simulated()
    spread = spread_of(chosen(analysis, group=group))
    series = analysis.adherence_period.astype({"patient_id": "str", "exercise": "str"})
    people = analysis.study.patients.astype({"patient_id": "str", "aetiology": "str"})
    series = series.merge(people[["patient_id", "arm", "aetiology"]], on="patient_id")
    sums = series.groupby([group, "patient_id"])[["due", "credited"]].sum()
    expected = (sums["credited"] / sums["due"])[sums["due"] > 0]
    found = spread.values.set_index(["group", "patient_id"])["adherence"]
    assert len(found) == len(expected) > 90
    assert np.allclose(found.sort_index().to_numpy(), expected.sort_index().to_numpy(), atol=1e-12)
    for row in spread.groups.iloc[1:].to_dict("records"):
        own = expected[row["group"]].to_numpy()
        assert row["patients"] == len(own)
        if len(own) >= 5:
            quantiles = np.quantile(own, [0.1, 0.25, 0.5, 0.75, 0.9])
            assert [row[name] for name in ("p10", "p25", "median", "p75", "p90")] == pytest.approx(quantiles)


def test_all_patients_are_those_of_the_analysis() -> None:
    analysis = simulated()
    expected = analysis.adherence_patient_period["adherence"].dropna()
    spread = spread_of(chosen(analysis, group="exercise"))
    assert np.allclose(spread.sorted_values[0], np.sort(expected.to_numpy()))
    assert spread.groups.loc[0, "patients"] == len(expected)


def test_filters_choose_patients_and_exercise() -> None:
    analysis = simulated()
    spread = spread_of(chosen(analysis, group="arm", exercise="heel_raise", arm="usual", aetiology="stroke"))
    people = analysis.study.patients
    usual = people.loc[(people["arm"] == "usual") & (people["aetiology"] == "stroke"), "patient_id"]
    series = analysis.adherence_period
    own = series[(series["exercise"] == "heel_raise") & series["patient_id"].isin(usual)]
    assert 0 < len(own) == len(spread.values)
    assert set(spread.values["patient_id"]) == set(own["patient_id"])
    assert spread.groups["group"].tolist() == ["all", "usual"]


def test_order_is_that_of_catalogue_names_and_contract() -> None:
    logs = {"P": _log(7, "b").patient(aetiology="stroke"), "Q": _log(7, "A"), "R": _log(7, None), "S": _log(7, "a 2")}
    analysis = by_hand(**logs)
    arms = spread_of(chosen(analysis, group="arm")).groups
    assert arms["group"].tolist() == ["all", "A", "a 2", "b", ""]
    assert arms["name"].tolist() == ["All patients", "A", "a 2", "b", "arm not recorded"]
    aetiologies = spread_of(chosen(analysis, group="aetiology")).groups["name"].tolist()
    assert aetiologies == ["All patients", "stroke", "aetiology not recorded"]


def test_types_are_documented_ones_also_when_nobody_is_chosen() -> None:
    full = spread_of(chosen(simulated()))
    empty = spread_of(chosen(simulated(), arm=""))
    assert empty.values.empty
    assert empty.values.dtypes.to_dict() == full.values.dtypes.to_dict()
    pd.testing.assert_index_equal(empty.groups.columns, full.groups.columns)
