"""Which patients each choice leaves, and the code that leaves the same."""

from __future__ import annotations

from functools import cache
from itertools import product

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import footdrop_analytics as fd
from footdrop_analytics.dashboards import CaseloadSettings, caseload_view
from footdrop_analytics.model.names import text_of, value_of
from tests.dashboards.caseload.people import MARKUP, SCRIPT, analysis
from tests.each import each
from tests.project._tree import ROOT

CASES: list[tuple[dict[str, str], list[str]]] = [
    ({"clinician": "Kim"}, ["A 1", "A 10", "a/B", "a 2"]),
    ({"clinician": "kim."}, ["A 1", "A 10", "a/B", "a 2"]),
    ({"clinician": "."}, []),
    ({"clinician": "=all"}, ["[red]"]),
    ({"clinician": SCRIPT}, [MARKUP]),
    ({"clinician": ""}, ["A 2", "a/b"]),
    ({"arm": " USUAL"}, [MARKUP]),
    ({"aetiology": "stroke"}, ["A 1", "a 2"]),
    ({"aetiology": ""}, ["A 10", MARKUP, "[red]", "a/B", "a/b", "Zoë"]),
    ({"arm": "usual"}, [MARKUP]),
    ({"arm": "=all"}, ["A 1"]),
    ({"arm": "==x"}, ["A 10"]),
    ({"arm": ""}, ["[red]", "a/B", "A 2", "a/b", "Zoë", "a 2"]),
    ({"exercise": "ankle_dorsiflexion"}, ["a/b"]),
    ({"exercise": "heel_raise"}, ["A 1", "A 10", MARKUP, "[red]", "a/B", "A 2"]),
    ({"exercise": "heel_raise", "state": "clinician_check"}, []),
    ({"state": "criteria_met"}, ["[red]", "a/B", "A 2"]),
    ({"severity": "red"}, ["A 1"]),
    ({"severity": "amber"}, ["A 10", MARKUP, "[red]"]),
    ({"severity": "red_or_amber"}, ["A 1", "A 10", MARKUP, "[red]"]),
    ({"severity": "note"}, ["a/B"]),
    ({"severity": "none"}, ["a/B", "A 2", "a/b", "Zoë", "a 2"]),
    ({"search": "kim"}, ["A 1", "A 10", "a/B", "a 2"]),
    ({"search": "  29 mar "}, ["A 1", "[red]"]),
    ({"search": "[red]"}, ["[red]"]),
    ({"search": ".*"}, []),
    ({"search": "<b>"}, [MARKUP]),
    ({"search": "A/B"}, ["a/B", "a/b"]),
    ({"search": "zoe\u0308"}, ["Zoë"]),
    ({"search": "a 1"}, ["A 1", "A 10"]),
    ({"search": "", "clinician": "Kim", "severity": "red", "arm": "=all", "state": "hold_event"}, ["A 1"]),
]


def _shown(settings: CaseloadSettings) -> list[str]:
    return caseload_view(analysis(), settings).tables["caseload"]["patient_id"].tolist()


@each("chosen, expected", CASES)
def test_choices_leave_these(chosen: dict[str, str], expected: list[str]) -> None:
    view = caseload_view(analysis(), CaseloadSettings(**chosen))
    assert view.tables["caseload"]["patient_id"].tolist() == expected
    whose = set(view.tables["flags"]["patient_id"])
    assert whose == {one for one in expected if one in {"A 1", "A 10", MARKUP, "[red]", "a/B"}}


def _run(code: str) -> pd.DataFrame:
    """The lines as a person would run them, with the study that the dashboard was given."""
    names: dict[str, object] = {"study": analysis().study}
    exec(code, names)
    rows = names["tables"]["caseload"]  # type: ignore[index]
    assert isinstance(rows, pd.DataFrame)
    return rows


def test_code_makes_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fd, "analyse", cache(fd.analyse))
    for chosen, _ in CASES:
        view = caseload_view(analysis(), CaseloadSettings(**chosen))
        pd.testing.assert_frame_equal(_run(view.code), view.tables["caseload"], obj=str(chosen))


