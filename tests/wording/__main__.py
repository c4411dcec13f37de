"""``python -m tests.wording [CODE]`` renews the files of words: new texts come in blank, texts that are gone go.

With the code of a language that has no file yet, one is made.
"""

from __future__ import annotations

import sys

from tests.wording.catalogues import LOCALE, renewed, words_of

if __name__ == "__main__":
    for code in sys.argv[1:] or sorted(path.stem for path in LOCALE.glob("*.po")):
        (LOCALE / f"{code}.po").write_text(renewed(words_of(code)), encoding="utf-8")
