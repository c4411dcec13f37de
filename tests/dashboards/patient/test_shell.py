"""The patient dashboard's shell only assigns: updating is creating, and what somebody types is answered in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from itertools import combinations

import ipywidgets
import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.shell import PatientDashboard, first_settings
from footdrop_analytics.dashboards.shell import Page
from tests.dashboards.pairs import state_of, walk
from tests.dashboards.patient._people import DEMO_SETTINGS, Reader, seen


def _dashboard(analysis: fd.Analysis, settings: PatientSettings) -> PatientDashboard:
    shell = PatientDashboard(analysis, settings)
    shell._view = seen
    shell.open()
    return shell


def test_update_equals_create(demo: fd.Analysis) -> None:
    created = [state_of(_dashboard(demo, settings)) for settings in DEMO_SETTINGS]
    assert all(one != other for one, other in combinations(created, 2))
    shell = _dashboard(demo, DEMO_SETTINGS[0])
    for settings in walk(DEMO_SETTINGS):
        before = shell.settings
        shell.change(**asdict(settings))
        assert shell.settings == settings
        assert state_of(shell) == created[DEMO_SETTINGS.index(settings)], (before, settings)


def test_nothing_is_shown_before_somebody_looks(demo: fd.Analysis) -> None:
    shell = PatientDashboard(demo, PatientSettings(patient_id="SIM-0005"))
    assert "SIM-0" not in json.dumps(state_of(shell), default=str)


def test_controls_choose_and_show(demo: fd.Analysis) -> None:
    shell = _dashboard(demo, first_settings(demo, "data/demo", None))
    assert shell.search.field.value == shell.settings.patient_id == "SIM-0005"
    assert shell.search.field.options == tuple(demo.caseload["patient_id"])
    shell.period.quick.value = "2025-12-08"
    assert (shell.settings.start, shell.settings.end) == (date(2025, 12, 8), None)
    assert (shell.period.first.value, shell.period.last.value) == (date(2025, 12, 8), date(2025, 12, 21))
    shell.period.last.value = date(2025, 12, 14)
    assert shell.settings.end == date(2025, 12, 14)
    assert shell.period.quick.value is None
    boxes = shell.exercises.root.children[1:]
    assert [box.description for box in boxes] == ["Single-leg stand", "Hip adduction and abduction"]
    boxes[0].value = False
    assert shell.settings.exercises == ("hip_adduction_abduction",)
    boxes[0].value = True
    assert shell.settings.exercises is None
    shell.side.value = "right"
    assert shell.settings.side == "right"
    assert shell.last_view is seen(demo, shell.settings)


def test_controls_that_were_used_are_those_of_a_new_dashboard(demo: fd.Analysis) -> None:
    used = _dashboard(demo, PatientSettings(patient_id="SIM-0005"))
    uses: list[tuple[Callable[[], ipywidgets.Widget], object]] = [
        (lambda: used.period.last, None),
        (lambda: used.period.first, None),
        (lambda: used.period.first, date(2025, 11, 10)),
        (lambda: used.search.field, "SIM-0001"),
        (lambda: used.period.last, date(2025, 12, 1)),
        (lambda: used.period.first, None),
        (lambda: used.period.quick, "2025-11-18"),
        (lambda: used.exercises.root.children[1], False),
        (lambda: used.search.field, "SIM-0003"),
        (lambda: used.side, "right"),
        (lambda: used.period.last, None),
    ]
    for find, value in uses:
        control = find()
        control.value = value
        assert state_of(used) == state_of(_dashboard(demo, used.settings)), (control, value)
    assert used.settings == PatientSettings(
        patient_id="SIM-0003", start=date(2025, 11, 18), exercises=("heel_raise",), side="right"
    )


def test_all_days_are_back_after_an_earlier_last_day(demo: fd.Analysis) -> None:
    shell = _dashboard(demo, PatientSettings(patient_id="SIM-0003"))
    assert shell.period.quick.value == ""
    shell.period.last.value = date(2025, 11, 1)
    assert shell.period.quick.value is None
    shell.period.quick.value = "2025-10-19"
    assert (shell.settings.start, shell.settings.end) == (date(2025, 10, 19), date(2025, 11, 1))
    shell.search.field.value = "SIM-0005"
    assert shell.settings.end == date(2025, 11, 1)
    shell.period.quick.value = ""
    assert shell.settings == PatientSettings(patient_id="SIM-0005")
    assert shell.period.quick.value == ""
    assert shell.period.last.value == date(2025, 12, 21)
    assert state_of(shell) == state_of(_dashboard(demo, shell.settings))


def test_boxes_are_ticked_where_an_exercise_is_chosen(demo: fd.Analysis) -> None:
    shell = _dashboard(demo, PatientSettings(patient_id="SIM-0001", exercises=("heel_raise", "assisted_toe_raise")))
    boxes = shell.exercises.root.children[1:]
    assert [box.description for box in boxes if box.value] == ["Heel raise", "Assisted toe raise"]
    assert len(boxes) == 4


def test_another_patient_keeps_what_applies(demo: fd.Analysis) -> None:
    shell = _dashboard(demo, PatientSettings(patient_id="SIM-0001", exercises=("heel_raise",), side="left"))
    shell.change(patient_id="SIM-0003", start=date(2025, 12, 1))
    assert shell.settings == PatientSettings(
        patient_id="SIM-0003", start=date(2025, 12, 1), exercises=("heel_raise",), side="all"
    )
    shell.change(patient_id="SIM-0002")
    assert shell.settings.exercises is None


def test_a_period_that_cannot_be_is_answered_in_words(demo: fd.Analysis) -> None:
    shell = _dashboard(demo, PatientSettings(patient_id="SIM-0005"))
    shell.period.first.value = date(2026, 3, 1)
    said = json.dumps(shell.alerts.root.get_state(), default=str) + json.dumps(state_of(shell), default=str)
    assert "The period begins on 1 Mar 2026, after the last day that counts, 21 Dec 2025." in said
    shell.period.first.value = date(2025, 12, 1)
    assert shell.settings.start == date(2025, 12, 1)
    assert "begins on 1 Mar 2026" not in json.dumps(state_of(shell), default=str)


def test_days_that_do_not_fit_each_other_count_once_they_do(demo: fd.Analysis) -> None:
    shell = _dashboard(demo, PatientSettings(patient_id="SIM-0005", end=date(2025, 10, 1)))
    shell.period.first.value = date(2025, 11, 1)
    assert "The period begins on 1 Nov 2025, after its last day, 1 Oct 2025." in json.dumps(
        state_of(shell), default=str
    )
    shell.period.last.value = date(2025, 12, 1)
    assert (shell.settings.start, shell.settings.end) == (date(2025, 11, 1), date(2025, 12, 1))
    shell.period.first.value = None
    assert shell.settings.start is None


@pytest.mark.parametrize("audience", ["clinician", "patient"])
def test_reports_are_those_of_the_patient_and_days_shown(
    demo: fd.Analysis, audience: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    monkeypatch.setattr(Page, "download", lambda self, name, content, kind=None: files.append((name, content)))
    shell = _dashboard(demo, PatientSettings(patient_id="SIM-0004", start=date(2025, 11, 3), end=date(2025, 12, 14)))
    button = next(one for one in shell.exports.buttons.children[0].children if one.description.endswith(audience))
    button.click()
    if audience == "patient":
        # A red flag is open, and asks first.
        assert files == []
        shell.exports.buttons.children[1].children[1].children[0].click()
    name, content = files[0]
    assert name.startswith("sim-0004-")
    text = content.decode("utf-8")
    assert "SIM-0004" in text
    if audience == "clinician":
        assert "as of <strong>14 Dec 2025</strong>" in text
        assert "Period 3 Nov to 14 Dec 2025" in text


def test_a_sheet_is_handed_over_after_a_question_if_a_red_flag_is_open(
    demo: fd.Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: list[bytes] = []
    monkeypatch.setattr(Page, "download", lambda self, name, content, kind=None: files.append(content))
    shell = _dashboard(demo, PatientSettings(patient_id="SIM-0005"))
    shell.contact.value = "Foot clinic <555 0100>"
    shell.sheet_language.value = "de"
    asked = shell.exports.buttons.children[1]

    def press(words: str) -> None:
        buttons = [*shell.exports.buttons.children[0].children, *asked.children[1].children]
        next(one for one in buttons if getattr(one, "description", None) == words).click()

    press("Report for the patient")
    assert "1 open red flag. Hand the sheet over anyway?" in asked.children[0].value
    press("Not now")
    assert (files, asked.children[0].value) == ([], "")
    press("Report for the patient")
    press("Hand it over anyway")
    assert b"Foot clinic &lt;555 0100&gt;" in files[0]
    assert "Ihre Übungen" in files.pop().decode()
    press("Report for the patient")
    shell.search.field.value = "SIM-0001"
    assert asked.layout.display == "none"
    press("Report for the patient")
    assert b"Foot clinic &lt;555 0100&gt;" in files.pop()


def test_a_report_of_nobody_is_answered_in_words(demo: fd.Analysis) -> None:
    shell = _dashboard(demo, PatientSettings(patient_id="nobody"))
    shell.exports.buttons.children[0].children[0].click()
    assert "Choose a patient first" in json.dumps(state_of(shell), default=str)


def test_a_part_of_another_dashboard_shares_its_page(demo: fd.Analysis) -> None:
    page = Page()
    part = PatientDashboard(demo, PatientSettings(patient_id="SIM-0005"), page=page)
    assert part.page is page
    part.change(patient_id="SIM-0002")
    assert "Patient SIM-0002" in Reader(part.panel("head").value).text
