"""A study that is handed on says nothing of who somebody is, and gives the same results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.model.study import Study
from footdrop_analytics.sharing.handed_on import found_of_source
from tests.each import each

DEMO = Path(__file__).parents[2] / "data" / "demo"
SESSIONS = pd.DataFrame(
    {
        "patient_id": ["Meier-1950", "Meier-1950", "Meier-1950", "Kowalski", "Kowalski"],
        "performed_at": ["2026-03-02 08:00", "2026-03-04 23:50", "2026-03-05 00:10", "2026-05-09", "2026-05-10"],
        "exercise": "heel_raise",
        "side": ["left", "left", "left", "right", "sideways"],
        "reps": ["10", "9", "ten", "8", "8"],
        "session_id": ["Monday at Anna's", "evening", "evening", None, None],
        "notes": ["my neighbour Schulze helped", None, None, "in Lisbon", None],
        "diary page": ["17", "18", "18", "2", "3"],
    }
)
PLANS = pd.DataFrame(
    {
        "patient_id": ["Meier-1950", "Kowalski"],
        "exercise": "heel_raise",
        "side": ["left", "right"],
        "start_date": ["2026-03-02", "2026-05-07"],
        "days_per_week": [3, 7],
        "reps": [10, 10],
        "resistance": ["Anna's red one", None],
        "prescriber": ["Dr Winter", "Dr Winter"],
    }
)
PATIENTS = pd.DataFrame(
    {
        "patient_id": ["Meier-1950", "Kowalski"],
        "birth_year": [1930, 1961],
        "sex": ["F", "male"],
        "site": ["Northtown", "Northtown"],
        "clinician": ["Dr Winter", None],
        "onset_date": ["2025-12-24", None],
    }
)
SECRETS = ("Meier", "Kowalski", "Anna", "Schulze", "Lisbon", "Winter", "Northtown", "1930", "1961", "2026", "2025")


def study() -> Study:
    return fd.study_from_tables(sessions=SESSIONS, prescriptions=PLANS, patients=PATIENTS, today="2026-06-01")


def test_no_id_name_day_or_note_is_in_any_byte_and_the_key_is_apart(tmp_path: Path) -> None:
    fd.write_deidentified(study(), tmp_path / "out", tmp_path / "key.csv", min_cell=1)
    for file in (tmp_path / "out").iterdir():
        held = [one for one in SECRETS if one in file.read_text(encoding="utf-8")]
        assert not held, f"{file.name}: {held}"
    assert "Kowalski" in (tmp_path / "key.csv").read_text(encoding="utf-8")
    assert ((tmp_path / "key.csv").stat().st_mode & 0o777) == 0o600
    patients = pd.read_csv(tmp_path / "out" / "patients.csv", dtype="str")
    assert sorted(patients["years_on_day_0"]) == ["65", "90+"]
    sessions = pd.read_csv(tmp_path / "out" / "sessions.csv", dtype="str")
    assert sorted(sessions["study_day"].dropna().astype(int)) == [0, 2, 2, 3]


def test_the_same_key_gives_the_same_ids_and_another_one_does_not(tmp_path: Path) -> None:
    first = fd.write_deidentified(study(), tmp_path / "a", tmp_path / "key.csv", min_cell=1)
    again = fd.write_deidentified(study(), tmp_path / "b", tmp_path / "key.csv", min_cell=1)
    assert first.key.equals(again.key)
    assert (tmp_path / "a" / "sessions.csv").read_bytes() == (tmp_path / "b" / "sessions.csv").read_bytes()
    other = fd.deidentify(study(), min_cell=1)
    assert not set(other.tables["sessions"]["patient_id"]) & set(first.tables["sessions"]["patient_id"])


def test_results_are_those_of_the_source_and_unreadable_stays_unreadable(tmp_path: Path) -> None:
    for name, source in (("demo", fd.read_study(DEMO)), ("own", study())):
        found = fd.write_deidentified(source, tmp_path / name, tmp_path / f"{name}.csv", min_cell=1)
        read = fd.read_study(tmp_path / name)
        codes = found.key[found.key["kind"] == "patient"].set_index("original")["code"]
        before, after = fd.adherence(source, every=None), fd.adherence(read, every=None, as_of=found.manifest["as_of"])
        before = before.assign(patient_id=before["patient_id"].astype(str).map(codes))
        both = [
            one.assign(patient_id=one["patient_id"].astype(str), side=one["side"].astype(str))
            .set_index(["patient_id", "exercise", "side"])
            .sort_index()[["due", "logged", "credited", "adherence", "unreadable_days"]]
            for one in (before, after)
        ]
        pd.testing.assert_frame_equal(*both, check_index_type=False)
        assert len(read.sessions) == len(source.sessions)
        assert read.synthetic == source.synthetic
    assert "unreadable" in (tmp_path / "own" / "sessions.csv").read_text(encoding="utf-8")


def test_exercises_of_ones_own_keep_their_numbers_and_neither_key_nor_words(tmp_path: Path) -> None:
    """Also where a patient is called by a word that stands in the files by right."""
    source = tmp_path / "study"
    source.mkdir()
    (source / "exercises.yaml").write_text(
        "exercises:\n  schulze_walk: {name: Walk of Schulze, unit: reps, how_to: As Anna does it.}\n"
        "  two: {name: Lisbon, unit: reps, next_step: schulze_walk, next_needs_observation: Winter saw it.}\n"
        "  heel_raise: {meaningful_change: {reps: {absolute: 4, share: 0}}, cautions: [Ask Kowalski.]}\n",
        encoding="utf-8",
    )
    log = pd.DataFrame({"patient_id": ["left", "left", "007"], "performed_at": "2026-03-02", "side": "left"})
    log.assign(exercise=["schulze_walk", "heel_raise", "two"], reps="5").to_csv(source / "sessions.csv", index=False)
    found = fd.write_deidentified(fd.read_study(source), tmp_path / "out", tmp_path / "key.csv", min_cell=1)
    for file in (tmp_path / "out").iterdir():
        assert not [one for one in (*SECRETS, "schulze") if one in file.read_text(encoding="utf-8")], file.name
    codes = found.key.set_index("original")["code"]
    known = fd.read_study(tmp_path / "out").exercises
    assert known[codes["two"]].next_step == codes["schulze_walk"]
    assert known[codes["two"]].next_needs_observation == "Left out."
    assert known["heel_raise"].meaningful_change["reps"] == (4, 0)


def test_rare_values_are_blank_and_counted() -> None:
    found = fd.deidentify(study(), min_cell=2)
    assert found.tables["patients"]["sex"].isna().all()
    assert set(found.tables["patients"]["site"]) == {"site 1"}
    assert found.manifest["blanked_rare_values"] == {"min_cell": 2, "sex": 2, "clinician": 1}
    assert (found.manifest["left_out_texts"], found.manifest["left_out_columns"]) == (2, 1)


def test_a_person_with_few_patients_is_blank_wherever_one_signed() -> None:
    """Else a clinician that is blank among the patients would be seen again in their plans."""
    plans = PLANS.assign(prescriber=["Dr Winter", "Dr Summer"])
    seen = {"reviewed_at": "2026-05-09", "subject": "flag", "rule_id": "fall", "day": "2026-05-08", "decision": "seen"}
    reviews = pd.DataFrame([{"patient_id": one, **seen, "by": "Dr Autumn"} for one in PLANS["patient_id"]])
    frames = {"sessions": SESSIONS, "prescriptions": plans, "patients": PATIENTS, "reviews": reviews}
    source = fd.study_from_tables(**frames, today="2026-06-01")
    assert len(source.reviews) == 2
    found = fd.deidentify(source, min_cell=2)
    assert found.tables["prescriptions"]["prescriber"].isna().all()
    assert found.tables["reviews"]["by"].nunique() == 1
    assert found.manifest["blanked_rare_values"] == {"min_cell": 2, "sex": 2, "clinician": 1, "prescriber": 2}


@each("min_cell", [1, 2])
def test_an_assumed_plan_stays_an_assumed_one(min_cell: int) -> None:
    plans = PLANS.assign(prescriber=["assumed", "Dr Winter"])
    source = fd.study_from_tables(sessions=SESSIONS, prescriptions=plans, patients=PATIENTS, today="2026-06-01")
    written = fd.deidentify(source, min_cell=min_cell).tables["prescriptions"]["prescriber"]
    assert sorted(written.dropna()) == (["assumed", "person 1"] if min_cell == 1 else ["assumed"])


def test_what_would_say_something_of_the_source_is_found() -> None:
    def leak(text: str) -> bool:
        return bool(found_of_source(study(), [("a.csv", text.encode())], frozenset()))

    assert leak("patient_id,x\nabc,seen by Kowalski\n")
    assert leak("patient_id,x\nabc,my neighbour Schulze helped\n")
    assert leak("patient_id,x\nabc,09.05.2026\n")
    assert not leak("patient_id,x\nabc,heel_raise\n")


def test_nothing_is_written_over_or_beside_other_files(tmp_path: Path) -> None:
    with pytest.raises(fd.ParameterError, match="Keep the key apart"):
        fd.write_deidentified(study(), tmp_path / "out", tmp_path / "out" / "key.csv")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").touch()
    with pytest.raises(fd.ParameterError, match="is not empty"):
        fd.write_deidentified(study(), tmp_path / "full", tmp_path / "key.csv")
    (tmp_path / "wrong.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(fd.ParameterError, match="expected the columns kind"):
        fd.write_deidentified(study(), tmp_path / "out", tmp_path / "wrong.csv")
    assert not (tmp_path / "out").exists()
