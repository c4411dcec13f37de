"""What results follow from: days, persistence, verdicts and trends of one log, each worked out once for all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from footdrop_analytics.analysis.adherence.adherence import WindowedAdherence
from footdrop_analytics.analysis.adherence.calendar import PatientDays, SeriesDays, series_days
from footdrop_analytics.analysis.adherence.period import patient_windows, window_rule
from footdrop_analytics.analysis.adherence.persistence import persistence_of
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.analysis.trends.run_values import RunValues, run_values
from footdrop_analytics.analysis.trends.trends import JudgedRuns, current_trends, judge_runs

RECENT_DAYS = 28
"""The last days that the caseload looks at."""


@dataclass(frozen=True)
class Prepared:
    """What results follow from: whatever of a log several of them need, worked out once."""

    log: CodedLog

    @cached_property
    def days(self) -> SeriesDays:
        """What happened on each day of each series."""
        return series_days(self.log)

    @cached_property
    def calendar(self) -> PatientDays:
        """The days of each patient."""
        return PatientDays(self.log, self.days)

    @cached_property
    def recent(self) -> WindowedAdherence:
        """The 28 days up to ``as_of`` and the 28 days before."""
        rule, as_of_day = window_rule(f"{RECENT_DAYS}D", None, "end"), self.log.as_of_day
        first = max(as_of_day - 2 * RECENT_DAYS + 1, 0)
        return WindowedAdherence(self.calendar, patient_windows(rule, self.log.first_day, first, as_of_day))

    @cached_property
    def persistence(self) -> pd.DataFrame:
        """See :func:`persistence`; without a period."""
        return persistence_of(self.log, self.days)

    @cached_property
    def performance(self) -> Performance:
        """What was performed, day by day, with the rows behind it."""
        return Performance(self.log)

    @cached_property
    def values(self) -> RunValues:
        """The values of the primary measure in every run."""
        return run_values(self.performance, "primary")

    @cached_property
    def judged(self) -> JudgedRuns:
        """The lines and verdicts of the primary measure in every run."""
        return judge_runs(self.performance, "primary", self.values)

    @cached_property
    def trends(self) -> pd.DataFrame:
        """See :func:`trends`: those of the primary measure, without a period."""
        return current_trends(self.performance, self.judged, "primary")
