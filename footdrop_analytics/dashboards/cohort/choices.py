"""What can be chosen in the controls."""

from __future__ import annotations

from footdrop_analytics.dashboards.caseload.settings import ALL, NOT_STATED, value_of
from footdrop_analytics.dashboards.cohort.choice import Choice, name_of
from footdrop_analytics.dashboards.cohort.settings import GROUPS

Options = tuple[tuple[str, str], ...]


def choices_of(choice: Choice) -> dict[str, Options]:
    """``(label, value)`` of every control; the value chosen is always among them."""
    prepared = choice.prepared
    arms, aetiologies = prepared.arms.values, prepared.aetiologies.values
    return {
        "group": tuple((name.capitalize(), key) for key, name in GROUPS.items()),
        "exercise": _options(choice, "exercise", _used(choice)),
        "arm": _options(choice, "arm", arms),
        "aetiology": _options(choice, "aetiology", aetiologies),
    }


def _used(choice: Choice) -> tuple[str, ...]:
    """Exercises that somebody has a prescription or a session of."""
    prepared = choice.prepared
    used = {*prepared.sums.exercise.tolist(), *prepared.times.exercise.tolist()}
    return tuple(key for number, key in enumerate(prepared.exercises) if number in used)


def _options(choice: Choice, group: str, keys: tuple[str, ...]) -> Options:
    chosen = getattr(choice.settings, group)
    missing = [] if chosen == ALL or chosen in map(value_of, keys) else [chosen]
    named = [(_label(choice, group, key), value_of(key)) for key in keys]
    return (("All", ALL), *named, *((_label(choice, group, one) or one, one) for one in missing))


def _label(choice: Choice, group: str, key: str) -> str:
    return "Not recorded" if key == NOT_STATED else name_of(choice.prepared, group, key)