def test_code_reads_the_study_that_it_names(demo: fd.Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    settings = CaseloadSettings(study="data/demo", severity="red_or_amber", search="o'k")
    view = caseload_view(demo, settings)
    assert "study = fd.read_study('data/demo')" in view.code
    pd.testing.assert_frame_equal(_run(view.code), view.tables["caseload"])
    simulated = caseload_view(demo, CaseloadSettings(study="demo_study()", state="paused"))
    assert len(simulated.tables["caseload"]) == 1
    assert _run(simulated.code)["patient_id"].tolist() == simulated.tables["caseload"]["patient_id"].tolist()


def test_counts_of_the_choices_are_what_the_choices_leave() -> None:
    choices = caseload_view(analysis(), CaseloadSettings()).choices
    assert list(choices) == ["clinician", "aetiology", "arm", "exercise", "severity", "state"]
    for name, offered in choices.items():
        assert offered[0] == ("All (9)", "all")
        values = [value for _, value in offered]
        assert len(set(values)) == len(values) > 2
        for label, value in offered:
            assert label.endswith(f"({len(_shown(CaseloadSettings(**{name: value})))})"), (name, label)


def test_what_is_not_stated_is_said_last() -> None:
    choices = caseload_view(analysis(), CaseloadSettings()).choices
    for name in ("clinician", "aetiology", "arm"):
        label, value = choices[name][-1]
        assert (label.split(" (")[0], value) == ("not stated", "")
    assert dict(choices["aetiology"])["multiple sclerosis (1)"] == "ms"
    assert dict(choices["clinician"])["all (1)"] == "=all"


@each("name", ["clinician", "aetiology", "arm", "exercise"])
def test_a_choice_that_nobody_has_stays_among_the_choices(name: str) -> None:
    view = caseload_view(analysis(), CaseloadSettings(**{name: "elsewhere"}))
    assert view.choices[name][-1] == ("elsewhere (0)", "elsewhere")
    assert view.tables["caseload"].empty


def test_a_name_in_another_spelling_is_chosen_in_the_list() -> None:
    view = caseload_view(analysis(), CaseloadSettings(clinician="kim."))
    assert [label for label, value in view.choices["clinician"] if value == "kim."] == ["Kim (4)"]
    assert "Clinician: Kim" in view.panels["about"]


def test_choices_together_leave_whom_each_leaves() -> None:
    # But for exercise and state, which speak about the same series.
    alone = {str(one): set(_shown(CaseloadSettings(**one))) for one, _ in CASES}
    for (first, _), (second, _) in product(CASES, CASES):
        if not set(first) & set(second) and {*first, *second} & {"exercise", "state"} != {"exercise", "state"}:
            both = _shown(CaseloadSettings(**first, **second))
            assert set(both) == alone[str(first)] & alone[str(second)]


@given(st.text(max_size=12) | st.text("=al", max_size=5))
@example("all")
@example("=all")
@example("==all")
def test_a_value_stands_for_one_text(text: str) -> None:
    assert text_of(value_of(text)) == text
    assert value_of(text) != "all"


@given(st.data())
def test_search_finds_every_part_of_what_is_shown_in_any_case(data: st.DataObject) -> None:
    caseload = analysis().caseload
    row = caseload.iloc[data.draw(st.integers(0, len(caseload) - 1))]
    text = data.draw(st.sampled_from([str(row["patient_id"]), str(row["clinician"])]).filter(lambda one: one != "nan"))
    begin = data.draw(st.integers(0, len(text) - 1))
    part = text[begin : data.draw(st.integers(begin + 1, len(text)))]
    changed = data.draw(st.sampled_from([str.lower, str.upper, str.title, str.swapcase]))(part)
    assert row["patient_id"] in _shown(CaseloadSettings(search=changed))


@given(st.text(max_size=8))
def test_search_never_breaks_and_never_adds(text: str) -> None:
    found = _shown(CaseloadSettings(search=text))
    everybody = _shown(CaseloadSettings())
    assert found == [one for one in everybody if one in found]
    if not text.strip():
        assert found == everybody
