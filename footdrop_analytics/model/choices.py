"""Values of a choice among what a study records, such as one arm or all of them."""

from __future__ import annotations

from collections.abc import Collection

from footdrop_analytics.model.names import as_people_read

ALL = "all"
NOT_STATED = ""
"""The value for patients of whom nothing is stated; no text of a file is empty."""


def value_of(text: str) -> str:
    """The value of a choice for a text of the data: the text itself, marked where it could be taken for a word of ours.

    A clinician may be called “all”.
    """
    return f"={text}" if text == ALL or text.startswith("=") else text


def text_of(value: str) -> str:
    """The text of the data that a value of a choice stands for."""
    return value.removeprefix("=")


def as_recorded(value: str, recorded: Collection[str]) -> str:
    """The recorded value that a person would read as this one; the value itself if that is recorded, or no single one.

    Examples
    --------
    >>> as_recorded("m ferrand pt", ["L. Berg, PT", "M. Ferrand, PT"])
    'M. Ferrand, PT'
    """
    if value in (ALL, NOT_STATED) or value in recorded:
        return value
    read = as_people_read(text_of(value))
    alike = {one for one in recorded if read and as_people_read(text_of(one)) == read}
    return alike.pop() if len(alike) == 1 else value
