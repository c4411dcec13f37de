"""What can be chosen on the patient dashboard: who, the quick choices of a period, and what another patient keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from weakref import WeakKeyDictionary

import pandas as pd
from markupsafe import Markup

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.study_head import check_day
from footdrop_analytics.errors import ParameterError, need
from footdrop_analytics.model.vocabulary import SIDES
from footdrop_analytics.wording.language import SOURCE, language_of, translated
from footdrop_analytics.wording.words import day, not_one_of

ALL = "all"
SIDE_CHOICES = (ALL, *SIDES)
QUICK_WEEKS = (2, 4, 12)


ADDRESS = {
    "patient_id": "patient",
    "start": "from",
    "end": "as-of",
    "exercises": "exercises",
    "side": "side",
    "contact": "contact",
    "language": "language",
    "sheet_language": "sheet-language",
}
"""What of the settings stands in a page's address, and by which name."""


@dataclass(frozen=True, kw_only=True)
class PatientSettings:
    """The choices of the patient dashboard.

    Attributes
    ----------
    study : str
        The study's path as it was given, for the code that shows the view again; empty if it has none.
    patient_id : str
        The patient, exactly as in the files; empty while nobody is chosen.
    start, end : date, optional
        The period. ``end`` is the last day that counts, for everything (default: that of the analysis); ``start``
        limits adherence, charts and trend lines (default: the patient's first day).
    exercises : tuple of str, optional
        Keys of the exercises to show; default all.
    side : {"all", "left", "right", "both"}
        The side to show.
    today : date, optional
        The day on which somebody looks: how old the files are is said.
    contact : str
        The clinic's contact line on the patient's sheet.
    language : {"en", "de", "fr", "es"}
        The language of all words.
    sheet_language : {"", "en", "de", "fr", "es"}
        The language of the patient's sheet; blank if it is that of all words.
    records : bool
        Whether forms are offered that record what a clinician saw, decided or measured.

    Raises
    ------
    ParameterError
        If a value is none of these, or the period begins after its end.
    """

    study: str = ""
    patient_id: str = ""
    start: date | None = None
    end: date | None = None
    exercises: tuple[str, ...] | None = None
    side: str = ALL
    today: date | None = None
    contact: str = ""
    language: str = SOURCE
    sheet_language: str = ""
    records: bool = False

    def __post_init__(self) -> None:
        for name in ("study", "patient_id", "contact", "language", "sheet_language"):
            need(getattr(self, name), name, str, "a text")
        for name in ("start", "end", "today"):
            check_day(getattr(self, name), name)
        if self.start is not None and self.end is not None and self.start > self.end:
            raise ParameterError(
                translated(
                    "The period begins on {start}, after its last day, {end}.", start=day(self.start), end=day(self.end)
                )
            )
        if self.exercises is not None and (
            not isinstance(self.exercises, tuple) or not all(isinstance(one, str) for one in self.exercises)
        ):
            raise ParameterError(f"exercises: expected a tuple of keys, or None for all; found {self.exercises!r}.")
        if self.side not in SIDE_CHOICES:
            raise ParameterError(not_one_of("side", SIDE_CHOICES, self.side))
        language_of(self.language)
        language_of(self.for_sheet)

    @property
    def for_sheet(self) -> str:
        """The language of the patient's sheet."""
        return self.sheet_language or self.language


def quick_periods(as_of: date, last_visit: date | None = None) -> tuple[tuple[str, date | None], ...]:
    """The quick choices of a period that ends on ``as_of``: what each is called, and its first day (None: no limit)."""
    found: list[tuple[str, date | None]] = [
        (translated("Last {count} weeks", count=weeks), as_of - timedelta(days=7 * weeks - 1)) for weeks in QUICK_WEEKS
    ]
    if last_visit is not None and last_visit <= as_of:
        found.append((translated("Since last visit ({day})", day=day(last_visit)), last_visit))
    return (*found, (translated("All"), None))


Choices = tuple[tuple[str, str], ...]
CHOOSE = "choose:"
"""How the name of a form begins that chooses a patient."""
_ENOUGH = 3
"""Characters from which on the end of an id may stand for it."""
_KNOWN: WeakKeyDictionary[Analysis, tuple[Choices, frozenset[str]]] = WeakKeyDictionary()


def patient_ids(analysis: Analysis) -> tuple[Choices, frozenset[str]]:
    """Every patient of the analysis, most urgent first, as choices and as a set; worked out once for each analysis."""
    if analysis not in _KNOWN:
        ids = analysis.caseload["patient_id"].astype("str").tolist()
        _KNOWN[analysis] = tuple((one, one) for one in ids), frozenset(ids)
    return _KNOWN[analysis]


def meant(typed: str, analysis: Analysis) -> str | None:
    """The id that somebody typed or pasted; None if it is no patient's, or could be more than one.

    It is the text as it is, else without the blanks around it, else the one id that differs by case and such blanks,
    else the one that ends with it: ``0009`` is SIM-0009.
    """
    choices, known = patient_ids(analysis)
    if exact := [one for one in (typed, typed.strip()) if one in known]:
        return exact[0]
    sought = _plain(typed)
    found = [one for one, _ in choices if _plain(one) == sought]
    if not found and len(sought) >= _ENOUGH:
        found = [one for one, _ in choices if _plain(one).endswith(sought)]
    return found[0] if len(found) == 1 else None


def alike(typed: str, analysis: Analysis) -> list[str]:
    """The ids that a text is a part of, or that are a part of it, in any case; most urgent first."""
    sought = _plain(typed)
    ids = [one for one, _ in patient_ids(analysis)[0]] if sought else []
    return [one for one in ids if sought in one.casefold() or one.casefold() in sought]


def _plain(text: str) -> str:
    return text.strip().casefold()


def one_alike(patient_id: str) -> Markup:
    """A button for somebody whose id is like the one that was typed."""
    return Markup('<form data-offer="{}{}"><button><bdi class="nowrap">{}</bdi></button></form>').format(
        CHOOSE, patient_id, patient_id
    )


def for_another(analysis: Analysis, settings: PatientSettings, patient_id: str) -> PatientSettings:
    """The settings for another patient of the analysis.

    The period stays, but one since the last visit begins on the other patient's last visit; weeks that happen to begin
    on a visit stay weeks. Exercises and a side that the other patient has stay chosen; otherwise all are shown.
    """
    if patient_id == settings.patient_id:
        return settings
    exercises, side, start = settings.exercises, settings.side, settings.start
    if exercises is not None or side != ALL:
        trends = analysis.trends
        own = trends.loc[(trends["patient_id"] == patient_id).to_numpy(), ["exercise", "side"]]
        exercises = tuple(one for one in exercises or () if (own["exercise"] == one).any()) or None
        side = side if (own["side"] == side).any() else ALL
    last = settings.end or analysis.as_of.date()
    is_weeks = start in [first for _, first in quick_periods(last)]
    if not is_weeks and start == last_visit(analysis, settings.patient_id, last):
        start = last_visit(analysis, patient_id, last)
    return replace(settings, patient_id=patient_id, exercises=exercises, side=side, start=start)


def last_visit(analysis: Analysis, patient_id: str, last: date) -> date | None:
    """The day of the patient's last visit up to ``last``."""
    visits = analysis.study.visits
    days = visits.loc[(visits["patient_id"] == patient_id).to_numpy(), "visited_on"]
    days = days[days < pd.Timestamp(last) + pd.Timedelta(days=1)]
    return None if days.empty else days.max().date()
