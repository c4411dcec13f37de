"""A whole report as plain facts: what the templates render, and what tests compare with the analysis."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.figures import Chart, Row, plain_rows
from footdrop_analytics.knowledge import Definition, definitions_of_one
from footdrop_analytics.patient.attendance import Attendance, attendance, recording
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.exercises.readiness import Readiness, readiness
from footdrop_analytics.patient.exercises.series import ExercisePart, exercise_parts
from footdrop_analytics.patient.flags import Flags, flags
from footdrop_analytics.patient.head import Head, head
from footdrop_analytics.patient.measured import Measured, measured
from footdrop_analytics.patient.narrative.notes import Quotations, Reason, quotations, reasons
from footdrop_analytics.patient.narrative.story import story
from footdrop_analytics.patient.narrative.summary import summary
from footdrop_analytics.patient.ratings import Ratings, ratings
from footdrop_analytics.report.kept import Kept, kept_before, kept_of
from footdrop_analytics.report.since import Since, since
from footdrop_analytics.report.visit_sheet import ExerciseLine, exercise_lines, record_lines
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import day

# Numbers that the report does not show need no definition in it.
_NOT_SHOWN = {"ratio", "completeness", "dose", "day_amount", "initiation_days"}


@dataclass(frozen=True)
class ClinicianFacts:
    """The clinician's report, in the order of its parts."""

    head: Head
    flags: Flags
    summary: str
    story: str
    attendance: Attendance
    lines: tuple[ExerciseLine, ...]
    measured: tuple[Measured, ...]
    reasons: tuple[Reason, ...]
    record: tuple[str, ...]
    kept: Kept
    since: Since | None
    recording: str
    exercises: tuple[ExercisePart, ...]
    ratings: Ratings
    readiness: tuple[Readiness, ...]
    quotations: Quotations
    definitions: tuple[Definition, ...]
    parameters: dict[str, str]
    sources: tuple[Row, ...]

    @property
    def steps(self) -> list[tuple[str, str, tuple[Row, ...]]]:
        """Progression history: each series' name, the unit written behind its values, and its runs."""
        return [
            (part.name, " s" if part.exercise.unit == "seconds" else "", part.steps)
            for part in self.exercises
            if part.steps
        ]

    @property
    def charts(self) -> list[Chart]:
        """Every chart of the report."""
        found = [self.attendance.chart, *(part.chart for part in self.exercises), self.ratings.chart]
        return [chart for chart in found if chart is not None]


def clinician_facts(context: Context, earlier: Path | None = None) -> ClinicianFacts:
    """Everything the clinician's report says about a patient; ``earlier``: a report, or reports, of before."""
    found_flags, found_attendance = flags(context), attendance(context)
    found_head, found_ratings = head(context), ratings(context)
    exercises, outcomes = exercise_parts(context), measured(context)
    lines = exercise_lines(context, exercises)
    told = story(context, exercises)
    record = record_lines(found_head, found_flags, told, found_attendance, lines, found_ratings, outcomes)
    kept = kept_of(context, exercises, lines, outcomes)
    before = kept_before(earlier, context.patient_id, context.as_of) if earlier is not None else None
    return ClinicianFacts(
        head=found_head,
        flags=found_flags,
        summary=summary(found_attendance, exercises, found_flags),
        story=told,
        attendance=found_attendance,
        lines=tuple(lines),
        measured=tuple(outcomes),
        reasons=tuple(reasons(context)),
        record=tuple(record),
        kept=kept,
        since=since(before, kept) if before is not None else None,
        recording=recording(context),
        exercises=tuple(exercises),
        ratings=found_ratings,
        readiness=tuple(readiness(context)),
        quotations=quotations(context),
        definitions=tuple(one for key, one in definitions_of_one().items() if key not in _NOT_SHOWN),
        parameters=_parameters(context.analysis),
        sources=tuple(plain_rows(context.analysis.sources)),
    )


def _parameters(analysis: Analysis) -> dict[str, str]:
    """What it takes to reproduce the results, days as on every page."""
    days = {name: getattr(analysis, name) for name in ("start", "end", "as_of", "log_through")}
    written = {name: day(one.date()) for name, one in days.items() if not pd.isna(one)}
    return {name: translated(value) for name, value in analysis.parameters.items()} | written
