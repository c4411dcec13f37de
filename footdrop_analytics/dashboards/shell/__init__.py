"""What all dashboards share in the browser: panels, charts, the page that guards patient data, and exports.

``page`` is the one widget that knows the browser: who looks, what must not be stored, what is downloaded, and how it
looks. ``shell`` makes widgets once around a pure view, and after every change only assigns. ``controls`` are the pieces
around the view: alerts, controls behind one button, the day, files and code; ``figure`` is the place of a chart.
"""

from __future__ import annotations

from footdrop_analytics.dashboards.shell.controls import ExportBar, Folded, Panel
from footdrop_analytics.dashboards.shell.figure import ChartPane
from footdrop_analytics.dashboards.shell.page import Page, still_page
from footdrop_analytics.dashboards.shell.shell import Shell

__all__ = ["ChartPane", "ExportBar", "Folded", "Page", "Panel", "Shell", "still_page"]
