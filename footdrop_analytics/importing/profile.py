"""The form of a profile: how a source is recognised, the steps from its rows to tables, and what a person answered.

A profile is data. Nothing in it runs: steps are names of functions of this package with their settings, patterns are
regular expressions that take linear time.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from footdrop_analytics.errors import KnowledgeError
from footdrop_analytics.importing.parts import KINDS
from footdrop_analytics.importing.steps import STEPS, Step
from footdrop_analytics.importing.steps.base import IGNORE, Ask
from footdrop_analytics.knowledge.forms import (
    NEEDED,
    Form,
    Line,
    Text,
    Texts,
    expected,
    keyed,
    load_form,
    one_of,
    passing,
)
from footdrop_analytics.knowledge.yaml_files import merged
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.vocabulary import SOURCE_KINDS
from footdrop_analytics.reading.read_study import PROFILE_FILES

_HEAD = "# How footdrop reads this source. Keep this file in the study: the next import uses it.\n"
_ASK = (
    "# Fill in the lines below and run the same command again. What may be meant stands behind each line; it is never\n"
    "# taken by itself.\n"
)
_MANY = 3
FORM = 1
"""The version of this form; a later one says how it reads an earlier one."""
BUILT_IN = Path(__file__).parent / "profiles"
ACROSS = ("weekdays", "dates", "days")
IDENTITIES = ("column", "sheet", "file", "ask")


THE_REST = "*"
"""Stands, in a list of questions, for all lines that are left blank."""


_A_NAME = passing(
    re.compile(r"[a-z][a-z0-9_]{0,39}").fullmatch,
    "a name of small letters, digits and _ that starts with a letter, at most 40 of them",
)
"""It becomes a part of the names of files."""


def _form_version(value: object) -> int:
    if value != FORM or isinstance(value, bool):
        raise expected(f"{FORM}, the version of the form that this version of the package reads")
    return FORM


def _steps(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise expected("a list of steps")
    found: list[Step] = []
    for one in value:
        if isinstance(one, Step):
            found.append(one)
            continue
        if not isinstance(one, Mapping) or len(one) != 1:
            raise expected(f"one step such as rename: {{…}}, one of {', '.join(STEPS)}")
        (name, settings), *_ = one.items()
        if name not in STEPS:
            raise expected(f"one of the steps {', '.join(STEPS)}")
        found.append(STEPS[name].model_validate({} if settings is None else settings))
    return tuple(found)


Steps = Annotated[
    tuple[Step, ...], BeforeValidator(_steps), PlainSerializer(lambda steps: [one.as_written() for one in steps])
]


class Recognise(Form):
    """What a source of this kind has: columns in one line (``A | B``: one of them), a grid, or a path in JSON."""

    kinds: Annotated[Texts, Field(strict=False)] = ("text", "sheet")
    columns: Texts = ()
    across: Annotated[str, one_of(ACROSS)] | None = None
    path: Text | None = None
    section: Text | None = None


_AN_ID = passing(lambda value: value.strip().casefold() != IGNORE, "the id of a patient; rows of nobody cannot be kept")


class Answers(Form):
    """What a person said once: what texts mean, which columns are what, and facts that no file holds."""

    patient: Annotated[Line, _AN_ID] = ""
    dates: Line = ""
    timezone: Line = ""
    programme: Line = ""
    weights: Line = ""
    start: Line = ""
    ticks: Line = ""
    exercises: Mapping[str, Line] = {}
    columns: Mapping[str, Line] = {}
    sheets: Mapping[str, Line] = {}
    values: Mapping[str, Mapping[str, Line]] = {}

    def over(self, other: Answers) -> Answers:
        """These answers, and the other ones where these are blank."""
        mine, theirs = self.model_dump(), other.model_dump()
        return Answers.model_validate(merged(theirs, _without_blanks(mine)))

    def with_the_rest(self) -> Answers:
        """With the answer to :data:`THE_REST` in every line of its list that is still blank."""

        def completed(lines: Mapping[str, str]) -> dict[str, str]:
            rest = lines.get(THE_REST, "")
            return {text: said or rest for text, said in lines.items() if text != THE_REST}

        values = {column: completed(lines) for column, lines in self.values.items()}
        lists = {name: completed(getattr(self, name)) for name in ("exercises", "columns", "sheets")}
        return self.model_copy(update=lists | {"values": values})

    def left_blank(self) -> Answers:
        """Without lines that are still blank."""
        return Answers.model_validate(_without_blanks(self.model_dump()))


FACTS = tuple(name for name, one in Answers.model_fields.items() if one.default == "")
"""Answers about the whole source: one text each, where the others are lists."""


def keep_answer(answers: dict[str, Any], what: str, text: str, said: str) -> None:
    """Put an answer to the question about a text where a profile's answers have it."""
    group, _, column = what.partition(".")
    if group in FACTS:
        answers[group] = said
    elif column:
        answers.setdefault(group, {}).setdefault(column, {})[text] = said
    else:
        answers.setdefault(group, {})[text] = said


