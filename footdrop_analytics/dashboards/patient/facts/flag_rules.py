"""The rules behind the flags that are shown: what makes such a flag, and where the rule comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from footdrop_analytics.dashboards.fragments import capitalized
from footdrop_analytics.figures import Row
from footdrop_analytics.knowledge import EventRule, FlagRules, load_flag_rules
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import spoken

_HELD = {"all": marked("all exercises"), "standing": marked("exercises in standing"), "none": ""}
_WITH_INJURY = {
    "all": marked("with an injury all exercises"),
    "standing": marked("with an injury exercises in standing"),
    "none": marked("with an injury"),
}


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
        return ShownRule(capitalized(translated(event.name)), _event_words(event, rules), translated(event.source))
    rule = rules.flags[rule_id]
    return ShownRule(capitalized(spoken(rule_id)), translated(rule.text), translated(rule.source))


def _event_words(event: EventRule, rules: FlagRules) -> str:
    """When such an event is open, and what it holds meanwhile."""
    words = [translated("Open until a visit on a later day, at most {days} days.", days=rules.open_days)]
    if event.severity == "red":
        words.append(translated("Without a visit it stays amber for {days} days.", days=rules.unvisited_days))
    held = [translated(_HELD[event.holds])] if _HELD[event.holds] else []
    if event.during_exercise and event.holds != "all":
        held.append(translated("the exercise during which it happened"))
    if event.injury_holds != event.holds:
        held.append(translated(_WITH_INJURY[event.injury_holds]))
    if held:
        names = "; ".join(held)
        words.append(
            translated("For {days} days, held for a clinician to look at first: {names}.", days=event.days, names=names)
            if event.days
            else translated("While it is open, held for a clinician to look at first: {names}.", names=names)
        )
    return " ".join(words)
