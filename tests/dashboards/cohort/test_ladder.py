"""Where on the ladder: counts as in the tables of the analysis."""

from __future__ import annotations

from footdrop_analytics.analysis.cohort.counts import ladder_of
from footdrop_analytics.model.vocabulary import STATES
from tests.dashboards.cohort.cohorts import by_hand, chosen, simulated
from tests.each import each
from tests.studies import Log


@each("settings", [{}, {"exercise": "heel_raise"}, {"arm": "usual", "aetiology": "stroke"}])
def test_counts_agree_with_readiness_and_steps(settings: dict[str, str]) -> None:
    analysis = simulated()
    people = analysis.study.patients.astype({"patient_id": "str", "aetiology": "str"})
    keys = ["patient_id", "exercise", "side"]
    latest = analysis.steps.astype(dict.fromkeys(keys, "str")).sort_values("run_no").drop_duplicates(keys, keep="last")
    rows = analysis.readiness.astype(dict.fromkeys(keys, "str"))
    rows = rows.merge(latest[[*keys, "difficulty"]], on=keys, how="left", validate="one_to_one")
    rows = rows.merge(people[["patient_id", "arm", "aetiology"]], on="patient_id")
    for name, value in settings.items():
        rows = rows[rows[name] == value]
    assert len(rows) > 10
    ladder = ladder_of(chosen(analysis, **settings))
    for table, columns in (
        (ladder.states, ["state"]),
        (ladder.modes, ["mode"]),
        (ladder.difficulties, ["mode", "difficulty"]),
    ):
        by = rows.astype({"state": "str", "mode": "str"}).groupby(["exercise", *columns])["patient_id"]
        found = table[table["series"] > 0].set_index(["exercise", *columns])
        assert found["series"].to_dict() == by.size().to_dict()
        assert found["patients"].to_dict() == by.nunique().to_dict()
        assert table.groupby("exercise")["series"].sum().to_dict() == rows.groupby("exercise").size().to_dict()
        assert (table["of_series"] == table["exercise"].map(rows.groupby("exercise").size())).all()


def test_every_state_has_a_row_and_0_is_none() -> None:
    states = ladder_of(chosen(by_hand(P=Log()))).states
    assert states["state"].tolist() == list(STATES)
    assert states["series"].sum() == 1


def test_two_sides_are_two_series_of_one_patient() -> None:
    log = Log()
    log.sessions += [row | {"side": "right"} for row in log.sessions]
    log.prescriptions.append(log.prescriptions[0] | {"side": "right", "position": "standing"})
    ladder = ladder_of(chosen(by_hand(P=log)))
    assert ladder.difficulties["difficulty"].tolist() == ["active, seated", "active, standing"]
    assert ladder.modes.loc[ladder.modes["series"] > 0, ["series", "of_series", "patients"]].to_numpy().tolist() == [
        [2, 2, 1]
    ]


def test_an_ended_prescription_is_on_no_rung() -> None:
    ladder = ladder_of(chosen(by_hand(P=Log().planned(end_date="2026-03-20"))))
    assert ladder.states.empty
    assert ladder.difficulties.empty
    assert ladder.patients.sum() == 0
