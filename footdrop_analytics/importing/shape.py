"""From the rows of a recognised source to the tables of a study: the common steps, then those of each table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from footdrop_analytics.errors import FootdropError, KnowledgeError, shortened
from footdrop_analytics.importing import cells
from footdrop_analytics.importing.entries import tables_of_entries, with_day_and_patient
from footdrop_analytics.importing.fits import Match, all_steps, known_headers
from footdrop_analytics.importing.layouts import grid_table, table_at
from footdrop_analytics.importing.meanings import Meaning, column_meanings, identifies, means
from footdrop_analytics.importing.parts import DATABASE, JSON
from footdrop_analytics.importing.profile import FACTS, Profile
from footdrop_analytics.importing.steps.base import IGNORE, NAME_OF, Ask, How, Step, read_as
from footdrop_analytics.importing.steps.rows import Rename
from footdrop_analytics.knowledge.names import load_names
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.wording.language import marked, translated

PATIENT = "patient_id"
_DECIMAL_COMMA = re.compile(r"^([+-]?\d*),(\d+)\Z")
_WHOSE = Meaning("patient")
_NOWHERE = marked("nothing in it for any table")
EACH_TIME = "asked each time"
"""Stands for the patient of a profile by which several people's logs were imported."""
FROM_FILE, FROM_SHEET = "from file", "from sheet"


@dataclass(frozen=True, eq=False)
class Shaped:
    """Tables of a study as texts (rows that are left out among them, marked), what must be asked, the source's rows."""

    tables: dict[str, pd.DataFrame]
    asks: list[Ask]
    rows: pd.DataFrame
    private: bool = False
    unused: tuple[str, ...] = ()


def shaped(found: Sequence[Match], how: How) -> Shaped:
    """The tables of all parts below each other."""
    parts = [_with_points(_part(match, how)) if match.part.decimal_comma else _part(match, how) for match in found]
    tables: dict[str, pd.DataFrame] = {}
    for name in dict.fromkeys(name for part in parts for name in part.tables):
        tables[name] = cells.stacked([part.tables[name] for part in parts if name in part.tables])
    asks, rows = once([ask for part in parts for ask in part.asks]), cells.stacked([part.rows for part in parts])
    unused = tuple(dict.fromkeys(name for part in parts for name in part.unused))
    return Shaped(tables, asks, rows, any(part.private for part in parts), unused)


def _with_points(part: Shaped) -> Shaped:
    """Numbers with a decimal comma as the study's files write them."""
    tables = {}
    for name, frame in part.tables.items():
        numbers = [one for one, spec in COLUMNS[name].items() if spec.kind in ("number", "whole") and one in frame]
        with_points = {
            one: cells.changed(frame[one], lambda text: _DECIMAL_COMMA.sub(r"\1.\2", text)) for one in numbers
        }
        tables[name] = frame.assign(**with_points)
    return replace(part, tables=tables)


def once(asks: Sequence[Ask]) -> list[Ask]:
    """Each question once, with the rows of all parts that ask it."""
    found: dict[tuple[str, str], Ask] = {}
    for ask in asks:
        key = (ask.what, "" if ask.what in FACTS else ask.text)
        found[key] = ask._replace(rows=ask.rows + found[key].rows) if key in found else ask
    return list(found.values())


def _part(match: Match, how: How) -> Shaped:
    profile = match.profile
    if match.part.kind == DATABASE:
        return _database(match, how)
    table, tables = rows_of_match(match, how)
    how = replace(how, tables=tables)
    rows = table[list(cells.KEPT_ASIDE)]
    # Columns that hold something and that the profile has no use for.
    used = {read_as(name) for step in all_steps(profile) for name in step.headers()} | {read_as(PATIENT)}
    known = {read_as(name) for name in profile.unused} - used
    unused = tuple(name for name in table.columns if read_as(name) in known and table[name].notna().any())
    asks = _new_columns(table, profile, how) if profile.entries is None and match.part.kind != JSON else []
    if profile.entries is None:
        said = {column: (name,) for name, column in how.answers.columns.items() if column != IGNORE}
        table = Rename(columns=said).apply(table, how)
    table, more = taken_steps(table, profile.steps, how)
    asks += more
    meanings: dict[str, Meaning] = {}
    if profile.entries is not None:
        meanings, more = column_meanings(table, how, profile.entries)
        table, dates = with_day_and_patient(table, meanings, how)
        asks += [*more, *dates]
    table, more = with_patient(table, match, how)
    asks += more
    if profile.entries is not None:
        frames, more = tables_of_entries(table, meanings, how, profile.marks)
        private = any(one.what == "patient" and identifies(header) for header, one in meanings.items())
        return Shaped(frames, asks + more, _fates(rows, table, frames), private and profile.private_ids, unused)
    frames = {}
    for name, steps in profile.tables.items():
        frames[name], more = taken_steps(table, steps, how)
        asks += more
    return Shaped(frames, asks, _fates(rows, table, frames), unused=unused)


