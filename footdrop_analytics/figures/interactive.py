"""The look of every chart, and charts for plotly, as the plain dictionaries that plotly's own JSON holds.

Colours can be told apart by colour-blind readers; colour alone carries no meaning: shapes and fills differ too.
Building ``go.Figure`` objects validates every property and costs several times what the chart does; a report has
dozens of charts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any

from footdrop_analytics.figures.data import (
    Dots,
    Line,
    RatingsData,
    Row,
    Step,
    TrendData,
    space_days,
)
from footdrop_analytics.wording.language import SOURCE, current, translated
from footdrop_analytics.wording.words import short_day

# Okabe and Ito's palette, the three that contrast with white.
BLUE = "#0072B2"
VERMILLION = "#C04A00"
PURPLE = "#8A4A78"
INK = "#1f2933"
SOFT_INK = "#52606d"
GRID = "#d9dee3"
BAND = "#e4e7eb"
PAPER = "#ffffff"
DAY_MS = 86_400_000
_WEEK = 7
_SUNDAY_FIRST = (6, 0, 1, 2, 3, 4, 5)
USUAL_PAIN: dict[str, Any] = {"color": VERMILLION, "width": 1.5, "dash": "dashdot"}
"""The line of the usual pain: the colour of pain, and dashed otherwise than a target."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

# plotly.js 7.1 shows a logo and a "Share chart" button that uploads the chart; both are off, and the address that the
# upload would go to is blank. Without a bar of buttons nothing in a chart needs a mouse: its values stand as text too.
PLOTLY_CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "doubleClick": "reset",
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "showSendToCloud": False,
    "showTips": False,
}


def plotly_config() -> dict[str, Any]:
    """:data:`PLOTLY_CONFIG`, and what the current language writes otherwise than English, all that plotly knows."""
    language = current()
    if language.code == SOURCE:
        return PLOTLY_CONFIG
    days, months = (names["stand-alone"] for names in (language.locale.days, language.locale.months))
    symbols = language.locale.number_symbols["latn"]
    own = {
        "days": _names(days["wide"], _SUNDAY_FIRST),
        "shortDays": _names(days["abbreviated"], _SUNDAY_FIRST),
        "months": _names(months["wide"], range(1, 13)),
        "shortMonths": _names(months["abbreviated"], range(1, 13)),
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
    }
    return {**PLOTLY_CONFIG, "locale": language.tag, "locales": {language.tag: {"dictionary": {}, "format": own}}}


def _names(names: Mapping[int, str], order: Iterable[int]) -> list[str]:
    return [names[at] for at in order]


def axis(**own: Any) -> dict[str, Any]:
    """An axis that keeps its range."""
    return {
        "gridcolor": GRID,
        "linecolor": SOFT_INK,
        "ticks": "outside",
        "tickcolor": SOFT_INK,
        "automargin": True,
        "zeroline": False,
        "fixedrange": True,
        **own,
    }


def time_axis(first: date, last: date, **own: Any) -> dict[str, Any]:
    """An axis of days, which both lie at its ends."""
    # Of less than a week plotly would show hours: several ticks in a day, each with the label of the day.
    days = {"dtick": DAY_MS} if (last - first).days < _WEEK else {}
    # Day and month as the current language writes them: 3 Mar.
    parts = {"d": "%-d", "M": "%-m", "MMM": "%b", "MMMM": "%B"}
    pattern = current().short_day_pattern or str(current().locale.datetime_skeletons["MMMd"])
    form = re.sub("d|M+", lambda found: parts[found[0]], pattern)
    shown = {"type": "date", "range": [str(first), str(last)], "tickangle": 0, "tickformat": f"{form}\n%Y"}
    return axis(**shown, **days, **own)


def frame(**own: Any) -> dict[str, Any]:
    """What the layouts of all charts share: fonts, ground, the legend above the chart."""
    return {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "dragmode": False,
        "hovermode": "closest",
        "showlegend": True,
        **own,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "yanchor": "bottom", **own.get("legend", {})},
    }


