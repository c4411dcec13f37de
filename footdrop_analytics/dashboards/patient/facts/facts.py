"""One patient's log as plain facts: what the panels, the chart and the tables show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.patient.chart.charted import Charted, charted
from footdrop_analytics.dashboards.patient.chart.dose import day_amounts, pain_by_amount
from footdrop_analytics.dashboards.patient.chart.happenings import Happening, happenings, in_sight, latest, reason_words
from footdrop_analytics.dashboards.patient.facts.criteria import SeriesCriteria, series_criteria
from footdrop_analytics.dashboards.patient.facts.limits import limits
from footdrop_analytics.dashboards.patient.facts.log import Key, PatientLog
from footdrop_analytics.dashboards.patient.settings import ALL, PatientSettings
from footdrop_analytics.dashboards.record.offers import Offer, Offers, no_offers, offers, series_key
from footdrop_analytics.dashboards.study_head import Age, age
from footdrop_analytics.patient.attendance import Attendance, attendance
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.exercises.readiness import readiness
from footdrop_analytics.patient.exercises.series import ExercisePart, exercise_parts, sides
from footdrop_analytics.patient.flags import Flags, flags
from footdrop_analytics.patient.head import Head, head
from footdrop_analytics.patient.measured import Measured, measured
from footdrop_analytics.patient.narrative.reviews import Reviewed, reviews_of
from footdrop_analytics.patient.narrative.story import Course, course, story
from footdrop_analytics.patient.narrative.summary import summary
from footdrop_analytics.patient.patient_tables import PatientTables
from footdrop_analytics.patient.plan import amount, often
from footdrop_analytics.patient.ratings import Ratings, ratings
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
