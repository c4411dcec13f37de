"""What is asked on the page, as plain values: the question in words, what can be chosen, and the answer it makes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from footdrop_analytics.dashboards.import_page.words import (
    OF_EXERCISE,
    answer_word,
    exercise_name,
    form_answers,
    picture,
)
from footdrop_analytics.errors import ParameterError, shortened
from footdrop_analytics.importing.profile import Answers
from footdrop_analytics.importing.steps.base import AS_WRITTEN, IGNORE, Ask
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.knowledge.forms import checked
from footdrop_analytics.model.inputs import COLUMNS

MOST = 60
"""Questions on the page at once; what is answered gives way to the next ones."""
_FORM_TABLES = ("checkins", "patients", "events")
_OWN = (("an exercise of its own, in repetitions", "own reps"), ("an exercise of its own, in seconds", "own seconds"))
_WORDS = {
    "patient": "Whose log is it?",
    "dates": "How are dates written here?",
    "timezone": "Times are written in UTC. Where do the patients live?",
    "programme": "Which exercises does the programme have?",
    "weights": "In which unit are weights?",
    "start": "Which day is the first of week 1?",
}
_HINTS = {
    "patient": "an id, such as P1; no name that identifies a person",
    "timezone": f"such as Europe/Berlin, or “{AS_WRITTEN}”",
    "start": "a date",
}


@dataclass(frozen=True)
class Option:
    """Something that can be chosen, with the drawing of an exercise beside its name."""

    words: str
    answer: str
    picture: str = ""


@dataclass(frozen=True)
class Question:
    """A question: ``kind`` is ``exercise``, ``exercises``, ``choice``, ``column``, ``day`` or ``text``.

    ``first`` are the options that are likely, ``options`` all others; ``needs`` are the answers to a column that need
    one of the ``exercises`` beside them.
    """

    key: str
    ask: Ask
    kind: str
    words: str
    hint: str = ""
    first: tuple[Option, ...] = ()
    options: tuple[Option, ...] = ()
    exercises: tuple[Option, ...] = ()


def questions(asks: Sequence[Ask], catalog: ExerciseCatalog) -> tuple[Question, ...]:
    """The questions of an import, facts about the whole source first."""
    order = {name: at for at, name in enumerate((*_WORDS, "columns", "exercises"))}
    ordered = sorted(asks, key=lambda ask: (order.get(ask.what, len(order)), ask.what, -ask.rows))
    return tuple(_question(f"q{at}", ask, catalog) for at, ask in enumerate(ordered[:MOST]))


def key_of(asked: Sequence[Question]) -> str:
    """The name of the form with these questions: one that is out of date is known by it."""
    text = "\x1e".join(f"{one.key}\x1f{one.ask.what}\x1f{one.ask.text}" for one in asked)
    return f"answers-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _question(key: str, ask: Ask, catalog: ExerciseCatalog) -> Question:
    every = tuple(Option(exercise_name(one, catalog), one, picture(one, catalog)) for one in catalog.keys)
    if ask.what == "exercises":
        likely = tuple(one for one in every if one.answer in ask.perhaps.split(" or "))
        own = tuple(Option(words, answer) for words, answer in _OWN)
        others = tuple(one for one in every if one not in likely)
        return Question(key, ask, "exercise", ask.text, "", likely, (*own, Option("leave it out", IGNORE)), others)
    if ask.what == "programme":
        return Question(key, ask, "exercises", _WORDS["programme"], exercises=every)
    if ask.what == "columns" and not ask.choices:
        columns = [f"{table}.{name}" for table in _FORM_TABLES for name in COLUMNS[table] if name != "patient_id"]
        options = tuple(Option(words, answer) for words, answer in form_answers(columns))
        return Question(key, ask, "column", f"What does the column “{ask.text}” hold?", "", (), options, every)
    if ask.choices:
        words = _WORDS.get(ask.what) or (
            f"What does the column “{ask.text}” hold?"
            if ask.what == "columns"
            else f"What does “{ask.text}” mean{_where(ask)}?"
        )
        words = f"{words} For example {ask.text}" if ask.what in ("dates", "weights") else words
        options = tuple(Option(answer_word(one), one) for one in ask.choices)
        return Question(key, ask, "choice", words, ask.perhaps and f"perhaps {answer_word(ask.perhaps)}", (), options)
    words = _WORDS.get(ask.what) or f"What does “{ask.text}” mean{_where(ask)}?"
    hint = _HINTS.get(ask.what, ask.expected)
    return Question(key, ask, "day" if ask.what == "start" else "text", words, hint)


def _where(ask: Ask) -> str:
    column = ask.what.partition(".")[2]
    return f" under “{column}”" if column and column != "value" else ""


def answered(asked: Sequence[Question], told: Mapping[str, object], before: Answers) -> Answers:
    """The answers that there were and those that were told.

    Raises
    ------
    ParameterError
        If an answer needs an exercise beside it and has none, or nothing was answered.
    """
    found: dict[str, Any] = {}
    leave_out = told.get("rest") == IGNORE
    for one in asked:
        said = _said(one, told) or (IGNORE if leave_out and may_be_left_out(one) else "")
        if not said:
            continue
        group, _, column = one.ask.what.partition(".")
        if column:
            found.setdefault(group, {}).setdefault(column, {})[one.ask.text] = said
        elif one.ask.what in ("exercises", "columns"):
            found.setdefault(group, {})[one.ask.text] = said
        else:
            found[group] = said
    if not found:
        raise ParameterError("Nothing was chosen yet.")
    return checked(Answers, found, "answers").over(before)


def _said(one: Question, told: Mapping[str, object]) -> str:
    said = str(told.get(one.key) or "").strip()
    if one.kind == "exercises":
        chosen = [option.answer for option in one.exercises if told.get(f"{one.key}-{option.answer}")]
        return ", ".join(chosen)
    allowed = {option.answer for option in (*one.first, *one.options)}
    if one.kind in ("exercise", "column", "choice"):
        allowed |= {option.answer for option in one.exercises} if one.kind == "exercise" else set()
        if said and said not in allowed:
            raise ParameterError(f"{shortened(one.ask.text, 40)}: {shortened(said, 40)!r} cannot be chosen.")
    if one.kind == "column" and said in OF_EXERCISE:
        exercise = str(told.get(f"{one.key}-of") or "")
        if exercise not in {option.answer for option in one.exercises}:
            raise ParameterError(f"Choose the exercise that “{shortened(one.ask.text, 40)}” is about.")
        return f"{said} {exercise}"
    return said


def may_be_left_out(one: Question) -> bool:
    """Whether *leave it out* is an answer."""
    return one.kind == "exercise" or IGNORE in {option.answer for option in one.options}
