"""One chart, drawn twice from one description: by plotly in a browser, and as a still drawing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from footdrop_analytics.figures.still import still_svg


@dataclass(frozen=True)
class Chart:
    """A chart: ``figure`` as plotly takes it; ``label`` says in words what it shows."""

    key: str
    label: str
    figure: dict[str, Any]

    @cached_property
    def still(self) -> str:
        """The still drawing, made when it is asked for: a dashboard whose interactive chart works needs none."""
        return still_svg(self.figure, self.label)
