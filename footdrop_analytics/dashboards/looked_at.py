"""From which day a dashboard about all patients is looked at, and on which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.columns import EARLIEST
from footdrop_analytics.wording.language import SOURCE, language_of, translated
from footdrop_analytics.wording.words import day

LATEST = date(3399, 12, 31)
"""The last day that can be reckoned with."""


@dataclass(frozen=True, kw_only=True)
class LookedAt:
    """The days and the language, which the settings of a dashboard about all patients have in common.

    Attributes
    ----------
    as_of : date, optional
        The last day that counts. Default: that of the analysis.
    today : date, optional
        The day on which somebody looks: how old the files are is said, and "3 days ago" where it is the as-of day.
    language : {"en", "de", "fr", "es"}
        The language of all words.

    Raises ParameterError if one of them is no day, or far before or after every log, or there is no such language.
    """

    as_of: date | None = None
    today: date | None = None
    language: str = SOURCE

    def __post_init__(self) -> None:
        for name in ("as_of", "today"):
            check_day(getattr(self, name), name)
        language_of(self.language)


def check_day(value: object, name: str) -> None:
    """Refuse what is no day of a log; None is no choice."""
    if value is None:
        return
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ParameterError(f"{name}: expected a date without a time, found {value!r}.")
    if value < EARLIEST.date():
        raise ParameterError(
            translated(
                "{day} is before every log; expected a day from {first} on.", day=day(value), first=day(EARLIEST)
            )
        )
    if value > LATEST:
        raise ParameterError(
            translated("{day} is after every log; expected a day up to {last}.", day=day(value), last=day(LATEST))
        )
