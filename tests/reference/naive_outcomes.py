"""First and last value of each outcome measure, and what the registry says of the change, one group at a time."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction
from typing import Any

import pandas as pd
import yaml

from footdrop_analytics.knowledge.yaml_files import PACKAGED
from tests.reference.naive_sessions import Row, as_date, rows_of

KEY = ("patient_id", "measure", "side", "orthosis", "aid")
RESULT = ("n", "first_day", "first_value", "last_day", "last_value", "change", "better", "sem", "mdc", "mcid")
RESULT += ("population", "verdict")
MONTH = 365.25 / 12
WRITTEN = {
    "10mwt": ("10mwt", "10-metre walk", "Gait speed"),
    "tug": ("tug", "Timed Up and Go", "TUG"),
    "6mwt": ("6mwt",),
    "single_leg_stance": ("single_leg_stance",),
    "dorsiflexion_prom": ("dorsiflexion_prom",),
    "pain": ("pain", "NPRS"),
    "Heel height": ("Heel height", "heel  height"),
}
"""Measures as they may be written; the last is in no registry."""
VALUES = {
    "10mwt": (0.24, 0.4, 0.5, 0.55, 0.56, 0.96),
    "tug": (10, 11.2, 13.2, 13.4, 23.8),
    "6mwt": (100, 120, 136.6, 137, 171, 200),
    "single_leg_stance": (2, 2.84, 3.48, 5, 8),
    "dorsiflexion_prom": (-5, -2, 0, 2, 5, 10),
    "pain": (0, 2, 3.77, 4, 5, 7),
    "Heel height": (3, 4, 5),
}
UNITS = {"10mwt": ("m/s", "M/S"), "tug": ("s", "sec"), "6mwt": ("m",)}


def random_outcomes(seed: int, study: Any) -> dict[str, pd.DataFrame]:
    """Measurements of every patient, near the limits of the registry, and an onset for half of them."""
    maker = random.Random(3000 + seed)
    rows: list[Row] = []
    for patient_id in study.patient_ids:
        for measure in maker.sample(list(WRITTEN), 4):
            side, orthosis = maker.choice((None, "left", "right", "right")), maker.choice((None, "none", "afo"))
            aids = maker.choice(((None,), (None,), ("stick", "Stick"), (None, "stick")))
            for _ in range(maker.choice((1, 2, 2, 3))):
                unit = maker.choice((None, None, *UNITS.get(measure, ()))) if maker.random() < 0.97 else "feet"
                rows.append(
                    {
                        "patient_id": patient_id,
                        "measured_on": str(as_date(study.as_of) - dt.timedelta(days=maker.choice((0, 5, 5, 30, 60)))),
                        "measure": maker.choice(WRITTEN[measure]),
                        "value": maker.choice(VALUES[measure]),
                        "unit": unit,
                        "side": side if maker.random() < 0.9 else "left",
                        "orthosis": orthosis,
                        "aid": maker.choice(aids),
                    }
                )
    patients = study.patients.astype(object)
    onset = [str(as_date(study.as_of) - dt.timedelta(days=maker.choice((90, 200, 400)))) for _ in range(len(patients))]
    patients["aetiology"] = [maker.choice(("stroke", "stroke", "stroke", "ms", one)) for one in patients["aetiology"]]
    patients["onset_date"] = [day if maker.random() < 0.5 else None for day in onset]
    return {"outcomes": pd.DataFrame(rows).astype(object), "patients": patients}


def naive_outcomes(study: Any, as_of: dt.date | None = None) -> list[Row]:
    """One row per group; of one thing written in several ways the first in the order of texts names the group."""
    registry = yaml.safe_load((PACKAGED / "outcome_measures.yaml").read_text(encoding="utf-8"))["measures"]
    patients = {row["patient_id"]: row for row in rows_of(study, "patients")}
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows_of(study, "outcomes"):
        if as_of is not None and as_date(row["measured_on"]) > as_of:
            continue
        row["measure"] = key_of(row["measure"], registry)
        place = (row["patient_id"], alike(row["measure"]), row["side"], row["orthosis"], alike(row["aid"]))
        groups.setdefault(place, []).append(row)
    return [result(rows, patients.get(place[0], {}), registry) for place, rows in groups.items()]


def alike(text: str | None) -> str | None:
    return None if text is None else "".join(one for one in text.casefold() if one.isalnum())


def key_of(written: str, registry: dict[str, Any]) -> str:
    for key, measure in registry.items():
        if alike(written) in [alike(str(name)) for name in (key, measure["name"], *measure.get("other_names", ()))]:
            return key
    return written


def result(rows: list[Row], patient: Row, registry: dict[str, Any]) -> Row:
    named = min(rows, key=lambda row: f"{row['measure']}\n{row['aid']}")
    measure = registry.get(named["measure"])
    first, last = (pick(as_date(row["measured_on"]) for row in rows) for pick in (min, max))
    found = {name: named[name] for name in KEY} | {"n": len(rows), "first_day": first, "last_day": last}
    found |= {"first_value": mean_on(first, rows), "last_value": mean_on(last, rows)}
    units = {own_unit(row["unit"], measure) for row in rows}
    change = found["last_value"] - found["first_value"] if len(units) == 1 else None
    figure: Row = {}
    if measure is not None and units == {None}:
        fitting = (one for one in measure["figures"] if fits(one, found, patient))
        figure = next(fitting, {})
    scale = abs(found["first_value"]) if figure.get("share") else 1
    sizes = {name: None if figure.get(name) is None else exact(figure[name]) * scale for name in ("sem", "mdc", "mcid")}
    found |= {"change": change, "better": measure and measure["better"], "population": figure.get("population")}
    return found | sizes | {"verdict": verdict(change, first < last, sizes["mdc"], sizes["mcid"])}


def exact(value: Any) -> Fraction:
    return Fraction(str(value))


def mean_on(day: dt.date, rows: list[Row]) -> Fraction:
    values = [exact(row["value"]) for row in rows if as_date(row["measured_on"]) == day]
    return sum(values, Fraction(0)) / len(values)


def own_unit(unit: str | None, measure: Row | None) -> str | None:
    """None for the measure's own unit and for one that is not stated."""
    if unit is None:
        return None
    written = unit.casefold().replace(" ", "")
    own = [] if measure is None else [measure["unit"], *measure.get("other_units", ())]
    return None if written in [str(one).casefold().replace(" ", "") for one in own] else written


