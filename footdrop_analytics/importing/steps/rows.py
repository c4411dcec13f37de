"""Steps on rows and columns: which count, one row to several, several columns to rows, which column is which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import AfterValidator, Field

from footdrop_analytics.importing.cells import (
    ENTRY,
    KEPT_ASIDE,
    LEFT_OUT,
    changed,
    column,
    combined,
    constant,
    filled,
    in_study,
    left_out,
    stacked,
    taken,
)
from footdrop_analytics.importing.steps import base
from footdrop_analytics.knowledge.forms import NEEDED, Text, Texts, expected
from footdrop_analytics.wording.language import study_error, translated
from footdrop_analytics.wording.words import number

MOST_ROWS = 20_000_000


def refuse_growth(rows: int) -> None:
    """Raise a StudyError before a table is made that is larger than a log can be."""
    if rows > MOST_ROWS:
        raise study_error(
            "A step makes {rows} rows of the source; a log may have {most}.", rows=number(rows), most=number(MOST_ROWS)
        )


@base.step("leave_out")
class LeaveOut(base.ColumnStep):
    """Leave out rows whose text is one of some, or is blank; with ``unless`` those whose text is none of them."""

    values: Texts = ()
    unless: Texts = ()
    blank: bool = False
    because: Text = NEEDED

    def applied(self, name: str, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        out, only = {base.read_as(text) for text in self.values}, {base.read_as(text) for text in self.unless}
        texts = table[name].cat.categories
        chosen = np.array(
            [base.read_as(text) in out or bool(only and base.read_as(text) not in only) for text in texts]
            + [self.blank]
        )
        return left_out(table, chosen[table[name].cat.codes.to_numpy()], translated(self.because))


@base.step("fill_down")
class FillDown(base.Step):
    """A blank cell takes the text above it."""

    columns: Texts = NEEDED

    def apply(self, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        return table.assign(**{name: table[name].ffill() for name in base.columns_of(table, self.columns)})


@base.step("split")
class Split(base.ColumnStep):
    """One row for each of several texts in a cell; ``at`` are the signs between them."""

    at: Annotated[tuple[str, ...], Field(strict=False)] = (",", ";")
    number: Text | None = None

    def applied(self, name: str, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        between = re.compile("|".join(re.escape(one) for one in self.at))
        parts: list[list[str | None]] = [
            [one for one in map(str.strip, between.split(text)) if one] for text in table[name].cat.categories
        ]
        sizes = np.array([max(1, len(one)) for one in parts] + [1])
        codes = table[name].cat.codes.to_numpy()
        refuse_growth(int(sizes[codes].sum()))
        positions = np.repeat(np.arange(len(table)), sizes[codes])
        begins = np.repeat(np.cumsum(sizes[codes]) - sizes[codes], sizes[codes])
        within = np.arange(len(positions)) - begins
        flat: list[str | None] = [text for one in parts for text in (one or [None])]
        flat.append(None)
        offsets = np.cumsum([0, *sizes[:-1]])
        texts = pd.array(flat, dtype=object)
        chosen = np.where(codes[positions] < 0, len(flat) - 1, offsets[codes[positions]] + within)
        table = taken(table, positions).assign(**{name: column(texts[chosen])})
        return table if self.number is None else table.assign(**{self.number: column(map(str, within + 1))})


@base.step("melt")
class Melt(base.Step):
    """Columns to rows: the text goes to ``into``, what the column stands for to ``name``; blank cells give no row."""

    columns: Mapping[str, Text] = NEEDED
    into: Text = NEEDED
    name: Text = NEEDED

    def headers(self) -> Iterable[str]:
        return [name for names in self.columns for name in names.split("|")]

    def gives(self) -> Iterable[str]:
        """Both new columns: a heading says something, too."""
        return (self.into, self.name)

    def apply(self, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        """The table with a row for each cell that is not blank; a row of blanks stays as one."""
        found: dict[str, str] = {}
        for names, meaning in self.columns.items():
            found |= dict.fromkeys(base.columns_of(table, names.split("|"))[:1], meaning)
        if not found:
            return table
        rest = table.drop(columns=list(found))
        cells = [(table[name].notna().to_numpy(), table[name], meaning) for name, meaning in found.items()]
        parts = [
            taken(rest, np.flatnonzero(has)).assign(
                **{self.into: texts[has].array, self.name: column([meaning] * int(has.sum()))}
            )
            for has, texts, meaning in cells
        ]
        bare = ~np.logical_or.reduce([has for has, _, _ in cells])
        blank = taken(rest, np.flatnonzero(bare))
        parts.append(left_out(blank, np.ones(len(blank), bool), translated("no entry in the row")))
        whole = stacked([one for one in parts if len(one)] or parts[:1])
        return whole.sort_values("source_row", kind="stable", ignore_index=True)


@base.step("collect")
class Collect(base.Step):
    """One row for each combination of some columns; the distinct texts of ``column`` side by side in ``into``."""

    by: Texts = NEEDED
    column: Text = NEEDED
    into: Text = NEEDED

    def apply(self, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        """The table with fewer rows; the others are marked as told by their first."""
        names = base.columns_of(table, self.by)
        table = table[in_study(table)].reset_index(drop=True)
        if not names or not len(table):
            return table.assign(**{self.into: table[self.column]})
        groups = table.groupby(names, observed=True, sort=False, dropna=False)
        together = groups[self.column].agg(lambda texts: ",".join(dict.fromkeys(texts.dropna())))
        first = table.take(np.sort(groups.head(1).index)).reset_index(drop=True)
        return first.assign(**{self.into: column(together.to_list())})


@base.step("join")
class Join(base.Step):
    """Every row once for each row of another table of the source with the same text."""

    table: Text = NEEDED
    key: Text = NEEDED
    their: Text = NEEDED

    def apply(self, table: pd.DataFrame, how: base.How) -> pd.DataFrame:
        other = how.tables[self.table].drop(columns=list(KEPT_ASIDE))
        other = other.rename(columns={self.their: self.key})
        both = [name for name in other.columns if name in table.columns and name != self.key]
        matches = other[self.key].astype(object).value_counts()
        refuse_growth(int(table[self.key].astype(object).map(matches).fillna(1).sum()))
        merged = table.astype({self.key: object}).merge(
            other.drop(columns=both).astype(object), on=self.key, how="left", sort=False
        )
        for name in (self.key, *other.columns.drop([self.key, *both])):
            merged[name] = column(merged[name].where(merged[name].notna(), None))
        return merged.astype({LEFT_OUT: "category"})


@base.step("rows_of")
class RowsOf(base.Step):
    """Go on with another table of the source."""

    table: Text = NEEDED

    def apply(self, table: pd.DataFrame, how: base.How) -> pd.DataFrame:
        other = how.tables.get(self.table)
        return table if other is None else other.assign(**{ENTRY: np.full(len(other), -1)})


def _linear(pattern: str) -> str:
    try:
        pc.extract_regex(pa.array([], pa.string()), pattern=f"^(?:{pattern})$")
    except pa.ArrowInvalid as error:
        raise expected("a regular expression with named groups, such as (?P<reps>\\d+)x") from error
    return pattern


@base.step("extract")
class Extract(base.ColumnStep):
    """Parts of a text as columns of their own: the named groups of a pattern that fits the whole text."""

    pattern: Annotated[str, AfterValidator(_linear)] = NEEDED

    def gives(self) -> Iterable[str]:
        return re.findall(r"\(\?P<(\w+)>", self.pattern)

    def applied(self, name: str, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        """The table with the parts; texts that do not fit stay as they are."""
        texts = pa.array(table[name].cat.categories, pa.string())
        # This engine takes linear time whatever the pattern is.
        found = pc.extract_regex(texts, pattern=f"^(?:{self.pattern})$").to_pylist()
        groups = self.gives()
        written = table[name]
        for group in groups:
            texts_of_group = [None if one is None else one[group] or None for one in found]
            new = changed(written, dict(zip(written.cat.categories, texts_of_group, strict=True)).get)
            kept = written if group == name else table[group] if group in table.columns else None
            table = table.assign(**{group: new if kept is None else filled(new, kept)})
        return table


@base.step("programme")
class Programme(base.Step):
    """One entry for a whole programme becomes one for each of its exercises."""

    column: Text = "exercise"

    def _exercises(self, how: base.How) -> list[str]:
        said = [one.strip() for one in re.split("[,;]", how.answers.programme) if one.strip()]
        return said or list(how.plan)

    def asks(self, table: pd.DataFrame, how: base.How) -> list[base.Ask]:
        rows = int(in_study(table).sum())
        expected = "the exercises of the programme, such as heel_raise, ankle_dorsiflexion"
        return [] if not rows or self._exercises(how) else [base.Ask("programme", "", rows, expected=expected)]

    def apply(self, table: pd.DataFrame, how: base.How) -> pd.DataFrame:
        exercises = self._exercises(how)
        if not exercises:
            return table
        refuse_growth(len(table) * len(exercises))
        positions = np.repeat(np.arange(len(table)), len(exercises))
        return taken(table, positions).assign(**{self.column: column(exercises * len(table))})


@base.step("rename")
class Rename(base.Step):
    """Give columns the names that later steps use; of several written names the first one in the table counts."""

    columns: Mapping[str, Texts] = NEEDED

    def headers(self) -> Iterable[str]:
        return [name for names in self.columns.values() for name in names]

    def apply(self, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        found: dict[str, str] = {}
        for new, names in self.columns.items():
            free = [one for one in base.columns_of(table, names) if one not in found]
            found |= dict.fromkeys(free[:1], new)
        taken = [name for name in table.columns if name in found.values() and name not in found]
        return table.drop(columns=taken).rename(columns=found)


@base.step("constant")
class Constant(base.Step):
    """Fill columns, where they are blank or not there, with one text each."""

    columns: Mapping[str, Text] = NEEDED

    def apply(self, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        for name, text in self.columns.items():
            table = base.with_more(table, **{name: pd.Series(constant(text, len(table)), index=table.index)})
        return table


@base.step("join_texts")
class JoinTexts(base.Step):
    """One column of several, their texts side by side."""

    columns: Texts = NEEDED
    into: Text = NEEDED
    between: str = " "

    def headers(self) -> Iterable[str]:
        return self.columns

    def apply(self, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        names = base.columns_of(table, self.columns)
        if not names:
            return table
        together = partial(base.side_by_side, between=self.between)
        whole = table[names[0]] if len(names) == 1 else combined([table[name] for name in names], together)
        return table.assign(**{self.into: whole})


@base.step("fill")
class Fill(base.Step):
    """Take a column's text from another one where it is blank."""

    columns: Mapping[str, Text] = NEEDED

    def apply(self, table: pd.DataFrame, _how: base.How) -> pd.DataFrame:
        for name, other in self.columns.items():
            source = base.column_of(table, other)
            if source is not None:
                table = base.with_more(table, **{name: table[source]})
        return table
