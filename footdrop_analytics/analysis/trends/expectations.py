"""What each run is held against: its target, the smallest change that matters, and whether it may be judged at all."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.log.arrays import (
    TOLERANCE,
    Bools,
    Floats,
    Ints,
    among,
    day_keys,
    microseconds,
    reduced,
    run_starts,
)
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.days.daily_performance import Performance
from footdrop_analytics.analysis.log.days.day_values import DailyValues
from footdrop_analytics.analysis.log.days.ratings import highest
from footdrop_analytics.analysis.trends.padded import medians_of
from footdrop_analytics.model.vocabulary import HELPED_MODES, MODES

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
    """The smallest change that matters: a least amount, or a share of the smaller of the target and the median value.

    Of the smaller, because who does 4 of 10 need not lose half of it before it matters.
    """
    if measure in ("effort", "pain"):
        return np.full(len(target), RATING_CHANGE)
    log = performance.log
    series = performance.runs.series
    least, part = _meaningful_change(log, measure)
    exercise = log.series.exercise[series]
    reference = np.fmin(target, medians_of(days.run, days.value, len(target)))
    return np.where(np.isnan(reference), np.nan, np.maximum(least[exercise], part[exercise] * reference))


def _meaningful_change(log: CodedLog, measure: str) -> tuple[Floats, Floats]:
    exercises = log.study.exercises
    pairs = []
    for key in exercises.keys:
        primary = "hold" if exercises[key].unit == "seconds" else "reps"
        pairs.append(exercises[key].meaningful_change[primary if measure == "primary" else measure])
    least, part = np.array(pairs, dtype=np.float64).T
    return least, part


def helped(performance: Performance, measure: str) -> Bools:
    """Runs in which the primary measure counts what a helper did: passive and assisted mode."""
    log = performance.log
    series = performance.runs.series
    if measure not in ("primary", "reps", "hold"):
        return np.zeros(len(series), dtype=bool)
    found: Bools = np.isin(modes(performance), [MODES.index(mode) for mode in HELPED_MODES])
    if measure != "primary":
        found &= log.series_in_seconds[series] == (measure == "hold")
    return found


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


def load_varied(performance: Performance, days: DailyValues) -> Bools:
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
    load_differs = _differs(performance, days, log.plausible("load_kg"))
    band_differs = _differs(performance, days, code) | _differs(performance, days, -code)
    return (load_differs & ~load_asked) | (band_differs & ~band_asked)


def _differs(performance: Performance, days: DailyValues, values: Floats) -> Bools:
    """Whether the daily highest of a logged value differs between the days of a run that have a value."""
    size = len(performance.runs.series)
    chosen = np.flatnonzero(performance.as_prescribed & (performance.run >= 0) & ~np.isnan(values))
    run, day = performance.run[chosen], performance.log.entries.day[chosen]
    begins = run_starts(run, day)
    top, run, day = highest(values[chosen], begins), run[begins], day[begins]
    with_value = among(day_keys(run, day), day_keys(days.run, days.day))
    top, run = top[with_value], run[with_value]
    begins = run_starts(run)
    differs = np.zeros(size, dtype=bool)
    differs[run[begins]] = highest(top, begins) - reduced(np.minimum, top, begins) > TOLERANCE
    return differs
