"""What is compared on a patient's page: the two sides, and pain with the amount of the day and of the day before."""

from __future__ import annotations

from datetime import date, timedelta

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.charted import DayAmounts, pain_by_amount
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.figures.data import Dots
from tests.dashboards.patient._people import text_of
from tests.each import each
from tests.studies import AS_OF, Log, study_of

FIRST = date(2026, 3, 2)


def test_pain_is_compared_with_the_amount_of_its_day_and_of_the_day_before() -> None:
    """Much on every other day; pain is high on the day after, and the amount of one day is not known."""
    days = [FIRST + timedelta(one) for one in range(12)]
    amounts = DayAmounts(tuple(days), tuple(None if n == 11 else 2.0 if n % 2 else 0.5 for n in range(12)))
    pain = Dots("pain", days, [1.0 if n % 2 else 6.0 for n in range(12)])
    same, before = pain_by_amount(amounts, pain)
    assert "same day: median 1 on the 5 days with 2 sessions’ worth or more, 6 on the 6 days with less." in same
    assert "day before: median 6 after the 5 days with 2 sessions’ worth or more, 1 after the 6 days" in before


def test_too_few_days_compare_nothing() -> None:
    amounts, pain = DayAmounts((FIRST,), (1.0,)), Dots("pain", [FIRST], [3.0])
    assert pain_by_amount(amounts, pain) == pain_by_amount(DayAmounts((), ()), Dots("pain", [], []))
    assert "Too few days" in pain_by_amount(amounts, pain)[0]


@each(
    "affected, said",
    [
        ("right", "Heel raise: affected side (right) 6, other side 10."),
        ("left", "Heel raise: affected side (left) 10, other side 6."),
        ("both", "Heel raise: left 10, right 6."),
        (None, "Heel raise: left 10, right 6."),
    ],
)
def test_the_two_sides_are_compared_where_both_are_logged(affected: str | None, said: str) -> None:
    log = Log().patient(affected_side=affected)
    log.sessions += [{**row, "side": "right", "reps": 6} for row in log.sessions]
    log.prescriptions += [{**row, "side": "right"} for row in log.prescriptions]
    study = study_of(P=log)
    assert said in text_of(patient_view(fd.analyse(study, as_of=AS_OF), PatientSettings(patient_id="P")), "glance")
    one = patient_view(fd.analyse(study_of(P=Log()), as_of=AS_OF), PatientSettings(patient_id="P"))
    assert "other side" not in text_of(one, "glance")
