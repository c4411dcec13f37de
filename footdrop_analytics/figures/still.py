"""A chart, and its still drawing (SVG): for paper, for browsers without scripts, and before scripts have run.

It reads the dictionary that plotly draws, so that both show the same. A drawing is 720 units wide and scales with the
page, so that nothing is cut on A4 or Letter. Marks of one kind are one path, which keeps long logs small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from footdrop_analytics.figures.interactive import INK, PAPER
from footdrop_analytics.figures.still_parts import (
    LETTER,
    LINE,
    Axis,
    drawn,
    filled,
    lines_of,
    outline,
    painted,
    plain,
    shade,
    text_at,
    trace_paths,
)
from footdrop_analytics.wording.words import exact

WIDTH = 720
_INSIDE = 190
"""The height of the plots if the layout does not say its own."""
_LABELS = 26
"""Room for the labels below an axis."""
_LEGEND_ROW, _LEGEND_ABOVE, _BLANK = 18, 12, 10.0
"""Free above a chart without a legend."""
_SCALE_STEPS, _SCALE_STEP = 10, 16
_LAYERS = ("heatmap", "bar", "scatter")
"""Plotly's order, from back to front."""


def still_svg(figure: Mapping[str, Any], label: str) -> str:
    """The drawing of a chart as an ``svg`` element, every text escaped; ``label`` is what a screen reader says.

    ``figure`` is the chart as plotly takes it: ``data`` of the types scatter, bar (with ``width``) and heatmap, and
    ``layout``, whose axes have a ``range``.
    """
    layout = figure["layout"]
    head, above = _legend(figure)
    plane, shapes = _Plane(layout, above), layout.get("shapes", ())
    ground, (left, right) = layout["plot_bgcolor"], plane.across
    parts = [] if ground == PAPER else [_box(left, plane.top, right, plane.bottom, ground)]
    parts += [_shape(plane, one) for one in shapes if one["type"] == "rect"]
    for name in plane.axes:
        parts += _axis(plane, name)
    parts += [_shape(plane, one) for one in shapes if one["type"] == "line"]
    for trace in sorted(figure["data"], key=lambda one: _LAYERS.index(one["type"])):
        parts += trace_paths(plane.axes[trace.get("xaxis", "x")], plane.axes[trace.get("yaxis", "y")], trace)
    parts += [_note(plane, one) for one in layout.get("annotations", ())]
    return (
        f'<svg class="still" role="img" aria-label="{escape(label)}" viewBox="0 0 {WIDTH} {plane.height:.0f}" '
        f'font-size="12" fill="{INK}">{"".join(parts)}{head}</svg>'
    )


def _box(left: float, top: float, right: float, bottom: float, colour: str) -> str:
    size = f'width="{right - left:.1f}" height="{bottom - top:.1f}"'
    return f'<rect x="{left:.1f}" y="{top:.1f}" {size} fill="{colour}"/>'


def _axis(plane: _Plane, name: str) -> Iterator[str]:
    axis, across = plane.axes[name], name[0] == "x"
    edge, own = plane.anchor(name).begin, axis.layout
    places = [axis.place(value) for value, _ in axis.ticks]
    if own.get("showgrid", True):
        form = "M{0:.1f} {1:.1f}V{2:.1f}" if across else "M{1:.1f} {0:.1f}H{2:.1f}"
        lines = [form.format(at, other.begin, other.end) for other in plane.crossed_by(name) for at in places]
        yield f'<path d="{"".join(lines)}" stroke="{own["gridcolor"]}"/>'
    if across:
        ticks = "".join(f"M{at:.1f} {edge:.1f}v5" for at in places)
        yield f'<path d="M{axis.begin:.1f} {edge:.1f}H{axis.end:.1f}{ticks}" stroke="{own["linecolor"]}"/>'
    if title := own.get("title", {}).get("text"):
        middle = (axis.begin + axis.end) / 2
        if across:
            yield from (
                text_at(middle, edge + 34 + LINE * at, line, "middle") for at, line in enumerate(lines_of(title))
            )
        else:
            turned = f"translate({edge - 16 - LETTER * axis.longest_label:.0f} {middle:.0f}) rotate(-90)"
            yield f'<text transform="{turned}" text-anchor="middle">{escape(plain(title))}</text>'
    for at, (_, tick) in zip(places, axis.ticks, strict=True):
        label = plain(tick)
        if not across:
            yield text_at(edge - 8, at + 4, label, "end")
        elif at + len(label) * LETTER / 2 > WIDTH:
            yield text_at(WIDTH - 2, edge + 19, label, "end")
        else:
            yield text_at(at, edge + 19, label, "middle")


def _shape(plane: _Plane, shape: Mapping[str, Any]) -> str:
    left, right = (plane.from_left(shape["xref"], shape[name]) for name in ("x0", "x1"))
    bottom, top = (plane.from_above(shape["yref"], shape[name]) for name in ("y0", "y1"))
    if shape["type"] == "rect":
        return _box(left, top, right, bottom, shape["fillcolor"])
    return f'<path d="M{left:.1f} {top:.1f}L{right:.1f} {bottom:.1f}" {drawn(shape["line"])}/>'


