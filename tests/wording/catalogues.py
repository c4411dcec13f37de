"""Every text that is translated, found where it stands, and the files of words that must hold them all."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import footdrop_analytics as fd
from footdrop_analytics.knowledge.catalog import AS_SHOWN, Exercise
from footdrop_analytics.knowledge.yaml_files import PACKAGED, read_yaml
from tests.project._tree import PACKAGE

LOCALE = PACKAGE / "wording" / "locale"
_HEAD = """# Words in {name}; English is the source. docs/languages.md says how to correct them.
msgid ""
msgstr ""
"Language: {code}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"

"""
_FOLDERS = ("wording", "figures", "patient", "report")
_FORMS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
_CALLS = {"translated": None, "marked": None, "plural": (1, 2), "quantity": (1, 2)}


def sources() -> Catalog:
    """The English texts: in calls and templates, then those of the exercises and their drawings."""
    found = Catalog()
    for folder in _FOLDERS:
        for file, _, message, _, _ in extract_from_dir(PACKAGE / folder, _FORMS, keywords=_CALLS):
            found.add(message, locations=[(f"{folder}/{file}", 0)])
    for exercise in fd.load_exercises().values():
        for text in _of_exercise(exercise):
            found.add(text, locations=[("knowledge/exercises.yaml", 0)])
    for ways in read_yaml(PACKAGED / "drawings.yaml").values():
        for way in ways:
            found.add(way["says"], locations=[("knowledge/drawings.yaml", 0)])
    found.add(AS_SHOWN, locations=[("knowledge/catalog.py", 0)])
    return found


def _of_exercise(exercise: Exercise) -> Iterator[str]:
    """What the patient's sheet says of an exercise."""
    yield exercise.plain_name
    yield exercise.how_to
    yield from (way.how_to for way in exercise.ways)
    yield from filter(None, [exercise.another_way])
    yield from exercise.plain_cautions
    for cautions in exercise.plain_cautions_by_aetiology.values():
        yield from cautions


def words_of(code: str) -> Catalog:
    """The words of a language; none if it has no file yet."""
    path = LOCALE / f"{code}.po"
    if not path.is_file():
        return Catalog(locale=code)
    with path.open("rb") as file:
        return read_po(file, locale=code)


def renewed(words: Catalog) -> str:
    """A file of words that holds the texts of today in their order, with the words they have."""
    found = Catalog(locale=words.locale)
    for source in sources():
        if source.id:
            known = words.get(source.id)
            string, flags = ("", ()) if known is None else (known.string, known.flags & {"fuzzy"})
            found.add(source.id, string, locations=source.locations, flags=flags)
    written = BytesIO()
    write_po(written, found, width=0, omit_header=True, include_lineno=False)
    head = _HEAD.format(name=words.locale.english_name, code=words.locale, plurals=words.plural_forms)
    return head + written.getvalue().decode("utf-8")
