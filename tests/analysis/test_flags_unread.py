"""Review flags from rows that could not be read: which ones are told of, and in which words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import footdrop_analytics as fd
from tests.analysis.expected import found
from tests.each import each
from tests.studies import Log, ago, study_with


def test_reports_that_could_not_be_read():
    plan = Log()
    plan.prescriptions.append(plan.prescriptions[0] | {"exercise": "ankle_eversion", "reps": -1})
    ended = Log()
    ended.prescriptions.append(
        ended.prescriptions[0] | {"exercise": "ankle_eversion", "reps": -1, "start_date": ago(60), "end_date": ago(40)}
    )
    logs = [
        Log().add("checkins", day=ago(27), fell="yes").add("checkins", day="?", fell="yes"),
        Log().add("events", occurred_on=ago(28), kind="slipped"),
        plan,
        ended,
        Log().row(1, exercise="toe_curls"),
        Log().add("checkins", day="?", fell="no", notes="all well"),
        Log().add("events", occurred_on="?", kind="near_fall", notes="stumbled"),
        Log().add("events", occurred_on="?", kind="other", notes="found on the floor"),
        Log().add("events", occurred_on=ago(1), kind="odd", notes="tumbled over the rug"),
    ]
    assert found("rejected_report", *logs) == ["red", "", "amber", "", "", "amber", "amber", "red", "red"]
    assert found("unread_rows", *logs) == ["", "", "", "", "amber", "", "", "", ""]


def test_reasons_for_skipping_in_the_words_of_people_are_read() -> None:
    log = Log().changed(1, status="skipped", skip_reason="too tired").row(1, status="skipped", skip_reason="Sick")
    assert log.study().unread.empty
    assert log.flagged("health_skips")["evidence"].tolist() == ["reasons: fatigue, unwell"]


def test_an_unreadable_event_comes_first_of_ambers_and_after_the_events_of_reds():
    log = Log().changed(5, reps=5).event("dizziness", 1).add("events", occurred_on="?", kind="other", notes="odd")
    log.prescriptions.append(log.prescriptions[0] | {"exercise": "toe_curls", "start_date": ago(3)})
    flags = log.flags()
    assert flags["rule_id"].tolist() == ["rejected_report", "dizziness", "decline", "slipping", "rejected_report"]
    assert "event" in flags["message"].iloc[0]
    assert "prescription" in flags["message"].iloc[4]
    both = Log().event("hospital", 1).add("events", occurred_on="?", kind="other", notes="a fall")
    both = both.changed(1, pain_0_10=9)
    assert both.flags()["severity"].tolist() == ["red", "red", "red"]
    assert both.flags()["rule_id"].tolist() == ["hospital", "rejected_report", "high_pain"]  # what is known comes first


UNREAD = {
    "events": [
        ({"occurred_on": "03/04/2026", "kind": "fall", "notes": "in the bath"}, "date “03/04/2026” is unclear"),
        ({"occurred_on": "2026-02-30", "kind": "fall"}, "date “2026-02-30” cannot be right"),
        ({"occurred_on": "", "kind": "fall"}, "date is missing"),
        ({"occurred_on": ago(1), "kind": "fel"}, "kind “fel” is not known"),
    ],
    "checkins": [({"day": "31/12", "fell": "yes"}, "date “31/12” is unclear")],
}


@each("table, row, why", [(table, *one) for table, rows in UNREAD.items() for one in rows])
def test_a_report_that_could_not_be_read_says_what_may_be_missing_and_where(table, row, why):
    flags = Log().add(table, **row).flagged("rejected_report")
    assert flags["severity"].tolist() == ["amber" if row.get("kind") == "fel" else "red"]
    flag = flags.iloc[0]
    what, missing = {"events": ("An event", "a fall or a symptom"), "checkins": ("A check-in", "a fall, a near fall")}[
        table
    ]
    assert flag["message"].startswith(f"{what} of this patient could not be read (row 2 of “{table}")
    assert f": its {why}), so {missing}" in flag["message"]
    written = ", ".join(f"{name}: {cell}" for name, cell in row.items() if cell)
    assert flag["evidence"] == f"written was “{written}”"


def test_a_prescription_that_could_not_be_read_says_what_rests_on_it():
    log = Log()
    log.prescriptions.append(log.prescriptions[0] | {"exercise": "toe_curls", "start_date": ago(3)})
    message = log.flagged("rejected_report")["message"].iloc[0]
    assert "its exercise “toe_curls” is not known), so targets and due sessions may not be" in message
    log.prescriptions[-1] |= {"exercise": "heel_raise", "hold_s": 0}
    message = log.flagged("rejected_report")["message"].iloc[0]
    assert "its hold in seconds “0” cannot be right)" in message


def test_other_rows_that_could_not_be_read_are_counted_and_those_of_the_log_are_quoted():
    log = Log().add("visits", visited_on="soon").add("visits", visited_on="later")
    flag = log.flagged("rejected_rows").iloc[0]
    assert flag["message"] == "2 rows of this patient (visits) could not be read and are in no number here."
    assert flag["evidence"] == "where and why: see the list of rejected rows"
    for days_ago in (1, 2, 3, 4):
        log.row(days_ago, "", exercise="toe_curls", reps=days_ago)
    flag = log.flagged("unread_rows").iloc[0]
    assert flag["message"] == "4 entries of this patient could not be read."
    assert flag["evidence"].count("exercise: toe_curls") == 3
    assert flag["evidence"].endswith("…")


def test_a_review_that_could_not_be_read_is_told_for_four_weeks_from_its_own_day() -> None:
    row = {"subject": "?", "item": "fall", "decision": "seen"}
    logs = [Log().add("reviews", reviewed_at=ago(days), **row) for days in (27, 28)]
    assert found("rejected_rows", *logs) == ["note", ""]


def test_unread_rows_are_those_of_their_patient_in_whatever_order_they_are_logged() -> None:
    """Also where the rows of several patients alternate, as in a log by days."""
    log = Log().row(9, exercise="toe_curls").row(2, exercise="toe_curls", patient_id="Q")
    log.row(5, exercise="toe_curls").row(3, patient_id="Q")
    tables = {"sessions": pd.DataFrame(log.sessions), "prescriptions": pd.DataFrame(log.prescriptions)}
    flags = fd.review_flags(fd.study_from_tables(**tables, today="2026-12-31"))
    flags = flags[flags["rule_id"] == "unread_rows"].set_index("patient_id")
    assert flags["days_ago"].to_dict() == {"P": 5, "Q": 2}
    assert flags["message"].str[:7].to_dict() == {"P": "2 entri", "Q": "1 entry"}
    assert flags["evidence"].str.count("toe_curls").to_dict() == {"P": 2, "Q": 1}


def test_a_date_long_before_all_others_is_doubtful():
    early = Log().event("fall", 400)
    logs = [
        early,
        Log().event("fall", 200),  # 169 days before the first row
        Log().checkin(400, fell="no"),
        Log().row(400),  # no event or check-in among them
        Log().event("fall", 400).visit(401).row(402).row(403),  # four days
        Log().event("fall", 400).version(300).version(150),
    ]
    assert found("date_doubtful", *logs) == ["amber", "", "amber", "", "", ""]
    assert early.met("no_event") is None
    assert Log().event("fall", 200).met("no_event") is True


def test_a_cell_under_a_blank_header_is_named_by_its_column(tmp_path: Path) -> None:
    Log().study().write(tmp_path)
    (tmp_path / "events.csv").write_text("patient_id,occurred_on,,kind\nP,03/04/2026,left leg,fall\n")
    evidence = fd.review_flags(fd.read_study(tmp_path)).set_index("rule_id").at["rejected_report", "evidence"]
    assert evidence == "written was “occurred_on: 03/04/2026, column 3: left leg, kind: fall”"


def test_an_answer_about_falls_that_cannot_be_read_is_as_grave_as_a_rejected_event() -> None:
    study = study_with(
        [{"performed_at": day, "reps": 10} for day in pd.date_range("2026-01-02", periods=7)],
        [{"start_date": "2026-01-02"}],
        checkins=[{"day": "2026-01-05", "fell": "perhaps", "near_falls": "0"}]
        + [{"day": "2026-01-06", "fell": "no", "near_falls": "a few"}],
        valid=False,
    )
    flags = fd.review_flags(study)
    told = flags[flags["rule_id"] == "rejected_report"]
    assert told["severity"].tolist() == ["red", "amber"]
    assert told["evidence"].tolist() == ["written was “fell: perhaps”", "written was “near_falls: a few”"]
    assert fd.readiness_criteria(study).set_index("rule_id")["met"].isna()["no_event"]


@each(
    "written, may_be_high",
    [
        ("7-8", True),
        ("6–7", True),
        ("7+", True),
        ("severe 9", True),
        ("11", True),
        ("70", True),
        ("75/100", True),
        ("5-6", False),
        ("bad", False),
        ("2 or 3 of 10", False),
        ("4 von 10, abends", False),
    ],
)
def test_an_unreadable_pain_that_names_seven_or_more_is_quoted(written: str, may_be_high: bool) -> None:
    flags = Log().changed(1, pain_0_10=written).flagged("unread_pain")
    assert flags["severity"].tolist() == ["amber"] * may_be_high
    assert flags["evidence"].tolist() == [f"written was “{written}”"] * may_be_high


def test_every_unreadable_high_pain_of_a_day_is_quoted_once() -> None:
    log = Log().row(1, pain_0_10="7-8").row(1, " 10:00", pain_0_10="10!").row(1, " 11:00", pain_0_10="7-8")
    assert log.flagged("unread_pain")["evidence"].tolist() == ["written was “10!”; “7-8”"]
