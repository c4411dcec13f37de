"""The search for a patient: what is typed counts as soon as it is somebody's id; until then nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets
from markupsafe import Markup

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.fragments import in_html
from footdrop_analytics.dashboards.patient.controls.ids import alike, meant, one_alike, patient_ids
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.shell import Page, Panel
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.wording.language import marked
from footdrop_analytics.wording.words import number

Guard = Callable[[Callable[..., object]], Callable[..., None]]
_MOST_ALIKE = 5


class Search:
    """A field to type in; ``said`` says what becomes of a text that is no patient's id.

    The text is the field's own: it becomes a setting only as the id of a patient, who is then shown.
    """

    def __init__(
        self, analysis: Callable[[], Analysis], choose: Callable[[str], None], guarded: Guard, said: Panel
    ) -> None:
        self._analysis, self._choose, self._said = analysis, choose, said
        self._shown = ""
        self._offered: object = None
        self.field = ipywidgets.Combobox(
            ensure_option=False,
            style={"description_width": "initial"},
        )
        self.field.observe(guarded(self._typed), "value")

    def mark(self, page: Page) -> None:
        """Give the field its words."""
        page.label(self.field, description=marked("Patient"), placeholder=marked("type a part of the id"))

    def show(self, settings: PatientSettings, view: View) -> None:
        """Offer everybody, and name who is shown."""
        self._shown = settings.patient_id
        offered = view.choices["patient_id"]
        if offered is not self._offered:
            self._offered = offered
            self.field.options = [one for _, one in offered]
        # Somebody may still be typing: " P1 " stays as it is while P1 is shown.
        if meant(self.field.value, self._analysis()) != self._shown:
            self.field.value = self._shown

    def _typed(self, change_of: dict[str, Any]) -> None:
        found = meant(change_of["new"], self._analysis())
        self._said.value = unknown(change_of["new"], self._shown, self._analysis()) if found is None else ""
        if found is not None:
            self._choose(found)


def unknown(typed: str, shown: str, analysis: Analysis) -> str:
    """What is said of a text that is no patient's id: who is still shown, and whose ids are alike."""
    said = []
    if typed.strip():
        said.append(_words("No patient {id}.", id=Markup('<bdi><q class="quote">{}</q></bdi>').format(typed)))
    if shown in patient_ids(analysis)[1]:
        still = Markup("<bdi><strong>{}</strong></bdi>").format(shown)
        said.append(_words("Still showing {id}.", id=still))
    else:
        said.append(_words("Nobody is shown."))
    if found := alike(typed, analysis):
        names = Markup(", ").join(map(one_alike, found[:_MOST_ALIKE]))
        more = len(found) - _MOST_ALIKE
        if more > 0:
            names = _words("{names} and {count} more", names=names, count=number(more))
        said.append(_words("Alike: {names}.", names=names))
    return Markup('<div class="alike">{}</div>').format(Markup(" ").join(said))


def _words(text: str, **values: object) -> Markup:
    return Markup(in_html(text, **values))
