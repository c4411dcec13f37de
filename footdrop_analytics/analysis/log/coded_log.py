"""The log: a study up to ``as_of`` as integer-coded columns, made once and shared by all analyses.

A *series* is (patient, exercise, side); series are numbered by patient (ids sorted as text), exercise (catalogue
order) and side. An *entry* is one logged row as it counts for one series: a row logged for both sides may be two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import FAR_DAY, NO_DAY, TOLERANCE, Bools, Floats, Ints
from footdrop_analytics.analysis.log.entries import (
    CutOff,
    Entries,
    SeriesTable,
    cut_off,
    is_failed,
    patient_index,
    patient_numbers,
    place_rows,
    unread_days,
)
from footdrop_analytics.analysis.log.segments import Pauses, Segments, Versions, prescribed_dose, segments_of
from footdrop_analytics.errors import need
from footdrop_analytics.model.days import DAY_US, number_sessions
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import SIDES


@dataclass(frozen=True)
class CodedLog(CutOff):
    """See the module."""

    study: Study

    @cached_property
    def patients(self) -> pd.Index:
        """The ids of all patients with any row, sorted as text."""
        return patient_index(self.study)

    @cached_property
    def _patient_kinds(self) -> pd.CategoricalDtype:
        return pd.CategoricalDtype(self.patients)

    def patient_numbers(self, table: pd.DataFrame) -> Ints:
        """Each row's patient number."""
        return patient_numbers(table, self.patients)

    @cached_property
    def counts_seconds(self) -> Bools:
        """For each exercise (catalogue order) whether it is counted in seconds."""
        return np.array([one.unit == "seconds" for one in self.study.exercises.values()], dtype=bool)

    @cached_property
    def _placed(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Row position, session, day and series key of each entry, sorted by series key and session."""
        table = self.study.sessions
        time = cols.microseconds(table["performed_at"])
        counts = (time < (self.as_of_day + 1) * DAY_US) & ~cols.holds_key(table["source"], "inferred")
        taken = np.flatnonzero(counts)
        rows = slice(None) if len(taken) == len(table) else taken
        patient = self.patient_numbers(table)[rows]
        daypart = cols.codes_of(table["daypart"])[rows]
        session, day_of = number_sessions(patient, time[rows], table["session_id"].array[rows], daypart)
        exercise = cols.codes_of(table["exercise"])[rows].astype(np.int64)
        side = cols.codes_of(table["side"])[rows].astype(np.int64)
        patient_exercise = patient * len(self.counts_seconds) + exercise
        start = cols.day_numbers(self.study.prescriptions["start_date"])
        chosen, sides = place_rows(patient_exercise, side, day_of[session], self.plan_keys, start)
        key = patient_exercise[chosen] * 3 + sides
        order = np.argsort((key << 32) | session[chosen], kind="stable")
        chosen = chosen[order]
        return taken[chosen], session[chosen], day_of[session[chosen]], key[order]

    @cached_property
    def plan_keys(self) -> Ints:
        """Patient × exercises + exercise, × 3 + side, of each prescription row."""
        plans = self.study.prescriptions
        exercise = cols.codes_of(plans["exercise"]).astype(np.int64)
        return (self.patient_numbers(plans) * len(self.counts_seconds) + exercise) * 3 + cols.codes_of(plans["side"])

    @cached_property
    def series_keys(self) -> Ints:
        """The key (patient × exercises + exercise) × 3 + side of every series with a version or an entry."""
        seen = np.zeros(len(self.patients) * len(self.counts_seconds) * 3, dtype=bool)
        seen[self.plan_keys] = True
        seen[self._placed[3]] = True
        return np.flatnonzero(seen)

    @cached_property
    def _numbers(self) -> Ints:
        numbers = np.zeros(len(self.patients) * len(self.counts_seconds) * 3, dtype=np.int64)
        numbers[self.series_keys] = np.arange(len(self.series_keys))
        return numbers

    def series_numbers(self, keys: Ints) -> Ints:
        """The series of each key."""
        return self._numbers[keys]

    def series_of(self, table: pd.DataFrame) -> Ints:
        """The series of the rows of a result table, all of which are series of the log."""
        key = self.patient_numbers(table) * len(self.counts_seconds) + cols.codes_of(table["exercise"])
        return self.series_numbers(key * 3 + cols.codes_of(table["side"]))

    @cached_property
    def series(self) -> SeriesTable:
        """Patient, exercise and side of each series."""
        key = self.series_keys
        exercises = len(self.counts_seconds)
        return SeriesTable(patient=key // (3 * exercises), exercise=key // 3 % exercises, side=key % 3)

    @cached_property
    def series_in_seconds(self) -> Bools:
        """For each series whether its exercise is counted in seconds."""
        return self.counts_seconds[self.series.exercise]

    @cached_property
    def entries(self) -> Entries:
        """The logged rows as they count for series."""
        row, session, day, key = self._placed
        return Entries(table=self.study.sessions, series=self.series_numbers(key), session=session, day=day, row=row)

    @cached_property
    def tried(self) -> Bools:
        """Entries with status done, failed attempts among them."""
        return self.entries.holds("status", "done")

    def beyond_plausible(self, column: str) -> Bools:
        """Entries whose ``reps``, ``sets``, ``hold_s`` or ``load_kg`` is more than the exercise says can be meant."""
        if column not in self._beyond:
            exercises = self.study.exercises
            limit = np.array([exercises[key].plausible.get(column, np.inf) for key in exercises.keys])
            limit = (limit + TOLERANCE)[self.series.exercise][self.entries.series]
            self._beyond[column] = self.entries.number(column) > limit
        return self._beyond[column]

    @cached_property
    def _beyond(self) -> dict[str, Bools]:
        """What :meth:`beyond_plausible` found: several analyses ask for the same."""
        return {}

    def plausible(self, column: str) -> Floats:
        """A number of the log for each entry, missing where it is more than can be meant: that decides nothing."""
        beyond, values = self.beyond_plausible(column), self.entries.number(column)
        return np.where(beyond, np.nan, values) if beyond.any() else values

    @cached_property
    def reps(self) -> Floats:
        """Logged repetitions of each entry, as far as plausible."""
        return self.plausible("reps")

    @cached_property
    def hold_s(self) -> Floats:
        """Logged seconds held per try of each entry, as far as plausible."""
        return self.plausible("hold_s")

    @cached_property
    def failed(self) -> Bools:
        """Tried entries that are failed attempts."""
        reps, hold_s = self.entries.number("reps"), self.entries.number("hold_s")
        return self.tried & is_failed(reps, hold_s, self.series_in_seconds[self.entries.series])

    @cached_property
    def done(self) -> Bools:
        """Entries that are exercise done."""
        return self.tried & ~self.failed

    @cached_property
    def dose(self) -> Floats:
        """Dose of each entry (repetitions, or seconds held), NaN if unknown; of failed attempts 0."""
        seconds = self.series_in_seconds[self.entries.series]
        dose = prescribed_dose(seconds, self.plausible("sets"), self.reps, self.hold_s)
        return np.where(self.failed, 0.0, dose)

    @cached_property
    def row_of_patient(self) -> Ints:
        """For each patient the row in ``study.patients``; −1 without one."""
        table = self.study.patients
        row = np.full(len(self.patients), -1)
        row[self.patient_numbers(table)] = np.arange(len(table))
        return row

    def of_patients(self, column: str) -> ExtensionArray:
        """A column of ``study.patients`` for each patient number; missing where a patient has no row."""
        found: ExtensionArray = self.study.patients[column].array.take(self.row_of_patient, allow_fill=True)
        return found

    def day_of_patients(self, column: str) -> Ints:
        """A day of ``study.patients`` for each patient number; ``FAR_DAY`` where there is none."""
        return np.append(cols.day_numbers(self.study.patients[column], missing=FAR_DAY), FAR_DAY)[self.row_of_patient]

    def has_aetiology(self, *aetiologies: str) -> Bools:
        """Whether each patient has one of the aetiologies."""
        column = self.study.patients["aetiology"]
        has = np.isin(cols.codes_of(column), [cols.code_of(column, one) for one in aetiologies])
        return np.append(has, False)[self.row_of_patient]

    @cached_property
    def usual_pain(self) -> Floats:
        """Usual pain of each patient, 0 where it was not set."""
        usual = np.nan_to_num(cols.numbers_of(self.study.patients["usual_pain_0_10"]), nan=0.0)
        return np.append(usual, 0.0)[self.row_of_patient]

    @cached_property
    def versions(self) -> Versions:
        """The prescription versions."""
        series = self.series_numbers(self.plan_keys)
        last = self.day_of_patients("discharged_on")[self.patient_numbers(self.study.prescriptions)]
        return Versions.of(self.study, series, self.series_in_seconds[series], last)

    @cached_property
    def pauses(self) -> Pauses:
        """The pauses that begin by six days after ``as_of``: no week that looks at it goes further."""
        table = self.study.pauses
        start, end = cols.day_numbers(table["start_date"]), cols.day_numbers(table["end_date"], missing=FAR_DAY)
        begun = np.flatnonzero(start <= self.as_of_day + 6)
        at, series = cols.beside(self.series.patient, self.patient_numbers(table)[begun])
        pause = begun[at]
        only = cols.codes_of(table["exercise"])[pause]
        held = (only < 0) | (only == self.series.exercise[series])
        return Pauses(series=series[held], start=start[pause[held]], end=end[pause[held]])

    @cached_property
    def segments(self) -> Segments:
        """The active days by what was asked of them; observed through the last day of a log, stated or the study's."""
        stated = self.day_of_patients("data_through")
        through = np.where(stated < FAR_DAY, stated, self.log_through_day)[self.series.patient]
        return segments_of(self.versions, self.pauses, through, unread_days(self), self.as_of_day)

    @cached_property
    def plan_known(self) -> Bools:
        """Whether each patient has any prescription."""
        return cols.those_at(self.patient_numbers(self.study.prescriptions), len(self.patients))

    @cached_property
    def first_planned_day(self) -> Ints:
        """For each patient the first prescription day, without one the first session day; ``FAR_DAY`` without any."""
        first = np.full(len(self.patients), FAR_DAY)
        np.minimum.at(first, self.series.patient[self.versions.series], self.versions.start)
        return np.where(first < FAR_DAY, first, self.first_day)

    @cached_property
    def first_day(self) -> Ints:
        """For each patient the first prescription or session day, whichever is earlier; ``FAR_DAY`` without any."""
        first = np.full(len(self.patients), FAR_DAY)
        owner = self.series.patient
        np.minimum.at(first, owner[self.versions.series], self.versions.start)
        begins = cols.run_starts(self.entries.series)
        np.minimum.at(first, owner[self.entries.series[begins]], self.entries.day[begins])
        return first

    @cached_property
    def last_row_day(self) -> Ints:
        """For each patient the day of the last logged row up to ``as_of``; ``NO_DAY`` without any."""
        return self._last_day(self.entries.series, self.entries.day)

    @cached_property
    def last_tried_day(self) -> Ints:
        """For each patient the last day up to ``as_of`` with anything done or tried; ``NO_DAY`` without any."""
        return self._last_day(self.entries.series[self.tried], self.entries.day[self.tried])

    def _last_day(self, series: Ints, day: Ints) -> Ints:
        """The last day of each patient among some entries, of which those of a series are in the order of days."""
        ends, last = cols.run_ends(series), np.full(len(self.patients), NO_DAY)
        np.maximum.at(last, self.series.patient[series[ends]], day[ends])
        return last

    def labels(self, series: Ints) -> dict[str, pd.Categorical]:
        """``patient_id``, ``exercise``, ``side`` of the series as categories, for result tables."""
        table = self.series
        return {
            "patient_id": self.patient_labels(table.patient[series]),
            "exercise": cols.categories(table.exercise[series], self.study.exercises.keys),
            "side": cols.categories(table.side[series], SIDES),
        }

    def patient_labels(self, patient: Ints) -> pd.Categorical:
        """Ids of the patients as categories."""
        return cols.categories(patient, self._patient_kinds)


def open_log(study: Study, as_of: object = None, log_through: object = None) -> CodedLog:
    """The log of a study up to ``as_of`` (default: the study's own last day, never the clock).

    ``log_through`` is the last day that is observed where a patient states none. Default: the study's own; to give
    an ``as_of`` later than every row of sessions, check-ins and events vouches for the log up to it.

    Raises ParameterError if ``study`` is no study, or ``as_of`` or ``log_through`` no date.
    """
    need(study, "study", Study, "a Study, as from read_study")
    days = cut_off(study, as_of, log_through)
    return CodedLog(days.as_of_day, days.log_through_day, study)
