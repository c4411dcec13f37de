"""The chart of persistence: a small panel for every group, with the curve of all patients in each for reference.

Panels instead of lines of many colours: every curve keeps its band, and colour alone carries no meaning.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Any, NamedTuple

import numpy as np

from footdrop_analytics.analysis.cohort.spread import MARKS, Curve
from footdrop_analytics.dashboards.cohort.charts import LIGHT, chart_frame, plain, rounded, short, titled
from footdrop_analytics.figures.interactive import BLUE, SOFT_INK, axis
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import number, quantity

_ACROSS = 3
_MOST_MARKS = 4
_PANEL = 204
_GAP = 0.06
_ACROSS_PANEL = 18
"""So many letters stand side by side over a panel."""
_TITLE_X = marked("weeks since the first due day")
_TITLE_Y = marked("% with sessions")


class Steps(NamedTuple):
    """Corners of a curve drawn as steps (days, percent), and of its band (low and high on the same days)."""

    x: list[float | None]
    y: list[float | None]
    band_x: list[float | None]
    low: list[float | None]
    high: list[float | None]


def curves_chart(curves: tuple[Curve, ...], label: str) -> Chart | None:
    """The chart; None without a curve."""
    if not curves:
        return None
    data: list[dict[str, Any]] = []
    rows = -(-len(curves) // _ACROSS)
    layout = chart_frame(56 + _PANEL * rows, showlegend=False, annotations=[])
    layout["margin"] |= {"l": 52, "t": 16, "b": 40}
    last, everybody = max(7, *(one.last_day for one in curves)), steps_of(curves[0])
    step = next((step for step in (7, 14, 28, 56, 84, 182, 364) if last / step <= 6), 728)
    ticks = list(range(0, last + 1, step))
    for place, curve in enumerate(curves):
        row, column = divmod(place, _ACROSS)
        name = "" if place == 0 else str(place + 1)
        left = column * (1 + _GAP) / _ACROSS
        bottom, top = 1 - (row + 0.82) / rows, 1 - (row + 0.2) / rows
        own = axis(range=[0, last * 1.02], tickvals=ticks, ticktext=[str(day // 7) for day in ticks], automargin=False)
        own |= {"domain": [left, left + (1 - 2 * _GAP) / _ACROSS], "anchor": f"y{name}"}
        up = axis(range=[0, 103], dtick=50, domain=[bottom, top], automargin=False, anchor=f"x{name}")
        # Titles at the edges: below the last panel of each column, beside the first of each row.
        is_last = place + _ACROSS >= len(curves)
        layout[f"xaxis{name}"] = own | (
            {"title": titled("<br>".join(wrap(translated(_TITLE_X), _ACROSS_PANEL)))} if is_last else {}
        )
        layout[f"yaxis{name}"] = up | ({"title": titled(translated(_TITLE_Y))} if column == 0 else {})
        # The name fits over a panel, also of a narrow window.
        lines = wrap(short(curve.name), _ACROSS_PANEL, max_lines=2, placeholder="…") or [curve.name]
        patients = quantity("{count} patient", "{count} patients", curve.patients)
        numbers = translated("{patients}, {count} stopped", patients=patients, count=number(curve.events))
        title = "".join(f"<b>{plain(line)}</b><br>" for line in lines) + numbers
        at = {"xref": "paper", "yref": "paper", "x": left, "y": top, "xanchor": "left", "yanchor": "bottom"}
        layout["annotations"].append({"text": title, "showarrow": False, "align": "left", **at})
        data += _traces(curve, everybody if place else None, name)
    return Chart("cohort-persistence", label, {"data": data, "layout": layout})


def steps_of(curve: Curve) -> Steps:
    """The corners, up to the last day with enough patients at risk; level days in between are left out."""
    shown = (curve.days <= curve.last_day) & (curve.stopped > 0)
    days = np.concatenate([[0], curve.days[shown], [curve.last_day]]).astype(float)
    share = 100 * np.concatenate([[1.0], curve.persisting[shown], curve.persisting[shown][-1:] if shown.any() else [1]])
    low, high = (100 * np.concatenate([[np.nan], of[shown], of[shown][-1:]]) for of in (curve.low, curve.high))
    x = np.repeat(days, 2)[1:]
    band = ~np.isnan(np.repeat(low, 2)[:-1]) if len(low) == len(days) else np.zeros(len(x), dtype=bool)
    lows, highs = (np.repeat(of, 2)[:-1][band] if band.any() else np.empty(0) for of in (low, high))
    return Steps(rounded(x), rounded(np.repeat(share, 2)[:-1]), rounded(x[band]), rounded(lows), rounded(highs))


def _traces(curve: Curve, everybody: Steps | None, name: str) -> list[dict[str, Any]]:
    steps = steps_of(curve)
    base = {"type": "scatter", "mode": "lines", "xaxis": f"x{name}", "yaxis": f"y{name}"}
    band = base | {
        "x": [*steps.band_x, *steps.band_x[::-1]],
        "y": [*steps.high, *steps.low[::-1]],
        "fill": "toself",
        "fillcolor": LIGHT,
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    hover = translated("day {day}: {share} %", day="%{x}", share="%{y:.0f}")
    own = base | {
        "x": steps.x,
        "y": steps.y,
        "line": {"color": BLUE, "width": 2.2},
        "hovertemplate": f"{hover}<extra></extra>",
    }
    dashed = {"color": SOFT_INK, "width": 1.3, "dash": "dash"}
    found = [band] if steps.band_x else []
    if everybody is not None:
        found.append(base | {"x": everybody.x, "y": everybody.y, "line": dashed, "hoverinfo": "skip"})
    return [*found, own]


def marks_of(curves: tuple[Curve, ...]) -> list[int]:
    """The days at which the curves are told in numbers: up to four, of those that enough patients are followed for."""
    last = max((one.last_day for one in curves), default=0)
    marks = [day for day in MARKS if day <= last] or ([last] if last else [])
    return marks if len(marks) <= _MOST_MARKS else [marks[0], *marks[1 - _MOST_MARKS :]]
