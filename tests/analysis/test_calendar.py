"""What each day of a patient was, for the calendar strip."""

from __future__ import annotations

from tests.analysis.expected import calendar_days
from tests.studies import Cases, log, march, plan, study_with

OTHER = {"exercise": "ankle_eversion"}


def test_every_kind_of_day() -> None:
    sessions = log([1]) + log([2]) + log([2], "09:10", **OTHER)  # before the plan; two exercises in one sitting
    sessions += log([3], status="skipped") + log([5], source="clinic") + log([7], status="skipped") + log([7], **OTHER)
    sessions += log([9]) + log(
        [12], source="inferred"
    )  # a log of the 9th was handed in, whatever is stated; inferred is nothing
    found = study_with(
        sessions,
        [plan(2, end_date=march(10)), plan(2, end_date=march(10), **OTHER)],
        pauses=[{"patient_id": "P", "start_date": march(4), "end_date": march(4)}],
        patients=[{"patient_id": "P", "data_through": march(8)}],
    )
    table = calendar_days(found, as_of=march(12))
    assert dict(zip(table["day"].dt.day, table["status"], strict=True)) == {
        1: "extra",
        2: "done",
        3: "skipped",
        4: "paused",
        5: "clinic",
        6: "not_logged",
        7: "done",
        8: "not_logged",
        9: "done",
        10: "log_not_handed_in",
        11: "not_prescribed",
        12: "not_prescribed",
    }
    assert table["exercises"].tolist() == [1, 2, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0]


def test_what_was_done_shows_over_what_was_asked() -> None:
    pauses = [{"patient_id": "P", "exercise": "heel_raise", "start_date": march(2), "end_date": march(4)}]
    found = study_with(log([3]), [plan(2), plan(4, **OTHER)], pauses=pauses)
    # Paused; an extra session on a paused day; paused, but the other exercise was due.
    assert calendar_days(found, as_of=march(4))["status"].tolist() == ["paused", "extra", "not_logged"]


def test_a_pause_shows_over_a_log_not_handed_in() -> None:
    pauses = [{"patient_id": "P", "exercise": "heel_raise", "start_date": march(4), "end_date": march(4)}]
    patients = [{"patient_id": "P", "data_through": march(3)}]
    found = study_with(log([2]), [plan(2), plan(2, **OTHER)], pauses=pauses, patients=patients)
    expected = ["done", "not_logged", "paused", "log_not_handed_in"]
    assert calendar_days(found, as_of=march(5))["status"].tolist() == expected


def test_from_the_first_day_of_each_patient_up_to_the_last_that_counts() -> None:
    cases = Cases()
    cases.add("P", log([2]), plan(2))
    cases.add("Q", log([6]), plan(5))
    table = calendar_days(cases.study(), as_of=march(6))
    days = table.groupby("patient_id", observed=True)["day"].agg(lambda found: found.dt.day.tolist())
    assert days.to_dict() == {"P": [2, 3, 4, 5, 6], "Q": [5, 6]}