def _without_blanks(answers: Mapping[str, Any]) -> dict[str, Any]:
    inner = {name: _without_blanks(one) if isinstance(one, Mapping) else one for name, one in answers.items()}
    return {name: one for name, one in inner.items() if one}


class Profile(Form):
    """How one kind of source becomes tables of a study."""

    form: Annotated[int, BeforeValidator(_form_version)] = NEEDED
    name: Annotated[str, _A_NAME] = NEEDED
    title: Text = NEEDED
    source: Text = NEEDED
    source_kind: Annotated[str, one_of(SOURCE_KINDS)] = NEEDED
    recognise: Recognise = NEEDED
    identity: Annotated[str, one_of(IDENTITIES)] = "ask"
    private_ids: bool = False
    paths: Mapping[str, Text] = {}
    queries: Annotated[Mapping[str, Text], keyed(COLUMNS)] = {}
    steps: Steps = ()
    tables: Annotated[Mapping[str, Steps], keyed(COLUMNS)] = {}
    entries: Mapping[str, Line] | None = None
    marks: Mapping[str, Line] = {}
    unused: Texts = ()
    answers: Answers = Answers()
    ask: Answers = Answers()

    @property
    def sha256(self) -> str:
        """The checksum of what decides how a source is read: steps and answers, not what is still asked."""
        content = self.model_dump(mode="json", exclude={"ask"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8")).hexdigest()


def load_profile(path: Path) -> Profile:
    """A profile from a YAML file; what was filled in under ``ask`` is an answer.

    Raises KnowledgeError if the file is no plain YAML, is too large or too deep, or breaks the form.
    """
    profile = load_form(Profile, path)
    for kind in profile.recognise.kinds:
        if kind not in KINDS:
            raise KnowledgeError(f"{path.name}, recognise, kinds: expected some of {', '.join(KINDS)}, found {kind!r}.")
    answered = profile.ask.with_the_rest().left_blank().over(profile.answers)
    return profile.model_copy(update={"answers": answered, "ask": Answers()})


@lru_cache(maxsize=1)
def built_in_profiles() -> tuple[Profile, ...]:
    """The profiles of the package, by name."""
    return tuple(load_profile(path) for path in sorted(BUILT_IN.glob("*.yaml")))


def saved_profiles(folder: Path | None) -> tuple[Profile, ...]:
    """The profiles that earlier imports left in a study."""
    files = sorted(folder.glob(PROFILE_FILES)) if folder is not None and folder.is_dir() else []
    return tuple(load_profile(file) for file in files)


def profile_text(profile: Profile, asks: Sequence[Ask]) -> str:
    """The profile as YAML that reads back as the same profile."""
    import yaml

    content = profile.model_dump(mode="json", exclude={"ask", "answers"}, exclude_defaults=True)
    content["form"] = profile.form
    rest = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
    said = profile.answers.left_blank().model_dump(mode="json", exclude_defaults=True)
    answers = yaml.safe_dump({"answers": said}, sort_keys=False, allow_unicode=True, width=120) if said else ""
    return _HEAD + (_asked(asks) if asks else "") + answers + rest


def _asked(asks: Sequence[Ask]) -> str:
    lines = [_ASK, "ask:\n"]
    group = ""
    for what, of_what in groupby(asks, key=lambda ask: ask.what):
        questions = list(of_what)
        lines.append(f"  # {_shown(questions[0].expected)}\n")
        if what in FACTS:
            lines.append(f"  {what}: ''{_comment(questions[0])}\n")
            continue
        above, _, column = what.partition(".")
        if above != group:
            lines.append(f"  {above}:\n")
        if column:
            lines.append(f"    {_key(column)}:\n")
        indent = "      " if column else "    "
        lines += [f"{indent}{_key(one.text)}: ''{_comment(one)}\n" for one in questions]
        if len(questions) > _MANY:
            lines.append(f"{indent}{_key(THE_REST)}: ''  # for all lines of this list that you leave blank\n")
        group = above
    return "".join(lines)


def _comment(ask: Ask) -> str:
    rows = f"{ask.rows:,} row{'' if ask.rows == 1 else 's'}"
    example = f", such as {_shown(ask.text)}" if ask.what in FACTS and ask.text else ""
    perhaps = f"; perhaps {_shown(ask.perhaps)}" if ask.perhaps else ""
    return f"  # {rows}{example}{perhaps}"


def _key(text: str) -> str:
    """A text as a quoted key; JSON's quotation is YAML's."""
    return json.dumps(text, ensure_ascii=True)


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
