"""A text of a knowledge file with its numbers, so that it can be said in another language with the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping


class Filled(str):
    """A text in which values stand in place of their names in braces.

    Attributes
    ----------
    template : str
        The text as it is written in the file, with the names.
    values : dict
        The values by name: numbers and keys as texts, and words, which are said in the language too, as ``Filled``.

    Examples
    --------
    >>> text = Filled.of("At least {min_days} days.", {"min_days": "6"})
    >>> text, text.template
    ('At least 6 days.', 'At least {min_days} days.')
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, str]

    @classmethod
    def of(cls, template: str, values: Mapping[str, str] | None = None) -> Filled:
        """The template with its values."""
        found = cls(_with(template, values or {}))
        found.template, found.values = template, dict(values or {})
        return found

    def said(self, template: str, write: Callable[[str], str]) -> str:
        """The same in the words of another template, each value as ``write`` writes it."""
        return _with(template, {name: write(value) for name, value in self.values.items()})


def _with(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    return template