def fits(figure: Row, found: Row, patient: Row) -> bool:
    """A condition that is not known to hold does not."""
    if patient.get("aetiology") not in figure["aetiologies"]:
        return False
    if not inside(found["first_value"], figure.get("baseline")):
        return False
    if "months" in figure:
        if patient.get("onset_date") is None:
            return False
        days = (found["first_day"] - as_date(patient["onset_date"])).days
        if not inside(exact(days / MONTH), figure["months"]):
            return False
    if "limb" in figure:
        sides = (patient.get("affected_side"), found["side"])
        if not set(sides) <= {"left", "right"}:
            return False
        return (sides[0] == sides[1]) == (figure["limb"] == "affected")
    return True


def inside(value: Fraction, band: Row | None) -> bool:
    band = band or {}
    return (
        ("at_least" not in band or value >= exact(band["at_least"]))
        and ("above" not in band or value > exact(band["above"]))
        and ("at_most" not in band or value <= exact(band["at_most"]))
        and ("below" not in band or value < exact(band["below"]))
    )


def verdict(change: Fraction | None, repeated: bool, mdc: Fraction | None, mcid: Fraction | None) -> str:
    """`within_error` (|change| < MDC), `beyond_error`, `beyond_mcid`, `cannot_tell` (one value, or no figure)."""
    if change is None or not repeated or mdc is None:
        return "cannot_tell"
    if abs(change) < mdc:
        return "within_error"
    return "beyond_mcid" if mcid is not None and abs(change) >= mcid else "beyond_error"
