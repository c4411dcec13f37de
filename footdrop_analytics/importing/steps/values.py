"""Steps on words in cells: what they mean, ticks and crosses, exercises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

import pandas as pd

from footdrop_analytics.importing.cells import changed, counted, filled, in_study, left_out, where
from footdrop_analytics.importing.steps.base import IGNORE, Ask, How, Step, by_reading, column_of, read_as, step
from footdrop_analytics.importing.steps.rows import unknown_texts
from footdrop_analytics.knowledge.exercise_names import ExerciseNames
from footdrop_analytics.knowledge.forms import NEEDED, Line, Text, one_of
from footdrop_analytics.knowledge.names import load_names
from footdrop_analytics.model.vocabulary import HELPED_MODES, SKIP_REASONS

_DONE, _SKIPPED, _NOT_LOGGED = "done", "skipped", "not logged"
_MARKS = f"{_DONE}, {_SKIPPED}, {_SKIPPED}: REASON ({', '.join(SKIP_REASONS)}), {_NOT_LOGGED} or {IGNORE}"
_ALL_MARKS = (_DONE, _SKIPPED, *(f"{_SKIPPED}: {one}" for one in SKIP_REASONS), _NOT_LOGGED, IGNORE)
_MOST_GUESSES = 300
_OWN = re.compile(r"own (reps|seconds)")


@step("values")
class Values(Step):
    """What texts of a column mean; others are asked, kept as written, or made blank."""

    column: Text = NEEDED
    into: Text | None = None
    map: Mapping[str, Line] = NEEDED
    others: Annotated[str, one_of(("ask", "keep", "blank"))] = "keep"

    def _known(self, how: How) -> dict[str, str]:
        meant = {*self.map.values(), IGNORE}
        said = by_reading(how.answers.values.get(self.column, {}))
        return by_reading(self.map) | {text: one for text, one in said.items() if one in meant}

    def asks(self, table: pd.DataFrame, how: How) -> list[Ask]:
        """Texts that nothing is known of."""
        name = column_of(table, self.column)
        if name is None or self.others != "ask":
            return []
        choices = tuple(dict.fromkeys([*(one for one in self.map.values() if one), IGNORE]))
        expected = ", ".join(choices)
        what = f"values.{self.column}"
        return [
            Ask(what, text, rows, "", expected, choices)
            for text, rows in unknown_texts(table, name, self._known(how)).items()
        ]

    def apply(self, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table with the meanings."""
        name = column_of(table, self.column)
        if name is None:
            return table
        known = self._known(how)
        blank = self.others == "blank"
        new = changed(table[name], lambda text: known.get(read_as(text), "" if blank else text) or None)
        table = table.assign(**{self.into or name: new})
        ignored = (new == IGNORE).to_numpy()
        return left_out(table, ignored, f"{self.column}: answered “{IGNORE}”")


