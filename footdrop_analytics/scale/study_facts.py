"""What concerns several patients or none: found from all parts together, as reading finds it in the whole."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from footdrop_analytics.errors import StudyError
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import INPUT_TABLES
from footdrop_analytics.model.study import LAST_DAYS
from footdrop_analytics.reading.duplicates import NAMES, with_one_spelling, without_taken_back
from footdrop_analytics.reading.last_day import LastDays, LogDays, last_days_of, log_days
from footdrop_analytics.reading.notes import Note, alike_ids, notes_table, unread_lines, unread_table
from footdrop_analytics.reading.remarks import ClockDays, clock_notes
from footdrop_analytics.reading.rows import NO_REJECTED, TableRows, unreadable_table
from footdrop_analytics.reading.sources.locate import Found, reading_order
from footdrop_analytics.scale.batches import Batch, lines_in, with_columns_of
from footdrop_analytics.scale.manifest import Manifest
from footdrop_analytics.scale.parts import LATE, Nothing, Part, in_file_order, part_table, read_part
from footdrop_analytics.scale.tables import NOBODY, rows_below_each_other, write_tables

COMMON = ("rejected", "unread", "unreadable", "notes")
"""The tables of which lines belong to no part."""
_DATED = ("checkins", "events", "visits", "reviews", "outcomes")


def spellings(batches: Sequence[Batch], nothing: Nothing) -> tuple[dict[str, dict[str, str]], list[Note]]:
    """For each kind of name the texts that are shown in another spelling; the notes that say so."""
    empty = nothing.gathered["patients"].rows.frame
    pieces = [
        piece
        for batch in batches
        for bucket in batch.buckets_with("patients")
        for piece in batch.read("patients", bucket)
    ]
    if not pieces:
        return {}, []
    frame = with_columns_of(empty, rows_below_each_other("patients", pieces))
    none = np.zeros(len(frame), dtype=np.int32)
    rows, _ = without_taken_back(TableRows("patients", frame, ("",), none, none))
    frame = rows.frame
    shown, notes = with_one_spelling(rows)
    said = {}
    for name in NAMES:
        pairs = pd.DataFrame({"text": frame[name], "shown": shown.frame[name]}).dropna().drop_duplicates()
        pairs = pairs[pairs["text"] != pairs["shown"]].sort_values("text")
        said[name] = dict(zip(pairs["text"], pairs["shown"], strict=True))
    return said, notes


@dataclass(frozen=True)
class _ClocksOf:
    """What files have in common, part by part; gone through several times, read each time."""

    folder: Path
    parts: Sequence[Part]
    files: Sequence[str]

    def __iter__(self) -> Iterator[ClockDays]:
        for part in self.parts:
            days = read_part(self.folder, part, "clock_days")
            agreeing = read_part(self.folder, part, "clock_agreeing")
            if days is not None:
                yield ClockDays(days.iloc[:0] if agreeing is None else self._numbered(agreeing), self._numbered(days))

    def _numbered(self, table: pd.DataFrame) -> pd.DataFrame:
        """The table with the numbers that its files have now."""
        number = {name: at for at, name in enumerate(self.files)}
        return table.assign(**{one: table[one].map(number) for one in ("file", "file_2") if one in table})


def last_days_of_parts(folder: Path, parts: Sequence[Part], unreadable: pd.DataFrame, nothing: Nothing) -> LastDays:
    """The last days of the study; ``unreadable`` are the lines of nobody."""
    latest = reduce(np.fmax, (np.datetime64(part.latest, "us") for part in parts))

    def of_all(look_back: int) -> LogDays:
        days = log_days(nothing.tables, unreadable, latest, look_back)
        for part in parts:
            tables = {name: part_table(folder, part, name, nothing) for name in _DATED}
            tables["sessions"] = part_table(folder, part, "sessions", nothing, file=LATE)
            lost = part_table(folder, part, "unreadable", nothing)
            days = days.together(log_days(nothing.tables | tables, lost, latest, look_back))
        return days

    return last_days_of(of_all)


def write_common(
    folder: Path,
    plan: Manifest,
    batches: Sequence[Batch],
    nothing: Nothing,
    left: Found,
    profiles: pd.DataFrame,
    spelled: Sequence[Note],
) -> Manifest:
    """Write what belongs to no part; the manifest with it and with the last days of the study."""
    rejected = _of_nobody(folder, plan, batches, "rejected")
    if not any(part.rows["sessions"] for part in plan.parts):
        why = f"the first: {rejected['reason'].iloc[0]}" if len(rejected) else "see footdrop check"
        raise StudyError(f"{folder}: the table sessions has no valid row ({why}). Expected at least one.")
    unreadable = unreadable_table([_of_nobody(folder, plan, batches, "unreadable")], nothing.catalog.keys)
    last = last_days_of_parts(folder, plan.parts, unreadable, nothing)
    sessions = sorted((file for batch in batches for file in batch.files_of("sessions")), key=reading_order)
    seen = [Note(*line) for lines in lines_in(batches, "notes", NOBODY) for line in lines.itertuples(index=False)]
    # Files that are perhaps one log twice, with other clocks, and ids that people read alike, among all patients.
    agreeing = any("clock_agreeing" in part.checksums for part in plan.parts)
    of_parts = (read_part(folder, part, "ids") for part in plan.parts)
    notes = [
        *left.notes,
        *seen,
        *spelled,
        *(clock_notes(_ClocksOf(folder, plan.parts, sessions), sessions) if agreeing else []),
        *(Note(table, None, None, message, heads_up=True) for table, message in last.notes),
        *alike_ids(one for ids in of_parts if ids is not None for one in ids["patient_id"].tolist()),
    ]
    tables = {
        "rejected": rejected,
        "unread": unread_table([unread_lines(left.unread), *in_file_order(lines_in(batches, "unread", NOBODY))]),
        "unreadable": unreadable,
        "notes": notes_table(notes),
        "sources": pd.concat([_sources(batches), profiles], ignore_index=True) if len(profiles) else _sources(batches),
    }
    facts = json.dumps([[part.fingerprint for part in plan.parts], *(frame.to_csv() for frame in tables.values())])
    name = f"common-{hashlib.sha256(facts.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
    if name != plan.common:
        shutil.rmtree(folder / name, ignore_errors=True)
    checksums = write_tables(tables, folder / name)
    days = {one: getattr(last, one) for one in LAST_DAYS}
    texts: dict[str, Any] = {one: None if pd.isna(day) else f"{day:%Y-%m-%d}" for one, day in days.items()}
    return replace(plan, common=name, common_checksums=checksums, **texts)


def _of_nobody(folder: Path, plan: Manifest, batches: Sequence[Batch], name: str) -> pd.DataFrame:
    """Lines without an id, and those with an id that no valid row has."""
    lines = lines_in(batches, name, NOBODY)
    own = f"{name}_of_nobody"
    lines += [found for part in plan.parts if (found := read_part(folder, part, own)) is not None]
    if name == "rejected":
        return next(iter(in_file_order(lines)), NO_REJECTED)
    return pd.concat(lines, ignore_index=True) if lines else pd.DataFrame()


def _sources(batches: Sequence[Batch]) -> pd.DataFrame:
    """The files that were read, by table and in natural order."""
    rank = {table: number for number, table in enumerate(INPUT_TABLES)}
    lines = [line for batch in batches for line in batch.files]
    lines.sort(key=lambda line: (rank[line[0]], reading_order(line[1])))
    frame = pd.DataFrame(lines, columns=["table", "file", "sha256", "rows"])
    return frame.astype({"table": TEXT, "file": TEXT, "sha256": TEXT, "rows": "Int64"})
