"""Steps on cells: words, ticks and crosses, numbers and what they are counted in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated

import numpy as np
import pandas as pd

from footdrop_analytics.importing.cells import changed, counted, filled, in_study, left_out, where
from footdrop_analytics.importing.steps import base
from footdrop_analytics.knowledge.forms import NEEDED, Line, Text, Texts, one_of
from footdrop_analytics.knowledge.names import load_names
from footdrop_analytics.model.vocabulary import SKIP_REASONS
from footdrop_analytics.wording.language import marked, translated

_DONE, _SKIPPED, _NOT_LOGGED = "done", "skipped", marked("not logged")
_MARKS = f"{_DONE}, {_SKIPPED}, {_SKIPPED}: REASON ({', '.join(SKIP_REASONS)}), {_NOT_LOGGED} or {base.IGNORE}"
_ALL_MARKS = (_DONE, _SKIPPED, *(f"{_SKIPPED}: {one}" for one in SKIP_REASONS), _NOT_LOGGED, base.IGNORE)


@base.step("values")
class Values(base.ColumnStep):
    """What texts of a column mean; others are asked, kept as written, or made blank."""

    into: Text | None = None
    map: Mapping[str, Line] = NEEDED
    others: Annotated[str, one_of(("ask", "keep", "blank"))] = "keep"

    def _known(self, how: base.How) -> dict[str, str]:
        meant = {*self.map.values(), base.IGNORE}
        said = base.by_reading(how.answers.values.get(self.column, {}))
        return base.by_reading(self.map) | {text: one for text, one in said.items() if one in meant}

    def asks_of(self, name: str, table: pd.DataFrame, how: base.How) -> list[base.Ask]:
        if self.others != "ask":
            return []
        choices = tuple(dict.fromkeys([*(one for one in self.map.values() if one), base.IGNORE]))
        expected = ", ".join(choices)
        what = f"values.{self.column}"
        return [
            base.Ask(what, text, rows, "", expected, choices)
            for text, rows in base.unknown_texts(table, name, self._known(how)).items()
        ]

    def applied(self, name: str, table: pd.DataFrame, how: base.How) -> pd.DataFrame:
        known = self._known(how)
        blank = self.others == "blank"
        new = changed(table[name], lambda text: known.get(base.read_as(text), "" if blank else text) or None)
        table = table.assign(**{self.into or name: new})
        ignored = (new == base.IGNORE).to_numpy()
        return left_out(table, ignored, translated(base.LEFT_BY_ANSWER))


@base.step("marks")
class Marks(base.ColumnStep):
    """Cells of a diary: numbers are repetitions, words and signs are done, skipped or not logged, asked once."""

    map: Mapping[str, Line] = {}
    numbers: Text = "reps"

    def gives(self) -> Iterable[str]:
        return ("status", "skip_reason", self.numbers)

    def _known(self, how: base.How) -> dict[str, str]:
        words = {text: key for text, key in load_names().keys["status"].items() if key in (_DONE, _SKIPPED)}
        said = base.by_reading(how.answers.values.get(self.column, {}))
        return words | base.by_reading(self.map) | {text: one for text, one in said.items() if _is_mark(one)}

    def asks_of(self, name: str, table: pd.DataFrame, how: base.How) -> list[base.Ask]:
        unknown = base.unknown_texts(table, name, self._known(how))
        what, signs = f"values.{self.column}", [text for text in unknown if not text[0].isdigit()]
        return [base.Ask(what, text, unknown[text], "", _MARKS, _ALL_MARKS) for text in signs]

    def applied(self, name: str, table: pd.DataFrame, how: base.How) -> pd.DataFrame:
        known, cells = self._known(how), table[name]

        def meaning(text: str) -> str:
            return known.get(base.read_as(text), _DONE if text[0].isdigit() else text)

        status = changed(cells, meaning)
        reason = changed(
            status, lambda text: text.partition(":")[2].strip() or None if text.startswith(_SKIPPED) else None
        )
        number = changed(cells, lambda text: text if text[0].isdigit() and base.read_as(text) not in known else None)
        table = table.assign(status=changed(status, lambda text: _SKIPPED if text.startswith(_SKIPPED) else text))
        table = base.with_more(table, skip_reason=reason)
        table = table.assign(**{self.numbers: filled(number, table[self.numbers]) if self.numbers in table else number})
        table = left_out(table, (status == _NOT_LOGGED).to_numpy(), translated(_NOT_LOGGED))
        return left_out(table, (status == base.IGNORE).to_numpy(), translated(base.LEFT_BY_ANSWER))


def _is_mark(said: str) -> bool:
    mark, _, reason = said.partition(":")
    return said in (_DONE, _SKIPPED, _NOT_LOGGED, base.IGNORE) or (mark == _SKIPPED and reason.strip() in SKIP_REASONS)


_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:\.\d+)?")
_LONG = re.compile(
    r"(?:(\d+)\s*h(?:r|rs|our|ours)?)?\s*(?:(\d+)\s*m(?:in|ins|inutes?)?)?\s*(?:(\d+)\s*s(?:ec|ecs|econds?)?)?"
)
_POUND, _POUNDS, _KILOS = 0.45359237, ("lb", "lbs"), ("kg", "kgs")


@base.step("scale")
class Scale(base.ColumnStep):
    """Numbers in another unit, such as pounds as kilograms; ``unit`` is the column with the unit, ``units`` words."""

    by: float = NEEDED
    into: Text = NEEDED
    unit: Text | None = None
    units: Texts = ()

    def applied(self, name: str, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        """The table with the new column, where it is blank and the unit fits."""
        new = changed(table[name], lambda text: _times(text, self.by))
        unit = base.column_of(table, self.unit) if self.unit else None
        if self.unit and unit is None:
            return table
        if unit is not None:
            wanted = {base.read_as(one) for one in self.units}
            fits = table[unit].cat.categories.map(lambda text: base.read_as(text) in wanted)
            new = where(np.append(np.asarray(fits, bool), False)[table[unit].cat.codes.to_numpy()], new)
        return base.with_more(table, **{self.into: new})


def _times(text: str, factor: float) -> str | None:
    if not _NUMBER.fullmatch(text):
        return None if text.strip() == "" else text
    return f"{round(float(text.replace(',', '.')) * factor, 3):g}"


@base.step("weight")
class Weight(base.ColumnStep):
    """A weight whose unit no column says; asked once if there is any weight at all."""

    unit: Text = NEEDED
    into: Text = "load_kg"

    def asks_of(self, name: str, table: pd.DataFrame, how: base.How) -> list[base.Ask]:
        if base.column_of(table, self.unit) is not None or how.answers.weights in (*_POUNDS, *_KILOS, base.IGNORE):
            return []
        written = counted(table[name], in_study(table))
        weights = {text: rows for text, rows in written.items() if _times(text, 1) not in (None, "0")}
        if not weights:
            return []
        choices = ("kg", "lb", base.IGNORE)
        return [
            base.Ask("weights", next(iter(weights)), sum(weights.values()), "", f"kg, lb or {base.IGNORE}", choices)
        ]

    def applied(self, _name: str, table: pd.DataFrame, how: base.How) -> pd.DataFrame:
        said = how.answers.weights
        if base.column_of(table, self.unit) is not None or said not in (*_POUNDS, *_KILOS):
            return table
        return Scale(column=self.column, by=_POUND if said in _POUNDS else 1.0, into=self.into).apply(table, how)


@base.step("clock")
class Clock(base.ColumnStep):
    """Times such as 0:15, 1:02:30 or 35m as seconds; a time of nothing is blank."""

    into: Text = "hold_s"

    def applied(self, name: str, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        new = {self.into: changed(table[name], _seconds)}
        return table.assign(**new) if name == self.into else base.with_more(table, **new)


def _seconds(text: str) -> str | None:
    if found := _CLOCK.fullmatch(text):
        seconds = 3600 * int(found[1] or 0) + 60 * int(found[2]) + int(found[3])
    elif _NUMBER.fullmatch(text):
        return None if float(text.replace(",", ".")) == 0 else text
    elif text and (long := _LONG.fullmatch(text.strip().casefold())):
        seconds = 3600 * int(long[1] or 0) + 60 * int(long[2] or 0) + int(long[3] or 0)
    else:
        return text
    return str(seconds) if seconds else None


@base.step("blank")
class Blank(base.ColumnStep):
    """Make texts that stand for nothing, such as 0 repetitions of a hold, blank; ``beside``: where that is filled.

    Without any ``values`` every text is made blank.
    """

    values: Texts = ("0", "0.0")
    beside: Text | None = None

    def applied(self, name: str, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        other = base.column_of(table, self.beside) if self.beside else None
        if self.beside and other is None:
            return table
        without = changed(table[name], lambda text: None if text in (self.values or (text,)) else text)
        if other is not None:
            without = where(table[other].notna().to_numpy(), without, table[name])
        return table.assign(**{name: without})


@base.step("kilograms")
class Kilograms(base.ColumnStep):
    """A weight without kilograms in its text: 0 is no load, ``12,5 kg`` is 12.5."""

    into: Text = "load_kg"

    def applied(self, name: str, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        return table.assign(**{self.into: changed(table[name], _kilograms)})


def _kilograms(text: str) -> str | None:
    found = re.fullmatch(r"([\d.,]+)\s*(kg|kgs|lb|lbs)?", text.strip().casefold())
    if found is None or not _NUMBER.fullmatch(found[1]):
        return text
    load = float(found[1].replace(",", ".")) * (_POUND if (found[2] or "").startswith("lb") else 1)
    return f"{round(load, 3):g}" if load else None


@base.step("number_of")
class NumberOf(base.ColumnStep):
    """Texts such as ``12 ripetizioni``, ``60 secondi``, ``5 minuti`` as repetitions or seconds, by the word behind."""

    made = ("reps", "hold_s")
    words: Mapping[str, Text] = NEEDED

    def applied(self, name: str, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        meaning = base.by_reading(self.words)

        def part(text: str, wanted: str) -> str | None:
            found = re.fullmatch(r"([\d.,]+)\s*(\D*)", text.strip())
            if found is None:
                return text if wanted == "reps" else None
            into, _, factor = meaning.get(base.read_as(found[2]), "" if found[2] else "reps").partition(" ")
            if into != wanted:
                return text if wanted == "reps" and not into else None
            return f"{float(found[1].replace(',', '.')) * float(factor or 1):g}"

        return table.assign(
            reps=changed(table[name], lambda text: part(text, "reps")),
            hold_s=changed(table[name], lambda text: part(text, "hold_s")),
        )
