"""The caseload: one row per patient, those most in need of a look first, with the reason in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.adherence import adherence_of
from footdrop_analytics.analysis.columns import NO_DAY, Ints, dates_from, whole
from footdrop_analytics.analysis.ledger import Ledger
from footdrop_analytics.analysis.wording import sessions_of, together

if TYPE_CHECKING:
    from footdrop_analytics.analysis.seriesdays import SeriesDays

RECENT_DAYS = 28


def caseload_rows(
    ledger: Ledger,
    days: SeriesDays,
    persistence: pd.DataFrame,
    trends: pd.DataFrame,
    readiness: pd.DataFrame,
    flags: pd.DataFrame,
) -> pd.DataFrame:
    """One row per patient, in the order of the ids, with ``n_lapsed`` for the sorting.

    Returns
    -------
    DataFrame
        ``patient_id``, ``clinician``, ``aetiology``, ``last_row_day``, ``days_since_last``; sessions of the last 28
        days ``due_28d``, ``credited_28d``, their share ``adherence_28d`` with ``adherence_28d_low`` and
        ``adherence_28d_high``, ``adherence_before`` (the 28 days before) and ``change``; open flags ``n_red``,
        ``n_amber``; series ``n_rising``, ``n_falling``, ``n_criteria_met``, ``n_check``; ``why`` in one sentence.
    """
    patients = len(ledger.patients)
    last = ledger.last_row_day
    table = pd.DataFrame({"patient_id": ledger.patient_labels(np.arange(patients))})
    table["clinician"] = ledger.of_patients("clinician")
    table["aetiology"] = ledger.of_patients("aetiology")
    table["last_row_day"] = dates_from(last)
    table["days_since_last"] = whole(ledger.as_of_day - last, last != NO_DAY)
    table = table.join(_recent_adherence(ledger, days))
    open_flags = flags[flags["open"].astype(bool)]
    counts = {
        "n_red": open_flags[open_flags["severity"] == "red"],
        "n_amber": open_flags[open_flags["severity"] == "amber"],
        "n_rising": trends[trends["verdict"] == "rising"],
        "n_falling": trends[trends["verdict"] == "falling"],
        "n_criteria_met": readiness[readiness["state"] == "criteria_met"],
        "n_check": readiness[readiness["state"] == "clinician_check"],
    }
    for name, rows in counts.items():
        table[name] = whole(_per_patient(ledger, rows))
    n_lapsed = _per_patient(ledger, persistence[persistence["lapsed"].astype(bool)])
    table["why"] = _why(ledger, table, n_lapsed, open_flags, counts["n_falling"])
    return table.assign(n_lapsed=n_lapsed)


def sorted_caseload(rows: pd.DataFrame) -> pd.DataFrame:
    """Most in need of a look first: open reds, declines, ambers, lapse, criteria met, then lowest adherence."""
    need = pd.DataFrame(
        {
            "red": -rows["n_red"],
            "falling": -rows["n_falling"],
            "amber": -rows["n_amber"],
            "lapsed": -(rows["n_lapsed"] > 0).astype(np.int64),
            "met": -rows["n_criteria_met"],
            "adherence": rows["adherence_28d"],
        }
    )
    order = need.sort_values(list(need.columns), kind="stable", na_position="last").index
    return rows.loc[order].drop(columns="n_lapsed").reset_index(drop=True)


def _per_patient(ledger: Ledger, rows: pd.DataFrame) -> Ints:
    return np.bincount(ledger.patient_numbers(rows), minlength=len(ledger.patients))


def _recent_adherence(ledger: Ledger, days: SeriesDays) -> pd.DataFrame:
    """Adherence of the last 28 days and of the 28 days before, one row per patient number."""
    start = pd.Timestamp(max(ledger.as_of_day - 2 * RECENT_DAYS + 1, 0), unit="D")
    windows = adherence_of(ledger, days, start=start, every=f"{RECENT_DAYS}D", level="patient")
    windows.index = pd.Index(ledger.patient_numbers(windows))
    everyone = np.arange(len(ledger.patients))
    is_recent = windows["window_end"] == ledger.as_of
    recent, before = (windows[chosen].reindex(everyone) for chosen in (is_recent, ~is_recent))
    return pd.DataFrame(
        {
            "due_28d": recent["due"],
            "credited_28d": recent["credited"],
            "adherence_28d": recent["adherence"],
            "adherence_28d_low": recent["adherence_low"],
            "adherence_28d_high": recent["adherence_high"],
            "adherence_before": before["adherence"],
            "change": recent["adherence"] - before["adherence"],
        }
    )


def _why(
    ledger: Ledger, table: pd.DataFrame, n_lapsed: Ints, open_flags: pd.DataFrame, falling: pd.DataFrame
) -> pd.Series:
    """The most pressing reason to look, in the order in which the caseload is sorted."""
    red = _first_message(ledger, open_flags[open_flags["severity"] == "red"])
    amber = _first_message(ledger, open_flags[open_flags["severity"] == "amber"])
    n_met, n_check = table["n_criteria_met"], table["n_check"]
    conditions = {
        "red": table["n_red"] > 0,
        "falling": table["n_falling"] > 0,
        "amber": table["n_amber"] > 0,
        "lapsed": pd.Series(n_lapsed > 0),
        "met": n_met > 0,
        "check": n_check > 0,
        "silent": table["last_row_day"].isna(),
        "nothing_due": table["adherence_28d"].isna(),
    }
    sentences = [
        _more(red, table["n_red"], "open red flag"),
        _falling_sentence(ledger, falling),
        _more(amber, table["n_amber"], "open amber flag"),
        pd.Series("No entry for at least 7 due days in ", index=table.index) + _series(pd.Series(n_lapsed)) + ".",
        "Stated criteria met, for clinician review, in " + _series(n_met) + ".",
        "Criteria met with a point for the clinician to examine in " + _series(n_check) + ".",
        pd.Series("No log entry up to the as-of day.", index=table.index),
        pd.Series("Nothing was due in the last 28 days.", index=table.index),
    ]
    usual = "No open flag; " + _sessions(table) + " in 28 days."
    chosen = np.select(
        [holds.to_numpy(dtype=bool) for holds in conditions.values()],
        [sentence.to_numpy(dtype=object, na_value="") for sentence in sentences],
        default=usual.to_numpy(dtype=object, na_value=""),
    )
    return pd.Series(chosen, dtype="str")


def _first_message(ledger: Ledger, flags: pd.DataFrame) -> pd.Series:
    """The newest flag's message of each patient; missing without any."""
    newest = flags.sort_values("day", ascending=False, kind="stable", na_position="last")
    first = newest.assign(patient=ledger.patient_numbers(newest)).drop_duplicates("patient").set_index("patient")
    return first["message"].reindex(np.arange(len(ledger.patients)))


