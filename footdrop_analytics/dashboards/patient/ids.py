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


def meant(typed: str, known: frozenset[str]) -> str:
    """The id that somebody means who typed or pasted a text.

    An id may begin or end with a blank, so the text counts as it is. Blanks around it fall only where an id stands
    between them and no other id could still become of the text.
    """
    stripped = typed.strip()
    if typed in known or stripped not in known or any(one.startswith(typed) for one in known):
        return typed
    return stripped
