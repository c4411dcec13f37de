"""One look for every chart: colours that colour-blind readers can tell apart, and the configuration of plotly.

Colour alone carries no meaning: shapes and fills differ too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from typing import Any

from footdrop_analytics.wording.language import SOURCE, current

# Okabe and Ito's palette, the three that contrast with white.
BLUE = "#0072B2"
VERMILLION = "#C04A00"
PURPLE = "#8A4A78"
INK = "#1f2933"
SOFT_INK = "#52606d"
GRID = "#d9dee3"
BAND = "#e4e7eb"
PAPER = "#ffffff"
DAY_MS = 86_400_000
_WEEK = 7
_SUNDAY_FIRST = (6, 0, 1, 2, 3, 4, 5)
USUAL_PAIN: dict[str, Any] = {"color": VERMILLION, "width": 1.5, "dash": "dashdot"}
"""The line of the usual pain: the colour of pain, and dashed otherwise than a target."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

# plotly.js 7.1 shows a logo and a "Share chart" button that uploads the chart; both are off, and the address that the
# upload would go to is blank. Without a bar of buttons nothing in a chart needs a mouse: its values stand as text too.
PLOTLY_CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "doubleClick": "reset",
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "showSendToCloud": False,
    "showTips": False,
}


def plotly_config() -> dict[str, Any]:
    """:data:`PLOTLY_CONFIG`, and what the current language writes otherwise than English, all that plotly knows."""
    language = current()
    if language.code == SOURCE:
        return PLOTLY_CONFIG
    days, months = (names["stand-alone"] for names in (language.locale.days, language.locale.months))
    symbols = language.locale.number_symbols["latn"]
    own = {
        "days": _names(days["wide"], _SUNDAY_FIRST),
        "shortDays": _names(days["abbreviated"], _SUNDAY_FIRST),
        "months": _names(months["wide"], range(1, 13)),
        "shortMonths": _names(months["abbreviated"], range(1, 13)),
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
    }
    return {
        **PLOTLY_CONFIG,
        "locale": language.tag,
        "locales": {language.tag: {"dictionary": {}, "format": own}},
    }


def _names(names: Mapping[int, str], order: Iterable[int]) -> list[str]:
    return [names[at] for at in order]


def axis(**own: Any) -> dict[str, Any]:
    """An axis that keeps its range."""
    return {
        "gridcolor": GRID,
        "linecolor": SOFT_INK,
        "ticks": "outside",
        "tickcolor": SOFT_INK,
        "automargin": True,
        "zeroline": False,
        "fixedrange": True,
        **own,
    }


def time_axis(first: date, last: date, **own: Any) -> dict[str, Any]:
    """An axis of days, which both lie at its ends."""
    # Of less than a week plotly would show hours: several ticks in a day, each with the label of the day.
    days = {"dtick": DAY_MS} if (last - first).days < _WEEK else {}
    shown = {"type": "date", "range": [str(first), str(last)], "tickangle": 0, "tickformat": f"{_day_format()}\n%Y"}
    return axis(**shown, **days, **own)


def _day_format() -> str:
    """Day and month for plotly as the current language writes them: 3 Mar."""
    parts = {"d": "%-d", "M": "%-m", "MMM": "%b", "MMMM": "%B"}
    return re.sub("d|M+", lambda found: parts[found[0]], current().short_days)


def frame(**own: Any) -> dict[str, Any]:
    """What the layouts of all charts share: fonts, ground, the legend above the chart."""
    return {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "dragmode": False,
        "hovermode": "closest",
        "showlegend": True,
        **own,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "yanchor": "bottom", **own.get("legend", {})},
    }


def in_chart(text: str) -> str:
    """A text for plotly, which takes some tags for its own; it would show an escaped quotation mark as ``&quot;``."""
    return escape(text, quote=False)
