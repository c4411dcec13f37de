"""Words in what people wrote, compared as people read them."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from footdrop_analytics.analysis.log.arrays import Bools
from footdrop_analytics.analysis.wording import Texts
from footdrop_analytics.model.names import as_people_read

_BETWEEN_WORDS = re.compile(r"[^\w\s'`´‘’‚‛ʹʻʼʽˈ′‵＇\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+")
"""Punctuation that parts words; apostrophes and invisible characters do not."""


def has_words(texts: Texts, words: tuple[str, ...]) -> Bools:
    """Whether each text holds one of the words: whole words as people read them; a star is any beginning or ending."""
    if not words:
        return np.zeros(len(texts), dtype=bool)
    search = _pattern(words).search
    return np.array([search(as_people_read(_BETWEEN_WORDS.sub(" ", one))) is not None for one in texts], dtype=bool)


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_part, words))})(?!\w)")


def _part(word: str) -> str:
    """A word as a pattern."""
    begin, end = (r"\w*" if has_star else "" for has_star in (word.startswith("*"), word.endswith("*")))
    return f"{begin}{re.escape(as_people_read(word.strip('*')))}{end}"
