"""A profile for a sheet that no built-in one fits: a study's columns in other words, or a diary of exercises."""

from __future__ import annotations

from typing import Any

from footdrop_analytics.errors import StudyError
from footdrop_analytics.importing.recognise.profile import FORM, Profile
from footdrop_analytics.importing.sources.parts import SHEET, TEXT, Part
from footdrop_analytics.knowledge.exercise_names import ExerciseNames
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.reading.sources.headers import looks_like, read_header
from footdrop_analytics.wording.language import marked

_LINES = 10
_DAY_WORDS = {"date", "day"}
_PATIENT_WORDS = {"patient", "participant", "subject", "email", "mail", "id", "phone"}
_ROWS_OF_A_TABLE = marked("a sheet with a row for each entry")
_A_DIARY = marked("a diary with a row for each day and a column for each exercise")
_SOURCE = "made for this sheet from the words of its header"
_ABOUT: dict[str, Any] = {"form": FORM, "source": _SOURCE, "source_kind": "expert"}


def proposed_profile(part: Part, names: ExerciseNames) -> Profile | None:
    """The profile that the header of a sheet speaks for; None if it speaks for none."""
    if part.kind not in (TEXT, SHEET):
        return None
    for line in part.lines[:_LINES]:
        if _is_diary(line, names):
            return _diary(line, names)
        table = looks_like(line)
        if table is not None:
            return _rows(line, table, part.label)
    return None


def _rows(line: list[str], table: str, label: str) -> Profile | None:
    """One row for each entry of a table, under other names."""
    try:
        header = read_header(line, table, label)
    except StudyError:
        return None
    written = dict(zip(header.names, line, strict=False))
    known = {name: [text.strip()] for name, text in written.items() if name in COLUMNS[table]}
    days = [name for name in known if COLUMNS[table][name].kind in ("date", "timestamp")]
    steps: list[dict[str, Any]] = [{"rename": {"columns": known}}]
    for name in days:
        others = [one for one in days if one != name]
        steps.append({"date": {"columns": [name], "into": name, "proof": others}})
    steps += [{"exercise": {}}] if "exercise" in known else []
    required = [known[name][0] for name, spec in COLUMNS[table].items() if spec.required and name in known]
    return Profile.model_validate(
        _ABOUT
        | {
            "name": f"own_{table}",
            "title": _ROWS_OF_A_TABLE,
            "recognise": {"columns": required},
            "identity": "column" if "patient_id" in known else "ask",
            "steps": steps,
            "tables": {table: []},
        }
    )


def _is_diary(line: list[str], names: ExerciseNames) -> bool:
    """Whether a line names a day and, in columns of their own, exercises."""
    has_day = any(_DAY_WORDS & set(as_people_read(cell).split()) for cell in line)
    return has_day and any(names.named(cell) for cell in line if cell.strip())


def _diary(line: list[str], names: ExerciseNames) -> Profile:
    """One row for each day, a column for each exercise."""
    exercises = {
        cell.strip(): f"cell of {named.text}" for cell in line if cell.strip() and (named := names.named(cell))
    }
    day = next(cell.strip() for cell in line if _DAY_WORDS & set(as_people_read(cell).split()))
    return Profile.model_validate(
        _ABOUT
        | {
            "name": "own_diary",
            "title": _A_DIARY,
            "recognise": {"columns": [day, *list(exercises)[:1]]},
            "identity": "column",
            "private_ids": True,
            "entries": exercises | _whose(line) | {day: "date"},
        }
    )


def _whose(line: list[str]) -> dict[str, str]:
    """A column of names says whose row it is, where no other column does: several people must not become one."""
    read = {cell.strip(): set(as_people_read(cell).split()) for cell in line if cell.strip()}
    if any(words & _PATIENT_WORDS for words in read.values()):
        return {}
    return {cell: "patient" for cell, words in read.items() if "name" in words}
