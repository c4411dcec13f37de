"""The exercise catalogue: what it says, and how a study's own file lies over it."""

from __future__ import annotations

import pytest

from footdrop_analytics.errors import KnowledgeError
from footdrop_analytics.knowledge import load_exercises
from footdrop_analytics.model.vocabulary import MODES, SOURCE_KINDS
from tests.each import each

KEYS = (
    "ankle_dorsiflexion",
    "ankle_adduction_abduction",
    "assisted_toe_raise",
    "toe_raise_negative",
    "heel_raise",
    "ankle_eversion",
    "ankle_inversion",
    "single_leg_stand",
    "hip_adduction_abduction",
    "hip_rotation",
)
STARTS = ("passive", "passive", "assisted", "active", "active", "active", "active", "active", "active", "assisted")


def write(tmp_path, text):
    path = tmp_path / "exercises.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_ten_exercises_in_the_order_of_the_contract():
    catalog = load_exercises()
    assert catalog.keys == KEYS
    assert tuple(one.mode for one in catalog.values()) == STARTS
    assert {one.key for one in catalog.values() if one.position == "standing"} == {"single_leg_stand"}
    assert {one.key for one in catalog.values() if one.unit == "seconds"} == {"single_leg_stand"}
    assert catalog["single_leg_stand"].typical_dose.hold_s == 15
    assert {one.typical_dose.reps for one in catalog.values() if one.unit == "reps"} == {10}


@each("key", KEYS)
def test_meaningful_change_is_that_of_the_contract(key):
    assert load_exercises()[key].meaningful_change == {"reps": (1, 0.2), "hold": (1, 0.3), "dose": (0, 0.2)}


@each("key", KEYS)
def test_every_exercise_is_described(key):
    one = load_exercises()[key]
    assert one.cautions
    assert one.another_way
    assert one.source_kind in SOURCE_KINDS
    assert 2 <= one.how_to.count(". ") + 1 <= 3


def test_crossed_legs_and_spastic_calves_are_cautioned():
    catalog = load_exercises()
    for key in KEYS[:2]:
        assert any("peroneal nerve" in text for text in catalog[key].cautions)
        assert catalog[key].cautions_by_aetiology["peroneal_neuropathy"]
    assert "spastic" in catalog["heel_raise"].cautions_by_aetiology["stroke"][0]
    stand = " ".join(catalog["single_leg_stand"].cautions).lower()
    assert "falling" in stand
    assert "chair" in stand


@each("key", KEYS)
def test_cautions_are_whole_sentences(key):
    one = load_exercises()[key]
    cautions = [*one.cautions, *(text for texts in one.cautions_by_aetiology.values() for text in texts)]
    halves = [text for text in cautions if not text[0].isupper() or not text.endswith(".")]
    assert not halves, "a comma in an unquoted list of YAML makes two texts of one sentence"


def test_the_order_of_rows_is_not_the_next_step():
    catalog = load_exercises()
    following = [catalog[key].next_step for key in KEYS]
    assert following != [*KEYS[1:], None]
    assert catalog["toe_raise_negative"].next_step != "heel_raise"


@each("key", KEYS)
@each("mode", MODES)
def test_steps_lead_to_known_exercises_in_every_mode(key, mode):
    steps = load_exercises()[key].steps(mode)
    assert steps.easier_step is None or steps.easier_step in KEYS
    assert steps.next_step is None or steps.next_step in KEYS
    if mode in ("passive", "assisted") and steps.next_step:
        assert steps.next_needs_observation, "help hides the own movement, so somebody must have seen it"


def test_own_sentences_not_those_of_the_article():
    copied = ("use slow, intentional movements to help stimulate the brain", "like you're kicking a ball to the side")
    text = " ".join(one.how_to.lower() for one in load_exercises().values())
    assert not any(phrase in text for phrase in copied)


def test_a_study_may_change_one_field(tmp_path):
    path = write(tmp_path, "exercises:\n  heel_raise:\n    meaningful_change: {reps: {absolute: 3}}\n")
    catalog = load_exercises(path)
    assert catalog["heel_raise"].meaningful_change["reps"] == (3, 0.2)
    assert catalog["heel_raise"].cautions == load_exercises()["heel_raise"].cautions
    assert catalog.keys == KEYS


