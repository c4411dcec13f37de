"""The controls of the patient dashboard beside the search: which days and which exercises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ipywidgets

from footdrop_analytics.dashboards.fragments import in_html
from footdrop_analytics.dashboards.looked_at import LATEST
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.shell import Page, Panel
from footdrop_analytics.dashboards.shell.as_of import DayField, half_typed
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import days

Change = Callable[..., None]
Guard = Callable[[Callable[..., object]], Callable[..., None]]
_EVERY_DAY = ""
_LABEL = {"description_width": "initial"}


class Period:
    """From and to, and the quick choices: a first day before the last that is shown, or every day there is.

    The two days go together: one that is refused, because it does not fit the other, counts as soon as the other fits.
    A year that is still being typed changes nothing; ``said`` says so.
    """

    def __init__(self, change: Change, guarded: Guard, said: Panel) -> None:
        self._change, self._said = change, said
        self._settings = PatientSettings()
        self._shown: tuple[date | None, date | None] = (None, None)
        self.first = DayField(style=_LABEL, layout={"width": "auto"})
        self.last = DayField(style=_LABEL, layout={"width": "auto"})
        self.quick = ipywidgets.ToggleButtons(options=[("", _EVERY_DAY)], style=_LABEL)
        self.quick.style.button_width = "auto"
        self.today = ipywidgets.Button(layout={"width": "auto"})
        self.today.on_click(guarded(lambda _button: self._change(end=self._settings.today)))
        self.first.observe(guarded(self._picked), "value")
        self.last.observe(guarded(self._picked), "value")
        self.quick.observe(guarded(self._chosen), "value")

    def mark(self, page: Page) -> None:
        """Say what the dates are to those who hear the page; years have four digits, where browsers would take six."""
        page.mark(self.first, max=LATEST.isoformat())
        page.mark(self.last, max=LATEST.isoformat())
        page.label(self.first, description=marked("From"), aria_label=marked("From: first day of the period"))
        page.label(self.last, description=marked("To"), aria_label=marked("To: last day that counts"))
        page.label(self.quick, description=marked("Quick choice"))
        page.label(self.today, description=marked("As of today"))

    def show(self, settings: PatientSettings, view: View) -> None:
        """Show the days of the view and the quick choice that they are, if they are one."""
        chosen = dict(view.choices["shown"])
        self._settings, self._shown = settings, (_day(chosen.get("start")), _day(chosen.get("end")))
        self.first.value, self.last.value = self._shown
        self.today.layout.display = "none" if settings.today in (None, view.as_of) else None
        offered = view.choices["period"]
        self.quick.options = offered
        first = _EVERY_DAY if settings.start is None else settings.start.isoformat()
        # Without a first day, but up to a day that was chosen, it is not every day.
        lit = first in dict(offered).values() and (first != _EVERY_DAY or settings.end is None)
        self.quick.value = first if lit else None

    def _chosen(self, change_of: dict[str, Any]) -> None:
        if change_of["new"] == _EVERY_DAY:
            self._change(start=None, end=None)
        else:
            self._change(start=_day(change_of["new"]))

    def _picked(self, change_of: dict[str, Any]) -> None:
        if half_typed(change_of["new"]):
            self._said.value = self._still(change_of["new"])
            return
        self._said.value = ""
        # A day that nobody touched stays open: the patient's own first day, and the last day of the analysis.
        first, last = self._shown
        start = self._settings.start if self.first.value == first else self.first.value
        end = self._settings.end if self.last.value == last else self.last.value
        self._change(start=start, end=end)
        # A day that was taken out is open again: its field names the day that is shown instead.
        self.first.value = self.first.value or self._shown[0]
        self.last.value = self.last.value or self._shown[1]

    def _still(self, typed: date) -> str:
        if not any(self._shown):
            return ""
        still = in_html("{year} is not yet a year. Still showing {days}.", year=typed.year, days=days(*self._shown))
        return f"<p>{still}</p>"


class Exercises:
    """A box to tick for each exercise of this patient."""

    def __init__(self, change: Change, guarded: Guard, page: Page) -> None:
        self._change, self._guarded = change, guarded
        self._boxes: list[ipywidgets.Checkbox] = []
        self._keys: list[str] = []
        self._label = ipywidgets.Label()
        page.label(self._label, value=marked("Exercises"))
        self.root = ipywidgets.HBox([])

    def show(self, settings: PatientSettings, view: View) -> None:
        """Show the patient's exercises, ticked where they are chosen."""
        offered = view.choices["exercises"]
        self._keys = [key for _, key in offered]
        while len(self._boxes) < len(offered):
            self._boxes.append(self._box())
        for box, (name, key) in zip(self._boxes, offered, strict=False):
            box.description = name
            box.value = settings.exercises is None or key in settings.exercises
        self.root.children = [self._label, *self._boxes[: len(offered)]] if offered else []

    def _box(self) -> ipywidgets.Checkbox:
        box = ipywidgets.Checkbox(value=True, indent=False, layout={"width": "auto"})
        box.observe(self._guarded(self._ticked), "value")
        return box

    def _ticked(self, _change_of: dict[str, Any]) -> None:
        ticked = zip(self._keys, self._boxes, strict=False)
        chosen = tuple(key for key, box in ticked if box.value)
        self._change(exercises=None if len(chosen) == len(self._keys) else chosen)


def in_words(settings: PatientSettings, view: View) -> str:
    """What is chosen beside the patient: the days, the exercises and the side."""
    shown = dict(view.choices["shown"])
    names = {key: name for name, key in view.choices["exercises"]}
    exercises = translated("all exercises")
    if settings.exercises is not None:
        exercises = ", ".join(names.get(key, key) for key in settings.exercises) or translated("no exercise")
    parts = [days(_day(shown.get("start")), _day(shown.get("end")))] if shown else []
    side = next(words for words, key in view.choices["side"] if key == settings.side)
    return ", ".join([*parts, exercises, side])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
