"""How a log was written down, in words: counts only, nothing about whether anybody can be relied on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import joined, number, percent

LONG_UNCHANGED_DAYS = 14
RECORDING = (
    ("entries_equal_to_target", "entries_with_target", marked("equal the target in every field")),
    ("days_in_batches", "days_written", marked("were written down together with others")),
    ("multiples_of_five", "entries_off_fives", marked("are multiples of five though the target is none")),
)
"""Counts of a recording pattern: a part, the whole it is of (whose first word is the unit), and what is said of it."""
_COUNTED = {
    "entries_equal_to_target": marked("{count} of {of} entries equal the target in every field"),
    "days_in_batches": marked("{count} of {of} days were written down together with others"),
    "multiples_of_five": marked("{count} of {of} entries are multiples of five though the target is none"),
}
_UNCHANGED = {
    "pain": marked("every pain rating was the same over {count} days"),
    "effort": marked("every effort rating was the same over {count} days"),
}


def recording_words(counts: Mapping[str, Any]) -> str:
    """One sentence of the counts that there are; blank without any."""
    parts = [
        translated(_COUNTED[part], count=number(counts[part]), of=number(counts[whole]))
        for part, whole, _ in RECORDING
        if counts[whole]
    ]
    parts += [
        translated(words, count=number(counts[f"unchanged_{name}_days"]))
        for name, words in _UNCHANGED.items()
        if counts[f"unchanged_{name}_days"] >= LONG_UNCHANGED_DAYS
    ]
    if not parts:
        return ""
    return translated("How it was written down: {counts}. Much of this has harmless reasons.", counts=joined(parts))


def unit_of(whole: str) -> str:
    """What a whole of the recording pattern counts: entries or days."""
    return whole.split("_", maxsplit=1)[0]


def tipping_words(share: float, if_over_counted: float) -> str:
    """What adherence would be if this log was over-counted as diaries were against sensors."""
    return translated(
        "{logged} as logged in the last 28 days; {corrected} if over-counted as diaries were against sensors, "
        "220 to 176 (Nicolson 2018).",
        logged=percent(share),
        corrected=percent(if_over_counted),
    )
