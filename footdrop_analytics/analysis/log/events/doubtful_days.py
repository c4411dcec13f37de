"""Days that stand alone long before all others up to ``as_of``: their dates may be wrong."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.log.arrays import Ints, day_keys, day_numbers, run_starts
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.model.doubtful_days import are_doubtful, dated_by
from footdrop_analytics.model.study import TABLES


def doubtful_days(log: CodedLog, max_days: int, gap_days: int) -> Ints:
    """Keys (see ``day_keys``) of the days of patients' rows that :func:`are_doubtful`."""
    parts = [(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=bool))]
    for name in TABLES:
        table, (column, has_rows) = getattr(log.study, name), dated_by(name)
        if column is not None:
            day = day_numbers(table[column])
            counts = (day >= 0) & (day <= log.as_of_day)
            patient, day = log.patient_numbers(table)[counts], day[counts]
            # Rows of one day mostly stand below each other: fewer are left to be sorted.
            once = run_starts(patient, day)
            parts.append((patient[once], day[once], np.full(len(once), has_rows)))
    patient, day, is_row = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    doubtful = are_doubtful(patient, day, is_row, max_days, gap_days)
    return day_keys(patient[doubtful], day[doubtful])
