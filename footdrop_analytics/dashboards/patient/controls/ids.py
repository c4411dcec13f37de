"""Who can be chosen: the ids of an analysis, exactly as in the files."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from markupsafe import Markup

from footdrop_analytics.analysis.analyse import Analysis

Choices = tuple[tuple[str, str], ...]
CHOOSE = "choose:"
"""How the name of a form begins that chooses a patient."""
_ENOUGH = 3
"""Characters from which on the end of an id may stand for it."""
_KNOWN: WeakKeyDictionary[Analysis, tuple[Choices, frozenset[str]]] = WeakKeyDictionary()


def patient_ids(analysis: Analysis) -> tuple[Choices, frozenset[str]]:
    """Every patient of the analysis, most urgent first, as choices and as a set; worked out once for each analysis."""
    if analysis not in _KNOWN:
        ids = analysis.caseload["patient_id"].astype("str").tolist()
        _KNOWN[analysis] = tuple((one, one) for one in ids), frozenset(ids)
    return _KNOWN[analysis]


def meant(typed: str, analysis: Analysis) -> str | None:
    """The id that somebody typed or pasted; None if it is no patient's, or could be more than one.

    It is the text as it is, else without the blanks around it, else the one id that differs by case and such blanks,
    else the one that ends with it: ``0009`` is SIM-0009.
    """
    choices, known = patient_ids(analysis)
    if exact := [one for one in (typed, typed.strip()) if one in known]:
        return exact[0]
    sought = _plain(typed)
    found = [one for one, _ in choices if _plain(one) == sought]
    if not found and len(sought) >= _ENOUGH:
        found = [one for one, _ in choices if _plain(one).endswith(sought)]
    return found[0] if len(found) == 1 else None


def alike(typed: str, analysis: Analysis) -> list[str]:
    """The ids that a text is a part of, or that are a part of it, in any case; most urgent first."""
    sought = _plain(typed)
    ids = [one for one, _ in patient_ids(analysis)[0]] if sought else []
    return [one for one in ids if sought in one.casefold() or one.casefold() in sought]


def _plain(text: str) -> str:
    return text.strip().casefold()


def one_alike(patient_id: str) -> Markup:
    """A button for somebody whose id is like the one that was typed."""
    return Markup('<form data-offer="{}{}"><button><bdi class="nowrap">{}</bdi></button></form>').format(
        CHOOSE, patient_id, patient_id
    )
