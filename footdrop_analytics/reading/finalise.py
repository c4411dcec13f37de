"""The gathered tables brought into their final form: merged, filled, closed, without copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.model.pandera_settings import pa, pinned_validation
from footdrop_analytics.model.vocabulary import SIDES
from footdrop_analytics.reading import remarks
from footdrop_analytics.reading.duplicates import (
    NO_DUPLICATES,
    closed_versions,
    copies_across_files,
    duplicate_lines,
    latest_versions,
    merged_patients,
    one_file_of_each_minute,
    row_codes,
    shared_rows,
    with_one_spelling,
    without_taken_back,
)
from footdrop_analytics.reading.load_table import Gathered
from footdrop_analytics.reading.notes import Note, stacked_lines
from footdrop_analytics.reading.parsed_file import blocks
from footdrop_analytics.reading.remarks import other_clock_notes
from footdrop_analytics.reading.rows import TableRows, filled_codes
from footdrop_analytics.wording.language import translated

_FILLED = ("side", "status", "sets", "source", "mode", "position", "sessions_per_day", "start_date", "end_date")
_ONE_SET = ["patient_id", "performed_at", "exercise", "side", "set_no"]


class Settled(NamedTuple):
    """The valid tables, the lines of ``study.duplicates``, ``.unread``, ``.superseded``, and notes."""

    tables: dict[str, pd.DataFrame]
    duplicates: pd.DataFrame
    unread: pd.DataFrame
    superseded: pd.DataFrame
    notes: list[Note]


def settled(
    gathered: Mapping[str, Gathered],
    unread: pd.DataFrame,
    catalog: ExerciseCatalog,
    look_at_clocks: Callable[[TableRows], list[Note]] = other_clock_notes,
) -> Settled:
    """The gathered tables in their final form.

    All of it is a matter of one patient's rows, but for one spelling of each name, and ``look_at_clocks``.
    """
    standing = {table: without_taken_back(one.rows) for table, one in gathered.items()}
    rows = {table: kept for table, (kept, _) in standing.items()}
    tables: dict[str, pd.DataFrame] = {}
    rows["patients"], notes = with_one_spelling(rows["patients"])
    tables["patients"], left_out, merged_rows = merged_patients(rows["patients"])
    notes += merged_rows
    duplicates = [*(taken_back for _, taken_back in standing.values()), *left_out]

    planned = with_what_plans_leave_blank(rows["prescriptions"], catalog, tables["patients"])
    versions, left_out, replaced = latest_versions(planned)
    tables["prescriptions"], cut = closed_versions(versions)
    duplicates += left_out
    notes += replaced + cut

    rows["sessions"] = with_trained_sides(rows["sessions"], tables["prescriptions"], tables["patients"])
    unread = with_sides_of_rows(unread, rows["sessions"])
    notes += [*remarks.equal_row_notes(rows["sessions"]), *look_at_clocks(rows["sessions"])]
    rows["sessions"], again, superseded = one_file_of_each_minute(rows["sessions"])
    duplicates += again
    for table in ("sessions", "pauses", "events", "checkins", "visits", "reviews", "outcomes"):
        copies = copies_across_files(rows[table])
        kept = rows[table].where(~copies)
        tables[table] = kept.frame
        duplicates.append(duplicate_lines(rows[table], copies, "copy"))
        if table == "sessions":
            notes += near_copies(kept)
    tables["patients"], later = remarks.with_later_data_through(
        tables["patients"], tables["sessions"], tables["checkins"]
    )
    notes += [*later, *remarks.doubtful_notes(tables), *remarks.own_session_notes(tables["sessions"])]
    notes += remarks.assumed_notes(tables["prescriptions"])
    notes += [*remarks.implausible_sets(tables["sessions"], catalog), *remarks.implausible_outcomes(tables["outcomes"])]
    in_order = {table: tables[table] for table in INPUT_TABLES}
    return Settled(in_order, stacked_lines(duplicates, NO_DUPLICATES), unread, superseded, notes)


def near_copies(rows: TableRows) -> list[Note]:
    """Notes on rows of two files that are equal in patient, time, exercise, side and set, but not in the rest."""
    shared = shared_rows(rows)
    if not shared.size:
        return []
    sets = pd.Series(row_codes(rows.frame.take(shared), _ONE_SET))
    first_of = shared[sets.groupby(sets, sort=False).transform("idxmin").to_numpy()]
    whole = np.empty(len(rows.frame), dtype=np.int64)
    whole[shared] = row_codes(rows.frame.take(shared), list(COLUMNS[rows.table]))
    unlike = (rows.file_numbers[shared] != rows.file_numbers[first_of]) & (whole[shared] != whole[first_of])
    later, first = shared[unlike], first_of[unlike]
    numbers = zip(rows.row_numbers[later], rows.row_numbers[first], strict=True)
    pairs = pd.DataFrame(
        {
            "patient_id": rows.frame["patient_id"].take(later).astype(object).to_numpy(),
            "file": rows.file_names(later),
            "first_file": rows.file_names(first),
            "rows": [translated("{one} and {other}", one=one, other=other) for one, other in numbers],
        }
    )
    notes = []
    grouped = pairs.groupby(["patient_id", "file", "first_file"], sort=False)["rows"].agg(list)
    for (patient_id, file, first_file), found in zip(grouped.index.to_list(), grouped, strict=True):
        message = translated(
            "rows equal in patient, time, exercise, side and set to rows of {file}, but not in the rest: {count} (rows "
            "{rows}); all were kept",
            file=first_file,
            count=len(found),
            rows=", ".join(found[:3]) + (" …" if len(found) > 3 else ""),
        )
        notes.append(Note(rows.table, file, patient_id, message))
    return notes


def final_check(tables: Mapping[str, pd.DataFrame]) -> None:
    """Validate the columns that reading fills once more: a failure here is an error of this package.

    The others are as the files gave them, and have passed the same checks already.
    """
    with pinned_validation():
        for table, frame in tables.items():
            schema = _schema_of_filled(table)
            for block in blocks(frame) if schema.columns else ():
                schema.validate(block[list(schema.columns)], lazy=True, inplace=True)


@cache
def _schema_of_filled(table: str) -> pa.DataFrameSchema:
    schema = INPUT_TABLES[table]
    return schema.select_columns([name for name in _FILLED if name in schema.columns])


_BOTH = SIDES.index("both")


def with_what_plans_leave_blank(rows: TableRows, catalog: ExerciseCatalog, patients: pd.DataFrame) -> TableRows:
    """Prescriptions with as many days as they name, the form of their exercise, the affected side or ``both``."""
    frame, number = rows.frame, rows.frame["days_per_week"]
    filled = {
        "days_per_week": number.where(number.notna(), frame["weekdays"].str.count(",") + 1.0),
        "side": filled_codes(frame["side"], _affected_sides(frame, patients)),
    }
    exercise = frame["exercise"].cat.codes.to_numpy()
    for name in ("mode", "position"):
        kinds = frame[name].cat.categories
        of_exercise = kinds.get_indexer(pd.Index([getattr(one, name) for one in catalog.values()]))
        filled[name] = filled_codes(frame[name], of_exercise[exercise])
    return rows.with_columns(**filled)


def with_trained_sides(rows: TableRows, prescriptions: pd.DataFrame, patients: pd.DataFrame) -> TableRows:
    """Sessions with the only side prescribed for patient and exercise, else the affected side, else ``both``."""
    frame = rows.frame
    if not frame["side"].isna().any():
        return rows
    ids, n_exercises = frame["patient_id"].cat.categories, len(frame["exercise"].cat.categories)
    patient = ids.get_indexer(pd.Index(prescriptions["patient_id"].astype(object)))
    slot = patient * n_exercises + prescriptions["exercise"].cat.codes.to_numpy().astype(np.int64)
    side = prescriptions["side"].cat.codes.to_numpy()
    known = patient >= 0
    low = np.full(len(ids) * n_exercises, len(SIDES))
    high = np.full(len(ids) * n_exercises, -1)
    np.minimum.at(low, slot[known], side[known])
    np.maximum.at(high, slot[known], side[known])
    own_slot = frame["patient_id"].cat.codes.to_numpy().astype(np.int64) * n_exercises + frame["exercise"].cat.codes
    own_low, own_high = low[own_slot], high[own_slot]
    sides = np.where(own_low == own_high, own_low, _affected_sides(frame, patients)).astype(np.int8)
    return rows.with_columns(side=filled_codes(frame["side"], sides))


def with_sides_of_rows(unread: pd.DataFrame, sessions: TableRows) -> pd.DataFrame:
    """Lines of ``study.unread`` on single cells of sessions with the side that their row was given."""
    blank = unread["side"].isna() & (unread["table"] == "sessions") & (unread["what"] == "cell")
    if not blank.any():
        return unread
    lines = unread[blank]
    file = lines["file"].map({name: number for number, name in enumerate(sessions.files)}).to_numpy(dtype=np.int64)
    # Files lie below each other and rows go down, so the places are sorted.
    places = (sessions.file_numbers.astype(np.int64) << 32) + sessions.row_numbers
    at = np.searchsorted(places, (file << 32) + lines["row"].to_numpy(dtype=np.int64))
    sides = pd.Series(sessions.frame["side"].take(at).astype(TEXT).array, index=lines.index)
    return unread.assign(side=unread["side"].fillna(sides))


def _affected_sides(frame: pd.DataFrame, patients: pd.DataFrame) -> np.ndarray:
    """The code of the affected side of each row's patient, else of ``both``."""
    ids = frame["patient_id"].cat.categories
    of_patient = np.full(len(ids), _BOTH, dtype=np.int8)
    side = patients["affected_side"].cat.codes.to_numpy()
    at = ids.get_indexer(pd.Index(patients["patient_id"].astype(object)))
    said = (at >= 0) & (side >= 0)
    of_patient[at[said]] = side[said]
    return of_patient[frame["patient_id"].cat.codes.to_numpy()]
