"""The chart as a plain plotly dictionary: one time axis, one row below the other, hovered together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import Any

from footdrop_analytics.dashboards.patient.charted import LANES, Charted, Happening, SeriesRow
from footdrop_analytics.dashboards.view import capitalized
from footdrop_analytics.figures.data import RatingsData, Step, space_days
from footdrop_analytics.figures.interactive import (
    BLUE,
    DAY_MS,
    INK,
    MARKERS,
    PAPER,
    PURPLE,
    SOFT_INK,
    USUAL_PAIN,
    VERMILLION,
    axis,
    dots_trace,
    fitted_line,
    frame,
    in_chart,
    target_line,
    time_axis,
)
from footdrop_analytics.figures.interactive import marked as bands_and_marks
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import quantity

_TITLE, _SERIES, _AMOUNT, _RATINGS, _LANE = 30, 88, 56, 96, 26
_TOP, _BOTTOM, _LEFT, _RIGHT = 76, 44, 86, 16
_LONGEST_NOTE = 160
# Pixels: a chart is rarely narrower, and half a mark is not wider.
_NARROW, _MARK = 500, 5
_DAY = timedelta(days=1)
_LANE_MARKERS: dict[str, dict[str, Any]] = {
    "Event": {"symbol": "star", "size": 13, "color": VERMILLION, "line": {"width": 1, "color": INK}},
    "Check-in": {"symbol": "circle-open", "size": 8, "color": SOFT_INK, "line": {"width": 2}},
    "Visit": {"symbol": "triangle-down", "size": 11, "color": PURPLE},
    "Measured": {"symbol": "diamond", "size": 9, "color": PURPLE},
    "Note": {"symbol": "square-open", "size": 8, "color": INK, "line": {"width": 1.5}},
}


def figure(shown: Charted) -> dict[str, Any]:
    """The chart; every text that may come from a file is escaped."""
    stack = _Stack(shown)
    for row in shown.series:
        _add_series(stack, row)
    if shown.amounts.known:
        _add_amounts(stack, shown)
    if shown.has_ratings:
        _add_ratings(stack, shown.ratings)
    if shown.happened:
        _add_happened(stack, shown.happened)
    return stack.figure()


class _Stack:
    """Rows from top to bottom, each with its own value axis."""

    def __init__(self, shown: Charted) -> None:
        self._shown = shown
        self._margin = timedelta(days=space_days(shown.first, shown.last))
        self._reach = _reach((shown.last - shown.first + 2 * self._margin).days)
        # Where marks of several days lie within reach at once, each says its own day.
        self._when = " (%{x|%-d %b})" if self._reach == 1 else ""
        self._rows: list[tuple[str, int, dict[str, Any]]] = []
        self._named: set[str] = set()
        self.data: list[dict[str, Any]] = []
        self.shapes: list[dict[str, Any]] = []
        self.annotations: list[dict[str, Any]] = []

    @property
    def axis(self) -> str:
        """The value axis of the row added last."""
        return f"y{len(self._rows)}" if len(self._rows) > 1 else "y"

    def row(self, title: str, height: int, values: dict[str, Any]) -> None:
        """Begin a row below the others."""
        self._rows.append((title, height, values))

    def trace(self, name: str, values: dict[str, Any], hover: str = "") -> None:
        """Add to the row begun last; a name, which is given in English, stands in the legend once."""
        first = name not in self._named
        self._named.add(name)
        legend = {"name": translated(name), "legendgroup": name, "showlegend": first and values.get("showlegend", True)}
        shown = {"hovertemplate": f"{hover}{self._when}<extra></extra>"} if hover else {"hoverinfo": "skip"}
        self.data.append({**values, **legend, "xaxis": "x", "yaxis": self.axis, **shown})

    def figure(self) -> dict[str, Any]:
        inner = sum(_TITLE + height for _, height, _ in self._rows)
        first, last = self._shown.first, self._shown.last
        layout = frame(
            height=inner + _TOP + _BOTTOM,
            margin={"l": _LEFT, "r": _RIGHT, "t": _TOP, "b": _BOTTOM, "autoexpand": False},
            hovermode="x unified",
            hoverdistance=self._reach,
            hoversubplots="axis",
            hoverlabel={"bgcolor": PAPER, "font": {"color": INK}},
            legend={"y": 1 + 8 / inner},
            xaxis=time_axis(
                first - self._margin,
                last + self._margin,
                automargin=False,
                hoverformat="%a %-d %b %Y",
                showspikes=True,
                spikemode="across",
                spikesnap="hovered data",
                spikethickness=1,
                spikedash="dot",
                spikecolor=SOFT_INK,
            ),
        )
        top = inner
        for place, (title, height, own) in enumerate(self._rows, start=1):
            name = "" if place == 1 else str(place)
            bottom = top - _TITLE - height
            layout[f"yaxis{name}"] = {**own, "domain": [bottom / inner, (bottom + height) / inner]}
            at = {"xref": "paper", "yref": "paper", "x": 0, "y": (bottom + height) / inner, "yshift": 2}
            look = {"xanchor": "left", "yanchor": "bottom", "showarrow": False}
            self.annotations.append({**at, **look, "text": f"<b>{in_chart(title)}</b>"})
            top = bottom
        layout["xaxis"]["anchor"] = self.axis
        return {"data": self.data, "layout": {**layout, "shapes": self.shapes, "annotations": self.annotations}}


def _reach(days: int) -> int:
    """How many pixels beside a mark the pointer still finds it.

    Plotly takes 20; a day of a long time is narrower, and the box would hold marks of the days beside the one it names.
    """
    half_a_day = _NARROW / days / 2
    return min(max(round(half_a_day - _MARK), 1), 20)


def _value_axis(low: float, high: float, title: str) -> dict[str, Any]:
    heading = {"text": title, "standoff": 4, "font": {"size": 11}}
    return axis(range=[low, high], automargin=False, nticks=4, ticks="", title=heading)


def _add_series(stack: _Stack, row: SeriesRow) -> None:
    data = row.data
    unit = translated("seconds") if row.in_seconds else translated("repetitions")
    stack.row(row.title, _SERIES, _value_axis(data.lowest, data.highest * 1.15, unit))
    name = in_chart(row.name)
    hover = f"{name}: %{{y:.4~g}}{' s' if row.in_seconds else ''}"
    for key, dots, words in (
        (marked("as prescribed"), data.as_prescribed, hover),
        (marked("done in another way"), data.other, translated("{value}, done in another way", value=hover)),
        (marked("left out of the trend"), data.left_out, translated("{value}, left out of the trend", value=hover)),
        (marked("no number"), data.below_zero, translated("{name}: tried, no number to compare", name=name)),
    ):
        if dots.days:
            stack.trace(key, dots_trace(dots, MARKERS[key]), words)
    if data.targets:
        stack.trace(marked("target"), target_line(data.targets))
    if data.fitted:
        stack.trace(marked("fitted line, latest plan"), fitted_line(data.fitted))
    for kind, parts in bands_and_marks(data, f"{stack.axis} domain").items():
        getattr(stack, kind).extend(parts)


def _add_amounts(stack: _Stack, shown: Charted) -> None:
    known = shown.amounts.known
    most = max(max(one for _, one in known), 1)
    stack.row(translated("Amount done on each day"), _AMOUNT, _value_axis(0, most * 1.1, translated("sessions")))
    bars = {
        "type": "bar",
        "x": [str(day) for day, _ in known],
        "y": [round(amount, 2) for _, amount in known],
        "width": 0.7 * DAY_MS,
        "marker": {"color": "#8fb8d6", "line": {"color": BLUE, "width": 1}},
    }
    stack.trace(marked("amount"), bars, translated("Amount: {amount} sessions’ worth", amount="%{y:.2~f}"))


def _add_ratings(stack: _Stack, ratings: RatingsData) -> None:
    values = _value_axis(-0.6, 10.6, translated("0 to 10"))
    stack.row(translated("Pain and effort, highest of each day"), _RATINGS, {**values, "dtick": 5})
    for dots, name in ((ratings.pain, marked("pain")), (ratings.effort, marked("effort"))):
        if dots.days:
            stack.trace(name, dots_trace(dots, MARKERS[name]), f"{capitalized(translated(name))}: %{{y:.4~g}}")
    if ratings.usual_pain is not None:
        usual = Step(ratings.first, ratings.last, ratings.usual_pain)
        stack.trace(marked("usual pain"), {**target_line((usual,)), "line": USUAL_PAIN})


def _add_happened(stack: _Stack, happened: list[Happening]) -> None:
    lanes = [lane for lane in LANES if any(one.lane == lane for one in happened)]
    axis = _value_axis(-0.6, len(lanes) - 0.4, "")
    axis |= {"tickmode": "array", "tickvals": list(range(len(lanes))), "ticktext": [translated(lane) for lane in lanes]}
    stack.row(translated("Events, check-ins, visits and notes"), _LANE * len(lanes), axis)
    for place, lane in enumerate(lanes):
        own = sorted((one for one in happened if one.lane == lane), key=lambda one: one.day)
        own = _one_a_day(own) if lane == "Note" else own
        marks: dict[str, Any] = {
            "type": "scatter",
            "mode": "markers",
            "x": [str(one.day) for one in own],
            "y": [place] * len(own),
            "marker": dict(_LANE_MARKERS[lane]),
            "text": [_hover_words(one) for one in own],
            "showlegend": False,
        }
        # A check-in that tells of a fall is filled.
        if any(one.fell for one in own):
            marks["marker"] |= {
                "symbol": ["circle" if one.fell else "circle-open" for one in own],
                "opacity": 1,
                "size": [11 if one.fell else 8 for one in own],
                "color": [VERMILLION if one.fell else SOFT_INK for one in own],
            }
        stack.trace(lane, marks, "%{text}")


def _one_a_day(notes: list[Happening]) -> list[Happening]:
    """The first note of each day, which says how many more there are: marks on top of each other show one."""
    found = []
    for _, group in groupby(notes, key=lambda one: one.day):
        first, *others = group
        words = first.words
        if others:
            words = quantity(
                "{note}, and {count} more note that day",
                "{note}, and {count} more notes that day",
                len(others),
                note=words,
            )
        found.append(replace(first, words=words))
    return found


def _hover_words(one: Happening) -> str:
    quote = one.quote or ""
    short = quote if len(quote) <= _LONGEST_NOTE else f"{quote[:_LONGEST_NOTE]} …"
    return in_chart(f"{translated(one.lane)}: {one.words}" + (f": “{short}”" if short else ""))
