"""Knowledge files: safe YAML, checked field by field, with errors that name file, entry, field and expectation."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from footdrop_analytics.errors import KnowledgeError

PACKAGED = Path(__file__).parent


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping that a YAML file holds; nothing but plain data is constructed, and a key given twice is an error."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen: set[Any] = set()
            for key_node, _ in node.value:
                key = key_node.value
                if key in seen:
                    line = key_node.start_mark.line + 1
                    raise KnowledgeError(f"{path.name}, line {line}: {key!r} is given twice; keep one of them.")
                seen.add(key)
            mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
            return mapping

    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path}: cannot be read as a UTF-8 text file ({error}).") from error
    try:
        content = yaml.load(text, Loader=Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        problem = getattr(error, "problem", None) or "the text is not valid YAML"
        raise KnowledgeError(f"{path.name}{line}: {problem}. Expected plain YAML with two spaces per level.") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise KnowledgeError(f"{path.name}: a value cannot be read ({error}). Expected plain YAML.") from error
    if not isinstance(content, dict):
        raise KnowledgeError(f"{path.name}: expected named entries (name: value), found {_found(content)}.")
    return content


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


def laid_over(packaged: str, path: Path, version: str) -> dict[str, Any]:
    """A packaged file with the entries of the file ``path`` laid over it.

    ``version`` is the field that names the version; one that is kept though something was changed says so.
    """
    base, changes = read_yaml(PACKAGED / packaged), read_yaml(path)
    named = Entry(changes, path.name, "top level").text(version)
    whole = merged(base, changes)
    if whole != base and named == base[version]:
        whole[version] = f"{named}, changed"
    return whole


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with the fields of ``changes``, mappings merged level by level, everything else replaced."""
    result = dict(base)
    for key, value in changes.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result


def _near(value: object, choices: Collection[str]) -> str:
    close = get_close_matches(str(value), list(choices), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _found(value: object) -> str:
    if value is None:
        return "nothing"
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
