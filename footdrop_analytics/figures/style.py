"""One look for every chart: colours that colour-blind readers can tell apart, and the configuration of plotly.

Nothing is told by colour alone: shapes and fills differ too.
"""

from __future__ import annotations

from typing import Any

# Okabe and Ito's palette, the three that contrast with white.
BLUE = "#0072B2"
VERMILLION = "#C04A00"
PURPLE = "#8A4A78"
INK = "#1f2933"
SOFT_INK = "#52606d"
GRID = "#d9dee3"
BAND = "#e4e7eb"
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


def layout(y_title: str, y_range: tuple[float, float], x_range: tuple[str, str]) -> dict[str, Any]:
    """What all charts share: fonts, margins, a date axis that keeps its range, a light grid, the legend on top."""
    axis = {"gridcolor": GRID, "linecolor": SOFT_INK, "ticks": "outside", "tickcolor": SOFT_INK, "automargin": True}
    return {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "margin": {"l": 48, "r": 16, "t": 34, "b": 36},
        "dragmode": False,
        "hovermode": "closest",
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {
            **axis,
            "type": "date",
            "range": list(x_range),
            "showgrid": False,
            "fixedrange": True,
            "tickangle": 0,
            "tickformat": "%-d %b\n%Y",
        },
        "yaxis": {
            **axis,
            "title": {"text": y_title},
            "range": list(y_range),
            "zeroline": False,
            "fixedrange": True,
        },
    }
