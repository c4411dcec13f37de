"""The heat map of weekdays and hours."""

from __future__ import annotations

from typing import Any

from footdrop_analytics.analysis.cohort.counts import Pattern
from footdrop_analytics.analysis.cohort.log_counts import HOURS
from footdrop_analytics.dashboards.cohort.drawing import chart_frame, titled
from footdrop_analytics.dashboards.cohort.words import hour_words, weekdays
from footdrop_analytics.figures import Chart
from footdrop_analytics.figures.style import GRID, axis
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import quantity

# White is no session at all; then light to dark blue.
_SHADES = ((0.0, (255, 255, 255)), (0.02, (226, 238, 247)), (0.5, (84, 153, 199)), (1.0, (8, 60, 98)))
_LEFT, _TOP, _CELL = 92, 34, 26
_TITLE = marked("hour of the clock at which the session began")


def heat_chart(pattern: Pattern, label: str) -> Chart | None:
    """The chart; None if no home session has a time."""
    if not pattern.timed:
        return None
    return Chart("cohort-pattern", label, _figure(pattern))


def _figure(pattern: Pattern) -> dict[str, Any]:
    said = [
        [_cell_words(f"{day} {hour_words(hour)}", int(pattern.grid[number, hour])) for hour in range(HOURS)]
        for number, day in enumerate(weekdays())
    ]
    heat = {
        "type": "heatmap",
        "x": list(range(HOURS)),
        "y": list(range(7)),
        "z": pattern.grid.tolist(),
        "zmin": 0,
        "zmax": int(pattern.grid.max()),
        "xgap": 1,
        "ygap": 1,
        "colorscale": [[at, f"rgb{shade}"] for at, shade in _SHADES],
        "colorbar": {"title": {"text": translated("sessions")}, "thickness": 14, "outlinewidth": 1},
        "hovertext": said,
        "hoverinfo": "text",
    }
    layout = chart_frame(
        330,
        showlegend=False,
        # The gaps between cells show it: where no session began is a white cell, not nothing.
        plot_bgcolor=GRID,
        xaxis=axis(range=[-0.5, 23.5], dtick=2, showgrid=False, title=titled(translated(_TITLE))),
        yaxis=axis(range=[6.5, -0.5], tickvals=list(range(7)), ticktext=weekdays(), showgrid=False, ticks=""),
    )
    layout["margin"]["t"] = 12
    return {"data": [heat], "layout": layout}


def _cell_words(when: str, count: int) -> str:
    return quantity("{when}: {count} sessions", "{when}: {count} sessions", count, when=when)
