"""What the cohort dashboard can be asked for, and what else could be chosen."""

from __future__ import annotations

from dataclasses import dataclass

from footdrop_analytics.analysis.cohort.choice import GROUPS, Choice, CohortColumns, CohortFilter, name_of, unrecorded
from footdrop_analytics.dashboards.fragments import capitalized
from footdrop_analytics.dashboards.looked_at import LookedAt
from footdrop_analytics.model.choices import ALL, NOT_STATED, value_of
from footdrop_analytics.wording.language import translated

ADDRESS = {"as_of": "as-of", **{name: name for name in ("language", "group", "exercise", "arm", "aetiology")}}
"""What of the settings stands in a page's address, and by which name."""


@dataclass(frozen=True, kw_only=True)
class CohortSettings(CohortFilter, LookedAt):
    """What the cohort dashboard shows: a filter, days and language, and where the study lies.

    Attributes
    ----------
    study : str
        Where the study lies, as it was given; only for the code that the dashboard shows.
    """

    study: str = ""

    def __post_init__(self) -> None:
        CohortFilter.__post_init__(self)
        LookedAt.__post_init__(self)


Options = tuple[tuple[str, str], ...]


def options_of(choice: Choice, asked: CohortSettings) -> dict[str, Options]:
    """``(label, value)`` of every control; the value asked for is always among them, in its own spelling."""
    prepared, chosen = choice.prepared, choice.settings.group
    left_out = unrecorded(prepared)
    return {
        "group": tuple((capitalized(translated(key)), key) for key in GROUPS if key not in left_out or key == chosen),
        "exercise": _options(choice, "exercise", _used(prepared), asked.exercise),
        "arm": _options(choice, "arm", prepared.arms.values, asked.arm),
        "aetiology": _options(choice, "aetiology", prepared.aetiologies.values, asked.aetiology),
    }


def _used(prepared: CohortColumns) -> tuple[str, ...]:
    """Exercises that somebody has a prescription or a session of."""
    used = {*prepared.sums.exercise.tolist(), *prepared.times.exercise.tolist()}
    return tuple(key for number, key in enumerate(prepared.exercises) if number in used)


def _options(choice: Choice, group: str, keys: tuple[str, ...], asked: str) -> Options:
    chosen = getattr(choice.settings, group)
    missing = [] if chosen == ALL or chosen in map(value_of, keys) else [chosen]
    named = [(_label(choice, group, key), asked if value_of(key) == chosen else value_of(key)) for key in keys]
    return ((translated("All"), ALL), *named, *((_label(choice, group, one) or one, one) for one in missing))


def _label(choice: Choice, group: str, key: str) -> str:
    return translated("Not recorded") if key == NOT_STATED else name_of(choice.prepared, group, key)
