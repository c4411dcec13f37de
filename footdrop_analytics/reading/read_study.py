"""From files or frames to a study: understand, check, merge, fill, and keep account of every row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from footdrop_analytics.errors import StudyError, need, path_of, shortened
from footdrop_analytics.files import checksum
from footdrop_analytics.knowledge import ExerciseCatalog, load_exercises
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.days import day_of
from footdrop_analytics.model.inputs import INPUT_TABLES, REQUIRED_TABLES
from footdrop_analytics.model.study import Study
from footdrop_analytics.reading.cells.date_texts import checked_date_format, checked_timezone
from footdrop_analytics.reading.cells.values import ParseOptions, Proof
from footdrop_analytics.reading.finalise import final_check, settled
from footdrop_analytics.reading.last_day import last_days
from footdrop_analytics.reading.load_table import Gathered, gather
from footdrop_analytics.reading.notes import (
    Note,
    alike_ids,
    notes_table,
    stacked_lines,
    unread_lines,
    unread_table,
)
from footdrop_analytics.reading.parsed_file import proved_order
from footdrop_analytics.reading.rows import NO_REJECTED, unreadable_table
from footdrop_analytics.reading.sources.locate import EXERCISES_FILE, SYNTHETIC_FILE, Found, RawTables, locate
from footdrop_analytics.reading.sources.raw import RawTable, refuse_missing_tables
from footdrop_analytics.reading.sources.typed_tables import load_frame
from footdrop_analytics.wording.language import marked, study_error, translated

PROFILE_FILES = "profile*.yaml"
"""What an import leaves beside the tables that it wrote."""


def read_study(
    path: str | Path,
    *,
    date_format: str | None = None,
    timezone: str | None = None,
    today: str | dt.date | pd.Timestamp | None = None,
) -> Study:
    """Read and validate a study: a folder with one or many files per table, or one Excel workbook.

    Nothing is lost and nothing is guessed: every row is valid, a duplicate (``study.duplicates``) or rejected with the
    reason (``study.rejected``); what was noticed and decided stands in ``study.notes``.

    Parameters
    ----------
    path : str or Path
        The folder or the ``.xlsx`` file.
    date_format : str, optional
        How dates are written that can be meant in two ways, for example ``"%d/%m/%Y"`` or ``"%m/%d/%Y %I:%M %p"``;
        taken exactly as given. Dates with the year first or a month's name are read without it.
    timezone : str, optional
        The time zone of the patients, for example ``"Europe/Berlin"``: times with an offset are turned into its wall
        clock. Default: offsets are dropped, the time as written is kept.
    today : date, Timestamp or ISO text, optional
        The day of reading; log rows more than one day after it are rejected. Default: the real today.

    Raises
    ------
    StudyError
        If a required table or column is missing, a file is unreadable, or there is no valid session or prescription.
    ParameterError
        If ``date_format`` cannot be read exactly as given, ``timezone`` is no time zone, or ``today`` is no date.

    Examples
    --------
    >>> import tempfile
    >>> import footdrop_analytics as fd
    >>> folder = tempfile.mkdtemp()
    >>> fd.simulate(patients=2, weeks=2, seed=1).write(folder)
    >>> study = fd.read_study(folder)
    >>> study.patient_ids, len(study.rejected)
    (['SIM-0001', 'SIM-0002'], 0)
    """
    place = path_of(path, "path")
    form, zone = checked_date_format(date_format), checked_timezone(timezone)
    try:
        exercises, synthetic = exercises_of(place), (place / SYNTHETIC_FILE).is_file()
        found = locate(place)
    except OSError as error:  # above all a folder that belongs to somebody else
        why = marked("{place}: cannot be read ({why}). Ask its owner for permission to open it.")
        raise study_error(why, place=place, why=error.strerror or error) from None
    how = ParseOptions(exercises=exercises.keys, catalog=exercises, date_format=form, timezone=zone)
    day = _day_of_reading(today)
    study = assembled(found, exercises, how, day, synthetic)
    profiles = profile_lines(place)
    return study if profiles.empty else replace(study, sources=pd.concat([study.sources, profiles], ignore_index=True))


def exercises_of(place: Path | None) -> ExerciseCatalog:
    """The exercises of a study, with its own."""
    own = None if place is None else place / EXERCISES_FILE
    return load_exercises(own) if own is not None and own.is_file() else load_exercises()


def profile_lines(place: Path) -> pd.DataFrame:
    """How imported tables were read: the profiles that lie beside them, with their hashes."""
    files = sorted(place.glob(PROFILE_FILES)) if place.is_dir() else []
    lines = [("profile", file.name, checksum(file), 0) for file in files if file.is_file()]
    return _source_lines(lines)


def study_from_tables(
    *,
    today: str | dt.date | pd.Timestamp | None = None,
    date_format: str | None = None,
    timezone: str | None = None,
    exercises: ExerciseCatalog | None = None,
    **tables: pd.DataFrame | Sequence[pd.DataFrame],
) -> Study:
    """Read and validate data frames exactly as :func:`read_study` reads files.

    This is the way for sources that are not files: a database (``pd.read_sql``), an export of REDCap, another program.

    Parameters
    ----------
    today, date_format
        As for :func:`read_study`.
    exercises : ExerciseCatalog, optional
        The exercises; default the package's ten.
    **tables : DataFrame or list of DataFrame
        ``sessions`` and, as far as there are any, the other tables. A frame is taken as one file named like its table,
        a list of frames as several files, so that overlapping exports are merged. Cells may be text or typed; a named
        index is taken as columns.

    Returns
    -------
    Study
        As from :func:`read_study`.

    Raises
    ------
    StudyError
        If a table is unknown, or as in :func:`read_study`.
    ParameterError
        If a table is no DataFrame or list of them, or as in :func:`read_study`.

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({"patient_id": ["P1"], "performed_at": ["2025-11-03 09:05"], "exercise": ["heel_raise"]})
    >>> plan = pd.DataFrame(
    ...     {"exercise": ["heel_raise"], "start_date": ["2025-11-01"], "days_per_week": [7]},
    ...     index=pd.Index(["P1"], name="patient_id"),
    ... )
    >>> study_from_tables(sessions=log, prescriptions=plan).patient_ids
    ['P1']
    """
    found = Found()
    for table, given in tables.items():
        if table not in found.raws:
            raise StudyError(f"{table}: no such table. Expected one of {', '.join(INPUT_TABLES)}.")
        need(given, table, (pd.DataFrame, list, tuple), "a DataFrame or a list of them")
        frames: list[Any] = [given] if isinstance(given, pd.DataFrame) else list(given)
        for frame in frames:
            need(frame, table, pd.DataFrame, "a DataFrame or a list of them")
        # Columns such as the patient's id may stand in the index.
        frames = [frame if frame.index.names == [None] else frame.reset_index() for frame in frames]
        names = [table] if len(frames) == 1 else [f"{table}_{number}" for number in range(1, len(frames) + 1)]
        found.raws[table] = [load_frame(frame, table, name) for frame, name in zip(frames, names, strict=True)]
    refuse_missing_tables(found.raws, "study_from_tables")
    catalog = load_exercises() if exercises is None else exercises
    form, zone = checked_date_format(date_format), checked_timezone(timezone)
    how = ParseOptions(exercises=catalog.keys, catalog=catalog, date_format=form, timezone=zone)
    return assembled(found, catalog, how, _day_of_reading(today))


def _day_of_reading(today: str | dt.date | pd.Timestamp | None) -> pd.Timestamp:
    return day_of(pd.Timestamp.now() if today is None else today, "today")


def assembled(
    found: Found, catalog: ExerciseCatalog, how: ParseOptions, today: pd.Timestamp, synthetic: bool = False
) -> Study:
    """The study that raw tables come to."""
    raws = found.raws
    sources = _source_lines([(raw.table, raw.file, raw.sha256, raw.n_rows) for some in raws.values() for raw in some])
    orders = orders_of_workbooks(raws, how)
    gathered = {table: gather(table, raws[table], how, today, orders) for table in INPUT_TABLES}
    lines = (part for one in gathered.values() for part in one.unread)
    left_unread = unread_table([unread_lines(found.unread), *lines])
    tables, duplicates, left_unread, superseded, decided = settled(gathered, left_unread, catalog)
    _refuse_no_rows(tables, gathered)
    final_check(tables)
    unreadable = unreadable_table([part for one in gathered.values() for part in one.unreadable], catalog.keys)
    last = last_days(tables, unreadable)
    decided += [Note(table, None, None, message, heads_up=True) for table, message in last.notes]
    seen = [note for one in gathered.values() for note in one.notes]
    ids = frozenset().union(*(table["patient_id"].cat.categories.tolist() for table in tables.values()))
    return Study(
        **tables,
        rejected=stacked_lines([one.rejected for one in gathered.values()], NO_REJECTED),
        unread=left_unread,
        duplicates=duplicates,
        notes=notes_table([*found.notes, *seen, *decided, *alike_ids(ids)]),
        unreadable=unreadable,
        superseded=superseded,
        as_of=last.as_of,
        log_through=last.log_through,
        rows_through=last.rows_through,
        exercises=catalog,
        sources=sources,
        date_format=how.date_format,
        timezone=how.timezone,
        synthetic=synthetic,
        truth=None,
        problems={reason: what for one in gathered.values() for reason, what in one.problems.items()},
    )


def orders_of_workbooks(raws: RawTables, how: ParseOptions) -> dict[str, Proof | None]:
    """The order of day and month that one sheet of a workbook proves for all of them."""
    sheets: dict[str, list[RawTable]] = {}
    for raw in (one for table in raws.values() for one in table):
        sheets.setdefault(raw.file, []).append(raw)
    return {file: proved_order(several, how) for file, several in sheets.items() if len(several) > 1}


def _refuse_no_rows(tables: Mapping[str, pd.DataFrame], gathered: Mapping[str, Gathered]) -> None:
    for table in REQUIRED_TABLES:
        if len(tables[table]):
            continue
        rejected = gathered[table].rejected
        why = translated("there is no row below the header")
        if len(rejected):
            first = rejected.iloc[0]
            n_rows = len(rejected[["file", "row"]].drop_duplicates())
            every = marked("every row was rejected ({count}); the first: {file}, row {row}, {column} {value}: {reason}")
            place = {name: first[name] for name in ("file", "row", "column", "reason")}
            why = translated(every, count=n_rows, value=repr(shortened(first["value"])), **place)
        said = marked("{files}: the table {table} has no valid row: {why}. Expected at least one valid row.")
        raise study_error(said, files=", ".join(gathered[table].rows.files), table=table, why=why)


def _source_lines(lines: list[tuple[str, str, str, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(lines, columns=["table", "file", "sha256", "rows"])
    return frame.astype({"table": TEXT, "file": TEXT, "sha256": TEXT, "rows": "Int64"})
