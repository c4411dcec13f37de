"""What the numbers of the cohort mean: the definitions that reports have too, and those of groups of patients."""

from __future__ import annotations

from footdrop_analytics.knowledge import Definition, load_definitions

_OF_SECTION = {
    "adherence": ("patient_value", "quantiles", "median_interval", "small_groups", "adherence", "due", "credited"),
    "persistence": ("stopped", "curve", "band", "at_risk", "late_end", "small_groups", "discontinued"),
    "ladder": ("difficulty_now", "series", "difficulty"),
    "pattern": ("pattern", "session", "exercise_session", "clinic"),
    "quality": ("rejected", "untimed", "no_rating", "late", "log_not_handed_in", "duplicates"),
}


def definitions_of(section: str) -> tuple[Definition, ...]:
    """The definitions that stand in place with a section."""
    every = load_definitions()
    return tuple(every[key] for key in _OF_SECTION[section])
