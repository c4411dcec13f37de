"""Each setting after each other one, and after itself, in one walk: what was shown before must leave no trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from footdrop_analytics.dashboards.shell import Shell
from footdrop_analytics.dashboards.shell.page import below

One = TypeVar("One")


def walk(settings: Sequence[One]) -> Iterator[One]:
    """The settings in an order in which every ordered pair of them stands side by side."""
    for place, one in enumerate(settings):
        yield one
        yield one
        for other in settings[place + 1 :]:
            yield other
            yield one


def state_of(shell: Shell[Any]) -> dict[str, dict[str, Any]]:
    """What a browser receives about every widget: places in the tree instead of random ids."""
    widgets = list(below(shell.root))
    places = {one.model_id: f"widget {number}" for number, one in enumerate(widgets)}
    return {places[one.model_id]: _placed(one.get_state(), places) for one in widgets}


def _placed(value: Any, places: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {_placed(key, places): _placed(one, places) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_placed(one, places) for one in value]
    return places.get(value.removeprefix("IPY_MODEL_"), value) if isinstance(value, str) else value
