"""The language that words are said in: English is the source, a file of words for each of the others.

A text is looked up by its English words in ``locale/*.po`` (gettext's form, which translators' programs read); what has
no words there is said in English. The language is that of the code that runs (:func:`in_language`), not of a person's
computer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, wraps
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from footdrop_analytics.errors import ParameterError, StudyError
from footdrop_analytics.filled import Filled

if TYPE_CHECKING:
    from babel import Locale

P = ParamSpec("P")
Said = TypeVar("Said")
_FOLDER = Path(__file__).parent / "locale"


# Compared and hashed as the one object it is, so that caches by language cost nothing.
@dataclass(frozen=True, eq=False)
class Language:
    """A language: its code (as of Unicode's CLDR), its own name, and whether a native clinician has reviewed its words.

    ``day_pattern``, ``short_day_pattern`` and ``percent_pattern`` say how days and percents are written; where they are
    None, the rules of the language say it. ``first_of_month`` is how the number of a month's first day is written.
    """

    code: str
    name: str
    reviewed: bool = False
    day_pattern: str | None = None
    short_day_pattern: str | None = None
    percent_pattern: str | None = None
    first_of_month: str = "1"

    @cached_property
    def locale(self) -> Locale:
        """What Babel knows of the language."""
        from babel import Locale

        return Locale.parse(self.code)

    @cached_property
    def decimal_sign(self) -> str:
        """What stands before the decimals of a number."""
        from babel.numbers import get_decimal_symbol

        return str(get_decimal_symbol(self.locale))

    @property
    def tag(self) -> str:
        """The code as HTML writes it."""
        return self.code.replace("_", "-")

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return str(self.locale.text_direction)


SOURCE = "en"
"""The language that the words are written in."""

LANGUAGES = {
    one.code: one
    for one in (
        Language(
            SOURCE, "English", reviewed=True, day_pattern="d MMM y", short_day_pattern="d MMM", percent_pattern="0 %"
        ),
        Language("de", "Deutsch"),
        Language("fr", "Français", first_of_month="1er"),
        Language("es", "Español"),
    )
}
"""Every language by its code."""

_ENGLISH = LANGUAGES[SOURCE]
_CURRENT = ContextVar("language", default=_ENGLISH)


def current() -> Language:
    """The language that words are said in now."""
    return _CURRENT.get()


def kept_by_language(maxsize: int = 4096) -> Callable[[Callable[P, Said]], Callable[P, Said]]:
    """For a function whose words depend on the language in force: what it said in each is kept for the next call."""

    def decorate(function: Callable[P, Said]) -> Callable[P, Said]:
        @lru_cache(maxsize=maxsize)
        def kept(_: Language, *args: P.args, **kwargs: P.kwargs) -> Said:
            return function(*args, **kwargs)

        @wraps(function)
        def said(*args: P.args, **kwargs: P.kwargs) -> Said:
            return kept(_CURRENT.get(), *args, **kwargs)  # type: ignore[arg-type]

        said.cache_info = kept.cache_info  # type: ignore[attr-defined]
        return said

    return decorate


def in_language(code: str) -> AbstractContextManager[Language]:
    """Say words in another language inside a ``with`` block.

    Parameters
    ----------
    code : str
        ``en``, ``de``, ``fr`` or ``es``.

    Raises
    ------
    ParameterError
        If there is no such language.

    Examples
    --------
    >>> with in_language("de"):
    ...     translated("standing")
    'im Stehen'
    """
    return _said_in(language_of(code))


@contextmanager
def _said_in(language: Language) -> Iterator[Language]:
    token = _CURRENT.set(language)
    try:
        yield language
    finally:
        _CURRENT.reset(token)


def language_of(code: str) -> Language:
    """The language of a code."""
    if not isinstance(code, str) or code not in LANGUAGES:
        known = ", ".join(f"{one.code} ({one.name})" for one in LANGUAGES.values())
        raise ParameterError(f"language: expected one of {known}; found {code!r}.")
    return LANGUAGES[code]


def marked(text: str) -> str:
    """A text that is translated later, where it is said."""
    return text


def marked_forms(one: str, many: str) -> tuple[str, str]:
    """The forms of a text for :func:`how_many`, that are translated later, where they are said."""
    return one, many


def marked_plural(text: str) -> str:
    """A text with a count that is translated later by :func:`plural`; in English it is the same for one and many."""
    return text


def translated(text: str, /, **values: object) -> str:
    """A text in the current language, with values in place of ``{name}``.

    Without values a text is never formatted, so that one of a study's own files may hold braces.
    """
    language = _CURRENT.get()
    said = text if language is _ENGLISH else _said(language, text)
    return said.format_map(values) if values else said


def study_error(text: str, /, **values: object) -> StudyError:
    """The error of a study that cannot be read, in the current language."""
    return StudyError(translated(text, **values))


def parameter_error(text: str, /, **values: object) -> ParameterError:
    """The error of an argument that is not taken, in the current language."""
    return ParameterError(translated(text, **values))


def _said(language: Language, text: str) -> str:
    if isinstance(text, Filled):
        return text.said(_said(language, text.template), lambda value: _value(language, value))
    # The empty text is the head of a file of words.
    return _words(language.code).gettext(text) if text else text


def _value(language: Language, value: str) -> str:
    """A value of a text: words, a number with the decimal sign of the language, or a key as it is."""
    if isinstance(value, Filled):
        return _said(language, value)
    return value.replace(".", language.decimal_sign) if value[:1].isdigit() else value


def general(value: float, digits: int = 6) -> str:
    """A number in as many digits as it needs, as Python's ``g`` writes it, with the decimal sign of the language."""
    return f"{value:.{digits}g}".replace(".", _CURRENT.get().decimal_sign)


def plural(one: str, many: str, count: float, /, **values: object) -> str:
    """The form of a text that fits a count in the current language; a count that is not whole takes the form of two."""
    said = _form(one, many, count)
    return said.format_map(values) if values else said


def _form(one: str, many: str, count: float) -> str:
    language = _CURRENT.get()
    if language is _ENGLISH:
        return one if count == 1 else many
    return _words(language.code).ngettext(one, many, int(count) if count == int(count) else 2)


def how_many(one: str, many: str, count: float, /, **values: object) -> str:
    """A text that holds ``{count}``, a whole number that is written without signs between thousands."""
    values["count"] = whole = int(count)
    return _form(one, many, whole).format_map(values)


@cache
def _words(code: str) -> NullTranslations:
    """The words of a language; those that are blank or marked as doubtful (``fuzzy``) are left to the English."""
    path = _FOLDER / f"{code}.po"
    if not path.is_file():
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)
