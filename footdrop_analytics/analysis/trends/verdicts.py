"""What may be said of a trend: target, smallest change that matters, and one word with its reasons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_analytics.analysis.log.arrays import (
    TOLERANCE,
    Bools,
    Floats,
    Ints,
    day_keys,
    medians_of,
    microseconds,
    run_numbers,
    run_starts,
)
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.daily_performance import DailyValues, Performance
from footdrop_analytics.analysis.log.ratings import highest
from footdrop_analytics.analysis.log.rows import Rows
from footdrop_analytics.analysis.trends.estimates import LEAST_FOR_TEST, RunLines
from footdrop_analytics.analysis.wording import Words, joined
from footdrop_analytics.model.vocabulary import HELPED_MODES, MODES, VERDICTS

LEAST_FOR_VERDICT = 5
ALPHA = 0.01
"""Stricter than 0.05, because many series are looked at every week."""
LAST_DAYS, AT_TARGET_DAYS, LATEST_DAYS = 5, 3, 2
LONG_GAP_DAYS = 14
RATING_CHANGE = 2.0
"""The smallest change of a 0–10 rating that matters (NPRS: Salaffi 2004, Childs 2005)."""


def targets(performance: Performance, measure: str) -> Floats:
    """The prescribed value that each run is held against; missing without a plan, and for ratings."""
    log, runs = performance.log, performance.runs
    planned = runs.last_version >= 0
    target = np.full(len(runs.series), np.nan)
    if measure in ("effort", "pain") or not planned.any():
        return target
    versions = log.versions
    version = runs.last_version[planned]
    if measure == "dose":
        target[planned] = (versions.session_dose * versions.sessions_per_day)[version]
    elif measure == "primary":
        target[planned] = versions.target[version]
    else:
        column = log.study.prescriptions["reps" if measure == "reps" else "hold_s"]
        target[planned] = column.to_numpy(dtype=np.float64, na_value=np.nan)[versions.row[version]]
    return target


def margins(performance: Performance, measure: str, target: Floats, days: DailyValues) -> Floats:
    """The smallest change that matters: a least amount or a share of the target (else of the median value)."""
    if measure in ("effort", "pain"):
        return np.full(len(target), RATING_CHANGE)
    log = performance.log
    series = performance.runs.series
    least, part = _meaningful_change(log, measure)
    exercise = log.series.exercise[series]
    free = np.isnan(target)[days.run]
    reference = np.where(np.isnan(target), medians_of(days.run[free], days.value[free], len(target)), target)
    return np.where(np.isnan(reference), np.nan, np.maximum(least[exercise], part[exercise] * reference))


def _meaningful_change(log: CodedLog, measure: str) -> tuple[Floats, Floats]:
    exercises = log.study.exercises
    pairs = []
    for key in exercises.keys:
        primary = "hold" if exercises[key].unit == "seconds" else "reps"
        pairs.append(exercises[key].meaningful_change[primary if measure == "primary" else measure])
    least, part = np.array(pairs, dtype=np.float64).T
    return least, part


@dataclass(frozen=True)
class Verdicts:
    """What may be said of each run: ``verdict`` is its place in ``VERDICTS``; see :func:`trends.trends`."""

    target: Floats
    n_at_target: Ints
    margin: Floats
    verdict: Ints
    reasons: Words


def judgements(performance: Performance, measure: str, days: DailyValues, fitted: Rows, lines: RunLines) -> Verdicts:
    """What may be said of all runs.

    ``days`` are the days with a value, ``lines`` the lines through them and ``fitted`` their columns.
    """
    target = targets(performance, measure)
    at_target, latest, over = _at_target(days, target)
    margin = margins(performance, measure, target, days)
    often = at_target >= AT_TARGET_DAYS
    facts = {
        "helped": _helped(performance, measure),
        "varied": _load_varied(performance, days),
        "at_target": often & latest,
        "stops": often & ~over,
        "gap": _longest_gap(days, len(target)) > LONG_GAP_DAYS,
    }
    n = np.bincount(days.run, minlength=len(target))
    verdict, reasons = _verdicts(n, fitted["change"], fitted["p_value"], margin, facts, lines)
    return Verdicts(target, at_target, margin, verdict, reasons)


def _at_target(days: DailyValues, target: Floats) -> tuple[Ints, Bools, Bools]:
    """Of each run: how many of the last 5 days reach the target, whether the last 2 do, whether any of 5 passes it."""
    size = len(target)
    begins = run_starts(days.run)
    of = run_numbers(begins, len(days.run))
    left = np.append(begins[1:], len(days.run))[of] - np.arange(len(days.run)) if len(begins) else of
    goal = target[days.run]
    reached, passed = days.value >= goal - TOLERANCE, days.value > goal + TOLERANCE
    recent = left <= LAST_DAYS
    count = np.bincount(days.run, weights=reached & recent, minlength=size).astype(np.int64)
    last_two = np.bincount(days.run, weights=reached & (left <= LATEST_DAYS), minlength=size) == LATEST_DAYS
    return count, last_two, np.bincount(days.run, weights=passed & recent, minlength=size) > 0


def _helped(performance: Performance, measure: str) -> Bools:
    """Runs in which the primary measure counts what a helper did: passive and assisted mode."""
    log = performance.log
    series = performance.runs.series
    if measure not in ("primary", "reps", "hold"):
        return np.zeros(len(series), dtype=bool)
    helped: Bools = np.isin(modes(performance), [MODES.index(mode) for mode in HELPED_MODES])
    if measure != "primary":
        helped &= log.series_in_seconds[series] == (measure == "hold")
    return helped


def modes(performance: Performance) -> Ints:
    """Code of the mode of each run: prescribed, else the last logged, else the exercise's."""
    log, runs = performance.log, performance.runs
    exercises = log.study.exercises
    usual = np.array([MODES.index(exercises[key].mode) for key in exercises.keys], dtype=np.int64)
    mode: Ints = usual[log.series.exercise[runs.series]]
    planned = runs.last_version >= 0
    asked = performance.version_codes("mode")[runs.last_version[planned]]
    mode[planned] = np.where(asked >= 0, asked, mode[planned])
    free = np.flatnonzero((performance.run >= 0) & log.tried & ~planned[performance.run])
    if len(free):
        entries = log.entries
        known = free[entries.code("mode")[free] >= 0]
        time = microseconds(log.study.sessions["performed_at"])[entries.row[known]]
        order = np.lexsort((entries.code("mode")[known], entries.number("set_no")[known], time, performance.run[known]))
        known = known[order]
        mode[performance.run[known]] = entries.code("mode")[known]
    return mode


