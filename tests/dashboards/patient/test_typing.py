"""What is typed counts as soon as it is somebody's id, or a whole date; until then the page stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.controls import unknown
from footdrop_analytics.dashboards.patient.settings import PatientSettings, for_another, meant
from footdrop_analytics.dashboards.patient.shell import PatientDashboard
from footdrop_analytics.dashboards.shell import Page
from tests.dashboards.pairs import state_of
from tests.dashboards.patient._people import HOSTILE, HOSTILE_ID, Reader, odd_study
from tests.each import each
from tests.studies import Row, study_with

BLANKS = (" lead", "tail ", "mid x", "mid")
CHOSEN = {
    "patient_id": "P0",
    "start": date(2026, 1, 7),
    "end": date(2026, 1, 18),
    "exercises": ("heel_raise",),
    "side": "left",
}


@lru_cache(maxsize=1)
def _study() -> fd.Analysis:
    """P1 stands on the way to P12; some ids have blanks."""
    series = [
        {"patient_id": patient, "exercise": one}
        for patient in ("P0", "P1", "P12", *BLANKS)
        for one in ("heel_raise", "ankle_eversion")
    ]
    return _once(series)


def _once(series: list[Row]) -> fd.Analysis:
    """Each of these is prescribed, and logged once."""
    done = [one | {"performed_at": "2026-01-20 09:00", "reps": 8} for one in series]
    return fd.analyse(study_with(done, [one | {"start_date": "2026-01-05", "reps": 10} for one in series]))


def _open(analysis: fd.Analysis, **chosen: object) -> PatientDashboard:
    shell = PatientDashboard(analysis, PatientSettings(**chosen))  # type: ignore[arg-type]
    shell.open()
    return shell


def _type(shell: PatientDashboard, text: str) -> Iterator[str]:
    """Each letter reaches the kernel, from an emptied field on; what is typed so far, after each."""
    for stop in range(len(text) + 1):
        shell.search.field.value = text[:stop]
        yield text[:stop]


def _said(shell: PatientDashboard) -> str:
    return Reader(shell.said.value.replace('<q class="quote">', "“").replace("</q>", "”")).text


def test_what_is_nobodys_id_changes_nothing_but_the_line_below_it() -> None:
    shell = _open(_study(), **CHOSEN)
    settings, view, panels = shell.settings, shell.last_view, {name: one.value for name, one in shell._panels.items()}
    for typed in _type(shell, "PX"):
        assert shell.search.field.value == typed
        assert (shell.settings, shell.last_view) == (settings, view)
        assert {name: one.value for name, one in shell._panels.items()} == panels
        assert _said(shell).startswith(f"No patient “{typed}”. Still showing P0." if typed else "Still showing P0.")
    assert "Patient P0" in Reader(shell.panel("head").value).text


def test_the_line_names_ids_that_are_alike() -> None:
    shell = _open(_study(), patient_id="P0")
    shell.search.field.value = "p"
    assert _said(shell) == "No patient “p”. Still showing P0. Alike: P0, P1, P12."
    shell.search.field.value = "i"
    assert _said(shell) == "No patient “i”. Still showing P0. Alike: mid, mid x, tail ."
    shell.search.field.value = "P120"
    assert _said(shell) == "No patient “P120”. Still showing P0. Alike: P1, P12."
    shell.search.field.value = "zzz"
    assert _said(shell) == "No patient “zzz”. Still showing P0."


def test_of_many_ids_that_are_alike_the_most_urgent_are_named(demo: fd.Analysis) -> None:
    first = ", ".join(demo.caseload["patient_id"].iloc[:5])
    assert Reader(unknown("SIM", "SIM-0001", demo)).text.endswith(f"Alike: {first} and 8 more.")


def test_the_end_of_an_id_is_enough_if_it_is_one_patients(demo: fd.Analysis) -> None:
    shell = _open(demo, patient_id="SIM-0005")
    shown = [shell.settings.patient_id for _ in _type(shell, "0009")]
    assert shown == ["SIM-0005"] * 4 + ["SIM-0009"]
    assert shell.search.field.value == "0009"
    shell.search.field.value = "-00"
    assert shell.settings.patient_id == "SIM-0009"


def test_somebody_alike_is_a_click_away(demo: fd.Analysis) -> None:
    shell = _open(demo, patient_id="SIM-0005")
    shell.search.field.value = "SIM-001"
    assert 'data-offer="choose:SIM-0012"' in shell.said.value
    shell.page._heard(shell.page, {"say": "fill", "offer": "choose:SIM-0012", "told": {}}, None)
    assert (shell.settings.patient_id, shell.search.field.value) == ("SIM-0012", "SIM-0012")


def test_before_anybody_is_shown_the_line_says_so() -> None:
    shell = _open(_study(), patient_id="nobody")
    assert "Unknown patient" in Reader(shell.panel("head").value).text
    shell.search.field.value = "nob"
    assert _said(shell) == "No patient “nob”. Nobody is shown."
    shell.search.field.value = ""
    assert _said(shell) == "Nobody is shown."
    shell.search.field.value = "P12"
    assert _said(shell) == ""
    assert "Patient P12" in Reader(shell.panel("head").value).text


def test_texts_and_ids_in_the_line_are_text_only() -> None:
    said = Reader(unknown(HOSTILE, HOSTILE_ID, odd_study()))
    assert set(said.tags) == {"div", "bdi", "q", "strong"}
    assert said.quoted == [HOSTILE]
    assert HOSTILE_ID in said.text
    said = Reader(unknown("<b>", "", odd_study()))
    assert set(said.tags) == {"div", "bdi", "q", "form", "button"}
    assert HOSTILE_ID in said.text


@each("patient", ["SIM-0002", "SIM-0003", "SIM-0008"])
def test_a_patient_who_is_typed_is_the_patient_who_is_picked(demo: fd.Analysis, patient: str) -> None:
    visits = demo.study.visits
    since = visits.loc[visits["patient_id"] == "SIM-0001", "visited_on"].max().date()
    shell = _open(demo, patient_id="SIM-0001", start=since, exercises=("heel_raise", "ankle_eversion"), side="left")
    picked = for_another(demo, shell.settings, patient)
    assert list(_type(shell, patient))[-1] == patient
    assert shell.settings == picked
    assert f"Patient {patient}" in Reader(shell.panel("head").value).text
    assert shell.said.value == ""


def test_an_id_on_the_way_to_another_is_shown_while_it_stands_there() -> None:
    shell = _open(_study(), **CHOSEN)
    shown = [(typed, shell.settings.patient_id) for typed in _type(shell, "P12")]
    assert shown == [("", "P0"), ("P", "P0"), ("P1", "P1"), ("P12", "P12")]
    assert shell.settings == PatientSettings(**CHOSEN | {"patient_id": "P12"})  # type: ignore[arg-type]


def test_the_id_that_is_shown_typed_again_ends_the_line() -> None:
    shell = _open(_study(), **CHOSEN)
    view = shell.last_view
    assert list(_type(shell, "P0"))[-1] == "P0"
    assert shell.said.value == ""
    assert shell.last_view is view
    assert shell.settings == PatientSettings(**CHOSEN)  # type: ignore[arg-type]


def test_another_choice_puts_the_name_of_the_patient_shown_back_into_the_field() -> None:
    shell = _open(_study(), patient_id="P0")
    shell.search.field.value = "P"
    shell.period.last.value = date(2026, 1, 16)
    assert (shell.settings.patient_id, shell.settings.end) == ("P0", date(2026, 1, 16))
    assert (shell.search.field.value, shell.said.value) == ("P0", "")
    created = _open(_study(), patient_id="P0", end=date(2026, 1, 16))
    assert state_of(shell) == state_of(created)


def test_reports_and_rows_are_those_of_the_patient_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, str] = {}
    monkeypatch.setattr(
        Page, "download", lambda self, name, content, kind=None: files.update({name: content.decode("utf-8")})
    )
    shell = _open(_study(), patient_id="P1")
    shell.search.field.value = "P"
    for button in shell.exports.buttons.children[0].children:
        button.click()
    shell.exports.root.children[0].children[1].click()
    assert len(files) == 3
    reports = [text for name, text in files.items() if name.endswith(".html")]
    assert all("P1" in text and "P12" not in text for text in reports)
    assert "patient_id='P1'" in shell.exports._code.value.replace("&#x27;", "'")


@each("patient", BLANKS)
def test_an_id_with_blanks_can_be_chosen_and_typed(patient: str) -> None:
    shell = _open(_study(), patient_id="P0")
    assert patient in shell.search.field.options
    shell.search.field.value = patient
    assert (shell.settings.patient_id, shell.search.field.value) == (patient, patient)
    assert Reader(shell.panel("head").value).text.startswith(f"Patient {patient.strip()} ")
    # What is typed stays as it is: a blank that was put in order would make "mid x" unreachable.
    assert list(_type(shell, patient)) == [patient[:stop] for stop in range(len(patient) + 1)]
    assert (shell.settings.patient_id, shell.search.field.value) == (patient, patient)


@each(
    "typed, wanted",
    [
        (" P0 ", "P0"),
        ("P0\t", "P0"),
        ("p0", "P0"),
        (" p12\t", "P12"),
        (" lead", " lead"),
        ("lead", " lead"),
        ("TAIL", "tail "),
        ("Mid", "mid"),
        ("p2", None),
        ("mid ", "mid"),
        (" ", None),
        ("", None),
    ],
)
def test_blanks_around_an_id_and_its_case_may_be_typed_otherwise(typed: str, wanted: str | None) -> None:
    assert meant(typed, _study()) == wanted
    shell = _open(_study(), patient_id="P12")
    shell.search.field.value = typed
    assert shell.settings.patient_id == (wanted or "P12")
    assert shell.search.field.value == typed


def test_ids_that_differ_by_case_alone_need_their_own_text() -> None:
    analysis = _once([{"patient_id": one} for one in ("Ab", "aB")])
    assert [meant(typed, analysis) for typed in ("Ab", " aB ", "ab", "AB")] == ["Ab", "aB", None, None]


@each("field, of", [("start", "first"), ("end", "last")])
def test_a_year_counts_once_it_is_typed(field: str, of: str) -> None:
    shell = _open(_study(), patient_id="P0")
    picker = getattr(shell.period, of)
    shown, calls = shell.last_view, []
    shell._view = lambda analysis, settings: calls.append(settings) or shown  # type: ignore[assignment,func-returns-value]
    for year in (2, 20, 202):
        picker.value = date(year, 1, 15)
        assert shell.settings == PatientSettings(patient_id="P0")
        assert shell.alerts.trouble.value == ""
        assert _said(shell) == f"{year} is not yet a year. Still showing 5 Jan to 20 Jan 2026."
        assert picker.value == date(year, 1, 15)
    picker.value = date(2026, 1, 15)
    assert _said(shell) == ""
    assert calls == [shell.settings]
    assert shell.settings == PatientSettings(patient_id="P0", **{field: date(2026, 1, 15)})  # type: ignore[arg-type]


def test_a_year_that_is_left_half_typed_is_answered_in_words() -> None:
    shell = _open(_study(), patient_id="P0")
    shell.period.first.value = date(202, 1, 15)
    shell.period.last.value = date(2026, 1, 15)
    assert "15 Jan 202 is before every log; expected a day from 1 Jan 1990 on." in shell.alerts.trouble.value


@each("given", [None, date(2026, 1, 10)])
def test_a_day_that_is_taken_out_is_open_again_and_its_field_says_so(given: date | None) -> None:
    shell = _open(_study(), patient_id="P0", start=given, end=given)
    shell.period.first.value = None
    shell.period.last.value = None
    assert shell.settings == PatientSettings(patient_id="P0")
    assert (shell.period.first.value, shell.period.last.value) == (date(2026, 1, 5), date(2026, 1, 20))


def test_a_date_field_takes_four_digits_for_the_year() -> None:
    shell = _open(_study(), patient_id="P0")
    marks = shell.page.marks
    assert [marks[one.model_id]["max"] for one in (shell.period.first, shell.period.last)] == ["3399-12-31"] * 2


def test_a_year_while_nobody_is_shown_is_no_matter() -> None:
    shell = _open(_study(), patient_id="nobody")
    shell.period.first.value = date(202, 1, 15)
    assert (_said(shell), shell.alerts.trouble.value) == ("", "")


@each("of", ["first", "last"])
def test_a_year_with_a_digit_too_many_is_answered_in_words(of: str) -> None:
    shell = _open(_study(), patient_id="P0")
    field = getattr(shell.period, of)
    field.set_state({"value": {"year": 20251, "month": 10, "date": 30}})
    assert "31 Dec 9999 is after every log; expected a day up to 31 Dec 3399." in shell.alerts.trouble.value
    field.set_state({"value": {"year": 2026, "month": 0, "date": 10}})
    assert field.value == date(2026, 1, 10)
    assert shell.alerts.trouble.value == ""
    field.set_state({"value": None})
    assert shell.settings == PatientSettings(patient_id="P0")
