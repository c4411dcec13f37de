"""Words as a person sees them: nothing from a file can act on the terminal."""

from __future__ import annotations

import unicodedata

from footdrop_analytics.wording.language import marked

REVIEWED = marked("Reviewed when opened; not monitored in real time.")

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(text: str) -> str:
    r"""The text with every control or invisible character spelt out, as in ``\x1b``."""
    if text.isprintable():
        return text
    return "".join(_spelt(char) if unicodedata.category(char) in _INVISIBLE else char for char in text)


def _spelt(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 row``, ``2 rows``, ``1,000 rows``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
