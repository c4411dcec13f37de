"""Further names of columns, keys and exercises: one meaning each, and none rather than a wrong one."""

from __future__ import annotations

from footdrop_analytics.knowledge import load_exercises, names
from footdrop_analytics.knowledge.names import exercise_names, load_names, near
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.names import joined

SUGGESTED = {
    "Ankel eversion": "ankle_eversion",
    "Standing Calf Raise (Dumbbell)": "heel_raise",
    "ankle inversion with band": "ankle_inversion",
    "Seated calf raises": "heel_raise",
    "8. Calf raises, seated": "heel_raise",
    "Single Leg Calf Raises": "heel_raise",
    # The next ones are other movements, or could be two: the opposite muscle must not be offered.
    "sit to stand": None,
    "Seated toe raise": None,
    "Bench Press (Barbell)": None,
    "raise": None,
    "": None,
}


def test_every_exercise_is_known_by_all_its_names_and_their_plurals() -> None:
    catalog = load_exercises()
    known = exercise_names(catalog)
    for one in catalog.values():
        for name in (one.key, one.name, one.short_name, *one.other_names):
            for written in (
                name,
                name.upper(),
                f" {name.removesuffix('s').replace(' ', '-')}s",
                name.replace(" ", "\u00a0"),
            ):
                assert known.key_of(written) == one.key, written


def test_a_name_with_two_meanings_is_refused_with_both() -> None:
    known = exercise_names(load_exercises())
    for written in ("toe raises", "Toe-Raise", "TOE LIFTS"):
        assert known.key_of(written) is None
        assert known.two_ways(written) == ("ankle_dorsiflexion", "heel_raise")
        reason = known.why_unknown(written)
        assert "ankle_dorsiflexion (The foot is bent up" in reason
        assert "heel_raise (The heels are lifted" in reason


def test_a_suggestion_is_right_or_not_made() -> None:
    known = exercise_names(load_exercises())
    assert {name: known.suggestion(name) for name in SUGGESTED} == SUGGESTED


def test_every_further_name_of_a_column_leads_to_it_and_own_names_to_themselves() -> None:
    found = load_names()
    for table, columns in found.written.items():
        assert set(columns) == set(COLUMNS[table])
        for column, further in columns.items():
            for name in (column, *further):
                assert found.columns[table][joined(name)] == column, (table, name)


def test_names_near_a_column_are_slips_of_the_pen_only() -> None:
    found = load_names()
    slips = {"pain_0_1": "pain_0_10", "performd_at": "performed_at", "fells": None, "weight": "load_kg", "site": None}
    assert {name: found.near_column("sessions", name) for name in slips} == slips
    assert found.near_column("checkins", "fells") == "fell"
    assert found.key_of("side", "Left foot") == "left"
    assert found.key_of("side", "L + R") == "both"
    assert found.key_of("fell", "Yes") == "yes"
    assert found.key_of("side", "middle") is None


def test_of_equally_near_names_the_one_of_the_contract_is_meant() -> None:
    found = load_names()
    assert found.near_column("patients", "sie") == "site"
    assert found.keys["support"][near("onhands", found.keys["support"]) or ""] == "one_hand"


def test_a_name_inside_a_longer_header_is_found() -> None:
    found = load_names()
    within = {
        "Pain after exercise": "pain_0_10",
        "worst pain tonight": "pain_0_10",
        "reps left": "reps",
        "hold time today": "hold_s",
        "painful": None,
        "pain": None,
        "date of export": None,
        "Borg scale today": "effort_0_10",
    }
    assert {name: found.column_within("sessions", name) for name in within} == within
    assert found.column_within("checkins", "Near falls this week") == "near_falls"


def test_each_name_of_the_file_stands_for_one_thing_that_there_is() -> None:
    file, written = names._file(), load_names().written
    known = {"everywhere": names._ALL_COLUMNS, **COLUMNS}
    assert set(file.told_within) <= set(names._ALL_COLUMNS)
    for table, further in file.columns.items():
        assert set(further) <= set(known[table]), table
    for column, further in file.keys.items():
        assert set(further) <= set(names._KEYS[column]), column
    of_keys = ({key: file.keys.get(column, {}).get(key, ()) for key in keys} for column, keys in names._KEYS.items())
    for group in ({table: file.tables.get(table, ()) for table in COLUMNS}, *written.values(), *of_keys):
        meant = {(joined(text), name) for name, further in group.items() for text in (name, *further)}
        assert len({text for text, _ in meant}) == len(meant), sorted(meant)


def test_the_name_on_the_patients_sheet_is_read() -> None:
    catalog = load_exercises()
    names = exercise_names(catalog)
    assert [names.key_of(one.plain_name) for one in catalog.values()] == list(catalog.keys)
