"""Steps on columns: which is which, and what holds for all rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from footdrop_analytics.importing.cells import combined, constant
from footdrop_analytics.importing.steps.base import How, Step, column_of, step, with_more
from footdrop_analytics.knowledge.forms import NEEDED, Text, Texts


@step("rename")
class Rename(Step):
    """Give columns the names that later steps use; of several written names the first one in the table counts."""

    columns: Mapping[str, Texts] = NEEDED

    def headers(self) -> Iterable[str]:
        """All names under which the columns are written."""
        return [name for names in self.columns.values() for name in names]

    def apply(self, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table with the new names."""
        del how
        found: dict[str, str] = {}
        for new, names in self.columns.items():
            old = next((one for one in (column_of(table, name) for name in names) if one and one not in found), None)
            if old is not None:
                found[old] = new
        taken = [name for name in table.columns if name in found.values() and name not in found]
        return table.drop(columns=taken).rename(columns=found)


@step("constant")
class Constant(Step):
    """Fill columns, where they are blank or not there, with one text each."""

    columns: Mapping[str, Text] = NEEDED

    def apply(self, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table with these columns."""
        del how
        for name, text in self.columns.items():
            table = with_more(table, **{name: pd.Series(constant(text, len(table)), index=table.index)})
        return table


@step("join_texts")
class JoinTexts(Step):
    """One column of several, their texts side by side."""

    columns: Texts = NEEDED
    into: Text = NEEDED
    between: str = " "

    def headers(self) -> Iterable[str]:
        """The columns joined."""
        return self.columns

    def apply(self, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table with the new column."""
        del how
        names = [one for one in (column_of(table, name) for name in self.columns) if one]
        if not names:
            return table

        def together(*texts: str | None) -> str | None:
            return self.between.join(text for text in texts if text) or None

        whole = table[names[0]] if len(names) == 1 else combined([table[name] for name in names], together)
        return table.assign(**{self.into: whole})


@step("fill")
class Fill(Step):
    """Take a column's text from another one where it is blank."""

    columns: Mapping[str, Text] = NEEDED

    def apply(self, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table with the columns filled."""
        del how
        for name, other in self.columns.items():
            source = column_of(table, other)
            if source is not None:
                table = with_more(table, **{name: table[source]})
        return table
