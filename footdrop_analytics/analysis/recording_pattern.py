"""How a log was written down, as counts: it says nothing about whether the patient can be relied on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import TOLERANCE, Floats, Groups, Ints
from footdrop_analytics.analysis.log.coded_log import CodedLog, open_log
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.analysis.log.day_values import DayRatings
from footdrop_analytics.model.days import DAY_US
from footdrop_analytics.model.study import Study

OVER_COUNT = 220 / 176
"""Exercises in diaries for each one that a sensor counted (Nicolson 2018, medians over 12 weeks)."""
BATCH_DAYS = 3
"""Days written down on one day are a batch from so many on."""


def recording_pattern(study: Study, as_of: object = None) -> pd.DataFrame:
    """How each patient's log was written down. Counts only; much of it has harmless reasons.

    Parameters
    ----------
    study : Study
        A validated study.
    as_of : date, Timestamp or ISO text, optional
        The last day that counts. Default: the study's last day, never the clock.

    Returns
    -------
    DataFrame
        One row per patient, as whole numbers: ``entries_with_target`` (tried, with a prescribed dose) and of these
        ``entries_equal_to_target`` (repetitions, hold and sets as prescribed, all that are); ``days_written`` with a
        known ``recorded_at`` and of these ``days_in_batches`` (three or more days written down on one day);
        ``entries_off_fives`` (repetitions known, target no multiple of five) and of these ``multiples_of_five``
        (about one in five by chance); ``unchanged_pain_days`` and ``unchanged_effort_days``, the longest stretch of
        days over which every rating was the same.

    Raises
    ------
    ParameterError
        If ``as_of`` is no date.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> pattern = fd.recording_pattern(fd.simulate(patients=2, weeks=8, seed=1))
    >>> bool((pattern["entries_equal_to_target"] <= pattern["entries_with_target"]).all())
    True
    """
    log = open_log(study, as_of)
    return recording_pattern_of(Performance(log))


def recording_pattern_of(performance: Performance) -> pd.DataFrame:
    """:func:`recording_pattern` of what was performed up to the log's last day."""
    log, ratings = performance.log, performance.ratings
    counts = _against_target(performance) | _batches(log)
    counts |= {f"unchanged_{name}_days": _unchanged(log, ratings, name) for name in ("pain", "effort")}
    labels = log.patient_labels(np.arange(len(log.patients)))
    return cols.table_of({"patient_id": labels} | {name: cols.whole(count) for name, count in counts.items()})


def if_over_counted(share: float) -> float:
    """What a logged share would be if it was over-counted as diaries were against sensors."""
    return share / OVER_COUNT


def _against_target(performance: Performance) -> dict[str, Ints]:
    log = performance.log
    chosen = np.flatnonzero(log.tried & (performance.version >= 0))
    plan = log.versions.row[performance.version[chosen]]
    equal, asked_any = np.ones(len(chosen), dtype=bool), np.zeros(len(chosen), dtype=bool)
    for name in ("reps", "hold_s", "sets"):
        asked = cols.numbers_of(log.study.prescriptions[name])[plan]
        asked_any |= ~np.isnan(asked) & (name != "sets")
        equal &= np.isnan(asked) | (np.abs(log.entries.number(name, chosen) - asked) <= TOLERANCE)
    reps, target = log.reps[chosen], cols.numbers_of(log.study.prescriptions["reps"])[plan]
    off_fives = ~np.isnan(reps) & (reps > 0) & (np.nan_to_num(target % 5, nan=1.0) != 0)
    masks = {
        "entries_with_target": asked_any,
        "entries_equal_to_target": asked_any & equal,
        "entries_off_fives": off_fives,
        "multiples_of_five": off_fives & (reps % 5 == 0),
    }
    patient = log.series.patient[log.entries.series[chosen]]
    return {name: np.bincount(patient[mask], minlength=len(log.patients)) for name, mask in masks.items()}


def _batches(log: CodedLog) -> dict[str, Ints]:
    """Days with a known time of writing, and how many of them were written down with others."""
    table, entries, size = log.study.sessions, log.entries, len(log.patients)
    chosen = np.flatnonzero(~table["recorded_at"].array.isna()[entries.row])
    patient, day = log.series.patient[entries.series[chosen]], entries.day[chosen]
    written = cols.microseconds(table["recorded_at"])[entries.row[chosen]] // DAY_US
    order = np.lexsort((day, written, patient))
    once = order[cols.run_starts(patient[order], written[order], day[order])]
    of_batch = Groups(cols.day_keys(patient[once], written[once]))
    large = of_batch.sizes >= BATCH_DAYS
    whose = of_batch.highest(patient[once])
    in_batches = np.bincount(whose, weights=np.where(large, of_batch.sizes, 0), minlength=size)
    all_days = np.bincount(whose, weights=of_batch.sizes, minlength=size)
    return {"days_written": all_days.astype(np.int64), "days_in_batches": in_batches.astype(np.int64)}


def _unchanged(log: CodedLog, ratings: DayRatings, name: str) -> Ints:
    """The longest stretch of days, first to last, over which each patient's daily highest rating did not change."""
    values: Floats = getattr(ratings, name)
    known = np.flatnonzero(~np.isnan(values))
    patient, day = log.series.patient[ratings.series[known]], ratings.day[known]
    of_day = Groups(cols.day_keys(patient, day))
    patient, day, value = (of_day.highest(column) for column in (patient, day, values[known]))
    begins = cols.run_starts(patient, value)
    longest = np.zeros(len(log.patients), dtype=np.int64)
    if len(begins):
        ends = np.append(begins[1:], len(day)) - 1
        np.maximum.at(longest, patient[begins], day[ends] - day[begins] + 1)
    return longest