def in_chart(text: str) -> str:
    """A text for plotly, which takes some tags for its own; it would show an escaped quotation mark as ``&quot;``."""
    return escape(text, quote=False)


MARKERS: Mapping[str, Mapping[str, Any]] = {
    "as prescribed": {"symbol": "circle", "size": 8, "color": BLUE},
    "done in another way": {"symbol": "diamond-open", "size": 9, "color": VERMILLION, "line": {"width": 2}},
    "left out of the trend": {"symbol": "circle-open", "size": 10, "color": INK, "line": {"width": 2}},
    "no number": {"symbol": "x-thin", "size": 8, "line": {"width": 2, "color": SOFT_INK}},
    "pain": {"symbol": "square", "size": 8, "color": VERMILLION},
    "effort": {"symbol": "triangle-up-open", "size": 9, "color": BLUE, "line": {"width": 2}},
}
"""How the dots of each kind look, in every chart."""
_DAY = timedelta(days=1)
_SPACE_MS = 57_600_000


def trend_figure(trend: TrendData) -> dict[str, Any]:
    """Dots on real dates, the target as a step line, marks where the prescription changed, shaded excused days."""
    top = trend.highest * 1.12
    data = [
        dots_trace(trend.as_prescribed, MARKERS["as prescribed"]),
        dots_trace(trend.other, MARKERS["done in another way"]),
        dots_trace(trend.left_out, MARKERS["left out of the trend"]),
        {
            **dots_trace(trend.below_zero, MARKERS["no number"]),
            "hovertemplate": "%{x|%a %d %b %Y}: " + translated("no number to compare") + "<extra></extra>",
        },
    ]
    drawn = [trace for trace in data if trace["x"]]
    if trend.targets:
        drawn.append(target_line(trend.targets))
    if trend.fitted:
        line = {**fitted_line(trend.fitted), "hoverinfo": "skip"}
        if trend.declines_since is not None:
            line["name"] = translated("declining since about {day}", day=short_day(trend.declines_since))
        drawn.append(line)
    layout = _layout(trend.unit, (trend.lowest, top), trend.first, trend.last)
    layout |= marked(trend)
    return {"data": drawn, "layout": layout}


def ratings_figure(ratings: RatingsData) -> dict[str, Any]:
    """Pain and effort on one scale from 0 to 10; days without a rating have no dot."""
    data = [dots_trace(ratings.pain, MARKERS["pain"]), dots_trace(ratings.effort, MARKERS["effort"])]
    layout = _layout(translated("rating, 0 to 10"), (-0.4, 10.4), ratings.first, ratings.last)
    layout["yaxis"]["dtick"] = 2
    if ratings.usual_pain is not None:
        line = Step(ratings.first, ratings.last, ratings.usual_pain)
        data.append({**target_line([line]), "name": translated("usual pain"), "line": USUAL_PAIN})
    return {"data": [trace for trace in data if trace["x"]], "layout": layout}


def weekly_figure(windows: Sequence[Row], words: Sequence[str]) -> dict[str, Any]:
    """One bar per week of adherence as high as its share; a week in which nothing was due has none.

    ``words`` say each week in a few words.
    """
    bars = [(row, said) for row, said in zip(windows, words, strict=True) if row["adherence"] is not None]
    days = [row["window_end"] - row["window_start"] for row, _ in bars]
    noons = [datetime.combine(row["window_start"], time(12)) for row, _ in bars]
    # A week of 0 % is a line; an outline around every bar would close the gaps between many weeks.
    outline = [0 if row["adherence"] else 2 for row, _ in bars]
    data = {
        "type": "bar",
        "x": [f"{noon + length / 2:%Y-%m-%d %H:%M}" for noon, length in zip(noons, days, strict=True)],
        "y": [round(row["adherence"] * 100, 1) for row, _ in bars],
        "width": [(length.days + 1) * DAY_MS - _SPACE_MS for length in days],
        "marker": {"color": BLUE, "line": {"color": BLUE, "width": outline}},
        "hovertext": [in_chart(said) for _, said in bars],
        "hoverinfo": "text",
        "showlegend": False,
    }
    first, last = min(row["window_start"] for row in windows), max(row["window_end"] for row in windows)
    return {"data": [data], "layout": _layout(translated("% of sessions due"), (0, 105), first, last)}


