"""Review flags from what was written down, or not: skips, words to read, logs and ratings missing."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.flags.evidence import Evidence, flag_rows
from footdrop_analytics.analysis.log.arrays import (
    FAR_DAY,
    NO_DAY,
    code_of,
    codes_of,
    day_keys,
    holds_key,
    microseconds,
    run_starts,
)
from footdrop_analytics.analysis.log.entries import is_late
from footdrop_analytics.analysis.log.rows import Groups, Rows, picked, stacked
from footdrop_analytics.analysis.log.segments import DUE
from footdrop_analytics.analysis.wording import counted, day_texts, quote, together
from footdrop_analytics.model.sessions import DAY_US
from footdrop_analytics.model.vocabulary import HEALTH_SKIP_REASONS


def recent_rows(evidence: Evidence, days: int, recorded: str) -> Rows:
    """Logged rows (each once) of sessions within so many days in which the column ``recorded`` is filled.

    ``row`` (position in ``study.sessions``), ``patient`` and ``day`` of each.
    """
    log, entries = evidence.log, evidence.log.entries
    missing = log.study.sessions[recorded].array.isna()
    chosen = np.flatnonzero((entries.day > log.as_of_day - days) & ~missing[entries.row])
    row, first = np.unique(entries.row[chosen], return_index=True)
    patient = log.series.patient[entries.series[chosen[first]]]
    return {"row": row, "patient": patient, "day": entries.day[chosen[first]]}


def skip_flags(evidence: Evidence) -> list[Rows]:
    """Rows skipped for a health reason."""
    days, rule = evidence.limit("health_skips", "days"), evidence.rules.flags["health_skips"]
    sessions, rows = evidence.log.study.sessions, recent_rows(evidence, days, "skip_reason")
    reasons = sessions["skip_reason"]
    reason = codes_of(reasons)[rows["row"]].astype(np.int64)
    skipped = holds_key(sessions["status"], "skipped")[rows["row"]]
    for_health = skipped & np.isin(reason, [code_of(reasons, key) for key in HEALTH_SKIP_REASONS])
    of_patient = Groups(rows["patient"][for_health])
    often = of_patient.sizes >= rule.parameters["count"]
    n, last = of_patient.sizes[often], of_patient.highest(rows["day"][for_health])[often]
    given = of_patient.all_bits(1 << reason[for_health])[often]
    message = together(lambda n: f"Skipped for a health reason {counted(n, 'time')} in {days} days.", n)
    told = together(lambda bits: "reasons: " + _reasons(bits, reasons.array.categories.tolist()), given)
    return [flag_rows("health_skips", rule.severity, of_patient.keys[often], last, message, told)]


def _reasons(bits: int, names: list[str]) -> str:
    return ", ".join(sorted(name for at, name in enumerate(names) if bits >> at & 1)).replace("_", " ")


def word_flags(evidence: Evidence) -> list[Rows]:
    """Notes with words that a clinician reads, quoted: one flag per patient and day."""
    rule, days = evidence.rules.flags["words_to_read"], evidence.limit("words_to_read", "days")
    happenings, after = evidence.happenings, evidence.log.as_of_day - days
    logged = recent_rows(evidence, days, "notes")
    logged["notes"] = evidence.log.study.sessions["notes"].array[logged["row"]].to_numpy(dtype=object)
    # The notes of red and amber events are quoted with the event itself.
    minor = [code for code, rule in enumerate(happenings.event_rules) if rule.severity == "note"]
    events = picked(happenings.events, np.isin(happenings.events["kind"], minor))
    parts = (logged, happenings.checkins, events)
    notes = stacked([{name: part[name] for name in ("patient", "day", "notes")} for part in parts])
    notes = picked(notes, pd.notna(notes["notes"]) & (notes["day"] > after))
    if not rule.words or len(notes["day"]) == 0:
        return []
    pattern = words_pattern(rule.words)
    # Each distinct text is read once, and quoted once for each patient and day.
    texts, text = np.unique(notes["notes"], return_inverse=True)
    told = np.array([pattern.search(one) is not None for one in texts], dtype=bool)[text]
    notes, text = picked(notes, told), text[told]
    of_day = day_keys(notes["patient"], notes["day"])
    order = np.lexsort((text, of_day))
    order = order[run_starts(of_day[order], text[order])]
    notes, text, groups = picked(notes, order), text[order], Groups(of_day[order])
    quotes = np.array([quote(one) for one in texts], dtype=object)[text]
    follows = np.append(False, groups.of[1:] == groups.of[:-1])[: len(quotes)]
    quoted = groups.total(np.where(follows, "; ", "").astype(object) + quotes)
    patients, days_told = (groups.highest(notes[name]) for name in ("patient", "day"))
    message = "A note of " + day_texts(days_told) + " to read."
    return [flag_rows("words_to_read", rule.severity, patients, days_told, message, quoted)]


def words_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words in any case; a star stands for any ending."""
    parts = [re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def no_log_flags(evidence: Evidence) -> list[Rows]:
    """No log handed in for a while, while a prescription is active."""
    rule, through = evidence.rules.flags["no_log"], evidence.log.data_through
    ago = evidence.log.as_of_day - through
    patient = np.flatnonzero((ago >= rule.parameters["days"]) & (through != FAR_DAY) & evidence.active_patients())
    message = together(lambda days: f"No log handed in for {counted(days, 'day')}.", ago[patient])
    told = "log handed in through " + day_texts(through[patient])
    return [flag_rows("no_log", rule.severity, patient, through[patient], message, told)]


def late_flags(evidence: Evidence) -> list[Rows]:
    """App rows written down more than a day after the exercise; by date where one of the two has no clock time."""
    rule, days = evidence.rules.flags["late_entries"], evidence.limit("late_entries", "days")
    sessions, rows = evidence.log.study.sessions, recent_rows(evidence, days, "recorded_at")
    rows = picked(rows, holds_key(sessions["source"], "app")[rows["row"]])
    done, told = (microseconds(sessions[name])[rows["row"]] for name in ("performed_at", "recorded_at"))
    late = is_late(done, told)
    of_patient = Groups(rows["patient"])
    n, some = of_patient.total(late.astype(np.int64)), of_patient.has(late)
    last = of_patient.highest(np.where(late, rows["day"], NO_DAY))[some]
    message = together(
        lambda n, of: f"{n} of {counted(of, 'app row')} written down more than a day later.",
        n[some],
        of_patient.sizes[some],
    )
    return [flag_rows("late_entries", rule.severity, of_patient.keys[some], last, message, f"in the last {days} days")]


def no_rating_flags(evidence: Evidence) -> list[Rows]:
    """No pain rated, by patients with an active prescription or a row in that time."""
    rule, days = evidence.rules.flags["no_pain_rating"], evidence.limit("no_pain_rating", "days")
    log, ratings, after = evidence.log, evidence.performance.ratings, evidence.log.as_of_day - days
    owner = log.series.patient
    recent = ratings.day > after
    here = evidence.active_patients()
    here[owner[ratings.series[recent]]] = True
    rated = np.zeros(len(log.patients), dtype=bool)
    rated[owner[ratings.series[recent & ~np.isnan(ratings.pain)]]] = True
    asked = evidence.happenings.checkins
    rated[asked["patient"][~np.isnan(asked["pain"]) & (asked["day"] > after)]] = True
    patient = np.flatnonzero(here & ~rated)
    message = np.full(len(patient), f"No pain rated in {days} days; not rated is not free of pain.", dtype=object)
    return [flag_rows("no_pain_rating", rule.severity, patient, np.full(len(patient), NO_DAY), message)]


def untimed_flags(evidence: Evidence) -> list[Rows]:
    """Rows without time, part of day or session id while several sessions a day are due."""
    rule, days = evidence.rules.flags["times_missing"], evidence.limit("times_missing", "days")
    log, entries = evidence.log, evidence.log.entries
    chosen = np.flatnonzero((entries.day > log.as_of_day - days) & log.tried)
    segment = log.segments.at(entries.series[chosen], entries.day[chosen])
    several = segment >= 0
    held = segment[several]
    per_day = log.versions.sessions_per_day[log.segments.version[held]]
    several[several] = (log.segments.status[held] == DUE) & (per_day > 1)
    chosen = chosen[several]
    sessions, row = log.study.sessions, entries.row[chosen]
    time = microseconds(sessions["performed_at"])[row]
    untimed = (time % DAY_US == 0) & (codes_of(sessions["daypart"])[row] < 0)
    untimed &= sessions["session_id"].array.isna()[row]
    # A row that counts for both sides is one row.
    chosen = chosen[untimed][np.unique(row[untimed], return_index=True)[1]]
    of_patient = Groups(log.series.patient[entries.series[chosen]])
    last = of_patient.highest(entries.day[chosen])
    message = together(
        lambda n: f"{counted(n, 'row')} without a time, though several sessions a day are due.", of_patient.sizes
    )
    told = "rows of a day without a time count as one session"
    return [flag_rows("times_missing", rule.severity, of_patient.keys, last, message, told)]
