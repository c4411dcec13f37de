"""Every text that is translated, found where it stands, and the files of words that must hold them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import footdrop_analytics as fd
from footdrop_analytics.cli.study import NOT_READ
from footdrop_analytics.filled import Filled
from footdrop_analytics.importing.fits import all_steps
from footdrop_analytics.importing.profile import Profile, built_in_profiles
from footdrop_analytics.importing.steps.rows import LeaveOut
from footdrop_analytics.knowledge.definitions import COLUMNS, load_definitions
from footdrop_analytics.knowledge.exercises import AS_IT_STARTS, AS_SHOWN, SEEN, Exercise
from footdrop_analytics.knowledge.flag_rules import load_silences
from footdrop_analytics.knowledge.names import EITHER, TWO_WAYS, UNKNOWN, UNKNOWN_NEAR, load_amounts, load_names
from footdrop_analytics.knowledge.yaml_files import PACKAGED, read_yaml
from footdrop_analytics.model import vocabulary
from footdrop_analytics.model.inputs import ASSUMED_PLAN, BACKWARDS, INPUT_TABLES
from footdrop_analytics.model.inputs import COLUMNS as COLUMN_SPECS
from tests.project._tree import PACKAGE

LOCALE = PACKAGE / "wording" / "locale"
_HEAD = """# Words in {name}; English is the source. docs/languages.md says how to correct them.
msgid ""
msgstr ""
"Language: {code}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"

