"""Review flags from plan and log together: lapse, the wrong side, nothing prescribed, several changes at once."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.adherence.persistence import gap_ends, missed_in
from footdrop_analytics.analysis.flags.evidence import Evidence
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import Groups, Ints, Rows
from footdrop_analytics.analysis.log.entries import BOTH, LEFT, RIGHT
from footdrop_analytics.analysis.wording import day_text, each_count, together
from footdrop_analytics.model.vocabulary import KEY_FIELDS
from footdrop_analytics.wording.language import how_many, marked, marked_forms, translated

_CHANGES = (marked("mode"), marked("position"), marked("support"), marked("brace"), marked("band"), marked("load"))
_LOGGED_FOR = (
    marked("{series}: no row, but the exercise is logged for the left."),
    marked("{series}: no row, but the exercise is logged for the right."),
    marked("{series}: no row, but the exercise is logged for both sides."),
)
_MISSED = {
    (False, True): marked_forms("{count} exercise day missed since {day}", "{count} exercise days missed since {day}"),
    (False, False): marked_forms(
        "{count} exercise day missed since the prescription began",
        "{count} exercise days missed since the prescription began",
    ),
    (True, True): marked_forms(
        "{count} exercise day missed, each exercise counted, since each was last done, the latest on {day}",
        "{count} exercise days missed, each exercise counted, since each was last done, the latest on {day}",
    ),
    (True, False): marked_forms(
        "{count} exercise day missed, each exercise counted, since the prescriptions began",
        "{count} exercise days missed, each exercise counted, since the prescriptions began",
    ),
}
"""What is said of missed days, by whether there are several series, and whether there is a last day."""
_ONLY = {
    LEFT: marked("{series}: only the left side is logged."),
    RIGHT: marked("{series}: only the right side is logged."),
}


def side_mismatches(evidence: Evidence) -> tuple[Ints, Ints]:
    """Active series without a row in the window while their exercise is logged on a side not prescribed; that series.

    A side counts as not prescribed if it has no active version on the row's day, and none on ``as_of``.
    """
    log, entries = evidence.log, evidence.log.entries
    days = evidence.limit("side_mismatch", "days")
    chosen = np.flatnonzero(entries.day > log.as_of_day - days)
    series, day = entries.series[chosen], entries.day[chosen]
    stray = np.unique(series[log.segments.at(series, day) < 0])
    stray = stray[evidence.practice.number_of[stray] < 0]
    of_exercise = log.series.patient * len(log.counts_seconds) + log.series.exercise
    silent = evidence.practice.series[~cols.those_at(series, len(log.series))[evidence.practice.series]]
    # The first stray series of the same patient and exercise.
    strays, first = np.unique(of_exercise[stray], return_index=True)
    beside = cols.looked_up(strays, stray[first], of_exercise[silent], -1)
    return silent[beside >= 0], beside[beside >= 0]


def side_and_lapse_flags(evidence: Evidence) -> list[Rows]:
    """Side mismatches; and lapses: one flag per patient, per series only if others go on."""
    mismatched, stray = side_mismatches(evidence)
    rules, as_of = evidence.rules.flags, evidence.log.as_of_day
    message = evidence.of_series(
        mismatched, lambda name, side: translated(_LOGGED_FOR[side], series=name), evidence.log.series.side[stray]
    )
    told = how_many(
        "in {count} day; which side is meant?",
        "in {count} days; which side is meant?",
        evidence.limit("side_mismatch", "days"),
    )
    days = np.full(len(mismatched), as_of)
    flagged = [evidence.series_flags("side_mismatch", mismatched, days, message, told)]
    return [*flagged, *_lapses(evidence, mismatched if rules["side_mismatch"].enabled else mismatched[:0])]


def _lapses(evidence: Evidence, withheld: Ints) -> list[Rows]:
    practice, log = evidence.practice, evidence.log
    missed, last = open_gaps(evidence)
    lapsed = log.series_of(evidence.persistence)[evidence.persistence["lapsed"].to_numpy(dtype=bool)]
    gone = np.isin(practice.series, lapsed) | (missed >= evidence.limit("lapse", "min_missed"))
    gone &= ~np.isin(practice.series, withheld)
    exercised = evidence.days.series[
        (evidence.days.exercise > 0) & (evidence.days.day > log.as_of_day - evidence.rules.look_back_days)
    ]
    goes_on = np.isin(practice.series, exercised) & ~gone
    others = cols.those_at(practice.patient[goes_on], len(log.patients))[practice.patient]
    alone = gone & others
    series = practice.series[alone]
    message = evidence.of_series(series, marked("{series}: no exercise for a while, though others go on."))
    told = together(_told_of_gaps, np.ones_like(last[alone]), missed[alone], last[alone])
    flagged = [evidence.series_flags("lapse", series, last[alone], message, told)]
    whole = np.flatnonzero(gone & ~others)
    of_patient, exercise = Groups(practice.patient[whole]), practice.exercise[whole]
    last_day, in_all = of_patient.highest(last[whole]), of_patient.total(missed[whole])
    told = together(_told_of_gaps, of_patient.sizes, in_all, last_day)
    # Series are sorted by exercise: left and right of the same follow each other.
    begins = np.zeros_like(whole)
    begins[cols.run_starts(practice.patient[whole], exercise)] = 1
    n_exercises = of_patient.total(begins)
    message = each_count(
        "No exercise for a while in {count} prescribed exercise.",
        "No exercise for a while in {count} prescribed exercises.",
        n_exercises,
    )
    return [*flagged, evidence.flags("lapse", of_patient.keys, last_day, message, told)]


def _told_of_gaps(n: int, missed: int, last: int) -> str:
    """What is missed in one series since its last day, or in several since the last day of each."""
    return how_many(*_MISSED[n > 1, last >= 0], missed, day=day_text(last))


def open_gaps(evidence: Evidence) -> tuple[Ints, Ints]:
    """Exercise days missed since the last exercise day of each active series, and that day (−1 = none yet)."""
    log, days, series = evidence.log, evidence.days, evidence.practice.series
    on, as_of = days.due & (days.exercise > 0), np.full(len(series), log.as_of_day)
    last, ended = (
        np.append(cols.days_of_keys(keys), -1)[cols.latest(keys, series, as_of)]
        for keys in (days.keys[on], gap_ends(log, days, on))
    )
    return missed_in(log, series, ended + 1, as_of), last


def not_prescribed_flags(evidence: Evidence) -> list[Rows]:
    """Exercises or sides done on days without a prescription."""
    log, days = evidence.log, evidence.days
    recent = (days.exercise > 0) & (days.day > log.as_of_day - evidence.limit("not_prescribed", "days"))
    series, day = days.series[recent], days.day[recent]
    free = log.segments.at(series, day) < 0
    of_series = Groups(series[free])
    message = evidence.of_series(of_series.keys, marked("{series}: logged without a prescription."))
    told = each_count("on {count} day", "on {count} days", of_series.sizes)
    return [evidence.series_flags("not_prescribed", of_series.keys, of_series.highest(day[free]), message, told)]


def one_side_flags(evidence: Evidence) -> list[Rows]:
    """Plans for both sides of which only one side is logged."""
    log, entries = evidence.log, evidence.log.entries
    days = evidence.limit("one_side", "days")
    both = (log.series.side == BOTH) & (evidence.practice.number_of >= 0)
    chosen = np.flatnonzero((entries.day > log.as_of_day - days) & log.tried & both[entries.series])
    side = entries.code("side", chosen).astype(np.int64)
    groups = Groups(entries.series[chosen])
    logged = groups.all_bits(1 << np.where(side < 0, BOTH, side))
    alone = (logged == 1 << LEFT) | (logged == 1 << RIGHT)
    series, only = groups.keys[alone], np.where(logged[alone] == 1 << LEFT, LEFT, RIGHT)
    message = evidence.of_series(series, lambda name, side: translated(_ONLY[side], series=name), only)
    last = groups.highest(entries.day[chosen])[alone]
    told = translated("in the last {days} days", days=days)
    return [evidence.series_flags("one_side", series, last, message, told)]


def plan_change_flags(evidence: Evidence) -> list[Rows]:
    """Prescriptions that change several fields of the difficulty at once."""
    log, performance = evidence.log, evidence.performance
    versions = log.versions
    fields = evidence.limit("two_changes", "fields")
    changed = np.zeros((len(_CHANGES), len(versions.series)), dtype=bool)
    for row, field in enumerate(KEY_FIELDS):
        codes = performance.version_codes[field]
        changed[row, 1:] = codes[1:] != codes[:-1]
    bands = performance.band_codes[1]
    changed[len(KEY_FIELDS), 1:] = bands[1:] != bands[:-1]
    load = performance.version_load_kg
    changed[len(KEY_FIELDS) + 1, 1:] = (load[1:] != load[:-1]) & ~(np.isnan(load[1:]) & np.isnan(load[:-1]))
    changed[:, cols.run_starts(versions.series)] = False
    age = log.as_of_day - versions.start
    chosen = np.flatnonzero(
        (changed.sum(axis=0) >= fields) & (age >= 0) & (age < evidence.limit("two_changes", "days"))
    )
    series = versions.series[chosen]
    message = evidence.of_series(series, marked("{series}: the prescription changed more than one thing at once."))

    def tell(*which: bool) -> str:
        names = ", ".join(translated(name) for name, has in zip(_CHANGES, which, strict=True) if has)
        return translated("what changed: {names}", names=names)

    told = together(tell, *changed[:, chosen])
    return [evidence.series_flags("two_changes", series, versions.start[chosen], message, told)]
