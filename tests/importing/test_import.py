"""The way of an import: asked once, saved whole, added to next month, and never silent about what is new."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import footdrop_analytics as fd
from footdrop_analytics.cli import main
from footdrop_analytics.importing.profile import load_profile

HEADER = "Date,Exercise,Left Reps,Right Reps,Sets,Pain Level,Notes\n"
JANUARY = ["2026-01-05,Heel raises,10,11,3,1,", "2026-01-07,Heel raises,11,12,3,0,", "2026-01-07,Short foot,15,14,3,0,"]
FEBRUARY = ["2026-02-02,Heel raises,12,12,3,0,"]


def _log(folder: Path, rows: list[str], header: str = HEADER) -> Path:
    file = folder / "log.csv"
    file.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def _run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert "Traceback" not in done.output
    return done.exit_code, done.output


def test_whose_rows_they_are_is_asked_before_a_plan_is_made_of_them(tmp_path: Path) -> None:
    log, plan = _log(tmp_path, JANUARY[:2]), "Heel raises 3x12, 2 d/wk"
    twice_a_day = "patient_id,exercise,start_date,sessions_per_day\nP1,heel_raise,2026-01-01,2\n"
    (tmp_path / "prescriptions.csv").write_text(twice_a_day, encoding="utf-8")
    for chosen in ({"plan": plan}, {"assume_plan": "first week"}, {"study": tmp_path}):
        assert [ask.what for ask in fd.import_log(log, **chosen).questions] == ["patient"], chosen


def test_what_is_asked_is_filled_in_and_next_month_goes_through(tmp_path: Path) -> None:
    log, out = _log(tmp_path, JANUARY), tmp_path / "study"
    code, said = _run("import", log, "--out", out)
    assert code == 1
    assert "because row 1 holds Date, Exercise, Left Reps, Right Reps" in said
    assert "exercises: 'Short foot' (2 rows)" in said
    assert [file.name for file in out.iterdir()] == ["profile.yaml"]
    profile = out / "profile.yaml"
    text = profile.read_text(encoding="utf-8")
    filled = text.replace("\"Short foot\": ''", '"Short foot": own reps').replace("patient: ''", "patient: P1")
    profile.write_text(filled, encoding="utf-8")
    code, said = _run("import", log, "--out", out, "--plan", "Heel raises 3x12, 2 d/wk, left")
    assert code == 0, said
    assert "3 entries in the source, 3 to be saved." in said
    assert "6 new rows of the log" in said
    study = fd.read_study(out)
    assert study.exercises["short_foot"].unit == "reps"
    assert study.patients["data_through"].tolist() == [pd.Timestamp("2026-01-07")]
    assert study.prescriptions[["exercise", "side", "days_per_week", "reps"]].to_numpy().tolist() == [
        ["heel_raise", "left", 2.0, 12]
    ]
    row = study.sessions.iloc[0]
    assert (row["source_file"], row["source_row"], row["exercise_written"]) == ("log.csv", "2", "Heel raises")
    assert load_profile(profile).answers.exercises == {"Short foot": "own reps", "Heel raises": "heel_raise"}

    code, said = _run("import", _log(tmp_path, JANUARY + FEBRUARY), "--out", out)
    assert code == 0, said
    assert "2 new rows of the log, 6 the same as before, 0 replaced, 0 kept" in said
    assert len(fd.read_study(out).sessions) == 8
    assert len(fd.read_study(out).prescriptions) == 1


def _saved(folder: Path, rows: list[str]) -> fd.Study:
    answers = {"exercises": {"Short foot": "ignore"}}
    fd.import_log(_log(folder, rows), study=folder / "study", patient="P1", answers=answers).write(folder / "study")
    return fd.read_study(folder / "study")


def test_of_two_exports_each_day_is_taken_from_the_fuller_one(tmp_path: Path) -> None:
    assert len(_saved(tmp_path, JANUARY).sessions) == 4
    corrected = _saved(tmp_path, [*JANUARY[:1], "2026-01-07,Heel raises,9,12,3,0,", *FEBRUARY])
    assert corrected.sessions["reps"].tolist() == [10, 11, 9, 12, 12, 12]
    assert len(_saved(tmp_path, ["2026-01-07,Heel raises,9,,3,0,"]).sessions) == 6
    assert _saved(tmp_path, FEBRUARY).patients["data_through"].tolist() == [pd.Timestamp("2026-02-02")]
    ignored = [*JANUARY, "2026-03-01,Short foot,1,1,1,0,"]
    assert _saved(tmp_path, ignored).patients["data_through"].tolist() == [pd.Timestamp("2026-03-01")]


def test_two_files_of_one_day_lose_nothing_to_each_other(tmp_path: Path) -> None:
    """Other exercises in a file of another name are another log; a file of both replaces both, without doubles."""
    heel, eversion = ([f"P1,2026-01-0{day},{name},10,left" for day in (5, 6)] for name in ("Heel raise", "Eversion"))
    told = []
    for name, rows in (("a", heel), ("b", eversion), ("b", eversion), ("c", heel + eversion), ("a", heel[:1])):
        file = tmp_path / f"{name}.csv"
        file.write_text("\n".join(["patient,date,exercise,reps,side", *rows]), encoding="utf-8")
        saved = fd.import_log(file, study=tmp_path / "study").write(tmp_path / "study")
        told.append((saved.new, saved.same, saved.replaced, len(fd.read_study(tmp_path / "study").sessions)))
    assert told == [(2, 0, 0, 2), (2, 0, 0, 4), (0, 2, 0, 4), (0, 4, 0, 4), (0, 1, 0, 4)]


def test_two_imports_at_once_lose_no_row(tmp_path: Path) -> None:
    logs = [[f"2026-01-{day:02d},Heel raises,9,,3,0,"] for day in range(5, 11)]
    folders = [tmp_path / str(number) for number in range(len(logs))]
    for folder in folders:
        folder.mkdir()
    done = [fd.import_log(_log(folder, rows), patient="P1") for folder, rows in zip(folders, logs, strict=True)]
    with ThreadPoolExecutor(len(done)) as people:
        list(people.map(lambda one: one.write(tmp_path / "study"), done))
    assert len(fd.read_study(tmp_path / "study").sessions) == len(done)


def test_what_others_changed_of_an_earlier_import_is_not_written_over(tmp_path: Path) -> None:
    _saved(tmp_path, JANUARY)
    (place,) = (tmp_path / "study").glob("sessions-*.csv")
    whole = place.read_bytes()
    byhand = whole + whole.splitlines()[-1].rpartition(b",")[0] + b",\n"
    place.write_bytes(byhand)
    assert len(_saved(tmp_path, FEBRUARY).sessions) == 7
    for content in (b"", whole.replace(b",", b";"), whole + b"a" + b",b" * 40, whole.replace(b"log", b"l\xf6g"),
                    whole.partition(b"\n")[2], whole + b'"open\n', whole.replace(b",2\n", b",two\n")):  # fmt: skip
        place.write_bytes(content)
        with pytest.raises(fd.ParameterError, match=r"changed by another program\. Rename it to sessions-earlier\.csv"):
            _saved(tmp_path, FEBRUARY)
        assert place.read_bytes() == content


def test_nothing_new_passes_unseen(tmp_path: Path) -> None:
    _saved(tmp_path, JANUARY)
    study = tmp_path / "study"
    before = {file.name: file.read_bytes() for file in study.iterdir() if file.suffix == ".csv"}
    for rows, header, asked in (
        ([*JANUARY, "2026-02-02,Toe taps,12,12,3,0,"], HEADER, "exercises: 'Toe taps' (2 rows"),
        (["2026-01-05,Heel raises,10,11,3,1,,tired"], HEADER.replace("Notes", "Notes,Mood"), "columns: 'Mood' (1 row"),
    ):
        code, said = _run("import", _log(tmp_path, rows, header), "--out", study)
        assert code == 1
        assert asked in said
        assert {file.name: file.read_bytes() for file in study.iterdir() if file.suffix == ".csv"} == before
    code, said = _run("import", _log(tmp_path, ["2026-03-02,Calf raises,9,9,3,0,"]), "--out", study)
    assert code == 0
    assert "New since the last import: Calf raises." in said


def test_an_assumed_plan_is_called_so_in_every_output_and_never_mixed(tmp_path: Path) -> None:
    rows = [f"2026-01-{day:02d},Heel raises,12,,3,0," for day in (5, 7, 9, 12, 14, 16, 19)]
    out = tmp_path / "study"
    assert (
        _run("import", _log(tmp_path, rows), "--out", out, "--patient", "P1", "--assume-plan", "first 2 weeks")[0] == 0
    )
    plan = fd.read_study(out).prescriptions.iloc[0]
    assert (plan["days_per_week"], plan["sets"], plan["reps"], plan["prescriber"]) == (3.0, 3, 12, "assumed")
    code, said = _run("caseload", out)
    assert code == 0
    assert "the plan is assumed from what was logged first, not prescribed" in " ".join(said.split())
    code, said = _run("report", out, "--out", tmp_path / "sheets", "--audience", "patient", "--anyway")
    assert code == 2
    assert "No sheet was written: of 'P1' the plan is assumed" in said
    assert _run("caseload", out, "--out", tmp_path / "caseload.csv")[0] == 0
    assert pd.read_csv(tmp_path / "caseload.csv")["plan_assumed"].tolist() == [True]
    with pytest.raises(fd.ParameterError, match="a target that nobody has set"):
        fd.write_report(fd.analyse(fd.read_study(out)), "P1", tmp_path / "sheet.html", audience="patient")
    assert not [*tmp_path.glob("sheet*")]
    log = fd.import_log(tmp_path / "log.csv", patient="P1", plan="Heel raise 3x10, 5 d/wk", assume_plan="first week")
    assert "prescriber" not in log.tables["prescriptions"]


def test_a_mail_address_gets_a_study_id_and_the_map_is_kept_apart(tmp_path: Path) -> None:
    header = "Timestamp,Email Address,Which exercises did you do?\n"
    out = tmp_path / "study"
    for rows in (["2026-01-13 13:52:39,b@example.org,Heel raises"], ["2026-01-14 13:52:39,a@example.org,Heel raises"]):
        fd.import_log(_log(tmp_path, rows, header), study=out).write(out)
    assert fd.read_study(out).patient_ids == ["P001", "P002"]
    assert pd.read_csv(tmp_path / "study-ids.csv")["written"].tolist() == ["b@example.org", "a@example.org"]
    assert not any(b"example.org" in file.read_bytes() for file in out.iterdir())
    (out / "visits.csv").write_text("patient_id,visited_on\nP003,2026-01-20\n", encoding="utf-8")
    third = fd.import_log(_log(tmp_path, ["2026-01-15 13:52:39,c@example.org,Heel raises"], header), study=out)
    third.write(out)
    assert fd.read_study(out).patient_ids == ["P001", "P002", "P004"]
    (tmp_path / "study-ids.csv").rename(tmp_path / "lost.csv")
    with pytest.raises(fd.ParameterError, match=r"study-ids\.csv: is missing, which says whose ids"):
        third.write(out)


def test_the_plan_grammar_points_at_the_word_that_it_does_not_know() -> None:
    from footdrop_analytics.importing.steps.plan_text import plan_of

    known = plan_of("Heel raise: 3x10 hold 5 s, 5 d/wk, red band, standing two hands, left, from 2026-01-05").columns
    assert known == {
        "sets": 3,
        "reps": 10,
        "hold_s": 5.0,
        "days_per_week": 5.0,
        "resistance": "red",
        "mode": "resisted",
        "position": "standing",
        "support": "two_hands",
        "side": "left",
        "start_date": "2026-01-05",
    }
    for text, columns in {
        "Knee flexion | 10 reps | Three times / day": {"reps": 10, "sessions_per_day": 3},
        "Bridge | 3 sets of 10 reps": {"sets": 3, "reps": 10},
        "3 sets of 12 reps | Increase up to 15 reps as needed": {"sets": 3, "reps": 12},
        "Every 2 days": {"days_per_week": 3.5},
        "Gastrocnemius stretch: Hold stretch for 3 x 20 seconds on each leg": {
            "sets": 3,
            "hold_s": 20.0,
            "side": "both",
        },
        "Triple Flexion 3x5x15sec hold each": {"sets": 3, "reps": 5, "hold_s": 15.0},
        "Repeat 10 times, 2 x day": {"reps": 10, "sessions_per_day": 2},
        "SET 1: 8-10": {"reps": 8},
        "Single leg stand 3 x 15 s mon, wed, fri": {"sets": 3, "hold_s": 15.0, "weekdays": "mon,wed,fri"},
    }.items():
        assert plan_of(text).columns == columns, text
    for text, word in {
        "Heel raise 3x10 blurg, 5 d/wk": "blurg",
        "Hip abduction | 2 sets | Multiple times per day": "Multiple",
        "Stand 90 s | 2 min": "2",
        "Curl ups 3,2,1x10 sec": "3",
        "Every 30 min sitting": "Every",
    }.items():
        with pytest.raises(fd.ParameterError, match=re.escape(repr(word))) as caught:
            plan_of(text)
        shown, mark = str(caught.value).splitlines()[1:]
        assert shown[mark.index("^") :].startswith(word)


def test_the_first_row_of_a_patient_is_where_to_look(tmp_path: Path) -> None:
    file = tmp_path / "diary.csv"
    header = "record_id,redcap_event_name,redcap_data_access_group,affected_side,diary_date,Heel raise reps"
    rows = ["1,base,north,left,,", "1,week,north,,2026-01-05,10", "2,base,,right,,", "2,week,south,,2026-01-05,10"]
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    patients = fd.import_log(file).tables["patients"]
    assert patients[["site", "affected_side", "source_row"]].to_numpy().tolist() == [
        ["north", "left", 2],
        ["south", "right", 4],
    ]


def test_the_logs_of_two_people_are_never_taken_for_one(tmp_path: Path) -> None:
    out = tmp_path / "study"
    given = ("import", _log(tmp_path, JANUARY[:2]), "--out", out)
    assert _run(*given, "--patient", "P1")[0] == 0
    code, said = _run(*given)
    assert code == 0
    assert "All rows are those of P1." in said
    assert _run(*given, "--patient", "P2")[0] == 0
    code, said = _run(*given)
    assert code == 1
    assert "patient (4 rows)" in said
    assert _run(*given, "--patient", "P1")[0] == 0
    assert _run(*given)[0] == 1
    assert fd.read_study(out).sessions["patient_id"].value_counts().to_dict() == {"P1": 4, "P2": 4}


def test_a_prescribed_plan_and_an_assumed_one_never_stand_together(tmp_path: Path) -> None:
    rows = [f"2026-01-{day:02d},Heel raises,12,,3,0," for day in (5, 7, 9, 12, 14, 16, 19)]
    out = tmp_path / "study"
    given = ("import", _log(tmp_path, rows), "--out", out, "--patient", "P1")
    assume = ("--assume-plan", "first 2 weeks")
    assert _run(*given, "--plan", "Heel raise 3x10, 5 d/wk")[0] == 0
    assert _run(*given, "--plan", "Heel raise 3x12, 5 d/wk")[0] == 0
    _run(*given, *assume)
    plan = fd.read_study(out).prescriptions
    assert (plan["reps"].tolist(), plan["prescriber"].isna().all()) == ([12], True)
    for file in out.glob("prescriptions*"):
        file.unlink()
    assert _run(*given, *assume)[0] == 0
    assert fd.read_study(out).prescriptions["prescriber"].tolist() == ["assumed"]
    assert _run(*given, "--plan", "Heel raise 3x10, 5 d/wk")[0] == 0
    assert fd.read_study(out).prescriptions["prescriber"].isna().all()
    short = fd.import_log(_log(tmp_path, rows[:3]), patient="P1", assume_plan="first 4 weeks")
    assert "prescriptions" not in short.tables
    assert short.notes == ("No plan was assumed for P1: the log is shorter.",)


def test_the_unit_of_a_weight_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "strong.csv"
    header = "Date,Workout Name,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"
    file.write_text(f"{header}\n2025-09-15 07:48:00,Feet,Heel raises,1,10,12,0,0,,,\n", encoding="utf-8")
    asked = fd.import_log(file, patient="P1").questions
    assert [(ask.what, ask.rows) for ask in asked] == [("weights", 1)]
    for said, load in (("lb", "4.536"), ("kg", "10")):
        log = fd.import_log(file, patient="P1", answers={"weights": said})
        assert log.tables["sessions"]["load_kg"].tolist() == [load]
    assert "load_kg" not in fd.import_log(file, patient="P1", answers={"weights": "ignore"}).tables["sessions"]


def test_a_sheet_of_ones_own_needs_no_profile(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    rows = ["Our foot group", "Patient;Date;Exercise;Sets;Reps;Weight", "A1;13.01.2026;Heel raise;3;12;2,5"]
    file.write_text("\n".join([*rows, "B2;14.01.2026;Calf raises;3;10;"]), encoding="utf-8")
    asked = fd.import_log(file).questions
    assert [(ask.what, ask.text, ask.perhaps) for ask in asked] == [("columns", "Weight", "")]
    assert "perhaps load_kg, but the unit is not kilograms, or not said" in asked[0].expected
    log = fd.import_log(file, answers={"columns": {"Weight": "load_kg"}})
    assert log.recognised == (
        "own.csv: a sheet with a row for each entry, because row 2 holds Patient, Date, Exercise",
    )
    assert log.tables["sessions"][["patient_id", "performed_at", "exercise", "reps"]].to_numpy().tolist() == [
        ["A1", "2026-01-13", "heel_raise", "12"],
        ["B2", "2026-01-14", "heel_raise", "10"],
    ]
    log.write(tmp_path / "study")
    study = fd.read_study(tmp_path / "study")
    assert study.sessions["load_kg"].tolist()[0] == 2.5
    assert fd.import_log(file, study=tmp_path / "study").is_complete


def test_ids_are_taken_as_they_were_written_as_in_every_study(tmp_path: Path) -> None:
    """Whether " P2 " is P2 is for a person to say: reading keeps them apart and names them at the head."""
    file = tmp_path / "log.csv"
    rows = ["P1,2026-01-05, Heel raise ,10", " P1 ,2026-01-06,Heel raise,11", "007, 2026-01-06 ,Heel raise,12"]
    file.write_text("\n".join(["patient,date,exercise,reps", *rows]), encoding="utf-8")
    for _ in range(2):
        log = fd.import_log(file, study=tmp_path / "study")
        log.write(tmp_path / "study")
    study = fd.read_study(tmp_path / "study")
    assert sorted(study.sessions["patient_id"]) == [" P1 ", "007", "P1"]
    assert study.sessions["exercise"].tolist() == ["heel_raise"] * 3
    assert any("differ only by capitals, blanks" in one for one in study.notes["message"])


def test_a_target_without_days_is_the_dose_of_an_assumed_plan_and_never_a_plan(tmp_path: Path) -> None:
    file = tmp_path / "liftlog.csv"
    header = "SessionId,Timestamp,Exercise,Weight,WeightUnit,Reps,TargetReps,Notes"
    days = ("2026-01-05", "2026-01-07", "2026-01-12")
    rows = [f"s{day},{day}T08:00:00,Heel raises,,kg,9,15," for day in days] + [
        "sx,2026-01-07T09:00:00,Eversion,,kg,8,,"
    ]
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    log = fd.import_log(file, patient="P1")
    assert "prescriptions" not in log.tables
    assert log.left_out[["reason", "rows"]].to_numpy().tolist() == [
        ["a plan that does not say on how many days a week", 1]
    ]
    assumed = fd.import_log(file, patient="P1", assume_plan="first week")
    assert assumed.left_out.empty
    plan = assumed.tables["prescriptions"].set_index("exercise")
    assert plan[["days_per_week", "reps", "prescriber"]].loc["heel_raise"].tolist() == ["2", "15", "assumed"]
    assert plan["reps"]["ankle_eversion"] == "8"
