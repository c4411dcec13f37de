"""The demo study is what its stories say, and shows everything that the toolkit can say."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.simulation.demo import LAST_DAY, demo_study, load_stories, write_demo

DEMO = Path(__file__).parents[2] / "data" / "demo"
STATES = {
    "paused",
    "hold_event",
    "check_decline",
    "below_target",
    "not_enough_data",
    "criteria_not_met",
    "clinician_check",
    "criteria_met",
}
VERDICTS = {"not_applicable", "cannot_tell", "rising", "declining", "at_target", "steady"}


@pytest.fixture(scope="module")
def study() -> fd.Study:
    return fd.read_study(DEMO, today=LAST_DAY.isoformat())


def test_the_files_in_the_repository_are_those_of_the_stories(tmp_path: Path) -> None:
    write_demo(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in DEMO.iterdir())
    for path in DEMO.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), f"{path.name}: run write_demo({str(DEMO)!r})"


def test_the_files_are_small() -> None:
    assert sum(path.stat().st_size for path in DEMO.iterdir()) < 300_000


def test_it_is_the_same_without_a_checkout(study: fd.Study) -> None:
    pd.testing.assert_frame_equal(demo_study().sessions, study.sessions)


def test_it_is_synthetic_and_says_whose_stories_it_tells(study: fd.Study) -> None:
    assert study.synthetic
    assert study.patient_ids == [story["patient"]["patient_id"] for story in load_stories()]
    assert study.as_of == pd.Timestamp(LAST_DAY)


def test_two_typing_slips_are_shown(study: fd.Study) -> None:
    assert study.rejected[["table", "value"]].to_numpy().tolist() == [["checkins", "14/12/2025"]]
    assert study.unread[["table", "name", "value"]].to_numpy().tolist() == [["sessions", "reps", "1O"]]
    assert study.duplicates.empty


def test_all_exercises_occur(study: fd.Study) -> None:
    assert set(study.sessions["exercise"].unique()) == set(study.exercises.keys)
    assert set(study.prescriptions["exercise"].unique()) == set(study.exercises.keys)


def test_every_verdict_occurs(study: fd.Study) -> None:
    assert set(fd.trends(study)["verdict"].unique()) == VERDICTS


def test_every_readiness_state_occurs(study: fd.Study) -> None:
    assert set(fd.readiness(study)["state"].unique()) == STATES


def test_every_flag_occurs_but_those_of_odd_logs(study: fd.Study) -> None:
    rules = fd.load_flag_rules()
    told = set(fd.review_flags(study)["rule_id"])
    of_odd_logs = {"batches", "date_doubtful", "one_side", "outlying", "rejected_rows", "slipping"}
    of_odd_logs |= {"unread_pain", "unread_rows"}
    assert told == (set(rules.flags) | set(rules.events)) - of_odd_logs
