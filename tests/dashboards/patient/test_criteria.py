"""Every criterion opens to the rows of the log behind it."""

from __future__ import annotations

import re
from html import unescape

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.wording.words import day, number
from tests.dashboards.patient._people import Reader, seen
from tests.each import each
from tests.studies import study_with

EVERYBODY = [f"SIM-{number:04d}" for number in range(1, 14)]
_OPENED = re.compile(
    r'<details class="criterion[^"]*" data-key="criterion:(\w+):(\w+):(\w+)">(.*?)</details>', re.DOTALL
)


def _opened(panel: str) -> dict[tuple[str, str, str], str]:
    return {(exercise, side, rule): inside for exercise, side, rule, inside in _OPENED.findall(panel)}


@each("patient", EVERYBODY)
def test_the_rows_of_the_days_stand_behind_each_criterion(demo: fd.Analysis, patient: str) -> None:
    opened = _opened(seen(demo, PatientSettings(patient_id=patient)).panels["readiness"])
    criteria = demo.criteria[demo.criteria["patient_id"] == patient]
    assert set(opened) == set(zip(criteria["exercise"], criteria["side"], criteria["rule_id"], strict=True))
    sessions = demo.study.sessions[demo.study.sessions["patient_id"] == patient]
    for row in criteria.itertuples():
        inside = opened[str(row.exercise), str(row.side), str(row.rule_id)]
        if not row.applicable or pd.isna(row.from_day) or row.rule_id == "no_event":
            assert "<td>" not in inside
            continue
        days = sessions["performed_at"].dt.normalize()
        own = sessions[(sessions["exercise"] == row.exercise) & (sessions["side"] == row.side)]
        own = own[days.loc[own.index].between(row.from_day, row.to_day)]
        assert inside.count("<tr><td>") == len(own)
        for one in own.itertuples():
            amount = [number(one.sets)]
            amount += [number(one.reps)] if pd.notna(one.reps) else []
            amount += [f"{number(one.hold_s)} s"] if pd.notna(one.hold_s) else []
            shown = "–" if len(amount) == 1 else " × ".join(amount)
            assert f"<tr><td>{one.performed_at:%a} {day(one.performed_at.date())}<td>" in inside
            assert f"<td>{shown}<td>" in inside
        assert set(own["notes"].dropna()) <= set(Reader(inside).quoted)


def test_met_not_met_and_missing_are_told_without_colour(demo: fd.Analysis) -> None:
    words = {True: "✓ met", False: "✗ not met", None: "? missing"}
    seen_words = set()
    for patient in EVERYBODY:
        opened = _opened(seen(demo, PatientSettings(patient_id=patient)).panels["readiness"])
        for row in demo.criteria[demo.criteria["patient_id"] == patient].itertuples():
            if row.applicable:
                word = words[None if pd.isna(row.met) else bool(row.met)]
                seen_words.add(word)
                assert f'<span class="sign-met">{word}</span>' in opened[row.exercise, row.side, row.rule_id]
    assert seen_words == set(words.values())


def test_events_and_checkins_stand_behind_the_criterion_on_events(demo: fd.Analysis) -> None:
    opened = _opened(seen(demo, PatientSettings(patient_id="SIM-0005")).panels["readiness"])
    inside = opened["single_leg_stand", "right", "no_event"]
    assert "Wed 17 Dec 2025: Fall during Single-leg stand, injury: no" in unescape(inside)
    assert "knee gave way at the counter" in Reader(inside).quoted
    assert "Sun 14 Dec 2025: asked about falls: none, 2 near falls" in inside


def test_ratings_of_checkins_and_other_exercises_stand_behind_pain() -> None:
    both = ("heel_raise", "ankle_eversion")
    rows = [
        {"performed_at": f"2026-01-{day:02d} 09:00", "exercise": exercise, "reps": 10,
         "pain_0_10": 4 if exercise == "ankle_eversion" and day == 19 else None}
        for day in range(1, 21) for exercise in both
    ]  # fmt: skip
    plans = [{"exercise": one, "start_date": "2026-01-01", "reps": 10} for one in both]
    study = study_with(rows, plans, checkins=[{"day": "2026-01-20", "pain_0_10": 3}])
    view = patient_view(fd.analyse(study), PatientSettings(patient_id="P"))
    inside = _opened(view.panels["readiness"])["heel_raise", "left", "pain"]
    assert "Tue 20 Jan 2026: check-in, pain 3" in inside
    assert "Mon 19 Jan 2026: Ankle eversion, left, pain 4" in inside
    assert "highest 4" in inside


def test_a_rejected_report_stands_behind_the_criterion_on_events(demo: fd.Analysis) -> None:
    opened = _opened(seen(demo, PatientSettings(patient_id="SIM-0012")).panels["readiness"])
    inside = [text for (_, _, rule), text in opened.items() if rule == "no_event"]
    assert inside
    assert all("Rejected, so in no number: checkins, checkins.csv, row 91" in text for text in inside)


@each("patient", EVERYBODY)
@each("measure, column", [("effort", 0), ("pain", 1)])
def test_the_rating_that_holds_a_criterion_stands_behind_it(
    demo: fd.Analysis, patient: str, measure: str, column: int
) -> None:
    """People rate once, not per exercise: the highest may stand in a check-in or in a row of another exercise."""
    opened = _opened(seen(demo, PatientSettings(patient_id=patient)).panels["readiness"])
    for row in demo.criteria[demo.criteria["patient_id"] == patient].itertuples():
        highest = re.match(r"highest ([\d.]+)", str(row.observed))
        if row.rule_id != measure or not row.applicable or highest is None:
            continue
        inside = opened[row.exercise, row.side, row.rule_id]
        own = re.findall(r"<td>([\d.]+|–)<td>([\d.]+|–)<td>(?:done|partial|skipped|tried)", inside)
        listed = [pair[column] for pair in own] + re.findall(rf", {measure} ([\d.]+)", unescape(inside))
        assert max(float(one) for one in listed if one != "–") == float(highest[1]), (row.exercise, row.side)


def test_pain_of_another_exercise_stands_in_though_effort_was_rated(demo: fd.Analysis) -> None:
    opened = _opened(seen(demo, PatientSettings(patient_id="SIM-0012")).panels["readiness"])
    assert re.search(r"<li>Fri 19 Dec 2025: [^<]*, pain 9</li>", opened["hip_rotation", "right", "pain"])
