"""A small dashboard: one control that offers choices, one that is free, two panels, a chart, a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import ipywidgets
import pandas as pd

from footdrop_analytics.dashboards.shell import ExportBar, Shell
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.figures.still import Chart

WHO = ("Ada", "Bob", "<Eve>", "nobody", "broken", "refused")
NAME = "Ada"


@dataclass(frozen=True, kw_only=True)
class Choice:
    study: str = ""
    who: str = "Ada"
    days: int = 7
    language: str = "en"

    def __post_init__(self) -> None:
        if self.days == 56 and self.who == "Bob":
            raise ParameterError("days: not that long for Bob.")


def view(_analysis: Any, choice: Choice) -> View:
    """Fails for "broken" as code does, for "refused" as the package does; "nobody" has nothing to draw."""
    if choice.who == "broken":
        raise ZeroDivisionError("<b>division</b>")
    if choice.who == "refused":
        raise ParameterError("who: expected somebody, found <refused>.")
    panels = {"head": f"<p>{escape(choice.who)}: {choice.days} days</p>"}
    if choice.days < 28:
        panels["short"] = "<p>A short period.</p>"
    return View(
        panels=panels,
        charts={} if choice.who == "nobody" else {"days": chart(choice.who, choice.days)},
        tables={"rows": pd.DataFrame({"who": [choice.who, "=1+1"], "days": [choice.days, 0]})},
        choices={"who": tuple((one.title(), one) for one in WHO)},
        code=f"show({choice.who!r}, {choice.days})",
        about="small",
        as_of=date(2025, 12, 21),
    )


class Undrawn(Chart):
    """A chart whose figure is none that we draw."""

    still = "<svg></svg>"  # type: ignore[assignment]


def chart(who: str, days: int) -> Chart:
    """As many traces and shapes as days, so that charts differ in all that a figure holds."""
    data = [{"type": "scatter", "name": f"{who} {day}", "x": [1, 2], "y": [day, len(who)]} for day in range(days % 5)]
    layout = {"title": {"text": escape(who)}, "shapes": [{"type": "line", "x0": day} for day in range(days % 3)]}
    return Undrawn(key="days", label=f"Days of {who}", figure={"data": data, "layout": layout})


class Small(Shell[Choice]):
    title = "Small"

    def arrange(self) -> list[ipywidgets.Widget]:
        self.who = self.bind(ipywidgets.Dropdown(description="Who"), "who")
        self.days = self.bind(ipywidgets.IntSlider(description="Days", min=7, max=56), "days")
        self.exports = ExportBar(self, {"This page (HTML)": lambda: ("small.html", self.still())})
        return [self.panel("head"), self.who, self.days, self.panel("short"), self.chart("days"), self.exports.root]

    def assign(self, view: View) -> None:
        self.exports.show(view)


def small(choice: Choice | None = None) -> Small:
    """A small dashboard that nobody looks at yet."""
    return Small(None, choice or Choice(), view)  # type: ignore[arg-type]


def look(shell: Shell[Any]) -> None:
    """What the page's script says as soon as a browser shows the dashboard."""
    shell.page._handle_custom_msg({"say": "look"}, [])
