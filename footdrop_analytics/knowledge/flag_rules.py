"""The review-flag thresholds: what an event holds, how long it is open, and when a log asks to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import ValidationInfo, field_validator

from footdrop_analytics.knowledge.forms import (
    NEEDED,
    OWN_NAME,
    Form,
    Limits,
    Text,
    Texts,
    checked,
    expected,
    filled,
    keyed,
    named,
    one_of,
    parameters,
    whole_within,
)
from footdrop_analytics.knowledge.yaml_files import PACKAGED, laid_over, read_yaml
from footdrop_analytics.model.parameters import path_of
from footdrop_analytics.model.vocabulary import EVENT_KINDS, HOLDS, SEVERITIES, SOURCE_KINDS

FLAGS: Mapping[str, Limits] = {
    "high_pain": {"highest_limit": (0, 10), "lowest_limit": (0, 10), "above_usual": (0, 10)},
    "near_falls": {"count": (1, 100), "days": (1, 366)},
    "pain_rise": {"min_pain": (0, 10), "rise": (0, 10), "days": (1, 366), "min_rated": (1, 366), "running": (1, 14)},
    "decline": {"last": (1, 30), "before": (1, 90), "share": (0, 1)},
    "more_help": {},
    "health_skips": {"count": (1, 100), "days": (1, 366)},
    "lapse": {"min_missed": (1, 100)},
    "over_doing": {"ratio": (1, 10), "due_days": (1, 90), "min_extra_sessions": (0, 100)},
    "paused_exercise": {"days": (1, 366)},
    "words_to_read": {"days": (1, 366)},
    "rejected_report": {"days": (1, 366)},
    "no_log": {"days": (1, 366)},
    "side_mismatch": {"days": (1, 366)},
    "not_prescribed": {"days": (1, 366)},
    "late_entries": {"days": (1, 366)},
    "no_pain_rating": {"days": (1, 366)},
    "rejected_rows": {"days": (1, 366)},
    "times_missing": {"days": (1, 366)},
    "two_changes": {"days": (1, 366), "fields": (2, 6)},
}
"""Every flag that is not a single event, with the lowest and highest value of its parameters."""

SETTINGS = ("open_days", "unvisited_days", "look_back_days")

_WHOLE = {"count", "days", "min_rated", "running", "last", "before", "due_days", "fields"}


class EventRule(Form):
    """How an event of one kind is shown and what it holds while it is open."""

    kind: str = OWN_NAME
    name: Text = NEEDED
    severity: Annotated[str, one_of(SEVERITIES)] = NEEDED
    holds: Annotated[str, one_of(HOLDS)] = NEEDED
    injury_holds: Annotated[str, one_of(HOLDS)] = NEEDED
    during_exercise: bool = False
    days: Annotated[int, whole_within(1, 366)] | None = None
    source: Text = NEEDED
    source_kind: Annotated[str, one_of(SOURCE_KINDS)] = NEEDED

    @field_validator("injury_holds", mode="before")
    @classmethod
    def _as_without_injury(cls, value: object, info: ValidationInfo) -> object:
        return info.data.get("holds") if value is None else value


class FlagRule(Form):
    """One threshold (``parameters``) with its severity; ``words`` only for the notes to read."""

    rule_id: str = OWN_NAME
    severity: Annotated[str, one_of(SEVERITIES)] = NEEDED
    enabled: bool = True
    parameters: Mapping[str, float] = {}
    text: Text = NEEDED
    words: Texts = ()
    source: Text = NEEDED
    source_kind: Annotated[str, one_of(SOURCE_KINDS)] = NEEDED

    @field_validator("parameters", mode="plain")
    @classmethod
    def _within_limits(cls, value: object, info: ValidationInfo) -> Mapping[str, float]:
        return parameters(value, FLAGS.get(info.data["rule_id"], {}), _WHOLE)

    @field_validator("text")
    @classmethod
    def _filled(cls, value: str, info: ValidationInfo) -> str:
        return filled(value, info.data["parameters"]) if "parameters" in info.data else value

    @field_validator("words")
    @classmethod
    def _only_for_notes(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if value and info.data["rule_id"] != "words_to_read":
            raise expected("no words, which only words_to_read looks for")
        return value


class Days(Form):
    """A number of days that several flags share."""

    text: Text = NEEDED
    value: Annotated[int, whole_within(1, 3660)] = NEEDED
    source: Text = NEEDED
    source_kind: Annotated[str, one_of(SOURCE_KINDS)] = NEEDED


class _File(Form):
    flags_version: Text = NEEDED
    settings: Annotated[Mapping[str, Days], keyed(SETTINGS)] = {}
    events: Annotated[Mapping[str, EventRule], keyed(EVENT_KINDS)] = {}
    flags: Annotated[Mapping[str, FlagRule], keyed(FLAGS)] = {}


@dataclass(frozen=True)
class FlagRules:
    """Every flag and event rule by name."""

    version: str
    events: Mapping[str, EventRule]
    flags: Mapping[str, FlagRule]
    open_days: int
    unvisited_days: int
    look_back_days: int


def load_flag_rules(path: str | Path | None = None) -> FlagRules:
    """The review-flag rules, with those of ``path`` (same form as ``review_flags.yaml``) laid over the package's.

    Raises
    ------
    KnowledgeError
        If the file breaks the form; the message names file, entry, field and what was expected.

    Examples
    --------
    >>> load_flag_rules().events["fall"].severity
    'red'
    """
    if path is None:
        return _packaged()
    path = path_of(path, "path")
    return _build(laid_over("review_flags.yaml", path, "flags_version"), path.name)


def chosen_flags(flags: str | Path | FlagRules | None) -> FlagRules:
    """The rules that a ``flags=`` argument stands for: themselves, a file laid over the package's, or the package's."""
    return flags if isinstance(flags, FlagRules) else load_flag_rules(flags)


@lru_cache(maxsize=1)
def _packaged() -> FlagRules:
    path = PACKAGED / "review_flags.yaml"
    return _build(read_yaml(path), path.name)


def _build(content: Mapping[str, Any], file: str) -> FlagRules:
    form = checked(_File, named(named(content, "events"), "flags"), file)
    return FlagRules(
        version=form.flags_version,
        events={kind: form.events[kind] for kind in EVENT_KINDS},
        flags={name: form.flags[name] for name in FLAGS},
        **{name: form.settings[name].value for name in SETTINGS},
    )
