"""Words as a person sees them: nothing from a file can act on the terminal."""

from __future__ import annotations

import unicodedata

REVIEWED = "Reviewed when opened; not monitored in real time."

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


def of_about(credited: float, due: float) -> str:
    """Whole sessions, as people count them: ``9 of about 13``; a plan that comes out whole needs no "about"."""
    if not due > 0:
        return "nothing due"
    about = "" if abs(due - round(due)) < 1e-9 else "about "
    return f"{round(credited)} of {about}{max(round(due), 1)}"


def percent(share: float | None) -> str:
    """``64 %``, or nothing where the share is not known."""
    return "" if share is None else f"{100 * share:.0f} %"
