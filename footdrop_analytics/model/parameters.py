"""Types of what public functions are called with, checked where they come in."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from footdrop_analytics.errors import ParameterError


def need(value: object, name: str, kind: type | tuple[type, ...], expected: str) -> None:
    """Raise a ParameterError if the argument ``name`` is not of a kind; ``expected`` says what it should be."""
    if not isinstance(value, kind):
        what = type(value).__name__
        found = "None" if value is None else f"{'an' if what[0] in 'aeiouAEIOU' else 'a'} {what}"
        raise ParameterError(f"{name}: expected {expected}, found {found}.")


def path_of(value: object, name: str) -> Path:
    """The path that the argument ``name`` stands for."""
    need(value, name, (str, os.PathLike), "a path")
    return Path(os.fsdecode(value))  # type: ignore[arg-type]


def ids_of(value: object, name: str) -> list[str]:
    """The patients' ids that the argument ``name`` lists."""
    if isinstance(value, str):
        raise ParameterError(f"{name}: expected a list of ids, found the text {value!r}; write [{value!r}].")
    need(value, name, Iterable, "a list of ids")
    found = list(value)  # type: ignore[call-overload]
    for one in found:
        need(one, name, str, "a list of ids, which are texts")
    return [str(one) for one in found]
