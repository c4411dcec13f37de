"""How a study and an analysis show themselves: a few lines of text, or the same in HTML. No id, no note, no value."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd


class Tables(ABC):
    """A frozen object with tables as attributes, which are handed out so that a change has no effect on the object.

    A table that is handed out shares its values with the object until one of them is changed (copy on write). What
    pandas gives out as the inside of a column (``.array``, ``to_numpy()`` of whole numbers) is not guarded: pandas took
    its read-only extension arrays back (its issue 63099), read-only arrays inside break changing a table whose study is
    gone, and a table of its own at each access takes 0.7 GB and a second or more with ten million rows.
    """

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        return value.copy(deep=False) if isinstance(value, pd.DataFrame) else value

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what was computed from them and kept can be computed again."""
        kept: Mapping[str, Any] = object.__getattribute__(self, "__dict__")
        return {name: kept[name] for name in type(self).__dataclass_fields__}  # type: ignore[attr-defined]

    @abstractmethod
    def _lines(self) -> list[str]:
        """A heading, and a few lines under it."""

    def __repr__(self) -> str:
        first, *others = self._lines()
        return "\n".join([f"<{type(self).__name__}: {first}>", *(f"  {line}" for line in others)])

    def _repr_html_(self) -> str:
        first, *others = (escape(line) for line in self._lines())
        rows = "".join(f"<br>{line}" for line in others)
        return f"<p><strong>{type(self).__name__}</strong>: {first}{rows}</p>"


def rows_of(tables: Mapping[str, pd.DataFrame]) -> str:
    """How many rows each table has; empty ones are left out."""
    return ", ".join(f"{name} {len(table):,}" for name, table in tables.items() if len(table)) or "no rows"
