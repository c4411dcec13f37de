"""What all dashboards share in the browser: panels, charts, the page that guards patient data, and exports."""

from __future__ import annotations

from footdrop_analytics.dashboards.frontend.exports import ExportBar
from footdrop_analytics.dashboards.frontend.figure import ChartPane
from footdrop_analytics.dashboards.frontend.page import Page
from footdrop_analytics.dashboards.frontend.panel import Panel
from footdrop_analytics.dashboards.frontend.shell import Shell
from footdrop_analytics.dashboards.frontend.still import still_page

__all__ = ["ChartPane", "ExportBar", "Page", "Panel", "Shell", "still_page"]
