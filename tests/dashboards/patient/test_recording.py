"""What is recorded on a page: forms for every open flag and exercise, the row that each makes, and what follows."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards.caseload.choices import CaseloadSettings
from footdrop_analytics.dashboards.caseload.shell import CaseloadDashboard
from footdrop_analytics.dashboards.desk import READ_ONLY_VARIABLE, Desk, desk_of
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.shell import PatientDashboard
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.reading.added import added_rows
from footdrop_analytics.wording.words import day as day_words

TODAY = pd.Timestamp.now().date()
FELL = TODAY - timedelta(days=3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A patient who exercised up to yesterday, with a fall three days ago, and another."""
    days = [TODAY - timedelta(days=one) for one in range(30, 0, -1)]
    rows = [f"{who},{day},heel_raise,left,1,10" for who in ("P1", "P2") for day in days]
    rows += [f"P1,{day},single_leg_stand,left,1," for day in days]
    (tmp_path / "sessions.csv").write_text("patient_id,performed_at,exercise,side,sets,reps\n" + "\n".join(rows) + "\n")
    plan = "patient_id,exercise,side,start_date,days_per_week,sets,reps,hold_s,support\n"
    plan += "".join(f"{who},heel_raise,left,{days[0]},7,1,12,,\n" for who in ("P1", "P2"))
    (tmp_path / "prescriptions.csv").write_text(f"{plan}P1,single_leg_stand,left,{days[0]},5,2,,10.5,one_hand\n")
    (tmp_path / "events.csv").write_text(f"patient_id,occurred_on,kind\nP1,{FELL},fall\n")
    return tmp_path


def _desk(folder: Path) -> Desk:
    return desk_of(lambda: fd.read_study(folder), folder)


def _shell(folder: Path, **chosen: object) -> PatientDashboard:
    settings = PatientSettings(patient_id="P1", today=TODAY, **chosen)  # type: ignore[arg-type]
    shell = PatientDashboard(fd.analyse(fd.read_study(folder)), settings, desk=_desk(folder))
    shell.open()
    return shell


def _sent(shell: PatientDashboard, offer: str, **told: object) -> str:
    """What the page answers to a form."""
    answers: list[str] = []
    shell.page.send = lambda content, **_more: answers.append(str(content.get("wrong")))
    shell.page._heard(shell.page, {"say": "fill", "offer": offer, "told": {"by": "MF", **told}}, None)
    return answers[-1]


def test_a_flag_that_was_seen_is_closed_and_the_choices_stay(folder: Path) -> None:
    start = TODAY - timedelta(days=13)
    shell = _shell(folder, start=start, exercises=("heel_raise",))
    assert _sent(shell, f"flag:fall:{FELL}:", decision="keep", notes="<b>phoned</b>") == ""
    flags = shell.last_view.panels["flags"]  # type: ignore[union-attr]
    assert "Open red flags: none recorded." in flags
    assert "by MF: keep" in flags
    assert "&lt;b&gt;phoned" in flags
    assert "<b>phoned" not in flags
    assert (shell.settings.start, shell.settings.exercises) == (start, ("heel_raise",))
    assert "Saved in reviews-added.csv: flag fall of" in shell.saved.value
    assert "<b>" not in shell.saved.value
    row = added_rows(folder)[0]
    assert _sent(shell, f"back:reviews:{row.row_id}") == ""
    assert "▲ Red" in shell.last_view.panels["flags"]  # type: ignore[union-attr]
    assert "Taken back." in shell.saved.value


