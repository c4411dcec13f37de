"""What must hold for any study: order and other patients do not matter, missing is never 0, shares are shares."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import footdrop_analytics as fd
from footdrop_analytics.analysis.trends.trends import daily as daily_values
from tests.each import each
from tests.examples import few
from tests.studies import log, march, plan, study_with

INPUTS = ("sessions", "prescriptions", "patients", "pauses", "events", "checkins", "visits", "outcomes")
RESULTS = ("adherence", "adherence_28d", "adherence_patient", "persistence", "trends", "steps", "readiness", "criteria")
FEW = few(3)
SOME = few(15)
SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def simulated() -> fd.Study:
    return fd.simulate(patients=5, weeks=7, seed=11)


@pytest.fixture(scope="module")
def analysis(simulated: fd.Study) -> fd.Analysis:
    return fd.analyse(simulated)


def _changed(study_: fd.Study, **tables: pd.DataFrame) -> fd.Study:
    given_: dict[str, Any] = {name: table.reset_index(drop=True) for name, table in tables.items()}
    return replace(study_, **given_)


def _plain(table: pd.DataFrame, patients: list[str] | None = None) -> pd.DataFrame:
    """A result with ids as text, so that only values are compared; the rows of some patients if wished."""
    table = table.assign(patient_id=table["patient_id"].astype("str"))
    if patients is not None:
        table = table[table["patient_id"].isin(patients)]
    return table.reset_index(drop=True)


def _expect_equal(found: fd.Analysis, expected: fd.Analysis, patients: list[str] | None = None) -> None:
    for name in (*RESULTS, "flags", "caseload"):
        theirs = _plain(getattr(expected, name), patients)
        pd.testing.assert_frame_equal(_plain(getattr(found, name)), theirs, obj=name)


@FEW
@given(seed=SEEDS)
def test_order_of_rows_does_not_matter(seed: int, simulated: fd.Study, analysis: fd.Analysis) -> None:
    tables = {name: getattr(simulated, name).sample(frac=1, random_state=seed) for name in INPUTS}
    _expect_equal(fd.analyse(_changed(simulated, **tables)), analysis)


def test_order_does_not_matter_from_reading_on(simulated: fd.Study, analysis: fd.Analysis) -> None:
    tables = {name: getattr(simulated, name).sample(frac=1, random_state=1) for name in INPUTS}
    read = fd.study_from_tables(**{name: table for name, table in tables.items() if len(table)}, today="2030-01-01")
    assert read.rejected.empty
    _expect_equal(fd.analyse(read, as_of=analysis.as_of), analysis)


@FEW
@given(chosen=st.sets(st.integers(0, 4), min_size=1, max_size=4))
def test_other_patients_change_nothing(chosen: set[int], simulated: fd.Study, analysis: fd.Analysis) -> None:
    patients = [simulated.patient_ids[number] for number in sorted(chosen)]
    _expect_equal(fd.analyse(simulated.filter(patients)), analysis, patients)


@FEW
@given(seed=SEEDS)
def test_a_row_of_another_patient_changes_nothing(seed: int, simulated: fd.Study, analysis: fd.Analysis) -> None:
    rng = np.random.default_rng(seed)
    rows = simulated.sessions.iloc[rng.choice(len(simulated.sessions), 20)]
    rows = rows.assign(patient_id=pd.Categorical(["new"] * 20), session_id=None, pain_0_10=10.0, reps=0)
    rows["session_id"] = rows["session_id"].astype("str")
    ids = pd.concat([simulated.sessions["patient_id"].astype("str"), rows["patient_id"].astype("str")])
    sessions = pd.concat([simulated.sessions, rows], ignore_index=True)
    sessions["patient_id"] = pd.Categorical(ids)
    for name in ("sets", "reps"):
        sessions[name] = sessions[name].astype("Int32")
    found = fd.analyse(_changed(simulated, sessions=sessions), as_of=analysis.as_of)
    assert len(found.caseload) == len(analysis.caseload) + 1
    for name in RESULTS:
        ours = _plain(getattr(found, name), simulated.patient_ids)
        pd.testing.assert_frame_equal(ours, _plain(getattr(analysis, name)), obj=name)


@FEW
@given(seed=SEEDS, part=st.floats(0.05, 0.6))
def test_missing_values_are_never_0(seed: int, part: float, simulated: fd.Study) -> None:
    # Beside some rows lies another set of the same session with nothing recorded but that it was done.
    known = simulated.sessions[simulated.sessions["status"] == "done"]
    more = known.sample(frac=part, random_state=seed)
    unknown = dict.fromkeys(("hold_s", "pain_0_10", "effort_0_10"), np.nan)
    more = more.assign(**unknown, reps=pd.array([pd.NA] * len(more), dtype="Int32"))
    found = _changed(simulated, sessions=pd.concat([simulated.sessions, more], ignore_index=True))
    for measure in ("primary", "reps", "hold", "pain", "effort"):
        pd.testing.assert_frame_equal(daily_values(found, measure), daily_values(simulated, measure), obj=measure)
        pd.testing.assert_frame_equal(fd.trends(found, measure=measure), fd.trends(simulated, measure=measure))
    before, after = fd.adherence(simulated), fd.adherence(found)
    same = ["due", "logged", "done", "credited", "adherence", "ratio", "active_days", "skipped", "clinic", "extra"]
    pd.testing.assert_frame_equal(after[same], before[same])
    assert (after["dose_known"].fillna(0) <= before["dose_known"].fillna(0)).all()
    # A dose that is still stated is not smaller than it was because of a set that nobody counted.
    complete = after["dose_known"] == 1
    pd.testing.assert_series_equal(after["dose_ratio"][complete], before["dose_ratio"][complete])


WINDOWS: list[dict[str, Any]] = [
    {"every": "week"},
    {"every": "1D"},
    {"every": "7D", "length": "28D"},
    {"every": "10D", "anchor": "start"},
    {"every": None},
]


@each("options", WINDOWS)
@each("level", ["series", "patient"])
def test_shares_are_shares(simulated: fd.Study, options: dict[str, Any], level: Any) -> None:
    table = fd.adherence(simulated, level=level, **options)
    due = table[table["due"] > 0]
    assert due["adherence"].between(0, 1).all()
    assert (table["credited"] <= table["due"]).all()
    assert (table["credited"] <= table["done"]).all()
    assert (table["done"] <= table["logged"]).all()
    assert (table["active_days"] <= table["logged"]).all()
    given_ = table.dropna(subset="adherence_low")
    assert len(given_) or options["every"] == "1D"
    assert (given_["adherence_low"] <= given_["adherence"]).all()
    assert (given_["adherence"] <= given_["adherence_high"]).all()
    assert given_["adherence_low"].ge(0).all()
    assert given_["adherence_high"].le(1).all()
    assert (table["window_start"] <= table["window_end"]).all()
    assert table.loc[table["due"] == 0, ["adherence", "ratio"]].isna().all(axis=None)
    if level == "series":
        assert table["completeness"].dropna().between(0, 1).all()
        assert table["dose_known"].dropna().between(0, 1).all()


@each("every", ["week", "1D", "7D"])
def test_windows_add_up_to_the_whole_period(simulated: fd.Study, every: str) -> None:
    parts = fd.adherence(simulated, every=every).groupby(["patient_id", "exercise", "side"], observed=True)
    whole = fd.adherence(simulated, every=None).set_index(["patient_id", "exercise", "side"])
    counts = ["due", "logged", "done", "active_days", "skipped", "clinic", "extra", "paused_days", "unobserved_days"]
    pd.testing.assert_frame_equal(parts[counts].sum(), whole[counts])
    # Each window's credit is cut to its own due, so the parts never add up to more than the whole.
    assert (parts["credited"].sum() <= whole["credited"] + 1e-9).all()
    if every == "week":
        busy = parts["credited"].sum()
        assert busy.sum() >= 0.95 * whole["credited"].sum()


@SOME
@given(
    done=st.lists(st.integers(0, 3), min_size=14, max_size=14),
    halves=st.integers(1, 14),
    per_day=st.integers(1, 2),
    begin=st.integers(2, 6),
    last=st.integers(9, 15),
)
def test_credit_as_the_sentence_says(done: list[int], halves: int, per_day: int, begin: int, last: int) -> None:
    # Σ over the days of min(C(d), D) − min(C(d−1), D) for each calendar week, and in sum at most due.
    sessions = [
        row | {"reps": 5}
        for day, count in enumerate(done, 2)
        for number in range(count)
        for row in log([day], f"{8 + 4 * number:02}:00")
    ]
    sessions += log([1])
    rate, due, credited = halves / 2 * per_day / 7, 0.0, 0.0
    for monday in (2, 9):
        # The whole week's due, up to a whole session: its active days, also those after as_of.
        week_due, up_to = ceil(rate * sum(day >= begin for day in range(monday, monday + 7)) - 1e-9), 0.0
        for day in range(max(monday, begin), min(monday + 6, last) + 1):
            before, up_to = up_to, up_to + min(done[day - 2], per_day)
            credited += min(up_to, week_due) - min(before, week_due)
            due += rate
    found = study_with(sessions, [plan(begin, halves / 2, sessions_per_day=per_day)])
    row = fd.adherence(found, every=None, as_of=march(last)).iloc[0]
    assert row["due"] == pytest.approx(due)
    assert row["credited"] == pytest.approx(min(credited, due))


@SOME
@given(
    kept=st.sets(st.integers(0, 39), min_size=10, max_size=40),
    rise=st.integers(-1, 1),
    every=st.integers(1, 4),
)
def test_dropping_days_leaves_a_noiseless_slope(kept: set[int], rise: int, every: int) -> None:
    sessions = [row for n in sorted(kept) for row in log([2 + n * every], reps=50 + rise * n)]
    row = fd.trends(study_with(sessions, [plan(2, reps=100)])).iloc[0]
    first, last = min(kept), max(kept)
    assert row["n"] == len(kept)
    assert row["slope_per_week"] == pytest.approx(7 * rise / every, abs=1e-9)
    assert row["level_start"] == pytest.approx(50 + rise * first)
    assert row["change"] == pytest.approx(rise * (last - first), abs=1e-9)
    assert row["p_value"] == (0 if rise else 1)
