"""What a person gives to the import page: files, settings, and answers to questions, all as plain values.

Nothing of the files stays on the disk.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path, PurePath
from typing import Any

from footdrop_analytics.dashboards.import_page.words import (
    OF_EXERCISE,
    answer_word,
    date_word,
    exercise_name,
    form_answers,
    picture,
)
from footdrop_analytics.errors import ParameterError, StudyError, shortened
from footdrop_analytics.importing.addresses import is_dictionary
from footdrop_analytics.importing.import_log import ASSUMED_WEEKS
from footdrop_analytics.importing.parts import Part, load_parts
from footdrop_analytics.importing.profile import Answers, keep_answer
from footdrop_analytics.importing.steps.base import AS_WRITTEN, IGNORE, Ask
from footdrop_analytics.importing.steps.exercises import OWN, exercise_answers
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.knowledge.forms import checked
from footdrop_analytics.wording.language import SOURCE, marked, translated
from footdrop_analytics.wording.words import not_one_of

MOST_BYTES = 100_000_000
"""What a page takes at once; ``footdrop import`` takes more."""
MOST_FILES = 50
_NO_NAME = re.compile(r'[\x00-\x1f\\/:*?"<>|]')
_LONGEST = 120


@dataclass(frozen=True, eq=False)
class Dropped:
    """What was dropped on the page: the parts of the files."""

    parts: tuple[Part, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files."""
        return tuple(dict.fromkeys(part.file for part in self.parts))

    @property
    def has_dictionary(self) -> bool:
        """Whether the data dictionary of a REDCap project is among them."""
        return any(map(is_dictionary, self.parts))


def dropped(names: Sequence[str], contents: Sequence[bytes]) -> Dropped:
    """The parts of files."""
    if len(names) != len(contents) or not names:
        raise StudyError(translated("No file came through. Drop it again."))
    if len(names) > MOST_FILES or sum(map(len, contents)) > MOST_BYTES:
        raise StudyError(
            translated(
                "That is more than a page takes at once ({files} files, {megabytes} MB). Import larger ones in a "
                "terminal: {command}.",
                files=MOST_FILES,
                megabytes=MOST_BYTES // 1_000_000,
                command="footdrop import FILE --out STUDY",
            )
        )
    parts: list[Part] = []
    with tempfile.TemporaryDirectory(prefix="footdrop-") as folder:
        for name, content in zip(names, contents, strict=True):
            # The reader takes files; a private one is there for as long as it reads.
            place = Path(folder, _plain_name(name))
            place.write_bytes(content)
            parts += load_parts(place)
            place.unlink()
    return Dropped(tuple(parts))


def _plain_name(name: str) -> str:
    """The name without what a folder would read as more than a name."""
    suffix = PurePath(name).suffix[:12]
    return (_NO_NAME.sub("_", PurePath(name).stem)[:_LONGEST].strip(". ") or "log") + _NO_NAME.sub("_", suffix)


@dataclass(frozen=True, kw_only=True)
class ImportSettings:
    """What a person said beside the files.

    Attributes
    ----------
    folder : str
        The study folder into which the log is to go; what earlier imports left there is used.
    answers : Answers
        What was answered so far.
    plan : str
        Plans in a few words, one to a line.
    assume_plan : str
        The first weeks whose log stands for the plan; blank for none.
    why_not : str
        Why nothing can be saved here, in English; blank if it can.
    language : str
        The language of the words.
    """

    folder: str = ""
    answers: Answers = field(default_factory=Answers)
    plan: str = ""
    assume_plan: str = ""
    why_not: str = ""
    language: str = SOURCE

    def __post_init__(self) -> None:
        if self.assume_plan and self.assume_plan not in ASSUMED_WEEKS:
            raise ParameterError(not_one_of("assume_plan", ASSUMED_WEEKS, self.assume_plan))


MOST = 60
"""Questions on the page at once; what is answered gives way to the next ones."""
_WORDS = {
    "patient": marked("Whose log is it?"),
    "dates": marked("How are dates written here? For example {text}"),
    "timezone": marked("Times are written in UTC. Where do the patients live?"),
    "programme": marked("Which exercises does the programme have?"),
    "weights": marked("In which unit are weights? For example {text}"),
    "start": marked("Which day is the first of week 1?"),
    "sheets": marked("Nothing is known that fits “{text}”, and nothing of it would be saved. Go on without it?"),
    "ticks": marked("The plan asks for {text}, and the log has one entry a day. What does an entry stand for?"),
}
_OF_COLUMN = marked("What does the column “{column}” hold?")