def test_every_form_makes_the_row_that_it_says(folder: Path) -> None:
    shell = _shell(folder)
    day = TODAY.isoformat()
    sent = [
        ("review:heel_raise:left", {"decision": "harder", "notes": "easy"}),
        ("plan:single_leg_stand:left", {"start_date": day, "days_per_week": "3", "sets": "3", "hold_s": "12"}),
        ("add:sessions", {"series": "single_leg_stand:left", "performed_at": day, "sets": "2", "amount": "8.5"}),
        ("add:sessions", {"series": "heel_raise:left", "performed_at": day, "sets": "1", "amount": "9"}),
        ("add:visits", {"visited_on": day, "decision": "keep", "patient_id": "P2"}),
        ("add:events", {"kind": "skin", "occurred_on": day, "injury": ""}),
        ("add:outcomes", {"measure": "10mwt", "measured_on": day, "value": "0.7"}),
    ]
    for offer, told in sent:
        assert _sent(shell, offer, **told) == "", offer
    study = shell.analysis.study
    assert study.rejected.empty
    assert study.unread.empty
    plan = study.prescriptions.set_index("start_date").loc[pd.Timestamp(day)]
    assert plan[["sets", "hold_s", "days_per_week", "support", "prescriber"]].tolist() == [3, 12, 3, "one_hand", "MF"]
    last = study.sessions.tail(2)
    assert last[["hold_s", "reps"]].astype(object).where(last[["hold_s", "reps"]].notna(), None).values.tolist() == [
        [8.5, None],
        [None, 9],
    ]
    assert study.visits[["patient_id", "decision"]].values.tolist() == [["P1", "keep"]]  # never another's row
    assert study.outcomes["unit"].item() is not None
    assert len(added_rows(folder)) == len(sent)
    assert shell.last_view.panels["record"].count("Take back") == len(sent)  # type: ignore[union-attr]


def test_rows_of_another_program_may_have_ids_and_no_more(folder: Path) -> None:
    (folder / "visits-added.csv").write_text(f"patient_id,visited_on,added_id\nP1,{FELL},a1\n")
    shown = _shell(folder).last_view.panels["record"]  # type: ignore[union-attr]
    assert f'visit on {day_words(FELL)} <span class="soft"></span>' in shown


def test_a_plan_can_be_typed(folder: Path) -> None:
    shell, day = _shell(folder), TODAY.isoformat()
    picked = {"start_date": day, "days_per_week": "7", "sets": "1", "reps": "12"}
    for offer, typed, words in (
        ("plan:heel_raise:left", "3x10, often", "'often'"),
        ("plan:heel_raise:left", "3x10, right", "another side"),
        ("plan:single_leg_stand:left", "3x10", "3 x 10 s"),
    ):
        assert words in _sent(shell, offer, **picked, typed=typed)
    assert not list(folder.glob("*-added.csv"))
    typed = "3x10, mon wed fri, red band, increase when easy"
    assert _sent(shell, "plan:heel_raise:left", **picked, typed=typed, reason="steady") == ""
    row = shell.analysis.study.prescriptions.iloc[-1]
    assert row[["sets", "reps", "days_per_week", "weekdays", "resistance", "mode", "reason"]].tolist() == [
        *(3, 10, 3, "mon,wed,fri", "red", "resisted"),
        "steady; increase when easy",
    ]
    assert _sent(shell, "plan:single_leg_stand:left", start_date=day, typed="3 x 12 s, daily") == ""
    plan = shell.analysis.study.prescriptions
    row = plan[(plan["exercise"] == "single_leg_stand") & (plan["start_date"] == day)].iloc[0]
    assert row[["sets", "hold_s", "days_per_week", "support"]].tolist() == [3, 12, 7, "one_hand"]


def test_what_was_not_asked_about_a_plan_stays_as_it_is(folder: Path) -> None:
    """Its days of the week as long as their number does, and its last day."""
    last, day = TODAY + timedelta(days=40), TODAY.isoformat()
    head = "patient_id,exercise,side,start_date,days_per_week,sets,reps,weekdays,end_date\n"
    (folder / "prescriptions.csv").write_text(f'{head}P1,heel_raise,left,{FELL},,1,12,"mon,fri",{last}\n')
    shell = _shell(folder)
    kept = []
    for often in ("2", "5"):
        assert _sent(shell, "plan:heel_raise:left", start_date=day, days_per_week=often, sets="1", reps="14") == ""
        row = shell.analysis.study.prescriptions.iloc[-1]
        kept.append((row["weekdays"], row["days_per_week"], row["end_date"].date()))
    assert kept[0] == ("mon,fri", 2, last)
    assert (pd.isna(kept[1][0]), kept[1][1]) == (True, 5)


