"""A field for a day, and the control for the last day that counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ipywidgets
from ipywidgets.widgets.trait_types import Date, date_serialization

from footdrop_analytics.dashboards.looked_at import LATEST, LookedAt
from footdrop_analytics.dashboards.shell.page import Page
from footdrop_analytics.wording.language import marked

_FOUR_DIGITS = 1000


def _day_sent(sent: dict[str, int] | None, field: ipywidgets.Widget) -> date | None:
    """The day that a browser sends; of a year with more digits than a date can have the last day there is."""
    if sent is not None and sent["year"] > date.max.year:
        return date.max
    found: date | None = date_serialization["from_json"](sent, field)
    return found


class DayField(ipywidgets.DatePicker):  # type: ignore[misc]
    """A field for a day; ipywidgets' own fails, without a word, on a year with five digits."""

    value = Date(None, allow_none=True).tag(sync=True, **{**date_serialization, "from_json": _day_sent})


class AsOf:
    """The last day that counts, and a button for the day on which somebody looks."""

    def __init__(self, change: Callable[..., object], guarded: Callable[[Callable[..., object]], Any]) -> None:
        self._change, self._settings = change, LookedAt()
        self.field = DayField(style={"description_width": "initial"}, layout={"width": "auto"})
        self.field.observe(guarded(self._chosen), "value")
        self.button = ipywidgets.Button(layout={"width": "auto", "flex": "0 0 auto"})
        self.button.on_click(guarded(lambda _button: self._change(as_of=self._settings.today)))
        self.root = ipywidgets.HBox([self.field, self.button])
        self.root.add_class("fd-as-of")

    def mark(self, page: Page) -> None:
        """Say what the day is to those who hear the page."""
        page.mark(self.field, max=LATEST.isoformat())
        page.label(self.field, description=marked("As of"), aria_label=marked("As of: the last day that counts"))
        page.label(self.button, description=marked("As of today"))

    def show(self, settings: LookedAt, as_of: date) -> None:
        """Show the day of the view, and the button where that is another than today."""
        self._settings = settings
        self.field.value = as_of
        self.button.layout.display = "none" if settings.today in (None, as_of) else None

    def _chosen(self, change_of: dict[str, Any]) -> None:
        """Take a day; a year that is still being typed is none yet, and a day that is taken out is open again."""
        chosen = change_of["new"]
        if chosen is None or not half_typed(chosen):
            self._change(as_of=chosen)


def half_typed(value: date | None) -> bool:
    """Whether a year is still being typed: browsers report 0002, 0020 and 0202 on the way to 2025."""
    return value is not None and value.year < _FOUR_DIGITS
