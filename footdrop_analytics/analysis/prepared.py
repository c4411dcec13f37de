"""What every result of a study starts from: each part is worked out when it is first asked for, and then at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from footdrop_analytics.analysis.ledger import Ledger
from footdrop_analytics.analysis.patientdays import PatientDays
from footdrop_analytics.analysis.performance import Performance
from footdrop_analytics.analysis.ratings import day_ratings
from footdrop_analytics.analysis.seriesdays import SeriesDays, series_days


@dataclass(frozen=True)
class Prepared:
    """See the module."""

    ledger: Ledger

    @cached_property
    def days(self) -> SeriesDays:
        """What happened on each day of each series."""
        return series_days(self.ledger)

    @cached_property
    def performance(self) -> Performance:
        """What was performed, day by day, with the rows behind it."""
        return Performance(self.ledger, day_ratings(self.ledger))

    @cached_property
    def calendar(self) -> PatientDays:
        """The days of each patient."""
        return PatientDays(self.ledger, self.days)
