"""Which profile fits a source and the cells that say so, or one made for a sheet that no built-in one fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from footdrop_analytics.errors import StudyError, shortened
from footdrop_analytics.importing.layouts import header_lines, is_across
from footdrop_analytics.importing.parts import DATABASE, JSON, SHEET, TEXT, Part
from footdrop_analytics.importing.profile import FORM, Answers, Profile
from footdrop_analytics.importing.steps.base import IGNORE, Ask, Step, by_reading, read_as
from footdrop_analytics.knowledge.names import ExerciseNames
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.reading.sources.raw import looks_like, read_header
from footdrop_analytics.wording.language import marked, study_error, translated

_SHOWN = 6
MOST_LINES_OF_A_GRID = 5_000


@dataclass(frozen=True, eq=False)
class Match:
    """A part that a profile fits: the line of its header (0 for JSON and databases), and the cells that prove it."""

    part: Part
    profile: Profile
    header: int
    cells: tuple[str, ...]
    explained: int

    @property
    def proof(self) -> str:
        """In words, by what it was recognised."""
        said = {
            "source": self.part.label,
            "kind": translated(self.profile.title),
            "cells": ", ".join(shortened(cell, 40) for cell in self.cells[:_SHOWN]),
        }
        if self.part.kind in (JSON, DATABASE):
            return translated("{source}: {kind}, because it holds {cells}", **said)
        return translated("{source}: {kind}, because row {row} holds {cells}", row=self.header + 1, **said)


def matches(parts: Sequence[Part], profiles: Iterable[Profile]) -> list[Match]:
    """For each part the profile that explains most of its header; parts that none fits are left out."""
    known = list(profiles)
    found = []
    for part in parts:
        fits = [one for one in (_match(part, profile) for profile in known) if one is not None]
        if fits:
            found.append(max(fits, key=lambda one: one.explained))
    return found


def unknown_parts(parts: Sequence[Part], found: Sequence[Match], answers: Answers) -> list[Ask]:
    """A question for each file and sheet that holds something and is not read; ``ignore`` leaves it out."""
    used, said = {id(one.part) for one in found}, by_reading(answers.sheets)
    asks = []
    for part in parts:
        # Sections of a text are what an app writes beside its log; a sheet is what a person typed.
        name = part.sheet or part.file
        rows = len(part.content or ()) if part.kind == JSON else sum(any(map(str.strip, line)) for line in part.lines)
        is_open = id(part) not in used and said.get(read_as(name)) != IGNORE
        if is_open and rows and (part.kind == SHEET or part.sheet is None):
            asks.append(Ask("sheets", name, rows, "", f"{IGNORE}, to go on without it", (IGNORE,)))
    return asks


def refuse_unknown(parts: Sequence[Part], profiles: Iterable[Profile]) -> None:
    """Raise a StudyError that says what was looked for and what was found."""
    part = parts[0]
    if part.kind == JSON:
        names = list(part.content) if isinstance(part.content, dict) else [type(part.content).__name__]
        found = marked("{source}: is no source that is known. Found the fields {names}. Known are: {kinds}. {advice}")
    elif part.kind == DATABASE:
        names = part.content
        found = marked("{source}: is no source that is known. Found the tables {names}. Known are: {kinds}. {advice}")
    else:
        line = next((line for line in part.lines if sum(bool(cell.strip()) for cell in line) > 1), [])
        names = [cell for cell in line if cell.strip()]
        found = marked("{source}: is no source that is known. Found the cells {names}. Known are: {kinds}. {advice}")
    advice = translated(
        "Describe it in a profile of your own (docs/import/your_own.md), or give the rows the columns of "
        "docs/data_dictionary.md."
    )
    said = {"names": shortened(", ".join(map(str, names)), 200), "advice": advice}
    said["kinds"] = "; ".join(translated(profile.title) for profile in profiles)
    raise study_error(found, source=part.label, **said)


def _match(part: Part, profile: Profile) -> Match | None:
    sign = profile.recognise
    if part.kind not in sign.kinds:
        return None
    if part.kind == JSON:
        return _json_match(part, profile, sign.path or "")
    if part.kind == DATABASE:
        return Match(part, profile, 0, tuple(part.frames), len(part.frames)) if part.frames else None
    if sign.section is not None and read_as(sign.section) != read_as(part.sheet or ""):
        return None
    if sign.across is not None:
        heads = header_lines(part.lines, sign.across) if len(part.lines) <= MOST_LINES_OF_A_GRID else []
        if not heads:
            return None
        head = part.lines[heads[0]]
        days = tuple(cell for cell in head if is_across(cell, sign.across))
        named = [_first({read_as(one): one for one in head}, text) for text in sign.columns]
        return Match(part, profile, heads[0], days, 3 * len(days)) if all(named) else None
    known = {read_as(name) for name in known_headers(profile)}
    for at, line in enumerate(part.lines[:60]):
        cells = {read_as(cell): cell for cell in line if cell.strip()}
        named = [_first(cells, alternatives) for alternatives in sign.columns]
        if named and all(named):
            explained = 2 * len(named) + sum(cell in known for cell in cells) if profile.entries is None else len(named)
            return Match(part, profile, at, tuple(one for one in named if one), explained)
    return None


def _first(cells: dict[str, str], alternatives: str) -> str | None:
    """The cell that one of ``A | B`` fits; ``…_complete`` fits an end, ``diary…`` a beginning."""
    for one in (text.strip() for text in alternatives.split("|")):
        if one.startswith("…"):
            found = next((cell for cell in cells.values() if cell.strip().casefold().endswith(one[1:])), None)
        else:
            found = cells.get(read_as(one))
        if found:
            return found
    return None


def known_headers(profile: Profile) -> list[str]:
    """Every column that a profile names: in a step, or as one that it does not need."""
    named = [name for step in all_steps(profile) for name in step.headers()]
    return [*named, *profile.unused, *(profile.entries or {})]


def all_steps(profile: Profile) -> list[Step]:
    """The steps on all rows, and those of each table."""
    return [*profile.steps, *(step for steps in profile.tables.values() for step in steps)]


def _json_match(part: Part, profile: Profile, path: str) -> Match | None:
    """The fields of the first record of a path; ``a.b`` and the columns must be there."""
    content: Any = part.content
    for key in path.split("."):
        content = content[0] if isinstance(content, list) and content else content
        if not isinstance(content, dict) or key not in content:
            return None
        content = content[key]
    record = content[0] if isinstance(content, list) and content else content
    fields = list(record) if isinstance(record, dict) else []
    named = [_first({read_as(one): one for one in fields}, text) for text in profile.recognise.columns]
    if not all(named):
        return None
    return Match(part, profile, 0, (path, *(one for one in named if one)), 2 * len(named) + path.count(".") + 1)


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
        # A line that names a day and, in columns of their own, exercises.
        has_day = any(_DAY_WORDS & set(as_people_read(cell).split()) for cell in line)
        if has_day and any(names.named(cell) for cell in line if cell.strip()):
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
    own = {"name": f"own_{table}", "title": _ROWS_OF_A_TABLE, "recognise": {"columns": required}}
    identity = "column" if "patient_id" in known else "ask"
    return Profile.model_validate(_ABOUT | own | {"identity": identity, "steps": steps, "tables": {table: []}})


def _diary(line: list[str], names: ExerciseNames) -> Profile:
    """One row for each day, a column for each exercise."""
    exercises = {
        cell.strip(): f"cell of {named.text}" for cell in line if cell.strip() and (named := names.named(cell))
    }
    read = {cell.strip(): set(as_people_read(cell).split()) for cell in line if cell.strip()}
    day = next(cell for cell, words in read.items() if _DAY_WORDS & words)
    # A column of names says whose row it is, where no other column does: several people must not become one.
    has_ids = any(words & _PATIENT_WORDS for words in read.values())
    whose = {cell: "patient" for cell, words in read.items() if "name" in words and not has_ids}
    own = {"name": "own_diary", "title": _A_DIARY, "recognise": {"columns": [day, *list(exercises)[:1]]}}
    entries = exercises | whose | {day: "date"}
    return Profile.model_validate(_ABOUT | own | {"identity": "column", "private_ids": True, "entries": entries})
