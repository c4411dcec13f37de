"""Knowledge files: safe YAML, checked field by field, with errors that name file, entry, field and expectation."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from footdrop_analytics.errors import KnowledgeError
from footdrop_analytics.knowledge.forms import found as _found
from footdrop_analytics.knowledge.forms import near as _near
from footdrop_analytics.knowledge.yaml_files import PACKAGED, laid_over, read_yaml

__all__ = ["PACKAGED", "Entry", "check_key", "laid_over", "read_yaml"]


class Entry:
    """One mapping of a knowledge file whose fields are taken by name; :meth:`close` refuses what nobody asked for."""

    def __init__(self, values: object, file: str, name: str) -> None:
        self.file, self.name = file, name
        if not isinstance(values, Mapping):
            raise KnowledgeError(f"{file}, {name}: expected named fields (name: value), found {_found(values)}.")
        self.values: dict[str, Any] = {str(key): value for key, value in values.items()}
        self._asked: set[str] = set()

    def fail(self, field: str, expected: str) -> NoReturn:
        """Raise the error of one field."""
        found = _found(self.values[field]) if field in self.values else "nothing"
        raise KnowledgeError(f"{self.file}, {self.name}, {field}: expected {expected}, found {found}.")

    def text(self, field: str, choices: Collection[str] | None = None) -> str:
        """A text that is not blank, if ``choices`` is given one of them."""
        value = self._get(field)
        if choices is not None and (not isinstance(value, str) or value not in choices):
            self.fail(field, f"one of {', '.join(choices)}{_near(value, choices)}")
        if not isinstance(value, str) or not value.strip():
            self.fail(field, "a text (numbers in quotes)")
        return " ".join(value.split())

    def maybe_text(self, field: str, choices: Collection[str] | None = None) -> str | None:
        """A text, or None where the field is absent or null."""
        return None if self._get(field) is None else self.text(field, choices)

    def texts(self, field: str, choices: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of texts, empty where the field is absent or null."""
        value = self._get(field)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.fail(field, "a list of texts")
        for item in value if choices is not None else ():
            if item not in choices:  # type: ignore[operator]
                self.fail(field, f"a list with words from {', '.join(choices)}{_near(item, choices)}")  # type: ignore[arg-type]
        return tuple(" ".join(item.split()) for item in value)

    def number(self, field: str, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        value = self._get(field)
        fine = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not fine or not low <= value <= high:
            self.fail(field, f"a number from {low:g} to {high:g}")
        return float(value)

    def maybe_number(self, field: str, low: float, high: float) -> float | None:
        """A number, or None where the field is absent or null."""
        return None if self._get(field) is None else self.number(field, low, high)

    def flag(self, field: str, default: bool) -> bool:
        """``true`` or ``false``."""
        value = self._get(field)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fail(field, "true or false")
        return value

    def entry(self, field: str) -> Entry:
        """A mapping inside this one (empty where absent)."""
        value = self._get(field)
        return Entry({} if value is None else value, self.file, f"{self.name}, {field}")

    def entries(self, field: str) -> dict[str, Any]:
        """The mapping inside this one as plain names and values (empty where absent)."""
        return self.entry(field).values

    def close(self) -> None:
        """Refuse fields that nothing reads: a typing slip must not silently leave a default in place."""
        for field in self.values:
            if field not in self._asked:
                known = ", ".join(sorted(self._asked))
                raise KnowledgeError(
                    f"{self.file}, {self.name}, {field}: unknown field{_near(field, self._asked)}; expected {known}."
                )

    def _get(self, field: str) -> Any:
        self._asked.add(field)
        return self.values.get(field)


def check_key(key: str, known: Collection[str], file: str, name: str) -> None:
    """Refuse an entry name that is not known, with the name it may have meant."""
    if key not in known:
        raise KnowledgeError(f"{file}, {name}: unknown entry{_near(key, known)}; expected {', '.join(known)}.")
