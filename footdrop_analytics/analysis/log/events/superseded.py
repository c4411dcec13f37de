"""What rows of overlapping exports said that gave way to others: a higher pain or a word to read there still counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log.arrays import day_numbers, numbers_of, objects_of
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.rows import Rows, picked


def superseded_rows(log: CodedLog) -> Rows:
    """Superseded rows of known patients up to ``as_of``: ``patient``, ``day``, ``pain``, ``notes``."""
    table = log.study.superseded
    rows: Rows = {
        "patient": log.patients.get_indexer(pd.Index(table["patient_id"], dtype="str")).astype(np.int64),
        "day": day_numbers(table["day"]),
        "pain": numbers_of(table["pain_0_10"]),
        "notes": objects_of(table["notes"]),
    }
    return picked(rows, (rows["patient"] >= 0) & (rows["day"] <= log.as_of_day))
