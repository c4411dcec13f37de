"""The chart of persistence: a small panel for every group, with the curve of all patients in each for reference.

Panels instead of lines of many colours: every curve keeps its band, and nothing is told by colour alone.
"""

from __future__ import annotations

from functools import partial
from textwrap import wrap
from typing import Any, NamedTuple

import numpy as np

from footdrop_analytics.analysis.cohort.survival import MARKS, Curve
from footdrop_analytics.dashboards.cohort.drawing import (
    LIGHT,
    WIDTH,
    Scale,
    axis,
    frame,
    line,
    plain,
    rounded,
    short,
    svg,
    text,
    titled,
)
from footdrop_analytics.figures.style import BLUE, GRID, SOFT_INK
from footdrop_analytics.patient.context import Chart
from footdrop_analytics.wording.words import counted

_ACROSS = 3
_MOST_MARKS = 4
_PANEL = 204
_GAP = 0.06
_ACROSS_PANEL = 18
"""So many letters stand side by side over a panel."""
_TITLE_X = ("weeks since the", "first due day")
_TITLE_Y = "% with sessions"


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
    return Chart("cohort-persistence", label, _figure(curves), partial(_still, curves, label))


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


def _ticks(last: int) -> list[int]:
    step = next((step for step in (7, 14, 28, 56, 84, 182, 364) if last / step <= 6), 728)
    return list(range(0, last + 1, step))


def _last(curves: tuple[Curve, ...]) -> int:
    return max(max(one.last_day for one in curves), 7)


def _figure(curves: tuple[Curve, ...]) -> dict[str, Any]:
    data: list[dict[str, Any]] = []
    rows = -(-len(curves) // _ACROSS)
    layout = frame(56 + _PANEL * rows, showlegend=False, annotations=[])
    layout["margin"] |= {"l": 52, "t": 16, "b": 40}
    last, everybody = _last(curves), steps_of(curves[0])
    ticks = _ticks(last)
    for number, curve in enumerate(curves):
        row, column = divmod(number, _ACROSS)
        name = "" if number == 0 else str(number + 1)
        left = column * (1 + _GAP) / _ACROSS
        bottom, top = 1 - (row + 0.82) / rows, 1 - (row + 0.2) / rows
        own = axis(range=[0, last * 1.02], tickvals=ticks, ticktext=[str(day // 7) for day in ticks], automargin=False)
        own |= {"domain": [left, left + (1 - 2 * _GAP) / _ACROSS], "anchor": f"y{name}"}
        up = axis(range=[0, 103], dtick=50, domain=[bottom, top], automargin=False, anchor=f"x{name}")
        # Titles at the edges: below the last panel of each column, beside the first of each row.
        is_last = number + _ACROSS >= len(curves)
        layout[f"xaxis{name}"] = own | ({"title": titled("<br>".join(_TITLE_X))} if is_last else {})
        layout[f"yaxis{name}"] = up | ({"title": titled(_TITLE_Y)} if column == 0 else {})
        title = "".join(f"<b>{plain(part)}</b><br>" for part in _wrapped(curve.name)) + _numbers(curve)
        layout["annotations"].append(_note(title, left, top))
        data += _traces(curve, everybody if number else None, name)
    return {"data": data, "layout": layout}


def _wrapped(name: str) -> list[str]:
    """A name in lines that fit over a panel, also of a narrow window; two at most."""
    return wrap(short(name), _ACROSS_PANEL, max_lines=2, placeholder="…") or [name]


def _numbers(curve: Curve) -> str:
    return f"{counted(curve.patients, 'patient')}, {curve.events:,} stopped"


def _note(words: str, x: float, y: float) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": x, "y": y, "xanchor": "left", "yanchor": "bottom"}
    return {"text": words, "showarrow": False, "align": "left", **place}


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
    own = base | {
        "x": steps.x,
        "y": steps.y,
        "line": {"color": BLUE, "width": 2.2},
        "hovertemplate": "day %{x}: %{y:.0f} %<extra></extra>",
    }
    dashed = {"color": SOFT_INK, "width": 1.3, "dash": "dash"}
    found = [band] if steps.band_x else []
    if everybody is not None:
        found.append(base | {"x": everybody.x, "y": everybody.y, "line": dashed, "hoverinfo": "skip"})
    return [*found, own]


def _still(curves: tuple[Curve, ...], label: str) -> str:
    last, everybody = _last(curves), steps_of(curves[0])
    width = (WIDTH - 40) / _ACROSS
    parts = []
    for number, curve in enumerate(curves):
        row, column = divmod(number, _ACROSS)
        left, top = 48 + column * width, 10 + row * _PANEL
        x = Scale(0, last, left, left + width - 32)
        y = Scale(0, 100, top + _PANEL - 30, top + 54)
        parts += _panel(curve, everybody if number else None, x, y, last)
        if number + _ACROSS >= len(curves):
            below = enumerate(_TITLE_X)
            parts += [text((x.begin + x.end) / 2, y.begin + 31 + 14 * at, words, "middle") for at, words in below]
        if column == 0:
            middle = f'transform="translate(14 {(y.begin + y.end) / 2:.0f}) rotate(-90)" text-anchor="middle"'
            parts.append(f"<text {middle}>{_TITLE_Y}</text>")
    return svg(label, 30 + _PANEL * (-(-len(curves) // _ACROSS)), parts)


def _panel(curve: Curve, everybody: Steps | None, x: Scale, y: Scale, last: int) -> list[str]:
    left, right, bottom, top = x.begin, x.end, y.begin, y.end
    names = _wrapped(curve.name)
    parts = [text(left, top - 8 - 14 * up, name, font_weight="bold") for up, name in enumerate(names[::-1], 1)]
    parts.append(text(left, top - 8, _numbers(curve)))
    for value in (0, 50, 100):
        parts.append(line(f"M{left:.1f} {y(value):.1f}H{right:.1f}", GRID, 1))
        parts.append(text(left - 4, y(value) + 4, f"{value}", "end"))
    for day in _ticks(last):
        parts.append(line(f"M{x(day):.1f} {bottom:.1f}v4", SOFT_INK, 1))
        parts.append(text(x(day), bottom + 16, f"{day // 7}", "middle"))
    steps = steps_of(curve)
    if steps.band_x:
        corners = [*zip(steps.band_x, steps.high, strict=True), *zip(steps.band_x[::-1], steps.low[::-1], strict=True)]
        parts.append(f'<path d="{_path(corners, x, y)}z" fill="{LIGHT}"/>')
    if everybody is not None:
        parts.append(line(_path(zip(everybody.x, everybody.y, strict=True), x, y), SOFT_INK, 1.3, "5 3"))
    parts.append(line(_path(zip(steps.x, steps.y, strict=True), x, y), BLUE, 2.2))
    return parts


def _path(corners: Any, x: Scale, y: Scale) -> str:
    return "M" + "L".join(f"{x(day):.1f} {y(share):.1f}" for day, share in corners)


def marks_of(curves: tuple[Curve, ...]) -> list[int]:
    """The days at which the curves are told in numbers: up to four, of those that enough patients are followed for."""
    last = max((one.last_day for one in curves), default=0)
    marks = [day for day in MARKS if day <= last] or ([last] if last else [])
    return marks if len(marks) <= _MOST_MARKS else [marks[0], *marks[1 - _MOST_MARKS :]]
