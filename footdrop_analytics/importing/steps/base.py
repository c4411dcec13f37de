"""What every step is: settings from a profile, and a pure function from a table to a table."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

import pandas as pd

from footdrop_analytics.importing.cells import counted, filled, in_study, texts_of
from footdrop_analytics.knowledge.forms import NEEDED, Form, Text
from footdrop_analytics.knowledge.names import ExerciseNames
from footdrop_analytics.model.names import joined
from footdrop_analytics.wording.language import marked

if TYPE_CHECKING:
    from footdrop_analytics.importing.profile import Answers

IGNORE, AS_WRITTEN = "ignore", marked("as written")
LEFT_BY_ANSWER = marked("left out, as answered")


class Ask(NamedTuple):
    """Something that only a person can say: ``what`` it is about, the text as written, its rows, and a guess.

    ``choices`` are all answers there are, where they are few.
    """

    what: str
    text: str
    rows: int
    perhaps: str = ""
    expected: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class How:
    """What steps need beside the table: answers, exercises, how dates are written, and further tables of the source.

    ``plan`` are the exercises of a plan that was given along; ``labels`` say in words what columns of a form ask, with
    the choices of each (``choices``: column to code to words).
    """

    answers: Answers
    names: ExerciseNames
    date_format: str | None = None
    timezone: str | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    plan: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Step(Form):
    """One step of a profile; columns that a table does not have are passed over.

    ``made`` are the columns that a step of its kind always makes, whatever its settings are.
    """

    made: ClassVar[Sequence[str]] = ()

    def asks(self, _table: pd.DataFrame, _how: How) -> list[Ask]:
        """What must be answered before the step can be taken."""
        return []

    def apply(self, table: pd.DataFrame, _how: How) -> pd.DataFrame:
        """The table after the step."""
        return table

    def take(self, table: pd.DataFrame, how: How) -> tuple[pd.DataFrame, list[Ask]]:
        """The table after the step, and what it asks."""
        asks = self.asks(table, how)
        return self.apply(table, how), asks

    def headers(self) -> Iterable[str]:
        """The columns of the source that the step names."""
        name = getattr(self, "column", None)
        return () if name is None else (name,)

    def reads(self) -> Iterable[str]:
        """The columns that what the step gives is made of."""
        return self.headers()

    def gives(self) -> Iterable[str]:
        """The columns that the step makes or changes of what it names."""
        name = getattr(self, "into", None) or getattr(self, "column", None)
        return self.made or (() if name is None else (name,))

    def as_written(self) -> dict[str, Any]:
        """The step as a profile writes it."""
        return {NAME_OF[type(self)]: self.model_dump(exclude_defaults=True)}


class ColumnStep(Step):
    """A step on one column of the source: :meth:`asks_of` and :meth:`applied` get the name that it has in the table."""

    column: Text = NEEDED

    def asks(self, table: pd.DataFrame, how: How) -> list[Ask]:
        name = column_of(table, self.column)
        return [] if name is None else self.asks_of(name, table, how)

    def apply(self, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table after the step; the same without the column."""
        name = column_of(table, self.column)
        return table if name is None else self.applied(name, table, how)

    def asks_of(self, _name: str, _table: pd.DataFrame, _how: How) -> list[Ask]:
        """What must be answered of the column that is there."""
        return []

    @abstractmethod
    def applied(self, name: str, table: pd.DataFrame, how: How) -> pd.DataFrame:
        """The table with what the step makes of the column."""


STEPS: dict[str, type[Step]] = {}
NAME_OF: dict[type[Step], str] = {}
_AnyStep = TypeVar("_AnyStep", bound=type[Step])


def step(name: str) -> Callable[[_AnyStep], _AnyStep]:
    """Make a class known under the name that profiles use."""

    def known(one: _AnyStep) -> _AnyStep:
        STEPS[name] = one
        NAME_OF[one] = name
        return one

    return known


def read_as(text: str) -> str:
    """A text for comparing: as people read it; one of signs alone as it was written."""
    return joined(text) or text.strip()


def by_reading(texts: Mapping[str, str]) -> dict[str, str]:
    """A mapping of texts for comparing."""
    return {read_as(text): value for text, value in texts.items()}


def with_more(table: pd.DataFrame, **columns: pd.Series) -> pd.DataFrame:
    """The table with some columns; one that is there keeps its texts, and takes the new ones where it is blank."""
    return table.assign(
        **{name: filled(table[name], new) if name in table.columns else new for name, new in columns.items()}
    )


def side_by_side(*texts: str | None, between: str = " ") -> str | None:
    """Texts as one; blank if all of them are."""
    return between.join(text for text in texts if text) or None


def column_of(table: pd.DataFrame, name: str) -> str | None:
    """The column of a table that reads like ``name``; the exact one first."""
    if name in table.columns:
        return name
    asked = read_as(name)
    return next((one for one in texts_of(table) if read_as(one) == asked), None)


def columns_of(table: pd.DataFrame, names: Iterable[str]) -> list[str]:
    """The columns of a table that read like some names, as far as there are any."""
    return [one for one in (column_of(table, name) for name in names) if one]


def unknown_texts(table: pd.DataFrame, name: str, known: Iterable[str]) -> dict[str, int]:
    """The texts of a column, in rows that count, that are not known, with their number of rows."""
    readings = {read_as(one) for one in known}
    return {text: rows for text, rows in counted(table[name], in_study(table)).items() if read_as(text) not in readings}
