"""What the columns of a form ask: from the words of their headers, or as a person says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, NamedTuple

import pandas as pd
from pydantic import Field

from footdrop_analytics.importing.cells import in_study, texts_of
from footdrop_analytics.importing.steps.base import IGNORE, Ask, How, by_reading, read_as
from footdrop_analytics.importing.steps.exercises import OWN, asked_of, choice_of, is_checkbox, own_key
from footdrop_analytics.knowledge.forms import NEEDED, Form, Sourced, Text, Texts, load_form
from footdrop_analytics.knowledge.names import Named, mode_in
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.names import as_people_read

_OF = re.compile(r"(plan )?(cell of|done|reps of|seconds of|sets of) (.+)")
PLAIN = (
    *("patient", "date", "recorded", "exercises", "programme", "notes", "skip reason"),
    *("plan start", "plan days per week", IGNORE),
)
TABLES_BESIDE = ("checkins", "patients", "events")
"""Tables that columns of a log's form may belong to."""
_FALLS = {"fall", "falls", "fell", "fallen"}
_UNIT_WORDS = {
    "reps of": ("reps", "repetitions", "many", "times"),
    "seconds of": ("seconds", "secs", "sec", "long", "hold"),
}
_PERSONAL = {"email", "mail", "emails", "phone", "telephone", "mobile", "name", "user", "username"}
_PLAN_WORDS = ("rx", "plan", "prescribed", "target")
EXPECTED = (
    f"one of {', '.join(PLAIN)}; checkins.COLUMN, patients.COLUMN; or cell of EXERCISE, done EXERCISE, reps of "
    f"EXERCISE, seconds of EXERCISE, each also with plan in front; {' or '.join(OWN)}, if the column is an exercise of "
    "your own"
)


class _Meaning(Form):
    means: Text = NEEDED
    words: Annotated[tuple[Texts, ...], Field(strict=False)] = NEEDED


class _File(Sourced):
    meanings: Annotated[tuple[_Meaning, ...], Field(strict=False)] = NEEDED


class Meaning(NamedTuple):
    """What a column asks: a word of :data:`PLAIN` or a column of a table, perhaps of one exercise or of the plan."""

    what: str
    exercise: str = ""
    plan: bool = False

    @property
    def text(self) -> str:
        """As an answer writes it: ``plan reps of heel_raise``."""
        return f"{'plan ' if self.plan else ''}{self.what}{f' {self.exercise}' if self.exercise else ''}"


@lru_cache(maxsize=1)
def _meanings() -> tuple[_Meaning, ...]:
    return load_form(_File, Path(__file__).parent / "meanings.yaml").meanings


def identifies(header: str) -> bool:
    """Whether a column holds what names a person anywhere: a mail address, a telephone number, a name."""
    return bool(_PERSONAL & set(as_people_read(header).replace("e mail", "email").split()))


def meaning_of(text: str, how: How) -> Meaning | None:
    """A written meaning understood; None if it is none."""
    said = " ".join(text.split())
    if said in PLAIN:
        return Meaning(said)
    table, _, name = said.partition(".")
    if table in TABLES_BESIDE and name in COLUMNS[table]:
        return Meaning(said)
    if found := _OF.fullmatch(said):
        named = how.names.named(found[3])
        return Meaning(found[2], named.text if named else found[3], bool(found[1]))
    return None


def proposed(header: str, how: How) -> str:
    """The meaning that the words of a header, or of its label, speak for; blank if none does."""
    label = how.labels.get(header, header)
    if is_checkbox(header, how):
        return _of_exercise("done", choice_of(header, how), how)
    words = as_people_read(label).split()
    both = {*words, *as_people_read(header).split()}
    for unit, signs in _UNIT_WORDS.items():
        if both & set(signs):
            found = _of_exercise(unit, " ".join(word for word in words if word not in (*signs, *_PLAN_WORDS)), how)
            return f"plan {found}" if found and both & set(_PLAN_WORDS) else found
    found = next((one.means for one in _meanings() if any(set(wanted) <= both for wanted in one.words)), "")
    # “Did you fall or almost fall?” asks two things at once: what yes means, no word says.
    return "" if found == "checkins.near_falls" and sum(word in _FALLS for word in words) > 1 else found


def _of_exercise(unit: str, words: str, how: How) -> str:
    """What is asked of an exercise, and who moves the foot where the words say it."""
    named = how.names.named(words)
    if named is None and words and not how.names.two_ways(words) and (key := how.names.suggestion(words)):
        named = Named(key, mode_in(words))
    return f"{unit} {named.text}" if named else ""


def means(header: str, how: How, stated: Mapping[str, str]) -> Meaning | None:
    """What a column asks: as a person said, as its profile states, or as its words speak for."""
    said = by_reading(stated) | by_reading(how.answers.columns)
    text = said.get(read_as(header)) or proposed(header, how)
    if text in OWN:
        return Meaning("done" if is_checkbox(header, how) else "cell of", own_key(asked_of(header, how)))
    return meaning_of(text, how) if text else None


def column_meanings(table: pd.DataFrame, how: How, stated: Mapping[str, str]) -> tuple[dict[str, Meaning], list[Ask]]:
    """What each column asks, and those of which that must be said."""
    found: dict[str, Meaning] = {}
    asks = []
    for header in texts_of(table):
        rows = int((table[header].notna() & in_study(table)).sum())
        meaning = means(header, how, stated)
        if meaning is not None:
            found[header] = meaning
        elif rows:
            asks.append(Ask("columns", header, rows, "", EXPECTED))
    dates = [header for header, one in found.items() if one.what == "date"]
    for header in dates[1:]:
        found[header] = Meaning(IGNORE)
    if not dates:
        recorded = [header for header, one in found.items() if one.what == "recorded"]
        found |= {header: Meaning("date") for header in recorded[:1]}
    return found, asks
