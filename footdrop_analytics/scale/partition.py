"""``fd.partition``: files of any number of patients into parts of whole patients, a few files in memory at a time."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd

from footdrop_analytics import __version__
from footdrop_analytics.analysis.analyse import WORKERS
from footdrop_analytics.analysis.partitions import Progress, side_by_side
from footdrop_analytics.errors import ParameterError, StudyError, path_of
from footdrop_analytics.files import checksum, write_whole
from footdrop_analytics.importing.addresses import copy_database, is_address
from footdrop_analytics.knowledge import ExerciseCatalog, load_exercises
from footdrop_analytics.model.days import day_of
from footdrop_analytics.reading.cells.date_texts import checked_date_format, checked_timezone
from footdrop_analytics.reading.cells.values import ParseOptions
from footdrop_analytics.reading.read_study import profile_lines
from footdrop_analytics.reading.sources.locate import EXERCISES_FILE, SYNTHETIC_FILE, Found, load_file, locate
from footdrop_analytics.reading.sources.raw import refuse_missing_tables
from footdrop_analytics.scale.batches import Batch, Reading, known_batches
from footdrop_analytics.scale.manifest import LOCK, PLAN, RESULTS, Manifest, alone_in, is_partitioned, read_manifest
from footdrop_analytics.scale.parts import PARTS, Nothing, fingerprint, known_parts, make_part
from footdrop_analytics.scale.sources import NotInPieces, StudyFile, files_in, refuse_twice, refuse_whole
from footdrop_analytics.scale.study import PartitionedStudy
from footdrop_analytics.scale.study_facts import spellings, write_common
from footdrop_analytics.wording.language import SOURCE, in_language

ROWS_PER_PART = 1_000_000
"""Logged rows of a part: reading and analysing one takes about one gigabyte."""
BATCH_BYTES = 128_000_000
"""So much text is understood together; a larger file alone, in pieces where that comes to the same."""
_COPIES = ".copies"
"""The folder of what was copied from databases; gone when it is in parts."""
ROWS = "rows"
"""The folder of what was read, a few files at a time."""


def partition(
    *studies: str | Path,
    out: str | Path,
    rows_per_part: int | None = None,
    date_format: str | None = None,
    timezone: str | None = None,
    today: str | dt.date | pd.Timestamp | None = None,
    progress: Callable[[str], None] | None = None,
) -> PartitionedStudy:
    """Read a study that need not fit into memory, into parts of whole patients on disk.

    What :func:`read_study` says of all files together holds here too: copies in other files, sides, versions, last
    days, what was rejected or not read. Run again, after more files have come or after it was broken off, it reads the
    new files only and makes the parts anew that they touch.

    Parameters
    ----------
    *studies : str or Path
        Study folders (several are taken as one folder), one workbook, or the address of a database such as
        ``sqlite:///clinic.db``, of which the tables and views that are named like those of a study are read.
    out : str or Path
        The folder of the parts: new, or one that this function made.
    rows_per_part : int, optional
        About how many logged rows a part has. Default: a million, or as the folder was made.
    date_format, timezone, today
        As for :func:`read_study`.
    progress : callable, optional
        Called with a few words after each step.

    Returns
    -------
    PartitionedStudy
        As from :func:`open_study`.

    Raises
    ------
    StudyError
        As :func:`read_study` does.
    ParameterError
        If ``out`` holds something else or is being written, or was made in another way.

    Examples
    --------
    >>> import tempfile
    >>> import footdrop_analytics as fd
    >>> files, parts = tempfile.mkdtemp(), tempfile.mkdtemp()
    >>> fd.simulate(patients=4, weeks=2, seed=1).write(files)
    >>> len(partition(files, out=parts, rows_per_part=100).patient_ids)
    4
    """
    if not studies:
        raise ParameterError("studies: expected at least one folder or workbook, found none.")
    folder = path_of(out, "out")
    copies = {one: folder / _COPIES / str(at) for at, one in enumerate(studies) if is_address(one)}
    places = [copies.get(one) or path_of(one, "studies") for one in studies]
    _refuse_place(folder, [one for one in places if one not in copies.values()])
    if rows_per_part is not None and (not isinstance(rows_per_part, int) or rows_per_part < 1):
        raise ParameterError(f"rows_per_part: expected a whole number above 0, found {rows_per_part!r}.")
    form, zone = checked_date_format(date_format), checked_timezone(timezone)
    day = day_of(pd.Timestamp.now() if today is None else today, "today")
    tell = progress or (lambda _words: None)
    # What is noticed is compared between the pieces of a file, so it is kept in one language.
    with alone_in(folder), in_language(SOURCE), _copied(copies, folder / _COPIES, tell):
        plan, catalog, files, left = _planned(places, folder, rows_per_part, form, zone)
        how = ParseOptions(exercises=catalog.keys, catalog=catalog, date_format=form, timezone=zone)
        reading = Reading(how=how, today=day, exercises=plan.exercises, parts=plan.count)
        batches = _read(files, folder, reading, tell)
        profiles = pd.concat([profile_lines(place) for place in places], ignore_index=True)
        done = _finished(batches, folder, plan, Nothing.of(catalog), left, profiles, tell)
        done.write(folder)
        _clear(folder, done, batches, is_new=done.parts != plan.parts)
    return PartitionedStudy.of(folder, done, catalog)


@contextmanager
def _copied(copies: Mapping[Any, Path], place: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Tables of databases as files, for as long as they are read."""
    # A run that was killed leaves its copies, perhaps of another database.
    shutil.rmtree(place, ignore_errors=True)
    try:
        for address, folder in copies.items():
            tell("copying the tables of the database")
            copy_database(str(address), partial(_keep_copy, folder))
        yield
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _keep_copy(folder: Path, name: str, fill: Callable[[BinaryIO], None]) -> None:
    write_whole(folder / name, fill)