def _layout(y_title: str, y_range: tuple[float, float], first: date, last: date) -> dict[str, Any]:
    """Days from left to right with room for half a dot on both sides, values from bottom to top."""
    space = timedelta(days=space_days(first, last))
    return frame(
        margin={"l": 48, "r": 16, "t": 34, "b": 36},
        legend={"y": 1.02},
        xaxis=time_axis(first - space, last + space, showgrid=False),
        yaxis=axis(title={"text": y_title}, range=list(y_range)),
    )


def dots_trace(dots: Dots, marker: Mapping[str, Any]) -> dict[str, Any]:
    """A dot for each day that has a value."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": dots.name,
        "x": [day.isoformat() for day in dots.days],
        "y": dots.values,
        "marker": marker,
        "hovertemplate": "%{x|%a %d %b %Y}: %{y:.4~g}<extra></extra>",
    }


def target_line(steps: Sequence[Step]) -> dict[str, Any]:
    """A level over the days on which it held; a missing value between two steps keeps gaps open."""
    x: list[str | None] = []
    y: list[float | None] = []
    for place, step in enumerate(steps):
        if place and step.first - steps[place - 1].last > _DAY:
            x.append(None)
            y.append(None)
        x += [str(step.first), str(step.last + _DAY)]
        y += [step.value, step.value]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": translated("target"),
        "x": x,
        "y": y,
        "line": {"color": INK, "width": 1.5, "dash": "dash", "shape": "linear"},
        "connectgaps": False,
        "hoverinfo": "skip",
    }


def fitted_line(pieces: Sequence[Line]) -> dict[str, Any]:
    """The line of a verdict, thick: a missing value between two pieces keeps apart what does not meet."""
    x: list[str | None] = []
    y: list[float | None] = []
    for place, piece in enumerate(pieces):
        if place and piece.first != pieces[place - 1].last:
            x.append(None)
            y.append(None)
        x += [str(piece.first), str(piece.last)]
        y += [piece.begin, piece.end]
    line = {"color": PURPLE, "width": 2.5}
    name = translated("fitted line, latest plan")
    return {"type": "scatter", "mode": "lines", "name": name, "x": x, "y": y, "line": line, "connectgaps": False}


def marked(trend: TrendData, height: str = "paper") -> dict[str, list[dict[str, Any]]]:
    """Shaded days, numbered lines where something changed, and the day of a decline; of all plots or of one axis."""
    box = {"type": "rect", "layer": "below", "xref": "x", "yref": height, "y0": 0, "y1": 1, "fillcolor": BAND}
    ends = [{"x0": str(band.first), "x1": str(band.last + _DAY), "line": {"width": 0}} for band in trend.bands]
    shapes = [{**box, **one} for one in ends]
    shapes += [_upright(mark.day, height, color=PURPLE, dash="dot") for mark in trend.marks]
    if trend.declines_since is not None and trend.first <= trend.declines_since <= trend.last:
        shapes.append(_upright(trend.declines_since, height, color=VERMILLION))
    place = {"xref": "x", "yref": height, "y": 1, "xanchor": "left", "yanchor": "top", "showarrow": False}
    look = {"font": {"color": PURPLE}, "bgcolor": PAPER, "bordercolor": SOFT_INK, "borderpad": 1}
    numbers = [
        {**place, **look, "x": str(mark.day), "text": f"<b>{number}</b>", "hovertext": in_chart(mark.text)}
        for number, mark in enumerate(trend.marks, start=1)
    ]
    return {"shapes": shapes, "annotations": numbers}


def _upright(day: date, height: str, **line: str) -> dict[str, Any]:
    ends = {"x0": str(day), "x1": str(day), "y0": 0, "y1": 1}
    return {"type": "line", "xref": "x", "yref": height, **ends, "line": {"width": 1.5, **line}}
