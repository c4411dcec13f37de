"""Rules replayed week by week: what each look says, and how far clinicians decided the same."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.analysis.backtest import MET
from footdrop_analytics.analysis.decisions import kappa_of
from tests.studies import Log, ago, study_of

STARTS = {
    "sessions": "performed_at",
    "prescriptions": "start_date",
    "checkins": "day",
    "events": "occurred_on",
    "visits": "visited_on",
    "pauses": "start_date",
}
EASY = (
    "rules_version: easy\nrules: {adherence: {enabled: false}, exposure: {enabled: false}, target: {enabled: false}}\n"
)


@pytest.fixture(scope="module")
def simulated() -> fd.Study:
    return fd.simulate(patients=4, weeks=9, seed=3)


@pytest.fixture(scope="module")
def replayed(simulated: fd.Study) -> fd.Backtest:
    return fd.backtest(simulated)


def test_a_look_says_what_the_analysis_of_that_day_says(simulated: fd.Study, replayed: fd.Backtest) -> None:
    states, flags = replayed.states, replayed.flags
    assert len(replayed.looks) == 9
    for look in replayed.looks[1::3]:
        analysis = fd.analyse(simulated, as_of=look)
        own = states[states["look"] == look].drop(columns=["rule_set", "look"]).reset_index(drop=True)
        key = ["patient_id", "exercise", "side"]
        expected = analysis.readiness[own.columns].sort_values(key, ignore_index=True)
        pd.testing.assert_frame_equal(own, expected)
    first = fd.analyse(simulated, as_of=replayed.looks[0]).flags
    opened = first[first["open"]].drop_duplicates(["patient_id", "rule_id", "severity"])
    assert len(opened) == (flags["first_open"] == replayed.looks[0]).sum() > 0


def test_rows_added_after_a_look_change_nothing_before(simulated: fd.Study, replayed: fd.Backtest) -> None:
    look = replayed.looks[4]
    until = look + pd.Timedelta(days=1)
    tables = {name: getattr(simulated, name) for name in STARTS}
    short = replace(simulated, **{name: table[table[STARTS[name]] < until] for name, table in tables.items()})
    assert len(short.sessions) < len(simulated.sessions)
    found = fd.backtest(short, as_of=look)
    assert found.looks == replayed.looks[:5]
    known = replayed.states[replayed.states["look"] <= look].reset_index(drop=True)
    pd.testing.assert_frame_equal(found.states, known)
    decided = replayed.decisions[replayed.decisions["decided_on"] <= look].reset_index(drop=True)
    # A visit of the last days may turn out to be the change that followed.
    settled = decided["decided_on"] <= look - pd.Timedelta(days=7)
    assert settled.any()
    earlier = found.decisions[found.decisions["decided_on"] <= look - pd.Timedelta(days=7)]
    pd.testing.assert_frame_equal(earlier.reset_index(drop=True), decided[settled].reset_index(drop=True))


def test_looks_first_met_and_flips_by_hand() -> None:
    # 31 days from 30 days ago on: weeks end 24, 17, 10 and 3 days ago. The fall 12 days ago holds the exercise it
    # happened in, until the visit 9 days ago.
    log = Log().event("fall", 12, during_exercise="heel_raise")
    log.add("visits", visited_on=ago(9), decision="keep")
    found = fd.backtest(log.study(), as_of=ago(0))
    assert [f"{look:%Y-%m-%d}" for look in found.looks] == [ago(24), ago(17), ago(10), ago(3)]
    states = found.states["state"].tolist()
    assert states[0] == "not_enough_data"
    assert states[2] == "hold_event"
    assert states[3] in MET
    row = found.series.iloc[0]
    met = [look for look, state in zip(found.looks, states, strict=True) if state in MET]
    assert row["first_met"] == met[0]
    assert (row["n_looks"], row["n_met"]) == (4, len(met))
    assert row["n_flips"] == sum(one != two for one, two in pairwise(states))
    # The visit is held against the look before it, which saw the fall: both say keep.
    decision = found.decisions.iloc[0]
    assert (decision["source"], decision["decision"], decision["says"]) == ("visit", "keep", "keep")
    assert f"{decision['look']:%Y-%m-%d}" == ago(10)
    assert decision["agrees"]
    assert found.summary == "All criteria met at some look: 1 of 1 series."
    with pytest.raises(FrozenInstanceError):
        found.looks = ()  # type: ignore[misc]


def _decided(*logs: Log) -> dict[str, list[tuple[str, ...]]]:
    study = study_of(**{f"case {number}": log for number, log in enumerate(logs)})
    rows = fd.backtest(study, as_of=ago(0)).decisions
    told: dict[str, list[tuple[str, ...]]] = {f"case {number}": [] for number in range(len(logs))}
    for row in rows.itertuples():
        told[str(row.patient_id)].append((str(row.exercise), f"{row.decided_on:%Y-%m-%d}", row.source, row.decision))
    return told


def test_what_counts_as_a_decision() -> None:
    def visited(log: Log, decision: str, days_ago: int = 8) -> Log:
        return log.add("visits", visited_on=ago(days_ago), decision=decision)

    def two(log: Log) -> Log:
        log.prescriptions.append(log.prescriptions[0] | {"exercise": "ankle_eversion"})
        return log

    raised = Log().version(5, reps=12)
    helped = Log().planned(mode="active").version(5, mode="assisted", reps=20)
    mixed = Log().planned(mode="active", load_kg=2).version(5, mode="resisted", load_kg=1)
    oftener = Log().planned(days_per_week=5).version(5, days_per_week=7)
    both = two(Log())
    both.prescriptions.append(both.prescriptions[0] | {"start_date": ago(5), "reps": 12})
    review = {"subject": "readiness", "reviewed_at": ago(8, " 12:00"), "decision": "easier"}
    found = _decided(
        raised,
        helped,
        mixed,
        oftener,
        visited(raised.copy(), "harder"),  # the visit is the version that follows
        visited(both, "harder"),  # and the other exercise was kept
        visited(two(Log()), "harder"),  # it could be either
        visited(Log(), "harder"),
        two(Log()).add("reviews", exercise="ankle_eversion", **review),
        visited(Log(), "refer"),
        visited(Log(), "keep", 30),  # before the first look
    )
    day = ago(8)
    raise_, eversion = "heel_raise", "ankle_eversion"
    assert list(found.values()) == [
        [(raise_, ago(5), "prescription", "harder")],
        [(raise_, ago(5), "prescription", "easier")],
        [],
        [],
        [(raise_, ago(5), "prescription", "harder")],
        [(raise_, ago(5), "prescription", "harder"), (eversion, day, "visit", "keep")],
        [],
        [(raise_, day, "visit", "harder")],
        [(eversion, day, "review", "easier")],
        [(raise_, day, "visit", "refer")],
        [],
    ]


def test_two_rule_sets_side_by_side(tmp_path: Path) -> None:
    file = tmp_path / "easy.yaml"
    file.write_text(EASY, encoding="utf-8")
    below = Log().changed(reps=9)
    found = fd.backtest(study_of(A=Log(), B=below), rules=file, as_of=ago(0))
    assert found.rule_sets == ("rules", "against")
    assert found.differing["patient_id"].tolist() == ["B"]
    assert found.summary == (
        "All criteria met at some look: 2 of 2 against 1 of 2 series; this one differs: B, heel raise (left)."
    )
    alone = fd.backtest(study_of(A=Log(), B=below), as_of=ago(0))
    against = found.states[found.states["rule_set"] == "against"].drop(columns="rule_set").reset_index(drop=True)
    pd.testing.assert_frame_equal(against, alone.states.drop(columns="rule_set"))


def test_kappa_by_hand() -> None:
    # Both yes 20, first only 5, second only 10, both no 15: agreement 0.70, by chance 0.50, kappa 0.40.
    first = np.repeat([0, 0, 1, 1], [20, 5, 10, 15])
    second = np.repeat([0, 1, 0, 1], [20, 5, 10, 15])
    patient = np.arange(50) % 7
    kappa, low, high = kappa_of(first, second, patient, 2)
    assert kappa == pytest.approx(0.40)
    left = [kappa_of(first[patient != one], second[patient != one], patient[patient != one], 2)[0] for one in range(7)]
    error = np.sqrt(6 / 7 * ((np.array(left) - np.mean(left)) ** 2).sum())
    assert (low, high) == pytest.approx((0.40 - 2.446912 * error, 0.40 + 2.446912 * error), abs=1e-6)
    assert np.isnan(kappa_of(first, second, patient % 4, 2)[1])
    assert np.isnan(kappa_of(np.zeros(3, dtype=int), np.zeros(3, dtype=int), np.arange(3), 2)).all()


def test_no_whole_week_is_an_error_of_ours() -> None:
    with pytest.raises(fd.ParameterError, match="no whole week"):
        fd.backtest(Log(days=5).study(), as_of=ago(0))
