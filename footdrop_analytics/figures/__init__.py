"""Charts as plain values, drawn twice from one description: interactive for the screen, still for paper.

``data`` says what a chart shows (dots, lines, bars, bands, marks) without saying how, made from rows of result tables.
``interactive`` makes plotly's description of it, in the few colours and sizes that can be told apart in grey; ``still``
reads that same description and draws an SVG of its ``still_parts``, so that what is printed cannot differ from what is
clicked. ``calendar`` turns a patient's days into weeks of signs. Axes, tick labels and legends speak as the pages do.

Every chart has a twin in text beside it: a screen reader and a printed page lose nothing.
"""

from __future__ import annotations

from footdrop_analytics.figures.calendar import SIGNS, CalendarWeek, Sign, calendar_weeks
from footdrop_analytics.figures.data import (
    Band,
    Bar,
    DayValue,
    Dots,
    Line,
    Mark,
    RatingsData,
    Row,
    Step,
    TrendData,
    WeeklyData,
    plain_columns,
    plain_rows,
    ratings_data,
    trend_data,
    version_marks,
    weekly_data,
)
from footdrop_analytics.figures.interactive import (
    PLOTLY_CONFIG,
    as_figure,
    plotly_config,
    ratings_figure,
    trend_figure,
    weekly_figure,
)
from footdrop_analytics.figures.still import Chart, still_svg

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
