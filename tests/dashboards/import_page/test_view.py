"""The import page says what the one import says, of every known source, and whatever stands in a file is escaped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards import ImportSettings, import_view
from footdrop_analytics.dashboards.import_page.questions import Dropped, answered, dropped, key_of
from footdrop_analytics.dashboards.import_page.view import ImportView
from footdrop_analytics.dashboards.import_page.words import date_word, meaning_words
from footdrop_analytics.importing.profile import Answers
from footdrop_analytics.importing.steps.base import IGNORE
from footdrop_analytics.knowledge import load_exercises
from tests.each import each
from tests.importing.test_sources import LAYOUTS, SOURCES, placed

RAISES = "Date,Exercise,Left Reps,Right Reps\n2026-01-05,Heel raises,10,11\n2026-01-07,Toe raises,12,\n"
HOSTILE = "<img src=x onerror=alert(1)>"


def files(*names: str) -> Dropped:
    """Files of the published layouts as the page takes them."""
    return dropped(names, [(LAYOUTS / name).read_bytes() for name in names])


def log(text: str, name: str = "log.csv") -> Dropped:
    return dropped([name], [text.encode()])


def answers(**said: Any) -> ImportSettings:
    return ImportSettings(answers=Answers.model_validate(said))


def test_an_order_of_day_and_month_is_said_by_the_day_it_makes_of_the_example() -> None:
    for example in ("03/04/2026", "03/04/2026 08:30", "3/4/2026, 8:30 AM", "03/04/2026T08:30"):
        assert date_word("%d/%m/%Y", example) == "day first: 3 Apr 2026"
        assert date_word("%m/%d/%Y", example) == "month first: 4 Mar 2026"
    assert date_word("%d/%m/%Y", "soon") == "%d/%m/%Y"


def test_the_page_and_the_command_are_one_import(tmp_path: Path) -> None:
    for source in {one.profile: one for one in SOURCES}.values():
        file, said = placed(source, tmp_path)
        whole = fd.import_log(file, **said)
        beside = [said["dictionary"]] if "dictionary" in said else []
        taken = dropped([file.name, *(one.name for one in beside)], [one.read_bytes() for one in (file, *beside)])
        given = said.get("answers", {}) | {name: said[name] for name in ("patient", "timezone") if name in said}
        view = import_view(taken, answers(**given))
        assert view.imported is not None
        assert not view.asked, source.file
        for name, frame in whole.tables.items():
            pd.testing.assert_frame_equal(view.imported.tables[name], frame)
        assert re.search(rf"<strong>{whole.kept} of {whole.rows} ", view.panels["rows"])
        used = view.tables["columns"]
        assert (used["means"] != "not used").sum() >= 3, source.file
        assert not used["column"].duplicated().any()
        assert 'data-offer="save"' in view.panels["save"]


@each(
    "name, expected",
    [
        (
            "hevy.csv",
            {
                "start_time": "day and time (log)",
                "exercise_title": "exercise, seconds held (log)",
                "set_type": "which rows count",
                "weight_kg": "load in kg (log)",
                "end_time": "not used",
            },
        ),
        (
            "activities.csv",
            {
                "title": "exercise (log and plan)",
                "reps": "repetitions (plan)",
                "completed_reps": "repetitions (log)",
                "pain_level": "pain, 0 to 10 (log)",
                "week": "day and time (log)",
            },
        ),
        ("backup.json", {"name": "exercise (log)", "completed_at": "day and time (log)", "sets": "sets (log)"}),
        ("google.csv", {"Did you fall today?": "fell or not (check-in)", "Email Address": "whose entry it is"}),
    ],
)
def test_each_column_is_said_to_be_what_it_becomes(name: str, expected: dict[str, str]) -> None:
    columns = import_view(files(name), answers(patient="P1")).tables["columns"].set_index("column")
    catalog = load_exercises()
    assert {one: meaning_words(columns["means"][one], catalog) for one in expected} == expected


def test_the_cell_that_proves_the_order_of_dates_is_named() -> None:
    days = ("13/01/2026", "15/01/2026", "20/01/2026", "02/02/2026")
    text = "Date,Exercise,Left Reps,Right Reps\n" + "".join(f"{day},Heel raises,10,\n" for day in days)
    view = import_view(log(text), answers(patient="P1"))
    columns = view.tables["columns"].set_index("column")
    assert columns["because"]["Date"] == "the day stands before the month, as `13/01/2026` proves"
    assert "13/01/2026" in view.panels["columns"]
    assert columns["because"]["Exercise"] == "its heading"


def test_what_can_mean_two_exercises_is_asked_with_both_drawings() -> None:
    view = import_view(log(RAISES), ImportSettings())
    patient, raises = view.asked
    assert "Toe raises" in view.panels["rows"].rpartition("<h3>")[2], "a name that is asked is shown as it is written"
    assert (patient.kind, raises.kind, raises.ask.text) == ("text", "exercise", "Toe raises")
    both = ["ankle_dorsiflexion passive", "ankle_dorsiflexion active"]
    assert [one.answer for one in raises.first] == [*both, "heel_raise"]
    assert raises.first[1].words == "Ankle dorsiflexion (active)"
    assert "ankle_dorsiflexion" not in {one.answer for one in raises.exercises}
    panel = view.panels["questions"]
    for one in (*raises.first, *raises.exercises):
        name = one.answer.replace(" ", "-")
        assert f'href="#fd-exercise-{name}"' in panel
        assert f'id="fd-exercise-{name}"' in view.panels["pictures"]
    assert 'data-offer="save"' not in view.panels["save"]
    assert "2 answers missing" in view.panels["save"]


def test_answers_are_those_that_the_command_would_write() -> None:
    view = import_view(log(RAISES), ImportSettings())
    before = Answers(patient="P7")
    assert answered(view.asked, {"q1": "heel_raise"}, before) == Answers(
        patient="P7", exercises={"Toe raises": "heel_raise"}
    )
    assert answered(view.asked, {"q0": " P1 ", "rest": IGNORE}, before) == Answers(
        patient="P1", exercises={"Toe raises": IGNORE}
    )
    with pytest.raises(fd.ParameterError, match="Nothing was chosen"):
        answered(view.asked, {"other": "x"}, before)
    with pytest.raises(fd.ParameterError, match="cannot be chosen"):
        answered(view.asked, {"q1": "no_exercise"}, before)
    assert key_of(view.asked) != key_of(view.asked[:1])


def test_a_column_of_a_form_is_asked_with_its_exercise() -> None:
    view = import_view(files("redcap.csv"), ImportSettings())
    (column,) = (one for one in view.asked if one.ask.text == "diary_hr_reps")
    with pytest.raises(fd.ParameterError, match="Choose the exercise"):
        answered(view.asked, {column.key: "reps of"}, Answers())
    said = answered(view.asked, {column.key: "reps of", f"{column.key}-of": "heel_raise"}, Answers())
    assert said == Answers(columns={"diary_hr_reps": "reps of heel_raise"})
    assert "data dictionary" in view.panels["questions"]
    assert not import_view(files("dictionary.csv", "redcap.csv"), ImportSettings()).asked


def test_a_programme_is_chosen_by_its_drawings() -> None:
    view = import_view(files("calendar.csv"), ImportSettings())
    programme = view.asked[0]
    told = {f"{programme.key}-{key}": "yes" for key in ("heel_raise", "single_leg_stand")}
    assert answered(view.asked, told, Answers()).programme == "heel_raise, single_leg_stand"


def test_whatever_stands_in_a_file_is_text() -> None:
    rows = f'"{HOSTILE}",Exercise,Left Reps,Right Reps,Date\n"{HOSTILE}","{HOSTILE}",1,"{HOSTILE}",2026-01-05\n'
    view = import_view(log(rows, f"{HOSTILE}.csv"), ImportSettings(folder=f"/nowhere/{HOSTILE}", plan=""))
    whole = "".join(view.panels.values())
    assert "onerror" in whole
    assert "<img" not in whole
    assert view.imported is not None
    assert len(view.asked) > 1


def test_the_code_on_the_page_makes_the_same_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "log.csv").write_text(RAISES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    settings = ImportSettings(
        folder=str(tmp_path / "study"),
        answers=Answers(patient="P1", exercises={"Toe raises": IGNORE}),
        plan="Heel raise 3x10, 5 d/wk",
    )
    view = import_view(log(RAISES), settings)
    exec(view.code, {})
    study = fd.read_study(tmp_path / "study")
    assert len(study.sessions) == 2
    assert study.prescriptions["days_per_week"].tolist() == [5]
    assert "study in <strong>" in import_view(log(RAISES), settings).panels["where"]


def test_more_than_a_page_takes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(fd.StudyError, match="No file"):
        dropped([], [])
    monkeypatch.setattr("footdrop_analytics.dashboards.import_page.questions.MOST_BYTES", 3)
    with pytest.raises(fd.StudyError, match="footdrop import FILE"):
        dropped(["a.csv"], [b"abcd"])


@pytest.mark.parametrize("name", ["../../a.csv", "C:\\a.csv", "a" * 400 + ".csv", "\x00.csv", "con?.csv"])
def test_a_name_stays_in_its_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = dropped([name], [RAISES.encode()])
    assert found.files[0].endswith(".csv")
    assert isinstance(import_view(found, ImportSettings()), ImportView)
    assert not list(tmp_path.iterdir()), "nothing of a file stays"
