"""What is chosen as a part of a page's address, so that a reload, *Back* and a copied address show the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

Names = Mapping[str, str]
"""The name in the address of each setting that stands there."""
_LONGEST = 4000
_YES = "yes"
_COMMA = ","


def written(settings: Any, names: Names, usual: Any = None) -> str:
    """The settings that differ from the usual ones (by default their defaults), as the query of an address.

    Examples
    --------
    >>> from footdrop_analytics.dashboards.patient.settings import PatientSettings
    >>> names = {"patient_id": "patient", "start": "from"}
    >>> written(PatientSettings(patient_id="SIM-0009", start=date(2026, 1, 5)), names)
    'patient=SIM-0009&from=2026-01-05'
    """
    usual = type(settings) if usual is None else usual
    chosen = {field: getattr(settings, field) for field in names}
    return urlencode({names[field]: _text(value) for field, value in chosen.items() if value != getattr(usual, field)})


def read(query: str, usual: Any, names: Names) -> dict[str, Any]:
    """The settings that an address names, all others as in ``usual``; what is no such value is passed over.

    ``usual`` are settings, or their type for its defaults.

    Whether they fit (a patient of the study, a period that does not end before it begins) is for the settings to say.
    """
    given = dict(parse_qsl(query.removeprefix("?")[:_LONGEST], keep_blank_values=True))
    found: dict[str, Any] = {}
    for one in fields(usual):
        if one.name in names:
            text = given.get(names[one.name])
            value = None if text is None else _value(text, str(one.type))
            found[one.name] = getattr(usual, one.name) if value is None else value
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return _YES if value else ""
    return _COMMA.join(value) if isinstance(value, tuple) else str(value)


def _value(text: str, kind: str) -> object:
    """The value of a text for a setting of a kind; None if it is none."""
    try:
        return next((read_as(text) for name, read_as in _KINDS.items() if kind.startswith(name)), text)
    except ValueError:
        return None


_KINDS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "bool": lambda text: text == _YES,
    "int": int,
    "tuple": lambda text: tuple(filter(None, text.split(_COMMA))),
}
