"""The chart of modes: for every exercise, how many of its series are done in which mode now."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from footdrop_analytics.dashboards.cohort.drawing import (
    DARK,
    LIGHT,
    MIDDLE,
    WIDTH,
    Scale,
    axis,
    box,
    frame,
    line,
    plain,
    short,
    svg,
    text,
    titled,
)
from footdrop_analytics.figures.style import BLUE, GRID, INK, SOFT_INK
from footdrop_analytics.model.vocabulary import MODES
from footdrop_analytics.patient.context import Chart

# From most to least help: light to dark, with the number in each part and one order everywhere.
_FILL = dict(zip(MODES, (LIGHT, MIDDLE, BLUE, DARK), strict=True))
_INK = dict(zip(MODES, (INK, INK, "#ffffff", "#ffffff"), strict=True))
_ROW = 30
_LEFT = 232
_TITLE = "% of series with an active prescription"


def modes_chart(modes: pd.DataFrame, label: str) -> Chart | None:
    """The chart of rows with ``name``, ``mode``, ``series``, ``of_series``; None without any."""
    if modes.empty:
        return None
    return Chart("cohort-modes", label, _figure(modes), partial(_still, modes, label))


def _names(modes: pd.DataFrame) -> list[tuple[str, int]]:
    first = modes.drop_duplicates("exercise")
    return list(zip(first["name"].tolist(), first["of_series"].tolist(), strict=True))


def _figure(modes: pd.DataFrame) -> dict[str, Any]:
    names = _names(modes)
    data = []
    for mode in MODES:
        rows = modes[modes["mode"] == mode]
        share = (100 * rows["series"] / rows["of_series"]).round(2).tolist()
        counts = rows["series"].tolist()
        if not any(counts):
            continue
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": mode,
                "x": share,
                "y": list(range(len(names))),
                "marker": {"color": _FILL[mode], "line": {"color": "#ffffff", "width": 1}},
                "text": [f"{count:,}" if count else "" for count in counts],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "textfont": {"color": _INK[mode]},
                "hovertext": [
                    f"{plain(name)}: {mode} {count:,} of {total:,} series"
                    for (name, total), count in zip(names, counts, strict=True)
                ],
                "hoverinfo": "text",
            }
        )
    ticks = [f"{plain(name)} ({total:,})" for name, total in names]
    layout = frame(
        100 + _ROW * len(names),
        barmode="stack",
        bargap=0.3,
        xaxis=axis(range=[0, 100], title=titled(_TITLE), dtick=20),
        yaxis=axis(
            range=[len(names) - 0.5, -0.5], tickvals=list(range(len(names))), ticktext=ticks, showgrid=False, ticks=""
        ),
    )
    layout["legend"]["traceorder"] = "normal"
    return {"data": data, "layout": layout}


def _still(modes: pd.DataFrame, label: str) -> str:
    names = _names(modes)
    top, bottom = 30, 30 + _ROW * len(names)
    x = Scale(0, 100, _LEFT, WIDTH - 12)
    parts = []
    for tick in range(0, 101, 20):
        parts.append(line(f"M{x(tick):.1f} {top}V{bottom}", GRID, 1))
        parts.append(text(x(tick), bottom + 16, f"{tick}", "middle"))
    parts.append(text((_LEFT + WIDTH) / 2, bottom + 32, _TITLE, "middle"))
    for number, (_, rows) in enumerate(modes.groupby("exercise", sort=False)):
        name, total = names[number]
        y = top + _ROW * number
        parts.append(text(_LEFT - 10, y + 20, f"{short(name)} ({total:,})", "end"))
        begin = 0.0
        for mode, count in zip(rows["mode"], rows["series"], strict=True):
            end = begin + 100 * count / total
            if count:
                parts.append(box(x(begin), y + 4, x(end) - x(begin), _ROW - 8, _FILL[mode], "#ffffff"))
            if x(end) - x(begin) > 8 * len(f"{count:,}"):
                parts.append(text((x(begin) + x(end)) / 2, y + 20, f"{count:,}", "middle", fill=_INK[mode]))
            begin = end
    return svg(label, bottom + 40, [*parts, *_legend(modes)])


def _legend(modes: pd.DataFrame) -> list[str]:
    parts, left = [], 12.0
    for mode in MODES:
        if modes.loc[modes["mode"] == mode, "series"].any():
            parts += [box(left, 4, 18, 13, _FILL[mode], SOFT_INK), text(left + 24, 15, mode)]
            left += 50 + 7 * len(mode)
    return parts
