"""Readiness rules, review-flag rules and definitions: complete, honest about sources, and checked on load."""

from __future__ import annotations

import re

import pytest

from footdrop_analytics.errors import KnowledgeError
from footdrop_analytics.knowledge import (
    definitions,
    flag_rules,
    load_definitions,
    load_exercises,
    load_flag_rules,
    load_rules,
)
from footdrop_analytics.knowledge.flag_rules import load_silences
from footdrop_analytics.knowledge.yaml_files import PACKAGED
from footdrop_analytics.model.vocabulary import EVENT_KINDS, SOURCE_KINDS
from tests.each import each

FORBIDDEN = re.compile(r"\b(ready|safe|cleared|should progress)\b", re.IGNORECASE)
RULES = [
    "exposure",
    "recency",
    "adherence",
    "target",
    "as_prescribed",
    "pain",
    "effort",
    "no_event",
    "two_for_two",
]


def write(tmp_path, text, name="rules.yaml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_nine_criteria_with_their_limits():
    rules = {rule.rule_id: rule for rule in load_rules().rules}
    assert list(rules) == RULES
    assert [name for name, rule in rules.items() if not rule.enabled] == ["two_for_two"]
    assert [name for name, rule in rules.items() if rule.optional] == ["effort"]
    helped = {"target", "as_prescribed", "effort", "two_for_two"}
    for name, rule in rules.items():
        assert rule.applies_to == ({"mode": ("active", "resisted")} if name in helped else {})
    limits = {name: dict(rule.parameters) for name, rule in rules.items()}
    assert limits["exposure"] == {"min_days": 6, "min_days_since_start": 14}
    assert limits["recency"] == {"days": 7, "sessions": 1}
    assert limits["adherence"] == {"min_share": pytest.approx(2 / 3), "window_days": 28, "min_due": 3}
    assert limits["target"] == {"min_dose_share": 0.95}
    assert limits["as_prescribed"] == {"min_hold_share": 0.75}
    assert limits["pain"] == {"max_pain": 3, "above_usual": 1, "min_rated_days": 2}
    assert limits["effort"] == {"max_effort": 5}
    assert limits["no_event"] == {"near_fall_days": 14, "rejected_days": 28}


def test_the_text_shows_the_limits_in_force(tmp_path):
    path = write(tmp_path, "rules_version: clinic 1\nrules:\n  adherence: {parameters: {min_share: 0.7}}\n")
    rule = next(rule for rule in load_rules(path).rules if rule.rule_id == "adherence")
    assert "70 %" in rule.text
    assert load_rules(path).version == "clinic 1"


def test_changed_limits_never_run_under_the_packaged_version(tmp_path):
    own = load_rules().version
    path = write(tmp_path, f'rules_version: "{own}"\nrules:\n  pain: {{parameters: {{max_pain: 2}}}}\n')
    assert load_rules(path).version == f"{own}, changed"
    copy = write(tmp_path, (PACKAGED / "readiness_rules.yaml").read_text(encoding="utf-8"))
    assert load_rules(copy).version == own
    assert load_rules(copy).rules == load_rules().rules


def test_leaving_a_rule_out_does_not_switch_it_off(tmp_path):
    path = write(tmp_path, "rules_version: clinic 1\nrules:\n  effort: {enabled: false}\n")
    rules = {rule.rule_id: rule for rule in load_rules(path).rules}
    assert list(rules) == RULES
    assert not rules["effort"].enabled
    assert rules["no_event"].enabled


def test_a_second_rule_of_a_criterion_for_some_series(tmp_path):
    path = write(
        tmp_path,
        """
rules_version: clinic 2
rules:
  pain_als:
    criterion: pain
    text: Pain at most {max_pain} with ALS.
    applies_to: {aetiology: [als], exercise: [heel_raise], position: [seated]}
    parameters: {max_pain: 1, above_usual: 0, min_rated_days: 2}
    source: our clinic
    source_kind: expert
""",
    )
    rule = load_rules(path).rules[-1]
    assert (rule.rule_id, rule.criterion, rule.text) == ("pain_als", "pain", "Pain at most 1 with ALS.")
    assert rule.applies_to["exercise"] == ("heel_raise",)


@each(
    "text, expected",
    [
        ("rules: {}\n", ["rules_version", "expected a text"]),
        ("rules_version: 1\n", ["rules_version", "expected a text", "found 1"]),
        ("rules_version: a\nrules: {pian: {enabled: true}}\n", ["pian", "did you mean 'pain'"]),
        ("rules_version: a\nrules: {pain: {parameters: {max_pan: 3}}}\n", ["pain, parameters, max_pan", "'max_pain'"]),
        ("rules_version: a\nrules: {pain: {parameters: {max_pain: 11}}}\n", ["from 0 to 10", "11"]),
        ("rules_version: a\nrules: {exposure: {parameters: {min_days: 6.5}}}\n", ["min_days", "whole number"]),
        ("rules_version: a\nrules: {pain: {enabled: maybe}}\n", ["pain, enabled", "true or false"]),
        ("rules_version: a\nrules: {pain: {source_kind: guess}}\n", ["pain, source_kind", "published, guideline"]),
        ("rules_version: a\nrules: {pain: {applies_to: {mode: [activ]}}}\n", ["applies_to, mode", "'active'"]),
        ("rules_version: a\nrules: {pain: {applies_to: {exercise: [x]}}}\n", ["applies_to, exercise"]),
        ("rules_version: a\nrules: {pain: {text: 'at most {max}'}}\n", ["pain, text", "max_pain"]),
        ("rules_version: a\nrules: {two_for_two: {stands_in_for: efort}}\n", ["stands_in_for", "effort"]),
        ("rules_version: a\nsettings: {look_bck: {}}\n", ["look_bck", "did you mean 'look_back'"]),
        ("rules_version: a\nrule: {}\n", ["rule", "did you mean 'rules'"]),
        ("rules_version: a\nrules_version: b\n", ["'rules_version' is given twice"]),
        ("rules_version: a\nrules: {pain: 3}\n", ["rules.yaml, pain", "expected named fields"]),
    ],
)
def test_a_broken_rules_file_says_what_is_wrong(tmp_path, text, expected):
    with pytest.raises(KnowledgeError) as error:
        load_rules(write(tmp_path, text))
    for part in ["rules.yaml", *expected]:
        assert part in str(error.value)


def test_rules_that_are_all_off_would_let_everything_pass(tmp_path):
    off = "".join(f"  {rule}: {{enabled: false}}\n" for rule in RULES)
    with pytest.raises(KnowledgeError, match="at least one rule that is on"):
        load_rules(write(tmp_path, f"rules_version: none\nrules:\n{off}"))


def test_every_kind_of_event_has_its_rule():
    rules = load_flag_rules()
    assert tuple(rules.events) == EVENT_KINDS
    red = {kind for kind, rule in rules.events.items() if rule.severity == "red"}
    assert red == set(EVENT_KINDS) - {"near_fall", "dizziness", "skin", "spasm", "other"}
    assert {kind for kind in red if rules.events[kind].holds != "all"} == {"fall"}
    assert rules.events["fall"].injury_holds == "all"
    assert rules.events["dizziness"].days == 7
    assert (rules.open_days, rules.unvisited_days, rules.look_back_days) == (28, 90, 14)


def test_a_word_list_of_ones_own(tmp_path):
    path = write(tmp_path, "flags_version: a\nflags: {words_to_read: {words: [gestürzt, taub*]}}\n")
    assert load_flag_rules(path).flags["words_to_read"].words == ("gestürzt", "taub*")
    with pytest.raises(KnowledgeError, match="did you mean 'lapse'"):
        load_flag_rules(write(tmp_path, "flags_version: a\nflags: {laps: {}}\n"))
    with pytest.raises(KnowledgeError, match=r"high_pain, severity.*red, amber, note"):
        load_flag_rules(write(tmp_path, "flags_version: a\nflags: {high_pain: {severity: orange}}\n"))


def test_every_threshold_names_its_source():
    rules, flags = load_rules(), load_flag_rules()
    entries = [*rules.rules, *rules.settings.values(), *flags.flags.values(), *flags.events.values()]
    assert all(entry.source and entry.source_kind in SOURCE_KINDS for entry in entries)


def test_definitions_explain_every_state_and_verdict():
    definitions = load_definitions()
    words = {"due", "credited", "adherence", "ratio", "dose_ratio", "completeness", "lapsed", "discontinued"}
    words |= {"rising", "declining", "at_target", "steady", "cannot_tell", "not_applicable"}
    words |= {"paused", "hold_event", "check_decline", "below_target", "not_enough_data", "criteria_not_met"}
    words |= {"clinician_check", "criteria_met", "red", "amber", "note", "as_of", "skipped", "unobserved_days"}
    assert words <= set(definitions)
    assert all(one.plain.endswith(".") and one.formula for one in definitions.values())


def test_own_words_never_promise_anything():
    own = [one.plain + one.name for one in load_definitions().values()]
    own += [rule.text for rule in load_rules().rules] + [rule.text for rule in load_flag_rules().flags.values()]
    own += [
        " ".join((one.how_to, one.another_way, *one.cautions, *one.plain_cautions)) for one in load_exercises().values()
    ]
    assert not [text for text in own if FORBIDDEN.search(text)]


def test_another_limit_of_silence_is_said_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = load_silences().model_copy(deep=True)
    changed.discontinuation.__dict__["due_days"], changed.lapse.__dict__["due_days"] = 21, 9
    for module in (definitions, flag_rules):
        monkeypatch.setattr(module, "load_silences", lambda: changed)
    monkeypatch.setattr(definitions, "_explained", definitions._explained.__wrapped__)
    monkeypatch.setattr(definitions, "_columns", definitions._columns.__wrapped__)
    defined = load_definitions.__wrapped__().values()
    texts = [text for one in defined for text in (one.name, one.plain, one.formula)]
    texts += [one.text for one in flag_rules._build(None).flags.values()]
    assert sum("21 due days" in text for text in texts) > 8
    assert sum("9 due days" in text for text in texts) == 3
    assert not any("28 due days" in text or "least 7 due days" in text for text in texts)
