"""The last days that an analysis looks at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log.arrays import as_day, dates_from, known_day, timestamp_of
from footdrop_analytics.model.study import AnyStudy


@dataclass(frozen=True)
class CutOff:
    """The last days, as day numbers: rows, check-ins and events of days after ``as_of_day`` take part in nothing.

    After ``log_through_day`` no patient's days are observed, unless the patient's own ``data_through`` says so.
    """

    as_of_day: int
    log_through_day: int

    @property
    def as_of(self) -> pd.Timestamp:
        """The last day that counts."""
        return timestamp_of(self.as_of_day)

    @property
    def log_through(self) -> pd.Timestamp:
        """The last observed day of patients who state none; missing where nobody logged anything."""
        day: pd.Timestamp = pd.Series(dates_from(np.array([self.log_through_day])))[0]
        return day


def cut_off(study: AnyStudy, as_of: object = None, log_through: object = None) -> CutOff:
    """The last days by the rules of ``open_log``, of a study in memory or in parts."""
    as_of_day = as_day(study.as_of if as_of is None else as_of, "as_of")
    if log_through is not None:
        through = as_day(log_through, "log_through")
    elif as_of is not None and as_of_day > known_day(study.rows_through):
        through = as_of_day
    else:
        through = known_day(study.log_through)
    return CutOff(as_of_day, min(through, as_of_day))
