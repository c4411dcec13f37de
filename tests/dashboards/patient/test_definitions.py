"""Every number has its definition at hand: flags their rule, the head its days, tables their words and n."""

from __future__ import annotations

import re
from datetime import date
from html import escape

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.knowledge import definitions_of_one, load_flag_rules
from footdrop_analytics.model.vocabulary import EVENT_KINDS
from tests.dashboards.patient._people import Reader, seen, text_of
from tests.each import each
from tests.studies import Log, study_of


def test_every_flag_shown_has_its_rule_and_the_source_at_hand(demo: fd.Analysis) -> None:
    rules = load_flag_rules()
    shown = set()
    for patient in demo.caseload["patient_id"].astype(str):
        said = text_of(seen(demo, PatientSettings(patient_id=patient)), "flags")
        for rule_id in demo.flags.loc[demo.flags["patient_id"] == patient, "rule_id"]:
            name = rules.events[rule_id].name if rule_id in rules.events else rule_id.replace("_", " ")
            rule = rules.events[rule_id] if rule_id in rules.events else rules.flags[rule_id]
            assert f"{name.capitalize()}. " in said
            assert f"Source: {rule.source}." in said
            assert rule_id in rules.events or rules.flags[rule_id].text in said
            shown.add(rule_id)
    assert len(shown) > 10


def test_rules_of_closed_flags_stand_apart(demo: fd.Analysis) -> None:
    said = text_of(seen(demo, PatientSettings(patient_id="SIM-0012")), "flags")
    still_open, _, closed = said.partition("What made the closed ones:")
    assert "High pain. Pain of" in still_open
    assert "Chest pain. Open until" not in still_open
    assert "Chest pain. Open until" in closed


def test_without_a_flag_there_is_no_rule(demo: fd.Analysis) -> None:
    said = text_of(seen(demo, PatientSettings(patient_id="SIM-0013")), "flags")
    assert "What makes such a flag" not in said
    assert "Red flag. To be looked at first." in said


FIRST = "held for a clinician to look at first"


@each(
    "kind, words",
    [
        ("fall", "at most 28 days. Without a visit it stays amber for 90 days. While it is open, "),
        (
            "fall",
            f"{FIRST}: exercises in standing; the exercise during which it happened; with an injury all exercises.",
        ),
        ("dizziness", f"at most 28 days. For 7 days, {FIRST}: exercises in standing."),
        ("seizure", f"While it is open, {FIRST}: all exercises."),
        ("spasm", "Spasm. Open until a visit on a later day, at most 28 days. Source:"),
    ],
)
def test_the_rule_of_an_event_says_how_long_it_is_open_and_what_it_holds(kind: str, words: str) -> None:
    analysis = fd.analyse(study_of(P=Log().event(kind, 1)))
    assert words in text_of(seen(analysis, PatientSettings(patient_id="P")), "flags")


def test_every_kind_of_event_has_words() -> None:
    log = Log()
    for kind in EVENT_KINDS:
        log.event(kind, 1)
    said = text_of(seen(fd.analyse(study_of(P=log)), PatientSettings(patient_id="P")), "flags")
    assert said.count("Open until a visit on a later day") == len(EVENT_KINDS)


def test_the_days_of_the_head_are_explained(demo: fd.Analysis) -> None:
    said = text_of(seen(demo, PatientSettings(patient_id="SIM-0001")), "head")
    for key in ("as_of", "days_since_entry", "unobserved_days"):
        assert definitions_of_one()[key].plain in said


@each("end, is_said", [(None, True), (date(2025, 11, 21), True), (date(2025, 11, 20), False)])
def test_a_discharge_stands_in_the_head_from_its_day_on(demo: fd.Analysis, end: date | None, is_said: bool) -> None:
    said = text_of(seen(demo, PatientSettings(patient_id="SIM-0013", end=end)), "head")
    assert ("discharged 21 Nov 2025" in said) is is_said


def test_a_dose_says_on_how_many_days_it_is_known_or_that_nothing_was_due(demo: fd.Analysis) -> None:
    assert "61 % of the plan known on 18 of 18 days" in text_of(
        seen(demo, PatientSettings(patient_id="SIM-0005")), "exercises"
    )
    ended = text_of(seen(demo, PatientSettings(patient_id="SIM-0013")), "exercises")
    assert "not known" not in ended
    assert ended.count("nothing due") == 4


HEADS = {
    "adherence": {
        "Days": (),
        "Adherence (logged)": ("adherence", "adherence_interval"),
        "Credited of due": ("credited", "due"),
        "Days with exercise": ("active_days",),
        "Week": (),
        "Sessions": ("credited", "due"),
        "Adherence": ("adherence",),
        "Paused days": ("paused_days",),
        "No readable log": ("unobserved_days",),
        "Week of": (),
        **dict.fromkeys(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), ()),
        "Done of due": ("credited", "due"),
    },
    "exercises": {
        "Exercise": ("series",),
        "Target": (),
        "Last 28 days: done": ("adherence", "adherence_interval"),
        "Whole programme: done": ("adherence", "adherence_interval"),
        "Last 28 days: dose": ("dose_ratio", "dose_known"),
        "Last session on a due day": ("days_since_last", "longest_gap_days"),
    },
    "trends": {
        "From, to": ("run",),
        "Difficulty": ("difficulty",),
        "Target": (),
        "Days tried": ("step_days",),
        "Sessions": ("exercise_session",),
        "Adherence": ("adherence",),
        "First → last level": ("step_level",),
        "Verdict": ("rising", "declining", "at_target", "steady", "cannot_tell", "not_applicable"),
    },
}


@each("name", HEADS)
def test_every_column_of_numbers_has_its_definition_on_the_same_panel(demo: fd.Analysis, name: str) -> None:
    panel = seen(demo, PatientSettings(patient_id="SIM-0001")).panels[name]
    heads = re.findall(
        r'<th scope="col"[^>]*>(.*?)</th>', re.sub(r'<details class="what sign">.*?</details>', " ", panel), re.DOTALL
    )
    assert {Reader(head).text for head in heads} == set(HEADS[name])
    for key in {key for keys in HEADS[name].values() for key in keys}:
        assert escape(definitions_of_one()[key].plain, quote=False) in panel.replace("&#34;", '"').replace(
            "&#39;", "'"
        ), key
