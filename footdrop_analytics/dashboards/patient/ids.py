"""Who can be chosen: the ids of an analysis, exactly as in the files."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from footdrop_analytics.analysis.analyse import Analysis

Choices = tuple[tuple[str, str], ...]
_KNOWN: WeakKeyDictionary[Analysis, tuple[Choices, frozenset[str]]] = WeakKeyDictionary()


def patient_ids(analysis: Analysis) -> tuple[Choices, frozenset[str]]:
    """Every patient of the analysis, most urgent first, as choices and as a set; worked out once for each analysis."""
    if analysis not in _KNOWN:
        ids = analysis.caseload["patient_id"].astype("str").tolist()
        _KNOWN[analysis] = tuple((one, one) for one in ids), frozenset(ids)
    return _KNOWN[analysis]


def meant(typed: str, analysis: Analysis) -> str | None:
    """The id that somebody typed or pasted, as it is or without the blanks around it; None if nobody has it."""
    known = patient_ids(analysis)[1]
    return next((one for one in (typed, typed.strip()) if one in known), None)


def alike(typed: str, analysis: Analysis) -> list[str]:
    """The ids that a text is a part of, or that are a part of it, in any case; most urgent first."""
    sought = typed.strip().casefold()
    ids = [one for one, _ in patient_ids(analysis)[0]] if sought else []
    return [one for one in ids if sought in one.casefold() or one.casefold() in sought]
