"""What a replay of rules amounts to, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from footdrop_analytics.wording.words import counted, spoken

MOST_NAMED = 20


def met_words(met: Sequence[int], of: int, differing: Sequence[Sequence[str]]) -> str:
    """In how many series each rule set had all criteria met at some look, and in which they differ."""
    counts = " against ".join(f"{count:,} of {of:,}" for count in met)
    said = f"All criteria met at some look: {counts} series"
    if len(met) == 1:
        return f"{said}."
    if not differing:
        return f"{said}; none differ."
    names = "; ".join(f"{patient}, {spoken(exercise)} ({side})" for patient, exercise, side in differing[:MOST_NAMED])
    more = f"; and {len(differing) - MOST_NAMED:,} more" if len(differing) > MOST_NAMED else ""
    differ = "this one differs" if len(differing) == 1 else f"these {len(differing):,} differ"
    return f"{said}; {differ}: {names}{more}."


def agreement_words(row: Mapping[str, Any]) -> str:
    """How far a rule set agrees with what clinicians decided."""
    if not row["n"]:
        return "no decision of a clinician to compare with"
    unjudged = f"; {row['n_unjudged']:,} more could not be compared" if row["n_unjudged"] else ""
    counts = f"{row['n_agree']:,} of {counted(row['n'], 'decision')} agree"
    if row["kappa"] is None:
        return f"{counts} (no kappa: chance alone would always agree){unjudged}"
    band = "no interval"
    if row["kappa_low"] is not None:
        band = f"95 % interval {_two(row['kappa_low'])} to {_two(row['kappa_high'])}"
    return f"{counts}, kappa {_two(row['kappa'])} ({band}){unjudged}"


def _two(value: float) -> str:
    text = f"{abs(value):.2f}"
    return f"−{text}" if value < 0 and text != "0.00" else text
