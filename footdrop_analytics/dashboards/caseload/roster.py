"""What the caseload needs of an analysis, worked out once: a change of choices then only picks rows."""

from __future__ import annotations

from functools import cached_property
from unicodedata import normalize

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.log.arrays import Bools, Ints
from footdrop_analytics.analysis.wording import Texts
from footdrop_analytics.model.names import NOT_STATED, value_of
from footdrop_analytics.patient.attendance import not_due_words
from footdrop_analytics.wording.language import kept_by_language, translated
from footdrop_analytics.wording.words import joined, own_days

UNREADABLE = 2
_LONG_AGO = np.iinfo(np.int64).min
"""Before any day that there is."""
NO_PLAN_AT = 2 * (UNREADABLE + 1)
"""The place of "no plan known" in :func:`not_due`."""


@kept_by_language(8)
def not_due() -> tuple[str, ...]:
    """Why there is no share, in the words of the report.

    Nothing due, paused, no log handed in, entries that could not be read, two of these; and last no plan known.
    """
    nothing = {"paused_days": 0, "unobserved_days": 0, "unreadable_days": 0}
    paused = not_due_words({**nothing, "paused_days": 1})
    unseen = not_due_words({**nothing, "unobserved_days": 1})
    unreadable = not_due_words({**nothing, "unobserved_days": UNREADABLE, "unreadable_days": 1})
    found = [not_due_words(nothing), paused]
    for why in (unseen, unreadable):
        found += [why, joined([paused, why])]
    return (*found, not_due_words(None, plan_known=False))


def reasons(windows: pd.DataFrame) -> Ints:
    """For each window of patients, a place in :func:`not_due`."""
    names = ("paused_days", "unobserved_days", "unreadable_days")
    paused, unobserved, unreadable = (windows[name].to_numpy(dtype=np.int64) > 0 for name in names)
    found: Ints = paused + 2 * np.where(unreadable, UNREADABLE, unobserved)
    return found


class Roster:
    """One value per patient, in the order of the caseload.

    It keeps tables of the analysis, never the analysis itself, so that an analysis nobody uses any more can go.

    ``clinician``, ``aetiology`` and ``arm`` are values of the choice, ``data_through`` is the last day for which a log
    was handed in, where that is stated. ``at_visits``: sessions done at visits in the last 28 days, none at home and
    exercise all the same. ``active_places``, ``active_exercise`` and ``active_state`` are of each series with a
    prescription that is active on the as-of day: the patient's place in the caseload, the exercise, and its state for
    review; ``flag_places`` is each flag's patient as a place. ``n_note`` are open notes among the flags (open reds and
    ambers are counted in the caseload), ``n_rejected`` rejected rows, one that failed several checks once, and
    ``n_remarks`` what was noticed while reading, cells that could not be read included.
    """

    def __init__(self, analysis: Analysis) -> None:
        study, flags = analysis.study, analysis.flags
        self.caseload, self.trends, self.readiness = analysis.caseload, analysis.trends, analysis.readiness
        self.weeks, self._four_weeks = analysis.adherence_patient, analysis.adherence_patient_28d
        self.as_of = analysis.as_of
        self._place = {str(one): place for place, one in enumerate(self.caseload["patient_id"])}
        self.ids = _texts(self.caseload["patient_id"])
        self.clinician, self.aetiology = (_values(_texts(self.caseload[name])) for name in ("clinician", "aetiology"))
        of_patients = self.places(study.patients["patient_id"])
        here = of_patients >= 0
        arm: Texts = np.full(len(self), None, dtype=object)
        arm[of_patients[here]] = _texts(study.patients["arm"])[here]
        self.arm = _values(arm)
        self.data_through = np.full(len(self), np.datetime64("NaT", "D"))
        self.data_through[of_patients[here]] = study.patients["data_through"].to_numpy().astype("datetime64[D]")[here]
        self.plan_known: Bools = self.caseload["plan_known"].to_numpy(dtype=bool)
        recent = self._windows(0)
        self.at_visits = self._laid_out(recent, recent["clinic"].to_numpy(dtype=np.int64))
        self.exercise_names = {key: translated(study.exercises[key].name) for key in study.exercises.keys}
        active = self.readiness
        self.active_places = self.places(active["patient_id"])
        self.active_exercise, self.active_state = _texts(active["exercise"]), _texts(active["state"])
        self.flag_places = self.places(flags["patient_id"])
        open_notes = (flags["severity"] == "note") & flags["open"].astype(bool)
        self.n_note = self.counts(flags.loc[open_notes, "patient_id"])
        self.n_rejected = self.counts(study.rejected_rows["patient_id"])
        self.n_remarks = self.counts(study.remarks["patient_id"])
        self.reasons: Texts = np.array([own_days(one) for one in _texts(self.caseload["why"])], dtype=object)

    def __len__(self) -> int:
        return len(self.caseload)

    def places(self, patient: pd.Series) -> Ints:
        """Each row's place in the caseload; −1 for rows of nobody in it."""
        coded = patient.astype("category")
        numbers = [self._place.get(str(one), -1) for one in coded.cat.categories]
        return np.array([*numbers, -1], dtype=np.int64)[coded.cat.codes.to_numpy()]

    def counts(self, patient: pd.Series) -> Ints:
        """How many of the rows each patient has."""
        places = self.places(patient)
        return np.bincount(places[places >= 0], minlength=len(self))

    def latest(self, patient: pd.Series, day: Ints) -> Ints:
        """The latest of each patient's days."""
        latest = np.full(len(self), _LONG_AGO)
        places = self.places(patient)
        np.maximum.at(latest, places[places >= 0], day[places >= 0])
        return latest

    def not_due(self, days_ago: int) -> Ints:
        """Why nothing was due in the 28 days up to so many days before the as-of day: a place in :func:`not_due`."""
        windows = self._windows(days_ago)
        return np.where(self.plan_known, self._laid_out(windows, reasons(windows)), NO_PLAN_AT)

    def _windows(self, days_ago: int) -> pd.DataFrame:
        table = self._four_weeks
        return table[table["window_end"] == self.as_of - pd.Timedelta(days=days_ago)]

    def _laid_out(self, windows: pd.DataFrame, values: Ints) -> Ints:
        """The value of each patient, of whom there is at most one window; 0 without one."""
        found = np.zeros(len(self), dtype=np.int64)
        places = self.places(windows["patient_id"])
        found[places[places >= 0]] = values[places >= 0]
        return found

    @cached_property
    def searched(self) -> list[str]:
        """What the search looks in, in one form of case and accents."""
        clinicians = ("" if one is None else one for one in _texts(self.caseload["clinician"]))
        parts = zip(self.ids, clinicians, self.reasons, strict=True)
        return [one_form("\n".join(part)) for part in parts]


def one_form(text: str) -> str:
    """A text without differences of case, nor of how accents and ligatures are stored."""
    return normalize("NFKC", normalize("NFKC", text).casefold())


def _texts(column: pd.Series) -> Texts:
    """A column as texts; None where it is missing."""
    return column.astype(object).where(column.notna(), None).to_numpy()


def _values(texts: Texts) -> Texts:
    found: Texts = np.array([NOT_STATED if one is None else value_of(one) for one in texts], dtype=object)
    return found
