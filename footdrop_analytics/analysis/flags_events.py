"""Review flags from what happened: events, near falls, and pain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.columns import TOLERANCE, Bools, Floats, Ints, day_keys, run_starts
from footdrop_analytics.analysis.flag_rows import Evidence, flag_rows
from footdrop_analytics.analysis.ratings import highest
from footdrop_analytics.analysis.wording import Texts, counted, day_texts, number, numbers, quoted, together


def event_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """One flag per event but near falls: open ones, those just closed, and old red ones that no visit followed."""
    happenings, as_of = evidence.happenings, evidence.ledger.as_of_day
    events = happenings.events[happenings.events["kind"] != happenings.kind("near_fall")]
    rules = [evidence.rules.events[kind] for kind in evidence.ledger.study.events["kind"].cat.categories]
    severity = np.array([rule.severity for rule in rules], dtype=object)[events["kind"].to_numpy()]
    age, is_open = as_of - events["day"].to_numpy(), events["open"].to_numpy(dtype=bool)
    waits = (severity == "red") & ~is_open & events["unvisited"].to_numpy(dtype=bool)
    waits &= age <= evidence.rules.unvisited_days
    shown = is_open | waits | (age < evidence.rules.look_back_days)
    events, severity, is_open, waits = events[shown], severity[shown], is_open[shown], waits[shown]
    severity = np.where(waits, "amber", severity)
    kind = events["kind"].to_numpy()
    names = np.array([rule.name.capitalize() for rule in rules], dtype=object)[kind]
    during = np.append(evidence.exercise_names, "")[events["exercise"].to_numpy()]
    message = together(
        lambda name, day, exercise, hurt, waiting: (
            f"{name} on {day}"
            + (f" during {exercise}" if exercise else "")
            + (", with injury" if hurt else "")
            + (", not followed by a visit" if waiting else "")
            + "."
        ),
        names,
        day_texts(events["day"].to_numpy(dtype=np.int64)),
        during,
        events["injury"].to_numpy(dtype=bool),
        waits,
    )
    ids = np.array([rule.kind for rule in rules], dtype=object)[kind]
    return [
        flag_rows(
            ids,
            severity,
            events["patient"].to_numpy(dtype=np.int64),
            events["day"].to_numpy(dtype=np.int64),
            message,
            _noted(events["notes"]),
            events["exercise"].to_numpy(dtype=np.int64),
            is_open | waits,
        )
    ]


def _noted(notes: pd.Series) -> Texts:
    """The note of each event, quoted; empty without one."""
    known = notes.notna().to_numpy()
    return np.where(known, "note: " + quoted(notes.fillna("").to_numpy(dtype=object)), "")


def near_fall_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """Several near falls, or one during an exercise: one amber flag per patient; every other near fall is a note."""
    happenings, as_of = evidence.happenings, evidence.ledger.as_of_day
    rule, days = evidence.rules.flags["near_falls"], evidence.limit("near_falls", "days")
    near = happenings.near_falls
    events = happenings.events
    during = events[(events["kind"] == happenings.kind("near_fall")) & (events["exercise"] >= 0)]
    during = during[["patient", "day"]].drop_duplicates().assign(during=True)
    near = near.merge(during, how="left", on=["patient", "day"]).assign(during=lambda t: t["during"].notna())
    recent = near[near["day"] > as_of - days]
    flagged = []
    waiting = np.zeros(len(evidence.ledger.patients), dtype=bool)
    for is_open in (True, False):
        counted_rows = recent[recent["open"]] if is_open else recent[~waiting[recent["patient"].to_numpy()]]
        total = counted_rows.groupby("patient", as_index=False).agg(
            count=("count", "sum"), day=("day", "max"), during=("during", "any")
        )
        total = total[(total["count"] >= rule.parameters["count"]) | total["during"]]
        if is_open:
            waiting[total["patient"].to_numpy(dtype=np.int64)] = True
        message = together(
            lambda n, in_exercise: (
                f"{counted(n, 'near fall')} within {days} days" + (", during an exercise." if in_exercise else ".")
            ),
            total["count"].to_numpy(),
            total["during"].to_numpy(dtype=bool),
        )
        patient, day = (total[name].to_numpy(dtype=np.int64) for name in ("patient", "day"))
        latest = "latest on " + day_texts(day)
        if rule.enabled:
            flagged.append(flag_rows("near_falls", rule.severity, patient, day, message, latest, is_open=is_open))
    single = near[near["open"] & ~(waiting[near["patient"].to_numpy()] & (near["day"] > as_of - days))]
    patient, day = (single[name].to_numpy(dtype=np.int64) for name in ("patient", "day"))
    message = together(lambda n: counted(n, "near fall").capitalize(), single["count"].to_numpy()) + " on "
    note = evidence.rules.events["near_fall"].severity
    return [*flagged, flag_rows("near_fall", note, patient, day, message + day_texts(day) + ".")]


def pain_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """High pain, and pain that rose above the days before: one flag each per patient, for the latest such day."""
    patient, day, pain = worst_pains(evidence)
    usual = evidence.ledger.of_patients("usual_pain_0_10").to_numpy(dtype=np.float64, na_value=np.nan)
    usual = np.nan_to_num(usual, nan=0.0)[patient]
    high_rule, rise_rule = evidence.rules.flags["high_pain"], evidence.rules.flags["pain_rise"]
    limits = high_rule.parameters
    limit = np.minimum(limits["highest_limit"], np.maximum(limits["lowest_limit"], usual + limits["above_usual"]))
    as_of, waiting = evidence.ledger.as_of_day, evidence.happenings.is_open(patient, day)
    recent = day > as_of - evidence.rules.look_back_days
    high = (pain >= limit - TOLERANCE) & (waiting | recent)
    rising = _rises(evidence, patient, day, pain) & recent
    flagged = []
    for rule, chosen, words in ((high_rule, high, "High pain"), (rise_rule, rising, "Pain above the days before")):
        last = _last_of_each(patient, chosen)
        message = words + ": " + numbers(pain[last]) + " on " + day_texts(day[last]) + "."
        how_often = np.bincount(patient[chosen], minlength=len(evidence.ledger.patients))[patient[last]]
        told = together(
            lambda days, own: f"on {counted(days, 'day')}; usual pain {number(own)}", how_often, usual[last]
        )
        if rule.enabled:
            flagged.append(
                flag_rows(rule.rule_id, rule.severity, patient[last], day[last], message, told, is_open=waiting[last])
            )
    return flagged


def _last_of_each(patient: Ints, chosen: Bools) -> Ints:
    """The last chosen position of each patient, in columns sorted by patient and day."""
    where = np.flatnonzero(chosen)
    if len(where) == 0:
        return where
    last: Ints = where[np.append(patient[where][1:] != patient[where][:-1], True)]
    return last


def worst_pains(evidence: Evidence) -> tuple[Ints, Ints, Floats]:
    """Patient, day and worst pain of every rated day as far back as a pain flag looks, sorted by patient and day."""
    ledger, ratings = evidence.ledger, evidence.performance.ratings
    back = max(
        evidence.rules.open_days + 1, evidence.rules.look_back_days + 2 * evidence.limit("pain_rise", "days") + 1
    )
    chosen = np.flatnonzero((ratings.day > ledger.as_of_day - back) & ~np.isnan(ratings.pain))
    asked = evidence.happenings.checkins
    asked = asked[asked["pain"].notna() & (asked["day"] > ledger.as_of_day - back)]
    owner = ledger.series["patient"].to_numpy()
    patient = np.concatenate([owner[ratings.series[chosen]], asked["patient"].to_numpy(dtype=np.int64)])
    day = np.concatenate([ratings.day[chosen], asked["day"].to_numpy(dtype=np.int64)])
    pain = np.concatenate([ratings.pain[chosen], asked["pain"].to_numpy(dtype=np.float64)])
    order = np.argsort(day_keys(patient, day), kind="stable")
    patient, day, pain = patient[order], day[order], pain[order]
    begins = run_starts(patient, day)
    return patient[begins], day[begins], highest(pain, begins)


def _rises(evidence: Evidence, patient: Ints, day: Ints, pain: Floats) -> Bools:
    """Whether each rated day and the rated day before are both well above the median of the days before them."""
    limits = evidence.rules.flags["pain_rise"].parameters
    days, running = int(limits["days"]), int(limits["running"])
    above = np.zeros(len(day), dtype=bool)
    candidates = np.flatnonzero(pain >= limits["min_pain"] - TOLERANCE)
    back = candidates[:, None] - 1 - np.arange(days)
    there = np.maximum(back, 0)
    inside = (back >= 0) & (patient[there] == patient[candidates][:, None])
    inside &= day[there] >= day[candidates][:, None] - days
    median = median_of_rows(np.where(inside, pain[there], np.nan))
    enough = inside.sum(axis=1) >= limits["min_rated"]
    above[candidates] = enough & (pain[candidates] >= median + limits["rise"] - TOLERANCE)
    in_a_row = above.copy()
    for lag in range(1, running):
        before = np.zeros_like(above)
        before[lag:] = above[:-lag] & (patient[lag:] == patient[:-lag])
        in_a_row &= before
    return in_a_row


def median_of_rows(values: Floats) -> Floats:
    """The median of the known values of each row; NaN without any."""
    ordered = np.sort(values, axis=1)
    known = (~np.isnan(values)).sum(axis=1)
    rows = np.arange(len(values))
    low, high = np.maximum((known - 1) // 2, 0), known // 2
    middle = (ordered[rows, low] + ordered[rows, np.minimum(high, values.shape[1] - 1)]) / 2
    return np.where(known > 0, middle, np.nan)
