"""Steps on words in cells: what they mean, ticks and crosses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import pandas as pd

from footdrop_analytics.importing.cells import changed, filled, left_out
from footdrop_analytics.importing.steps.base import (
    IGNORE,
    LEFT_BY_ANSWER,
    Ask,
    ColumnStep,
    How,
    by_reading,
    read_as,
    step,
    with_more,
)
from footdrop_analytics.importing.steps.rows import unknown_texts
from footdrop_analytics.knowledge.forms import NEEDED, Line, Text, one_of
from footdrop_analytics.knowledge.names import load_names
from footdrop_analytics.model.vocabulary import SKIP_REASONS
from footdrop_analytics.wording.language import marked, translated

_DONE, _SKIPPED, _NOT_LOGGED = "done", "skipped", marked("not logged")
_MARKS = f"{_DONE}, {_SKIPPED}, {_SKIPPED}: REASON ({', '.join(SKIP_REASONS)}), {_NOT_LOGGED} or {IGNORE}"
_ALL_MARKS = (_DONE, _SKIPPED, *(f"{_SKIPPED}: {one}" for one in SKIP_REASONS), _NOT_LOGGED, IGNORE)


@step("values")
class Values(ColumnStep):
    """What texts of a column mean; others are asked, kept as written, or made blank."""

    into: Text | None = None
    map: Mapping[str, Line] = NEEDED
    others: Annotated[str, one_of(("ask", "keep", "blank"))] = "keep"

    def _known(self, how: How) -> dict[str, str]:
        meant = {*self.map.values(), IGNORE}
        said = by_reading(how.answers.values.get(self.column, {}))
        return by_reading(self.map) | {text: one for text, one in said.items() if one in meant}

    def asks_of(self, name: str, table: pd.DataFrame, how: How) -> list[Ask]:
        """Texts that nothing is known of."""
        if self.others != "ask":
            return []
        choices = tuple(dict.fromkeys([*(one for one in self.map.values() if one), IGNORE]))
        expected = ", ".join(choices)
        what = f"values.{self.column}"
        return [
            Ask(what, text, rows, "", expected, choices)
            for text, rows in unknown_texts(table, name, self._known(how)).items()
        ]

    def applied(self, name: str, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table with the meanings."""
        known = self._known(how)
        blank = self.others == "blank"
        new = changed(table[name], lambda text: known.get(read_as(text), "" if blank else text) or None)
        table = table.assign(**{self.into or name: new})
        ignored = (new == IGNORE).to_numpy()
        return left_out(table, ignored, translated(LEFT_BY_ANSWER))


@step("marks")
class Marks(ColumnStep):
    """Cells of a diary: numbers are repetitions, words and signs are done, skipped or not logged, asked once."""

    map: Mapping[str, Line] = {}
    numbers: Text = "reps"

    def gives(self) -> Iterable[str]:
        """What was done, why not, and how many."""
        return ("status", "skip_reason", self.numbers)

    def _known(self, how: How) -> dict[str, str]:
        words = {text: key for text, key in load_names().keys["status"].items() if key in (_DONE, _SKIPPED)}
        said = by_reading(how.answers.values.get(self.column, {}))
        return words | by_reading(self.map) | {text: one for text, one in said.items() if _is_mark(one)}

    def asks_of(self, name: str, table: pd.DataFrame, how: How) -> list[Ask]:
        """Words and signs that nothing is known of."""
        unknown = unknown_texts(table, name, self._known(how))
        what = f"values.{self.column}"
        return [
            Ask(what, text, rows, "", _MARKS, _ALL_MARKS) for text, rows in unknown.items() if not text[0].isdigit()
        ]

    def applied(self, name: str, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table with status, reason and number."""
        known, cells = self._known(how), table[name]

        def meaning(text: str) -> str:
            return known.get(read_as(text), _DONE if text[0].isdigit() else text)

        status = changed(cells, meaning)
        reason = changed(
            status, lambda text: text.partition(":")[2].strip() or None if text.startswith(_SKIPPED) else None
        )
        number = changed(cells, lambda text: text if text[0].isdigit() and read_as(text) not in known else None)
        table = table.assign(status=changed(status, lambda text: _SKIPPED if text.startswith(_SKIPPED) else text))
        table = with_more(table, skip_reason=reason)
        table = table.assign(**{self.numbers: filled(number, table[self.numbers]) if self.numbers in table else number})
        table = left_out(table, (status == _NOT_LOGGED).to_numpy(), translated(_NOT_LOGGED))
        return left_out(table, (status == IGNORE).to_numpy(), translated(LEFT_BY_ANSWER))


def _is_mark(said: str) -> bool:
    mark, _, reason = said.partition(":")
    return said in (_DONE, _SKIPPED, _NOT_LOGGED, IGNORE) or (mark == _SKIPPED and reason.strip() in SKIP_REASONS)
