"""Settings take only what a view can be made of, and quick choices end on the day chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings, for_another, quick_periods
from footdrop_analytics.errors import ParameterError
from tests.each import each

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1))


@each(
    "wrong, named",
    [
        ({"patient_id": 7}, "patient_id"),
        ({"study": None}, "study"),
        ({"start": "2025-11-01"}, "start"),
        ({"end": datetime(2025, 11, 1, 9, tzinfo=UTC)}, "end"),
        ({"start": date(2025, 11, 2), "end": date(2025, 11, 1)}, "2 Nov 2025"),
        ({"start": date(1989, 12, 31)}, "31 Dec 1989 is before every log; expected a day from 1 Jan 1990 on"),
        ({"end": date(2, 11, 1)}, "1 Nov 2 is before every log"),
        ({"end": date(3400, 1, 1)}, "1 Jan 3400 is after every log; expected a day up to 31 Dec 3399"),
        ({"exercises": "heel_raise"}, "exercises"),
        ({"exercises": ["heel_raise"]}, "exercises"),
        ({"exercises": (1,)}, "exercises"),
        ({"side": "links"}, "side"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(wrong: dict[str, object], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        PatientSettings(**wrong)  # type: ignore[arg-type]


def test_settings_are_values() -> None:
    one = PatientSettings(patient_id="a", start=date(2025, 1, 1), exercises=("heel_raise",))
    assert hash(one) == hash(PatientSettings(patient_id="a", start=date(2025, 1, 1), exercises=("heel_raise",)))
    with pytest.raises(AttributeError):
        one.side = "left"  # type: ignore[misc]


@given(as_of=DAYS, visit=st.none() | DAYS)
def test_quick_choices_end_on_the_day_and_have_their_weeks(as_of: date, visit: date | None) -> None:
    found = dict(quick_periods(as_of, visit))
    for weeks in (2, 4, 12):
        first = found[f"Last {weeks} weeks"]
        assert first is not None
        assert (as_of - first).days + 1 == 7 * weeks
    assert found["All"] is None
    since = [first for words, first in found.items() if words.startswith("Since last visit")]
    assert since == ([visit] if visit is not None and visit <= as_of else [])


def test_a_period_since_the_last_visit_is_that_of_the_other_patient(demo: fd.Analysis) -> None:
    visits = demo.study.visits.groupby("patient_id", observed=True)["visited_on"].max().dt.date
    settings = PatientSettings(patient_id="SIM-0005", start=visits["SIM-0005"])
    assert for_another(demo, settings, "SIM-0001").start == visits["SIM-0001"] != visits["SIM-0005"]
    other_day = visits["SIM-0005"] - timedelta(days=1)
    assert for_another(demo, PatientSettings(patient_id="SIM-0005", start=other_day), "SIM-0001").start == other_day


def test_weeks_that_begin_on_a_visit_stay_weeks(demo: fd.Analysis) -> None:
    visits = demo.study.visits.groupby("patient_id", observed=True)["visited_on"].max().dt.date
    begun = visits["SIM-0005"]
    settings = PatientSettings(patient_id="SIM-0005", start=begun, end=begun + timedelta(days=27))
    assert for_another(demo, settings, "SIM-0009") == replace(settings, patient_id="SIM-0009")
    later = replace(settings, end=begun + timedelta(days=28))
    assert for_another(demo, later, "SIM-0009").start == visits["SIM-0009"] != begun


def test_choices_that_do_not_apply_to_another_patient_are_reset(demo: fd.Analysis) -> None:
    series = demo.trends.groupby("patient_id", observed=True)
    own = {patient: (set(rows["exercise"]), set(rows["side"])) for patient, rows in series}
    settings = PatientSettings(patient_id="SIM-0001", exercises=("heel_raise", "ankle_eversion"), side="left")
    for patient, (exercises, sides) in own.items():
        changed = for_another(demo, settings, str(patient))
        kept = tuple(one for one in ("heel_raise", "ankle_eversion") if one in exercises)
        assert changed.exercises == (kept or None)
        assert changed.side == ("left" if "left" in sides else "all")
    assert for_another(demo, settings, "nobody").exercises is None
