"""The dashboards in other languages: nothing left in English, and one that changed equals one that was made anew."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards import caseload_view, cohort_view, patient_view
from footdrop_analytics.dashboards.caseload.choices import CaseloadSettings
from footdrop_analytics.dashboards.caseload.shell import CaseloadDashboard
from footdrop_analytics.dashboards.cohort.shell import CohortShell
from footdrop_analytics.dashboards.cohort.view import CohortSettings
from footdrop_analytics.dashboards.desk import desk_of
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.shell import PatientDashboard
from footdrop_analytics.dashboards.shell import Shell
from footdrop_analytics.dashboards.shell.page import below
from footdrop_analytics.wording.language import LANGUAGES
from tests.dashboards.pairs import state_of
from tests.project._tree import ROOT
from tests.studies import study_with
from tests.wording.made_up import made_up
from tests.wording.test_language import _seen
from tests.wording.test_report import _own_words

_SAID = ("description", "placeholder", "html", "value", "lost")
# Quoted texts, code, examples of what is typed, and values that plotly puts in.
_AS_WRITTEN = re.compile(r"“[^”]*”|<q class=\"quote\">.*?</q>|<pre.*?</pre>|%\{[^}]*\}", re.DOTALL)


def _texts(shell: Shell[Any]) -> Iterator[str]:
    """What a person sees or hears of a dashboard, as HTML."""
    for widget in below(shell.root):
        # What is chosen is the key of an option.
        said = [name for name in _SAID if name != "value" or not hasattr(widget, "options")]
        yield from (text for name in said if isinstance(text := getattr(widget, name, None), str))
        yield from (str(one[0]) for one in getattr(widget, "options", ()) if isinstance(one, tuple))
    yield from (text for marks in shell.page.marks.values() for name, text in marks.items() if name == "aria-label")
    yield from shell.page.titles.values()
    for chart in (shell.last_view.charts if shell.last_view else {}).values():
        yield chart.label
        yield from _drawn(chart.figure)


def _drawn(figure: dict[str, Any]) -> Iterator[str]:
    for trace in figure["data"]:
        yield trace.get("name", "")
        yield re.sub(r"<[^>]*>", "", trace.get("hovertemplate", ""))
        for name in ("hovertext", "text"):
            yield re.sub(r"<[^>]*>|[\[\]]", " ", json.dumps(trace.get(name, ""), ensure_ascii=False))
    layout = figure["layout"]
    for name, part in layout.items():
        if re.match(r"[xy]axis", name):
            yield part.get("title", {}).get("text", "")
            yield " ".join(part.get("ticktext", []))
    yield from (re.sub(r"<[^>]*>", " ", one["text"]) for one in layout.get("annotations", []))


def _left(shell: Shell[Any], own: list[str]) -> set[str]:
    """The words in Latin letters that are none of the data's."""
    seen = " ".join(unescape(_seen(_AS_WRITTEN.sub("", text))) for text in _texts(shell))
    # Tables are offered by the names of their files.
    tables = {name.replace("_", " ") for name in (shell.last_view.tables if shell.last_view else ())}
    for words in sorted({*own, *tables}, key=len, reverse=True):
        seen = seen.replace(words, "")
    return set(re.findall(r"[A-Za-z]{2,}", seen))


def test_a_language_that_is_changed_equals_one_that_was_there_from_the_start() -> None:
    demo = fd.analyse(fd.read_study(ROOT / "data" / "demo", today="2026-11-30"))
    changed = CaseloadDashboard(demo, CaseloadSettings(severity="red", page=1))
    made = CaseloadDashboard(demo, CaseloadSettings(severity="red", page=1, language="de"))
    for shell in (changed, made):
        shell.open()
        shell.open_patient("SIM-0005")
    changed.change(language="de")
    assert changed.address() == "language=de&severity=red&patient=SIM-0005"
    assert made.address() == "severity=red&patient=SIM-0005", "what was chosen at the start need not be said"
    states = [state_of(shell) for shell in (changed, made)]
    for state in states:
        for widget in state.values():
            widget.pop("address", None)
    assert states[0] == states[1]
    assert changed.filters.button.description == "▸ Filter: Hinweise: ▲ Rot, offen"
    assert "Diese Übersetzung wurde noch nicht" in changed.exports._code.value
    changed.go_to("patient=SIM-0003")
    assert (changed.settings.language, changed.page.titles["cohort"]) == ("en", "Cohort")


def test_a_language_changes_no_number_of_a_page() -> None:
    measured = {"measure": "10_metre_walk", "unit": "m/s"}
    study = study_with(
        [{"performed_at": day, "reps": 10} for day in pd.date_range("2026-01-01", periods=40)],
        [{"start_date": "2026-01-01", "reps": 10}],
        # The second value is a follow-up, long after the log.
        outcomes=[
            measured | {"measured_on": day, "value": at} for day, at in (("2026-01-02", 0.5), ("2026-06-01", 0.9))
        ],
        events=[{"occurred_on": "2026-02-08", "kind": "fall"}],
    )
    whole, part = fd.analyse(study), fd.analyse(study, start="2026-01-05", end="2026-01-20")
    for code, value in (("en", "0.9 m/s"), ("de", "0,9 m/s")):
        assert value in str(patient_view(whole, PatientSettings(patient_id="P", language=code)).panels)
    cohorts = [cohort_view(part, CohortSettings(language=code)).tables["adherence"] for code in ("en", "de")]
    english, german = (table.drop(columns="name") for table in cohorts)
    pd.testing.assert_frame_equal(english, german)
    found = caseload_view(whole, CaseloadSettings(language="de", search="8. Feb."))
    made: dict[str, Any] = {"study": study}
    exec(found.code, made)
    assert len(found.tables["caseload"]) == 1
    pd.testing.assert_frame_equal(made["tables"]["caseload"], found.tables["caseload"])


def test_no_english_word_is_left_in_a_dashboard_in_a_made_up_language(monkeypatch: pytest.MonkeyPatch) -> None:
    code = made_up(monkeypatch)
    seen = 0
    for name in ("demo", "demo_mistakes"):
        folder = ROOT / "data" / name
        with fd.in_language(code):
            analysis = fd.analyse(fd.read_study(folder, today="2026-11-30"))
        own = _own_words(analysis)
        own += [one.name for one in LANGUAGES.values()]
        own += ["zzz", *analysis.study.visits["kind"].dropna(), *analysis.study.patients["arm"].dropna()]
        desk = desk_of(analysis.study.filter, folder)
        day = analysis.as_of.date()
        last = {"language": code, "today": day}
        shells: list[Shell[Any]] = [
            CaseloadDashboard(analysis, CaseloadSettings(**last), desk),
            CaseloadDashboard(analysis, CaseloadSettings(search="zzz", severity="red", sort="last", **last)),
            *(CohortShell(analysis, CohortSettings(group=group, **last)) for group in ("exercise", "arm", "aetiology")),
            PatientDashboard(analysis, PatientSettings(patient_id="zzz", **last)),
        ]
        for patient_id in analysis.caseload["patient_id"].astype(str):
            shells.append(PatientDashboard(analysis, PatientSettings(patient_id=patient_id, **last), desk=desk))
        for shell in shells:
            shell.open()
            assert _left(shell, own) == set(), (name, shell.settings)
            seen += 1
    assert seen > 30
