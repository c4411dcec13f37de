"""What else could be chosen on the cohort dashboard."""

from __future__ import annotations

from footdrop_analytics.analysis.cohort.choice import GROUPS, Choice, name_of, unrecorded
from footdrop_analytics.analysis.cohort.columns import CohortColumns
from footdrop_analytics.dashboards.fragments import capitalized
from footdrop_analytics.model.choices import ALL, NOT_STATED, value_of
from footdrop_analytics.wording.language import translated

Options = tuple[tuple[str, str], ...]


def options_of(choice: Choice) -> dict[str, Options]:
    """``(label, value)`` of every control; the value chosen is always among them."""
    prepared, chosen = choice.prepared, choice.settings.group
    left_out = unrecorded(prepared)
    return {
        "group": tuple((capitalized(translated(key)), key) for key in GROUPS if key not in left_out or key == chosen),
        "exercise": _options(choice, "exercise", _used(prepared)),
        "arm": _options(choice, "arm", prepared.arms.values),
        "aetiology": _options(choice, "aetiology", prepared.aetiologies.values),
    }


def _used(prepared: CohortColumns) -> tuple[str, ...]:
    """Exercises that somebody has a prescription or a session of."""
    used = {*prepared.sums.exercise.tolist(), *prepared.times.exercise.tolist()}
    return tuple(key for number, key in enumerate(prepared.exercises) if number in used)


def _options(choice: Choice, group: str, keys: tuple[str, ...]) -> Options:
    chosen = getattr(choice.settings, group)
    missing = [] if chosen == ALL or chosen in map(value_of, keys) else [chosen]
    named = [(_label(choice, group, key), value_of(key)) for key in keys]
    return ((translated("All"), ALL), *named, *((_label(choice, group, one) or one, one) for one in missing))


def _label(choice: Choice, group: str, key: str) -> str:
    return translated("Not recorded") if key == NOT_STATED else name_of(choice.prepared, group, key)
