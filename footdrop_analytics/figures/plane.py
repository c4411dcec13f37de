"""Where everything lies in a still drawing: the axes of a layout, and places that refer to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from footdrop_analytics.figures.axes import Axis
from footdrop_analytics.figures.marks import LETTER, LINE, lines_of

WIDTH = 720
_INSIDE = 190
"""The height of the plots if the layout does not say its own."""
_LABELS = 26
"""Room for the labels below an axis."""


@dataclass(frozen=True)
class Plane:
    """The plots of a layout, ``top`` units below the upper edge of the drawing."""

    layout: Mapping[str, Any]
    top: float

    @cached_property
    def axes(self) -> dict[str, Axis]:
        """The axes by the names that traces use: ``x``, ``y``, ``y2`` and so on."""
        found = {}
        for name, own in self.layout.items():
            if name.startswith(("xaxis", "yaxis")):
                first, last = self.across if name[0] == "x" else (self.bottom, self.top)
                begin, end = (first + part * (last - first) for part in own.get("domain", (0, 1)))
                found[name.replace("axis", "")] = Axis(own, begin, end)
        return found

    @cached_property
    def across(self) -> tuple[float, float]:
        """The left and right end of the plots: labels of an axis that asks for it have the room they need."""
        left = self.layout["margin"]["l"]
        for name, own in self.layout.items():
            if name.startswith("yaxis") and own.get("automargin"):
                title = LINE + 4 if own.get("title") else 0
                left = max(left, Axis(own, 0, 1).longest_label * LETTER + 20 + title)
        return left, WIDTH - self.layout["margin"]["r"]

    @cached_property
    def bottom(self) -> float:
        """Where the lowest plot ends."""
        margin, height = self.layout["margin"], self.layout.get("height")
        return self.top + (_INSIDE if height is None else height - margin["t"] - margin["b"])

    @cached_property
    def height(self) -> float:
        """The height of the drawing."""
        titles = (own["title"]["text"] for name, own in self.layout.items() if name[:5] == "xaxis" and "title" in own)
        return self.bottom + _LABELS + LINE * max((len(lines_of(title)) for title in titles), default=0)

    def anchor(self, name: str) -> Axis:
        """The axis at which another one stands."""
        return self.axes[self.axes[name].layout.get("anchor", "y" if name[0] == "x" else "x")]

    def crossed_by(self, name: str) -> list[Axis]:
        """The axes over which the grid of another one reaches: several plots may share their time axis."""
        if name[0] == "y":
            return [self.anchor(name)]
        return [axis for other, axis in self.axes.items() if other[0] == "y" and self.anchor(other) is self.axes[name]]

    def from_left(self, reference: str, value: Any) -> float:
        """Where something lies that refers to an axis or to all plots together (``paper``)."""
        left, right = self.across
        return left + value * (right - left) if reference == "paper" else self.axes[reference].places([value])[0]

    def from_above(self, reference: str, value: float) -> float:
        """The same from top to bottom, where ``y2 domain`` is the height of the axis ``y2``."""
        name = reference.partition(" ")[0]
        first, last = (self.bottom, self.top) if name == "paper" else (self.axes[name].begin, self.axes[name].end)
        return first + value * (last - first)