"""
_FOLDERS = ("wording", "reading", "importing", "analysis", "figures", "patient", "report", "dashboards", "scale", "cli")
_FORMS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
_ONE = ("translated", "study_error", "parameter_error", "in_html", "marked")
_FORMS_OF = ("plural", "quantity", "how_many", "each_count", "marked_forms")
CALLS = dict.fromkeys(_ONE) | dict.fromkeys(_FORMS_OF, (1, 2)) | {"marked_plural": (1, 1)}

_KINDS_OF_KEYS = (
    *("MODES", "POSITIONS", "SUPPORTS", "ORTHOSES", "SIDES", "STATUSES", "SKIP_REASONS", "EVENT_KINDS", "DECISIONS"),
    *("REVIEW_SUBJECTS", "YES_NO", "SOURCES", "DAYPARTS", "VERDICTS", "SEVERITIES", "SOURCE_KINDS", "KEY_FIELDS"),
)
_SPOKEN = (
    *("seen", "reviewed", "event", "all sources", "not readable", "entries", "days", "arm", "aetiology", "load"),
    *("resistance", "target", "start", "end", "as of", "log through", "readiness rules", "review flags"),
)
"""What is said by its letters beside the keys of the vocabulary; libraries keep their names."""


def sources() -> Catalog:
    """The English texts: in calls and templates, then those of the knowledge files."""
    found = Catalog()
    for folder in _FOLDERS:
        for file, _, message, _, _ in extract_from_dir(PACKAGE / folder, _FORMS, keywords=CALLS):
            found.add(message, locations=[(f"{folder}/{file}", 0)])
    for file, texts in _of_knowledge():
        for text in texts:
            found.add(getattr(text, "template", text), locations=[(f"knowledge/{file}", 0)])
    keys = (key for kind in _KINDS_OF_KEYS for key in getattr(vocabulary, kind))
    for text in (*(key.replace("_", " ") for key in keys), *INPUT_TABLES, *_SPOKEN):
        found.add(text, locations=[("model/vocabulary.py", 0)])
    for forms in NOT_READ.values():
        found.add(forms, locations=[("cli/study.py", 0)])
    for profile in built_in_profiles():
        for text in (profile.title, *_reasons(profile)):
            found.add(text, locations=[("importing/profiles", 0)])
    for text in _of_schemas():
        found.add(text, locations=[("model/inputs.py", 0)])
    for text in _of_checks():
        found.add(text, locations=[("model/columns.py", 0)])
    return found


def _of_schemas() -> Iterator[str]:
    """What the data dictionary says of tables and columns, as the workbook to fill in explains them."""
    for schema in INPUT_TABLES.values():
        yield schema.description
    for specs in COLUMN_SPECS.values():
        for spec in specs.values():
            yield from filter(None, [spec.description, spec.default_text])


def _reasons(profile: Profile) -> list[str]:
    """Why steps of a profile leave rows out."""
    return [one.because for one in all_steps(profile) if isinstance(one, LeaveOut)]


def _of_checks() -> Iterator[str]:
    """What is wrong with a value that a check of the schemas rejects."""
    yield from (ASSUMED_PLAN, BACKWARDS)
    for schema in INPUT_TABLES.values():
        for column in schema.columns.values():
            for check in column.checks:
                yield from _templates(check.error)


def _templates(text: object) -> Iterator[str]:
    """The template of a text, and those of the texts that stand in it."""
    if isinstance(text, Filled):
        yield text.template
        for value in text.values.values():
            yield from _templates(value)


def _of_knowledge() -> Iterator[tuple[str, Iterable[str]]]:
    """The texts of each file that people read."""
    for exercise in fd.load_exercises().values():
        yield "exercises.yaml", _of_exercise(exercise)
    drawings = read_yaml(PACKAGED / "drawings.yaml").values()
    yield "drawings.yaml", [way["says"] for ways in drawings for way in ways]
    yield "exercises.py", (AS_SHOWN, AS_IT_STARTS, SEEN)
    yield "exercises.yaml", [one.movement.rstrip(".") for one in fd.load_exercises().values()]
    yield "exercise_names.py", (EITHER, TWO_WAYS, UNKNOWN_NEAR, UNKNOWN)
    amounts = load_amounts().values()
    yield "amounts.yaml", [text for one in amounts for text in one.two_ways.values()]
    yield "names.yaml", [because for one in load_names().unsure.values() for _, because in one.values()]
    rules = fd.load_rules()
    for one in (*rules.rules, *rules.settings.values()):
        yield "readiness_rules.yaml", (one.text, one.source)
    yield "readiness_rules.yaml", [one.rule_id.replace("_", " ") for one in rules.rules]
    flags = fd.load_flag_rules()
    yield "review_flags.yaml", [text for one in flags.events.values() for text in (one.name, one.source)]
    yield "review_flags.yaml", [text for one in flags.flags.values() for text in (one.text, one.source)]
    for definition in load_definitions().values():
        if definition.group != COLUMNS:
            yield "definitions.yaml", (definition.name, definition.plain, definition.formula)
    yield "review_flags.yaml", [rule_id.replace("_", " ") for rule_id in flags.flags]
    silences = load_silences()
    for silence in (silences.lapse, silences.interruption, silences.discontinuation):
        yield "persistence.yaml", (silence.text, silence.source)
    for key, measure in fd.load_outcome_measures().measures.items():
        yield (
            "outcome_measures.yaml",
            (key.replace("_", " "), measure.name, measure.unit, *(one.population for one in measure.figures)),
        )


def _of_exercise(exercise: Exercise) -> Iterator[str]:
    """What is said of an exercise, to clinicians and patients."""
    yield exercise.name
    yield exercise.short_name
    for steps in (exercise.steps(exercise.mode), *exercise.steps_by_mode.values()):
        yield from filter(None, [steps.easier_step_text, steps.next_step_text, steps.next_needs_observation])
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
            # The word of a text that had one form only is none for several.
            kept = known is not None and type(known.id) is type(source.id)
            string, flags = (known.string, known.flags & {"fuzzy"}) if kept else ("", ())
            found.add(source.id, string, locations=source.locations, flags=flags)
    written = BytesIO()
    write_po(written, found, width=0, omit_header=True, include_lineno=False)
    head = _HEAD.format(name=words.locale.english_name, code=words.locale, plurals=words.plural_forms)
    return head + written.getvalue().decode("utf-8")
