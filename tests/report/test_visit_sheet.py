"""The first page for a visit: a line for each exercise, what was measured, reasons, and lines for the record."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.patient.context import Context, PatientTables
from footdrop_analytics.patient.flags import Flags, OfOneHappening, by_happening
from footdrop_analytics.patient.ratings import NO_FIGURE, ONE_VALUE, Measured, measured
from footdrop_analytics.report.clinician import ClinicianFacts
from footdrop_analytics.report.render import on_every_page
from tests.project._tree import ROOT
from tests.studies import Log, Row, study_with


@pytest.fixture(scope="module")
def demo() -> fd.Analysis:
    return fd.analyse(fd.read_study(ROOT / "data" / "demo", today="2026-11-30"))


def _measured(rows: list[Row], aetiology: str = "stroke") -> list[Measured]:
    study = study_with(
        Log().sessions,
        patients=[{"aetiology": aetiology, "onset_date": "2015-01-01"}],
        outcomes=rows,
        valid=False,
    )
    analysis = fd.analyse(study, as_of=max(pd.Timestamp(row["measured_on"]) for row in rows))
    return measured(Context(PatientTables(analysis), "P"))


def test_a_change_is_held_against_error_and_against_what_matters() -> None:
    walk = [("2026-01-05", 0.48), ("2026-03-02", 0.71)]
    (found,) = _measured([{"measured_on": day, "measure": "gait speed", "value": value} for day, value in walk])
    assert (found.name, found.first, found.last) == ("10-metre walk", "0.48 m/s", "0.71 m/s")
    assert (found.change, found.better) == ("+0.23 m/s", "better")
    assert (found.error, found.matters) == ("yes: 0.23 ≥ 0.15 m/s", "yes: 0.23 ≥ 0.16 m/s")
    assert "Lewek 2019" in found.source
    slower = [("2026-01-05", 24.0), ("2026-03-02", 26.0)]
    (found,) = _measured(
        [{"measured_on": day, "measure": "tug", "value": value, "aid": "cane"} for day, value in slower]
    )
    assert (found.under, found.change, found.better) == ("with cane", "+2 s", "worse")
    assert found.error == "no: 2 < 3.2 s"
    assert found.line.endswith(f"change +2 s (worse); beyond error: no: 2 < 3.2 s; beyond what matters: {NO_FIGURE}.")


def test_without_a_figure_or_a_second_day_nothing_is_said_of_a_change() -> None:
    own = [("2026-01-05", 3.0), ("2026-03-02", 5.0)]
    rows = [{"measured_on": day, "measure": "toe_lift", "value": value, "unit": "cm"} for day, value in own]
    (found,) = _measured(rows)
    assert (found.change, found.better, found.error) == ("+2 cm", "", NO_FIGURE)
    (found,) = _measured(rows[:1])
    assert (found.change, found.error, found.line) == ("", ONE_VALUE, f"toe lift: 3 cm on 5 Jan 2026; {ONE_VALUE}.")


def test_a_line_for_each_prescribed_exercise_and_every_reason(demo: fd.Analysis) -> None:
    facts = ClinicianFacts(Context(PatientTables(demo), "SIM-0005"))
    stand = facts.lines[0]
    assert (stand.name, stand.target, stand.often) == ("Single-leg stand, right", "3 × 10 s holds", "5 days a week")
    assert (stand.manner, stand.done, stand.now) == (
        "active, standing, with a fingertip's support",
        "18 of 20 (90 %)",
        "7 s",
    )
    assert stand.trend == "Cannot tell from 24 days"
    assert len(facts.lines) == len([part for part in facts.exercises if part.active])
    paused = ClinicianFacts(Context(PatientTables(demo), "SIM-0004")).reasons
    assert [(one.words, one.quote) for one in paused][:1] == [
        ("all exercises paused from 8 Dec 2025 to 4 Jan 2026", "injection")
    ]


def test_lines_for_the_record_say_what_was_logged_and_nothing_that_was_concluded(demo: fd.Analysis) -> None:
    for patient in demo.caseload["patient_id"]:
        lines = ClinicianFacts(Context(PatientTables(demo), patient)).record
        assert all(line.endswith((".", "”")) for line in lines), lines
        assert not re.search(r"criteri|\bmet\b|should|review", " ".join(lines), re.IGNORECASE)
    lines = ClinicianFacts(Context(PatientTables(demo), "SIM-0005")).record
    assert lines[0] == (
        "Home exercise log of SIM-0005, 1 Sep to 21 Dec 2025, as of 21 Dec 2025; last entry 19 Dec 2025; log taken as "
        "handed in up to the as-of day."
    )
    assert "Red: Fall on 17 Dec 2025 during Single-leg stand." in lines


def test_the_record_says_that_no_exercise_is_prescribed(demo: fd.Analysis) -> None:
    none = "No exercise is prescribed on the as-of day."
    assert none in ClinicianFacts(Context(PatientTables(demo), "SIM-0013")).record
    assert none not in ClinicianFacts(Context(PatientTables(demo), "SIM-0005")).record


def test_a_label_ends_as_the_language_ends_it(demo: fd.Analysis, tmp_path: Path) -> None:
    """French has a blank before a colon: in reasons and in notes, which the page puts together."""
    page = fd.write_report(demo, "SIM-0005", tmp_path / "report.html", language="fr").read_text("utf-8")
    quoted = re.findall(r'(.{3}):\s*<q class="quote">', page)
    assert len(quoted) > 4
    assert all(one.endswith("\u00a0") for one in quoted), quoted


def test_no_id_can_leave_the_line_on_every_page() -> None:
    for hostile in ('"; } </style><script>alert(1)</script>', "a\\b\nc", "\u202eevil", "病人", "x" * 300):
        rules = str(on_every_page(hostile, "Progress report", "as of 21 Dec 2025"))
        inside = re.findall(r'"([^"]*)"', rules)
        assert len(inside) == 4 + rules.count("Segoe")
        assert "<" not in rules
        assert "\\202e" not in rules
        assert rules.count("{") == rules.count("}") == 4
        assert len(inside[0]) < 500


@pytest.mark.browser
def test_a_visit_sheet_with_the_place_to_sign_is_one_page(
    chromium: Any, demo: fd.Analysis, tmp_path: Path, pages_of: Callable[[bytes], int]
) -> None:
    page = chromium.new_page()
    for patient in ("SIM-0001", "SIM-0005"):  # with three exercises, and with two and four flags
        page.goto(fd.write_report(demo, patient, tmp_path / "report.html").as_uri())
        for paper in ("A4", "Letter"):
            assert pages_of(page.pdf(format=paper)) == 1, (patient, paper)
    page.check("#with-appendix")
    assert pages_of(page.pdf(format="A4")) > 4
    for patient in ("SIM-0002", "SIM-0003", "SIM-0008"):
        page.goto(fd.write_report(demo, patient, tmp_path / "sheet.html", audience="patient").as_uri())
        assert pages_of(page.pdf(format="A4")) == 1, patient
    page.close()


@pytest.mark.browser
def test_nothing_is_wider_than_the_paper(chromium: Any, demo: fd.Analysis, tmp_path: Path) -> None:
    """A browser prints a page that holds something wider smaller, all of it; plotly's drawings are not printed."""
    page = chromium.new_page(viewport={"width": 688, "height": 1000}, java_script_enabled=False)
    page.emulate_media(media="print")
    for of_one in product(("SIM-0005", "SIM-0008", "SIM-0013"), ("clinician", "patient"), ("en", "de", "fr", "es")):
        patient, audience, language = of_one
        made = fd.write_report(demo, patient, tmp_path / "made.html", audience, appendix=True, language=language)
        page.goto(made.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 688, of_one
    page.close()


def test_a_cell_that_could_not_be_read_is_said_in_the_report(demo: fd.Analysis, tmp_path: Path) -> None:
    fd.write_report(demo, "SIM-0012", tmp_path / "report.html")
    assert "reps &#39;1O&#39; was read as missing" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_flags_of_one_happening_stand_together_as_on_the_patients_page(demo: fd.Analysis, tmp_path: Path) -> None:
    fd.write_report(demo, "SIM-0005", tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    found = Flags(Context(PatientTables(demo), "SIM-0005"))
    groups = by_happening(found.red + found.amber)
    assert [one.first["rule_id"] for one in groups if one.also] == ["fall", "words_to_read"]
    shown = page[page.index('<ul class="flags">') : page.index("Falls were asked about")]
    assert re.findall(r'<(?:li|ul) class="(\w+)"', shown) == [
        "flags",
        *(kind for one in groups for kind in (one.first["severity"], *(["also"] if one.also else []), *_others(one))),
    ]
    assert re.sub(r"\s+", " ", shown).count("before the as-of day)") == len(found.red + found.amber)


def _others(group: OfOneHappening) -> list[str]:
    return [flag["severity"] for flag in group.also]


@pytest.mark.browser
def test_on_a_phone_no_line_of_the_visit_sheet_runs_over_the_side(
    chromium: Any, demo: fd.Analysis, tmp_path: Path
) -> None:
    fd.write_report(demo, "SIM-0001", tmp_path / "report.html")
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto((tmp_path / "report.html").as_uri())
    wide = "[...document.querySelectorAll('.wide')].filter(one => one.querySelector('.cards'))"
    assert page.evaluate(f"{wide}.map(one => one.scrollWidth - one.clientWidth)") == [0, 0]
    # A value says what it is where the heads of the columns are not shown.
    assert page.evaluate("[...document.querySelectorAll('.cards thead')].every(one => !one.checkVisibility())")
    bare = "[...document.querySelectorAll('.cards td:not([data-head], [colspan])')].map(one => one.innerText)"
    assert page.evaluate(bare) == []
    page.close()
