"""How many examples of a property are tried."""

from __future__ import annotations

from hypothesis import settings


def few(number: int) -> settings:
    """So many, for what takes long; twenty times as many with ``--hypothesis-profile=search``."""
    return settings(max_examples=number * (20 if settings.get_current_profile_name() == "search" else 1))
