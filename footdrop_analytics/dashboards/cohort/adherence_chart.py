"""The chart of how adherence is spread: a box and dots for every group, all patients on top.

A dot is a patient; of a larger group fifty dots at evenly spaced ranks are drawn, so that ten thousand patients take no
more room than fifty and the shape is the same.
"""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from footdrop_analytics.analysis.cohort.spread import Spread
from footdrop_analytics.analysis.log.arrays import Floats
from footdrop_analytics.dashboards.cohort.drawing import LIGHT, MOST_GROUPS, chart_frame, plain, rounded, titled
from footdrop_analytics.dashboards.cohort.words import group_words, plain_records
from footdrop_analytics.figures import Chart
from footdrop_analytics.figures.style import BLUE, INK, SOFT_INK, VERMILLION, axis
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import number

MOST_DOTS = 50
_ROW = 34
_LEFT = 232
_HALF = 0.2
_TITLE = marked("% of sessions due, credited as logged")
_KINDS = (marked("middle half"), marked("from 10 % to 90 %"), marked("median with its 95 % interval"))


def spread_chart(spread: Spread, label: str) -> Chart | None:
    """The chart; None if nobody has a value."""
    rows = drawn_rows(spread)
    if not rows:
        return None
    table = spread.groups.iloc[rows].reset_index(drop=True)
    dots = [_dots(spread.sorted_values[row] * 100) for row in rows]
    return Chart("cohort-adherence", label, _figure(table, dots))


def drawn_rows(spread: Spread) -> list[int]:
    """The rows of the groups that are drawn: all patients, and the largest groups in their own order."""
    patients = spread.groups["patients"].to_numpy()
    some = np.flatnonzero(patients > 0)
    largest = some[np.argsort(-patients[some], kind="stable")[: MOST_GROUPS + 1]]
    return [int(row) for row in np.sort(largest)]


def _dots(values: Floats) -> Floats:
    if len(values) <= MOST_DOTS:
        return values
    spaced = np.quantile(values, (np.arange(MOST_DOTS) + 0.5) / MOST_DOTS)
    return np.asarray(spaced, dtype=np.float64)


def _lift(count: int) -> Floats:
    """How far above its row each dot lies: neighbours on different levels, so that they can be told apart."""
    lift: Floats = 0.3 + 0.075 * (np.arange(count) % 3).astype(np.float64)
    return lift


def _figure(table: Any, dots: list[Floats]) -> dict[str, Any]:
    percent = {name: 100 * table[name].to_numpy() for name in ("p10", "p25", "median", "p75", "p90")}
    low, high = 100 * table["median_low"].to_numpy(), 100 * table["median_high"].to_numpy()
    at = np.arange(len(table), dtype=float)
    known = ~np.isnan(percent["median"])
    told = np.array([escape(group_words(row), quote=False) for row in plain_records(table)], dtype=object)[
        known
    ].tolist()
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": translated("patients"),
            "x": rounded(np.concatenate(dots), 1),
            "y": rounded(np.concatenate([row - _lift(len(one)) for row, one in zip(at, dots, strict=True)])),
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
        96 + _ROW * len(table),
        barmode="overlay",
        xaxis=axis(range=[-2, 102], title=titled(translated(_TITLE)), dtick=20),
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
