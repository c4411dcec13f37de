"""What the cohort's charts share: three shades, titles, names that fit, numbers as JSON holds them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from footdrop_analytics.figures.style import frame, in_chart

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
