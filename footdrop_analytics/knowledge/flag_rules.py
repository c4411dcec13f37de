"""The review-flag thresholds: what an event holds, how long it is open, and when a log asks to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from footdrop_analytics.knowledge.form import PACKAGED, Entry, check_key, laid_over, read_yaml
from footdrop_analytics.knowledge.rules import filled, numbers
from footdrop_analytics.model.vocabulary import EVENT_KINDS, HOLDS, SEVERITIES, SOURCE_KINDS

FLAGS: Mapping[str, Mapping[str, tuple[float, float]]] = {
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


@dataclass(frozen=True)
class EventRule:
    """How an event of one kind is shown and what it holds while it is open."""

    kind: str
    name: str
    severity: str
    holds: str
    injury_holds: str
    during_exercise: bool
    days: int | None
    source: str
    source_kind: str


@dataclass(frozen=True)
class FlagRule:
    """One threshold (``parameters``) with its severity; ``words`` only for the notes to read."""

    rule_id: str
    severity: str
    enabled: bool
    text: str
    parameters: Mapping[str, float]
    words: tuple[str, ...]
    source: str
    source_kind: str


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
    """
    if path is None:
        return _packaged()
    return _build(laid_over("review_flags.yaml", Path(path), "flags_version"), Path(path).name)


@lru_cache(maxsize=1)
def _packaged() -> FlagRules:
    path = PACKAGED / "review_flags.yaml"
    return _build(read_yaml(path), path.name)


def _build(content: Mapping[str, Any], file: str) -> FlagRules:
    top = Entry(content, file, "top level")
    parts = {"settings": SETTINGS, "events": EVENT_KINDS, "flags": tuple(FLAGS)}
    entries = {part: top.entries(part) for part in parts}
    for part, known in parts.items():
        for name in entries[part]:
            check_key(name, known, file, name)
    days = {name: _days(Entry(entries["settings"].get(name), file, name)) for name in SETTINGS}
    rules = FlagRules(
        version=top.text("flags_version"),
        events={kind: _event(kind, Entry(entries["events"].get(kind), file, kind)) for kind in EVENT_KINDS},
        flags={name: _flag(name, Entry(entries["flags"].get(name), file, name)) for name in FLAGS},
        open_days=days["open_days"],
        unvisited_days=days["unvisited_days"],
        look_back_days=days["look_back_days"],
    )
    top.close()
    return rules


def _days(entry: Entry) -> int:
    entry.text("text"), entry.text("source"), entry.text("source_kind", SOURCE_KINDS)
    value = entry.number("value", 1, 3660)
    if value != int(value):
        entry.fail("value", "a whole number of days")
    entry.close()
    return int(value)


def _event(kind: str, entry: Entry) -> EventRule:
    holds = entry.text("holds", HOLDS)
    days = entry.maybe_number("days", 1, 366)
    if days is not None and days != int(days):
        entry.fail("days", "a whole number of days")
    rule = EventRule(
        kind=kind,
        name=entry.text("name"),
        severity=entry.text("severity", SEVERITIES),
        holds=holds,
        injury_holds=entry.maybe_text("injury_holds", HOLDS) or holds,
        during_exercise=entry.flag("during_exercise", False),
        days=None if days is None else int(days),
        source=entry.text("source"),
        source_kind=entry.text("source_kind", SOURCE_KINDS),
    )
    entry.close()
    return rule


def _flag(name: str, entry: Entry) -> FlagRule:
    parameters = numbers(entry.entry("parameters"), FLAGS[name], _WHOLE)
    rule = FlagRule(
        rule_id=name,
        severity=entry.text("severity", SEVERITIES),
        enabled=entry.flag("enabled", True),
        text=filled(entry, parameters),
        parameters=parameters,
        words=entry.texts("words") if name == "words_to_read" else (),
        source=entry.text("source"),
        source_kind=entry.text("source_kind", SOURCE_KINDS),
    )
    entry.close()
    return rule
