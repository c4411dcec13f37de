"""REDCap's data dictionary: what each field asks, and the words behind its codes."""

from __future__ import annotations

import re
from pathlib import Path

from footdrop_analytics.errors import StudyError
from footdrop_analytics.importing.cells import texts_of
from footdrop_analytics.importing.sources.parts import Part, load_parts
from footdrop_analytics.importing.steps.base import column_of, read_as
from footdrop_analytics.wording.language import translated

_TAGS = re.compile(r"<[^<>]{0,200}>")
_FIELD = {read_as("Variable / Field Name"), read_as("field_name")}
_YES_NO = {"1": "yes", "0": "no"}

Labels = dict[str, str]
Choices = dict[str, dict[str, str]]


def is_dictionary(part: Part) -> bool:
    """Whether a file is a project's data dictionary, by its first line."""
    return any(read_as(cell) in _FIELD for line in part.lines[:1] for cell in line[:1])


def load_dictionary(source: Path | Part) -> tuple[Labels, Choices]:
    """The labels of fields, and by field the words of each code."""
    part = source if isinstance(source, Part) else load_parts(source)[0]
    if part.below is None:
        raise StudyError(translated("{file}: is no data dictionary. Export it from REDCap as CSV.", file=part.file))
    table = part.below(0, None)
    columns = {
        "name": column_of(table, "Variable / Field Name") or column_of(table, "field_name"),
        "label": column_of(table, "Field Label") or column_of(table, "field_label"),
        "kind": column_of(table, "Field Type") or column_of(table, "field_type"),
        "choices": column_of(table, "Choices, Calculations, OR Slider Labels")
        or column_of(table, "select_choices_or_calculations"),
    }
    if columns["name"] is None or columns["label"] is None:
        found = ", ".join(texts_of(table))
        raise StudyError(
            translated(
                "{file}: is no data dictionary of REDCap. Expected the columns Variable / Field Name and Field Label, "
                "found {columns}.",
                file=part.file,
                columns=found[:200],
            )
        )
    labels: Labels = {}
    choices: Choices = {}
    texts = {key: table[name].astype(object) for key, name in columns.items() if name is not None}
    for at in range(len(table)):
        field = {key: "" if one.iloc[at] != one.iloc[at] else str(one.iloc[at]) for key, one in texts.items()}
        labels[field["name"]] = _TAGS.sub(" ", field["label"]).strip()
        if field.get("kind", "").casefold() in ("yesno", "truefalse"):
            choices[field["name"]] = dict(_YES_NO)
        elif field.get("kind", "").casefold() in ("radio", "dropdown", "checkbox"):
            choices[field["name"]] = _codes(field.get("choices", ""))
    return labels, choices


def _codes(text: str) -> dict[str, str]:
    """``1, Left | 2, Right`` by code."""
    pairs = (one.partition(",") for one in text.split("|"))
    return {code.strip(): words.strip() for code, _, words in pairs if code.strip() and words.strip()}