def test_a_second_change_on_one_day_follows_the_first(folder: Path) -> None:
    """The page is as of yesterday, where the first change has not begun yet."""
    last = TODAY + timedelta(days=40)
    head = "patient_id,exercise,side,start_date,days_per_week,sets,reps,support,end_date\n"
    (folder / "prescriptions.csv").write_text(f"{head}P1,heel_raise,left,{FELL},7,1,12,one_hand,{last}\n")
    shell = _shell(folder, end=TODAY - timedelta(days=1))
    for reps in ("14", "16"):
        asked = shell.last_view.offers["plan:heel_raise:left"]  # type: ignore[union-attr]
        given = {one.name: one.value for one in asked.fields if one.value}
        assert _sent(shell, "plan:heel_raise:left", **{**given, "reps": reps}) == ""
    assert {one.name: one.value for one in shell.last_view.offers["plan:heel_raise:left"].fields}["reps"] == "16"  # type: ignore[union-attr]
    row = shell.analysis.study.prescriptions.iloc[-1]
    assert row[["reps", "support"]].tolist() == [16, "one_hand"]
    assert row["end_date"].date() == last


def test_what_is_wrong_stands_in_the_form_and_nothing_is_saved(folder: Path) -> None:
    shell = _shell(folder)
    day = TODAY.isoformat()
    assert "Fill in “Value”" in _sent(shell, "add:outcomes", measure="10mwt", measured_on=day)
    assert "Say who you are" in _sent(shell, "add:visits", visited_on=day, by=" ")
    assert "Pain, 0 to 10 '11'" in _sent(
        shell, "add:sessions", series="heel_raise:left", performed_at=day, amount="9", pain_0_10="11"
    )
    assert "not up to date" in _sent(shell, "flag:fall:2020-01-01:", decision="seen")
    assert "not up to date" in _sent(shell, "add:checkins")
    assert not list(folder.glob("*-added.csv"))


def test_what_is_wrong_is_said_in_the_words_of_the_form(folder: Path) -> None:
    shell, day = _shell(folder), TODAY.isoformat()
    far, before = ((TODAY + timedelta(days=days)).isoformat() for days in (60, -9))
    session = {"series": "heel_raise:left", "performed_at": day, "amount": "9"}
    for offer, told, words in (
        ("add:sessions", {**session, "pain_0_10": "12"}, "This cannot be saved: Pain, 0 to 10 '12' cannot be read."),
        ("add:sessions", {**session, "performed_at": far}, "This cannot be saved: Day "),
        ("add:sessions", {**session, "amount": "9.5"}, "Repetitions are counted in whole numbers."),
        ("add:visits", {"visited_on": day, "next_visit_on": before}, "“Next visit” is before “Day”."),
    ):
        said = _sent(shell, offer, **told)
        assert words in said, said
        assert said.endswith("Nothing was saved.")
    assert added_rows(folder) == []
    assert _sent(shell, "add:visits", visited_on=day, next_visit_on=far) == ""


def test_what_is_saved_is_said_as_people_say_it_and_what_is_hardly_meant_too(folder: Path) -> None:
    shell, day = _shell(folder), TODAY.isoformat()
    session = {"performed_at": day, "sets": "1"}
    for offer, told, words in (
        ("add:sessions", {**session, "series": "heel_raise:left", "amount": "9"}, ": 9 repetitions."),
        ("add:sessions", {**session, "series": "single_leg_stand:left", "amount": "8.5"}, ": 8.5 s."),
        ("plan:single_leg_stand:left", {"start_date": day, "typed": "3 x 10 s, 5 days a week"}, ": 3 × 10 s, 5 days"),
        ("add:outcomes", {"measure": "10mwt", "measured_on": day, "value": "0.7"}, "10-metre walk 0.7 m/s on "),
    ):
        assert _sent(shell, offer, **told) == ""
        assert words in shell.saved.value, shell.saved.value
        assert "plausible" not in shell.saved.value
    assert _sent(shell, "add:outcomes", measure="10mwt", measured_on=day, value="70") == ""
    assert "70 m/s is outside 0 to 3 m/s, what is plausible" in shell.saved.value
    assert day not in shell.saved.value
    assert _sent(shell, "add:events", kind="skin", occurred_on=day) == ""
    assert "plausible" not in shell.saved.value


def test_a_plan_that_begins_after_the_day_shown_stands_beside_its_exercise(folder: Path) -> None:
    shell, day = _shell(folder), TODAY.isoformat()
    assert "New plan" not in _glance(shell)
    assert _sent(shell, "plan:heel_raise:left", start_date=day, typed="3x15, 5 days a week") == ""
    assert f"New plan from {day_words(TODAY)}: 3 × 15 repetitions, 5 days a week" in _glance(shell)
    shell.change(end=TODAY)
    assert "New plan" not in _glance(shell)
    assert "goal 15" in _glance(shell)


