"""Review flags from what was written down, or not: skips, words to read, rows not read, logs and ratings missing."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.columns import FAR_DAY, NO_DAY, Ints
from footdrop_analytics.analysis.flag_rows import Evidence, flag_rows
from footdrop_analytics.analysis.plan import DUE
from footdrop_analytics.analysis.wording import counted, day_texts, quoted, together
from footdrop_analytics.knowledge.terms import HEALTH_SKIP_REASONS

_DAY_US = 86_400_000_000
_REPORTS = ("events", "checkins", "prescriptions")


def recent_rows(evidence: Evidence, days: int, recorded: str, *columns: str) -> pd.DataFrame:
    """Logged rows (each once) of sessions within so many days in which the column ``recorded`` is filled.

    One row each: ``patient``, ``day``, ``recorded`` and the named columns.
    """
    ledger, entries = evidence.ledger, evidence.ledger.entries
    columns = (recorded, *columns)
    filled = ledger.study.sessions[recorded].notna().to_numpy()
    chosen = np.flatnonzero((entries.day > ledger.as_of_day - days) & filled[entries.row])
    row, first = np.unique(entries.row[chosen], return_index=True)
    patient = ledger.series["patient"].to_numpy()[entries.series[chosen[first]]]
    rows = ledger.study.sessions[list(columns)].iloc[row].reset_index(drop=True)
    return rows.assign(patient=patient, day=entries.day[chosen[first]])


def skip_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """Rows skipped for a health reason."""
    days, rule = evidence.limit("health_skips", "days"), evidence.rules.flags["health_skips"]
    rows = recent_rows(evidence, days, "skip_reason", "status")
    rows = rows[(rows["status"] == "skipped") & rows["skip_reason"].isin(HEALTH_SKIP_REASONS)]
    rows = rows.assign(reason=rows["skip_reason"].astype("str"))
    found = rows.groupby("patient", as_index=False).agg(
        n=("day", "size"), last=("day", "max"), reasons=("reason", lambda reasons: ", ".join(sorted(set(reasons))))
    )
    found = found[found["n"] >= rule.parameters["count"]]
    message = together(
        lambda n: f"Skipped for a health reason {counted(n, 'time')} in {days} days.", found["n"].to_numpy()
    )
    reasons = together(lambda words: f"reasons: {words.replace('_', ' ')}", found["reasons"].to_numpy(dtype=object))
    patient, last = found["patient"].to_numpy(dtype=np.int64), found["last"].to_numpy(dtype=np.int64)
    return [flag_rows("health_skips", rule.severity, patient, last, message, reasons)]


def word_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """Notes with words that a clinician reads, quoted: one flag per patient and day."""
    rule, days = evidence.rules.flags["words_to_read"], evidence.limit("words_to_read", "days")
    happenings, after = evidence.happenings, evidence.ledger.as_of_day - days
    # The notes of red and amber events are quoted with the event itself.
    kinds = list(evidence.ledger.study.events["kind"].cat.categories)
    minor = [at for at, kind in enumerate(kinds) if evidence.rules.events[kind].severity == "note"]
    events = happenings.events[happenings.events["kind"].isin(minor)]
    parts = [recent_rows(evidence, days, "notes"), happenings.checkins, events]
    notes = pd.concat([part[["patient", "day", "notes"]].dropna(subset="notes") for part in parts], ignore_index=True)
    notes = notes[notes["day"] > after].drop_duplicates()
    if not rule.words or len(notes) == 0:
        return []
    distinct = pd.Series(notes["notes"].astype("str").unique(), dtype="str")
    said = distinct[distinct.str.contains(words_pattern(rule.words), regex=True)]
    notes = notes[notes["notes"].isin(set(said))].sort_values(["patient", "day", "notes"])
    notes = notes.assign(quote=quoted(notes["notes"].to_numpy(dtype=object)))
    found = notes.groupby(["patient", "day"], as_index=False).agg(quotes=("quote", "; ".join))
    patient, day = found["patient"].to_numpy(dtype=np.int64), found["day"].to_numpy(dtype=np.int64)
    message = "A note of " + day_texts(day) + " to read."
    return [flag_rows("words_to_read", rule.severity, patient, day, message, found["quotes"].to_numpy(dtype=object))]


def words_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words in any case; a star stands for any ending."""
    parts = [re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def unread_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """Rejected events, check-ins and prescriptions, each quoted; and how many other rows were rejected."""
    happenings, rules = evidence.happenings, evidence.rules.flags
    reports = happenings.unread(_REPORTS, evidence.limit("rejected_report", "days"))
    one = {"events": "An event", "checkins": "A check-in", "prescriptions": "A prescription"}
    what = together(lambda table: one[str(table)], reports["table"].to_numpy(dtype=object))
    where = "row " + reports["row"].astype("str").to_numpy(dtype=object) + " of "
    where = where + reports["file"].astype("str").to_numpy(dtype=object)
    message = what + " could not be read: " + reports["reason"].astype("str").to_numpy(dtype=object) + "."
    told = where + ": " + quoted(reports["original"].astype("str").to_numpy(dtype=object))
    patient, day = reports["patient"].to_numpy(dtype=np.int64), reports["day"].to_numpy(dtype=np.int64)
    flagged = [flag_rows("rejected_report", rules["rejected_report"].severity, patient, day, message, told)]
    tables = tuple(set(happenings.rejected["table"].unique()) - set(_REPORTS))
    others = happenings.unread(tables, evidence.limit("rejected_rows", "days"))
    found = others.groupby("patient", as_index=False).agg(n=("day", "size"), last=("day", "max"))
    message = together(lambda n: f"{counted(n, 'other row')} could not be read.", found["n"].to_numpy())
    patient, last = found["patient"].to_numpy(dtype=np.int64), found["last"].to_numpy(dtype=np.int64)
    told = "see the list of rejected rows"
    return [*flagged, flag_rows("rejected_rows", rules["rejected_rows"].severity, patient, last, message, told)]


def no_log_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """No log handed in for a while, while a prescription is active."""
    rule, through = evidence.rules.flags["no_log"], evidence.ledger.data_through
    ago = evidence.ledger.as_of_day - through
    patient = np.flatnonzero((ago >= rule.parameters["days"]) & (through != FAR_DAY) & evidence.active_patients())
    message = together(lambda days: f"No log handed in for {counted(days, 'day')}.", ago[patient])
    told = "log handed in through " + day_texts(through[patient])
    return [flag_rows("no_log", rule.severity, patient, through[patient], message, told)]


def late_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """App rows written down more than a day after the exercise; by date where one of the two has no clock time."""
    rule, days = evidence.rules.flags["late_entries"], evidence.limit("late_entries", "days")
    rows = recent_rows(evidence, days, "recorded_at", "source", "performed_at")
    rows = rows[(rows["source"] == "app") & rows["recorded_at"].notna()]
    done, told = (
        rows[name].to_numpy().astype("datetime64[us]").astype(np.int64) for name in ("performed_at", "recorded_at")
    )
    by_date = (done % _DAY_US == 0) | (told % _DAY_US == 0)
    late = np.where(by_date, told // _DAY_US - done // _DAY_US > 1, told - done > _DAY_US)
    found = rows.assign(late=late).groupby("patient", as_index=False).agg(n=("late", "sum"), of=("late", "size"))
    last = rows[late].groupby("patient")["day"].max()
    found = found[found["n"] > 0]
    patient = found["patient"].to_numpy(dtype=np.int64)
    message = together(
        lambda n, of: f"{n} of {counted(of, 'app row')} written down more than a day later.",
        found["n"].to_numpy(),
        found["of"].to_numpy(),
    )
    told_days = f"in the last {days} days"
    return [flag_rows("late_entries", rule.severity, patient, _days_of(last, patient), message, told_days)]


def _days_of(days: pd.Series, patient: Ints) -> Ints:
    return days.reindex(patient).fillna(NO_DAY).to_numpy(dtype=np.int64)


def no_rating_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """No pain rated, by patients with an active prescription or a row in that time."""
    rule, days = evidence.rules.flags["no_pain_rating"], evidence.limit("no_pain_rating", "days")
    ledger, ratings, after = evidence.ledger, evidence.performance.ratings, evidence.ledger.as_of_day - days
    owner = ledger.series["patient"].to_numpy()
    recent = ratings.day > after
    here = evidence.active_patients()
    here[owner[ratings.series[recent]]] = True
    rated = np.zeros(len(ledger.patients), dtype=bool)
    rated[owner[ratings.series[recent & ~np.isnan(ratings.pain)]]] = True
    asked = evidence.happenings.checkins
    rated[asked.loc[asked["pain"].notna() & (asked["day"] > after), "patient"].to_numpy(dtype=np.int64)] = True
    patient = np.flatnonzero(here & ~rated)
    message = np.full(len(patient), f"No pain rated in {days} days; not rated is not free of pain.", dtype=object)
    return [flag_rows("no_pain_rating", rule.severity, patient, np.full(len(patient), NO_DAY), message)]


def untimed_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """Rows without time, part of day or session id while several sessions a day are due."""
    rule, days = evidence.rules.flags["times_missing"], evidence.limit("times_missing", "days")
    ledger, entries = evidence.ledger, evidence.ledger.entries
    chosen = np.flatnonzero((entries.day > ledger.as_of_day - days) & ledger.tried)
    segment = ledger.segments.at(entries.series[chosen], entries.day[chosen])
    several = segment >= 0
    held = segment[several]
    per_day = ledger.versions.sessions_per_day[ledger.segments.version[held]]
    several[several] = (ledger.segments.status[held] == DUE) & (per_day > 1)
    chosen = chosen[several]
    rows = ledger.study.sessions[["performed_at", "daypart", "session_id"]].iloc[entries.row[chosen]]
    time = rows["performed_at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    untimed = (time % _DAY_US == 0) & rows["daypart"].isna().to_numpy() & rows["session_id"].isna().to_numpy()
    found = pd.DataFrame(
        {
            "patient": ledger.series["patient"].to_numpy()[entries.series[chosen[untimed]]],
            "row": entries.row[chosen[untimed]],
            "day": entries.day[chosen[untimed]],
        }
    )
    found = found.groupby("patient", as_index=False).agg(n=("row", "nunique"), last=("day", "max"))
    message = together(
        lambda n: f"{counted(n, 'row')} without a time, though several sessions a day are due.", found["n"].to_numpy()
    )
    patient, last = found["patient"].to_numpy(dtype=np.int64), found["last"].to_numpy(dtype=np.int64)
    told = "rows of a day without a time count as one session"
    return [flag_rows("times_missing", rule.severity, patient, last, message, told)]
