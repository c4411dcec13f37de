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

from footdrop_analytics.figures.legend import legend
from footdrop_analytics.figures.marks import LETTER, LINE, drawn, lines_of, plain, text_at
from footdrop_analytics.figures.plane import WIDTH, Plane
from footdrop_analytics.figures.style import INK, PAPER
from footdrop_analytics.figures.traces import trace_paths

_LAYERS = ("heatmap", "bar", "scatter")
"""Plotly's order, from back to front."""


def still_svg(figure: Mapping[str, Any], label: str) -> str:
    """The drawing of a chart.

    Parameters
    ----------
    figure : mapping
        The chart as plotly takes it: ``data`` of the types scatter, bar (with ``width``) and heatmap, and ``layout``,
        whose axes have a ``range``.
    label : str
        What a screen reader says.

    Returns
    -------
    str
        An ``svg`` element; every text in it is escaped.
    """
    layout = figure["layout"]
    head, above = legend(figure)
    plane, shapes = Plane(layout, above), layout.get("shapes", ())
    parts = [_background(plane), *(_shape(plane, one) for one in shapes if one["type"] == "rect")]
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


def _background(plane: Plane) -> str:
    colour, (left, right) = plane.layout["plot_bgcolor"], plane.across
    return "" if colour == PAPER else _box(left, plane.top, right, plane.bottom, colour)


def _box(left: float, top: float, right: float, bottom: float, colour: str) -> str:
    size = f'width="{right - left:.1f}" height="{bottom - top:.1f}"'
    return f'<rect x="{left:.1f}" y="{top:.1f}" {size} fill="{colour}"/>'


def _axis(plane: Plane, name: str) -> Iterator[str]:
    """Grid, line, labels and title of an axis."""
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
    for at, (_, label) in zip(places, axis.ticks, strict=True):
        yield _label_below(at, edge, plain(label)) if across else text_at(edge - 8, at + 4, plain(label), "end")


def _label_below(at: float, edge: float, label: str) -> str:
    if at + len(label) * LETTER / 2 > WIDTH:
        return text_at(WIDTH - 2, edge + 19, label, "end")
    return text_at(at, edge + 19, label, "middle")


def _shape(plane: Plane, shape: Mapping[str, Any]) -> str:
    left, right = (plane.from_left(shape["xref"], shape[name]) for name in ("x0", "x1"))
    bottom, top = (plane.from_above(shape["yref"], shape[name]) for name in ("y0", "y1"))
    if shape["type"] == "rect":
        return _box(left, top, right, bottom, shape["fillcolor"])
    return f'<path d="M{left:.1f} {top:.1f}L{right:.1f} {bottom:.1f}" {drawn(shape["line"])}/>'


def _note(plane: Plane, note: Mapping[str, Any]) -> str:
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
