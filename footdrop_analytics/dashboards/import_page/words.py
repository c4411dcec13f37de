"""What columns, answers and exercises are called on the page, in the current language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from markupsafe import Markup

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.importing.columns import ASKED, BOTH, DECIDES, NOT_USED
from footdrop_analytics.importing.meanings import TABLES_BESIDE
from footdrop_analytics.importing.steps.base import IGNORE
from footdrop_analytics.importing.steps.exercises import exercise_answers
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.cells.date_texts import checked_date_format
from footdrop_analytics.report.drawing import HEIGHT, WIDTH, Drawing, drawing
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import day, joined, labelled, quantity, spoken

TABLES = {
    "sessions": marked("log"),
    "prescriptions": marked("plan"),
    "patients": marked("patient"),
    "checkins": marked("check-in"),
    "events": marked("event"),
    "outcomes": marked("measurement"),
    "pauses": marked("pause"),
    "visits": marked("visit"),
    "reviews": marked("review"),
}
ROWS: dict[str, Callable[[int], str]] = {
    "sessions": lambda rows: quantity("{count} row of the log", "{count} rows of the log", rows),
    "prescriptions": lambda rows: quantity("{count} line of the plan", "{count} lines of the plan", rows),
    "patients": lambda rows: quantity("{count} patient", "{count} patients", rows),
    "checkins": lambda rows: quantity("{count} check-in", "{count} check-ins", rows),
    "events": lambda rows: quantity("{count} event", "{count} events", rows),
    "outcomes": lambda rows: quantity("{count} measurement", "{count} measurements", rows),
    "pauses": lambda rows: quantity("{count} pause", "{count} pauses", rows),
    "visits": lambda rows: quantity("{count} visit", "{count} visits", rows),
    "reviews": lambda rows: quantity("{count} review", "{count} reviews", rows),
}
_COLUMNS = {
    "patient_id": marked("whose it is"),
    "performed_at": marked("day and time"),
    "occurred_on": marked("day"),
    "measured_on": marked("day"),
    "visited_on": marked("day"),
    "day": marked("day"),
    "exercise": marked("exercise"),
    "side": marked("side"),
    "session_id": marked("session"),
    "daypart": marked("time of day"),
    "set_no": marked("number of the set"),
    "status": marked("done or skipped"),
    "skip_reason": marked("why it was skipped"),
    "sets": marked("sets"),
    "reps": marked("repetitions"),
    "hold_s": marked("seconds held"),
    "mode": marked("help with the movement"),
    "position": marked("position"),
    "support": marked("support"),
    "load_kg": marked("load in kg"),
    "resistance": marked("band"),
    "orthosis": marked("orthosis"),
    "pain_0_10": marked("pain, 0 to 10"),
    "effort_0_10": marked("effort, 0 to 10"),
    "fatigue_0_10": marked("fatigue, 0 to 10"),
    "usual_pain_0_10": marked("usual pain, 0 to 10"),
    "source": marked("written down by"),
    "recorded_at": marked("when it was written down"),
    "notes": marked("a note"),
    "start_date": marked("first day"),
    "end_date": marked("last day"),
    "days_per_week": marked("days a week"),
    "weekdays": marked("days of the week"),
    "sessions_per_day": marked("sessions a day"),
    "reason": marked("reason"),
    "prescriber": marked("who prescribed it"),
    "affected_side": marked("affected side"),
    "aetiology": marked("what the foot drop comes from"),
    "onset_date": marked("since when"),
    "birth_year": marked("year of birth"),
    "sex": marked("sex"),
    "site": marked("place of treatment"),
    "arm": marked("arm of the study"),
    "clinician": marked("clinician"),
    "data_through": marked("last day of the log"),
    "discharged_on": marked("day of discharge"),
    "discharge_reason": marked("why discharged"),
    "kind": marked("what happened"),
    "during_exercise": marked("exercise during which it happened"),
    "injury": marked("injured or not"),
    "fell": marked("fell or not"),
    "near_falls": marked("near falls"),
    "decision": marked("decision"),
    "next_visit_on": marked("next visit"),
    "reviewed_at": marked("when it was reviewed"),
    "subject": marked("what was reviewed"),
    "rule_id": marked("which flag"),
    "by": marked("by whom"),
    "measure": marked("what was measured"),
    "value": marked("value"),
    "unit": marked("unit"),
    "aid": marked("walking aid"),
    "rater": marked("who measured"),
    "source_row": marked("row of the file"),
}
_FORM = {
    "patient": marked("whose entry it is"),
    "date": marked("the day it is about"),
    "recorded": marked("when it was written down"),
    "exercises": marked("a list of the exercises done"),
    "programme": marked("one answer for the whole programme"),
    "notes": marked("a note"),
    "skip reason": marked("why it was not done"),
    "plan start": marked("the first day of the plan"),
    "plan days per week": marked("days a week in the plan"),
    "own reps": marked("an exercise of its own, in repetitions"),
    "own seconds": marked("an exercise of its own, in seconds"),
    IGNORE: marked("leave it out"),
}
OF_EXERCISE = {
    "done": (marked("whether an exercise was done"), marked("whether it was done: {exercise}")),
    "reps of": (marked("repetitions of an exercise"), marked("repetitions: {exercise}")),
    "seconds of": (marked("seconds held of an exercise"), marked("seconds held: {exercise}")),
    "sets of": (marked("sets of an exercise"), marked("sets: {exercise}")),
    "cell of": (marked("a number or a tick for an exercise"), marked("a number or a tick: {exercise}")),
    "plan reps of": (marked("repetitions of an exercise in the plan"), marked("repetitions in the plan: {exercise}")),
    "plan seconds of": (marked("seconds of an exercise in the plan"), marked("seconds in the plan: {exercise}")),
    "plan sets of": (marked("sets of an exercise in the plan"), marked("sets in the plan: {exercise}")),
}
"""Answers that need an exercise beside them: as they are offered, and with the exercise."""
_MANY = 3
_TIME_BEHIND = re.compile(r"[ ,T]")
GRID = {
    "across": marked("days across the sheet"),
    "below": marked("the line below the days"),
    "label": marked("first cell of each row"),
    "block": marked("heading of each grid"),
    "beside": marked("text beside the heading"),
    "value": marked("cells of the grid"),
    "days": marked("days that the grid has"),
}


def column_word(name: str) -> str:
    """A column of the study in words."""
    return translated(_COLUMNS[name]) if name in _COLUMNS else name.replace("_", " ")


def meaning_words(means: str, catalog: ExerciseCatalog) -> str:
    """What was made of a column, in words."""
    if means == ASKED:
        return translated("asked below")
    if means in (NOT_USED, DECIDES):
        return translated("not used") if means == NOT_USED else translated("which rows count")
    of_table: dict[str, list[str]] = {}
    for one in means.split(BOTH):
        table, dot, column = one.partition(".")
        known = bool(dot) and table in TABLES
        of_table.setdefault(translated(TABLES[table]) if known else "", []).append(
            column_word(column) if known else _of_form(one, catalog)
        )
    tables_of: dict[str, list[str]] = {}
    for table, words in of_table.items():
        few = len(words) <= _MANY
        said = ", ".join(words) if few else translated("in a few words: {table}", table=table)
        tables_of.setdefault(said, []).append(table if few else "")
    return "; ".join(f"{said} ({joined(several)})" if any(several) else said for said, several in tables_of.items())


def _of_form(answer: str, catalog: ExerciseCatalog) -> str:
    if answer == DECIDES:
        return translated("which rows count")
    if answer in _FORM:
        return translated(_FORM[answer])
    for what, (_, words) in sorted(OF_EXERCISE.items(), key=lambda pair: -len(pair[0])):
        if answer.startswith(f"{what} "):
            return translated(words, exercise=exercise_name(answer.removeprefix(f"{what} "), catalog))
    return answer


def answer_word(answer: str) -> str:
    """An answer that can be chosen, in words."""
    if answer in _FORM:
        return translated(_FORM[answer])
    table, dot, column = answer.partition(".")
    if dot and table in TABLES:
        return labelled(translated(TABLES[table]), column_word(column))
    if answer in _COLUMNS:
        return column_word(answer)
    said, colon, reason = answer.partition(": ")
    return labelled(spoken(said), spoken(reason)) if colon else spoken(answer)


def date_word(form: str, example: str) -> str:
    """A form of dates by what the example is in it: day first, 3 Apr 2026."""
    try:
        written = checked_date_format(form) or form
        date, *_ = _TIME_BEHIND.split(example.strip())
        read = day(datetime.strptime(date, written))  # noqa: DTZ007 - a day of the calendar, nowhere in particular
    except (ParameterError, ValueError):
        return form
    first = marked("day first: {day}") if written.find("%d") < written.find("%m") else marked("month first: {day}")
    return translated(first, day=read)


def form_answers() -> tuple[tuple[str, str, str], ...]:
    """What a column of a form may ask: the group of the answer, its words, and the answer."""
    plain = [("", translated(words), one) for one, words in _FORM.items() if one != IGNORE]
    of_exercise = [(translated("an exercise"), translated(words), one) for one, (words, _) in OF_EXERCISE.items()]
    columns = [
        (translated(TABLES[table]), column_word(name), f"{table}.{name}")
        for table in TABLES_BESIDE
        for name in COLUMNS[table]
        if name != "patient_id"
    ]
    return (*plain, *of_exercise, *columns, ("", translated(_FORM[IGNORE]), IGNORE))


def exercise_name(answer: str, catalog: ExerciseCatalog) -> str:
    """The name of an exercise and its mode, if said; one of the study's own that is not there yet has its key."""
    key, _, mode = answer.partition(" ")
    if key not in catalog:
        return answer.replace("_", " ")
    name = translated(catalog[key].name)
    return translated("{exercise} ({mode})", exercise=name, mode=spoken(mode)) if mode else name


