"""Each setting after each other one, and after itself, in one walk: what was shown before must leave no trace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

One = TypeVar("One")


def walk(settings: Sequence[One]) -> Iterator[One]:
    """The settings in an order in which every ordered pair of them stands side by side."""
    for place, one in enumerate(settings):
        yield one
        yield one
        for other in settings[place + 1 :]:
            yield other
            yield one
