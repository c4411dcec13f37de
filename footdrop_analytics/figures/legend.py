"""The legend of a still drawing: the sign of every named trace with its name, above the chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footdrop_analytics.figures.marks import LETTER, drawn, filled, outline, painted, plain, shade, text_at
from footdrop_analytics.wording.words import exact

_ROW, _ABOVE, _WIDTH = 18, 12, 720
_BLANK = 10.0
"""Free above a chart without a legend."""
_STEPS, _STEP = 10, 16


def legend(figure: Mapping[str, Any]) -> tuple[str, float]:
    """The drawn legend, and how high it is."""
    traces = figure["data"]
    scales = [trace for trace in traces if trace["type"] == "heatmap"]
    if scales:
        return _scale(scales[0]), _BLANK + _ROW
    named = [one for one in traces if one.get("name") and one.get("showlegend", True)]
    if not (named and figure["layout"]["showlegend"]):
        return "", _BLANK
    parts, x, y = [], 12.0, float(_ABOVE)
    for trace in named:
        name = plain(trace["name"])
        if x + 30 + LETTER * len(name) > _WIDTH:
            x, y = 12.0, y + _ROW
        sign, room = _sign(trace, x, y)
        parts += [sign, text_at(x + room, y + 4, name)]
        x += room + LETTER * len(name) + 18
    return "".join(parts), y + _ROW / 2 + 4


def _sign(trace: Mapping[str, Any], x: float, y: float) -> tuple[str, int]:
    """The sign of a trace, and how far behind its begin the name stands."""
    if trace["type"] == "bar":
        edge = trace["marker"]["line"]["width"]
        return (
            f'<path d="M{x:g} {y - 6:g}h18v12h-18z" {filled(trace["marker"], 0 if isinstance(edge, list) else edge)}/>',
            24,
        )
    if trace["mode"] == "lines":
        return f'<path d="M{x:g} {y:g}h22" {drawn(trace["line"])}/>', 28
    marker = trace["marker"]
    return f'<path d="M{x + 5:g} {y:g}{outline(marker["symbol"], marker["size"])}" {painted(marker)}/>', 16


def _scale(trace: Mapping[str, Any]) -> str:
    """The colour scale of a heat map, from 0 to the largest value."""
    title, x, y = trace["colorbar"]["title"]["text"], 12.0, float(_ABOVE)
    begin = x + LETTER * 2
    cells = "".join(
        f'<rect x="{begin + _STEP * step:g}" y="{y - 8:g}" width="{_STEP}" height="15" '
        f'fill="{shade(trace["colorscale"], step / _STEPS)}" stroke="#d9dee3"/>'
        for step in range(_STEPS + 1)
    )
    end = begin + _STEP * (_STEPS + 1) + 6
    return text_at(x, y + 4, "0") + cells + text_at(end, y + 4, f"{exact(trace['zmax'])} {title}")
