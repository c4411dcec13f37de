"""One patient's log as plain facts, what the panels and the chart show, and the tables of the rows behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.desk import Offer
from footdrop_analytics.dashboards.offers import Offers, no_offers, offers, series_key
from footdrop_analytics.dashboards.patient.charted import (
    Charted,
    Happening,
    charted,
    day_amounts,
    happenings,
    in_sight,
    latest,
    pain_by_amount,
    reason_words,
)
from footdrop_analytics.dashboards.patient.criteria import SeriesCriteria, series_criteria
from footdrop_analytics.dashboards.patient.limits import limits
from footdrop_analytics.dashboards.patient.log import Key, PatientLog
from footdrop_analytics.dashboards.patient.settings import ALL, PatientSettings
from footdrop_analytics.dashboards.study_head import Age, age
from footdrop_analytics.patient.attendance import Attendance, attendance
from footdrop_analytics.patient.context import Context, PatientTables
from footdrop_analytics.patient.flags import Flags, flags, readiness
from footdrop_analytics.patient.head import Head, head
from footdrop_analytics.patient.notes import Reviewed, reviews_of
from footdrop_analytics.patient.plan import amount, often
from footdrop_analytics.patient.ratings import Measured, Ratings, measured, ratings
from footdrop_analytics.patient.series import ExercisePart, exercise_parts, sides
from footdrop_analytics.patient.story import Course, course, story, summary
from footdrop_analytics.wording.language import translated


class Planned(NamedTuple):
    """A version of a plan in words, and its first day."""

    first: date
    amount: str
    often: str


@dataclass(frozen=True)
class PatientFacts:
    """What the dashboard says of one patient.

    ``exercises`` are all series and ``shown`` those that the filters leave; flags, the sentence, adherence of all
    exercises together and the limits are about all of them. ``goes_on_to`` is the study's last day where an earlier one
    was chosen; ``age`` how old the files are; ``none_ticked`` says that the filters leave no exercise at all.
    """

    context: Context
    goes_on_to: date | None
    age: Age | None
    none_ticked: bool
    head: Head
    days_since_last: int | None
    flags: Flags
    summary: str
    attendance: Attendance
    exercises: tuple[ExercisePart, ...]
    shown: tuple[ExercisePart, ...]
    ratings: Ratings
    amounts_words: str
    pain_words: tuple[str, ...]
    sides: tuple[str, ...]
    criteria: tuple[SeriesCriteria, ...]
    n_criteria_hidden: int
    happened: tuple[Happening, ...]
    n_earlier_notes: int
    reasons: tuple[str, ...]
    limits: tuple[str, ...]
    charted: Charted
    log: PatientLog
    offers: Offers
    story: str
    measured: tuple[Measured, ...]

    def course(self, part: ExercisePart) -> Course:
        """The level of an exercise at the last visit and now, and the goal."""
        return course(self.context, part)

    def offer(self, part: ExercisePart, what: str) -> Offer | None:
        """What can be recorded of an exercise and side: ``review`` or ``plan``."""
        return self.offers.of(series_key(part, what))

    def reviewed(self, part: ExercisePart) -> list[Reviewed]:
        """What was decided on an exercise and side beside its flags, latest first."""
        return reviews_of(self.context, part.exercise.key, part.side)[:1]

    def to_come(self, part: ExercisePart) -> list[Planned]:
        """The versions of an exercise and side that begin after the day shown."""
        return [
            Planned(row["start_date"], amount(row, part.exercise), often(row))
            for row in self.context.versions_of(part.exercise.key, part.side)
            if row["start_date"] > self.context.as_of
        ]

    @property
    def log_ends_earlier(self) -> bool:
        """Whether the log is known up to an earlier day than the as-of day only, or not at all."""
        through = self.context.observed_through
        return through is None or through < self.context.as_of

    @property
    def hidden(self) -> list[str]:
        """The names of the series that the filters hide."""
        return [part.name for part in self.exercises if part not in self.shown]

    @property
    def shown_keys(self) -> list[Key]:
        """The series shown."""
        return [(part.exercise.key, part.side) for part in self.shown]

    @property
    def nothing_logged(self) -> bool:
        """Whether the patient has no session at all up to the as-of day."""
        return self.head.last_row_day is None

    @property
    def nothing_in_period(self) -> bool:
        """Whether no row is logged in the period shown."""
        return not self.log.logged_between(self.head.start, self.head.as_of)

    @property
    def nothing_tried(self) -> bool:
        """Whether nothing was done or tried in the period shown, whatever was logged as skipped."""
        return not any(part.values for part in self.exercises)

    def logged(self, part: ExercisePart) -> bool:
        """Whether anything of a series is logged in the period shown, if only as skipped."""
        return self.log.logged_between(self.head.start, self.head.as_of, (part.exercise.key, part.side))


def patient_facts(analysis: Analysis, settings: PatientSettings, goes_on_to: date | None) -> PatientFacts:
    """The facts of the one patient of ``analysis``, which is what ``Analysis.for_patient`` gives."""
    context = Context(PatientTables(analysis), settings.patient_id)
    exercises = exercise_parts(context)
    shown = [part for part in exercises if is_shown(part.exercise.key, part.side, settings)]
    found_flags, found_attendance, found_ratings = flags(context), attendance(context), ratings(context)
    performance = context.patient_tables.performance
    log, amounts, happened = PatientLog(performance), day_amounts(performance), happenings(context)
    reviewed = readiness(context)
    kept = [one for one in reviewed if is_shown(one.row["exercise"], one.row["side"], settings)]
    found_head = head(context)
    listed, n_earlier = latest(in_sight(happened, context.start))
    return PatientFacts(
        context=context,
        goes_on_to=goes_on_to,
        age=age(analysis, settings.today),
        none_ticked=settings.exercises == (),
        head=found_head,
        days_since_last=context.caseload["days_since_last"],
        flags=found_flags,
        summary=summary(found_attendance, exercises, found_flags),
        attendance=found_attendance,
        exercises=tuple(exercises),
        shown=tuple(shown),
        ratings=found_ratings,
        amounts_words=amounts.between(context.start, context.as_of).words,
        pain_words=tuple(pain_by_amount(amounts, found_ratings.data.pain)),
        sides=tuple(sides(context, exercises)),
        criteria=tuple(series_criteria(context, kept, log, happened)),
        n_criteria_hidden=len(reviewed) - len(kept),
        happened=tuple(listed),
        n_earlier_notes=n_earlier,
        reasons=tuple(reason_words(context)),
        limits=tuple(
            limits(context, found_head, found_flags, found_attendance, exercises, found_ratings, amounts, log)
        ),
        charted=charted(shown, found_ratings.data, amounts, happened),
        log=log,
        offers=_offers(context, exercises, found_flags, settings),
        story=story(context, exercises),
        measured=tuple(measured(context)),
    )


def _offers(context: Context, parts: list[ExercisePart], found: Flags, settings: PatientSettings) -> Offers:
    if not settings.records:
        return no_offers()
    return offers(context, parts, found.open, settings.today)


def is_shown(exercise: str, side: str, settings: PatientSettings) -> bool:
    """Whether the filters leave a series."""
    return (settings.exercises is None or exercise in settings.exercises) and settings.side in (ALL, side)


def names(parts: Sequence[ExercisePart]) -> list[tuple[str, str]]:
    """Name and key of each exercise among some series, each once."""
    return list(dict.fromkeys((translated(part.exercise.name), part.exercise.key) for part in parts))


Make = Callable[[PatientFacts], pd.DataFrame]


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


_MAKE: dict[str, Make] = {
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
