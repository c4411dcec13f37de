"""The chart as a plain plotly dictionary: one time axis, one row below the other, hovered together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from footdrop_analytics.dashboards.patient.charted import Charted, SeriesRow, space
from footdrop_analytics.dashboards.patient.happenings import LANES, Happening
from footdrop_analytics.figures import Dots, RatingsData, Step
from footdrop_analytics.figures.interactive import fitted_line, marked, step_points
from footdrop_analytics.figures.style import (
    BLUE,
    DAY_MS,
    INK,
    PAPER,
    PURPLE,
    SOFT_INK,
    USUAL_PAIN,
    VERMILLION,
    axis,
    frame,
    in_chart,
    time_axis,
)
from footdrop_analytics.wording.words import counted

_TITLE, _SERIES, _AMOUNT, _RATINGS, _LANE = 30, 88, 56, 96, 26
_TOP, _BOTTOM, _LEFT, _RIGHT = 76, 44, 86, 16
_LONGEST_NOTE = 160
# Pixels: a chart is rarely narrower, and half a mark is not wider.
_NARROW, _MARK = 500, 5
_DAY = timedelta(days=1)
_MARKERS: dict[str, dict[str, Any]] = {
    "as prescribed": {"symbol": "circle", "size": 7, "color": BLUE},
    "done in another way": {"symbol": "diamond-open", "size": 9, "color": VERMILLION, "line": {"width": 2}},
    "left out of the trend": {"symbol": "circle-open", "size": 10, "color": INK, "line": {"width": 2}},
    "no number": {"symbol": "x-thin", "size": 8, "line": {"width": 2, "color": SOFT_INK}},
    "pain": {"symbol": "square", "size": 7, "color": VERMILLION},
    "effort": {"symbol": "triangle-up-open", "size": 9, "color": BLUE, "line": {"width": 2}},
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
        self._margin = space(shown.first, shown.last)
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
        """Add to the row begun last; a name stands in the legend once."""
        first = name not in self._named
        self._named.add(name)
        legend = {"name": name, "legendgroup": name, "showlegend": first}
        shown = {"hovertemplate": f"{hover}{self._when}<extra></extra>"} if hover else {"hoverinfo": "skip"}
        self.data.append({**legend, "xaxis": "x", "yaxis": self.axis, **values, **shown})

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
            xaxis=_time_axis(first - self._margin, last + self._margin),
        )
        top = inner
        for place, (title, height, own) in enumerate(self._rows, start=1):
            name = "" if place == 1 else str(place)
            bottom = top - _TITLE - height
            layout[f"yaxis{name}"] = {**own, "domain": [bottom / inner, (bottom + height) / inner]}
            self.annotations.append(_title(title, (bottom + height) / inner))
            top = bottom
        layout["xaxis"]["anchor"] = self.axis
        return {"data": self.data, "layout": {**layout, "shapes": self.shapes, "annotations": self.annotations}}


def _reach(days: int) -> int:
    """How many pixels beside a mark the pointer still finds it.

    Plotly takes 20; a day of a long time is narrower, and the box would hold marks of the days beside the one it names.
    """
    half_a_day = _NARROW / days / 2
    return min(max(round(half_a_day - _MARK), 1), 20)


def _time_axis(first: date, last: date) -> dict[str, Any]:
    return time_axis(
        first,
        last,
        automargin=False,
        hoverformat="%a %-d %b %Y",
        showspikes=True,
        spikemode="across",
        spikesnap="hovered data",
        spikethickness=1,
        spikedash="dot",
        spikecolor=SOFT_INK,
    )


def _value_axis(low: float, high: float, title: str) -> dict[str, Any]:
    heading = {"text": title, "standoff": 4, "font": {"size": 11}}
    return axis(range=[low, high], automargin=False, nticks=4, ticks="", title=heading)


def _title(text: str, y: float) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": y, "xanchor": "left", "yanchor": "bottom"}
    return {**place, "text": f"<b>{in_chart(text)}</b>", "showarrow": False, "yshift": 2}


def _add_series(stack: _Stack, row: SeriesRow) -> None:
    data = row.data
    seconds = data.unit != "repetitions"
    stack.row(
        row.title, _SERIES, _value_axis(data.lowest, data.highest * 1.15, "seconds" if seconds else "repetitions")
    )
    hover = f"{in_chart(row.name)}: %{{y:.4~g}}{' s' if seconds else ''}"
    for name, dots, words in (
        ("as prescribed", data.as_prescribed, hover),
        ("done in another way", data.other, f"{hover}, done in another way"),
        ("left out of the trend", data.left_out, f"{hover}, left out of the trend"),
        ("no number", data.below_zero, f"{in_chart(row.name)}: tried, no number to compare"),
    ):
        if dots.days:
            stack.trace(name, _dots(dots, name), words)
    if data.targets:
        stack.trace("target", _steps(data.targets))
    if data.fitted:
        line = fitted_line(data.fitted)
        stack.trace(line["name"], line)
    for name, parts in marked(data, f"{stack.axis} domain").items():
        getattr(stack, name).extend(parts)


def _add_amounts(stack: _Stack, shown: Charted) -> None:
    known = shown.amounts.known
    stack.row(
        "Amount done on each day", _AMOUNT, _value_axis(0, max(max(one for _, one in known), 1) * 1.1, "sessions")
    )
    bars = {
        "type": "bar",
        "x": [str(day) for day, _ in known],
        "y": [round(amount, 2) for _, amount in known],
        "width": 0.7 * DAY_MS,
        "marker": {"color": "#8fb8d6", "line": {"color": BLUE, "width": 1}},
    }
    stack.trace("amount", bars, "Amount: %{y:.2~f} sessions’ worth")


def _add_ratings(stack: _Stack, ratings: RatingsData) -> None:
    stack.row("Pain and effort, highest of each day", _RATINGS, {**_value_axis(-0.6, 10.6, "0 to 10"), "dtick": 5})
    for dots, name in ((ratings.pain, "pain"), (ratings.effort, "effort")):
        if dots.days:
            stack.trace(name, _dots(dots, name), f"{name.capitalize()}: %{{y:.4~g}}")
    if ratings.usual_pain is not None:
        usual = Step(ratings.first, ratings.last, ratings.usual_pain)
        stack.trace("usual pain", {**_steps((usual,)), "line": USUAL_PAIN})


def _add_happened(stack: _Stack, happened: tuple[Happening, ...]) -> None:
    lanes = [lane for lane in LANES if any(one.lane == lane for one in happened)]
    axis = _value_axis(-0.6, len(lanes) - 0.4, "")
    axis |= {"tickmode": "array", "tickvals": list(range(len(lanes))), "ticktext": lanes}
    stack.row("Events, check-ins, visits and notes", _LANE * len(lanes), axis)
    for place, lane in enumerate(lanes):
        own = sorted((one for one in happened if one.lane == lane), key=lambda one: one.day)
        own = _one_a_day(own) if lane == "Note" else own
        marks = {
            "type": "scatter",
            "mode": "markers",
            "x": [str(one.day) for one in own],
            "y": [place] * len(own),
            "marker": _marker(lane, own),
            "text": [_hover_words(one) for one in own],
            "showlegend": False,
        }
        stack.trace(lane, marks, "%{text}")


def _one_a_day(notes: list[Happening]) -> list[Happening]:
    """The first note of each day, which says how many more there are: marks on top of each other show one."""
    found = []
    for _, group in groupby(notes, key=lambda one: one.day):
        first, *others = group
        more = f", and {counted(len(others), 'more note')} that day" if others else ""
        found.append(replace(first, words=first.words + more))
    return found


def _hover_words(one: Happening) -> str:
    quote = one.quote or ""
    short = quote if len(quote) <= _LONGEST_NOTE else f"{quote[:_LONGEST_NOTE]} …"
    return in_chart(f"{one.lane}: {one.words}" + (f": “{short}”" if short else ""))


def _marker(lane: str, own: list[Happening]) -> dict[str, Any]:
    """The marker of a lane; a check-in that tells of a fall is filled."""
    if not any(one.fell for one in own):
        return _MARKERS[lane]
    return {
        **_MARKERS[lane],
        "symbol": ["circle" if one.fell else "circle-open" for one in own],
        "opacity": 1,
        "size": [11 if one.fell else 8 for one in own],
        "color": [VERMILLION if one.fell else SOFT_INK for one in own],
    }


def _dots(dots: Dots, name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [str(day) for day in dots.days],
        "y": dots.values,
        "marker": _MARKERS[name],
    }


def _steps(steps: tuple[Step, ...]) -> dict[str, Any]:
    return {**_plain_line(*step_points(steps)), "line": {"color": INK, "width": 1.5, "dash": "dash", "shape": "linear"}}


def _plain_line(x: list[Any], y: list[Any]) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "connectgaps": False}
