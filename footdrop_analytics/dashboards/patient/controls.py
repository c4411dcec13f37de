"""The controls of the patient dashboard: the search, which days and exercises, and forms that are sent and saved.

What is typed counts as soon as it is somebody's id; until then nothing changes. When somebody sends a form the row is
saved, the page follows, and it can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import ipywidgets
import pandas as pd
from markupsafe import Markup

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.desk import Desk, Offer, Saved
from footdrop_analytics.dashboards.offers import offer_back
from footdrop_analytics.dashboards.patient.settings import PatientSettings, alike, meant, one_alike, patient_ids
from footdrop_analytics.dashboards.patient.view import PatientView
from footdrop_analytics.dashboards.shell.controls import DayField, half_typed, in_words
from footdrop_analytics.dashboards.study_head import LATEST
from footdrop_analytics.dashboards.view import View, capitalized, fragment, in_html
from footdrop_analytics.reading.duplicates import ROW_ID
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import days, number, own_days

if TYPE_CHECKING:
    from footdrop_analytics.dashboards.patient.shell import PatientDashboard

_EVERY_DAY = ""
_LABEL = {"description_width": "initial"}


class Period:
    """From and to, and the quick choices: a first day before the last that is shown, or every day there is.

    The two days go together: one that is refused, because it does not fit the other, counts as soon as the other fits.
    A year that is still being typed changes nothing; ``said`` says so.
    """

    def __init__(self, shell: PatientDashboard) -> None:
        self._shell, page, guarded = shell, shell.page, shell.guarded
        self._settings = PatientSettings()
        self._shown: tuple[date | None, date | None] = (None, None)
        self.first = DayField(style=_LABEL, layout={"width": "auto"})
        self.last = DayField(style=_LABEL, layout={"width": "auto"})
        self.quick = ipywidgets.ToggleButtons(options=[("", _EVERY_DAY)], style=_LABEL)
        self.quick.style.button_width = "auto"
        self.today = ipywidgets.Button(layout={"width": "auto"})
        self.today.on_click(guarded(lambda _button: shell.change(end=shell.settings.today)))
        self.first.observe(guarded(self._picked), "value")
        self.last.observe(guarded(self._picked), "value")
        self.quick.observe(guarded(self._chosen), "value")
        # Years have four digits, where browsers would take six.
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
            self._shell.change(start=None, end=None)
        else:
            self._shell.change(start=_day(change_of["new"]))

    def _picked(self, change_of: dict[str, Any]) -> None:
        typed, said = change_of["new"], ""
        if half_typed(typed) and any(self._shown):
            still = marked("{year} is not yet a year. Still showing {days}.")
            said = f"<p>{in_html(still, year=typed.year, days=days(*self._shown))}</p>"
        self._shell.said.value = said
        if half_typed(typed):
            return
        # A day that nobody touched stays open: the patient's own first day, and the last day of the analysis.
        first, last = self._shown
        start = self._settings.start if self.first.value == first else self.first.value
        end = self._settings.end if self.last.value == last else self.last.value
        self._shell.change(start=start, end=end)
        # A day that was taken out is open again: its field names the day that is shown instead.
        self.first.value = self.first.value or self._shown[0]
        self.last.value = self.last.value or self._shown[1]


class Exercises:
    """A box to tick for each exercise of this patient."""

    def __init__(self, shell: PatientDashboard) -> None:
        self._shell = shell
        self._boxes: list[ipywidgets.Checkbox] = []
        self._keys: list[str] = []
        self._label = ipywidgets.Label()
        shell.page.label(self._label, value=marked("Exercises"))
        self.root = ipywidgets.HBox([])

    def show(self, settings: PatientSettings, view: View) -> None:
        """Show the patient's exercises, ticked where they are chosen."""
        offered = view.choices["exercises"]
        self._keys = [key for _, key in offered]
        while len(self._boxes) < len(offered):
            box = ipywidgets.Checkbox(value=True, indent=False, layout={"width": "auto"})
            box.observe(self._shell.guarded(self._ticked), "value")
            self._boxes.append(box)
        for box, (name, key) in zip(self._boxes, offered, strict=False):
            box.description = name
            box.value = settings.exercises is None or key in settings.exercises
        self.root.children = [self._label, *self._boxes[: len(offered)]] if offered else []

    def _ticked(self, _change_of: dict[str, Any]) -> None:
        ticked = zip(self._keys, self._boxes, strict=False)
        chosen = tuple(key for key, box in ticked if box.value)
        self._shell.change(exercises=None if len(chosen) == len(self._keys) else chosen)


def chosen_words(settings: PatientSettings, view: View) -> str:
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


_MOST_ALIKE = 5


