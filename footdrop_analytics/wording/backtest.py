"""What a replay of rules amounts to, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import number, quantity, spoken

MOST_NAMED = 20


def met_words(met: Sequence[int], of: int, differing: Sequence[Sequence[str]]) -> str:
    """In how many series each rule set had all criteria met at some look, and in which they differ."""
    counts = [translated("{count} of {of}", count=number(count), of=number(of)) for count in met]
    said = counts[0]
    for other in counts[1:]:
        said = translated("{counts} against {other}", counts=said, other=other)
    said = translated("All criteria met at some look: {counts} series", counts=said)
    if len(met) == 1:
        return f"{said}."
    if not differing:
        return translated("{series}; none differ.", series=said)
    names = "; ".join(f"{patient}, {spoken(exercise)} ({side})" for patient, exercise, side in differing[:MOST_NAMED])
    if len(differing) > MOST_NAMED:
        names = translated("{names}; and {count} more", names=names, count=number(len(differing) - MOST_NAMED))
    return quantity(
        "{series}; this one differs: {names}.",
        "{series}; these {count} differ: {names}.",
        len(differing),
        series=said,
        names=names,
    )


def agreement_words(row: Mapping[str, Any]) -> str:
    """How far a rule set agrees with what clinicians decided."""
    if not row["n"]:
        return translated("no decision of a clinician to compare with")
    said = quantity(
        "{agreed} of {count} decision agree",
        "{agreed} of {count} decisions agree",
        row["n"],
        agreed=number(row["n_agree"]),
    )
    said = _with_kappa(said, row)
    if not row["n_unjudged"]:
        return said
    return translated(
        "{agreement}; {count} more could not be compared", agreement=said, count=number(row["n_unjudged"])
    )


def _with_kappa(said: str, row: Mapping[str, Any]) -> str:
    if row["kappa"] is None:
        return translated("{agreement} (no kappa: chance alone would always agree)", agreement=said)
    band = translated("no interval")
    if row["kappa_low"] is not None:
        band = translated("95 % interval {low} to {high}", low=_two(row["kappa_low"]), high=_two(row["kappa_high"]))
    return translated(
        "{agreement}, kappa {kappa} ({interval})", agreement=said, kappa=_two(row["kappa"]), interval=band
    )


def _two(value: float) -> str:
    text = f"{abs(value):.2f}"
    return f"−{text}" if value < 0 and text != "0.00" else text
