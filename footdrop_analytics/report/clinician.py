"""The clinician's report as plain facts: the first page with a line for each exercise and lines to copy, and the rest.

Templates render it, and tests compare it with the analysis.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pandas as pd

from footdrop_analytics.errors import shortened
from footdrop_analytics.figures.data import plain_rows
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.knowledge import definitions_of_one
from footdrop_analytics.patient.attendance import Attendance, Span, has_share, logged_words, recording
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.flags import Flags, readiness
from footdrop_analytics.patient.head import Head
from footdrop_analytics.patient.notes import Quotations, reasons
from footdrop_analytics.patient.ratings import Measured, Ratings, measured
from footdrop_analytics.patient.series import ExercisePart, exercise_parts
from footdrop_analytics.patient.story import at_last_visit, story, summary
from footdrop_analytics.report.kept import LONGEST, Kept, KeptFlag, KeptMeasure, KeptSeries, kept_before, since
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import (
    MISSING,
    day,
    days,
    estimate,
    interval,
    labelled,
    own_days,
    percent,
    quantity,
    sessions_of,
    severity,
    short_day,
)

_UNIT = {"reps": marked("reps"), "seconds": marked("s")}


class ExerciseLine:
    """One exercise in one line of a table: the whole target, what was done in 28 days, the level now, the trend."""

    def __init__(self, part: ExercisePart, at_visit: float | None, plan_known: bool) -> None:
        recent, level, last = part.recent, part.trend["level_now"], part.trend["last_day"]
        self.key, self.name, self.trend = part.key, part.name, part.headline
        self.target, self.often, self.manner = part.amount, part.often, part.manner
        self.done = logged_words(recent, plan_known)
        if recent is not None and has_share(recent):
            self.done = f"{sessions_of(recent['credited'], recent['due'])} ({percent(recent['adherence'])})"
        known, unit = level is not None and last is not None, translated(_UNIT[part.exercise.unit])
        self.now = f"{estimate(level)} {unit}" if known else MISSING
        self.as_of = translated("up to {day}", day=short_day(last)) if known else ""
        self.at_visit = ""
        if at_visit is not None:
            self.at_visit = translated("last visit {level}", level=f"{estimate(at_visit)} {unit}")

    @property
    def line(self) -> str:
        """The same as a sentence for a record."""
        target = ", ".join(one for one in (self.target, self.often, self.manner) if one)
        said = ", ".join(one for one in (self.as_of, self.at_visit) if one)
        parts = {"name": self.name, "target": target, "done": self.done, "trend": self.trend}
        if not said:
            return translated("{name}: target {target}; last 28 days {done}; trend: {trend}.", **parts)
        return translated(
            "{name}: target {target}; last 28 days {done}; level {now} ({days}); trend: {trend}.",
            now=self.now,
            days=said,
            **parts,
        )


def _span(span: Span) -> str:
    row = span.row
    assert row is not None
    return quantity(
        "{label}: {sessions} exercise sessions due were logged ({share}, {interval}), {count} day with exercise.",
        "{label}: {sessions} exercise sessions due were logged ({share}, {interval}), {count} days with exercise.",
        row["active_days"],
        label=span.label,
        sessions=sessions_of(row["credited"], row["due"]),
        share=percent(row["adherence"]),
        interval=interval(row["adherence_low"], row["adherence_high"]),
    )


_DIGITS = 8


def kept_of(
    context: Context, exercises: list[ExercisePart], lines: list[ExerciseLine], outcomes: list[Measured]
) -> Kept:
    """What the report of this patient keeps."""
    states = {(row["exercise"], row["side"]): row["state"] for row in context.rows("readiness")}
    said = {line.key: line for line in lines}
    parameters, meanings = context.analysis.parameters, definitions_of_one().items()
    flags = [{name: row[name] for name in KeptFlag.model_fields} for row in context.rows("flags") if row["open"]]
    return Kept(
        patient_id=context.patient_id,
        as_of=context.as_of,
        adherence_28d=context.caseload["adherence_28d"],
        flags=tuple(KeptFlag(**one | {"message": _kept_text(one["message"])}) for one in flags),
        series=tuple(_kept_series(part, said.get(part.key), states.get(part.series)) for part in exercises),
        measured=tuple(
            KeptMeasure(name=_kept_text(one.what), last=_kept_text(one.last), last_day=one.last_day) for one in outcomes
        ),
        versions={name: parameters[name] for name in ("footdrop_analytics", "readiness_rules", "review_flags")},
        definitions={key: sha256((one.plain + one.formula).encode()).hexdigest()[:_DIGITS] for key, one in meanings},
    )


def _kept_series(part: ExercisePart, line: ExerciseLine | None, state: str | None) -> KeptSeries:
    target = ", ".join(one for one in (part.amount, part.often, part.manner) if one) if part.active else None
    return KeptSeries(
        exercise=part.exercise.key,
        side=part.side,
        name=_kept_text(part.name),
        target=target and _kept_text(target),
        state=state,
        level=_kept_text(line.now) if line is not None and line.as_of else None,
        verdict=part.trend["verdict"],
    )


def _kept_text(text: str) -> str:
    """As long as the form allows: a band or a measure may be called anything."""
    return shortened(text, LONGEST)


# Numbers that the report does not show need no definition in it.
_NOT_SHOWN = {"ratio", "completeness", "dose", "day_amount", "initiation_days"}


class ClinicianFacts:
    """Everything the clinician's report says about a patient; ``earlier``: a report, or reports, of before."""

    def __init__(self, context: Context, earlier: Path | None = None) -> None:
        self.head, self.flags = Head(context), Flags(context)
        self.attendance, self.ratings = Attendance(context), Ratings(context)
        self.exercises, self.measured = exercise_parts(context), measured(context)
        self.summary = summary(self.attendance, self.exercises, self.flags)
        self.story = story(context, self.exercises)
        # Without any plan there is a line for each exercise that was logged.
        shown = [part for part in self.exercises if part.active or not context.plan_known]
        self.lines = [ExerciseLine(part, at_last_visit(context, part), context.plan_known) for part in shown]
        self.kept = kept_of(context, self.exercises, self.lines, self.measured)
        before = kept_before(earlier, context.patient_id, context.as_of) if earlier is not None else None
        self.since = since(before, self.kept) if before is not None else None
        self.reasons, self.quotations = reasons(context), Quotations(context)
        self.recording, self.readiness = recording(context), readiness(context)
        # Progression history: each series' name, the unit written behind its values, and its runs.
        units = {"seconds": " s", "reps": ""}
        self.steps = [(part.name, units[part.exercise.unit], part.steps) for part in self.exercises if part.steps]
        self.definitions = [one for key, one in definitions_of_one().items() if key not in _NOT_SHOWN]
        # What it takes to reproduce the results, days as on every page.
        analysis = context.analysis
        last_days = {name: getattr(analysis, name) for name in ("start", "end", "as_of", "log_through")}
        self.parameters = {name: translated(value) for name, value in analysis.parameters.items()}
        self.parameters |= {name: day(one.date()) for name, one in last_days.items() if not pd.isna(one)}
        self.sources = plain_rows(analysis.sources)

    @property
    def record(self) -> list[str]:
        """What the log says, as plain lines to copy into a record: nothing that anybody concluded."""
        head, flags, recent = self.head, self.flags, self.attendance.recent
        last_entry = translated("last entry none")
        if head.last_row_day is not None:
            last_entry = translated("last entry {day}", day=day(head.last_row_day))
        red = quantity("{count} open red flag", "{count} open red flags", len(flags.red))
        amber = quantity("{count} open amber flag", "{count} open amber flags", len(flags.amber))
        return [
            translated(
                "Home exercise log of {id}, {period}, as of {day}; {last_entry}; {handed_in}.",
                id=head.patient_id,
                period=days(head.start, head.end),
                day=day(head.as_of),
                last_entry=last_entry,
                handed_in=head.handed_in,
            ),
            *(_span(span) for span in (recent, self.attendance.before) if span.known),
            *([] if self.attendance.plan_known else [f"{labelled(recent.label, recent.without_plan)}."]),
            quantity(
                "Falls asked about on {count} day of the last 28.",
                "Falls asked about on {count} days of the last 28.",
                flags.asked_28d,
            ),
            f"{red}, {amber}.",
            *(labelled(severity(one["severity"]), own_days(one["message"])) for one in (*flags.red, *flags.amber)),
            *([self.story] if self.story else []),
            *([one.line for one in self.lines] or [self.attendance.unprescribed]),
            *self.ratings.sentences,
            *(one.line for one in self.measured),
        ]

    @property
    def charts(self) -> list[Chart]:
        """Every chart of the report."""
        found = [self.attendance.chart, *(part.chart for part in self.exercises), self.ratings.chart]
        return [chart for chart in found if chart is not None]
