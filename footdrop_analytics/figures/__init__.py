"""Pure functions from result tables to charts, for reports and dashboards alike."""

from __future__ import annotations

from footdrop_analytics.figures.calendar import SIGNS, CalendarWeek, Sign, calendar_weeks
from footdrop_analytics.figures.chart import Chart
from footdrop_analytics.figures.data import Band, Bar, Dots, Mark, RatingsData, Step, TrendData, WeeklyData
from footdrop_analytics.figures.interactive import as_figure, ratings_figure, trend_figure, weekly_figure
from footdrop_analytics.figures.still import still_svg
from footdrop_analytics.figures.style import PLOTLY_CONFIG
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
    "ratings_data",
    "ratings_figure",
    "still_svg",
    "trend_data",
    "trend_figure",
    "version_marks",
    "weekly_data",
    "weekly_figure",
]
