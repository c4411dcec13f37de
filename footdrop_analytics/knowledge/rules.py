"""The readiness rules: nine criteria for review and what they share, as data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from footdrop_analytics.errors import KnowledgeError
from footdrop_analytics.knowledge.form import PACKAGED, Entry, check_key, laid_over, read_yaml
from footdrop_analytics.model.vocabulary import AETIOLOGIES, MODES, POSITIONS, SOURCE_KINDS

_Limits = Mapping[str, tuple[float, float]]

CRITERIA: Mapping[str, _Limits] = {
    "exposure": {"min_days": (0, 366), "min_days_since_start": (0, 366)},
    "recency": {"days": (0, 366), "sessions": (0, 10)},
    "adherence": {"min_share": (0, 1), "window_days": (1, 366), "min_due": (0, 100)},
    "target": {"min_dose_share": (0, 1)},
    "as_prescribed": {},
    "pain": {"max_pain": (0, 10), "above_usual": (0, 10), "min_rated_days": (1, 3)},
    "effort": {"max_effort": (0, 10)},
    "no_event": {"near_fall_days": (0, 366), "rejected_days": (0, 366)},
    "two_for_two": {"extra_reps": (0, 100), "days": (1, 3)},
}
"""The nine computations and the lowest and highest value of each of their parameters."""

SETTINGS: Mapping[str, _Limits] = {
    "look_back": {"days": (1, 366), "sessions": (0, 20)},
    "last_days": {"days": (1, 10)},
    "hold_pain": {"highest_limit": (0, 9.99), "lowest_limit": (0, 9.99), "above_usual": (0, 10), "days": (1, 366)},
    "below_target": {"share": (0, 1)},
}
"""What several criteria or states share."""

_WHOLE = {
    "min_days",
    "min_days_since_start",
    "window_days",
    "min_rated_days",
    "near_fall_days",
    "rejected_days",
    "extra_reps",
    "days",
}


@dataclass(frozen=True)
class Rule:
    """One criterion with its limits.

    ``applies_to`` names, for any of mode, exercise, position and aetiology, the values it is limited to.
    """

    rule_id: str
    criterion: str
    enabled: bool
    optional: bool
    text: str
    parameters: Mapping[str, float]
    source: str
    source_kind: str
    applies_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stands_in_for: str | None = None


@dataclass(frozen=True)
class Setting:
    """Parameters that several criteria or states share."""

    name: str
    text: str
    parameters: Mapping[str, float]
    source: str
    source_kind: str


@dataclass(frozen=True)
class ReadinessRules:
    """Every rule in the order of the file, and the shared settings."""

    version: str
    rules: tuple[Rule, ...]
    settings: Mapping[str, Setting]

    def value(self, setting: str, parameter: str) -> float:
        """One parameter of a shared setting."""
        return self.settings[setting].parameters[parameter]


def load_rules(path: str | Path | None = None, exercises: Collection[str] | None = None) -> ReadinessRules:
    """The readiness rules, with those of ``path`` laid over the package's.

    Parameters
    ----------
    path : path, optional
        A YAML file of the same form as the package's ``readiness_rules.yaml``; what it leaves out stays as it is.
    exercises : collection of str, optional
        Keys that ``applies_to`` may name; default the package's ten.

    Raises
    ------
    KnowledgeError
        If the file breaks the form; the message names file, entry, field and what was expected.
    """
    if path is None:
        return _packaged()
    return _build(laid_over("readiness_rules.yaml", Path(path), "rules_version"), Path(path).name, exercises)


@lru_cache(maxsize=1)
def _packaged() -> ReadinessRules:
    path = PACKAGED / "readiness_rules.yaml"
    return _build(read_yaml(path), path.name, None)


def _build(content: Mapping[str, Any], file: str, exercises: Collection[str] | None) -> ReadinessRules:
    if exercises is None:
        from footdrop_analytics.knowledge.exercises import load_exercises

        exercises = load_exercises().keys
    top = Entry(content, file, "top level")
    settings = top.entries("settings")
    for name in settings:
        check_key(name, tuple(SETTINGS), file, name)
    rules = tuple(
        _rule(name, Entry(values, file, name), tuple(exercises)) for name, values in top.entries("rules").items()
    )
    built = ReadinessRules(
        version=top.text("rules_version"),
        rules=rules,
        settings={name: _setting(name, Entry(settings[name], file, name)) for name in SETTINGS},
    )
    top.close()
    if not any(rule.enabled for rule in rules):
        raise KnowledgeError(f"{file}, rules, enabled: expected at least one rule that is on, found none.")
    names = {rule.rule_id for rule in rules}
    for rule in rules:
        if rule.stands_in_for is not None and rule.stands_in_for not in names:
            raise KnowledgeError(
                f"{file}, {rule.rule_id}, stands_in_for: expected one of {', '.join(sorted(names))}, "
                f"found {rule.stands_in_for!r}."
            )
    return built


def _rule(name: str, entry: Entry, exercises: tuple[str, ...]) -> Rule:
    if name not in CRITERIA and "criterion" not in entry.values:
        check_key(name, tuple(CRITERIA), entry.file, name)
    criterion = name if "criterion" not in entry.values else entry.text("criterion", tuple(CRITERIA))
    entry.maybe_text("criterion")
    limits = entry.entry("applies_to")
    choices = {"mode": MODES, "exercise": exercises, "position": POSITIONS, "aetiology": AETIOLOGIES}
    applies_to = {by: limits.texts(by, allowed) for by, allowed in choices.items() if limits.values.get(by) is not None}
    for by in choices:
        limits.texts(by)
    limits.close()
    parameters = numbers(entry.entry("parameters"), CRITERIA[criterion], _WHOLE)
    rule = Rule(
        rule_id=name,
        criterion=criterion,
        enabled=entry.flag("enabled", True),
        optional=entry.flag("optional", False),
        text=filled(entry, parameters),
        parameters=parameters,
        source=entry.text("source"),
        source_kind=entry.text("source_kind", SOURCE_KINDS),
        applies_to=applies_to,
        stands_in_for=entry.maybe_text("stands_in_for"),
    )
    entry.close()
    return rule


def _setting(name: str, entry: Entry) -> Setting:
    setting = Setting(
        name=name,
        text=entry.text("text"),
        parameters=numbers(entry.entry("parameters"), SETTINGS[name], _WHOLE),
        source=entry.text("source"),
        source_kind=entry.text("source_kind", SOURCE_KINDS),
    )
    entry.close()
    return setting


def numbers(entry: Entry, limits: _Limits, whole: Collection[str]) -> dict[str, float]:
    """Every parameter that ``limits`` names, inside its limits, those in ``whole`` without a fraction."""
    found = {name: entry.number(name, low, high) for name, (low, high) in limits.items()}
    entry.close()
    for name, value in found.items():
        if name in whole and value != int(value):
            entry.fail(name, "a whole number")
    return found


def filled(entry: Entry, parameters: Mapping[str, float]) -> str:
    """The entry's text with its parameters' values in place of their names, so that text and limits cannot differ."""
    text = entry.text("text")
    for name, value in parameters.items():
        shown = f"{100 * value:g} %" if name.endswith("share") else f"{value:g}"
        text = text.replace("{" + name + "}", shown)
    if "{" in text:
        entry.fail("text", f"a text whose braces name parameters ({', '.join(parameters) or 'this entry has none'})")
    return text
