"""The charts of the cohort: how adherence is spread, modes by exercise, and the heat map of weekdays and hours.

Of the spread there is a box and dots for every group, all patients on top. A dot is a patient; of a larger group fifty
dots at evenly spaced ranks are drawn, so that ten thousand patients take no more room than fifty and the shape is the
same.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.cohort.counts import Pattern
from footdrop_analytics.analysis.cohort.log_counts import HOURS
from footdrop_analytics.analysis.cohort.spread import Spread
from footdrop_analytics.analysis.log.arrays import Floats
from footdrop_analytics.dashboards.cohort.words import group_words, hour_words, weekdays
from footdrop_analytics.figures.data import plain_rows
from footdrop_analytics.figures.interactive import BLUE, GRID, INK, SOFT_INK, VERMILLION, axis, frame, in_chart
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.model.vocabulary import MODES
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import number, quantity, spoken

# Three steps of one blue: light to dark reads as less to more, also without colour and on paper.
LIGHT, MIDDLE, DARK = "#d3e5f2", "#6aa9d2", "#0b4a75"
MOST_GROUPS = 24
"""A chart shows no more groups than this, the largest; the table has all of them."""
_LONGEST_NAME = 34


def titled(words: str) -> dict[str, Any]:
    """The title of an axis."""
    return {"text": words, "font": {"size": 13}, "standoff": 6}


def chart_frame(height: int, **own: Any) -> dict[str, Any]:
    """What the layouts share."""
    legend = {"y": 1, "yref": "container", "yanchor": "top"}
    return frame(margin={"l": 12, "r": 16, "t": 34, "b": 40}, height=height, legend=legend, **own)


def short(name: str) -> str:
    """A name that fits beside a row."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def plain(name: str) -> str:
    """A name as plotly shows it: its texts are read as a kind of HTML."""
    return in_chart(short(name))


def rounded(values: Iterable[float], digits: int = 2) -> list[float | None]:
    """Numbers for a chart's JSON; missing ones are None."""
    return [None if value != value else round(float(value), digits) for value in values]


MOST_DOTS = 50
_SPREAD_ROW = 34
_HALF = 0.2
_SPREAD_TITLE = marked("% of sessions due, credited as logged")
_KINDS = (marked("middle half"), marked("from 10 % to 90 %"), marked("median with its 95 % interval"))


def spread_chart(spread: Spread, label: str) -> Chart | None:
    """The chart; None if nobody has a value."""
    rows = drawn_rows(spread)
    if not rows:
        return None
    table = spread.groups.iloc[rows].reset_index(drop=True)
    dots = []
    for row in rows:
        values = spread.sorted_values[row] * 100
        if len(values) > MOST_DOTS:
            values = np.quantile(values, (np.arange(MOST_DOTS) + 0.5) / MOST_DOTS)
        dots.append(values)
    return Chart("cohort-adherence", label, _spread_figure(table, dots))


def drawn_rows(spread: Spread) -> list[int]:
    """The rows of the groups that are drawn: all patients, and the largest groups in their own order."""
    patients = spread.groups["patients"].to_numpy()
    some = np.flatnonzero(patients > 0)
    largest = some[np.argsort(-patients[some], kind="stable")[: MOST_GROUPS + 1]]
    return [int(row) for row in np.sort(largest)]


def _spread_figure(table: Any, dots: list[Floats]) -> dict[str, Any]:
    percent = {name: 100 * table[name].to_numpy() for name in ("p10", "p25", "median", "p75", "p90")}
    low, high = 100 * table["median_low"].to_numpy(), 100 * table["median_high"].to_numpy()
    at = np.arange(len(table), dtype=float)
    known = ~np.isnan(percent["median"])
    told = [escape(group_words(row), quote=False) for row in plain_rows(table[known])]
    # Neighbours lie on different levels above their row, so that they can be told apart.
    levels = [row - (0.3 + 0.075 * (np.arange(len(one)) % 3)) for row, one in zip(at, dots, strict=True)]
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": translated("patients"),
            "x": rounded(np.concatenate(dots), 1),
            "y": rounded(np.concatenate(levels)),
            "marker": {"symbol": "circle-open", "size": 5, "color": SOFT_INK},
            "hoverinfo": "skip",
        },
        _lines(translated(_KINDS[1]), percent["p10"][known], percent["p90"][known], at[known], INK, 1.5),
        {
            "type": "bar",
            "orientation": "h",
            "name": translated(_KINDS[0]),
            "base": rounded(percent["p25"][known]),
            "x": rounded((percent["p75"] - percent["p25"])[known]),
            "y": at[known].tolist(),
            "width": 2 * _HALF,
            "marker": {"color": LIGHT, "line": {"color": BLUE, "width": 1.2}},
            "hovertext": told,
            "hoverinfo": "text",
        },
        _lines("", low, high, at, VERMILLION, 4),
        {
            "type": "scatter",
            "mode": "markers",
            "name": translated(_KINDS[2]),
            "x": rounded(percent["median"][known]),
            "y": at[known].tolist(),
            "marker": {"symbol": "diamond", "size": 10, "color": VERMILLION},
            "hovertext": told,
            "hoverinfo": "text",
        },
    ]
    names = [f"{plain(name)} ({number(n)})" for name, n in zip(table["name"], table["patients"], strict=True)]
    layout = chart_frame(
        96 + _SPREAD_ROW * len(table),
        barmode="overlay",
        xaxis=axis(range=[-2, 102], title=titled(translated(_SPREAD_TITLE)), dtick=20),
        yaxis=axis(range=[len(table) - 0.5, -0.75], tickvals=at.tolist(), ticktext=names, showgrid=False, ticks=""),
    )
    return {"data": [trace for trace in data if any(x is not None for x in trace["x"])], "layout": layout}


