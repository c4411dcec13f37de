"""One part: the rows of some patients from all files, brought into their final form by reading's own rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from footdrop_analytics.files import checksum, write_whole
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.model.study import TABLES
from footdrop_analytics.reading.cells.values import ParseOptions
from footdrop_analytics.reading.finalise import Settled, final_check, settled
from footdrop_analytics.reading.last_day import last_practised, late_sessions
from footdrop_analytics.reading.load_table import Gathered, gather
from footdrop_analytics.reading.notes import Note, notes_table, unread_table
from footdrop_analytics.reading.remarks import ClockDays, clock_days
from footdrop_analytics.reading.rows import NO_REJECTED, TableRows, unreadable_table
from footdrop_analytics.reading.sources.locate import reading_order
from footdrop_analytics.scale.batches import Batch, lines_in, rows_in
from footdrop_analytics.scale.tables import as_read, by_patient, read_table, write_tables

PART = "part.json"
PARTS = "parts"
TOLD = ("rejected", "unread", "unreadable", "superseded", "duplicates", "notes")
"""The tables of a part that say what was left out and noticed."""
LATE = "late_sessions"
"""The table of the sessions that the last days of the study may follow from."""
OF_NOBODY = ("rejected", "unreadable")
"""Of these, those that may have lines with an id that no valid row has."""
LISTED = ("sessions", "prescriptions")
"""A patient of the study has a row in one of these."""
_TABLE_RANK = {table: number for number, table in enumerate(INPUT_TABLES)}


@dataclass(frozen=True)
class Part:
    """A part on disk: rows by table, checksums by file, and the time of its latest practised row."""

    number: int
    folder: str
    fingerprint: str
    patients: int
    rows: dict[str, int]
    checksums: dict[str, str]
    latest: str


@dataclass(frozen=True)
class Nothing:
    """What tables of a study with these exercises are without rows: as gathered from no file, and in final form."""

    catalog: ExerciseCatalog
    gathered: dict[str, Gathered]
    tables: dict[str, pd.DataFrame]

    @classmethod
    def of(cls, catalog: ExerciseCatalog) -> Nothing:
        """The empty tables of a study with these exercises."""
        how = ParseOptions(exercises=catalog.keys, catalog=catalog)
        gathered = {table: gather(table, [], how, pd.Timestamp(0), {}) for table in INPUT_TABLES}
        found = settled(gathered, unread_table([]), catalog)
        told = {
            "rejected": NO_REJECTED,
            "unread": found.unread,
            "unreadable": unreadable_table([], catalog.keys),
            "superseded": found.superseded,
            "duplicates": found.duplicates,
            "notes": notes_table([]),
        }
        return cls(catalog, gathered, {**found.tables, **told})


def fingerprint(bucket: int, batches: Sequence[Batch], facts: object) -> str:
    """What a part follows from: the batches that hold lines of it, and facts of the whole study."""
    keys = sorted(batch.key for batch in batches if batch.holds(bucket))
    return hashlib.sha256(json.dumps([bucket, keys, facts]).encode("utf-8")).hexdigest()[:20]


def make_part(
    bucket: int,
    batches: Sequence[Batch],
    nothing: Nothing,
    spellings: dict[str, dict[str, str]],
    place: Path,
    mark: str,
) -> Part:
    """Bring the rows of one bucket into their final form, and write them into the folder ``place``."""
    rows = {table: rows_in(batches, table, bucket, nothing.gathered[table].rows) for table in INPUT_TABLES}
    names = {name: rows["patients"].frame[name].replace(said) for name, said in spellings.items() if said}
    rows["patients"] = rows["patients"].with_columns(**names)
    gathered = {table: Gathered(one, NO_REJECTED, [], [], []) for table, one in rows.items()}
    cells = unread_table(in_file_order(lines_in(batches, "unread", bucket)))
    clocks: list[ClockDays] = []

    def kept(log: TableRows) -> list[Note]:
        # What two files have in common is judged for the whole study, not for some patients alone.
        clocks.append(clock_days(log))
        return []

    found = settled(gathered, cells, nothing.catalog, kept)
    final_check(found.tables)
    known = {one for table in found.tables.values() for one in table["patient_id"].cat.categories}
    written = {name: by_patient(frame) for name, frame in found.tables.items()}
    written |= _told(bucket, batches, found, nothing.catalog.keys, known)
    written |= _clocks_by_name(clocks[0], rows["sessions"].files)
    written[LATE] = late_sessions(written["sessions"])
    ids = pd.Series(sorted(known), dtype="str")
    listed = {one for table in LISTED for one in found.tables[table]["patient_id"].array.categories}
    written["ids"] = pd.DataFrame({"patient_id": ids, "listed": ids.isin(listed)})
    part = Part(
        number=bucket,
        folder=place.name,
        fingerprint=mark,
        patients=len(known),
        rows={table: len(found.tables[table]) for table in TABLES},
        checksums=write_tables(written, place),
        latest=str(last_practised(found.tables["sessions"])),
    )
    write_whole(place / PART, json.dumps(vars(part)))
    return part


def _clocks_by_name(clocks: ClockDays, files: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The tables with the names of files: with further files the number of a file may be another one."""
    names = np.array(files, dtype=object)
    found = {}
    for kind, table in (("clock_agreeing", clocks.agreeing), ("clock_days", clocks.days)):
        numbers = {one: table[one].to_numpy(dtype=np.int64) for one in ("file", "file_2") if one in table}
        found[kind] = table.assign(**{one: names[of] for one, of in numbers.items()})
    return found


