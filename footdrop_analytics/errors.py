"""Errors that people see: each says what is wrong, where, what was expected and what to do."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


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
