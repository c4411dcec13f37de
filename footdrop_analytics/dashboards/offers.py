"""What can be recorded about one patient, as plain values: which table, which cells are given, which are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from footdrop_analytics.dashboards.desk import AMOUNT, COUNTED_IN, TYPED, Field, Offer
from footdrop_analytics.dashboards.view import capitalized
from footdrop_analytics.figures.data import Row, plain_rows
from footdrop_analytics.knowledge import load_flag_rules, load_outcome_measures
from footdrop_analytics.knowledge.exercises import COLUMN_OF_UNIT
from footdrop_analytics.model.vocabulary import (
    DECISIONS,
    DIFFICULTY_FIELDS,
    EVENT_KINDS,
    REVIEW_DECISIONS,
    SIDES,
    YES_NO,
)
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.flags import flag_key
from footdrop_analytics.patient.series import ExercisePart
from footdrop_analytics.reading.added import ADDED_TABLES
from footdrop_analytics.reading.duplicates import ROW_ID
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.results import added_words
from footdrop_analytics.wording.words import ORTHOSES, UNITS, joined, spoken
from footdrop_analytics.wording.words import SIDES as SIDE_WORDS

_OF_SERIES = ("keep", "harder", "easier", "stop")
_SERIES = "series"
_NOT_CHOSEN = ("", "")
_KEPT = (*DIFFICULTY_FIELDS, "sessions_per_day", "weekdays")


@dataclass(frozen=True)
class Recorded:
    """A row that was added on a page and stands: what it says, who said so, and the offer to take it back."""

    words: str
    by: str
    at: str
    back: Offer


@dataclass(frozen=True)
class Offers:
    """Everything that can be recorded about one patient, by key, and what was recorded."""

    by_key: Mapping[str, Offer] = field(default_factory=dict)
    forms: tuple[Offer, ...] = ()
    recorded: tuple[Recorded, ...] = ()


def offers(context: Context, parts: Sequence[ExercisePart], flags: Sequence[Row], today: date | None) -> Offers:
    """What can be recorded about the patient."""
    day = (today or context.as_of).isoformat()
    forms = tuple(_forms(context, parts, day))
    recorded = tuple(_recorded(context))
    every = [*_of_flags(context, flags), *_of_series(context, parts, day), *forms, *(one.back for one in recorded)]
    return Offers({one.key: one for one in every}, forms, recorded)


def offer_back(table: str, row_id: str) -> Offer:
    """The offer to take back a row that was added."""
    return Offer(f"back:{table}:{row_id}", translated("Take back"), table, {}, takes_back=row_id)


def series_key(part: ExercisePart, what: str) -> str:
    """Names what can be recorded of an exercise and side: ``review`` or ``plan``."""
    return f"{what}:{part.exercise.key}:{part.side}"


def _of_flags(context: Context, flags: Sequence[Row]) -> Iterator[Offer]:
    for flag in flags:
        given = {
            "patient_id": context.patient_id,
            "subject": "flag",
            "rule_id": flag["rule_id"],
            "day": flag["day"].isoformat() if flag["day"] else "",
            "exercise": flag["exercise"] or "",
        }
        decision = Field("decision", translated("Decision"), "choice", _words(REVIEW_DECISIONS), "seen", needed=True)
        yield Offer(flag_key(flag), translated("Seen …"), "reviews", given, (decision, _note()), "reviewed_at")


def _of_series(context: Context, parts: Sequence[ExercisePart], day: str) -> Iterator[Offer]:
    for part in parts:
        series = {"patient_id": context.patient_id, "exercise": part.exercise.key, "side": part.side}
        given = {**series, "subject": "readiness"}
        decision = Field("decision", translated("Decision"), "choice", _words(_OF_SERIES), "keep", needed=True)
        fields = (decision, _note())
        words = translated("Keep, harder, easier, stop …")
        yield Offer(series_key(part, "review"), words, "reviews", given, fields, "reviewed_at")
        # The version that a change from this day on follows may have begun after the day that is shown.
        begun = [one for one in context.versions_of(*part.series) if one["start_date"].isoformat() <= day]
        yield _plan(part, series, begun[-1] if begun else part.version or {}, day)


def _plan(part: ExercisePart, series: Mapping[str, str], old: Row, day: str) -> Offer:
    """A further version of the plan; how it is done stays as it is."""
    kept = {name: str(old[name]) for name in _KEPT if old.get(name) is not None}

    def before(name: str) -> str:
        value = old.get(name)
        return "" if value is None else f"{value:g}"

    amount = COLUMN_OF_UNIT[part.exercise.unit]
    words = {"reps": translated("Repetitions"), "hold_s": translated("Seconds held")}[amount]
    other = "reps" if amount == "hold_s" else "hold_s"
    kept |= {other: before(other)} if before(other) else {}
    kept |= {"end_date": f"{old['end_date']:%Y-%m-%d}"} if old.get("end_date") else {}
    picked = translated("or picked: days a week")
    fields = (
        Field("start_date", translated("From"), "day", value=day, needed=True),
        Field(TYPED, translated("Typed, such as 3x10, 5 days a week")),
        Field("days_per_week", picked, "number", (), before("days_per_week"), low="0.5", high="7", step="0.5"),
        Field("sets", translated("Sets"), "number", value=before("sets") or "1", low="1", high="50"),
        Field(amount, words, "number", value=before(amount), low="1", step="any" if amount == "hold_s" else "1"),
        Field("reason", translated("Why"), "text"),
    )
    key, words = series_key(part, "plan"), translated("Change the plan …")
    return Offer(key, words, "prescriptions", {**series, **kept}, fields, unit=part.exercise.unit)


def _forms(context: Context, parts: Sequence[ExercisePart], day: str) -> Iterator[Offer]:
    whose = {"patient_id": context.patient_id}
    if parts:
        yield _session(whose, parts, day)
    visit = (
        Field("visited_on", translated("Day"), "day", value=day, needed=True),
        Field("kind", translated("Kind"), "text"),
        Field("decision", translated("Decision"), "choice", (_NOT_CHOSEN, *_words(DECISIONS))),
        Field("next_visit_on", translated("Next visit"), "day", after="visited_on"),
        _note(),
    )
    # Kinds of events by the names that their flags have.
    rules = load_flag_rules().events
    kinds = tuple((capitalized(translated(rules[kind].name)), kind) for kind in EVENT_KINDS)
    exercises = tuple(dict.fromkeys((translated(part.exercise.name), part.exercise.key) for part in parts))
    event = (
        Field("kind", translated("What"), "choice", kinds, EVENT_KINDS[0], needed=True),
        Field("occurred_on", translated("Day"), "day", value=day, needed=True),
        Field("during_exercise", translated("During"), "choice", (_NOT_CHOSEN, *exercises)),
        Field("injury", translated("Injury"), "choice", (_NOT_CHOSEN, *_words(YES_NO))),
        _note(),
    )
    yield Offer("add:visits", translated("A visit"), "visits", whose, visit)
    yield Offer("add:events", translated("An event"), "events", whose, event)
    yield _outcome(whose, day)


def _session(whose: Mapping[str, str], parts: Sequence[ExercisePart], day: str) -> Offer:
    series = {f"{part.exercise.key}:{part.side}": part for part in parts}
    options = tuple((part.name, key) for key, part in series.items())
    units = {part.exercise.unit for part in parts}
    counted = [translated(said) for unit, said in UNITS.items() if unit in units]
    fields = (
        Field(_SERIES, translated("Exercise"), "choice", options, options[0][1], needed=True),
        Field("performed_at", translated("Day"), "day", value=day, needed=True),
        Field("sets", translated("Sets"), "number", value="1", low="1", high="50"),
        Field(AMOUNT, capitalized(joined(counted, "or")), "number", high="3600", step="any"),
        Field("pain_0_10", translated("Pain, 0 to 10"), "number", high="10", step="any"),
    )
    of = {
        key: {"exercise": part.exercise.key, "side": part.side, COUNTED_IN: COLUMN_OF_UNIT[part.exercise.unit]}
        for key, part in series.items()
    }
    return Offer("add:sessions", translated("A session"), "sessions", whose, fields, "recorded_at", means={_SERIES: of})


def _outcome(whose: Mapping[str, str], day: str) -> Offer:
    known = load_outcome_measures().measures
    options = tuple((f"{translated(one.name)} ({translated(one.unit)})", key) for key, one in known.items())
    sides = (_NOT_CHOSEN, *((translated(SIDE_WORDS[one]), one) for one in SIDES))
    orthoses = (_NOT_CHOSEN, *((capitalized(translated(words)), key) for key, words in ORTHOSES.items()))
    fields = (
        Field("measure", translated("Measure"), "choice", options, options[0][1], needed=True),
        Field("measured_on", translated("Day"), "day", value=day, needed=True),
        Field("value", translated("Value"), "number", needed=True, low="", step="any"),
        Field("side", translated("Side"), "choice", sides),
        Field("orthosis", translated("Orthosis"), "choice", orthoses),
    )
    of = {key: {"measure": key, "unit": one.unit} for key, one in known.items()}
    return Offer("add:outcomes", translated("A measurement"), "outcomes", whose, fields, means={"measure": of})


def _recorded(context: Context) -> Iterator[Recorded]:
    """What was added on pages and stands, latest first."""
    study = context.analysis.study
    found = []
    for table in ADDED_TABLES:
        rows: pd.DataFrame = getattr(study, table)
        if ROW_ID in rows:
            own = rows[rows[ROW_ID].notna() & (rows["patient_id"] == context.patient_id)]
            # A file that another program wrote may have ids of rows and no more.
            found += [(str(row.get("added_at") or ""), table, row) for row in plain_rows(own)]
    for at, table, row in sorted(found, key=lambda one: one[0], reverse=True):
        known = {name: value for name, value in row.items() if value is not None}
        cells = {name: f"{one:g}" if isinstance(one, float) else str(one) for name, one in known.items()}
        row_id = str(row[ROW_ID])
        back = offer_back(table, row_id)
        yield Recorded(added_words(table, cells, study.exercises), str(row.get("added_by") or ""), at[:16], back)


def _note() -> Field:
    return Field("notes", translated("Note"))


def _words(keys: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((capitalized(spoken(key)), key) for key in keys)
