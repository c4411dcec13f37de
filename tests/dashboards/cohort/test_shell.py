"""The cohort's widgets: an update leaves them as a new dashboard would be."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import Any

import ipywidgets

import footdrop_analytics as fd
from footdrop_analytics.dashboards.cohort.shell import CohortShell
from footdrop_analytics.dashboards.cohort.view import CohortSettings
from footdrop_analytics.dashboards.shell.page import below
from tests.dashboards.cohort.cohorts import simulated
from tests.dashboards.pairs import state_of, walk

SETTINGS = (
    CohortSettings(),
    CohortSettings(group="arm"),
    CohortSettings(group="aetiology", exercise="heel_raise"),
    CohortSettings(group="arm", arm="usual", aetiology="stroke"),
    CohortSettings(group="exercise", arm="", aetiology="als"),
)


def _shell(settings: CohortSettings) -> CohortShell:
    shell = CohortShell(simulated(), settings)
    shell.open()
    assert shell.last_view is not None
    assert "fd-stale" not in shell.root._dom_classes, "an error is no view"
    return shell


@lru_cache(maxsize=8)
def _created(settings: CohortSettings) -> dict[str, dict[str, Any]]:
    return state_of(_shell(settings))


def test_update_equals_create() -> None:
    assert all(_created(one) != _created(other) for one, other in combinations(SETTINGS, 2))
    shell = _shell(SETTINGS[0])
    for settings in walk(SETTINGS):
        before = shell.settings
        shell.change(**{name: getattr(settings, name) for name in ("group", "exercise", "arm", "aetiology")})
        assert shell.settings == settings
        assert state_of(shell) == _created(settings), (before, settings)


def test_nothing_of_the_study_is_there_before_somebody_looks() -> None:
    shell = CohortShell(simulated(), CohortSettings())
    assert not [word for word in ("enhanced", "Heel raise", "As of <") if word in str(state_of(shell))]
    shell.open()
    assert "enhanced" in str(state_of(shell))


def test_every_control_has_a_label_and_changes_the_view() -> None:
    shell = _shell(CohortSettings())
    controls = [one for one in below(shell.root) if isinstance(one, ipywidgets.Dropdown)]
    language, group, exercise, arm, aetiology, *_ = controls
    assert [one.description for one in controls[1:5]] == ["Group by", "Exercise", "Arm", "Foot drop from"]
    assert all(one.description or shell.page.marks[one.model_id]["aria-label"] for one in controls)
    group.value, arm.value = "arm", "usual"
    assert shell.settings == CohortSettings(group="arm", arm="usual")
    assert shell.last_view is not None
    assert set(shell.last_view.tables["adherence"]["group"]) == {"usual"}
    exercise.value, aetiology.value = "heel_raise", "stroke"
    language.value = "de"
    chosen = {"group": "arm", "arm": "usual", "exercise": "heel_raise", "aetiology": "stroke"}
    assert shell.settings == CohortSettings(language="de", **chosen)
    assert (group.description, shell.page.marks[shell.root.model_id]["lang"]) == ("Gruppiert nach", "de")


def test_a_choice_by_what_nobody_is_recorded_with_is_hidden(demo: fd.Analysis) -> None:
    shell = CohortShell(demo, CohortSettings())
    shell.open()
    shown = {name: control.layout.display != "none" for name, control in shell._controls.items()}
    assert shown == {"group": True, "exercise": True, "arm": False, "aetiology": True}
    assert all(one.layout.display is None for one in _shell(CohortSettings())._controls.values())


def test_an_unknown_choice_is_told_in_words() -> None:
    shell = _shell(CohortSettings())
    shell.guarded(lambda: shell.change(arm="<nowhere>"))()
    words = str(state_of(shell))
    assert "none called" in words
    assert "&lt;nowhere&gt;" in words
    shell.change(arm="usual")
    assert state_of(shell) == _created(CohortSettings(arm="usual"))


def test_the_page_as_a_file_holds_what_is_shown() -> None:
    shell = _shell(CohortSettings(group="arm"))
    page = shell.still().decode("utf-8")
    assert "<script" not in page
    for part in (
        "Cohort",
        "enhanced",
        "Adherence by arm",
        "Way of moving, difficulty and criteria now",
        "Data quality by source",
    ):
        assert part in page
    assert page.count("<svg") == 4
