"""The input tables: one pandera schema per table, the single source of columns, types, limits and explanations.

Reading checks every row with these schemas; ``data/schemas/``, the data dictionary and the workbook template are
generated from them. Columns stand in the order of the contract.
"""

from __future__ import annotations

from footdrop_analytics.model import vocabulary
from footdrop_analytics.model.columns import (
    EARLIEST_HISTORY,
    ColumnSpec,
    column_specs,
    date,
    exercise,
    key,
    number,
    patient_id,
    text,
    timestamp,
    weekdays,
    whole,
)
from footdrop_analytics.model.pandera_settings import pa

BACKWARDS = "the end is before the start"
_END_NOT_BEFORE_START = pa.Check(
    lambda table: ~(table["end_date"] < table["start_date"]), name="end_date", error=BACKWARDS
)

ASSUMED = "assumed"
"""The ``prescriber`` of a plan that an import took from the log itself; every output says so."""
ASSUMED_PLAN = "the plan is assumed from what was logged first, not prescribed"
"""What every output says of it."""


def _table(
    name: str, description: str, *columns: pa.Column, deciding: tuple[str, ...] | None = None
) -> pa.DataFrameSchema:
    """A table of patients' rows; a cell that cannot be read costs its row in ``deciding`` columns only, if given."""
    columns = (patient_id("The patient's id, text exactly as written (`007` stays `007`).", required=True), *columns)
    by_name = {column.name: column for column in columns}
    for column in columns:
        column.metadata["decides"] = deciding is None or column.name in deciding
        column.nullable |= not column.metadata["decides"]
    checks = [_END_NOT_BEFORE_START] if "end_date" in by_name else []
    return pa.DataFrameSchema(by_name, checks=checks, name=name, description=description)


SESSIONS = _table(
    "sessions",
    "The exercise log: one row per set, or per block of equal sets (`3×10` is one row: `sets` 3, `reps` 10).",
    timestamp(
        "performed_at",
        "When it was done, by the clock on the patient's wall. An offset is dropped, the time as written is kept. "
        "A date alone, or midnight sharp, counts as a date without time.",
        required=True,
        log_day=True,
    ),
    exercise("exercise", "The exercise's key.", required=True),
    key(
        "side",
        vocabulary.SIDES,
        "The side that was trained.",
        default_text="the only side prescribed for the patient and exercise, else the affected side, else `both`",
    ),
    text(
        "session_id",
        "Rows of one patient with the same id are one session (a row of another day, more than 12 hours later, begins "
        "another).",
    ),
    key("daypart", vocabulary.DAYPARTS, "The part of the day, for diaries without a clock."),
    whole("set_no", "The order of sets within a session.", 0),
    key("status", vocabulary.STATUSES, "`skipped` = the patient says it was not done.", default="done"),
    key("skip_reason", vocabulary.SKIP_REASONS, "Why it was skipped; the first five are health-related."),
    whole("sets", "The number of equal sets in this row.", 1, 50, default=1),
    whole("reps", "Repetitions per set; blank = not recorded, which is not 0.", 0, 1000),
    number("hold_s", "Seconds held per repetition.", 0, 3600),
    key("mode", vocabulary.MODES, "Who moves the foot, from most to least help."),
    key("position", vocabulary.POSITIONS, "The position, from most to least help."),
    key("support", vocabulary.SUPPORTS, "What the patient held on to while standing, from most to least help."),
    number("load_kg", "The weight in kilograms.", 0),
    text("resistance", "The label of the elastic band."),
    key("orthosis", vocabulary.ORTHOSES, "What was worn during the exercise; `fes` is help."),
    number("effort_0_10", "Effort on the Borg CR10 scale.", 0, 10),
    number("pain_0_10", "The most pain during the set, numeric rating scale.", 0, 10),
    key(
        "source",
        vocabulary.SOURCES,
        "Where the row comes from. `clinic` = done at a visit; `inferred` rows are kept but take part in nothing.",
        default="diary",
    ),
    timestamp("recorded_at", "When it was written down."),
    text("notes", "The patient's words."),
    deciding=("patient_id", "performed_at", "exercise", "side", "status", "source"),
)

PRESCRIPTIONS = _table(
    "prescriptions",
    "The plan: one row per version of a prescribed exercise. A version ends on its `end_date` or on the day before the "
    "next version of the same patient, exercise and side starts, whichever is earlier.",
    exercise("exercise", "The exercise's key.", required=True),
    key("side", vocabulary.SIDES, "The side to train.", default_text="the affected side, else `both`"),
    date("start_date", "The first day.", required=True),
    date("end_date", "The last day (inclusive); blank = open."),
    number(
        "days_per_week",
        "Days per week, halves allowed. Required unless `weekdays` are named.",
        above=0,
        high=7,
        step=0.5,
        default_text="the number of `weekdays`",
    ),
    weekdays(
        "weekdays",
        "The days of the week on which sessions are due, such as `mon,wed,fri`; beside `days_per_week` it must be as "
        "many. Blank = any days.",
    ),
    whole("sessions_per_day", "Sessions on an exercise day.", 1, 6, default=1),
    whole("sets", "Sets per session.", 1, 50, default=1),
    whole("reps", "Repetitions per set.", 1, 1000),
    number("hold_s", "Seconds to hold per repetition.", above=0, high=3600),
    key("mode", vocabulary.MODES, "Who moves the foot, from most to least help.", default_text="the exercise's"),
    key("position", vocabulary.POSITIONS, "The position, from most to least help.", default_text="the exercise's"),
    key("support", vocabulary.SUPPORTS, "What to hold on to while standing, from most to least help."),
    number("load_kg", "The weight in kilograms.", 0),
    text("resistance", "The label of the elastic band."),
    key("orthosis", vocabulary.ORTHOSES, "What to wear during the exercise."),
    text("reason", "Why this version was written."),
    text("prescriber", "Who wrote it."),
)

