"""What only a person can say is asked once and taken: what a tick stands for, exercises of one's own, near falls."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import footdrop_analytics as fd
from tests.each import each

EVERY = {"ticks": "every session of the day"}


def _written(folder: Path, text: str) -> Path:
    file = folder / "log.csv"
    file.write_text(text, encoding="utf-8")
    return file


def _grid(folder: Path, plan: str, cell: str = "✓") -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Ann"
    week = [None, "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    marks = [["Week 1"] + [cell] * 7, ["Week 2"] + [cell] * 7]
    grids = [
        [["Start: 2026-01-05"]],
        [["Heel raises", plan], week, *marks],
        [["Eversion", "1x10, daily"], week, *marks],
    ]
    for grid in grids:
        for row in [*grid, []]:
            book.active.append(row)
    book.save(folder / "grid.xlsx")
    return folder / "grid.xlsx"


def test_a_perfect_diary_of_one_tick_a_day_beside_two_sessions_a_day_is_perfect(tmp_path: Path) -> None:
    grid, out = _grid(tmp_path, "3x12, 2 x day", "12"), tmp_path / "study"
    (ask,) = fd.import_log(grid).questions
    assert (ask.what, ask.text, ask.rows) == ("ticks", "2 sessions a day", 14)
    log = fd.import_log(grid, answers=EVERY)
    told = "An entry stands for every session that the plan asks for on its day: 14 entries are 28 sessions."
    assert (log.is_complete, log.notes) == (True, (told,))
    log.write(out)
    analysis = fd.analyse(fd.read_study(out))
    assert analysis.adherence.groupby("exercise")["credited"].sum().to_dict() == {
        "heel_raise": 28,
        "ankle_eversion": 14,
    }
    assert analysis.adherence["adherence"].eq(1).all()
    sittings = fd.read_study(out).sessions.drop_duplicates(["performed_at", "session_id"])
    assert len(sittings) == 28
    again = fd.import_log(grid, study=out).write(out)
    assert (again.new, again.same) == (0, 42)
    one = fd.import_log(grid, answers={"ticks": "one session"})
    assert one.notes == ("An entry of the log is one session, also where the plan asks for several a day.",)
    assert len(one.tables["sessions"]) == 28
    assert [ask.what for ask in fd.import_log(grid, answers={"ticks": "two"}).questions] == ["ticks"]
    assert fd.import_log(_grid(tmp_path, "3x12, daily")).is_complete


def test_next_month_knows_the_plan_that_was_given_along_with_the_first(tmp_path: Path) -> None:
    header = "Timestamp,Email Address,Which exercises did you do?,What date is this entry for?\n"
    rows = [f"2026-01-{day} 09:00:00,a@example.org,Heel raises,2026-01-{day}\n" for day in (13, 14)]
    out = tmp_path / "study"
    file = _written(tmp_path, header + rows[0])
    assert [ask.what for ask in fd.import_log(file, plan="Heel raises 1x10, 2 x day").questions] == ["ticks"]
    fd.import_log(file, plan="Heel raises 1x10, 2 x day", answers=EVERY).write(out)
    fd.import_log(_written(tmp_path, header + "".join(rows)), study=out).write(out)
    assert fd.read_study(out).sessions["session_id"].tolist() == ["1", "2"] * 2


def test_a_tick_on_a_day_off_is_one_session(tmp_path: Path) -> None:
    """The plan asks for two sessions on Mondays and for none on Tuesdays."""
    rows = "".join(f"P1,2026-01-{day:02},Heel raise\n" for day in range(5, 9))
    file = _written(tmp_path, f"Patient,Date,Exercise\n{rows}")
    log = fd.import_log(file, plan="Heel raise 3x10, mon wed fri, 2 x day", answers=EVERY)
    assert log.tables["sessions"]["performed_at"].tolist() == [
        "2026-01-05", "2026-01-05", "2026-01-06", "2026-01-07", "2026-01-07", "2026-01-08",
    ]  # fmt: skip


def test_the_patient_of_a_log_cannot_be_left_out(tmp_path: Path) -> None:
    file = _written(tmp_path, "Date,Exercise,Reps\n2026-01-05,Heel raise,10\n")
    for given in ({"patient": "ignore"}, {"answers": {"patient": "Ignore "}}):
        with pytest.raises(fd.FootdropError, match="expected the id of a patient"):
            fd.import_log(file, **given)


def test_a_log_that_tells_its_sessions_apart_is_not_asked(tmp_path: Path) -> None:
    plan = "Heel raise 1x10, 2 x day"
    for header, days in {
        "Daypart": ["2026-01-05", "2026-01-06"],
        "Session": ["2026-01-05", "2026-01-06"],
        "Notes": ["2026-01-05", "2026-01-05"],
        "Comment": ["2026-01-05T08:00", "2026-01-06T09:00"],
    }.items():
        rows = "".join(f"P1,{day},Heel raise,am\n" for day in days)
        file = _written(tmp_path, f"Patient,Date,Exercise,{header}\n{rows}")
        assert fd.import_log(file, plan=plan).is_complete, header


@each("said, column", [("own reps", "reps"), ("own seconds", "hold_s")])
def test_a_column_of_numbers_becomes_an_exercise_of_ones_own(tmp_path: Path, said: str, column: str) -> None:
    file = _written(tmp_path, "Patient,Date,Heel raise,Towel curls\nP1,2026-01-05,12,20\nP1,2026-01-06,12,✓\n")
    assert [(one.what, one.text) for one in fd.import_log(file).questions] == [("columns", "Towel curls")]
    log = fd.import_log(file, answers={"columns": {"Towel curls": said}})
    assert log.is_complete
    log.write(tmp_path / "study")
    study = fd.read_study(tmp_path / "study")
    own = study.sessions[study.sessions["exercise"] == "towel_curls"]
    assert own[column].tolist()[0] == 20
    assert len(own) == 2
    assert study.exercises["towel_curls"].name == "Towel curls"
    assert fd.import_log(file, study=tmp_path / "study").is_complete
    named = fd.import_log(file, answers={"columns": {"Towel curls": "reps of Towel scrunch"}}).questions
    assert [(one.what, one.text) for one in named] == [("exercises", "Towel scrunch")]
    both = {"columns": {"Towel curls": "reps of Towel scrunch"}, "exercises": {"Towel scrunch": said}}
    assert fd.import_log(file, answers=both).own_exercises["towel_scrunch"].name == "Towel scrunch"


def test_almost_fell_is_a_near_fall_on_a_day_that_was_asked_about(tmp_path: Path) -> None:
    header = "Timestamp,Email Address,Which exercises did you do?,Did you fall today?,Did you almost fall?\n"
    said = [("No", "yes"), ("Almost", ""), ("nearly fell", "2"), ("Yes", "no"), ("", "")]
    rows = "".join(f"2026-01-{13 + at},a@example.org,Heel raises,{a},{b}\n" for at, (a, b) in enumerate(said))
    file = _written(tmp_path, header + rows)
    (ask,) = fd.import_log(file).questions
    assert (ask.text, ask.choices) == ("Almost", ("yes", "no", "near fall", "ignore"))
    wrong = fd.import_log(file, answers={"values": {"Did you fall today?": {"Almost": "nearly"}}})
    assert [one.text for one in wrong.questions] == ["Almost"]
    log = fd.import_log(file, answers={"values": {"Did you fall today?": {"Almost": "Near fall"}}})
    log.write(tmp_path / "study")
    study = fd.read_study(tmp_path / "study")
    assert study.checkins[["fell", "near_falls"]].astype(object).where(study.checkins.notna(), None)[
        ["fell", "near_falls"]
    ].to_numpy().tolist() == [["no", 1], ["no", 1], ["no", 2], ["yes", 0]]
    flags = fd.analyse(study).flags
    assert "near_falls" in set(flags["rule_id"])


def test_a_letter_of_a_falls_calendar_can_be_a_near_fall(tmp_path: Path) -> None:
    days = ";".join(map(str, range(1, 32)))
    file = _written(tmp_path, f"Participant;Month;{days}\nOEP-07;Jan-26;E;N;{';' * 28}\n")
    plan = "Heel raise 1x10, 3 d/wk"
    (ask,) = fd.import_log(file, plan=plan).questions
    assert (ask.text, "near_fall" in ask.choices) == ("N", True)
    log = fd.import_log(file, plan=plan, answers={"values": {"value": {"N": "near_fall"}}})
    events = log.tables["events"]
    assert events[["kind", "occurred_on"]].to_numpy().tolist() == [["near_fall", "2026-01-02"]]
    assert isinstance(events, pd.DataFrame)


def test_a_plan_beside_a_grid_says_its_days_by_itself_or_has_those_of_the_grid(tmp_path: Path) -> None:
    for plan, days, number in (
        ("3x12", "mon,tue,wed,thu,fri,sat,sun", 7),
        ("3x12, mon wed fri", "mon,wed,fri", 3),
        ("3x12, 5 d/wk", None, 5),
        ("3x12, daily", None, 7),
    ):
        out = tmp_path / plan.replace("/", "")
        fd.import_log(_grid(tmp_path, plan)).write(out)
        study = fd.read_study(out)
        line = study.prescriptions[study.prescriptions["exercise"] == "heel_raise"].iloc[0]
        assert (line["days_per_week"], None if pd.isna(line["weekdays"]) else line["weekdays"]) == (number, days), plan
        assert study.rejected.empty


def test_a_question_about_falls_and_near_falls_at_once_is_asked(tmp_path: Path) -> None:
    header = "Timestamp,Email Address,Which exercises did you do?,Did you fall or almost fall?,Any near falls?\n"
    file = _written(tmp_path, f"{header}2026-01-13,a@example.org,Heel raises,almost,a few\n")
    asked = {one.text: one.what for one in fd.import_log(file).questions}
    assert asked == {"Did you fall or almost fall?": "columns", "a few": "values.Any near falls?"}
    both = {"Did you fall or almost fall?": {"almost": "near fall"}, "Any near falls?": {"a few": "3"}}
    log = fd.import_log(file, answers={"columns": {"Did you fall or almost fall?": "checkins.fell"}, "values": both})
    assert log.tables["checkins"][["fell", "near_falls"]].to_numpy().tolist() == [["no", "3"]]


def test_the_choice_of_a_checkbox_becomes_an_exercise_of_ones_own_by_its_words(tmp_path: Path) -> None:
    box = "What did you do? (choice=Towel scrunch)"
    rows = ["1,a,2026-01-05,Checked", "1,a,2026-01-06,Unchecked"]
    file = _written(tmp_path, "\n".join([f"record_id,redcap_event_name,diary_date,{box}", *rows]))
    log = fd.import_log(file, answers={"columns": {box: "own reps"}})
    assert log.tables["sessions"][["exercise", "performed_at"]].to_numpy().tolist() == [["towel_scrunch", "2026-01-05"]]
    assert log.own_exercises["towel_scrunch"].name == "Towel scrunch"


def test_a_diary_with_names_of_people_is_never_taken_for_that_of_one(tmp_path: Path) -> None:
    rows = ["Ana,2026-05-13,10,10", "Bo,2026-05-13,8,"]
    file = _written(tmp_path, "\n".join(["Name,Day,Heel raises,Active dorsiflexion", *rows]))
    log = fd.import_log(file)
    assert log.is_complete
    assert log.tables["sessions"]["patient_id"].tolist() == ["P001", "P001", "P002"]
    assert log.tables["sessions"]["mode"].astype(object).tolist()[1] == "active"
    assert log.ids["written"].tolist() == ["Ana", "Bo"]
    numbered = _written(tmp_path, "\n".join(["Patient,Name,Day,Heel raises", "A1,Ana,2026-05-13,10"]))
    assert fd.import_log(numbered).tables["sessions"]["patient_id"].tolist() == ["A1"]


def test_two_entries_of_one_patient_on_a_day_do_not_take_the_question_from_the_others(tmp_path: Path) -> None:
    days = ["P1,2026-01-05", "P1,2026-01-06", "P2,2026-01-05", "P2,2026-01-05"]
    file = _written(tmp_path, "Patient,Date,Exercise\n" + "".join(f"{one},Heel raise\n" for one in days))
    plan = "Heel raise 1x10, 2 x day"
    assert [one.rows for one in fd.import_log(file, plan=plan).questions] == [2]
    log = fd.import_log(file, plan=plan, answers=EVERY).tables["sessions"]
    assert log["patient_id"].tolist() == ["P1"] * 4 + ["P2"] * 2


def test_an_entry_after_the_end_of_a_plan_stands_for_itself(tmp_path: Path) -> None:
    out = tmp_path / "study"
    out.mkdir()
    plan = "patient_id,exercise,start_date,end_date,days_per_week,sessions_per_day\nP1,heel_raise,2026-01-01,{},7,2\n"
    file = _written(tmp_path, "Patient,Date,Exercise\nP1,2026-01-05,Heel raise\nP1,2026-01-06,Heel raise\n")
    for end, rows in (("", 4), ("2026-01-05", 3), ("2026-01-04", 2)):
        (out / "prescriptions.csv").write_text(plan.format(end), encoding="utf-8")
        assert len(fd.import_log(file, study=out, answers=EVERY).tables["sessions"]) == rows, end


def test_the_plan_of_another_person_asks_nothing_of_a_new_one(tmp_path: Path) -> None:
    header, out = (
        "Timestamp,Email Address,Which exercises did you do?,What date is this entry for?\n",
        tmp_path / "study",
    )
    row = "2026-01-13 09:00:00,{}@example.org,Heel raises,2026-01-13\n"
    first = _written(tmp_path, header + row.format("a"))
    fd.import_log(first, plan="Heel raises 1x10, 2 x day", answers={"ticks": "one session"}).write(out)
    (out / "profile.yaml").unlink()
    assert fd.import_log(_written(tmp_path, header + row.format("b")), study=out).is_complete


def test_a_near_fall_beside_a_zero_is_one(tmp_path: Path) -> None:
    header = "Timestamp,Email Address,Which exercises did you do?,Did you fall today?,Did you almost fall?\n"
    rows = [
        f"2026-01-{13 + at},a@example.org,Heel raises,{said}\n" for at, said in enumerate(("nearly fell,0", "No,0"))
    ]
    log = fd.import_log(_written(tmp_path, header + "".join(rows)))
    assert log.tables["checkins"][["fell", "near_falls"]].to_numpy().tolist() == [["no", "1"], ["no", "0"]]


def test_names_in_other_letters_stay_two_exercises(tmp_path: Path) -> None:
    rows = [f"P1,2026-01-05,{name}" for name in ("Ходьба", "Приседания", "Übung 1", "歩行 1")]
    file = _written(tmp_path, "\n".join(["Patient,Date,Exercise", *rows]))
    names = {ask.text: "own reps" for ask in fd.import_log(file).questions}
    fd.import_log(file, answers={"exercises": names}).write(tmp_path / "study")
    study = fd.read_study(tmp_path / "study")
    assert study.sessions["exercise"].nunique() == 4
    assert study.exercises["ubung_1"].name == "Übung 1"


def test_a_json_file_that_nothing_fits_is_asked_about(tmp_path: Path) -> None:
    log = _written(tmp_path, "Patient,Date,Exercise\nP1,2026-01-05,Heel raise\n")
    other = tmp_path / "other.json"
    other.write_text('{"workouts": 1}', encoding="utf-8")
    assert [(one.what, one.text) for one in fd.import_log([log, other]).questions] == [("sheets", "other.json")]
    assert fd.import_log([log, other], answers={"sheets": {"other.json": "ignore"}}).is_complete


def test_a_bad_date_costs_a_row_and_a_blank_column_no_more_than_its_rows(tmp_path: Path) -> None:
    header, plan = "Patient,Date,Exercise\n", "Heel raise 1x10, daily"
    log = fd.import_log(_written(tmp_path, f"{header}P1,12/xx,Heel raise\nP1,2026-01-06,Heel raise\n"), plan=plan)
    assert log.tables["prescriptions"]["start_date"].tolist() == ["2026-01-06"]
    for row, missing in (("P1,,Heel raise", "performed_at is missing"), ("P1,2026-01-05,", "exercise is missing")):
        for chosen in ({"plan": plan}, {"assume_plan": "first week"}):
            with pytest.raises(fd.StudyError, match=missing):
                fd.import_log(_written(tmp_path, f"{header}{row}\n"), **chosen).study()
    nobody = _written(tmp_path, f"{header},2026-01-05,Heel raise\n")
    for chosen in ({"plan": plan}, {"assume_plan": "first week"}):
        assert [one.what for one in fd.import_log(nobody, **chosen).questions] == ["patient"]


def test_a_plan_whose_name_and_words_say_two_modes_is_asked_about(tmp_path: Path) -> None:
    file = _written(tmp_path, "Patient,Date,Exercise\nP1,2026-01-05,Heel raise\n")
    (ask,) = fd.import_log(file, plan="Ankle dorsiflexion active 3x10, passive, daily").questions
    assert ask.text == "Ankle dorsiflexion active"


def test_patients_without_an_assumed_plan_are_counted_where_they_are_not_named(tmp_path: Path) -> None:
    rows = "".join(f"P{number:02d},2026-01-05,Heel raise\n" for number in range(1, 31))
    log = fd.import_log(_written(tmp_path, f"Patient,Date,Exercise\n{rows}"), assume_plan="first 2 weeks")
    assert "P01" in log.notes[0]
    assert " more: the log is shorter." in log.notes[0]
