"""The chart of modes: for every exercise, how many of its series are done in which mode now."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from footdrop_analytics.dashboards.cohort.drawing import DARK, LIGHT, MIDDLE, chart_frame, plain, rounded, titled
from footdrop_analytics.figures import Chart
from footdrop_analytics.figures.style import BLUE, INK, axis
from footdrop_analytics.model.vocabulary import MODES
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import number, spoken

# From most to least help: light to dark, with the number in each part and one order everywhere.
_FILL = dict(zip(MODES, (LIGHT, MIDDLE, BLUE, DARK), strict=True))
_INK = dict(zip(MODES, (INK, INK, "#ffffff", "#ffffff"), strict=True))
_ROW = 30
_LEFT = 232
_TITLE = marked("% of series with an active prescription")


def modes_chart(modes: pd.DataFrame, label: str) -> Chart | None:
    """The chart of rows with ``name``, ``mode``, ``series``, ``of_series``; None without any."""
    if modes.empty:
        return None
    return Chart("cohort-modes", label, _figure(modes))


def _names(modes: pd.DataFrame) -> list[tuple[str, int]]:
    first = modes.drop_duplicates("exercise")
    return list(zip(first["name"].tolist(), first["of_series"].tolist(), strict=True))


def _figure(modes: pd.DataFrame) -> dict[str, Any]:
    names = _names(modes)
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
        100 + _ROW * len(names),
        barmode="overlay",
        xaxis=axis(range=[0, 100], title=titled(translated(_TITLE)), dtick=20),
        yaxis=axis(
            range=[len(names) - 0.5, -0.5], tickvals=list(range(len(names))), ticktext=ticks, showgrid=False, ticks=""
        ),
    )
    layout["legend"]["traceorder"] = "normal"
    return {"data": data, "layout": layout}


def _bar_words(name: str, mode: str, count: int, total: int) -> str:
    numbers = {"count": number(count), "total": number(total)}
    return translated("{name}: {mode} {count} of {total} series", name=name, mode=spoken(mode), **numbers)
