"""A place for a chart: the still drawing at once, plotly's as soon as the browser has drawn it.

Plotly's own ``FigureWidget`` is not used, for what its code does (plotly 7.1, anywidget 0.11):

* Each figure brings its own 5 MB of script, in the message that opens it and again with every reload of the page
  (plotly.py #5143: ten seconds on a remote JupyterHub). Here the library goes once to a browser page, compressed.
* anywidget gives a script two seconds to load; what comes later to that widget is dropped for good. Five megabytes on
  a busy machine take longer: an empty chart (plotly.py #5027, voila #1533; in a browser slowed twelvefold it stayed
  empty, the drawings here came) or, worse, the chart of the patient before. Here the script is a few lines, and the
  page lifts the limit (``page.js``).
* It has no message that replaces a figure: traces, properties and layout change one by one, each checked in Python,
  and after each the browser sends all defaults back. Here one message holds the whole figure and ``Plotly.react``
  draws the difference, so that an update cannot end in anything else than a new chart would.

Whatever fails in a browser, the still drawing stays: it is plain HTML, and plotly's drawing is visible only while
both carry the same token.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from footdrop_analytics.dashboards.shell.controls import Panel
from footdrop_analytics.dashboards.shell.page import Unspoken
from footdrop_analytics.figures.interactive import PLOTLY_CONFIG, plotly_config
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.wording.language import current


class LiveChart(Unspoken, anywidget.AnyWidget):
    """Plotly's drawing of a figure, as JSON text: nothing of it is looked at on the way to the browser."""

    _esm = Path(__file__).with_name("figure.js")
    figure = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    token = traitlets.Unicode().tag(sync=True)
    config = traitlets.Dict(PLOTLY_CONFIG).tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self.on_msg(self._heard)

    def _heard(self, _widget: ipywidgets.Widget, content: Mapping[str, Any], _buffers: object) -> None:
        if content.get("say") == "library?":
            self.send({"do": "library"}, buffers=[_library()])
        elif content.get("say") == "here":
            # What was sent while the script loaded may be lost.
            self.send_state(["figure", "label", "token"])


class ChartPane(Unspoken, ipywidgets.VBox):  # type: ignore[misc]
    """Shows one chart after the other; ``show(None)`` shows nothing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.still = Panel()
        self.still.add_class("fd-still")
        self.live = LiveChart()
        self.live.add_class("fd-live-box")
        super().__init__([self.still, self.live])
        self.add_class("fd-chart")

    def show(self, chart: Chart | None) -> None:
        """Show a chart in place of the one before: one message for plotly's drawing, one for the still one."""
        figure = "" if chart is None else json.dumps(chart.figure, separators=(",", ":"), allow_nan=False)
        token = sha256(f"{current().code}{figure}".encode()).hexdigest()[:16]
        with self.live.hold_sync():
            self.live.config = plotly_config()
            self.live.figure = figure
            self.live.label = "" if chart is None else chart.label
            self.live.token = token
        self.still.value = "" if chart is None else f'<div data-chart="{token}">{chart.still}</div>'


@lru_cache(maxsize=1)
def _library() -> bytes:
    from plotly.offline import get_plotlyjs

    return gzip.compress(get_plotlyjs().encode(), compresslevel=6, mtime=0)
