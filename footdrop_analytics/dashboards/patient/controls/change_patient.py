"""What becomes of the other choices when another patient is chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.patient.settings import ALL, PatientSettings, quick_periods


def for_another(analysis: Analysis, settings: PatientSettings, patient_id: str) -> PatientSettings:
    """The settings for another patient of the analysis.

    The period stays, but one since the last visit begins on the other patient's last visit; weeks that happen to begin
    on a visit stay weeks. Exercises and a side that the other patient has stay chosen; otherwise all are shown.
    """
    if patient_id == settings.patient_id:
        return settings
    exercises, side, start = settings.exercises, settings.side, settings.start
    if exercises is not None or side != ALL:
        trends = analysis.trends
        own = trends.loc[(trends["patient_id"] == patient_id).to_numpy(), ["exercise", "side"]]
        exercises = tuple(one for one in exercises or () if (own["exercise"] == one).any()) or None
        side = side if (own["side"] == side).any() else ALL
    last = settings.end or analysis.as_of.date()
    is_weeks = start in [first for _, first in quick_periods(last)]
    if not is_weeks and start == last_visit(analysis, settings.patient_id, last):
        start = last_visit(analysis, patient_id, last)
    return replace(settings, patient_id=patient_id, exercises=exercises, side=side, start=start)


def last_visit(analysis: Analysis, patient_id: str, last: date) -> date | None:
    """The day of the patient's last visit up to ``last``."""
    visits = analysis.study.visits
    days = visits.loc[(visits["patient_id"] == patient_id).to_numpy(), "visited_on"]
    days = days[days < pd.Timestamp(last) + pd.Timedelta(days=1)]
    return None if days.empty else days.max().date()
