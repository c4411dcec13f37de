"""What the cohort's charts share: axes for plotly, and the parts of a still drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from footdrop_analytics.figures.style import FONT, GRID, INK, SOFT_INK

WIDTH = 720
ROW_FONT = 12
# Three steps of one blue: light to dark reads as less to more, also without colour and on paper.
LIGHT, MIDDLE, DARK = "#d3e5f2", "#6aa9d2", "#0b4a75"
MOST_GROUPS = 24
"""A chart shows no more groups than this, the largest; the table has all of them."""
_LONGEST_NAME = 34


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


def titled(words: str) -> dict[str, Any]:
    """The title of an axis."""
    return {"text": words, "font": {"size": 13}, "standoff": 6}


def frame(height: int, **own: Any) -> dict[str, Any]:
    """What all layouts share."""
    return {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "margin": {"l": 12, "r": 16, "t": 34, "b": 40},
        "height": height,
        "dragmode": False,
        "hovermode": "closest",
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top"},
        **own,
    }


def short(name: str) -> str:
    """A name that fits beside a row."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def plain(name: str) -> str:
    """A name as plotly shows it: its texts are read as a kind of HTML."""
    return escape(short(name), quote=False)


def rounded(values: Iterable[float], digits: int = 2) -> list[float | None]:
    """Numbers for a chart's JSON; missing ones are None."""
    return [None if value != value else round(float(value), digits) for value in values]


@dataclass(frozen=True)
class Scale:
    """Where values lie between two ends of a drawing."""

    lowest: float
    highest: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value."""
        return self.begin + (value - self.lowest) / max(self.highest - self.lowest, 1e-9) * (self.end - self.begin)


def text(x: float, y: float, words: str, anchor: str = "start", **own: str) -> str:
    """A piece of text; what comes from a file is escaped here."""
    more = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in own.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def line(path: str, colour: str = INK, width: float = 1.5, dash: str = "") -> str:
    """A line without filling."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def box(x: float, y: float, width: float, height: float, fill: str, stroke: str = "none") -> str:
    """A filled rectangle."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" '
        f'fill="{fill}" stroke="{stroke}"/>'
    )


def svg(label: str, height: float, parts: Sequence[str]) -> str:
    """The drawing; ``label`` is its accessible name."""
    return (
        f'<svg class="still" role="img" aria-label="{escape(label)}" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'font-size="{ROW_FONT}" fill="{INK}">{"".join(parts)}</svg>'
    )