def _glance(shell: PatientDashboard) -> str:
    assert shell.last_view is not None
    return shell.last_view.panels["glance"]


def test_the_page_says_if_the_study_cannot_be_read_any_more(folder: Path) -> None:
    shell = _shell(folder)
    (folder / "events.csv").write_bytes(b"")
    assert _sent(shell, "add:visits", visited_on=TODAY.isoformat()) == ""
    assert "Saved in visits-added.csv" in shell.saved.value
    assert "events.csv" in shell.alerts.trouble.value


def test_the_list_above_follows_and_keeps_its_place(folder: Path) -> None:
    caseload = CaseloadDashboard(fd.analyse(fd.read_study(folder)), CaseloadSettings(today=TODAY), _desk(folder))
    caseload.open()
    caseload.change(sort="patient", reverse=True)
    caseload.open_patient("P1")
    assert caseload.patient is not None
    assert "fda-red" in caseload.table.html
    assert _sent(caseload.patient, f"flag:fall:{FELL}:", decision="seen") == ""
    assert "fda-red" not in caseload.table.html
    assert (caseload.settings.sort, caseload.settings.reverse) == ("patient", True)
    assert caseload.table.opened >= 0


def test_a_page_follows_what_others_record(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = _shell(folder)
    monkeypatch.setenv(READ_ONLY_VARIABLE, "1")
    other = CaseloadDashboard(fd.analyse(fd.read_study(folder)), CaseloadSettings(today=TODAY), _desk(folder))
    other.open()
    other.open_patient("P1")
    assert other.patient is not None
    shown = other.last_view, other.patient.last_view
    other.page._heard(other.page, {"say": "again"}, None)
    assert (other.last_view, other.patient.last_view) == shown, "nothing was recorded"
    assert _sent(one, f"flag:fall:{FELL}:", decision="seen") == ""
    before = one.last_view
    one.page._heard(one.page, {"say": "again"}, None)
    assert one.last_view is before, "its own row is there already"
    other.page._heard(other.page, {"say": "again"}, None)
    assert "fda-red" not in other.table.html
    assert "by MF" in other.patient.last_view.panels["flags"]  # type: ignore[union-attr]


def test_nothing_can_be_recorded_where_that_is_not_wanted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = fd.analyse(fd.read_study(folder))
    alone = patient_view(analysis, PatientSettings(patient_id="P1", today=date(2026, 1, 1)))
    assert not alone.offers
    assert not any("<form" in panel for panel in alone.panels.values())
    monkeypatch.setenv(READ_ONLY_VARIABLE, "1")
    read_only = _desk(folder)
    monkeypatch.delenv(READ_ONLY_VARIABLE)
    for desk, words in ((read_only, "open for reading only"), (desk_of(lambda: analysis.study, None), "no folder")):
        shell = PatientDashboard(analysis, PatientSettings(patient_id="P1"), desk=desk)
        shell.open()
        assert words in shell.saved.value
        assert "not up to date" in _sent(shell, f"flag:fall:{FELL}:", decision="seen")
    (folder / "x.xlsx").touch()
    assert "study folder only" in desk_of(lambda: analysis.study, folder / "x.xlsx").why_not
    assert not list(folder.glob("*-added.csv"))


def test_what_happened_is_offered_in_words_as_its_flag_says_it(folder: Path) -> None:
    view = _shell(folder).last_view
    assert view is not None
    shown = " ".join(view.panels.values())
    for words in ("Bladder or bowel trouble", "Trouble with speech, face or vision", ">AFO<"):
        assert words in shown, words
    assert f"Fall on {FELL}" not in shown, "a day is written as everywhere else"


def test_that_somebody_looked_is_no_news_about_an_old_log(tmp_path: Path) -> None:
    (tmp_path / "sessions.csv").write_text("patient_id,performed_at,exercise,side\nP,2026-01-05,heel_raise,left\n")
    seen = "patient_id,reviewed_at,subject,rule_id,day,decision,reviewer\nP,2026-11-30,flag,fall,2026-01-05,seen,MF\n"
    (tmp_path / "reviews.csv").write_text(seen)
    study = fd.read_study(tmp_path, today="2026-12-01")
    assert len(study.reviews) == 1
    assert study.as_of == pd.Timestamp("2026-01-05")
    assert not study.notes["heads_up"].any()
