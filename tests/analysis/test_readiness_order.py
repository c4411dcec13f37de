"""What never matters (order of rows, other patients), and what can only hold or lower a state (pain, events)."""

from __future__ import annotations

import dataclasses

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import footdrop_analytics as fd
from footdrop_analytics.knowledge import load_flag_rules
from tests.each import each
from tests.examples import few
from tests.reference.compare import read
from tests.studies import AS_OF, Log, study_of

HEIGHT = {
    "paused": 0,
    "hold_event": 0,
    "check_decline": 1,
    "below_target": 1,
    "not_enough_data": 2,
    "criteria_not_met": 2,
    "clinician_check": 3,
    "criteria_met": 4,
}
"""A state that is higher up lets a clinician consider more."""

rating = st.none() | st.integers(0, 10)
reps = st.sampled_from((None, 0, 6, 9, 10, 10, 10, 12))


@st.composite
def logs(draw):
    log = Log(days=draw(st.integers(12, 24)), exercise=draw(st.sampled_from(("heel_raise", "ankle_dorsiflexion"))))
    missed = draw(st.sets(st.integers(1, 20), max_size=6))
    for row in log.sessions[:4]:
        row.update(reps=draw(reps), pain_0_10=draw(rating), effort_0_10=draw(rating))
    log.patient(usual_pain_0_10=draw(rating), aetiology=draw(st.sampled_from(("stroke", "als"))))
    for day in draw(st.sets(st.integers(0, 20), max_size=3)):
        log.checkin(day, pain_0_10=draw(rating), fell=draw(st.sampled_from((None, "no", "yes"))))
    for day in draw(st.sets(st.integers(0, 20), max_size=2)):
        log.visit(day)
    return log.without(*missed)


def states(*cases: Log) -> list[int]:
    study = study_of(**{f"case {number}": log for number, log in enumerate(cases)})
    table = fd.readiness(study, as_of=AS_OF)
    return [HEIGHT[state] for state in table["state"].astype(str)]


@few(12)
@given(log=logs(), which=st.integers(0, 3), more=st.integers(1, 10))
def test_a_higher_pain_never_raises_a_state(log, which, more):
    higher = log.copy()
    rows = [row for row in higher.sessions if not pd.isna(row["pain_0_10"])]
    asked = [row for row in higher.others["checkins"] if row.get("pain_0_10") is not None]
    changed = (rows + asked)[which : which + 1]
    for row in changed:
        row["pain_0_10"] = min(10, row["pain_0_10"] + more)
    before, after = states(log, higher)
    assert after <= before


@few(12)
@given(
    log=logs(),
    kind=st.sampled_from(tuple(load_flag_rules().events)),
    day=st.integers(0, 40),
    injury=st.sampled_from((None, "no", "yes")),
    during=st.sampled_from((None, "heel_raise", "ankle_dorsiflexion")),
)
def test_one_more_event_never_raises_a_state(log, kind, day, injury, during):
    with_event = log.copy().event(kind, day, injury=injury, during_exercise=during)
    before, after = states(log, with_event)
    assert after <= before


TABLES = ("sessions", "prescriptions", "events", "checkins", "visits", "pauses")
RESULTS = (fd.readiness, fd.readiness_criteria, fd.review_flags)


@each("seed", range(2))
def test_neither_the_order_of_rows_nor_other_patients_matter(seed):
    study = read(seed)
    shuffled = {name: getattr(study, name).sample(frac=1, random_state=seed, ignore_index=True) for name in TABLES}
    again = dataclasses.replace(study, **shuffled)
    for result in RESULTS:
        table = result(study).astype(object)
        pd.testing.assert_frame_equal(table, result(again).astype(object))
        for patient_id in study.patient_ids:
            own = table[table["patient_id"] == patient_id].reset_index(drop=True)
            pd.testing.assert_frame_equal(own, result(study.filter([patient_id])).astype(object))