PATIENTS = _table(
    "patients",
    "One row per patient. Of several rows of one patient the last non-blank value of each column counts.",
    key("affected_side", vocabulary.SIDES, "The side with the foot drop."),
    key("aetiology", vocabulary.AETIOLOGIES, "What the foot drop comes from."),
    date("onset_date", "When it began.", EARLIEST_HISTORY),
    whole("birth_year", "The year of birth.", 1900),
    text("sex", "As the clinic writes it."),
    text("site", "The clinic or study site."),
    text("arm", "The arm of a trial."),
    text("clinician", "Who looks after the patient."),
    number("usual_pain_0_10", "The patient's usual pain, set by the clinician.", 0, 10),
    date("data_through", "The last day for which a log was handed in."),
    date("discharged_on", "The last day of the programme."),
    text("discharge_reason", "Why the programme ended."),
    deciding=("patient_id",),
)

PAUSES = _table(
    "pauses",
    "Days on which the exercise was excused.",
    exercise("exercise", "The exercise's key; blank = all exercises."),
    date("start_date", "The first day.", required=True),
    date("end_date", "The last day (inclusive); blank = open."),
    text("reason", "Why."),
)

EVENTS = _table(
    "events",
    "Falls, symptoms and other events. A slip in a column other than patient, day and kind never hides the event.",
    date("occurred_on", "The day it happened.", required=True, log_day=True),
    key("kind", vocabulary.EVENT_KINDS, "What happened.", required=True),
    exercise("during_exercise", "The key of the exercise it happened in."),
    key("injury", vocabulary.YES_NO, "Whether the patient was hurt."),
    text("notes", "In words."),
    deciding=("patient_id", "occurred_on", "kind"),
)

CHECKINS = _table(
    "checkins",
    "One row per patient and day asked. `no` and 0 mean asked and none. A slip in a column other than patient and day "
    "never hides the check-in.",
    date("day", "The day asked about.", required=True, log_day=True),
    key("fell", vocabulary.YES_NO, "Whether the patient fell."),
    whole("near_falls", "The number of near falls.", 0),
    number("pain_0_10", "The worst pain of the day, numeric rating scale.", 0, 10),
    number("effort_0_10", "The effort of the day's exercise on the Borg CR10 scale.", 0, 10),
    number("fatigue_0_10", "The fatigue of the day.", 0, 10),
    text("notes", "The patient's words."),
    deciding=("patient_id", "day"),
)

VISITS = _table(
    "visits",
    "Visits to the clinic. A visit on a later day closes what was open for review.",
    date("visited_on", "The day of the visit.", required=True, log_day=True),
    text("kind", "The kind of visit in the clinic's words."),
    key("decision", vocabulary.DECISIONS, "What the clinician decided."),
    date("next_visit_on", "The day of the next visit."),
    text("notes", "In words."),
)

REVIEWS = _table(
    "reviews",
    "What a clinician did about a flag or a state, one row each, only ever added. A review of a flag closes that flag.",
    timestamp("reviewed_at", "When it was reviewed.", required=True, log_day=True),
    key("subject", vocabulary.REVIEW_SUBJECTS, "What was reviewed.", required=True),
    text("rule_id", "The rule of the flag."),
    date("day", "The day of the flag."),
    exercise("exercise", "The exercise's key."),
    key("side", vocabulary.SIDES, "The side."),
    key("decision", vocabulary.REVIEW_DECISIONS, "What the clinician decided; `seen` leaves open what an event holds."),
    text("by", "Who reviewed it."),
    text("notes", "In words."),
)

OUTCOMES = _table(
    "outcomes",
    "Measurements at the clinic, one row per value.",
    date("measured_on", "The day of the measurement.", required=True, log_day=True),
    text("measure", "What was measured, for example `10mwt`.", required=True),
    number("value", "The value; negative numbers are possible.", required=True),
    text("unit", "The unit of the value."),
    key("side", vocabulary.SIDES, "The side measured."),
    key("orthosis", vocabulary.ORTHOSES, "What was worn."),
    text("aid", "The walking aid."),
    text("rater", "Who measured."),
)

INPUT_TABLES: dict[str, pa.DataFrameSchema] = {
    str(schema.name): schema
    for schema in (SESSIONS, PRESCRIPTIONS, PATIENTS, PAUSES, EVENTS, CHECKINS, VISITS, REVIEWS, OUTCOMES)
}
"""The schema of every input table, required tables first."""

REQUIRED_TABLES = ("sessions",)

COLUMNS: dict[str, dict[str, ColumnSpec]] = {name: column_specs(schema) for name, schema in INPUT_TABLES.items()}
"""What reading needs to know about each column of each table."""

LOG_DAYS = {table: name for table, specs in COLUMNS.items() for name, spec in specs.items() if spec.log_day}
"""The column with the day of a table's rows; plans, pauses and patients have none."""
