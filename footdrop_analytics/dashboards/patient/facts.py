"""One patient's log as plain facts, what the panels and the chart show, and the tables of the rows behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.desk import Offer
from footdrop_analytics.dashboards.offers import Offers, offers, series_key
from footdrop_analytics.dashboards.patient.behind import Evidence, SeriesCriteria, limits
from footdrop_analytics.dashboards.patient.charted import (
    LASTING,
    Charted,
    day_amounts,
    happenings,
    latest,
    pain_by_amount,
)
from footdrop_analytics.dashboards.patient.log import Key, PatientLog
from footdrop_analytics.dashboards.patient.settings import ALL, PatientSettings
from footdrop_analytics.dashboards.study_head import age
from footdrop_analytics.patient.attendance import Attendance
from footdrop_analytics.patient.context import Context, PatientTables
from footdrop_analytics.patient.flags import Flags, readiness
from footdrop_analytics.patient.head import Head
from footdrop_analytics.patient.notes import Reviewed, reasons, reviews_of
from footdrop_analytics.patient.plan import amount, often
from footdrop_analytics.patient.ratings import Ratings, measured
from footdrop_analytics.patient.series import ExercisePart, exercise_parts, sides
from footdrop_analytics.patient.story import story, summary


class PatientFacts:
    """What the dashboard says of the one patient of ``analysis``, which is what ``Analysis.for_patient`` gives.

    ``exercises`` are all series and ``shown`` those that the filters leave, ``hidden`` the names of the others; flags,
    the sentence, adherence of all exercises together and the limits are about all of them. ``goes_on_to`` is the
    study's last day where an earlier one was chosen; ``age`` how old the files are; ``none_ticked`` says that the
    filters leave no exercise at all. ``nothing_logged`` is of the whole log up to the as-of day, ``nothing_in_period``
    of the period shown; ``nothing_tried`` leaves out what was logged as skipped.
    """

    def __init__(self, analysis: Analysis, settings: PatientSettings, goes_on_to: date | None) -> None:
        self.context = context = Context(PatientTables(analysis), settings.patient_id)
        self.goes_on_to, self.age = goes_on_to, age(analysis, settings.today)
        self.none_ticked = settings.exercises == ()
        self.head, self.flags = Head(context), Flags(context)
        self.attendance, self.ratings = Attendance(context), Ratings(context)
        self.days_since_last = context.caseload["days_since_last"]
        self.exercises = exercise_parts(context)

        def is_shown(exercise: str, side: str) -> bool:
            return (settings.exercises is None or exercise in settings.exercises) and settings.side in (ALL, side)

        self.shown = [part for part in self.exercises if is_shown(*part.series)]
        self.hidden = [part.name for part in self.exercises if part not in self.shown]
        self.shown_keys: list[Key] = [part.series for part in self.shown]
        self.summary = summary(self.attendance, self.exercises, self.flags)
        self.story, self.sides = story(context, self.exercises), sides(context, self.exercises)
        performance = context.patient_tables.performance
        self.log, amounts, happened = PatientLog(performance), day_amounts(performance), happenings(context)
        self.amounts_words = amounts.between(context.start, context.as_of).words
        self.pain_words = pain_by_amount(amounts, self.ratings.data.pain)
        reviewed = readiness(context)
        kept = [one for one in reviewed if is_shown(one.row["exercise"], one.row["side"])]
        evidence = Evidence(context, self.log, happened)
        self.criteria = [SeriesCriteria(one, evidence) for one in kept]
        self.n_criteria_hidden = len(reviewed) - len(kept)
        # Without the notes and uneventful check-ins before the period: what matters for long stays in sight.
        in_sight = [one for one in happened if one.day >= context.start or one.fell or one.lane in LASTING]
        self.happened, self.n_earlier_notes = latest(in_sight)
        self.reasons = [f"{one.words}: “{one.quote}”" if one.quote else one.words for one in reasons(context)]
        self.measured = measured(context)
        self.charted = Charted(self.shown, self.ratings.data, amounts, happened)
        self.offers = offers(context, self.exercises, self.flags.open, settings.today) if settings.records else Offers()
        through = context.observed_through
        self.log_ends_earlier = through is None or through < context.as_of
        self.nothing_logged = self.head.last_row_day is None
        self.nothing_in_period = not self.log.logged_between(context.start, context.as_of)
        self.nothing_tried = not any(part.values for part in self.exercises)
        self.limits = limits(self, amounts)

    def offer(self, part: ExercisePart, what: str) -> Offer | None:
        """What can be recorded of an exercise and side: ``review`` or ``plan``."""
        return self.offers.by_key.get(series_key(part, what))

    def reviewed(self, part: ExercisePart) -> list[Reviewed]:
        """What was decided on an exercise and side beside its flags, latest first."""
        return reviews_of(self.context, *part.series)[:1]

    def to_come(self, part: ExercisePart) -> list[tuple[date, str, str]]:
        """The versions of an exercise and side that begin after the day shown: the day, the amount and how often."""
        versions = [row for row in self.context.versions_of(*part.series) if row["start_date"] > self.context.as_of]
        return [(row["start_date"], amount(row, part.exercise), often(row)) for row in versions]

    def logged(self, part: ExercisePart) -> bool:
        """Whether anything of a series is logged in the period shown, if only as skipped."""
        return self.log.logged_between(self.head.start, self.head.as_of, part.series)


class Tables(Mapping[str, pd.DataFrame]):
    """Tables by name, each made when it is asked for: most looks at a patient ask for none.

    Tables of series hold the series shown; the log, daily values and ratings also the period alone. Flags, events,
    check-ins, visits, measurements and rejected rows are complete up to the as-of day.
    """

    def __init__(self, facts: PatientFacts) -> None:
        self._facts = facts
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = _MAKE[name](self._facts).reset_index(drop=True)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MAKE)

    def __len__(self) -> int:
        return len(_MAKE)


def _whole(name: str, facts: PatientFacts) -> pd.DataFrame:
    found = getattr(facts.context.analysis, name)
    assert isinstance(found, pd.DataFrame)
    return found


def _of_series(name: str, facts: PatientFacts) -> pd.DataFrame:
    table, wanted = _whole(name, facts), set(facts.shown_keys)
    pairs: Iterator[Key] = zip(table["exercise"].tolist(), table["side"].tolist(), strict=True)
    return table[np.fromiter((pair in wanted for pair in pairs), dtype=bool, count=len(table))]


def _of_days(name: str, column: str, facts: PatientFacts) -> pd.DataFrame:
    table: pd.DataFrame = getattr(facts.context.analysis.study, name)
    return table[table[column] < pd.Timestamp(facts.context.as_of) + pd.Timedelta(days=1)]


def _daily(facts: PatientFacts) -> pd.DataFrame:
    table = _of_series("daily", facts)
    return table[table["day"].between(pd.Timestamp(facts.context.start), pd.Timestamp(facts.context.as_of))]


def _ratings(facts: PatientFacts) -> pd.DataFrame:
    """Each day's highest pain and effort beside the amount done; missing is not 0."""
    shown = facts.charted
    dots = {"pain": shown.ratings.pain, "effort": shown.ratings.effort}
    columns = {name: dict(zip(one.days, one.values, strict=True)) for name, one in dots.items()}
    columns["day_amount"] = dict(shown.amounts.known)
    days = sorted({*shown.amounts.days, *(one for found in columns.values() for one in found)})
    table = {name: pd.Series([found.get(one) for one in days], dtype="float64") for name, found in columns.items()}
    whose = {"patient_id": facts.context.patient_id}
    return pd.DataFrame({**whose, "day": pd.to_datetime(pd.Series(days, dtype="object")), **table})


_MAKE: dict[str, Callable[[PatientFacts], pd.DataFrame]] = {
    "log_rows": lambda facts: facts.log.table(facts.shown_keys, facts.context.start, facts.context.as_of),
    "flags": partial(_whole, "flags"),
    "adherence": partial(_whole, "adherence_patient_period"),
    "adherence_by_week": partial(_whole, "adherence_patient"),
    "adherence_by_exercise": partial(_of_series, "adherence_period"),
    "persistence": partial(_of_series, "persistence"),
    "trends": partial(_of_series, "trends"),
    "steps": partial(_of_series, "steps"),
    "daily_values": _daily,
    "ratings": _ratings,
    "readiness": partial(_of_series, "readiness"),
    "criteria": partial(_of_series, "criteria"),
    "events": partial(_of_days, "events", "occurred_on"),
    "checkins": partial(_of_days, "checkins", "day"),
    "visits": partial(_of_days, "visits", "visited_on"),
    "outcomes": partial(_of_days, "outcomes", "measured_on"),
    "rejected": lambda facts: facts.context.analysis.study.rejected,
}
