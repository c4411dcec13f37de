"""Charts as plain values, drawn twice from one description: interactive for the screen, still for paper.

``data`` says what a chart shows (dots, lines, bars, bands, marks) without saying how. ``interactive`` makes plotly's
description of it; ``still`` reads that same description and draws an SVG, so that what is printed cannot differ from
what is clicked. ``style`` holds the few colours and sizes, chosen to be told apart in grey. ``tables`` turns rows of
result tables into chart data, ``calendar`` a patient's days into weeks of signs. Axes, tick labels and legends speak
as the pages do.

Every chart has a twin in text beside it: a screen reader and a printed page lose nothing.
"""

from __future__ import annotations

from footdrop_analytics.figures.calendar import SIGNS, CalendarWeek, Sign, calendar_weeks
from footdrop_analytics.figures.data import Band, Bar, Dots, Line, Mark, RatingsData, Step, TrendData, WeeklyData
from footdrop_analytics.figures.interactive import as_figure, ratings_figure, trend_figure, weekly_figure
from footdrop_analytics.figures.still import Chart, still_svg
from footdrop_analytics.figures.style import PLOTLY_CONFIG, plotly_config
from footdrop_analytics.figures.tables import (
    DayValue,
    Row,
    plain_columns,
    plain_rows,
    ratings_data,
    trend_data,
    version_marks,
    weekly_data,
)

__all__ = [
    "PLOTLY_CONFIG",
    "SIGNS",
    "Band",
    "Bar",
    "CalendarWeek",
    "Chart",
    "DayValue",
    "Dots",
    "Line",
    "Mark",
    "RatingsData",
    "Row",
    "Sign",
    "Step",
    "TrendData",
    "WeeklyData",
    "as_figure",
    "calendar_weeks",
    "plain_columns",
    "plain_rows",
    "plotly_config",
    "ratings_data",
    "ratings_figure",
    "still_svg",
    "trend_data",
    "trend_figure",
    "version_marks",
    "weekly_data",
    "weekly_figure",
]