@dataclass(frozen=True)
class Option:
    """Something that can be chosen, with the drawing of an exercise beside its name."""

    words: str
    answer: str
    picture: str = ""
    group: str = ""


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

    @property
    def groups(self) -> list[tuple[str, list[Option]]]:
        """The options by what they are about, in their order."""
        return [(name, list(some)) for name, some in groupby(self.options, lambda one: one.group)]


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
    every = tuple(Option(exercise_name(one, catalog), one, picture(one, catalog)) for one in exercise_answers(catalog))
    if ask.what == "exercises":
        likely = tuple(one for one in every if one.answer in ask.perhaps.split(" or "))
        own = tuple(Option(answer_word(one), one) for one in OWN)
        others = tuple(one for one in every if one not in likely)
        out = Option(answer_word(IGNORE), IGNORE)
        return Question(key, ask, "exercise", ask.text, "", likely, (*own, out), others)
    if ask.what == "programme":
        return Question(key, ask, "exercises", _words(ask), exercises=every)
    if ask.what == "columns" and not ask.choices:
        options = tuple(Option(words, answer, group=group) for group, words, answer in form_answers())
        return Question(key, ask, "column", translated(_OF_COLUMN, column=ask.text), "", (), options, every)
    if ask.choices:
        is_date = ask.what == "dates"
        options = tuple(Option(date_word(one, ask.text) if is_date else answer_word(one), one) for one in ask.choices)
        perhaps = translated("perhaps {answer}", answer=answer_word(ask.perhaps)) if ask.perhaps in ask.choices else ""
        return Question(key, ask, "choice", _words(ask), perhaps, (), options)
    # What an answer that is typed looks like.
    hint, kind = translated("a date") if ask.what == "start" else ask.expected, "day" if ask.what == "start" else "text"
    if ask.what == "patient":
        hint = translated("an id, such as P1; no name that identifies a person")
    elif ask.what == "timezone":
        hint = translated("such as Europe/Berlin, or “{as_written}”", as_written=translated(AS_WRITTEN))
    return Question(key, ask, kind, _words(ask), hint)


def _words(ask: Ask) -> str:
    if ask.what in _WORDS:
        return translated(_WORDS[ask.what], text=ask.text)
    if ask.what == "columns":
        return translated(_OF_COLUMN, column=ask.text)
    column = ask.what.partition(".")[2]
    if column in ("", "value"):
        return translated("What does “{text}” mean?", text=ask.text)
    return translated("What does “{text}” mean under “{column}”?", text=ask.text, column=column)


def answered(asked: Sequence[Question], told: Mapping[str, object], before: Answers) -> Answers:
    """The answers that there were and those that were told."""
    found: dict[str, Any] = {}
    leave_out = told.get("rest") == IGNORE
    for one in asked:
        if said := _said(one, told) or (IGNORE if leave_out and may_be_left_out(one) else ""):
            keep_answer(found, one.ask.what, one.ask.text, said)
    if not found:
        raise ParameterError(translated("Nothing was chosen yet."))
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
            text, answer = shortened(one.ask.text, 40), shortened(said, 40)
            raise ParameterError(translated("{text}: “{answer}” cannot be chosen.", text=text, answer=answer))
    if one.kind == "column" and said in OF_EXERCISE:
        exercise = str(told.get(f"{one.key}-of") or "")
        if exercise not in {option.answer for option in one.exercises}:
            text = shortened(one.ask.text, 40)
            raise ParameterError(translated("Choose the exercise that “{text}” is about.", text=text))
        return f"{said} {exercise}"
    return AS_WRITTEN if one.ask.what == "timezone" and said == translated(AS_WRITTEN) else said


def may_be_left_out(one: Question) -> bool:
    """Whether *leave it out* is an answer."""
    return one.kind == "exercise" or IGNORE in {option.answer for option in one.options}
