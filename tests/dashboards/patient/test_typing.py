"""Typing an id letter by letter: what is on the way to an id changes nothing, and ids are taken exactly as written."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.ids import meant
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.shell import PatientDashboard
from footdrop_analytics.dashboards.patient.switch import for_another
from tests.dashboards.patient._people import Reader

VISITS = {"P0": "2026-01-07", "P12": "2026-01-14"}
BLANKS = (" lead", "tail ", "mid x", "mid")


def _type(shell: PatientDashboard, text: str) -> None:
    """Each letter reaches the kernel, from an emptied field on."""
    for stop in range(len(text) + 1):
        shell.search.root.value = text[:stop]


def _erase(shell: PatientDashboard, left: str) -> None:
    while shell.search.root.value != left:
        shell.search.root.value = shell.search.root.value[:-1]


@lru_cache(maxsize=1)
def _study() -> fd.Analysis:
    """P1 stands on the way to P12, and has other exercises, another side, and no visit; some ids have blanks."""
    plan = {"start_date": "2026-01-05", "days_per_week": 7, "reps": 10}
    both = [{"exercise": one, "side": "left"} for one in ("heel_raise", "ankle_eversion")]
    whose = {"P0": both, "P1": [{"exercise": "ankle_inversion", "side": "right"}], "P12": both}
    whose |= dict.fromkeys(BLANKS, both[:1])
    series = [{"patient_id": patient, **one} for patient, own in whose.items() for one in own]
    return fd.analyse(
        fd.study_from_tables(
            sessions=pd.DataFrame([{**one, "performed_at": "2026-01-20 09:00", "reps": 8} for one in series]),
            prescriptions=pd.DataFrame([{**one, **plan} for one in series]),
            visits=pd.DataFrame([{"patient_id": patient, "visited_on": on} for patient, on in VISITS.items()]),
        )
    )


def _open(analysis: fd.Analysis, **chosen: object) -> PatientDashboard:
    shell = PatientDashboard(analysis, PatientSettings(**chosen))  # type: ignore[arg-type]
    shell.open()
    return shell


CHOSEN = {
    "patient_id": "P0",
    "start": date(2026, 1, 7),
    "end": date(2026, 1, 18),
    "exercises": ("heel_raise",),
    "side": "left",
}
KEPT = PatientSettings(**CHOSEN | {"patient_id": "P12", "start": date(2026, 1, 14)})  # type: ignore[arg-type]


@pytest.mark.parametrize("patient", ["SIM-0002", "SIM-0003", "SIM-0008"])
def test_a_patient_who_is_typed_is_the_patient_who_is_picked(demo: fd.Analysis, patient: str) -> None:
    visits = demo.study.visits
    since = visits.loc[visits["patient_id"] == "SIM-0001", "visited_on"].max().date()
    shell = _open(demo, patient_id="SIM-0001", start=since, exercises=("heel_raise", "ankle_eversion"), side="left")
    picked = for_another(demo, shell.settings, patient)
    _type(shell, patient)
    assert shell.settings == picked
    assert f"Patient {patient}" in Reader(shell.panel("head").value).text


def test_what_the_patient_has_stays_chosen_while_an_id_is_typed(demo: fd.Analysis) -> None:
    shell = _open(demo, patient_id="SIM-0001", exercises=("heel_raise",))
    _type(shell, "SIM-0003")
    assert shell.settings == PatientSettings(patient_id="SIM-0003", exercises=("heel_raise",))
    assert [box.description for box in shell.exercises.root.children[1:] if box.value] == ["Heel raise"]


def test_a_patient_on_the_way_to_another_resets_nothing() -> None:
    shell = _open(_study(), **CHOSEN)
    _type(shell, "P1")
    assert (shell.settings.exercises, shell.settings.side, shell.settings.start) == (None, "all", None)
    _type(shell, "P12")
    assert shell.settings == KEPT
    _erase(shell, "P")
    shell.search.root.value = "P0"
    assert shell.settings == PatientSettings(**CHOSEN)  # type: ignore[arg-type]


def test_the_same_id_typed_again_keeps_every_choice() -> None:
    shell = _open(_study(), **CHOSEN | {"exercises": ()})
    _erase(shell, "P")
    _type(shell, "P0")
    assert shell.settings == PatientSettings(**CHOSEN | {"exercises": ()})  # type: ignore[arg-type]


def test_what_is_changed_on_the_way_counts() -> None:
    shell = _open(_study(), **CHOSEN)
    _type(shell, "P1")
    shell.change(side="right")
    _type(shell, "P12")
    assert (shell.settings.exercises, shell.settings.side) == (None, "all")
    shell = _open(_study(), **CHOSEN)
    _type(shell, "P")
    shell.period.last.value = date(2026, 1, 16)
    _type(shell, "P12")
    assert shell.settings.end == date(2026, 1, 16)
    assert (shell.settings.start, shell.settings.exercises) == (date(2026, 1, 14), ("heel_raise",))


def test_a_patient_who_is_picked_is_not_on_the_way() -> None:
    shell = _open(_study(), **CHOSEN)
    shell.change(patient_id="P1")
    shell.change(patient_id="P12")
    assert (shell.settings.exercises, shell.settings.side) == (None, "all")


@pytest.mark.parametrize("patient", BLANKS)
def test_an_id_with_blanks_can_be_chosen_and_typed(patient: str) -> None:
    shell = _open(_study(), patient_id="P0")
    assert patient in shell.search.root.options
    shell.search.root.value = patient
    assert (shell.settings.patient_id, shell.search.root.value) == (patient, patient)
    assert Reader(shell.panel("head").value).text.startswith(f"Patient {patient.strip()} ")
    _type(shell, patient)
    assert (shell.settings.patient_id, shell.search.root.value) == (patient, patient)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (" P0 ", "P0"),
        ("P0\t", "P0"),
        ("lead", "lead"),
        (" lead", " lead"),
        ("  lead", "  lead"),
        ("tail", "tail"),
        # A blank is left where an id could still become of it: "mid x" is not "midx".
        ("mid ", "mid "),
        (" mid", "mid"),
        (" ", " "),
        ("", ""),
    ],
)
def test_blanks_around_an_id_fall_only_where_nothing_else_can_be_meant(typed: str, wanted: str) -> None:
    assert meant(typed, frozenset({"P0", *BLANKS})) == wanted


@pytest.mark.parametrize(("field", "of"), [("start", "first"), ("end", "last")])
def test_a_year_counts_once_it_is_typed(field: str, of: str) -> None:
    shell = _open(_study(), patient_id="P0")
    picker = getattr(shell.period, of)
    shown, calls = shell.last_view, []
    shell._view = lambda analysis, settings: calls.append(settings) or shown  # type: ignore[assignment,func-returns-value]
    for year in (2, 20, 202):
        picker.value = date(year, 1, 15)
        assert shell.settings == PatientSettings(patient_id="P0")
        assert shell.alerts.trouble.value == ""
    picker.value = date(2026, 1, 15)
    assert calls == [shell.settings]
    assert shell.settings == PatientSettings(patient_id="P0", **{field: date(2026, 1, 15)})  # type: ignore[arg-type]


def test_a_year_that_is_left_half_typed_is_answered_in_words() -> None:
    shell = _open(_study(), patient_id="P0")
    shell.period.first.value = date(202, 1, 15)
    shell.period.last.value = date(2026, 1, 15)
    assert "15 Jan 202 is before every log; expected a day from 1 Jan 1990 on." in shell.alerts.trouble.value
