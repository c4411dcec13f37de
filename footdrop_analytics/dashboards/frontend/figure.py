"""A place for a chart: the still drawing at once, the interactive one as soon as the browser has drawn it."""

from __future__ import annotations

import ipywidgets

from footdrop_analytics.dashboards.frontend.panel import Panel
from footdrop_analytics.report.sections.context import Chart


class ChartPane(ipywidgets.VBox):  # type: ignore[misc]
    """Shows one chart after the other; ``show(None)`` shows nothing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.still = Panel()
        super().__init__([self.still])

    def show(self, chart: Chart | None) -> None:
        """Show a chart in place of the one before."""
        self.still.value = "" if chart is None else chart.still

    def __repr__(self) -> str:
        return ""
