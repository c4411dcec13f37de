"""What belongs to no part: rows of nobody, files that were not read, notes and last days of the whole study."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from footdrop_analytics.errors import StudyError
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import INPUT_TABLES
from footdrop_analytics.reading.checks.notes import Note, notes_table
from footdrop_analytics.reading.checks.rejected import empty_rejected
from footdrop_analytics.reading.checks.unread import unread_lines, unread_table
from footdrop_analytics.reading.checks.unreadable import unreadable_table
from footdrop_analytics.reading.sources.locate import Found, reading_order
from footdrop_analytics.scale.batches import Batch, lines_in
from footdrop_analytics.scale.buckets import NOBODY
from footdrop_analytics.scale.manifest import Manifest
from footdrop_analytics.scale.parts import Nothing, in_file_order, read_part
from footdrop_analytics.scale.study_facts import last_days_of_parts, notes_on_clocks, notes_on_ids
from footdrop_analytics.scale.tables import write_tables

COMMON = ("rejected", "unread", "unreadable", "notes")
"""The tables of which lines belong to no part."""


def write_common(
    folder: Path,
    plan: Manifest,
    batches: Sequence[Batch],
    catalog: ExerciseCatalog,
    nothing: Nothing,
    left: Found,
    profiles: pd.DataFrame,
    spelled: Sequence[Note],
) -> Manifest:
    """Write what belongs to no part; the manifest with it and with the last days of the study.

    Raises
    ------
    StudyError
        If no part has a valid row of sessions.
    """
    rejected = _of_nobody(folder, plan, batches, "rejected")
    if not any(part.rows["sessions"] for part in plan.parts):
        why = f"the first: {rejected['reason'].iloc[0]}" if len(rejected) else "see footdrop check"
        raise StudyError(f"{folder}: the table sessions has no valid row ({why}). Expected at least one.")
    unreadable = unreadable_table([_of_nobody(folder, plan, batches, "unreadable")], catalog.keys)
    last = last_days_of_parts(folder, plan.parts, unreadable, nothing, catalog)
    sessions = sorted((file for batch in batches for file in batch.files_of("sessions")), key=reading_order)
    seen = [Note(*line) for lines in lines_in(batches, "notes", NOBODY) for line in lines.itertuples(index=False)]
    notes = [
        *left.notes,
        *seen,
        *spelled,
        *notes_on_clocks(folder, plan.parts, sessions),
        *(Note(table, None, None, message, heads_up=True) for table, message in last.notes),
        *notes_on_ids(folder, plan.parts),
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
    days = {one: getattr(last, one) for one in ("as_of", "log_through", "rows_through")}
    texts: dict[str, Any] = {one: None if pd.isna(day) else f"{day:%Y-%m-%d}" for one, day in days.items()}
    return replace(plan, common=name, common_checksums=checksums, **texts)


def _of_nobody(folder: Path, plan: Manifest, batches: Sequence[Batch], name: str) -> pd.DataFrame:
    """Lines without an id, and those with an id that no valid row has."""
    lines = lines_in(batches, name, NOBODY)
    own = f"{name}_of_nobody"
    lines += [found for part in plan.parts if (found := read_part(folder, part, own)) is not None]
    if name == "rejected":
        return next(iter(in_file_order(lines)), empty_rejected())
    return pd.concat(lines, ignore_index=True) if lines else pd.DataFrame()


def _sources(batches: Sequence[Batch]) -> pd.DataFrame:
    """The files that were read, by table and in natural order."""
    rank = {table: number for number, table in enumerate(INPUT_TABLES)}
    lines = [line for batch in batches for line in batch.files]
    lines.sort(key=lambda line: (rank[line[0]], reading_order(line[1])))
    frame = pd.DataFrame(lines, columns=["table", "file", "sha256", "rows"])
    return frame.astype({"table": TEXT, "file": TEXT, "sha256": TEXT, "rows": "Int64"})
