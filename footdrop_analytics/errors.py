"""Errors that people see (each says what is wrong, where, what was expected and what to do), and arguments checked."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path


class FootdropError(Exception):
    """Base of every error that this package raises on purpose."""


class StudyError(FootdropError):
    """A study cannot be read: a table, a required column or every valid row is missing, or a file is unreadable."""


class KnowledgeError(FootdropError):
    """A knowledge file (exercises, readiness rules, review flags) breaks its form: file, entry, field, expectation."""


class ParameterError(FootdropError, ValueError):
    """A function was called with a value that it does not take: the message names the parameter and what it takes."""


class InstallationError(FootdropError, ImportError):
    """A package that is needed is not installed, or is too old: the message says what to install."""


def shortened(text: str, longest: int = 80) -> str:
    """The beginning of a long text, for a message: a cell may hold a whole file."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def need_extra(extra: str, *modules: str) -> None:
    """Raise an InstallationError if a module of one of the package's extras is missing."""
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        raise InstallationError(
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed, which this needs: "
            f"pip install 'footdrop-analytics[{extra}]'."
        )


def need_at_least(package: str, bound: str) -> None:
    """Raise an InstallationError if a package is installed in a version below ``bound`` (such as ``3.0``)."""
    try:
        found = version(package)
    except PackageNotFoundError:
        return
    if _numbers(found) < _numbers(bound):
        raise InstallationError(
            f"{package} {found} is installed; {bound} or newer is needed. Another package may have put the older one "
            f"in: pip install footdrop-analytics '{package}>={bound}' says which."
        )


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(".")[:2] if part.isdigit()]


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