def rows_of_match(match: Match, how: How) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The rows of a part, and further tables that they can be joined with; ids keep their blanks, as in reading."""
    part, profile = match.part, match.profile
    if part.kind == JSON:
        tables = {name: table_at(part.content, path, part.label) for name, path in profile.paths.items()}
        tables = {name: cells.trimmed(table, ids_in(table, profile, how)) for name, table in tables.items()}
        return tables["rows"], tables
    if profile.recognise.across is not None:
        return cells.trimmed(grid_table(part.lines, profile.recognise.across, part.label)), {}
    assert part.below is not None
    table = part.below(match.header, None)
    return cells.trimmed(table, ids_in(table, profile, how)), {}


def ids_in(table: pd.DataFrame, profile: Profile, how: How) -> set[str]:
    """The columns with ids of patients; what identifies a person anywhere is none, as it gets an id of its own."""
    if profile.private_ids:
        return set()
    if profile.entries is not None:
        return {name for name in cells.texts_of(table) if means(name, how, profile.entries) == _WHOSE}
    renamed = [names for one in profile.steps if isinstance(one, Rename) for names in [one.columns.get(PATIENT, ())]]
    named = {read_as(name) for name in (PATIENT, *(name for names in renamed for name in names))}
    return {name for name in cells.texts_of(table) if read_as(name) in named}


def _database(match: Match, how: How) -> Shaped:
    frames: dict[str, pd.DataFrame] = {}
    asks: list[Ask] = []
    for name, written in match.part.frames.items():
        table = cells.trimmed(written, ids_in(written, match.profile, how))
        frames[name], more = taken_steps(table, (*match.profile.steps, *match.profile.tables.get(name, ())), how)
        asks += more
    rows = cells.stacked([frame[list(cells.KEPT_ASIDE)] for frame in frames.values()])
    return Shaped(frames, asks, rows)


def taken_steps(table: pd.DataFrame, steps: Sequence[Step], how: How) -> tuple[pd.DataFrame, list[Ask]]:
    """The table after all steps, and what they ask on the way."""
    asks: list[Ask] = []
    for number, step in enumerate(steps, start=1):
        try:
            table, more = step.take(table, how)
            asks += more
        except FootdropError:
            raise
        except (KeyError, ValueError, TypeError, IndexError, pa.ArrowInvalid) as error:
            what = shortened(" ".join(str(error).split()), 100)
            why = marked(
                "profile, step {number} ({step}): does not fit this source ({what}). Look at the columns that it names."
            )
            raise KnowledgeError(translated(why, number=number, step=NAME_OF[type(step)], what=what)) from error
    return table, asks


def _new_columns(table: pd.DataFrame, profile: Profile, how: How) -> list[Ask]:
    """Columns that hold something and that the profile does not know."""
    known = {read_as(name) for name in known_headers(profile)} | {read_as(name) for name in how.answers.columns}
    known |= {"across", "below", "label", "block", "beside", "value", "days"} if profile.recognise.across else set()
    free = [name for name in COLUMNS["sessions"] if name not in (PATIENT, "performed_at", "exercise")]
    expected = f"{IGNORE}, or one of {', '.join(free)}"
    asks = []
    for name in table.columns:
        rows = int(table[name].notna().sum())
        if rows and name not in cells.KEPT_ASIDE and read_as(name) not in known:
            # No column is meant where a unit or a meaning would be guessed.
            near, why = load_names().near_column("sessions", name), load_names().why_unsure("sessions", name)
            what = f"{expected}; perhaps {near}, but {why}" if why else expected
            asks.append(Ask("columns", name, rows, "" if why else near or "", what, (*free, IGNORE)))
    return asks


def with_patient(table: pd.DataFrame, match: Match, how: How) -> tuple[pd.DataFrame, list[Ask]]:
    """Whose rows these are: from a column, from the sheet or file, or as somebody says."""
    identity, said = match.profile.identity, how.answers.patient
    said = "" if said == EACH_TIME else said
    if PATIENT in table.columns and identity == "column" and table[PATIENT].notna().any():
        return table, []
    by_file, by_sheet = match.part.file.rsplit(".", 1)[0], match.part.sheet or match.part.file
    name = {FROM_FILE: by_file, FROM_SHEET: by_sheet}.get(said, said)
    name = name or {"file": by_file, "sheet": by_sheet}.get(identity, "")
    if not name:
        rows, expected = int(cells.in_study(table).sum()), f"the id of the person whose log this is, or “{FROM_FILE}”"
        return table, [Ask("patient", "", rows, "", expected)] if rows else []
    return table.assign(**{PATIENT: cells.constant(name, len(table))}), []


def _fates(rows: pd.DataFrame, table: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """For each row of the source why it is in no table; missing if it is in one."""
    entries = rows[cells.ENTRY].to_numpy()
    why = np.full(entries.max(initial=-1) + 1, -1, dtype=np.int64)  # blank rows have an entry, too
    reasons: list[str] = [translated(_NOWHERE)]
    for frame in (table, *frames.values()):
        out = ~cells.in_study(frame) & (frame[cells.ENTRY].to_numpy() >= 0)
        codes = frame[cells.LEFT_OUT].cat.codes.to_numpy()[out] + len(reasons)
        places = frame[cells.ENTRY].to_numpy()[out]
        first = why[places] < 0
        why[places[first][::-1]] = codes[first][::-1]
        reasons += list(frame[cells.LEFT_OUT].cat.categories)
    why[why < 0] = 0
    for name, frame in frames.items():
        # A plan is made of rows that are looked at for the log, too.
        if name != "prescriptions" or len(frames) == 1:
            used = frame[cells.ENTRY].to_numpy()[cells.in_study(frame)]
            why[used[used >= 0]] = -1
    return rows.assign(**{cells.LEFT_OUT: cells.recoded(why[entries], reasons)})
