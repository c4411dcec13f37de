"""Steps on exercises: which one a name means and who moves the foot, and those that are counted in seconds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple
from unicodedata import combining, normalize

import numpy as np
import pandas as pd

from footdrop_analytics.importing.cells import changed, counted, in_study, left_out, nothing, where
from footdrop_analytics.importing.steps import base
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.knowledge.forms import Text
from footdrop_analytics.knowledge.names import ExerciseNames, Named, mode_in
from footdrop_analytics.wording.language import translated

OWN_REPS, OWN_SECONDS = "own reps", "own seconds"
"""Answers: an exercise of the study's own, counted in repetitions or seconds."""
OWN = {OWN_REPS: "reps", OWN_SECONDS: "seconds"}
WHO_MOVES = {
    "passive": "moved by a hand",
    "assisted": "with help",
    "active": "the foot moves itself",
    "resisted": "against a band or weight",
}
_MOST_GUESSES = 300
_CHOICE = re.compile(r".*\(choice=(.+)\)")
_CHECKBOX = re.compile(r"(.+)___(\w+)")


class OwnExercise(NamedTuple):
    """An exercise that an answer called the study's own."""

    name: str
    unit: str


def own_key(text: str) -> str:
    """The key of an exercise of one's own from its name: two names never become one for want of our letters."""
    folded = "".join(one for one in normalize("NFKD", text.casefold()) if not combining(one))
    letters = re.sub(r"[^a-z0-9]+", "_", folded).strip("_")
    if any(one.isalnum() and not one.isascii() for one in folded):
        letters = f"{letters}_{sha256(base.read_as(text).encode()).hexdigest()[:8]}".lstrip("_")
    return letters if letters[:1].isalpha() else f"exercise_{letters}".rstrip("_")


def choice_of(header: str, how: base.How) -> str:
    """What a checkbox stands for: one choice of its question; blank if the column is none."""
    if found := _CHOICE.fullmatch(how.labels.get(header, header).strip()):
        return found[1]
    found = _CHECKBOX.fullmatch(header)
    return how.choices.get(found[1], {}).get(found[2], "") if found else ""


def is_checkbox(header: str, how: base.How) -> bool:
    """Whether a column is one choice of a question."""
    return bool(choice_of(header, how) or _CHECKBOX.fullmatch(header))


def asked_of(header: str, how: base.How) -> str:
    """What a column is about, in words: its choice, its label in a data dictionary, or its header."""
    return choice_of(header, how) or how.labels.get(header, header)


def answered_names(how: base.How) -> dict[str, str]:
    """What was said of names of exercises; a column that was called an exercise of its own is one of them."""
    columns = {asked_of(name, how): said for name, said in how.answers.columns.items() if said in OWN}
    return base.by_reading(columns | dict(how.answers.exercises))


def own_exercises(how: base.How) -> dict[str, OwnExercise]:
    """The exercises that answers called the study's own, by key."""
    columns = {asked_of(name, how): said for name, said in how.answers.columns.items()}
    said = columns | dict(how.answers.exercises)
    return {own_key(text): OwnExercise(text, OWN[one]) for text, one in said.items() if one in OWN}


def read_exercise(text: str, names: ExerciseNames, answered: Mapping[str, str]) -> Named | None:
    """What a name of an exercise is read as, with who moves the foot where name or answer says it; None if unknown."""
    said = answered.get(base.read_as(text))
    if said == base.IGNORE:
        return Named(base.IGNORE)
    found = Named(own_key(text)) if said in OWN else names.named(said or text)
    return found if found is None or found.mode else found._replace(mode=mode_in(text))


def exercise_answers(catalog: ExerciseCatalog) -> tuple[str, ...]:
    """All answers that name an exercise: its key, with the mode where both help and none are usual."""
    return tuple(one for key in catalog.keys for one in with_modes(key, catalog))