class Search:
    """A field to type in; ``said`` says what becomes of a text that is no patient's id.

    The text is the field's own: it becomes a setting only as the id of a patient, who is then shown.
    """

    def __init__(self, shell: PatientDashboard) -> None:
        self._shell, self._shown = shell, ""
        self._offered: object = None
        self.field = ipywidgets.Combobox(ensure_option=False, style={"description_width": "initial"})
        self.field.observe(shell.guarded(self._typed), "value")
        shell.page.label(self.field, description=marked("Patient"), placeholder=marked("type a part of the id"))

    def show(self, settings: PatientSettings, view: View) -> None:
        """Offer everybody, and name who is shown."""
        self._shown = settings.patient_id
        offered = view.choices["patient_id"]
        if offered is not self._offered:
            self._offered = offered
            self.field.options = [one for _, one in offered]
        # Somebody may still be typing: " P1 " stays as it is while P1 is shown.
        if meant(self.field.value, self._shell.analysis) != self._shown:
            self.field.value = self._shown

    def _typed(self, change_of: dict[str, Any]) -> None:
        found = meant(change_of["new"], self._shell.analysis)
        self._shell.said.value = unknown(change_of["new"], self._shown, self._shell.analysis) if found is None else ""
        if found is not None:
            self._shell.change(patient_id=found)


def unknown(typed: str, shown: str, analysis: Analysis) -> str:
    """What is said of a text that is no patient's id: who is still shown, and whose ids are alike."""
    said = []
    if typed.strip():
        said.append(in_html("No patient {id}.", id=Markup('<bdi><q class="quote">{}</q></bdi>').format(typed)))
    if shown in patient_ids(analysis)[1]:
        still = Markup("<bdi><strong>{}</strong></bdi>").format(shown)
        said.append(in_html("Still showing {id}.", id=still))
    else:
        said.append(in_html("Nobody is shown."))
    if found := alike(typed, analysis):
        names = Markup(", ").join(map(one_alike, found[:_MOST_ALIKE]))
        more = len(found) - _MOST_ALIKE
        if more > 0:
            names = Markup(in_html("{names} and {count} more", names=names, count=number(more)))
        said.append(in_html("Alike: {names}.", names=names))
    return f'<div class="alike">{" ".join(said)}</div>'


_GONE = marked("This form is not up to date any more. Nothing was saved.")
_COPY = marked("The study's files hold such a row already: it counts once.")


class Recording:
    """The forms of one patient dashboard; ``desk`` keeps what they say."""

    def __init__(self, shell: PatientDashboard, desk: Desk | None) -> None:
        self._shell, self._desk = shell, desk
        self._last: Offer | None = None
        self._of = ""

    def show(self, patient_id: str) -> None:
        """The line on what was saved goes when another patient comes; it says once why nothing can be recorded."""
        desk, place = self._desk, self._shell.saved
        if self._of != patient_id:
            place.value = ""
            self._last, self._of = None, patient_id
        if desk is not None and not desk.is_open and not place.value:
            place.value = fragment("patient_saved", words=translated(desk.why_not), back=None)

    def fill(self, key: str, told: Mapping[str, object]) -> str:
        """Save what a form says; what is wrong with it, in words, or nothing."""
        shell, desk, view = self._shell, self._desk, self._shell.last_view
        assert isinstance(view, PatientView)
        offer = view.offers.get(key)
        if offer is None and self._last is not None and self._last.key == key:
            offer = self._last
        if offer is None or desk is None:
            return translated(_GONE)
        with shell.alerts.working():
            try:
                saved = desk.record(shell.analysis.study, offer, told)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is said in the form
                return in_words(error)
            shell.guarded(lambda: self._follow(desk, offer, saved))()
        return ""

    def _follow(self, desk: Desk, offer: Offer, saved: Saved) -> None:
        words = saved.words
        # Said before the page follows: if the files cannot be read any more, it is saved all the same.
        self._say(words, offer, saved)
        before = self._shell.analysis
        analysis = desk.analysed(before)
        table, seen = getattr(analysis.study, offer.table), []
        if not offer.takes_back:
            # What reading noticed in the patient's rows that it had not before.
            old, new = (self._notes(one.study.notes, offer.table) for one in (before, analysis))
            seen += [f"{capitalized(own_days(one))}." for one in new if one not in old]
        if saved.row_id and not (ROW_ID in table and (table[ROW_ID] == saved.row_id).any()):
            seen.append(translated(_COPY))
        if seen:
            self._say(" ".join([words, *seen]), offer, saved)
        self._shell.follow(analysis)

    def _say(self, words: str, offer: Offer, saved: Saved) -> None:
        self._last = offer_back(offer.table, saved.row_id) if saved.row_id else None
        self._shell.saved.value = fragment("patient_saved", words=words, back=self._last)

    def _notes(self, notes: pd.DataFrame, table: str) -> list[str]:
        own = (notes["table"] == table) & (notes["patient_id"] == self._of)
        found: list[str] = notes.loc[own, "message"].tolist()
        return found