def _told(
    bucket: int, batches: Sequence[Batch], found: Settled, keys: tuple[str, ...], known: set[str]
) -> dict[str, pd.DataFrame]:
    """What was left out and noticed, lines of nobody apart."""
    notes = in_file_order(lines_in(batches, "notes", bucket))
    seen = [Note(*line) for lines in notes for line in lines.itertuples(index=False)]
    rejected = in_file_order(lines_in(batches, "rejected", bucket))
    told = {
        "rejected": rejected[0] if rejected else NO_REJECTED,
        "unread": found.unread,
        "unreadable": unreadable_table(lines_in(batches, "unreadable", bucket), keys),
        "superseded": found.superseded,
        "duplicates": found.duplicates,
        "notes": notes_table([*seen, *found.notes]),
    }
    for name in OF_NOBODY:
        of_nobody = ~told[name]["patient_id"].isin(known)
        told |= {f"{name}_of_nobody": told[name][of_nobody], name: told[name][~of_nobody]}
    return told


def in_file_order(parts: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """The lines by table and, in natural order, by file; those of one file as they were. Nothing if there are none."""
    if not parts:
        return []
    lines = pd.concat(parts, ignore_index=True)
    files = lines["file"].unique().tolist()
    named = sorted((file for file in files if isinstance(file, str)), key=reading_order)
    rank = {file: number for number, file in enumerate(named)}
    order = np.lexsort((lines["file"].map(rank).fillna(-1), lines["table"].map(_TABLE_RANK).fillna(-1)))
    return [lines.take(order).reset_index(drop=True)]


def read_part(folder: Path, part: Part, name: str, patients: Sequence[str] | None = None) -> pd.DataFrame | None:
    """A table of a part as it is on disk, or the rows of some patients; none if it has no row."""
    if name not in part.checksums:
        return None
    return read_table(folder / PARTS / part.folder / f"{name}.parquet", part.checksums[name], patients)


def part_table(
    folder: Path, part: Part, name: str, nothing: Nothing, patients: Sequence[str] | None = None, file: str = ""
) -> pd.DataFrame:
    """A table of a part as reading gives it, or the rows of some patients; ``file``: where it is under another name."""
    found = read_part(folder, part, file or name, None if name == "duplicates" else patients)
    if found is None:
        return nothing.tables[name].copy()
    if name in COLUMNS:
        return as_read(found, name, nothing.catalog)
    return unreadable_table([found], nothing.catalog.keys) if name == "unreadable" else found


def known_parts(folder: Path) -> Iterator[Part]:
    """The parts that were finished earlier and are as they were written."""
    for place in sorted(folder.glob(f"*/{PART}")):
        part = Part(**json.loads(place.read_text(encoding="utf-8")))
        files = {name: place.parent / f"{name}.parquet" for name in part.checksums}
        if all(path.is_file() and checksum(path) == part.checksums[name] for name, path in files.items()):
            yield part