def _drawing(answer: str, catalog: ExerciseCatalog) -> Drawing | None:
    """The drawing of an exercise in the mode said, else as it is usually done; none for one of the study's own."""
    key, _, mode = answer.partition(" ")
    if key not in catalog:
        return None
    one = catalog[key]
    return drawing(one.key, mode or one.mode, one.position, one.support, "right")


def pictures(catalog: ExerciseCatalog) -> Markup:
    """All drawings, once on the page: :func:`picture` shows them again wherever a name stands."""
    drawn = {_symbol(one): _drawing(one, catalog) for one in (*catalog.keys, *exercise_answers(catalog))}
    symbol = Markup('<symbol id="fd-exercise-{}" viewBox="0 0 {:g} {:g}">{}</symbol>')
    symbols = [symbol.format(key, WIDTH, HEIGHT, one.svg) for key, one in drawn.items() if one is not None]
    return Markup('<svg class="fd-drawings" width="0" height="0" aria-hidden="true">{}</svg>').format(
        Markup("").join(symbols)
    )


def _symbol(answer: str) -> str:
    return answer.replace(" ", "-")


def picture(answer: str, catalog: ExerciseCatalog) -> Markup:
    """The drawing of an exercise beside its name; blank where there is none."""
    shown = Markup(
        '<svg class="exercise" viewBox="0 0 {:g} {:g}" aria-hidden="true"><use href="#fd-exercise-{}"/></svg>'
    )
    return Markup("") if _drawing(answer, catalog) is None else shown.format(WIDTH, HEIGHT, _symbol(answer))
