"""What results follow from: what was chosen, versions of package and rules, and what of the log is worked out once."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version

import pandas as pd

from footdrop_analytics.analysis.adherence.adherence import WindowedAdherence
from footdrop_analytics.analysis.adherence.calendar import PatientDays, SeriesDays, series_days
from footdrop_analytics.analysis.adherence.period import patient_windows, window_rule
from footdrop_analytics.analysis.caseload import RECENT_DAYS
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.analysis.log.entries import CutOff
from footdrop_analytics.analysis.trends.run_values import RunValues, run_values
from footdrop_analytics.knowledge import FlagRules, ReadinessRules
from footdrop_analytics.wording.language import SOURCE, marked

LIBRARIES = ("numpy", "pandas", "pandera", "plotly", "pyarrow", "scipy")


@dataclass(frozen=True)
class Choices:
    """What a study is analysed with: days as given, rules as objects, the language of texts; it travels with a task."""

    as_of: pd.Timestamp | None
    start: pd.Timestamp | None
    end: pd.Timestamp | None
    log_through: pd.Timestamp | None
    rules: ReadinessRules
    flags: FlagRules
    language: str = SOURCE


def parameters_of(
    days: CutOff, first: int | None, last: int, rules: ReadinessRules, flag_rules: FlagRules
) -> dict[str, str]:
    """What it takes to reproduce the results: versions, dates, rules."""
    from footdrop_analytics import __version__

    as_text = {"start": first, "end": last, "as_of": days.as_of_day}
    found = {"footdrop_analytics": __version__, "python": platform.python_version()}
    found |= {library: _version(library) for library in LIBRARIES}
    for name, day in as_text.items():
        found[name] = marked("each patient's first day") if day is None else str(pd.Timestamp(day, unit="D").date())
    found["log_through"] = marked("no log") if days.log_through_day < 0 else str(days.log_through.date())
    found["readiness_rules"] = rules.version
    found["review_flags"] = flag_rules.version
    return found


@cache
def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return marked("not installed")


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
        return Performance(self.log)

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
