"""The same rows as still drawings: before the interactive chart is drawn, and where it cannot be."""

from __future__ import annotations

from html import escape

from footdrop_analytics.dashboards.patient.charted import Charted, SeriesRow, space
from footdrop_analytics.dashboards.patient.dose import DayAmounts
from footdrop_analytics.dashboards.patient.happenings import LANES, Happening
from footdrop_analytics.figures import ratings_svg, trend_svg
from footdrop_analytics.figures.plane import Plane
from footdrop_analytics.figures.style import BLUE, GRID, INK, PURPLE, VERMILLION

_SHAPES = {
    "Event": ("m0 -7l7 12h-14z", f'fill="{VERMILLION}"'),
    "Check-in": ("m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0", f'fill="none" stroke="{INK}" stroke-width="1.5"'),
    "Fell": ("m-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0", f'fill="{VERMILLION}"'),
    "Visit": ("m-6 -5h12l-6 10z", f'fill="{PURPLE}"'),
    "Measured": ("m-5 0l5 -5l5 5l-5 5z", f'fill="{PURPLE}"'),
    "Note": ("m-4 -4h8v8h-8z", f'fill="none" stroke="{INK}" stroke-width="1.5"'),
}
_LANE = 26


def still(shown: Charted) -> str:
    """The drawings one below the other, each with its title; the first one carries the words of the whole chart."""
    parts = [(row.title, _series(row)) for row in shown.series]
    if shown.amounts.known:
        parts.append(("Amount done on each day", _amounts(shown, shown.amounts)))
    if shown.has_ratings:
        label = "Pain and effort, highest of each day."
        parts.append(("Pain and effort, highest of each day", ratings_svg(shown.ratings, label)))
    if shown.happened:
        parts.append(("Events, check-ins, visits and notes", _happened(shown, shown.happened)))
    return "".join(f'<p class="still-title">{escape(title)}</p>{drawing}' for title, drawing in parts)


def _series(row: SeriesRow) -> str:
    return trend_svg(row.data, row.title)


def _plane(shown: Charted, lowest: float, highest: float, height: int) -> Plane:
    room = space(shown.first, shown.last).days
    return Plane(shown.first.toordinal() - room, shown.last.toordinal() + room, lowest, highest, height=height)


def _amounts(shown: Charted, amounts: DayAmounts) -> str:
    plane = _plane(shown, 0, max(max(one for _, one in amounts.known), 1) * 1.1, 150)
    width = max((plane.right - plane.left) / (plane.last_day - plane.first_day) * 0.7, 1.5)
    bars = "".join(
        f"M{plane.x(day.toordinal()) - width / 2:.1f} {plane.bottom}V{plane.y(amount):.1f}h{width:.1f}V{plane.bottom}z"
        for day, amount in amounts.known
    )
    drawn = f'<path d="{bars}" fill="{BLUE}" fill-opacity="0.6"/>'
    return plane.svg("Amount done on each day, in sessions’ worth.", [*plane.axes("sessions"), drawn])


def _happened(shown: Charted, happened: tuple[Happening, ...]) -> str:
    lanes = [lane for lane in LANES if any(one.lane == lane for one in happened)]
    plane = _plane(shown, -0.6, len(lanes) - 0.4, 60 + _LANE * len(lanes))
    parts = []
    for place, lane in enumerate(lanes):
        y = plane.y(place)
        parts.append(f'<path d="M{plane.left} {y:.1f}H{plane.right}" stroke="{GRID}"/>')
        parts.append(f'<text x="{plane.left}" y="{y - 8:.1f}" font-size="11">{lane}</text>')
        for fell, kind in ((False, lane), (True, "Fell")):
            outline, paint = _SHAPES[kind]
            days = [one.day.toordinal() for one in happened if one.lane == lane and one.fell == fell]
            marks = "".join(f"M{plane.x(day):.1f} {y:.1f}{outline}" for day in days)
            parts.append(f'<path d="{marks}" {paint}/>' if marks else "")
    return plane.svg("Events, check-ins, visits and notes on the time axis.", [*plane.time_axis(), *parts])