def _more(message: pd.Series, count: pd.Series, what: str) -> pd.Series:
    """The message as a sentence, with how many more flags there are."""
    others = count - 1
    more: pd.Series = " (and " + others.astype("str") + " more " + what + np.where(others == 1, ")", "s)")
    return message.str.rstrip(".") + more.where(others > 0, "") + "."


def _falling_sentence(ledger: Ledger, falling: pd.DataFrame) -> pd.Series:
    first = falling.assign(patient=ledger.patient_numbers(falling)).drop_duplicates("patient").set_index("patient")
    exercises = ledger.study.exercises
    names = {key: exercises[key].name for key in exercises.keys}
    text = "Falling: " + first["exercise"].map(names).astype("str") + ", " + first["side"].astype("str")
    text = text + (" (n " + first["n"].astype("str") + ").")
    return text.reindex(np.arange(len(ledger.patients)))


def _series(count: pd.Series) -> pd.Series:
    return count.astype("str") + np.where(count == 1, " exercise", " exercises")


def _sessions(table: pd.DataFrame) -> pd.Series:
    """Whole sessions in words: “9 of about 13 sessions”, “16 of 20 sessions” where the plan is a whole number."""
    due, credited = (table[name].fillna(0).to_numpy(dtype=np.float64) for name in ("due_28d", "credited_28d"))
    return pd.Series(together(sessions_of, credited, due), index=table.index, dtype="str")