def _load_varied(performance: Performance, days: DailyValues) -> Bools:
    """Runs in which the day's largest load, or its band, was logged without being prescribed and differs."""
    log, runs = performance.log, performance.runs
    planned = np.flatnonzero(runs.last_version >= 0)
    version = runs.last_version[planned]
    load_asked, band_asked = (np.zeros(len(runs.series), dtype=bool) for _ in range(2))
    band, band_of_version = performance.band_codes
    load_asked[planned] = ~np.isnan(performance.version_load_kg[version])
    band_asked[planned] = band_of_version[version] >= 0
    # Bands have no order: a day's bands are the same as another's if both their highest and lowest codes are.
    code = np.where(band < 0, np.nan, band.astype(np.float64))
    load_differs = _differs(performance, days, log.entries.number("load_kg"))
    band_differs = _differs(performance, days, code) | _differs(performance, days, -code)
    return (load_differs & ~load_asked) | (band_differs & ~band_asked)


def _differs(performance: Performance, days: DailyValues, values: Floats) -> Bools:
    """Whether the daily highest of a logged value differs between the days of a run that have a value."""
    size = len(performance.runs.series)
    chosen = np.flatnonzero(performance.as_prescribed & (performance.run >= 0) & ~np.isnan(values))
    if len(chosen) == 0:
        return np.zeros(size, dtype=bool)
    run, day = performance.run[chosen], performance.log.entries.day[chosen]
    begins = run_starts(run, day)
    top, run, day = highest(values[chosen], begins), run[begins], day[begins]
    with_value = np.isin(day_keys(run, day), day_keys(days.run, days.day))
    top, run = top[with_value], run[with_value]
    begins = run_starts(run)
    differs = np.zeros(size, dtype=bool)
    if len(begins):
        differs[run[begins]] = np.maximum.reduceat(top, begins) - np.minimum.reduceat(top, begins) > TOLERANCE
    return differs


def _longest_gap(days: DailyValues, size: int) -> Ints:
    longest = np.zeros(size, dtype=np.int64)
    inner = np.flatnonzero(days.run[1:] == days.run[:-1])
    np.maximum.at(longest, days.run[inner], days.day[inner + 1] - days.day[inner])
    return longest


def _verdicts(
    n: Ints, change: Floats, p_value: Floats, margin: Floats, facts: dict[str, Bools], lines: RunLines
) -> tuple[Ints, Words]:
    with np.errstate(invalid="ignore"):
        clear = (n >= LEAST_FOR_TEST) & (p_value < ALPHA) & (np.abs(change) >= margin - TOLERANCE)
    few = n < LEAST_FOR_VERDICT
    conditions = [
        facts["helped"],
        few | facts["varied"],
        clear & (change > 0),
        clear & (change < 0),
        facts["at_target"],
    ]
    names = ("not_applicable", "cannot_tell", "rising", "falling", "at_target")
    open_code = len(VERDICTS)
    not_applicable, cannot_tell = VERDICTS.index("not_applicable"), VERDICTS.index("cannot_tell")
    code = np.select(conditions, [VERDICTS.index(name) for name in names], default=open_code)
    steady = lines.inside(margin, code == open_code)
    code[code == open_code] = cannot_tell
    code[steady] = VERDICTS.index("steady")
    undecided = (code == cannot_tell) & ~few & ~facts["varied"]
    stops = facts["stops"] & (code != not_applicable)
    words = {
        "repetitions measure the helper": code == not_applicable,
        "few days": few & (code != not_applicable),
        "load varied": facts["varied"] & (code != not_applicable),
        "too few days for a test": undecided & (n < LEAST_FOR_TEST),
        "change not distinguishable from day-to-day variation": undecided & (n >= LEAST_FOR_TEST),
        "gap over 14 days": facts["gap"] & (code != not_applicable),
        "logging stops at target": stops,
    }
    return code, joined(list(words), np.column_stack(list(words.values())))
