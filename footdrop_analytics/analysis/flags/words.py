"""Words in what people wrote, compared as people read them."""

from __future__ import annotations

import re

import numpy as np

from footdrop_analytics.analysis.log.arrays import Bools
from footdrop_analytics.analysis.wording import Texts
from footdrop_analytics.model.names import as_people_read

_BETWEEN_WORDS = re.compile(r"[^\w\s'`´‘’‚‛ʹʻʼʽˈ′‵＇\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+")
"""Punctuation that parts words; apostrophes and invisible characters do not."""


def has_words(texts: Texts, words: tuple[str, ...]) -> Bools:
    """Whether each text holds one of the words: whole words as people read them; a star stands for any ending."""
    if not words:
        return np.zeros(len(texts), dtype=bool)
    parts = [re.escape(as_people_read(word.rstrip("*"))) + (r"\w*" if word.endswith("*") else "") for word in words]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")
    return np.array(
        [pattern.search(as_people_read(_BETWEEN_WORDS.sub(" ", one))) is not None for one in texts], dtype=bool
    )
