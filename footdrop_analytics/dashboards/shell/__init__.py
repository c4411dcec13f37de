"""What all dashboards share in the browser: panels, charts, the page that guards patient data, and exports.

``page`` is the one widget that knows the browser: who looks, what must not be stored, what is downloaded. ``shell``
makes widgets once around a pure view, and after every change only assigns; ``alerts`` says that it works or what went
wrong. ``figure`` is the place of a chart, ``folded`` and ``as_of`` are controls, ``exports`` hands out files and code,
``styles`` is how all of it looks.
"""

from __future__ import annotations

from footdrop_analytics.dashboards.shell.exports import ExportBar
from footdrop_analytics.dashboards.shell.figure import ChartPane
from footdrop_analytics.dashboards.shell.folded import Folded, Panel
from footdrop_analytics.dashboards.shell.page import Page
from footdrop_analytics.dashboards.shell.shell import Shell
from footdrop_analytics.dashboards.shell.styles import still_page

__all__ = ["ChartPane", "ExportBar", "Folded", "Page", "Panel", "Shell", "still_page"]
