"""What all dashboards share in the browser: panels, charts, the page that guards patient data, and exports."""

from __future__ import annotations

from footdrop_analytics.dashboards.shell.exports import ExportBar
from footdrop_analytics.dashboards.shell.figure import ChartPane
from footdrop_analytics.dashboards.shell.folded import Folded, Panel
from footdrop_analytics.dashboards.shell.page import Page
from footdrop_analytics.dashboards.shell.shell import Shell
from footdrop_analytics.dashboards.shell.styles import still_page

__all__ = ["ChartPane", "ExportBar", "Folded", "Page", "Panel", "Shell", "still_page"]