def test_a_study_may_add_an_exercise(tmp_path):
    path = write(
        tmp_path,
        """
exercises:
  toe_taps:
    name: Toe taps
    movement: The front of the foot taps the floor.
    muscles: [tibialis anterior]
    position: seated
    mode: active
    unit: reps
    typical_dose: {sets: 1, reps: 20, text: 20 taps}
    meaningful_change:
      {reps: {absolute: 1, share: 0.2}, hold: {absolute: 1, share: 0.3}, dose: {absolute: 0, share: 0.2}}
    another_way: Tap with both feet.
    how_to: Sit upright. Tap the floor with the front of the foot.
    easier_step: toe_raise_negative
    source: our clinic
    source_kind: expert
""",
    )
    catalog = load_exercises(path)
    assert catalog.keys == (*KEYS, "toe_taps")
    assert catalog["toe_taps"].easier_step == "toe_raise_negative"
    again = load_exercises(write(tmp_path, "exercises:\n  toe_taps: {name: Tapping}\n"), base=catalog)
    assert again["toe_taps"].name == "Tapping"
    assert again["toe_taps"].typical_dose.reps == 20


def test_a_name_and_a_unit_are_enough(tmp_path):
    own = load_exercises(write(tmp_path, "exercises:\n  toe_taps: {name: Toe taps, unit: reps}\n"))["toe_taps"]
    assert (own.short_name, own.mode, own.position, own.source_kind) == ("Toe taps", "active", "seated", "placeholder")
    assert own.meaningful_change == load_exercises()["heel_raise"].meaningful_change
    assert own.typical_dose is None
    assert own.steps("assisted").next_step == "toe_taps"


@each(
    "text, expected",
    [
        ("exercises:\n  heel_raise: {mdoe: active}\n", ["exercises.yaml", "heel_raise", "mdoe", "did you mean 'mode'"]),
        ("exercises:\n  heel_raise: {mode: actve}\n", ["heel_raise", "mode", "passive, assisted", "'active'"]),
        ("exercises:\n  heel_raise: {name: [a]}\n", ["heel_raise, name", "expected a text"]),
        ("exercises:\n  toe_taps: {name: Toe taps}\n", ["toe_taps", "unit", "one of reps, seconds", "found nothing"]),
        ("exercises:\n  heel_raise: {next_step: heel_rais}\n", ["next_step", "did you mean 'heel_raise'"]),
        ("exercises:\n  heel_raise: {typical_dose: {reps: -1}}\n", ["typical_dose, reps", "from 1 to 1000", "-1"]),
        ("exercises:\n  heel_raise: {typical_dose: {reps: true}}\n", ["typical_dose, reps", "found True"]),
        ("exercises:\n  heel_raise: {cautions_by_aetiology: {strok: [x]}}\n", ["strok", "did you mean 'stroke'"]),
        ("exercises:\n  heel_raise: {name: A}\n  heel_raise: {name: B}\n", ["'heel_raise' is given twice", "line 3"]),
        ("exercises:\n  Heel Raise: {name: A}\n", ["Heel Raise", "small letters"]),
        ("exercises: [heel_raise]\n", ["top level, exercises", "expected named fields"]),
        ("exercise:\n  heel_raise: {name: A}\n", ["exercise", "did you mean 'exercises'"]),
        ("exercises:\n heel_raise: {name: 'A}\n", ["exercises.yaml", "YAML"]),
        ("exercises:\n  heel_raise: {name: !!python/object/apply:os.getcwd []}\n", ["exercises.yaml"]),
        ("- a\n", ["expected named entries"]),
        ("", ["expected named entries"]),
        ("exercises:\n  heel_raise: {mode: .nan}\n", ["heel_raise, mode"]),
        ("exercises:\n  heel_raise: {typical_dose: {reps: .nan}}\n", ["typical_dose, reps"]),
        ("exercises:\n  heel_raise: {key: toe_taps}\n", ["heel_raise, key", "unknown field"]),
        ("exercises: &all\n  heel_raise: *all\n", ["line 2", "reference (*all)"]),
        ("exercises: {heel_raise: {name: !!timestamp x}}\n", ["line 1", "tag"]),
        ("exercises: " + "[" * 30_000, ["line 1", "nested more than"]),
        ("exercises: " + "x" * 1_000_001, ["larger than"]),
        (
            "exercises:\n  heel_raise: {mode: actve, unit: rep, nmae: x}\n  toe: {typical_dose: {sets: 0}}\n",
            ["heel_raise, mode", "heel_raise, unit", "nmae", "toe, name", "toe, unit", "toe, typical_dose, sets"],
        ),
    ],
)
def test_a_broken_file_says_what_is_wrong(tmp_path, text, expected):
    with pytest.raises(KnowledgeError) as error:
        load_exercises(write(tmp_path, text))
    for part in expected:
        assert part in str(error.value)


def test_a_missing_or_unreadable_file_is_said(tmp_path):
    with pytest.raises(KnowledgeError, match=r"none\.yaml.*cannot be read"):
        load_exercises(tmp_path / "none.yaml")
    path = tmp_path / "exercises.yaml"
    path.write_bytes(b"exercises:\n  heel_raise: {name: \xff}\n")
    with pytest.raises(KnowledgeError, match="UTF-8"):
        load_exercises(path)
