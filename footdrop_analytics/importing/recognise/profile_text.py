"""A profile as text: what is asked stands first, each line with its rows, a suggestion and what may be answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from footdrop_analytics.importing.recognise.profile import FACTS, THE_REST, Profile
from footdrop_analytics.importing.steps.base import Ask

_HEAD = "# How footdrop reads this source. Keep this file in the study: the next import uses it.\n"
_ASK = (
    "# Fill in the lines below and run the same command again. What may be meant stands behind each line; it is never\n"
    "# taken by itself.\n"
)
_MANY = 3


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
