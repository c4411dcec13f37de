"""The caseload: one row per patient, those most in need of a look first, with the reason in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import NO_DAY, Bools, Floats, Ints
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.trends.prepared import RECENT_DAYS, Prepared
from footdrop_analytics.analysis.wording import Texts, each_count, sessions_of, together
from footdrop_analytics.knowledge.flag_rules import load_silences
from footdrop_analytics.model.inputs import ASSUMED
from footdrop_analytics.model.vocabulary import SIDES
from footdrop_analytics.wording.language import how_many, marked_forms, translated
from footdrop_analytics.wording.words import spoken

_MORE_RED = marked_forms("{message} (and {count} more open red flag).", "{message} (and {count} more open red flags).")
_MORE_AMBER = marked_forms(
    "{message} (and {count} more open amber flag).", "{message} (and {count} more open amber flags)."
)
_UNREAD = marked_forms(
    "{count} entry of the last {days} days could not be read.",
    "{count} entries of the last {days} days could not be read.",
)
_IN_EXERCISES = {
    "n_lapsed": marked_forms(
        "No entry for at least {days} due days in {count} exercise.",
        "No entry for at least {days} due days in {count} exercises.",
    ),
    "n_criteria_met": marked_forms(
        "Stated criteria met, for clinician review, in {count} exercise.",
        "Stated criteria met, for clinician review, in {count} exercises.",
    ),
    "n_check": marked_forms(
        "Clinician's check needed in {count} exercise.", "Clinician's check needed in {count} exercises."
    ),
}
_UNPLANNED = marked_forms(
    "No plan known; in the last {days} days exercise was logged on {count} day.",
    "No plan known; in the last {days} days exercise was logged on {count} days.",
)

_SHARES = (
    *("due_28d", "credited_28d", "adherence_28d", "adherence_28d_low", "adherence_28d_high"),
    *("adherence_before", "change", "change_low", "change_high"),
)


def caseload_rows(prepared: Prepared, readiness: pd.DataFrame, flags: pd.DataFrame, falls_asked: Ints) -> pd.DataFrame:
    """One row per patient, in the order of the ids, with the columns of the contract, and ``unseen`` beside them.

    ``falls_asked`` are the days of the last 28 on which each patient was asked about falls; ``unseen``: the share is
    missing for want of days with a readable log, for :func:`sorted_caseload`.
    """
    log, persistence, trends = prepared.log, prepared.persistence, prepared.trends
    last, tried, adherence = log.last_row_day, log.last_tried_day, _recent_adherence(prepared)
    is_open = flags["open"].to_numpy(dtype=bool)
    severity, verdict, state = flags["severity"], trends["verdict"], readiness["state"]
    chosen = {
        "n_red": (flags, is_open & cols.holds_key(severity, "red")),
        "n_amber": (flags, is_open & cols.holds_key(severity, "amber")),
        "n_rising": (trends, cols.holds_key(verdict, "rising")),
        "n_declining": (trends, cols.holds_key(verdict, "declining")),
        "n_criteria_met": (readiness, cols.holds_key(state, "criteria_met")),
        "n_check": (readiness, cols.holds_key(state, "clinician_check")),
        "n_lapsed": (persistence, persistence["lapsed"].to_numpy(dtype=bool)),
    }
    rows: dict[str, _Rows] = {}
    for name, (table, holds) in chosen.items():
        place = np.flatnonzero(holds)
        rows[name] = (table, place, log.patient_numbers(table)[place])
    counts = {name: np.bincount(patient, minlength=len(last)) for name, (_, _, patient) in rows.items()}
    plan = log.study.prescriptions
    is_assumed = (plan["prescriber"] == ASSUMED).to_numpy(dtype=bool, na_value=False)
    assumed = cols.those_at(log.patient_numbers(plan)[is_assumed], len(last))
    return cols.table_of(
        {
            "patient_id": log.patient_labels(np.arange(len(last))),
            "clinician": log.of_patients("clinician"),
            "aetiology": log.of_patients("aetiology"),
            "last_row_day": cols.dates_from(last),
            "days_since_last": cols.whole(log.as_of_day - last, last != NO_DAY),
            **{name: adherence[name] for name in _SHARES},
            "unreadable_days": cols.whole(adherence["unreadable_days"]),
            "plan_known": cols.truth(log.plan_known),
            "plan_assumed": cols.truth(assumed),
            **{name: cols.whole(count) for name, count in counts.items() if name != "n_lapsed"},
            "why": cols.texts(_why(log, rows, counts, adherence)),
            "days_since_tried": cols.whole(log.as_of_day - tried, tried != NO_DAY),
            "falls_asked_28d": cols.whole(falls_asked),
            "unseen": adherence["unseen"] > 0,
        }
    )


def sorted_caseload(rows: pd.DataFrame, persistence: pd.DataFrame) -> pd.DataFrame:
    """Most in need of a look first: open reds, declines, ambers, lapse, criteria met, then lowest adherence.

    A share that is missing for want of days with a readable log stands before the lowest, any other one last.
    """
    whose = cols.codes_of(persistence["patient_id"])[persistence["lapsed"].to_numpy(dtype=bool)]
    lapsed = np.isin(cols.codes_of(rows["patient_id"]), whose)
    n_red, n_declining, n_amber, n_met = (
        cols.numbers_of(rows[name]) for name in ("n_red", "n_declining", "n_amber", "n_criteria_met")
    )
    share = np.where(rows["unseen"], -1.0, rows["adherence_28d"])
    order = np.lexsort((share, -n_met, ~lapsed, -n_amber, -n_declining, -n_red))
    found = rows.drop(columns="unseen").take(order)
    found.index = pd.RangeIndex(len(found))
    return found


_Rows = tuple[pd.DataFrame, Ints, Ints]
"""A result table, the positions of some of its rows, and the patient of each of these, in the order of patients."""


def _first_of(rows: _Rows, who: Ints) -> tuple[pd.DataFrame, Ints]:
    """The first row of each of some patients, all of whom have rows, and how many they have."""
    table, place, patient = rows
    begins = cols.run_starts(patient)
    at = np.searchsorted(patient[begins], who)
    return table.iloc[place[begins[at]]], cols.run_lengths(begins, len(patient))[at]


def _recent_adherence(prepared: Prepared) -> dict[str, Floats]:
    """Adherence of the last 28 days and of the 28 days before, one entry per patient number."""
    log, recent = prepared.log, prepared.recent
    kept, rates, sums = recent.of_patients
    patient, is_recent = recent.windows.group[kept], recent.windows.end[kept] == log.as_of_day

    def laid_out(name: str, chosen: Bools, of: Mapping[str, Floats | Ints] = rates, missing: float = np.nan) -> Floats:
        values = np.full(len(log.patients), missing)
        values[patient[chosen]] = of[name][chosen]
        return values

    found = {f"{name}_28d": laid_out(name, is_recent) for name in ("due", "credited", "adherence")}
    found |= {f"adherence_28d_{end}": laid_out(f"adherence_{end}", is_recent) for end in ("low", "high")}
    for name in ("due_28d", "credited_28d"):
        found[name][~log.plan_known] = np.nan
    before = {name: laid_out(name, ~is_recent) for name in ("adherence", "adherence_low", "adherence_high")}
    now = {name: found[name.replace("adherence", "adherence_28d")] for name in before}
    change = now["adherence"] - before["adherence"]
    # Newcombe's hybrid of the two intervals: each end takes the farther end of one and the nearer of the other.
    below = np.hypot(now["adherence"] - now["adherence_low"], before["adherence_high"] - before["adherence"])
    above = np.hypot(now["adherence_high"] - now["adherence"], before["adherence"] - before["adherence_low"])
    found |= {"adherence_before": before["adherence"], "change": change}
    found |= {"change_low": np.maximum(change - below, -1.0), "change_high": np.minimum(change + above, 1.0)}
    found |= {
        name: laid_out(name, is_recent, sums, 0) for name in ("unreadable_days", "unobserved_days", "exercise_days")
    }
    found["unseen"] = (log.plan_known & np.isnan(found["adherence_28d"]) & (found["unobserved_days"] > 0)).astype(float)
    return found


def _why(log: CodedLog, rows: dict[str, _Rows], counts: dict[str, Ints], recent: dict[str, Floats]) -> Texts:
    """The most pressing reason to look, in the order in which the caseload is sorted, written only where it counts."""
    lines, nothing = log.study.unreadable, np.ones(len(log.patients), dtype=bool)
    day = cols.day_numbers(lines["day"])
    lately = (lines["table"] == "sessions").to_numpy() & (day > log.as_of_day - RECENT_DAYS) & (day <= log.as_of_day)
    number = log.patients.get_indexer(pd.Index(lines["patient_id"].astype("str")))[lately]
    unread = np.bincount(number[number >= 0], minlength=len(log.patients))
    lapse_days = load_silences().lapse.due_days

    def usual(*sessions: float) -> str:
        return translated("No open flag; {sessions} in {days} days.", sessions=sessions_of(*sessions), days=RECENT_DAYS)

    def in_exercises(name: str) -> tuple[Bools, Callable[[Ints], Texts]]:
        return counts[name] > 0, lambda who: each_count(*_IN_EXERCISES[name], counts[name][who], days=lapse_days)

    reasons: list[tuple[Bools, Callable[[Ints], Texts | str]]] = [
        (counts["n_red"] > 0, lambda who: _newest(rows["n_red"], who, _MORE_RED)),
        (counts["n_declining"] > 0, lambda who: _declining(log, rows["n_declining"], who)),
        (counts["n_amber"] > 0, lambda who: _newest(rows["n_amber"], who, _MORE_AMBER)),
        (unread > 0, lambda who: each_count(*_UNREAD, unread[who], days=RECENT_DAYS)),
        *map(in_exercises, _IN_EXERCISES),
        (log.last_row_day == NO_DAY, lambda _: translated("No log entry up to the as-of day.")),
        (~log.plan_known, lambda who: each_count(*_UNPLANNED, recent["exercise_days"][who], days=RECENT_DAYS)),
        (
            recent["unseen"] > 0,
            lambda _: translated("No log handed in for most of the last {days} days.", days=RECENT_DAYS),
        ),
        (
            np.isnan(recent["adherence_28d"]),
            lambda _: translated("Nothing was due in the last {days} days.", days=RECENT_DAYS),
        ),
        (nothing, lambda who: together(usual, recent["credited_28d"][who], recent["due_28d"][who])),
    ]
    why, left = np.full(len(nothing), None, dtype=object), nothing.copy()
    for holds, write in reasons:
        who = np.flatnonzero(left & holds)
        if len(who):
            why[who], left[who] = write(who), False
    return why


def _newest(flags: _Rows, who: Ints, more: tuple[str, str]) -> Texts:
    """The message of each patient's newest flag (which comes first), with how many more flags there are."""
    first, n = _first_of(flags, who)

    def write(message: str, others: int) -> str:
        said = message.rstrip(".")
        return how_many(*more, others, message=said) if others else f"{said}."

    return together(write, cols.objects_of(first["message"]), n - 1)


def _declining(log: CodedLog, trends: _Rows, who: Ints) -> Texts:
    first, _ = _first_of(trends, who)
    exercises = log.study.exercises
    names = [translated(exercises[key].name) for key in exercises.keys]
    return together(
        lambda exercise, at, n: how_many(
            "Declining: {exercise}, {side} ({count} day).",
            "Declining: {exercise}, {side} ({count} days).",
            n,
            exercise=names[exercise],
            side=spoken(SIDES[at]),
        ),
        cols.codes_of(first["exercise"]),
        cols.codes_of(first["side"]),
        first["n"].to_numpy(dtype=np.int64),
    )
