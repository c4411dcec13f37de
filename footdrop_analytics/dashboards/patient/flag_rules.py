"""The rules behind the flags that are shown: what makes such a flag, and where the rule comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from footdrop_analytics.figures import Row
from footdrop_analytics.knowledge import EventRule, FlagRules, load_flag_rules

_HELD = {"all": "all exercises", "standing": "exercises in standing", "none": ""}


@dataclass(frozen=True)
class ShownRule:
    """A rule in words."""

    name: str
    text: str
    source: str


def flag_rules(flags: Iterable[Row]) -> list[ShownRule]:
    """The rule of each flag, once, in the order of the flags."""
    rules = load_flag_rules()
    return [_shown(rules, rule_id) for rule_id in dict.fromkeys(row["rule_id"] for row in flags)]


def _shown(rules: FlagRules, rule_id: str) -> ShownRule:
    if rule_id in rules.events:
        event = rules.events[rule_id]
        return ShownRule(event.name.capitalize(), _event_words(event, rules), event.source)
    rule = rules.flags[rule_id]
    return ShownRule(rule_id.replace("_", " ").capitalize(), rule.text, rule.source)


def _event_words(event: EventRule, rules: FlagRules) -> str:
    """When such an event is open, and what it holds meanwhile."""
    words = [f"Open until a visit on a later day, at most {rules.open_days} days."]
    if event.severity == "red":
        words.append(f"Without a visit it stays amber for {rules.unvisited_days} days.")
    held = [_HELD[event.holds]] if _HELD[event.holds] else []
    if event.during_exercise and event.holds != "all":
        held.append("the exercise during which it happened")
    if event.injury_holds != event.holds:
        held.append(f"with an injury {_HELD[event.injury_holds]}")
    if held:
        within = f"For {event.days} days" if event.days else "While it is open"
        words.append(f"{within}, held for a clinician to look at first: {'; '.join(held)}.")
    return " ".join(words)
