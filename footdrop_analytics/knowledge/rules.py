"""The readiness rules: nine criteria for review and what they share, as data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from footdrop_analytics.errors import need, path_of
from footdrop_analytics.knowledge import forms
from footdrop_analytics.knowledge.yaml_files import PACKAGED
from footdrop_analytics.model.vocabulary import AETIOLOGIES, MODES, POSITIONS

CRITERIA: Mapping[str, forms.Limits] = {
    "exposure": {"min_days": (0, 366), "min_days_since_start": (0, 366)},
    "recency": {"days": (0, 366), "sessions": (0, 10)},
    "adherence": {"min_share": (0, 1), "window_days": (1, 366), "min_due": (0, 100)},
    "target": {"min_dose_share": (0, 1)},
    "as_prescribed": {"min_hold_share": (0, 1)},
    "pain": {"max_pain": (0, 10), "above_usual": (0, 10), "min_rated_days": (1, 3)},
    "effort": {"max_effort": (0, 10)},
    "no_event": {"near_fall_days": (0, 366), "rejected_days": (0, 366)},
    "two_for_two": {"extra_reps": (0, 100), "days": (1, 3)},
}
"""The nine computations and the lowest and highest value of each of their parameters."""

SETTINGS: Mapping[str, forms.Limits] = {
    "look_back": {"days": (1, 366), "sessions": (0, 20)},
    "last_days": {"days": (1, 10)},
    "target_days": {
        "days": (1, 30),
        "min_days": (1, 30),
        "window_days": (1, 366),
        "sessions": (0, 60),
        "forgiving_from": (1, 31),
        "may_miss": (0, 10),
    },
    "hold_pain": {"highest_limit": (0, 9.99), "lowest_limit": (0, 9.99), "above_usual": (0, 10), "days": (1, 366)},
    "below_target": {"share": (0, 1)},
}
"""What several criteria or states share."""


class AppliesTo(forms.Form):
    """The values that a rule is limited to; None = no limit."""

    mode: Annotated[tuple[Annotated[str, forms.one_of(MODES)], ...], Field(strict=False)] | None = None
    exercise: Annotated[tuple[forms.ExerciseKey, ...], Field(strict=False)] | None = None
    position: Annotated[tuple[Annotated[str, forms.one_of(POSITIONS)], ...], Field(strict=False)] | None = None
    aetiology: Annotated[tuple[Annotated[str, forms.one_of(AETIOLOGIES)], ...], Field(strict=False)] | None = None


class Rule(forms.Sourced):
    """One criterion with its limits; ``applies_to``: values of mode, exercise, position, aetiology it is limited to."""

    rule_id: str = forms.OWN_NAME
    criterion: Annotated[str, forms.one_of(CRITERIA), forms.as_left_out("rule_id")] = forms.NEEDED
    enabled: bool = True
    optional: bool = False
    parameters: Annotated[Mapping[str, float], forms.parameters(CRITERIA, "criterion")] = {}
    text: forms.Text = forms.NEEDED
    applies_to: Mapping[str, tuple[str, ...]] = {}
    stands_in_for: forms.Text | None = None

    @field_validator("text")
    @classmethod
    def _filled(cls, value: str, info: ValidationInfo) -> str:
        return forms.filled(value, info.data["parameters"]) if info.data.get("parameters") is not None else value

    @field_validator("applies_to", mode="plain")
    @classmethod
    def _named_limits(cls, value: object, info: ValidationInfo) -> Mapping[str, tuple[str, ...]]:
        limits = AppliesTo.model_validate(value, context=info.context)
        return {by: allowed for by, allowed in limits if allowed is not None}


class Setting(forms.Sourced):
    """Parameters that several criteria or states share."""

    name: str = forms.OWN_NAME
    parameters: Annotated[Mapping[str, float], forms.parameters(SETTINGS, "name")] = {}
    text: forms.Text = forms.NEEDED


class _File(forms.Form):
    rules_version: forms.Text = forms.NEEDED
    settings: Annotated[Mapping[str, Setting], forms.keyed(SETTINGS)] = {}
    rules: Annotated[Mapping[str, Rule], forms.keyed(CRITERIA, unless="criterion")] = {}

    @field_validator("rules")
    @classmethod
    def _hold_together(cls, rules: Mapping[str, Rule]) -> Mapping[str, Rule]:
        if not any(rule.enabled for rule in rules.values()):
            raise forms.expected("at least one rule that is on (enabled: true)")
        for name, rule in rules.items():
            if rule.stands_in_for is not None and rule.stands_in_for not in rules:
                raise forms.refused(name, f"stands_in_for to name one of {', '.join(rules)}", rule.stands_in_for)
        return rules


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

    Examples
    --------
    >>> [rule.rule_id for rule in load_rules().rules if not rule.enabled]
    ['two_for_two']
    """
    if exercises is not None:
        need(exercises, "exercises", (list, tuple, set, frozenset), "a list of keys")
    return _packaged() if path is None else _build(path_of(path, "path"), exercises)


def chosen_rules(rules: str | Path | ReadinessRules | None, exercises: Collection[str] | None = None) -> ReadinessRules:
    """The rules that a ``rules=`` argument stands for: themselves, a file laid over the package's, or the package's."""
    return rules if isinstance(rules, ReadinessRules) else load_rules(rules, exercises)


def _build(path: Path | None, exercises: Collection[str] | None) -> ReadinessRules:
    if exercises is None:
        from footdrop_analytics.knowledge.exercises import load_exercises

        exercises = load_exercises().keys
    packaged, parts = PACKAGED / "readiness_rules.yaml", ["settings", "rules"]
    form = forms.load_form(_File, packaged, path, version="rules_version", parts=parts, exercises=tuple(exercises))
    return ReadinessRules(
        version=form.rules_version,
        rules=tuple(form.rules.values()),
        settings={name: form.settings[name] for name in SETTINGS},
    )


_packaged = cache(partial(_build, None, None))
