"""Hostile texts stay texts, and what is missing or unknown is said in sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient import behind, charted
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.errors import ParameterError
from tests.dashboards.patient._people import (
    EMPTY,
    HOSTILE,
    HOSTILE_ID,
    LAST,
    PLANNED,
    Reader,
    odd_study,
    seen,
    text_of,
)
from tests.each import each
from tests.studies import study_with


def test_texts_from_files_are_text_only() -> None:
    view = patient_view(odd_study(), PatientSettings(patient_id=HOSTILE_ID))
    for name, panel in view.panels.items():
        reader = Reader(panel)
        assert not {"img", "script", "b", "style"} & set(reader.tags), name
        assert "49" not in reader.quoted
    assert HOSTILE in "".join(Reader(view.panels["timeline"]).quoted)
    assert HOSTILE in "".join(Reader(view.panels["readiness"]).quoted)
    chart = view.charts["log"]
    assert "<img" not in chart.still
    for text in _texts(chart.figure):
        assert "<img" not in text
        assert "</script" not in text
        # Plotly has no sign for quotation marks: they stand as they are.
        assert "&quot;" not in text
        assert "&#" not in text


def test_of_thousands_of_notes_and_rows_the_latest_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """36,500 notes made a page of 14 MB that was sent again with every change."""
    monkeypatch.setattr(charted, "MOST_DAILY", 4)
    monkeypatch.setattr(behind, "MOST_ROWS", 6)
    days = [f"2026-03-{day:02d} {clock}" for day in range(2, 12) for clock in ("08:00", "18:00")]
    log = [{"performed_at": at, "notes": f"note {number}", "reps": 10, "pain_0_10": 2, "effort_0_10": 3}
           for number, at in enumerate(days)]  # fmt: skip
    study = study_with(log, [{"start_date": "2026-03-02", "sessions_per_day": 2, "reps": 10}])
    view = patient_view(fd.analyse(study), PatientSettings(patient_id="P"))
    assert [one for one in range(20) if f"note {one}<" in view.panels["timeline"]] == [16, 17, 18, 19]
    assert "16 earlier notes of log and check-ins are not listed here" in text_of(view, "timeline")
    assert "of the log, of which the latest 6 are listed" in text_of(view, "readiness")
    (notes,) = (trace for trace in view.charts["log"].figure["data"] if "Note" in str(trace.get("text")))
    assert len(notes["text"]) == 10
    assert "and 1 more note that day" in notes["text"][0]


def test_reports_of_nobody_stand_in_the_head() -> None:
    for patient in (HOSTILE_ID, PLANNED, EMPTY):
        said = text_of(patient_view(odd_study(), PatientSettings(patient_id=patient)), "head")
        assert "1 event or check-in without a known patient may be about this patient" in said


@each("patient", [PLANNED, EMPTY])
def test_a_patient_without_sessions_is_described_in_sentences(patient: str) -> None:
    view = patient_view(odd_study(), PatientSettings(patient_id=patient))
    assert "No session of this patient is logged up to the as-of day" in text_of(view, "summary")
    assert "last entry none" in text_of(view, "head")
    if patient == PLANNED:
        assert "No entry of this exercise in the period shown" in text_of(view, "trends")
        assert view.charts == {}
        assert "Nothing to draw in the period shown, 5 Jan to 1 Feb 2026" in text_of(view, "trends")
    else:
        assert "No exercise was prescribed or logged." in text_of(view, "exercises")
        assert "No plan known." in text_of(view, "readiness")
        assert "No exercise is in the chart below" in text_of(view, "trends")
        assert "dashed line" not in text_of(view, "trends")


def test_an_empty_period_is_described_in_sentences(demo: fd.Analysis) -> None:
    view = seen(demo, PatientSettings(patient_id="SIM-0013", start=date(2025, 12, 1)))
    assert "No session is logged in the period shown, 1 Dec to 21 Dec 2025" in text_of(view, "summary")
    assert "Nothing was due, done or paused in the period shown." in text_of(view, "adherence")
    assert "No entry of this exercise in the period shown" in text_of(view, "trends")


@each("patient", ["nobody", "sim-0005", "0005", " SIM-0005"])
def test_an_unknown_patient_is_answered_in_words(demo: fd.Analysis, patient: str) -> None:
    view = patient_view(demo, PatientSettings(patient_id=patient))
    head = Reader(view.panels["head"])
    assert "There is no patient" in head.text
    assert "Code needs ids exactly as in the files." in head.text
    assert patient in head.quoted
    assert ("SIM-0005" in head.text) == (patient != "nobody")
    assert (view.charts, view.tables) == ({}, {})
    assert not any(panel for name, panel in view.panels.items() if name != "head")


def test_a_study_without_other_tables_has_sentences() -> None:
    study = fd.simulate(patients=2, weeks=6, seed=5)
    bare = replace(
        study, **{name: getattr(study, name).iloc[:0] for name in ("events", "visits", "checkins", "outcomes")}
    )
    view = patient_view(fd.analyse(bare), PatientSettings(patient_id=bare.patient_ids[0]))
    assert "asked about on 0 of the last 28 days" in text_of(view, "limits")
    assert "Last visit recorded none recorded" in text_of(view, "about")
    assert not [words for words, _ in view.choices["period"] if words.startswith("Since")]


@each(
    "wrong, named",
    [({"exercises": ("jumping",)}, "jumping"), ({"start": date(2026, 1, 1)}, "1 Jan 2026")],
)
def test_what_the_study_cannot_show_is_refused_in_words(
    demo: fd.Analysis, wrong: dict[str, object], named: str
) -> None:
    with pytest.raises(ParameterError, match=named):
        patient_view(demo, PatientSettings(patient_id="SIM-0001", **wrong))  # type: ignore[arg-type]


def test_a_last_day_after_the_files_is_named(demo: fd.Analysis) -> None:
    view = patient_view(demo, PatientSettings(patient_id="SIM-0001", end=date(2026, 1, 4)))
    assert "4 Jan 2026, is later than the last day of the study's files, 21 Dec 2025" in text_of(view, "limits")


def test_the_last_day_of_the_odd_study_is_known() -> None:
    assert odd_study().as_of.date() == LAST


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []
