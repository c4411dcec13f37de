"""How a log was written down, in words: counts only, nothing about whether anybody can be relied on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footdrop_analytics.wording.words import joined, percent

LONG_UNCHANGED_DAYS = 14
RECORDING = (
    ("entries_equal_to_target", "entries_with_target", "equal the target in every field"),
    ("days_in_batches", "days_written", "were written down together with others"),
    ("multiples_of_five", "entries_off_fives", "are multiples of five though the target is none"),
)
"""Counts of a recording pattern: a part, the whole it is of (whose first word is the unit), and what is said of it."""


def recording_words(counts: Mapping[str, Any]) -> str:
    """One sentence of the counts that there are; blank without any."""
    parts = [
        f"{counts[part]:,} of {counts[whole]:,} {whole.split('_')[0]} {what}"
        for part, whole, what in RECORDING
        if counts[whole]
    ]
    parts += [
        f"every {name} rating was the same over {counts[f'unchanged_{name}_days']:,} days"
        for name in ("pain", "effort")
        if counts[f"unchanged_{name}_days"] >= LONG_UNCHANGED_DAYS
    ]
    return f"How it was written down: {joined(parts)}. Much of this has harmless reasons." if parts else ""


def unit_of(whole: str) -> str:
    """What a whole of the recording pattern counts: entries or days."""
    return whole.split("_", maxsplit=1)[0]


def tipping_words(share: float, if_over_counted: float) -> str:
    """What adherence would be if this log was over-counted as diaries were against sensors."""
    return (
        f"{percent(share)} as logged in the last 28 days; {percent(if_over_counted)} if over-counted as diaries were "
        "against sensors, 220 to 176 (Nicolson 2018)."
    )
