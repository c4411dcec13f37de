"""What can be chosen on the patient dashboard, and the quick choices of a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from footdrop_analytics.dashboards.looked_at import check_day
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.parameters import need
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
