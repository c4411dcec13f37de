"""Days that stand alone long before all others: their dates may be wrong."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.log.arrays import Ints, day_keys, day_numbers, run_lengths, run_numbers, run_starts
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.study import TABLES

_PLANS = {"prescriptions": "start_date", "pauses": "start_date"}


def doubtful_days(log: CodedLog, max_days: int, gap_days: int) -> Ints:
    """Keys (see ``day_keys``) of patients' days that are few, and followed by a long time without anything.

    At most ``max_days`` days with any row or plan start, followed by more than ``gap_days`` days without one.
    """
    found = []
    for name in TABLES:
        table = getattr(log.study, name)
        column = _PLANS.get(name) or next((key for key, spec in COLUMNS[name].items() if spec.log_day), None)
        if column is not None and len(table):
            day = day_numbers(table[column])
            chosen = (day >= 0) & (day <= log.as_of_day)
            keys = day_keys(log.patient_numbers(table)[chosen], day[chosen])
            # Rows of one day mostly stand below each other: fewer are left to be sorted.
            found.append(keys[run_starts(keys)])
    keys = np.sort(np.concatenate([np.empty(0, dtype=np.int64), *found]))
    keys = keys[run_starts(keys)]
    # Keys of two patients lie further apart than any two days of one.
    begins = np.flatnonzero(np.append(True, np.diff(keys) > gap_days)[: len(keys)])
    size = run_lengths(begins, len(keys))
    patient = keys[begins] // day_keys(np.ones(1, dtype=np.int64), np.zeros(1, dtype=np.int64))[0]
    followed = np.append(patient[1:] == patient[:-1], False)[: len(patient)]
    few: Ints = keys[((size <= max_days) & followed)[run_numbers(begins, len(keys))]]
    return few