@step("marks")
class Marks(Step):
    """Cells of a diary: numbers are repetitions, words and signs are done, skipped or not logged, asked once."""

    column: Text = NEEDED
    map: Mapping[str, Line] = {}
    numbers: Text = "reps"

    def gives(self) -> Iterable[str]:
        """What was done, why not, and how many."""
        return ("status", "skip_reason", self.numbers)

    def _known(self, how: How) -> dict[str, str]:
        words = {text: key for text, key in load_names().keys["status"].items() if key in (_DONE, _SKIPPED)}
        said = by_reading(how.answers.values.get(self.column, {}))
        return words | by_reading(self.map) | {text: one for text, one in said.items() if _is_mark(one)}

    def asks(self, table: pd.DataFrame, how: How) -> list[Ask]:
        """Words and signs that nothing is known of."""
        name = column_of(table, self.column)
        if name is None:
            return []
        unknown = unknown_texts(table, name, self._known(how))
        what = f"values.{self.column}"
        return [
            Ask(what, text, rows, "", _MARKS, _ALL_MARKS) for text, rows in unknown.items() if not text[0].isdigit()
        ]

    def apply(self, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table with status, reason and number."""
        name = column_of(table, self.column)
        if name is None:
            return table
        known, cells = self._known(how), table[name]

        def meaning(text: str) -> str:
            return known.get(read_as(text), _DONE if text[0].isdigit() else text)

        status = changed(cells, meaning)
        reason = changed(
            status, lambda text: text.partition(":")[2].strip() or None if text.startswith(_SKIPPED) else None
        )
        number = changed(cells, lambda text: text if text[0].isdigit() and read_as(text) not in known else None)
        table = table.assign(
            status=changed(status, lambda text: _SKIPPED if text.startswith(_SKIPPED) else text),
            skip_reason=filled(table["skip_reason"], reason) if "skip_reason" in table else reason,
        )
        table = table.assign(**{self.numbers: filled(number, table[self.numbers]) if self.numbers in table else number})
        table = left_out(table, (status == _NOT_LOGGED).to_numpy(), _NOT_LOGGED)
        return left_out(table, (status == IGNORE).to_numpy(), f"{self.column}: answered “{IGNORE}”")


def _is_mark(said: str) -> bool:
    mark, _, reason = said.partition(":")
    return said in (_DONE, _SKIPPED, _NOT_LOGGED, IGNORE) or (mark == _SKIPPED and reason.strip() in SKIP_REASONS)


@step("exercise")
class ExerciseStep(Step):
    """Names of exercises as keys: those that the package or the study knows, and those that were answered."""

    column: Text = "exercise"

    def gives(self) -> Iterable[str]:
        """The exercise, whatever its column is called."""
        return ("exercise",)

    def _meaning(self, text: str, how: How, answered: Mapping[str, str]) -> str | None:
        said = answered.get(read_as(text))
        if said and _OWN.fullmatch(said):
            return own_key(text)
        if said:
            return said if said == IGNORE or said in how.names.catalog else how.names.key_of(said)
        return how.names.key_of(text)

    def asks(self, table: pd.DataFrame, how: How) -> list[Ask]:
        """Names that are not known, or that can mean two things."""
        name = column_of(table, self.column)
        if name is None:
            return []
        answered = by_reading(how.answers.exercises)
        unknown = [
            (text, rows)
            for text, rows in counted(table[name], in_study(table)).items()
            if self._meaning(text, how, answered) is None
        ]
        names = how.names
        expected = f"the key of an exercise ({', '.join(_with_help(names))}), own reps, own seconds or {IGNORE}"
        return [
            # Suggestions are slow: a column with hundreds of unknown names is none of exercises for the foot.
            Ask("exercises", text, rows, _guess(text, names) if at < _MOST_GUESSES else "", expected)
            for at, (text, rows) in enumerate(unknown)
        ]

    def apply(self, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table with keys; what was ignored is left out."""
        name = column_of(table, self.column)
        if name is None:
            return table
        answered = by_reading(how.answers.exercises)
        keys = changed(table[name], lambda text: self._meaning(text, how, answered) or text)
        table = table.assign(exercise=keys, exercise_written=table[name])
        return left_out(table, (keys == IGNORE).to_numpy(), f"exercise: answered “{IGNORE}”")


def _with_help(names: ExerciseNames) -> Iterator[str]:
    """The keys; of an exercise that is done with help unless a plan says otherwise, this too."""
    for key in names.catalog.keys:
        mode = names.catalog[key].mode
        yield f"{key} [{mode} unless your file or plan says otherwise]" if mode in HELPED_MODES else key


def _guess(text: str, names: ExerciseNames) -> str:
    """What an unknown name may mean: one exercise or several, or nothing rather than a wrong one."""
    return " or ".join(names.two_ways(text)) or names.suggestion(text) or ""


def _nothing(_: str) -> None:
    """Blank, whatever was written."""


def own_key(text: str) -> str:
    """The key of an exercise of one's own from its name."""
    letters = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")
    return letters if letters[:1].isalpha() else f"exercise_{letters}".rstrip("_")


@step("holds")
class Holds(Step):
    """Repetitions of an exercise that is counted in seconds are the seconds held, if none are stated."""

    def reads(self) -> Iterable[str]:
        """What may be seconds."""
        return ("reps",)

    def gives(self) -> Iterable[str]:
        """The same numbers in the other column."""
        return ("hold_s",)

    def apply(self, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table with seconds where they belong."""
        if "exercise" not in table or "reps" not in table:
            return table
        catalog = how.names.catalog
        timed = {key for key in catalog.keys if catalog[key].unit == "seconds"}
        timed |= {own_key(text) for text, said in how.answers.exercises.items() if said == "own seconds"}
        hold = table["hold_s"] if "hold_s" in table else changed(table["reps"], _nothing)
        moves = table["exercise"].isin(timed).to_numpy() & hold.isna().to_numpy() & table["reps"].notna().to_numpy()
        return table.assign(hold_s=where(~moves, hold, table["reps"]), reps=where(~moves, table["reps"]))
