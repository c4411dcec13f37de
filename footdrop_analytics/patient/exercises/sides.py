"""The two sides of an exercise beside each other, where both are logged."""

from __future__ import annotations

from collections.abc import Sequence

from footdrop_analytics.model.vocabulary import OWN_MODES
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.exercises.series import ExercisePart
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import estimate, side

_LEFT, _RIGHT = "left", "right"


def sides(context: Context, parts: Sequence[ExercisePart]) -> list[str]:
    """A sentence per exercise with a level on either side, the affected side first; with help there is no level."""
    levels: dict[str, dict[str, ExercisePart]] = {}
    for part in parts:
        mode = part.version["mode"] if part.version is not None else part.exercise.mode
        if part.trend["level_now"] is not None and mode in OWN_MODES:
            levels.setdefault(part.exercise.key, {})[part.side] = part
    affected = context.patient.get("affected_side")
    return [_compared(own, affected) for own in levels.values() if {_LEFT, _RIGHT} <= set(own)]


def _compared(own: dict[str, ExercisePart], affected: str | None) -> str:
    first, second = (_RIGHT, _LEFT) if affected == _RIGHT else (_LEFT, _RIGHT)
    name = translated(own[first].exercise.name)
    given = {"exercise": name, "first": _level(own[first]), "second": _level(own[second]), "side": side(first)}
    if affected in (_LEFT, _RIGHT):
        return translated("{exercise}: affected side ({side}) {first}, other side {second}.", **given)
    return translated("{exercise}: {side} {first}, {other} {second}.", other=side(second), **given)


def _level(part: ExercisePart) -> str:
    return estimate(part.trend["level_now"]) + (" s" if part.exercise.unit == "seconds" else "")
