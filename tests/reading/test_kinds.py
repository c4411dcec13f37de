"""Kinds of input that once told a wrong story in silence: each read and noted, or refused and told, never lost."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.wording.results import head_line
from tests.each import each

TODAY = "2026-03-31"
DAYS = [f"2026-03-{day:02d}" for day in range(2, 9)]
S = "patient_id,performed_at,exercise,side,sets,reps"
PLAN = "patient_id,exercise,side,start_date,days_per_week,sets,reps\nP1,heel_raise,left,2026-03-02,7,3,10\n"
LOG = S + "\n" + "".join(f"P1,{day} 08:1{at},heel_raise,left,3,10\n" for at, day in enumerate(DAYS))


def _study(folder: Path, files: dict[str, str], **how: str) -> fd.Study:
    for name, text in ({"sessions.csv": LOG, "prescriptions.csv": PLAN} | files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return fd.read_study(folder, today=TODAY, **how)  # type: ignore[arg-type]


def _flags(study: fd.Study, severity: str = "red") -> set[str]:
    flags = fd.review_flags(study)
    return set(flags.loc[flags["severity"] == severity, "rule_id"])


def _with(column: str, cells: list[str]) -> str:
    lines = LOG.splitlines()
    return "\n".join([f"{lines[0]},{column}", *(f"{a},{b}" for a, b in zip(lines[1:], cells, strict=True))]) + "\n"


@each("header", ["Pain", "pain score", " PAIN_0-10 ", "pain_0_10\u200b", "NRS pain", "Pain (0–10)"])
def test_a_header_written_otherwise_hides_no_pain(tmp_path: Path, header: str) -> None:
    study = _study(tmp_path, {"sessions.csv": _with(header, ["8"] * 7)})
    assert "high_pain" in _flags(study)
    assert study.notes["message"].str.contains("was read as pain_0_10").any()


@each("header", ["skip reson", "resistence", "orthosys", "weight", "hold time"])
def test_a_header_near_one_of_ours_is_told_at_the_head(tmp_path: Path, header: str) -> None:
    study = _study(tmp_path, {"sessions.csv": _with(header, ["2"] * 7)})
    assert f"the column {header} of sessions.csv" in head_line(study, study.as_of)
    assert header.strip() in study.sessions


@each("header", ["fall", "Fell?", "any falls", "Did you fall"])
def test_a_check_in_says_that_somebody_fell(tmp_path: Path, header: str) -> None:
    study = _study(tmp_path, {"checkins.csv": f"Patient,Date,{header},Near falls\nP1,2026-03-08,Y,2\n"})
    assert "fall" in _flags(study)
    assert "near_falls" in _flags(study, "amber")


@each("header", ["end date", "End-Date", "stop date", "end_date\u200b", "Until"])
def test_an_end_of_a_plan_ends_it(tmp_path: Path, header: str) -> None:
    plan = f"patient_id,exercise,side,start_date,{header},days_per_week\nP1,heel_raise,left,2026-03-02,2026-03-05,7\n"
    study = _study(tmp_path, {"prescriptions.csv": plan})
    assert study.prescriptions["end_date"].tolist() == [pd.Timestamp("2026-03-05")]


@each("name", ["event.csv", "Events 2026.csv", "EVENT.tsv"])
def test_a_file_named_in_another_way_is_read(tmp_path: Path, name: str) -> None:
    text = "patient_id,occurred_on,kind\nP1,2026-03-08,fall\n"
    study = _study(tmp_path, {name: text.replace(",", "\t") if name.endswith("tsv") else text})
    assert "fall" in _flags(study)


@each("name", ["2026-04/sessions.csv", "old/deep/events.csv", "workouts.csv", "log.json", "data.sav"])
def test_a_file_that_is_not_read_is_told_at_the_head(tmp_path: Path, name: str) -> None:
    study = _study(tmp_path, {name: LOG})
    assert f"the file {name}" in head_line(study, study.as_of)


@each("open_quotation", ['"felt ok', '"a ""good"" day', '5" strap,"tired', '"tired”'])
@each("end", ["\n", "\r\n", "\r"])
def test_a_quotation_that_is_never_closed_swallows_no_row(tmp_path: Path, open_quotation: str, end: str) -> None:
    head, *rows = _with("notes", ["fine"] * 7).splitlines()
    rows[2] = ",".join([*rows[2].split(",")[:-1], open_quotation]).replace(",10,5", ",10,5")
    study = _study(tmp_path, {"sessions.csv": end.join([f"{head},more", *(f"{row}," for row in rows)]) + end})
    assert len(study.sessions) == 6
    assert study.rejected_rows["row"].tolist() == [4]


@each("rows", ["", LOG.split("\n", 1)[1]])
def test_a_quotation_in_the_header_that_is_never_closed_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(fd.StudyError, match=r"sessions_2.csv: row 1: a quotation mark in the header"):
        _study(tmp_path, {"sessions_2.csv": f'{S},"notes\n{rows}'})


def test_a_log_saved_again_counts_once(tmp_path: Path) -> None:
    """Seconds lost; a pain entered later; text that differs in blanks alone."""
    precise = LOG.replace(",heel_raise", ":37,heel_raise")
    for number, (first, second, reason) in enumerate(
        [(precise, LOG, "copy"), (LOG, _with("pain_0_10", ["3"] * 7), "superseded"),
         (_with("notes", [" well  done"] * 7), _with("notes", ["well done "] * 7), "copy")]
    ):  # fmt: skip
        study = _study(tmp_path / str(number), {"sessions.csv": first, "sessions_later.csv": second})
        assert len(study.sessions) == 7
        assert study.duplicates["reason"].tolist() == [reason] * 7


@each("ids", [("07", "7"), ("A-1", "a_1"), ("Bj\u00f6rk", "Bjo\u0308rk"), ("P2", "P\u200b2"), ("O’Dea", "O'Dea")])
def test_ids_that_look_alike_stay_apart_and_are_told_at_the_head(tmp_path: Path, ids: tuple[str, str]) -> None:
    rows = "".join(f"{one},2026-03-05,heel_raise,left,3,10\n" for one in ids)
    study = _study(tmp_path, {"sessions.csv": LOG + rows})
    assert set(ids) <= set(study.patient_ids)
    line = head_line(study, study.as_of)
    assert "Look at this first: the ids" in line
    assert len(set(line.split("the ids ")[1].split(" differ")[0].split(", "))) == 2, "told apart on the page, too"


@each("year", ["2025-03-05", "2024-12-30", "2016-03-05"])
def test_a_fall_of_a_wrong_year_is_doubtful(tmp_path: Path, year: str) -> None:
    study = _study(tmp_path, {"events.csv": f"patient_id,occurred_on,kind\nP1,{year},fall\n"})
    assert "date_doubtful" in _flags(study, "amber")
    assert study.notes["message"].str.contains(f"{year} is doubtful").any()


def test_a_clock_one_day_ahead_is_no_mistake_and_two_are(tmp_path: Path) -> None:
    events = "patient_id,occurred_on,kind\nP1,2026-04-01,fall\nP1,2026-04-02,fall\n"
    study = _study(tmp_path, {"events.csv": events})
    assert "fall" in _flags(study)
    assert study.rejected_rows["row"].tolist() == [3]


@each(
    "form, written",
    [
        ("%m/%d/%Y %I:%M %p", "03/%d/2026 08:15 PM"),
        ("%d %b %Y, %H:%M", "%d Mar 2026, 20:15"),
        ("%d.%m.%Y", "%d.03.2026"),
        ("%Y.%d.%m", "2026.%d.03"),
    ],
)
def test_dates_are_read_in_the_stated_format(tmp_path: Path, form: str, written: str) -> None:
    log = (
        S + "\n" + "".join(f'P1,"{written.replace("%d", f"{day:02d}")}",heel_raise,left,3,10\n' for day in range(2, 9))
    )
    study = _study(tmp_path, {"sessions.csv": log}, date_format=form)
    assert study.sessions["performed_at"].dt.strftime("%Y-%m-%d").tolist() == DAYS


def test_an_order_of_day_and_month_holds_for_the_whole_file(tmp_path: Path) -> None:
    """One column, or one sheet, proves it for the others, but never against what they say themselves."""
    plan = "patient_id,exercise,side,start_date,end_date,days_per_week\n"
    rows = [f"P{at},heel_raise,left,0{at}/03/2026,{13 + at}/04/2026,7\n" for at in (1, 2, 3)]
    study = _study(tmp_path / "columns", {"prescriptions.csv": plan + "".join(rows)})
    assert study.prescriptions["start_date"].dt.strftime("%m-%d").tolist() == ["03-01", "03-02", "03-03"]
    assert (
        study.notes["message"].str.contains("start_date: the day stands before the month, as `14/04/2026` proves").any()
    )
    against = rows[:2] + ["P3,heel_raise,left,03/13/2026,16/04/2026,7\n"]
    study = _study(tmp_path / "against", {"prescriptions.csv": plan + "".join(against)})
    assert set(study.rejected["column"]) == {"start_date"}
    with pd.ExcelWriter(tmp_path / "log.xlsx") as book:
        log = pd.DataFrame({"patient_id": "P1", "performed_at": "05.03.2026", "exercise": ["heel_raise"]})
        days = pd.DataFrame({"patient_id": "P1", "day": ["13.03.2026", "14.03.2026", "15.03.2026"], "fell": "no"})
        log.to_excel(book, sheet_name="sessions", index=False)
        days.to_excel(book, sheet_name="checkins", index=False)
    study = fd.read_study(tmp_path / "log.xlsx", today=TODAY)
    assert study.sessions["performed_at"].tolist() == [pd.Timestamp("2026-03-05")]
    assert study.notes["message"].str.contains("performed_at: the day stands before the month, as `13.03.2026`").any()


@each("name", ["sit to stand", "bridging", "knee extension"])
def test_days_of_an_unknown_exercise_are_unreadable_and_never_missed(tmp_path: Path, name: str) -> None:
    unknown = "".join(f"P1,2026-03-{day:02d},{name},left,3,10\n" for day in range(9, 31))
    study = _study(tmp_path, {"sessions.csv": LOG + unknown})
    assert study.as_of == pd.Timestamp("2026-03-30")
    assert "no row after 2026-03-08 could be read, though rows were written up to 2026-03-30" in head_line(
        study, study.as_of
    )
    adherence = fd.adherence(study, every=None).iloc[0]
    assert (adherence["due"], adherence["logged"], adherence["unreadable_days"]) == (7, 7, 22)
    assert "lapse" not in _flags(study, "amber")


@each("tick", ["✓", "done", "Completed"])
def test_ticks_without_numbers_are_done_and_never_zero(tmp_path: Path, tick: str) -> None:
    log = "patient_id,performed_at,exercise,status\n" + "".join(f"P1,{day},heel_raise,{tick}\n" for day in DAYS)
    study = _study(tmp_path, {"sessions.csv": log})
    whole = fd.adherence(study, every=None).iloc[0]
    assert (whole["adherence"], whole["dose_known"]) == (1, 0)
    assert pd.isna(whole["dose_ratio"])


def test_every_unknown_name_has_a_suggestion_of_its_own_or_none(tmp_path: Path) -> None:
    names = {"heal raises": "heel_raise", "toe raises": "it can mean", "juggling": "expected one of", "heel lifts": ""}
    rows = "".join(f"P1,2026-03-05,{name},left,3,10\n" for name in names)
    rejected = _study(tmp_path, {"sessions.csv": LOG + rows}).rejected.set_index("value")["reason"]
    assert set(rejected.index) == {name for name, words in names.items() if words}
    assert all(words in rejected[name] for name, words in names.items() if words)


@each("cell", ["2-3", "a bit", "3/4"])
def test_a_cell_costs_a_cell(tmp_path: Path, cell: str) -> None:
    study = _study(tmp_path, {"sessions.csv": _with("pain_0_10", [cell] * 7)})
    assert fd.adherence(study, every=None)["adherence"].tolist() == [1]
    assert study.unread["value"].tolist() == [cell] * 7


@each("name", ["Heel raise", "HEEL_RAISE", "heel-raises", "Calf raise"])
@each("column, cell", [("reps", "3x10"), ("reps", "3 × 10 reps"), ("sets", "3 sets of 10")])
def test_names_and_amounts_as_people_write_them(tmp_path: Path, name: str, column: str, cell: str) -> None:
    log = f"patient_id,performed_at,exercise,side,{column}\n" + "".join(f"P1,{day},{name},L,{cell}\n" for day in DAYS)
    study = _study(tmp_path, {"sessions.csv": log})
    assert set(zip(study.sessions["sets"], study.sessions["reps"], strict=True)) == {(3, 10)}
    assert fd.adherence(study, every=None)["dose_ratio"].tolist() == [1]


def test_sets_and_repetitions_that_contradict_each_other_are_not_read(tmp_path: Path) -> None:
    log = (
        "patient_id,performed_at,exercise,sets,reps\nP1,2026-03-02,heel_raise,3x10,8\nP1,2026-03-03,heel_raise,3,2x10\n"
    )
    study = _study(tmp_path, {"sessions.csv": log})
    assert study.unread[["name", "value"]].to_numpy().tolist() == [["sets", "3x10"], ["reps", "2x10"]]


@each("slips", [["fal", "maybe"], ["", "?"], ["slip of the tongue", "none of these"]])
def test_a_row_with_several_faults_is_one_row(tmp_path: Path, slips: list[str]) -> None:
    events = f"patient_id,occurred_on,kind,injury\n,13/03/2026,{slips[0]},{slips[1]}\n"
    study = _study(tmp_path, {"events.csv": events})
    assert len(study.rejected_rows) == 1
    assert len(study.rejected_of_nobody) == 1
    assert "rejected_report" not in _flags(study), "it is nobody's, and told at the head"


def test_a_study_without_one_valid_row_is_refused_with_the_first_reason(tmp_path: Path) -> None:
    with pytest.raises(fd.StudyError, match=r"every row was rejected \(1\); the first: sessions.csv, row 2, performed"):
        _study(tmp_path, {"sessions.csv": f"{S}\nP1,soon,heel_raise,left,3,10\n"})
    with pytest.raises(fd.StudyError, match="has no valid row"):
        fd.study_from_tables(
            sessions=pd.DataFrame({"patient_id": ["P1"], "performed_at": ["soon"], "exercise": ["heel_raise"]})
        )


def test_ids_of_bytes_are_ids(tmp_path: Path) -> None:
    log = pd.DataFrame({"patient_id": [b"P1", b"007"], "performed_at": "2026-03-02", "exercise": "heel_raise"})
    (tmp_path / "sessions.csv").unlink(missing_ok=True)
    study = _study(tmp_path, {})
    log.to_parquet(tmp_path / "sessions_2.parquet")
    study = fd.read_study(tmp_path, today=TODAY)
    assert study.patient_ids == ["007", "P1"]
