"""Names as people read them: the one way in which this package compares text that people write.

Headers, file and sheet names, keys, exercises, ids that look alike, clinicians, sites, arms, band labels and words to
read are all compared in this form. It is for comparing only: what is shown stays as it was written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

_APOSTROPHES = "'`´‘’‚‛ʹʻʼʽˈ′‵＇"
_BLANKS = "·•⠀"
"""Beside white space, dots, dashes and underscores."""
_INVISIBLE = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0"
"""What Unicode calls ignorable, beside format characters and variation selectors."""
_MINUS = "−➖"
"""Dashes that Unicode counts as signs."""


def as_people_read(text: str) -> str:
    """The form in which two texts are equal if a person would read them as the same name.

    Unicode forms are unified (NFKC), capitals do not count, invisible characters are left out, blanks, dots, dashes
    and underscores are one blank, apostrophes and all other punctuation are left out (all of a text of nothing else).
    Signs (``+``, ``✓``) stay.

    Examples
    --------
    >>> as_people_read(" Near-falls? ") == as_people_read("near_falls")
    True
    >>> as_people_read("can’t lift")
    'cant lift'
    """
    if text.isascii():
        read = text.translate(_READING)
    else:
        # Twice: folding may leave letters and accents apart, and some dots and blanks are made by NFKC.
        folded = unicodedata.normalize("NFKC", text.translate(_READING)).casefold()
        read = unicodedata.normalize("NFKC", folded).translate(_READING)
    return " ".join(read.casefold().split())


def joined(text: str) -> str:
    """:func:`as_people_read` without blanks, for names of which nobody knows whether they are one word or two.

    Examples
    --------
    >>> joined("Check-ins") == joined("checkins")
    True
    """
    return as_people_read(text).replace(" ", "")


class _Reading(dict[int, str | None]):
    """What each character is read as; worked out when it is first met."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        kind = unicodedata.category(character)
        is_blank = character.isspace() or kind in ("Pd", "Pc") or character in f".{_BLANKS}{_MINUS}"
        is_sign = kind[0] == "P" or character in _APOSTROPHES
        is_variant = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
        is_invisible = is_variant or kind in ("Cc", "Cf") or character in _INVISIBLE
        self[code] = found = " " if is_blank else None if is_sign or is_invisible else character
        return found


_READING = _Reading()


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
