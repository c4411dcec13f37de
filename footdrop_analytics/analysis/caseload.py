"""The caseload: one row per patient, those most in need of a look first, with the reason in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.adherence.adherence import WindowedAdherence
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import NO_DAY, Bools, Floats, Ints
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.wording import Texts, each_count, sessions_of, together
from footdrop_analytics.knowledge.flag_rules import load_silences
from footdrop_analytics.model.inputs import ASSUMED
from footdrop_analytics.model.vocabulary import SIDES
from footdrop_analytics.wording.language import how_many, marked_forms, translated
from footdrop_analytics.wording.words import spoken

RECENT_DAYS = 28

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


def caseload_rows(
    log: CodedLog,
    recent: WindowedAdherence,
    persistence: pd.DataFrame,
    trends: pd.DataFrame,
    readiness: pd.DataFrame,
    flags: pd.DataFrame,
    falls_asked: Ints,
) -> pd.DataFrame:
    """One row per patient, in the order of the ids; ``recent`` are the last 28 days and the 28 days before.

    ``falls_asked`` are the days of the last 28 on which each patient was asked about falls.

    Returns
    -------
    DataFrame
        ``patient_id``, ``clinician``, ``aetiology``, ``last_row_day``, ``days_since_last``; sessions of the last 28
        days ``due_28d``, ``credited_28d``, their share ``adherence_28d`` with ``adherence_28d_low`` and
        ``adherence_28d_high``, ``adherence_before`` (the 28 days before) and ``change`` with its 95 % interval
        ``change_low``, ``change_high``; ``unreadable_days`` of the last 28; ``plan_known``, ``plan_assumed`` (from
        what was logged first); open flags ``n_red``, ``n_amber``; series ``n_rising``, ``n_declining``,
        ``n_criteria_met``, ``n_check``; ``why`` in one sentence;
        ``days_since_tried``: days since anything was done or tried, at home or at a visit, due or not;
        ``falls_asked_28d``. Beside these
        ``unseen``: whether the share is missing for want of days with a readable log, for :func:`sorted_caseload`.
    """
    last, tried, adherence = log.last_row_day, log.last_tried_day, _recent_adherence(log, recent)
    is_open = flags["open"].to_numpy(dtype=bool)
    severity, verdict, state = flags["severity"], trends["verdict"], readiness["state"]
    rows = {
        "n_red": _Rows.of(log, flags, is_open & cols.holds_key(severity, "red")),
        "n_amber": _Rows.of(log, flags, is_open & cols.holds_key(severity, "amber")),
        "n_rising": _Rows.of(log, trends, cols.holds_key(verdict, "rising")),
        "n_declining": _Rows.of(log, trends, cols.holds_key(verdict, "declining")),
        "n_criteria_met": _Rows.of(log, readiness, cols.holds_key(state, "criteria_met")),
        "n_check": _Rows.of(log, readiness, cols.holds_key(state, "clinician_check")),
        "n_lapsed": _Rows.of(log, persistence, persistence["lapsed"].to_numpy(dtype=bool)),
    }
    counts = {name: np.bincount(own.patient, minlength=len(last)) for name, own in rows.items()}
    plan, assumed = log.study.prescriptions, np.zeros(len(last), dtype=bool)
    assumed[log.patient_numbers(plan[(plan["prescriber"] == ASSUMED).to_numpy(dtype=bool, na_value=False)])] = True
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


@dataclass(frozen=True)
class _Rows:
    """Some rows of a result table (by position) and the patient of each, in the order of patients."""

    table: pd.DataFrame
    place: Ints
    patient: Ints

    @classmethod
    def of(cls, log: CodedLog, table: pd.DataFrame, chosen: Bools) -> _Rows:
        """The rows that are chosen."""
        place = np.flatnonzero(chosen)
        return cls(table, place, log.patient_numbers(table)[place])

    def first_of(self, who: Ints) -> tuple[pd.DataFrame, Ints]:
        """The first row of each of some patients, all of whom have rows, and how many they have."""
        begins = cols.run_starts(self.patient)
        at = np.searchsorted(self.patient[begins], who)
        return self.table.iloc[self.place[begins[at]]], cols.run_lengths(begins, len(self.patient))[at]


def _recent_adherence(log: CodedLog, recent: WindowedAdherence) -> dict[str, Floats]:
    """Adherence of the last 28 days and of the 28 days before, one entry per patient number."""
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


def _unread_entries(log: CodedLog) -> Ints:
    """How many logged rows of the last 28 days could not be read, of each patient."""
    rows = log.study.unreadable
    day = cols.day_numbers(rows["day"])
    recent = (rows["table"] == "sessions").to_numpy() & (day > log.as_of_day - RECENT_DAYS) & (day <= log.as_of_day)
    number = log.patients.get_indexer(pd.Index(rows["patient_id"].astype("str")))[recent]
    return np.bincount(number[number >= 0], minlength=len(log.patients))


def _why(log: CodedLog, rows: dict[str, _Rows], counts: dict[str, Ints], recent: dict[str, Floats]) -> Texts:
    """The most pressing reason to look, in the order in which the caseload is sorted, written only where it counts."""
    nothing, unread = np.ones(len(log.patients), dtype=bool), _unread_entries(log)
    lapse_days = load_silences().lapse.due_days

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
        (nothing, lambda who: together(_usual, recent["credited_28d"][who], recent["due_28d"][who])),
    ]
    why, left = np.full(len(nothing), None, dtype=object), nothing.copy()
    for holds, write in reasons:
        who = np.flatnonzero(left & holds)
        if len(who):
            why[who], left[who] = write(who), False
    return why


def _usual(credited: float, due: float) -> str:
    """Whole sessions in words: “9 of about 13 sessions”, “16 of 20 sessions” where the plan is a whole number."""
    return translated("No open flag; {sessions} in {days} days.", sessions=sessions_of(credited, due), days=RECENT_DAYS)


def _newest(flags: _Rows, who: Ints, more: tuple[str, str]) -> Texts:
    """The message of each patient's newest flag (which comes first), with how many more flags there are."""
    first, n = flags.first_of(who)

    def write(message: str, others: int) -> str:
        said = message.rstrip(".")
        return how_many(*more, others, message=said) if others else f"{said}."

    return together(write, cols.objects_of(first["message"]), n - 1)


def _declining(log: CodedLog, trends: _Rows, who: Ints) -> Texts:
    first, _ = trends.first_of(who)
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
