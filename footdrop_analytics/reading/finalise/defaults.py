"""Blanks that the contract fills: defaults, sides, and what a prescription takes from its exercise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.vocabulary import SIDES
from footdrop_analytics.reading.table_rows import TableRows

_BOTH = SIDES.index("both")


def with_defaults(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Constant defaults (``status``, ``sets``, ``source`` …) in place of blanks."""
    filled = {
        name: _filled_with(frame[name], spec.default)
        for name, spec in COLUMNS[table].items()
        if spec.default is not None
    }
    return frame.assign(**filled) if filled else frame


def with_frequency(rows: TableRows) -> TableRows:
    """Prescriptions with the number of named days of the week where they give none."""
    number, named = rows.frame["days_per_week"], rows.frame["weekdays"]
    return rows.with_columns(days_per_week=number.where(number.notna(), named.str.count(",") + 1.0))


def _filled_with(column: pd.Series, default: str | int) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _filled_codes(column, np.full(len(column), column.cat.categories.get_loc(default), dtype=np.int8))
    return column.fillna(default) if column.hasnans else column


def _filled_codes(column: pd.Series, codes: np.ndarray) -> pd.Series:
    """A categorical column with these codes where it is blank."""
    own = column.cat.codes.to_numpy()
    blank = own < 0
    if not blank.any():
        return column
    values = pd.Categorical.from_codes(np.where(blank, codes, own), column.cat.categories)
    return pd.Series(values, index=column.index)


def with_exercise_form(rows: TableRows, catalog: ExerciseCatalog) -> TableRows:
    """Prescriptions with the ``mode`` and ``position`` of their exercise where they do not say."""
    exercise = rows.frame["exercise"].cat.codes.to_numpy()
    filled = {}
    for name in ("mode", "position"):
        column = rows.frame[name]
        of_exercise = column.cat.categories.get_indexer(pd.Index([getattr(one, name) for one in catalog.values()]))
        filled[name] = _filled_codes(column, of_exercise[exercise])
    return rows.with_columns(**filled)


def with_prescribed_sides(rows: TableRows, patients: pd.DataFrame) -> TableRows:
    """Prescriptions with the affected side, else ``both``, where they name none."""
    return rows.with_columns(side=_filled_codes(rows.frame["side"], _affected_sides(rows.frame, patients)))


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
    return rows.with_columns(side=_filled_codes(frame["side"], sides))


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
