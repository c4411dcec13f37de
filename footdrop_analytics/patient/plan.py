"""A prescription in words."""

from __future__ import annotations

from collections.abc import Mapping

from footdrop_analytics.figures.data import Row
from footdrop_analytics.knowledge import Exercise
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import exact, number, quantity, spoken

_SUPPORT = {
    "two_hands": marked("holding on with two hands"),
    "one_hand": marked("holding on with one hand"),
    "fingertip": marked("with a fingertip's support"),
    "none": marked("without holding on"),
}
_ORTHOSIS = {"none": marked("without orthosis"), "afo": marked("with the AFO on"), "fes": marked("with FES on")}
_TRIES, _REPETITIONS = marked("{dose} tries"), marked("{dose} repetitions")


def amount(version: Row, exercise: Exercise) -> str:
    """3 × 10 repetitions, 2 × 15 s holds."""
    sets, reps, hold = version["sets"], version["reps"], version["hold_s"]
    if hold is not None and (reps is None or reps == 1):
        if sets == 1:
            return translated("{seconds} s hold", seconds=number(hold))
        return translated("{sets} × {seconds} s holds", sets=sets, seconds=number(hold))
    if reps is None:
        return translated("no number set") if sets == 1 else translated("{sets} sets, no number set", sets=sets)
    dose = f"{reps}" if sets == 1 else f"{sets} × {reps}"
    said = _TRIES if exercise.unit == "seconds" else _REPETITIONS
    amount = translated(said, dose=dose)
    return (
        amount if hold is None else translated("{amount}, each held {seconds} s", amount=amount, seconds=number(hold))
    )


def plain_amount(version: Row, exercise: Exercise) -> str:
    """3 rounds of 10 repetitions, each held 15 seconds: the amount for people who do not read prescriptions."""
    sets, reps, hold = version["sets"], version["reps"], version["hold_s"]
    if hold is not None and (reps is None or reps == 1):
        if sets > 1:
            return quantity(
                "hold for {count} second, {times} times",
                "hold for {count} seconds, {times} times",
                hold,
                times=number(sets),
            )
        return quantity("hold for {count} second", "hold for {count} seconds", hold)
    rounds = quantity("{count} round", "{count} rounds", sets) if sets > 1 else ""
    if reps is None:
        return rounds or translated("as agreed")
    if exercise.unit == "seconds":
        said = quantity("{count} try", "{count} tries", reps)
    else:
        said = quantity("{count} repetition", "{count} repetitions", reps)
    if rounds:
        said = translated("{rounds} of {repetitions}", rounds=rounds, repetitions=said)
    if hold is None:
        return said
    return quantity("{amount}, each held {count} second", "{amount}, each held {count} seconds", hold, amount=said)


_PLAIN_SUPPORT = _SUPPORT | {"fingertip": marked("with your fingertips on a support")}
_PLAIN_MODE: Mapping[str, str | None] = {
    "passive": marked("moved by hand"),
    "assisted": marked("with help"),
    "active": None,
    "resisted": marked("against resistance"),
}
_PLAIN_POSITION = {"lying": marked("lying down"), "seated": marked("sitting"), "standing": marked("standing")}
_PLAIN_ORTHOSIS: Mapping[str, str | None] = {
    "none": None,
    "afo": marked("with your brace on"),
    "fes": marked("with your stimulator on"),
}


def plain_manner(version: Row) -> str:
    """Standing, holding on with two hands, with 2 kg: everything of the target that the amount does not say."""
    load, band = version["load_kg"], version["resistance"]
    said = load is not None or band is not None
    parts = [
        _plain(_PLAIN_POSITION, version["position"]),
        _plain(_PLAIN_SUPPORT, version["support"]),
        None if version["mode"] == "resisted" and said else _plain(_PLAIN_MODE, version["mode"]),
        translated("with {load} kg", load=number(load)) if load is not None else None,
        translated("with the band “{name}”", name=band) if band is not None else None,
        _plain(_PLAIN_ORTHOSIS, version["orthosis"]),
    ]
    return ", ".join(part for part in parts if part is not None)


def _plain(words: Mapping[str, str | None], key: str | None) -> str | None:
    said = words[key] if key is not None else None
    return None if said is None else translated(said)


def often(version: Row) -> str:
    """On 5 days a week, twice a day."""
    per_week, per_day = version["days_per_week"], version["sessions_per_day"]
    in_days = quantity("{count} day a week", "{count} days a week", per_week)
    text = translated("every day") if per_week == 7 else in_days
    if per_day == 1:
        return text
    return quantity("{days}, {count} time a day", "{days}, {count} times a day", per_day, days=text)


def manner(version: Row) -> str:
    """Active, seated, with 2 kg."""
    parts = [spoken(version["mode"]), spoken(version["position"])]
    support, load, band, orthosis = (version[name] for name in ("support", "load_kg", "resistance", "orthosis"))
    parts += [translated(_SUPPORT[support])] if support is not None else []
    parts += [translated("{load} kg", load=exact(load))] if load is not None else []
    parts += [translated("band “{name}”", name=band)] if band is not None else []
    parts += [translated(_ORTHOSIS[orthosis])] if orthosis is not None else []
    return ", ".join(parts)
