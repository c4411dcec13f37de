"""What happens when somebody sends a form: the row is saved, the page follows, and it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.fragments import capitalized, fragment
from footdrop_analytics.dashboards.patient.view import PatientView
from footdrop_analytics.dashboards.record.desk import Desk, Saved
from footdrop_analytics.dashboards.record.offers import Offer, offer_back
from footdrop_analytics.dashboards.shell.alerts import in_words
from footdrop_analytics.reading.duplicates import ROW_ID
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import own_days

if TYPE_CHECKING:
    from footdrop_analytics.dashboards.patient.shell import PatientDashboard

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
        table = getattr(analysis.study, offer.table)
        seen = [] if offer.takes_back else _noticed(before, analysis, offer.table, self._of)
        if saved.row_id and not (ROW_ID in table and (table[ROW_ID] == saved.row_id).any()):
            seen.append(translated(_COPY))
        if seen:
            self._say(" ".join([words, *seen]), offer, saved)
        self._shell.follow(analysis)

    def _say(self, words: str, offer: Offer, saved: Saved) -> None:
        self._last = offer_back(offer.table, saved.row_id) if saved.row_id else None
        self._shell.saved.value = fragment("patient_saved", words=words, back=self._last)


def _noticed(before: Analysis, after: Analysis, table: str, patient_id: str) -> list[str]:
    """What reading noticed in the patient's rows of a table, as sentences, that it had not before."""
    old, new = (_notes(one.study.notes, table, patient_id) for one in (before, after))
    return [f"{capitalized(own_days(one))}." for one in new if one not in old]


def _notes(notes: pd.DataFrame, table: str, patient_id: str) -> list[str]:
    found: list[str] = notes.loc[(notes["table"] == table) & (notes["patient_id"] == patient_id), "message"].tolist()
    return found
