"""What columns, answers and exercises are called on the page."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from footdrop_analytics.importing.columns import ASKED, BOTH, DECIDES, NOT_USED
from footdrop_analytics.importing.steps.base import IGNORE
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.report.drawing import HEIGHT, WIDTH, Drawing, drawing

TABLES = {
    "sessions": "log",
    "prescriptions": "plan",
    "patients": "patient",
    "checkins": "check-in",
    "events": "event",
    "outcomes": "measurement",
    "pauses": "pause",
    "visits": "visit",
    "reviews": "review",
}
ROWS = {
    "sessions": "row of the log",
    "prescriptions": "line of the plan",
    "outcomes": "measurement",
}
"""What one row of a table is called; of the others as the table."""
_COLUMNS = {
    "patient_id": "whose it is",
    "performed_at": "day and time",
    "occurred_on": "day",
    "measured_on": "day",
    "reps": "repetitions",
    "hold_s": "seconds held",
    "load_kg": "load in kg",
    "set_no": "number of the set",
    "status": "done or skipped",
    "skip_reason": "why it was skipped",
    "pain_0_10": "pain, 0 to 10",
    "effort_0_10": "effort, 0 to 10",
    "fatigue_0_10": "fatigue, 0 to 10",
    "fell": "fell or not",
    "near_falls": "near falls",
    "kind": "what happened",
    "start_date": "first day",
    "end_date": "last day",
    "source_row": "row of the file",
}
_FORM = {
    "patient": "whose entry it is",
    "date": "the day it is about",
    "recorded": "when it was written down",
    "exercises": "a list of the exercises done",
    "programme": "one answer for the whole programme",
    "notes": "a note",
    "skip reason": "why it was not done",
    "plan start": "the first day of the plan",
    "plan days per week": "days a week in the plan",
    IGNORE: "leave it out",
}
OF_EXERCISE = {
    "done": "whether an exercise was done",
    "reps of": "repetitions of an exercise",
    "seconds of": "seconds held of an exercise",
    "sets of": "sets of an exercise",
    "cell of": "a number or a tick for an exercise",
    "plan reps of": "repetitions in the plan of an exercise",
    "plan seconds of": "seconds in the plan of an exercise",
    "plan sets of": "sets in the plan of an exercise",
}
"""Answers that need an exercise beside them."""
_MANY = 3
_GRID = {
    "across": "days across the sheet",
    "below": "the line below the days",
    "label": "first cell of each row",
    "block": "heading of each grid",
    "beside": "text beside the heading",
    "value": "cells of the grid",
    "days": "days that the grid has",
}


def column_word(name: str) -> str:
    """A column of the study in words."""
    return _COLUMNS.get(name, name.replace("_", " "))


def heading(name: str, is_grid: bool) -> str:
    """What a column of the source is called: its own heading, or in a grid which cells it stands for."""
    return _GRID.get(name, name) if is_grid else name


def meaning_words(means: str, catalog: ExerciseCatalog) -> str:
    """What was made of a column, in words."""
    if means == ASKED:
        return "asked below"
    if means in (NOT_USED, DECIDES):
        return "not used" if means == NOT_USED else "which rows count"
    of_table: dict[str, list[str]] = {}
    for one in means.split(BOTH):
        table, dot, column = one.partition(".")
        known = bool(dot) and table in TABLES
        of_table.setdefault(TABLES[table] if known else "", []).append(
            column_word(column) if known else _of_form(one, catalog)
        )
    tables_of: dict[str, list[str]] = {}
    for table, words in of_table.items():
        said = ", ".join(words) if len(words) <= _MANY else f"the {table} in a few words"
        tables_of.setdefault(said, []).append(table if len(words) <= _MANY else "")
    return "; ".join(
        f"{said} ({' and '.join(several)})" if any(several) else said for said, several in tables_of.items()
    )


def _of_form(answer: str, catalog: ExerciseCatalog) -> str:
    if answer == DECIDES:
        return "which rows count"
    if answer in _FORM:
        return _FORM[answer]
    for what, words in sorted(OF_EXERCISE.items(), key=lambda pair: -len(pair[0])):
        if answer.startswith(f"{what} "):
            return words.replace("an exercise", exercise_name(answer.removeprefix(f"{what} "), catalog))
    return answer


def answer_word(answer: str) -> str:
    """An answer that can be chosen, in words."""
    if answer in _FORM:
        return _FORM[answer]
    table, dot, column = answer.partition(".")
    if dot and table in TABLES:
        return f"{TABLES[table]}: {column_word(column)}"
    return column_word(answer)


def form_answers(columns: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What a column of a form may ask: words and answers."""
    plain = [(words, answer) for answer, words in _FORM.items() if answer != IGNORE]
    of_exercise = [(f"{words} …", answer) for answer, words in OF_EXERCISE.items()]
    return (*plain, *((answer_word(one), one) for one in columns), *of_exercise, (_FORM[IGNORE], IGNORE))


def exercise_name(key: str, catalog: ExerciseCatalog) -> str:
    """The name of an exercise; one of the study's own that is not there yet has its key."""
    return catalog[key].name if key in catalog else key.replace("_", " ")


def _drawing(key: str, catalog: ExerciseCatalog) -> Drawing | None:
    """The drawing of an exercise as it is usually done; none for one of the study's own."""
    if key not in catalog:
        return None
    one = catalog[key]
    return drawing(one.key, one.mode, one.position, one.support, "right")


def pictures(catalog: ExerciseCatalog) -> Markup:
    """All drawings, once on the page: :func:`picture` shows them again wherever a name stands."""
    drawn = {key: _drawing(key, catalog) for key in catalog.keys}
    symbol = Markup('<symbol id="fd-exercise-{}" viewBox="0 0 {:g} {:g}">{}</symbol>')
    symbols = [symbol.format(key, WIDTH, HEIGHT, one.svg) for key, one in drawn.items() if one is not None]
    return Markup('<svg class="fd-drawings" width="0" height="0" aria-hidden="true">{}</svg>').format(
        Markup("").join(symbols)
    )


def picture(key: str, catalog: ExerciseCatalog) -> Markup:
    """The drawing of an exercise beside its name; blank where there is none."""
    shown = Markup(
        '<svg class="exercise" viewBox="0 0 {:g} {:g}" aria-hidden="true"><use href="#fd-exercise-{}"/></svg>'
    )
    return Markup("") if _drawing(key, catalog) is None else shown.format(WIDTH, HEIGHT, key)
