"""A made-up language, in which every text that goes through the files of words can be told from one that does not."""

from __future__ import annotations

import re
from gettext import NullTranslations

import pytest
from babel import localedata

from footdrop_analytics.wording import language
from footdrop_analytics.wording.language import LANGUAGES, Language

CODE = "ja"
_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопярстувшщыз")


class Reversed(NullTranslations):
    """Every text backwards, in Cyrillic letters; placeholders stay."""

    def gettext(self, message: str) -> str:
        parts = re.split(r"(\{\w+\})", message)
        turned = (part if at % 2 else part[::-1].lower().translate(_LETTERS) for at, part in enumerate(parts))
        return "".join(reversed(list(turned)))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def made_up(monkeypatch: pytest.MonkeyPatch) -> str:
    """The code of the made-up language, which is there for the rest of a test."""
    # Babel 2.18 keeps what an alias comes to in data of all languages: after this one German months were Japanese.
    monkeypatch.setattr(localedata, "_cache", {})
    monkeypatch.setitem(LANGUAGES, CODE, Language(CODE, "made up"))
    monkeypatch.setattr(language, "_words", lambda code: Reversed() if code == CODE else NullTranslations())
    return CODE