def _lines(name: str, low: Floats, high: Floats, at: Floats, colour: str, width: float) -> dict[str, Any]:
    """A line from low to high on each row; a missing value between two keeps them apart."""
    gap = np.full(len(at), np.nan)
    x = np.column_stack([low, high, gap]).ravel()
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": rounded(x),
        "y": rounded(np.column_stack([at, at, gap]).ravel()),
        "line": {"color": colour, "width": width},
        "hoverinfo": "skip",
        "showlegend": bool(name),
    }


# From most to least help: light to dark, with the number in each part and one order everywhere.
_FILL = dict(zip(MODES, (LIGHT, MIDDLE, BLUE, DARK), strict=True))
_INK = dict(zip(MODES, (INK, INK, "#ffffff", "#ffffff"), strict=True))
_MODES_ROW = 30
_MODES_TITLE = marked("% of series with an active prescription")


def modes_chart(modes: pd.DataFrame, label: str) -> Chart | None:
    """The chart of rows with ``name``, ``mode``, ``series``, ``of_series``; None without any."""
    if modes.empty:
        return None
    first = modes.drop_duplicates("exercise")
    names = list(zip(first["name"].tolist(), first["of_series"].tolist(), strict=True))
    data = []
    begin = np.zeros(len(names))
    for mode in MODES:
        rows = modes[modes["mode"] == mode]
        share = (100 * rows["series"] / rows["of_series"]).to_numpy()
        counts, base = rows["series"].tolist(), begin
        begin = begin + share
        if not any(counts):
            continue
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": spoken(mode),
                "x": rounded(share),
                "base": rounded(base),
                "width": 0.7,
                "y": list(range(len(names))),
                "marker": {"color": _FILL[mode], "line": {"color": "#ffffff", "width": 1}},
                "text": [number(count) if count else "" for count in counts],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "textfont": {"color": _INK[mode]},
                "hovertext": [
                    _bar_words(plain(name), mode, count, total)
                    for (name, total), count in zip(names, counts, strict=True)
                ],
                "hoverinfo": "text",
            }
        )
    ticks = [f"{plain(name)} ({number(total)})" for name, total in names]
    layout = chart_frame(
        100 + _MODES_ROW * len(names),
        barmode="overlay",
        xaxis=axis(range=[0, 100], title=titled(translated(_MODES_TITLE)), dtick=20),
        yaxis=axis(
            range=[len(names) - 0.5, -0.5], tickvals=list(range(len(names))), ticktext=ticks, showgrid=False, ticks=""
        ),
    )
    layout["legend"]["traceorder"] = "normal"
    return Chart("cohort-modes", label, {"data": data, "layout": layout})


def _bar_words(name: str, mode: str, count: int, total: int) -> str:
    numbers = {"count": number(count), "total": number(total)}
    return translated("{name}: {mode} {count} of {total} series", name=name, mode=spoken(mode), **numbers)


# White is no session at all; then light to dark blue.
_SHADES = ((0.0, (255, 255, 255)), (0.02, (226, 238, 247)), (0.5, (84, 153, 199)), (1.0, (8, 60, 98)))
_HEAT_TITLE = marked("hour of the clock at which the session began")


def heat_chart(pattern: Pattern, label: str) -> Chart | None:
    """The chart; None if no home session has a time."""
    if not pattern.timed:
        return None

    def words(day: str, hour: int, count: int) -> str:
        when = f"{day} {hour_words(hour)}"
        return quantity("{when}: {count} sessions", "{when}: {count} sessions", count, when=when)

    rows = zip(weekdays(), pattern.grid.tolist(), strict=True)
    said = [[words(day, hour, count) for hour, count in enumerate(counts)] for day, counts in rows]
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
        "colorbar": {"title": {"text": translated("sessions")}, "thickness": 14, "outlinewidth": 1},
        "hovertext": said,
        "hoverinfo": "text",
    }
    layout = chart_frame(
        330,
        showlegend=False,
        # The gaps between cells show it: where no session began is a white cell, not nothing.
        plot_bgcolor=GRID,
        xaxis=axis(range=[-0.5, 23.5], dtick=2, showgrid=False, title=titled(translated(_HEAT_TITLE))),
        yaxis=axis(range=[6.5, -0.5], tickvals=list(range(7)), ticktext=weekdays(), showgrid=False, ticks=""),
    )
    layout["margin"]["t"] = 12
    return Chart("cohort-pattern", label, {"data": [heat], "layout": layout})
