"""The thresholds of what is reported: what an event holds, when a log asks to be looked at, when a silence is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Annotated

from pydantic import ValidationInfo, field_validator

from footdrop_analytics.errors import path_of
from footdrop_analytics.knowledge import forms
from footdrop_analytics.knowledge.yaml_files import PACKAGED
from footdrop_analytics.model.vocabulary import EVENT_KINDS, HOLDS, SEVERITIES


class _Silence(forms.Sourced):
    text: forms.Text = forms.NEEDED


class Lapse(_Silence):
    """No exercise lately: both limits must be reached, while a prescription is active."""

    due_days: Annotated[int, forms.whole_within(1, 366)] = forms.NEEDED
    missed: Annotated[int, forms.whole_within(1, 366)] = forms.NEEDED


class Interruption(_Silence):
    """A gap with so many exercise days missed."""

    missed: Annotated[int, forms.whole_within(1, 366)] = forms.NEEDED


class Discontinuation(_Silence):
    """A gap of so many due days."""

    due_days: Annotated[int, forms.whole_within(1, 366)] = forms.NEEDED


class Silences(forms.Form):
    """Gaps are counted in due days; what they miss in exercise days."""

    persistence_version: forms.Text = forms.NEEDED
    lapse: Lapse = forms.NEEDED
    interruption: Interruption = forms.NEEDED
    discontinuation: Discontinuation = forms.NEEDED

    @property
    def numbers(self) -> dict[str, int]:
        """The limits by the names that texts of other files give them."""
        return {
            "lapse_due_days": self.lapse.due_days,
            "lapse_missed": self.lapse.missed,
            "interruption_missed": self.interruption.missed,
            "discontinuation_due_days": self.discontinuation.due_days,
        }

    @field_validator("lapse", "interruption", "discontinuation")
    @classmethod
    def _said_with_its_numbers(cls, value: _Silence, _info: ValidationInfo) -> _Silence:
        numbers = {name: getattr(value, name) for name in ("due_days", "missed") if hasattr(value, name)}
        return value.model_copy(update={"text": forms.filled(value.text, numbers)})


@lru_cache(maxsize=1)
def load_silences() -> Silences:
    """The limits of the package."""
    return forms.load_form(Silences, PACKAGED / "persistence.yaml")


_LOOK_BACK = {"days": (1, 366)}
FLAGS: Mapping[str, forms.Limits] = {
    "high_pain": {"highest_limit": (0, 10), "lowest_limit": (0, 10), "above_usual": (0, 10)},
    "near_falls": {"count": (1, 100), "days": (1, 366)},
    "pain_rise": {"min_pain": (0, 10), "rise": (0, 10), "days": (1, 366), "min_rated": (1, 366), "running": (1, 14)},
    "decline": {
        "last": (1, 30),
        "before": (1, 90),
        "min_before": (1, 90),
        "share": (0, 1),
        "noise_sd": (0, 10),
        "least_sd": (0, 10),
    },
    "slipping": {
        "shortest": (1, 30),
        "longest": (1, 30),
        "min_below": (1, 30),
        "min_before": (1, 90),
        "p": (0, 1),
        "p_often": (0, 1),
        "often_gap_days": (0, 30),
    },
    "more_help": {},
    "health_skips": {"count": (1, 100), "days": (1, 366)},
    "lapse": {"min_missed": (1, 100)},
    "over_doing": {"ratio": (1, 10), "due_days": (1, 90), "min_extra_sessions": (0, 100)},
    **dict.fromkeys(("paused_exercise", "words_to_read", "rejected_report"), _LOOK_BACK),
    "unread_pain": {"days": (1, 366), "pain": (0, 10)},
    "unread_rows": _LOOK_BACK,
    "date_doubtful": {"max_days": (1, 30), "gap_days": (1, 3660)},
    **dict.fromkeys(("no_log", "side_mismatch", "not_prescribed", "late_entries"), _LOOK_BACK),
    "batches": {"days": (1, 366), "min_days": (2, 60)},
    **dict.fromkeys(("outlying", "one_side", "no_pain_rating", "rejected_rows", "times_missing"), _LOOK_BACK),
    "two_changes": {"days": (1, 366), "fields": (2, 6)},
}
"""Every flag that is not a single event, with the lowest and highest value of its parameters."""

KINDS = ("event", "unread_event", "decline", "pain", "silence", "over_doing", "help", "plan_and_data")
"""What comes first inside a severity; but of ambers an unreadable event is the first: it may be red."""

KIND_OF: Mapping[str, str] = {
    **dict.fromkeys(("rejected_report", "date_doubtful"), "unread_event"),
    **dict.fromkeys((*EVENT_KINDS, "near_falls", "words_to_read"), "event"),
    **dict.fromkeys(("decline", "slipping"), "decline"),
    **dict.fromkeys(("high_pain", "unread_pain", "pain_rise", "health_skips", "no_pain_rating"), "pain"),
    **dict.fromkeys(("lapse", "no_log"), "silence"),
    **dict.fromkeys(("over_doing", "paused_exercise"), "over_doing"),
    "more_help": "help",
}
"""The kind of every flag and event that is not of plan and data."""

WITH_WORDS = ("words_to_read", "rejected_report")
"""The flags that look for words; those of ``rejected_report`` are words for a fall."""

SETTINGS = ("open_days", "unvisited_days", "look_back_days")


class EventRule(forms.Sourced):
    """How an event of one kind is shown and what it holds while it is open."""

    kind: str = forms.OWN_NAME
    name: forms.Text = forms.NEEDED
    severity: Annotated[str, forms.one_of(SEVERITIES)] = forms.NEEDED
    holds: Annotated[str, forms.one_of(HOLDS)] = forms.NEEDED
    injury_holds: Annotated[str, forms.one_of(HOLDS), forms.as_left_out("holds")] = forms.NEEDED
    during_exercise: bool = False
    days: Annotated[int, forms.whole_within(1, 366)] | None = None


class FlagRule(forms.Sourced):
    """One threshold (``parameters``) with its severity; ``words`` only where text is read for them."""

    rule_id: str = forms.OWN_NAME
    severity: Annotated[str, forms.one_of(SEVERITIES)] = forms.NEEDED
    enabled: bool = True
    parameters: Annotated[Mapping[str, float], forms.parameters(FLAGS, "rule_id")] = {}
    text: forms.Text = forms.NEEDED
    words: forms.Texts = ()

    @field_validator("text")
    @classmethod
    def _filled(cls, value: str, info: ValidationInfo) -> str:
        # A lapse is that of persistence.
        numbers = {**load_silences().numbers, **info.data.get("parameters", {})}
        return forms.filled(value, numbers) if "parameters" in info.data else value

    @field_validator("words")
    @classmethod
    def _only_for_notes(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if value and info.data["rule_id"] not in WITH_WORDS:
            raise forms.expected(f"no words, which only {' and '.join(WITH_WORDS)} look for")
        return value


class Days(forms.Sourced):
    """A number of days that several flags share."""

    text: forms.Text = forms.NEEDED
    value: Annotated[int, forms.whole_within(1, 3660)] = forms.NEEDED


class _File(forms.Form):
    flags_version: forms.Text = forms.NEEDED
    settings: Annotated[Mapping[str, Days], forms.keyed(SETTINGS)] = {}
    events: Annotated[Mapping[str, EventRule], forms.keyed(EVENT_KINDS)] = {}
    flags: Annotated[Mapping[str, FlagRule], forms.keyed(FLAGS)] = {}


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
    return _packaged() if path is None else _build(path_of(path, "path"))


def chosen_flags(flags: str | Path | FlagRules | None) -> FlagRules:
    """The rules that a ``flags=`` argument stands for: themselves, a file laid over the package's, or the package's."""
    return flags if isinstance(flags, FlagRules) else load_flag_rules(flags)


def _build(path: Path | None) -> FlagRules:
    packaged = PACKAGED / "review_flags.yaml"
    form = forms.load_form(_File, packaged, path, version="flags_version", parts=["events", "flags"])
    return FlagRules(
        version=form.flags_version,
        events={kind: form.events[kind] for kind in EVENT_KINDS},
        flags={name: form.flags[name] for name in FLAGS},
        **{name: form.settings[name].value for name in SETTINGS},
    )


_packaged = cache(partial(_build, None))