def with_modes(key: str, catalog: ExerciseCatalog) -> tuple[str, ...]:
    """The answers that mean an exercise: one, or one for each mode where the key leaves that open."""
    modes = catalog[key].open_modes if key in catalog else ()
    return tuple(Named(key, mode).text for mode in modes) or (key,)


@base.step("exercise")
class ExerciseStep(base.ColumnStep):
    """Names of exercises as keys: those that the package or the study knows, and those that were answered."""

    made = ("exercise", "mode")
    column: Text = "exercise"

    def asks_of(self, name: str, table: pd.DataFrame, how: base.How) -> list[base.Ask]:
        answered, texts = answered_names(how), counted(table[name], in_study(table))
        unknown = [text for text in texts if read_exercise(text, how.names, answered) is None]
        # Suggestions are slow: a column with hundreds of unknown names is none of exercises for the foot.
        guessed = unknown[:_MOST_GUESSES]
        return [exercise_ask(text, texts[text], how.names, guesses=text in guessed) for text in unknown]

    def applied(self, name: str, table: pd.DataFrame, how: base.How) -> pd.DataFrame:
        """The table with keys and modes; what was ignored is left out."""
        answered, written = answered_names(how), table[name]
        read = {text: read_exercise(text, how.names, answered) for text in written.cat.categories}
        keys = changed(written, lambda text: text if (one := read[text]) is None else one.key)
        modes = changed(written, lambda text: None if (one := read[text]) is None else one.mode)
        table = table.assign(exercise=keys, exercise_written=written)
        if modes.notna().any():
            table = base.with_more(table, mode=modes)
        return left_out(table, (keys == base.IGNORE).to_numpy(), translated(base.LEFT_BY_ANSWER))


def exercise_ask(text: str, rows: int, names: ExerciseNames, guesses: bool = True) -> base.Ask:
    """The question which exercise a name means, with all answers and those that are likely."""
    answers = ", ".join(exercise_answers(names.catalog))
    # One exercise or several, or nothing rather than a wrong one.
    likely = (names.two_ways(text) or tuple(filter(None, [names.suggestion(text)]))) if guesses else ()
    mode = mode_in(text)
    perhaps = [
        [Named(key, mode).text] if mode and names.catalog[key].open_modes else with_modes(key, names.catalog)
        for key in likely
    ]
    guess = " or ".join(one for several in perhaps for one in several)
    return base.Ask(
        "exercises", text, rows, guess, f"an exercise ({answers}), {OWN_REPS}, {OWN_SECONDS} or {base.IGNORE}"
    )


def mode_ask(text: str, key: str, rows: int, catalog: ExerciseCatalog) -> base.Ask:
    """The question who moves the foot in an exercise that is known."""
    answers = with_modes(key, catalog)
    words = " or ".join(f"{one} ({WHO_MOVES[one.rpartition(' ')[2]]})" for one in answers)
    return base.Ask("exercises", text, rows, " or ".join(answers), words)


@base.step("holds")
class Holds(base.Step):
    """Repetitions of an exercise that is counted in seconds are the seconds held, if none are stated."""

    made = ("hold_s",)

    def reads(self) -> Iterable[str]:
        return ("reps",)

    def apply(self, table: pd.DataFrame, how: base.How) -> pd.DataFrame:
        if "exercise" not in table or "reps" not in table:
            return table
        catalog = how.names.catalog
        timed = {key for key in catalog.keys if catalog[key].unit == "seconds"}
        timed |= {key for key, one in own_exercises(how).items() if one.unit == "seconds"}
        hold = table["hold_s"] if "hold_s" in table else pd.Series(nothing(len(table)), index=table.index)
        moves: np.ndarray = (
            table["exercise"].isin(timed).to_numpy() & hold.isna().to_numpy() & table["reps"].notna().to_numpy()
        )
        return table.assign(hold_s=where(~moves, hold, table["reps"]), reps=where(~moves, table["reps"]))
