"""Values of a choice among what a study records, such as one arm or all of them."""

from __future__ import annotations

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
