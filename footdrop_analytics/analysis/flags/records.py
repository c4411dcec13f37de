"""Review flags from what was written down, or not: skips, words to read, logs and ratings missing."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.flags.evidence import Evidence, recent_rows
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import FAR_DAY, NO_DAY, Groups, Rows
from footdrop_analytics.analysis.log.entries import is_late
from footdrop_analytics.analysis.log.segments import DUE
from footdrop_analytics.analysis.wording import day_text, each_count, each_day, together
from footdrop_analytics.model.days import DAY_US
from footdrop_analytics.model.vocabulary import HEALTH_SKIP_REASONS
from footdrop_analytics.wording.language import how_many, marked, marked_forms, translated
from footdrop_analytics.wording.words import spoken


def skip_flags(evidence: Evidence) -> list[Rows]:
    """Rows skipped for a health reason."""
    days, rule = evidence.limit("health_skips", "days"), evidence.rules.flags["health_skips"]
    sessions, rows = evidence.log.study.sessions, recent_rows(evidence, days, "skip_reason")
    reasons = sessions["skip_reason"]
    reason = cols.codes_of(reasons)[rows["row"]].astype(np.int64)
    skipped = cols.holds_key(sessions["status"], "skipped")[rows["row"]]
    for_health = skipped & np.isin(reason, [cols.code_of(reasons, key) for key in HEALTH_SKIP_REASONS])
    of_patient = Groups(rows["patient"][for_health])
    often = of_patient.sizes >= rule.parameters["count"]
    n, last = of_patient.sizes[often], of_patient.highest(rows["day"][for_health])[often]
    given = of_patient.all_bits(1 << reason[for_health])[often]
    names = reasons.array.categories.tolist()
    message = each_count(
        "Skipped for a health reason {count} time in {days} days.",
        "Skipped for a health reason {count} times in {days} days.",
        n,
        days=days,
    )
    told = together(lambda bits: _reasons(bits, names), given)
    return [evidence.flags("health_skips", of_patient.keys[often], last, message, told)]


def _reasons(bits: int, names: list[str]) -> str:
    given = sorted(name for at, name in enumerate(names) if bits >> at & 1)
    return translated("reasons: {reasons}", reasons=", ".join(spoken(one) for one in given))


def no_log_flags(evidence: Evidence) -> list[Rows]:
    """No log of the last days: not handed in, not in the files, or without a plan no row."""
    log, days = evidence.log, evidence.limit("no_log", "days")
    as_of, practice = log.as_of_day, evidence.practice
    first = np.full(len(practice.series), as_of - days + 1)
    dark = log.segments.unobserved_days.between(practice.series, first, first + days - 1) == days
    observed, unseen = (cols.those_at(practice.patient[dark == one], len(log.patients)) for one in (False, True))
    through, last = log.day_of_patients("data_through"), log.last_row_day
    stated = (through != FAR_DAY) & (as_of - through >= days) & (observed | unseen)
    unseen &= ~observed & ~stated
    gone = log.day_of_patients("discharged_on") <= as_of
    silent = ~log.plan_known & ~gone & (last != NO_DAY) & (as_of - last >= days)
    flagged = []
    not_in = marked_forms("No log handed in for {count} day.", "No log handed in for {count} days.")
    dark_for = marked_forms("No readable log of the last {count} day.", "No readable log of the last {count} days.")
    no_row = marked_forms("Without a plan, no row for {count} day.", "Without a plan, no row for {count} days.")
    for chosen, since, forms in ((stated, through, not_in), (unseen, last, dark_for), (silent, last, no_row)):
        patient = np.flatnonzero(chosen)
        message = each_count(*forms, np.full(len(patient), days) if chosen is unseen else as_of - since[patient])
        told = each_day(marked("last day: {day}"), since[patient])
        flagged.append(evidence.flags("no_log", patient, since[patient], message, told))
    return flagged


def late_flags(evidence: Evidence) -> list[Rows]:
    """Rows written down more than a day after the exercise; by date where one of the two has no clock time."""
    days = evidence.limit("late_entries", "days")
    sessions, rows = evidence.log.study.sessions, recent_rows(evidence, days, "recorded_at")
    done, told = (cols.microseconds(sessions[name])[rows["row"]] for name in ("performed_at", "recorded_at"))
    late = is_late(done, told)
    of_patient = Groups(rows["patient"])
    n = of_patient.total(late.astype(np.int64))
    some = n > 0
    last = of_patient.highest(np.where(late, rows["day"], NO_DAY))[some]
    forms = marked_forms(
        "{n} of {count} row written down more than a day later.",
        "{n} of {count} rows written down more than a day later.",
    )
    message = together(lambda n, of: how_many(*forms, of, n=n), n[some], of_patient.sizes[some])
    told_when = translated("in the last {days} days", days=days)
    return [evidence.flags("late_entries", of_patient.keys[some], last, message, told_when)]


def batch_flags(evidence: Evidence) -> list[Rows]:
    """Rows of several days that were written down on one day: one flag per patient, for the largest batch."""
    rule, days = evidence.rules.flags["batches"], evidence.limit("batches", "days")
    sessions, rows = evidence.log.study.sessions, recent_rows(evidence, days, "recorded_at")
    written = cols.microseconds(sessions["recorded_at"])[rows["row"]] // DAY_US
    batch = cols.day_keys(rows["patient"], written)
    order = np.lexsort((rows["day"], batch))
    once = order[cols.run_starts(batch[order], rows["day"][order])]
    of_batch = Groups(batch[once])
    large = of_batch.sizes >= rule.parameters["min_days"]
    highest = (of_batch.highest(values[once]) for values in (rows["patient"], rows["day"], written))
    size, patient, day, written = (one[large] for one in (of_batch.sizes, *highest))
    largest = np.lexsort((written, size, patient))
    largest = largest[cols.run_ends(patient[largest])]
    forms = marked_forms(
        "Rows of {count} day written down on one day, {day}.", "Rows of {count} days written down on one day, {day}."
    )
    message = together(lambda n, day: how_many(*forms, n, day=day_text(day)), size[largest], written[largest])
    told = translated("in the last {days} days", days=days)
    return [evidence.flags("batches", patient[largest], day[largest], message, told)]


def no_rating_flags(evidence: Evidence) -> list[Rows]:
    """No pain rated, by patients with an active prescription or a row in that time."""
    days = evidence.limit("no_pain_rating", "days")
    log, ratings, after = evidence.log, evidence.performance.ratings, evidence.log.as_of_day - days
    owner = log.series.patient
    recent = ratings.day > after
    here = cols.those_at(evidence.practice.patient, len(log.patients))
    here[owner[ratings.series[recent]]] = True
    rated = cols.those_at(owner[ratings.series[recent & ~np.isnan(ratings.pain)]], len(log.patients))
    asked = evidence.happenings.checkins
    rated[asked["patient"][~np.isnan(asked["pain"]) & (asked["day"] > after)]] = True
    patient = np.flatnonzero(here & ~rated)
    words = translated("No pain rated in {days} days; not rated is not free of pain.", days=days)
    never = np.full(len(patient), NO_DAY)
    return [evidence.flags("no_pain_rating", patient, never, np.full(len(patient), words, dtype=object))]


def untimed_flags(evidence: Evidence) -> list[Rows]:
    """Rows without time, part of day or session id while several sessions a day are due."""
    days = evidence.limit("times_missing", "days")
    log, entries = evidence.log, evidence.log.entries
    chosen = np.flatnonzero((entries.day > log.as_of_day - days) & log.tried)
    segment = log.segments.at(entries.series[chosen], entries.day[chosen])
    several = segment >= 0
    held = segment[several]
    per_day = log.versions.sessions_per_day[log.segments.version[held]]
    several[several] = (log.segments.status[held] == DUE) & (per_day > 1)
    chosen = chosen[several]
    sessions, row = log.study.sessions, entries.row[chosen]
    time = cols.microseconds(sessions["performed_at"])[row]
    untimed = (time % DAY_US == 0) & (cols.codes_of(sessions["daypart"])[row] < 0)
    untimed &= sessions["session_id"].array.isna()[row]
    # A row that counts for both sides is one row.
    chosen = chosen[untimed][np.unique(row[untimed], return_index=True)[1]]
    of_patient = Groups(log.series.patient[entries.series[chosen]])
    last = of_patient.highest(entries.day[chosen])
    message = each_count(
        "{count} row without a time, though several sessions a day are due.",
        "{count} rows without a time, though several sessions a day are due.",
        of_patient.sizes,
    )
    told = translated("rows of a day without a time count as one session")
    return [evidence.flags("times_missing", of_patient.keys, last, message, told)]
