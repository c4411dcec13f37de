"""The caseload's widgets: an update leaves them as a new dashboard would be; a row opens its patient."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from itertools import combinations
from typing import Any

import ipywidgets
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter

import footdrop_analytics as fd
from footdrop_analytics.dashboards.caseload.choices import CaseloadSettings
from footdrop_analytics.dashboards.caseload.shell import CaseloadDashboard, show_caseload
from footdrop_analytics.dashboards.caseload.table import PatientTable
from footdrop_analytics.dashboards.desk import desk_of
from footdrop_analytics.dashboards.shell.page import below
from tests.dashboards.caseload.people import MARKUP, SCRIPT, analysis, study
from tests.dashboards.pairs import state_of, walk
from tests.each import each

SETTINGS = (
    CaseloadSettings(),
    CaseloadSettings(clinician="Kim", severity="red", sort="change"),
    CaseloadSettings(clinician="", aetiology="ms", search="a"),
    CaseloadSettings(exercise="heel_raise", state="criteria_met", arm=""),
    CaseloadSettings(clinician="nobody", search="nothing like this"),
)
NAMES = ("sort", "reverse", "clinician", "aetiology", "arm", "exercise", "severity", "state", "search")


def _shell(settings: CaseloadSettings = SETTINGS[0]) -> CaseloadDashboard:
    shell = CaseloadDashboard(analysis(), settings)
    shell.open()
    assert shell.last_view is not None, "an error is no view"
    return shell


@lru_cache(maxsize=8)
def _created(settings: CaseloadSettings) -> dict[str, dict[str, Any]]:
    return state_of(_shell(settings))


def test_update_equals_create() -> None:
    assert all(_created(one) != _created(other) for one, other in combinations(SETTINGS, 2))
    shell = _shell()
    for settings in walk(SETTINGS):
        before = shell.settings
        shell.change(**{name: getattr(settings, name) for name in NAMES})
        assert state_of(shell) == _created(settings), (before, settings)


def _rows(shell: CaseloadDashboard) -> list[str]:
    return re.findall(r"<tr><td.*?</tr>", shell.table.html, re.DOTALL)


def _clicked(shell: CaseloadDashboard, place: object) -> None:
    """What the browser sends when a row is clicked."""
    shell.table._handle_custom_msg({"open": place}, [])


def test_a_row_opens_its_patient_below(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = _shell()
    revealed: list[object] = []
    monkeypatch.setattr(shell.page, "reveal", revealed.append)
    assert shell.table.opened == -1
    for place, patient_id in ((2, MARKUP), (3, "[red]"), (4, "a/B"), (6, "a/b"), (8, "a 2")):
        _clicked(shell, place)
        assert shell.patient is not None
        assert shell.patient.settings.patient_id == patient_id
        assert shell.table.opened == place
        assert shell.alerts.trouble.value == ""
    assert len(revealed) == 5
    assert shell.patient.root in list(below(shell.root))
    assert {one.model_id for one in below(shell.root)} <= set(shell.page.models)


def test_a_button_leads_back_to_the_list_as_it_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = _shell()
    shell.change(severity="amber")
    revealed: list[object] = []
    monkeypatch.setattr(shell.page, "reveal", revealed.append)
    buttons = [one for one in below(shell.root) if getattr(one, "description", "") == "Back to the list"]
    assert buttons == [], "nobody is open"
    _clicked(shell, 2)
    _clicked(shell, 3)
    [back] = [one for one in below(shell.root) if getattr(one, "description", "") == "Back to the list"]
    back.click()
    assert revealed[-1] is shell.table
    assert shell.settings.severity == "amber"
    assert shell.patient is not None
    assert shell.patient.settings.patient_id == "[red]"


def test_another_patient_chosen_below_is_marked_in_the_table() -> None:
    shell = _shell()
    _clicked(shell, 0)
    assert shell.patient is not None
    shell.patient.change(patient_id="Zoë")
    assert shell.table.opened == 7
    # A patient stays open when the choices leave others.
    shell.change(severity="red")
    assert shell.patient.settings.patient_id == "Zoë"


@each("place", [99, -1, "none"])
def test_a_row_that_is_none_is_told_in_words(place: object) -> None:
    shell = _shell()
    _clicked(shell, place)
    assert 'role="alert"' in shell.alerts.trouble.value
    assert shell.table.opened == -1


def test_nothing_of_the_study_is_there_before_somebody_looks() -> None:
    shell = CaseloadDashboard(analysis(), CaseloadSettings())
    words = ("Kim", "31 Mar", "event or check-in", "open red flag")
    assert not [word for word in words if word in json.dumps(state_of(shell), default=str)]
    assert _rows(shell) == []
    shell.page._handle_custom_msg({"say": "look"}, [])
    assert len(_rows(shell)) == 9
    assert not [word for word in words if word not in json.dumps(state_of(shell), default=str, ensure_ascii=False)]


def test_every_control_has_words_and_changes_the_view() -> None:
    shell = _shell()
    controls = {
        one.description: one
        for one in below(shell.root)
        if isinstance(one, ipywidgets.Dropdown | ipywidgets.Text) and one.description not in ("Table", "")
    }
    chosen = {
        "Search": ("a", "search"),
        "Clinician": ("Kim", "clinician"),
        "Flags": ("red", "severity"),
        "State for review": ("hold_event", "state"),
        "Exercise": ("heel_raise", "exercise"),
        "Foot drop from": ("stroke", "aetiology"),
        "Arm": ("=all", "arm"),
    }
    assert list(controls) == list(chosen)
    for words, (value, field) in chosen.items():
        controls[words].value = value
        assert getattr(shell.settings, field) == value
    assert shell.last_view is not None
    assert shell.last_view.tables["caseload"]["patient_id"].tolist() == ["A 1"]
    assert _rows(shell) == _rows(_shell())[:1]


def test_a_choice_about_what_nobody_stated_is_hidden(demo: fd.Analysis) -> None:
    shell = CaseloadDashboard(demo, CaseloadSettings())
    shell.open()
    shown = {name: control.layout.display != "none" for name, control in shell._controls.items()}
    assert shown == dict.fromkeys(shown, True) | {"arm": False}
    shell.change(arm="usual")
    assert shell._controls["arm"].layout.display is None
    shell.change(arm="all")
    assert shell._controls["arm"].layout.display == "none"
    assert all(control.layout.display is None for control in _shell()._controls.values())


def test_no_form_of_a_widget_tells_a_patient() -> None:
    shell = _shell()
    _clicked(shell, 2)
    show = DisplayFormatter()
    for one in [shell, *below(shell.root)]:
        if one is shell or isinstance(one, PatientTable):
            data, _ = show.format(one)
            assert data["text/plain"] == ""
            assert "Kim" not in str(data)


def test_the_page_as_a_file_holds_the_rows_shown_and_runs_nothing() -> None:
    shell = _shell(CaseloadSettings(search="<b>"))
    text = shell.still().decode("utf-8")
    assert text.count("<tr>") == 1 + 1
    assert f"<b><bdi>{MARKUP.replace('<', '&lt;').replace('>', '&gt;')}</bdi></b>" in text
    assert SCRIPT not in text
    assert "1 of 9 patients" in text
    assert "Adherence interval" in text
    assert not re.search("<script|<button|<input|<select|<img|<link|url\\(", text)


def test_rows_and_code_are_offered() -> None:
    shell = _shell(CaseloadSettings(clinician="Kim"))
    state = json.dumps(state_of(shell), default=str)
    assert "Show code" in state
    assert "view = caseload_view(analysis, settings)" in state
    assert '["caseload", "flags"]' in state or '"caseload", "flags"' in state


def test_a_head_sorts_and_other_patients_begin_at_the_first_page() -> None:
    shell = _shell()
    shell.table._handle_custom_msg({"choose": {"sort": "last", "reverse": True}}, [])
    assert (shell.settings.sort, shell.settings.reverse) == ("last", True)
    assert 'aria-sort="ascending"' in shell.table.html
    shell.table._handle_custom_msg({"choose": {"page": 3}}, [])
    assert shell.settings.page == 3
    shell.change(clinician="Kim")
    assert (shell.settings.page, shell.settings.sort) == (1, "last")
    shell.table._handle_custom_msg({"choose": {"sort": "nothing"}}, [])
    assert "sort: expected one of" in shell.alerts.trouble.value


def test_show_caseload_displays_the_dashboard_of_a_study(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Callable[..., CaseloadDashboard]] = []
    monkeypatch.setattr("footdrop_analytics.dashboards.caseload.shell.show", lambda given, make, _: shown.append(make))
    show_caseload(study())
    (make,) = shown
    dashboard = make(analysis(), "path/to/study", desk_of(study, None))
    assert isinstance(dashboard, CaseloadDashboard)
    assert dashboard.settings == CaseloadSettings(study="path/to/study", today=dashboard.settings.today)
    assert dashboard.settings.today == pd.Timestamp.now().date()
