"""The heat map of weekdays and hours."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

from footdrop_analytics.analysis.cohort.log_counts import HOURS
from footdrop_analytics.analysis.cohort.pattern import WEEKDAYS, Pattern
from footdrop_analytics.dashboards.cohort.drawing import axis, box, frame, line, svg, text, titled
from footdrop_analytics.dashboards.cohort.words import hour_words
from footdrop_analytics.figures.style import GRID, SOFT_INK
from footdrop_analytics.patient.context import Chart

# White is no session at all; then light to dark blue.
_SHADES = ((0.0, (255, 255, 255)), (0.02, (226, 238, 247)), (0.5, (84, 153, 199)), (1.0, (8, 60, 98)))
_LEFT, _TOP, _CELL = 92, 34, 26
_TITLE = "hour of the clock at which the session began"


def heat_chart(pattern: Pattern, label: str) -> Chart | None:
    """The chart; None if no home session has a time."""
    if not pattern.timed:
        return None
    return Chart("cohort-pattern", label, _figure(pattern), partial(_still, pattern, label))


def _figure(pattern: Pattern) -> dict[str, Any]:
    said = [
        [f"{day} {hour_words(hour)}: {pattern.grid[number, hour]:,} sessions" for hour in range(HOURS)]
        for number, day in enumerate(WEEKDAYS)
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
        "colorbar": {"title": {"text": "sessions"}, "thickness": 14, "outlinewidth": 1},
        "hovertext": said,
        "hoverinfo": "text",
    }
    layout = frame(
        330,
        showlegend=False,
        xaxis=axis(range=[-0.5, 23.5], dtick=2, showgrid=False, title=titled(_TITLE)),
        yaxis=axis(range=[6.5, -0.5], tickvals=list(range(7)), ticktext=list(WEEKDAYS), showgrid=False, ticks=""),
    )
    layout["margin"]["t"] = 12
    return {"data": [heat], "layout": layout}


def _still(pattern: Pattern, label: str) -> str:
    most = int(pattern.grid.max())
    parts = []
    for number, day in enumerate(WEEKDAYS):
        y = _TOP + _CELL * number
        parts.append(text(_LEFT - 8, y + 17, day, "end"))
        for hour in range(HOURS):
            shade = shade_of(pattern.grid[number, hour] / most)
            parts.append(box(_LEFT + _CELL * hour, y, _CELL - 1, _CELL - 1, shade, GRID))
    bottom = _TOP + 7 * _CELL
    parts += [text(_LEFT + _CELL * (hour + 0.5), bottom + 16, f"{hour}", "middle") for hour in range(0, HOURS, 2)]
    parts.append(text(_LEFT + _CELL * HOURS / 2, bottom + 34, _TITLE, "middle"))
    return svg(label, bottom + 42, [*parts, *_legend(most)])


def _legend(most: int) -> list[str]:
    parts = [text(_LEFT, 18, "0 sessions")]
    parts += [box(_LEFT + 70 + 16 * step, 6, 16, 15, shade_of(step / 10)) for step in range(11)]
    frame_around = line(f"M{_LEFT + 70} 6h176v15h-176z", SOFT_INK, 1)
    return [*parts, frame_around, text(_LEFT + 254, 18, f"{most:,} at one weekday and hour")]


def shade_of(share: float) -> str:
    """The colour of a share of the largest count."""
    for (low, dark), (high, darker) in pairwise(_SHADES):
        if share <= high:
            part = (share - low) / (high - low)
            mixed = [round(a + part * (b - a)) for a, b in zip(dark, darker, strict=True)]
            return "#{:02x}{:02x}{:02x}".format(*mixed)
    return "#{:02x}{:02x}{:02x}".format(*_SHADES[-1][1])