def _refuse_place(folder: Path, places: Sequence[Path]) -> None:
    for place in places:
        if folder.resolve() == place.resolve() or place.resolve() in folder.resolve().parents:
            raise ParameterError(f"out: {folder} is in the study {place}. Name a folder outside it.")
    if folder.exists() and not folder.is_dir():
        raise ParameterError(f"out: {folder} is no folder. Name a new folder.")
    # Not by glob: it takes a folder that may not be listed for an empty one.
    seen = folder.iterdir() if folder.exists() else ()
    others = [one for one in seen if one.name != LOCK and not one.name.startswith(".")]
    if others and not is_partitioned(folder):
        raise ParameterError(
            f"out: {folder} holds other files. Name a new folder, or one that footdrop partition made."
        )


def _planned(
    places: Sequence[Path], folder: Path, rows_per_part: int | None, form: str | None, zone: str | None
) -> tuple[Manifest, ExerciseCatalog, list[StudyFile], Found]:
    """What is read, how, and into how many parts; the plan is written if there is none yet."""
    left = Found()
    files: list[StudyFile] = []
    own: dict[str, Path] = {}
    synthetic = False
    for place in places:
        try:
            files += files_in(place, left)
            if place.is_dir():
                synthetic |= (place / SYNTHETIC_FILE).is_file()
                own |= {checksum(one): one for one in [place / EXERCISES_FILE] if one.is_file()}
        except OSError as error:
            raise StudyError(
                f"{place}: cannot be read ({error.strerror or error}). Ask its owner for permission to open it."
            ) from None
    refuse_twice(files)
    if len(own) > 1:
        raise StudyError(f"{EXERCISES_FILE}: the studies have different ones. Use the same file in each.")
    exercises = next(iter(own), None)
    facts: dict[str, Any] = {"date_format": form, "timezone": zone, "exercises": exercises}
    if is_partitioned(folder):
        before = read_manifest(folder, planned=True)
        for name, now in {"rows_per_part": rows_per_part or before.rows_per_part, **facts}.items():
            if (was := getattr(before, name)) != now:
                said = EXERCISES_FILE if name == "exercises" else name
                raise ParameterError(
                    f"{said}: {folder} was made with {was or 'none'}, and now it is {now or 'none'}. Give the same, or "
                    "partition into a new folder."
                )
        plan = replace(before, synthetic=synthetic)
    else:
        size = rows_per_part or ROWS_PER_PART
        count = max(-(-sum(one.rows() for one in files if one.table in (None, "sessions")) // size), 1)
        plan = Manifest(version=__version__, count=count, rows_per_part=size, **facts, synthetic=synthetic)
        if exercises is not None:
            write_whole(folder / EXERCISES_FILE, own[exercises].read_bytes())
        plan.write(folder, PLAN)
    return plan, load_exercises(folder / EXERCISES_FILE if exercises else None), files, left


def _read(files: list[StudyFile], folder: Path, reading: Reading, tell: Callable[[str], None]) -> list[Batch]:
    """The batches that hold all files: those on disk that are still right, and the others read now."""
    there = {one.source for one in files}
    day = f"{reading.today:%Y-%m-%d}"
    kept = [
        one
        for one in known_batches(folder / ROWS)
        if {*one.sources} <= there and one.is_still_right(day) and one.folder.name == reading.key_of(one.sources)
    ]
    read = {source for batch in kept for source in batch.sources}
    waiting = [one for one in files if one.source not in read]
    begun, rows = time.monotonic(), 0
    done, total = 0, sum(one.size for one in waiting)
    for few in _few(waiting):
        kept.append(_batch(few, reading, folder / ROWS))
        rows += sum(n for *_, n in kept[-1].files)
        done += sum(one.size for one in few)
        spent = time.monotonic() - begun
        left = spent / done * (total - done) if done else 0.0
        tell(f"read {rows:,} rows, {rows / max(spent, 1e-3):,.0f} a second, about {left:.0f} s of reading left")
    if not any(batch.files_of("sessions") for batch in kept):
        refuse_missing_tables(Found().raws, ", ".join(one.path.name for one in files) or str(folder))
    return kept


def _batch(few: Sequence[StudyFile], reading: Reading, rows: Path) -> Batch:
    """The files read together; one that is large in pieces, if that comes to the same."""
    sources = [one.source for one in few]
    into = rows / reading.key_of(sources)
    shutil.rmtree(into, ignore_errors=True)
    table, path = few[0].table, few[0].path
    if table is not None and few[0].size > BATCH_BYTES and few[0].is_plain:
        try:
            return reading.in_pieces(path, table, sources[0], into, BATCH_BYTES)
        except NotInPieces:
            refuse_whole(path)
            shutil.rmtree(into, ignore_errors=True)
    found = Found()
    for one in few:
        if one.table is None:  # a workbook, which is read alone
            found = locate(one.path)
        else:
            load_file(one.path, one.table, found)
    return reading.together(found, sources, into)


def _few(files: Sequence[StudyFile]) -> Iterator[list[StudyFile]]:
    """Files that are read together: small ones, but a workbook, or a file that pages add rows to, alone."""
    few: list[StudyFile] = []
    for one in files:
        if few and (one.is_alone or few[-1].is_alone or sum(other.size for other in few) + one.size > BATCH_BYTES):
            yield few
            few = []
        few.append(one)
    if few:
        yield few


def _finished(
    batches: Sequence[Batch],
    folder: Path,
    plan: Manifest,
    nothing: Nothing,
    left: Found,
    profiles: pd.DataFrame,
    tell: Callable[[str], None],
) -> Manifest:
    """The manifest of all parts: those on disk that follow from the same rows, and the others made now."""
    said, notes = spellings(batches, nothing)
    known = {part.fingerprint: part for part in known_parts(folder / PARTS)}
    buckets = sorted({one for batch in batches for found in batch.buckets.values() for one in found if one >= 0})
    marks = {bucket: fingerprint(bucket, batches, [plan.exercises, said]) for bucket in buckets}
    parts = {bucket: known[mark] for bucket, mark in marks.items() if mark in known}
    waiting = [bucket for bucket in buckets if bucket not in parts]
    begun, kept = time.monotonic(), len(parts)

    def make(bucket: int) -> None:
        place = folder / PARTS / f"{bucket:05d}-{marks[bucket]}"
        shutil.rmtree(place, ignore_errors=True)
        parts[bucket] = make_part(bucket, batches, nothing, said, place, marks[bucket])

    def report(step: Progress) -> None:
        spent = max(time.monotonic() - begun, 1e-3)
        speed = sum(parts[one].rows["sessions"] for one in waiting if one in parts) / spent
        tell(Progress.of(kept + step.done, len(buckets), speed, spent / step.done * (step.parts - step.done)))

    side_by_side(make, waiting, WORKERS, report)
    in_order = tuple(parts[bucket] for bucket in buckets)
    return write_common(folder, replace(plan, parts=in_order), batches, nothing, left, profiles, notes)


def _clear(folder: Path, done: Manifest, batches: Sequence[Batch], is_new: bool) -> None:
    """Take away what no longer belongs to the study, now that the manifest does not name it; old results too."""
    if is_new:
        shutil.rmtree(folder / RESULTS, ignore_errors=True)
    kept = {batch.folder.name for batch in batches} | {part.folder for part in done.parts} | {done.common}
    for place in (*(folder / ROWS).glob("*"), *(folder / PARTS).glob("*"), *folder.glob("common-*")):
        if place.name not in kept:
            shutil.rmtree(place, ignore_errors=True)