def _note(plane: _Plane, note: Mapping[str, Any]) -> str:
    """A piece of text in the chart: the number of a mark on its ground, or the title of a plot in one or more lines."""
    lines = note["text"].split("<br>")
    x, y = plane.from_left(note["xref"], note["x"]), plane.from_above(note["yref"], note["y"])
    if "bgcolor" in note:
        number = plain(note["text"])
        look = f' font-weight="bold" fill="{note["font"]["color"]}"'
        ground = _box(x + 2, y, x + 6 + 8 * len(number), y + 14, note["bgcolor"])
        return ground + text_at(x + 4, y + 12, number, look=look)
    first = y - 5 - LINE * (len(lines) - 1)
    bold = [' font-weight="bold"' if "<b>" in line else "" for line in lines]
    return "".join(text_at(x, first + LINE * at, plain(line), look=bold[at]) for at, line in enumerate(lines))


@dataclass(frozen=True)
class Chart:
    """A chart: ``figure`` as plotly takes it; ``label`` says in words what it shows."""

    key: str
    label: str
    figure: dict[str, Any]

    @cached_property
    def still(self) -> str:
        """The still drawing, made when it is asked for: a dashboard whose interactive chart works needs none."""
        return still_svg(self.figure, self.label)


def _legend(figure: Mapping[str, Any]) -> tuple[str, float]:
    """The drawn legend, and how high it is."""
    traces = figure["data"]
    scales = [trace for trace in traces if trace["type"] == "heatmap"]
    if scales:
        return _scale(scales[0]), _BLANK + _LEGEND_ROW
    named = [one for one in traces if one.get("name") and one.get("showlegend", True)]
    if not (named and figure["layout"]["showlegend"]):
        return "", _BLANK
    parts, x, y = [], 12.0, float(_LEGEND_ABOVE)
    for trace in named:
        name = plain(trace["name"])
        if x + 30 + LETTER * len(name) > WIDTH:
            x, y = 12.0, y + _LEGEND_ROW
        sign, room = _sign(trace, x, y)
        parts += [sign, text_at(x + room, y + 4, name)]
        x += room + LETTER * len(name) + 18
    return "".join(parts), y + _LEGEND_ROW / 2 + 4


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
    title, x, y = trace["colorbar"]["title"]["text"], 12.0, float(_LEGEND_ABOVE)
    begin = x + LETTER * 2
    cells = "".join(
        f'<rect x="{begin + _SCALE_STEP * step:g}" y="{y - 8:g}" width="{_SCALE_STEP}" height="15" '
        f'fill="{shade(trace["colorscale"], step / _SCALE_STEPS)}" stroke="#d9dee3"/>'
        for step in range(_SCALE_STEPS + 1)
    )
    end = begin + _SCALE_STEP * (_SCALE_STEPS + 1) + 6
    return text_at(x, y + 4, "0") + cells + text_at(end, y + 4, f"{exact(trace['zmax'])} {title}")


@dataclass(frozen=True)
class _Plane:
    """The plots of a layout, ``top`` units below the upper edge of the drawing."""

    layout: Mapping[str, Any]
    top: float

    @cached_property
    def axes(self) -> dict[str, Axis]:
        """The axes by the names that traces use: ``x``, ``y``, ``y2`` and so on."""
        found = {}
        for name, own in self.layout.items():
            if name.startswith(("xaxis", "yaxis")):
                first, last = self.across if name[0] == "x" else (self.bottom, self.top)
                begin, end = (first + part * (last - first) for part in own.get("domain", (0, 1)))
                found[name.replace("axis", "")] = Axis(own, begin, end)
        return found

    @cached_property
    def across(self) -> tuple[float, float]:
        """The left and right end of the plots: labels of an axis that asks for it have the room they need."""
        left = self.layout["margin"]["l"]
        for name, own in self.layout.items():
            if name.startswith("yaxis") and own.get("automargin"):
                title = LINE + 4 if own.get("title") else 0
                left = max(left, Axis(own, 0, 1).longest_label * LETTER + 20 + title)
        return left, WIDTH - self.layout["margin"]["r"]

    @cached_property
    def bottom(self) -> float:
        """Where the lowest plot ends."""
        margin, height = self.layout["margin"], self.layout.get("height")
        return self.top + (_INSIDE if height is None else height - margin["t"] - margin["b"])

    @cached_property
    def height(self) -> float:
        """The height of the drawing."""
        titles = (own["title"]["text"] for name, own in self.layout.items() if name[:5] == "xaxis" and "title" in own)
        return self.bottom + _LABELS + LINE * max((len(lines_of(title)) for title in titles), default=0)

    def anchor(self, name: str) -> Axis:
        """The axis at which another one stands."""
        return self.axes[self.axes[name].layout.get("anchor", "y" if name[0] == "x" else "x")]

    def crossed_by(self, name: str) -> list[Axis]:
        """The axes over which the grid of another one reaches: several plots may share their time axis."""
        if name[0] == "y":
            return [self.anchor(name)]
        return [axis for other, axis in self.axes.items() if other[0] == "y" and self.anchor(other) is self.axes[name]]

    def from_left(self, reference: str, value: Any) -> float:
        """Where something lies that refers to an axis or to all plots together (``paper``)."""
        left, right = self.across
        return left + value * (right - left) if reference == "paper" else self.axes[reference].places([value])[0]

    def from_above(self, reference: str, value: float) -> float:
        """The same from top to bottom, where ``y2 domain`` is the height of the axis ``y2``."""
        name = reference.partition(" ")[0]
        first, last = (self.bottom, self.top) if name == "paper" else (self.axes[name].begin, self.axes[name].end)
        return first + value * (last - first)
