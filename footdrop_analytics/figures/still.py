"""The same charts as still SVG drawings: for paper, for browsers without scripts, and before scripts have run.

A drawing has its own size and scales with the page, so that nothing is cut on A4 or Letter. Dots of one kind are one
path, which keeps long logs small.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape

from footdrop_analytics.figures.data import Dots, RatingsData, Step, TrendData, WeeklyData, space_days
from footdrop_analytics.figures.plane import Plane
from footdrop_analytics.figures.style import BAND, BLUE, INK, PURPLE, SOFT_INK, VERMILLION

_LINES = {
    "target": f'stroke="{INK}" stroke-width="1.5" stroke-dasharray="7 4"',
    "usual pain": f'stroke="{VERMILLION}" stroke-width="1.5" stroke-dasharray="9 3 2 3"',
}

_SHAPES = {
    # A line of no length with round ends: most charts are dots, and this is the shortest way to write one.
    "dot": "h0",
    "diamond": "m-5 0l5 -5l5 5l-5 5z",
    "cross": "m-3.5 -3.5l7 7m0 -7l-7 7",
    "square": "m-3.5 -3.5h7v7h-7z",
    "triangle": "m-4.5 3.5h9l-4.5 -8z",
}


def trend_svg(trend: TrendData, label: str) -> str:
    """The trend chart of one series; ``label`` is what a screen reader says."""
    plane = _plane(trend.first, trend.last, trend.lowest, trend.highest * 1.12)
    parts = [_band(plane, band.first.toordinal(), band.last.toordinal()) for band in trend.bands]
    parts += plane.axes(trend.unit)
    parts += [_mark(plane, mark.day.toordinal(), number) for number, mark in enumerate(trend.marks, start=1)]
    parts += _levels(plane, trend.targets, "target")
    legend = [("target", "line", INK, False)] if trend.targets else []
    for dots, shape, colour, filled in (
        (trend.below_zero, "cross", SOFT_INK, False),
        (trend.other, "diamond", VERMILLION, False),
        (trend.as_prescribed, "dot", BLUE, True),
    ):
        if dots.days:
            parts.append(_dots(plane, dots, shape, colour, filled))
            legend.insert(0, (dots.name, shape, colour, filled))
    return plane.svg(label, [*parts, *_legend(legend)])


def ratings_svg(ratings: RatingsData, label: str) -> str:
    """The chart of pain and effort."""
    plane = _plane(ratings.first, ratings.last, -0.4, 10.4)
    parts = plane.axes("rating, 0 to 10")
    legend = []
    if ratings.usual_pain is not None:
        parts += _levels(plane, [Step(ratings.first, ratings.last, ratings.usual_pain)], "usual pain")
        legend.append(("usual pain", "line", INK, False))
    for dots, shape, colour, filled in (
        (ratings.effort, "triangle", BLUE, False),
        (ratings.pain, "square", VERMILLION, True),
    ):
        if dots.days:
            parts.append(_dots(plane, dots, shape, colour, filled))
            legend.insert(0, (dots.name, shape, colour, filled))
    return plane.svg(label, [*parts, *_legend(legend)])


def weekly_svg(weekly: WeeklyData, label: str) -> str:
    """The bars of weekly adherence."""
    plane = _plane(weekly.first, weekly.last, 0, 105, height=200)
    parts = plane.axes("% of sessions due")
    for bar in weekly.bars:
        left, right = plane.x(bar.first.toordinal() + 0.3), plane.x(bar.last.toordinal() + 0.7)
        # A week of 0 % stays visible as a line; only a week in which nothing was due has no bar.
        top = min(plane.y(bar.adherence * 100), plane.bottom - 2)
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
            f'height="{plane.bottom - top:.1f}" fill="{BLUE}"/>'
        )
    return plane.svg(label, parts)


def _plane(first: date, last: date, lowest: float, highest: float, height: int = 240) -> Plane:
    space = space_days(first, last)
    return Plane(first.toordinal() - space, last.toordinal() + space, lowest, highest, height=height)


def _dots(plane: Plane, dots: Dots, shape: str, colour: str, filled: bool) -> str:
    outline = _SHAPES[shape]
    x, y = plane.xs([day.toordinal() for day in dots.days]), plane.ys(dots.values)
    path = "".join([f"M{at:.1f} {height:.1f}{outline}" for at, height in zip(x, y, strict=True)])
    return f'<path d="{path}" {_paint(shape, colour, filled)}/>'


def _paint(shape: str, colour: str, filled: bool) -> str:
    if shape == "dot":
        return f'fill="none" stroke="{colour}" stroke-width="8" stroke-linecap="round"'
    return f'fill="{colour}"' if filled else f'fill="none" stroke="{colour}" stroke-width="1.6"'


def _band(plane: Plane, first: int, last: int) -> str:
    left, right = plane.x(first), plane.x(last + 1)
    return (
        f'<rect x="{left:.1f}" y="{plane.top}" width="{right - left:.1f}" '
        f'height="{plane.bottom - plane.top}" fill="{BAND}"/>'
    )


def _mark(plane: Plane, day: int, number: int) -> str:
    x = plane.x(day)
    return (
        f'<path d="M{x:.1f} {plane.top}V{plane.bottom}" stroke="{PURPLE}" stroke-width="1.3" stroke-dasharray="2 3"/>'
        f'<text x="{x + 3:.1f}" y="{plane.top + 11}" fill="{PURPLE}" font-weight="bold">{number}</text>'
    )


def _levels(plane: Plane, steps: Iterable[Step], name: str) -> list[str]:
    path = "".join(
        f"M{plane.x(a.toordinal()):.1f} {plane.y(value):.1f}H{plane.x(b.toordinal() + 1):.1f}" for a, b, value in steps
    )
    return [f'<path d="{path}" fill="none" {_LINES[name]}/>'] if path else []


def _legend(entries: list[tuple[str, str, str, bool]]) -> list[str]:
    parts, x = [], 56.0
    for name, shape, colour, filled in entries:
        if shape == "line":
            parts.append(f'<path d="M{x - 6:.0f} 12h22" {_LINES[name]}/>')
            x += 14
        else:
            parts.append(f'<path d="M{x:.0f} 12{_SHAPES[shape]}" {_paint(shape, colour, filled)}/>')
        parts.append(f'<text x="{x + 9:.0f}" y="16">{escape(name)}</text>')
        x += 34 + 6.6 * len(name)
    return parts
