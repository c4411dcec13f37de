"""What every result of a study starts from: each part is worked out when it is first asked for, and then at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from footdrop_analytics.analysis.adherence.adherence import WindowedAdherence
from footdrop_analytics.analysis.adherence.calendar import PatientDays
from footdrop_analytics.analysis.adherence.session_days import SeriesDays, series_days
from footdrop_analytics.analysis.adherence.windows import patient_windows, window_rule
from footdrop_analytics.analysis.caseload import RECENT_DAYS
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.days.daily_performance import Performance
from footdrop_analytics.analysis.log.days.ratings import day_ratings
from footdrop_analytics.analysis.trends.run_values import RunValues, run_values

_EVERY_RECENT = window_rule(f"{RECENT_DAYS}D", None, "end")


@dataclass(frozen=True)
class Prepared:
    """See the module."""

    log: CodedLog

    @cached_property
    def days(self) -> SeriesDays:
        """What happened on each day of each series."""
        return series_days(self.log)

    @cached_property
    def performance(self) -> Performance:
        """What was performed, day by day, with the rows behind it."""
        return Performance(self.log, day_ratings(self.log))

    @cached_property
    def values(self) -> RunValues:
        """The values of the primary measure in every run."""
        return run_values(self.performance, "primary")

    @cached_property
    def calendar(self) -> PatientDays:
        """The days of each patient."""
        return PatientDays(self.log, self.days)

    @cached_property
    def recent(self) -> WindowedAdherence:
        """The 28 days up to ``as_of`` and the 28 days before."""
        first_day, as_of_day = self.log.first_day, self.log.as_of_day
        first = max(as_of_day - 2 * RECENT_DAYS + 1, 0)
        return WindowedAdherence(self.calendar, patient_windows(_EVERY_RECENT, first_day, first, as_of_day))
