"""A prescription in words."""

from __future__ import annotations

from footdrop_analytics.figures import Row
from footdrop_analytics.knowledge import Exercise
from footdrop_analytics.wording.words import counted, number, spoken

_SUPPORT = {
    "two_hands": "holding on with two hands",
    "one_hand": "holding on with one hand",
    "fingertip": "with a fingertip's support",
    "none": "without holding on",
}
_ORTHOSIS = {"none": "without orthosis", "afo": "with the AFO on", "fes": "with FES on"}


def amount(version: Row, exercise: Exercise) -> str:
    """3 × 10 repetitions, 2 × 15 s holds."""
    sets = f"{version['sets']} × " if version["sets"] != 1 else ""
    reps, hold = version["reps"], version["hold_s"]
    if hold is not None and (reps is None or reps == 1):
        return f"{sets}{number(hold)} s hold{'s' if sets else ''}"
    if reps is None:
        return f"{sets}no number set" if not sets else f"{version['sets']} sets, no number set"
    held = f", each held {number(hold)} s" if hold is not None else ""
    what = "tries" if exercise.unit == "seconds" else "repetitions"
    return f"{sets}{reps} {what}{held}"


def plain_amount(version: Row, exercise: Exercise) -> str:
    """3 rounds of 10 repetitions, hold for 15 seconds: the amount for people who do not read prescriptions."""
    sets, reps, hold = version["sets"], version["reps"], version["hold_s"]
    if hold is not None and (reps is None or reps == 1):
        return f"hold for {number(hold)} seconds" + (f", {sets} times" if sets > 1 else "")
    rounds = f"{sets} rounds" if sets > 1 else ""
    if reps is None:
        return rounds or "as agreed"
    held = f", each held {number(hold)} seconds" if hold is not None else ""
    what = "tries" if exercise.unit == "seconds" else "repetitions"
    return f"{rounds}{' of ' if rounds else ''}{reps} {what}{held}"


_PLAIN_SUPPORT = {**_SUPPORT, "fingertip": "with your fingertips on a support"}
_PLAIN_MODE = {"passive": "moved by hand", "assisted": "with help", "active": None, "resisted": "against resistance"}
_PLAIN_POSITION = {"lying": "lying down", "seated": "sitting", "standing": "standing"}
_PLAIN_ORTHOSIS = {"none": None, "afo": "with your brace on", "fes": "with your stimulator on"}


def plain_manner(version: Row) -> str:
    """Standing, holding on with two hands, with 2 kg: everything of the target that the amount does not say."""
    load = version["load_kg"]
    said = load is not None or version["resistance"] is not None
    parts = [
        _PLAIN_POSITION[version["position"]],
        _PLAIN_SUPPORT[version["support"]] if version["support"] is not None else None,
        None if version["mode"] == "resisted" and said else _PLAIN_MODE[version["mode"]],
        f"with {number(load)} kg" if load is not None else None,
        f"with the band “{version['resistance']}”" if version["resistance"] is not None else None,
        _PLAIN_ORTHOSIS[version["orthosis"]] if version["orthosis"] is not None else None,
    ]
    return ", ".join(part for part in parts if part is not None)


def often(version: Row) -> str:
    """On 5 days a week, twice a day."""
    per_week, per_day = version["days_per_week"], version["sessions_per_day"]
    text = "every day" if per_week == 7 else f"{number(per_week)} days a week"
    if per_week == 1:
        text = "1 day a week"
    return text if per_day == 1 else f"{text}, {counted(per_day, 'time')} a day"


def manner(version: Row) -> str:
    """Active, seated, with 2 kg."""
    parts = [spoken(version["mode"]), spoken(version["position"])]
    if version["support"] is not None:
        parts.append(_SUPPORT[version["support"]])
    if version["load_kg"] is not None:
        parts.append(f"{version['load_kg']:g} kg")
    if version["resistance"] is not None:
        parts.append(f"band “{version['resistance']}”")
    if version["orthosis"] is not None:
        parts.append(_ORTHOSIS[version["orthosis"]])
    return ", ".join(parts)
