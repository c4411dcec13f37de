"""The traces of a chart as paths of a still drawing: marks, lines, bars and cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from footdrop_analytics.figures.axes import Axis
from footdrop_analytics.figures.marks import LETTER, drawn, filled, shade, styles, text_at

Trace = Mapping[str, Any]
_DAY_MS = 86_400_000
_THINNEST = 1.5


def trace_paths(x: Axis, y: Axis, trace: Trace) -> Iterator[str]:
    """The paths of a trace on its two axes."""
    if trace["type"] == "heatmap":
        return _cells(x, y, trace)
    if trace["type"] == "bar":
        return _bars(x, y, trace)
    return _line(x, y, trace) if trace["mode"] == "lines" else _dots(x, y, trace)


def _dots(x: Axis, y: Axis, trace: Trace) -> Iterator[str]:
    across, up = x.places(trace["x"]), y.places(trace["y"])
    for sign, paint, places in styles(trace["marker"], len(across)):
        yield f'<path d="{"".join([f"M{across[at]:.1f} {up[at]:.1f}{sign}" for at in places])}" {paint}/>'


def _line(x: Axis, y: Axis, trace: Trace) -> Iterator[str]:
    """A line, with a gap where a value is missing, or an outline that is filled."""
    corners = zip(trace["x"], trace["y"], strict=True)
    known = [place for place, corner in enumerate(corners) if None not in corner]
    across, up = x.places([trace["x"][at] for at in known]), y.places([trace["y"][at] for at in known])
    joined = [before + 1 == at for before, at in zip([-2, *known], known, strict=False)]
    placed = zip(joined, across, up, strict=True)
    path = "".join([f"{'L' if follows else 'M'}{right:.1f} {high:.1f}" for follows, right, high in placed])
    yield (
        f'<path d="{path}z" fill="{trace["fillcolor"]}"/>'
        if trace.get("fill")
        else f'<path d="{path}" {drawn(trace["line"])}/>'
    )


def _bars(x: Axis, y: Axis, trace: Trace) -> Iterator[str]:
    """Bars, upright or level, each from its base on; a text stands in its bar if there is room."""
    level = trace.get("orientation") == "h"
    along, up, at, length = (y, x, "y", "x") if level else (x, y, "x", "y")
    count = len(trace[at])
    base = trace.get("base", [0] * count)
    middles, begins = along.places(trace[at]), up.places(base)
    ends = up.places([low + more for low, more in zip(base, trace[length], strict=True)])
    unit = abs(along.place(1) - along.place(0)) / (_DAY_MS if along.is_time else 1)
    halves = [max(width * unit, _THINNEST) / 2 for width in _each(trace["width"], count)]
    paths: dict[float, list[str]] = {}
    for place, edge in enumerate(_each(trace["marker"]["line"]["width"], count)):
        middle, half, begin, end = middles[place], halves[place], begins[place], ends[place]
        if level:
            path = f"M{begin:.1f} {middle - half:.1f}H{end:.1f}V{middle + half:.1f}H{begin:.1f}z"
        else:
            path = f"M{middle - half:.1f} {begin:.1f}V{end:.1f}H{middle + half:.1f}V{begin:.1f}z"
        paths.setdefault(edge, []).append(path)
    for edge, bars in paths.items():
        yield f'<path d="{"".join(bars)}" {filled(trace["marker"], edge)}/>'
    for middle, begin, end, text in zip(middles, begins, ends, trace.get("text", ()), strict=False):
        if text and end - begin > len(text) * LETTER + 2:
            look = f' fill="{trace["textfont"]["color"]}"'
            yield text_at((begin + end) / 2, middle + 4, text, "middle", look)


def _each(value: Any, count: int) -> list[Any]:
    return value if isinstance(value, list) else [value] * count


def _cells(x: Axis, y: Axis, trace: Trace) -> Iterator[str]:
    """The cells of a heat map, those of one colour as one path."""
    wide, high = (abs(axis.place(1) - axis.place(0)) - 1 for axis in (x, y))
    across = x.places(trace["x"])
    paths: dict[str, list[str]] = {}
    for row, counts in zip(y.places(trace["y"]), trace["z"], strict=True):
        for middle, count in zip(across, counts, strict=True):
            cell = f"M{middle - wide / 2:.1f} {row - high / 2:.1f}h{wide:.1f}v{high:.1f}h{-wide:.1f}z"
            paths.setdefault(shade(trace["colorscale"], count / trace["zmax"]), []).append(cell)
    for colour, cells in paths.items():
        yield f'<path d="{"".join(cells)}" fill="{colour}"/>'
