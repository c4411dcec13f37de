"""A study of the same form without names, calendar days, ages over 89 and free text."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from footdrop_analytics.errors import ParameterError, need
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES, LOG_DAYS
from footdrop_analytics.model.study import Study
from footdrop_analytics.reading.write import unread_texts
from footdrop_analytics.sharing import recoding

MIN_CELL = 5
UNREADABLE = "unreadable"
"""Stands where something was written that could not be read: it is unreadable again, and never reads as not done."""
OLDEST = 89
_WEEKS_OF_DAY_0 = ("2001-01-01", "1991-01-07", "2011-01-03")
"""Mondays; day 0 of every patient is in one of these weeks."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_ID_LENGTH = 10
_UNREADABLE_CELL = {"sessions": "status", "events": "kind", "checkins": "fell"}


@dataclass(frozen=True, eq=False)
class Deidentified:
    """A study that may be handed on, and what must stay at home.

    Attributes
    ----------
    tables : mapping
        The tables that have rows, in the contract's columns, every cell as text. Days are moved so that each patient's
        first day of plan is day 0; ``study_day`` counts from it.
    key : DataFrame
        ``kind`` (``patient``, ``person``, ``site`` …), ``original``, ``code``: it says who is who and stays at home.
    manifest : mapping
        What was done, counted; nothing of a patient is in it.
    """

    tables: Mapping[str, pd.DataFrame]
    key: pd.DataFrame
    manifest: Mapping[str, Any]


def deidentify(study: Study, min_cell: int = MIN_CELL, key: pd.DataFrame | None = None) -> Deidentified:
    """Take out of a study what says who somebody is.

    Parameters
    ----------
    study : Study
        A validated study.
    min_cell : int, optional
        Values of sex, site, arm, clinician and aetiology that fewer patients share become blank, and in every table who
        prescribed, measured or reviewed for fewer.
    key : DataFrame, optional
        ``key`` of an earlier call: the same patients and names get the same codes again.

    Returns
    -------
    Deidentified
        Ids are random. Days count from each patient's first day of plan (without a plan: of log) and keep their day of
        the week and clock times. Birth years become ages on that day, those over 89 are ``90+``. Notes, reasons,
        further columns and everything that was rejected are left out; where something could not be read, ``unreadable``
        stands in its place. Texts that group rows (sites, clinicians, bands, sessions) and the keys of your own
        exercises become numbered codes.

    Raises
    ------
    ParameterError
        If ``min_cell`` is no whole number from 1, or ``key`` has other columns.

    Notes
    -----
    This lowers the risk that somebody is recognised; it does not end it, and it is not by itself what a law on data
    protection asks for. Patterns of sessions and clock times stay.

    How far each log goes stands in ``data_through``: with the manifest's ``as_of`` the adherence of every patient over
    the whole time is that of the source.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> found = fd.deidentify(fd.simulate(patients=3, weeks=4, seed=1), min_cell=1)
    >>> found.tables["sessions"]["patient_id"].str.len().unique().tolist()
    [10]
    >>> found.manifest["patients"]
    3
    """
    need(study, "study", Study, "a study, as read_study gives it")
    if isinstance(min_cell, bool) or not isinstance(min_cell, int) or min_cell < 1:
        raise ParameterError(f"min_cell: expected a whole number from 1, found {min_cell!r}.")
    codes = _codes_of(key)
    ids = _ids(study, codes.setdefault("patient", {}))
    # A clinic's key of an exercise of its own may be somebody's name.
    recoding.number_new(recoding.own_exercises(study.exercises), "exercise_", codes.setdefault("exercise", {}))
    first = _first_days(study)
    moved_by = _shifts(study, first)
    tables: dict[str, pd.DataFrame] = {}
    for name in INPUT_TABLES:
        frame = getattr(study, name)
        rows = _patients(study) if name == "patients" else frame
        if len(rows):
            tables[name] = _recoded(name, rows, study, ids, moved_by, codes, first)
    tables, n_unreadable = _with_unreadable(tables, study, ids, moved_by, codes["exercise"])
    tables, blanked = recoding.without_rare(tables, min_cell)
    # In the order of the new ids: that of the rows would say which patient is which.
    tables = {name: table.sort_values("patient_id", kind="stable", ignore_index=True) for name, table in tables.items()}
    shown = {kind: len(given) for kind, given in codes.items() if kind != "patient" and given}
    manifest = {
        "patients": len(study.patient_ids),
        "synthetic": study.synthetic,
        "rows": {name: len(table) for name, table in tables.items()},
        "ids": "random, the key is kept apart",
        "days": "moved: day 0 is each patient's first day of plan, else of log; study_day counts from it",
        "as_of": f"{(moved_by + study.as_of).max():%Y-%m-%d}",
        "ages": f"years_on_day_0, {OLDEST + 1}+ above {OLDEST}; no birth year",
        "codes": shown,
        "blanked_rare_values": {"min_cell": min_cell, **blanked},
        "left_out_texts": _left_out(study),
        # How many columns the contract does not know; their names may say something.
        "left_out_columns": sum(one not in COLUMNS[name] for name in INPUT_TABLES for one in getattr(study, name)),
        "left_out_rejected_rows": len(study.rejected_rows),
        "unreadable_rows_kept_as_unreadable": n_unreadable,
        "left_out_duplicates": len(study.duplicates),
    }
    lines = [(kind, original, code) for kind, given in codes.items() for original, code in given.items()]
    return Deidentified(tables, pd.DataFrame(lines, columns=["kind", "original", "code"], dtype=TEXT), manifest)


def _codes_of(key: pd.DataFrame | None) -> dict[str, dict[str, str]]:
    if key is None:
        return {}
    need(key, "key", pd.DataFrame, "a table, as the key of an earlier call")
    if list(key.columns) != ["kind", "original", "code"]:
        raise ParameterError("key: expected the columns kind, original and code, as an earlier export wrote them.")
    return {
        str(kind): dict(zip(rows["original"].astype(str), rows["code"].astype(str), strict=True))
        for kind, rows in key.groupby("kind", sort=False)
    }


def _ids(study: Study, given: dict[str, str]) -> dict[str, str]:
    taken = set(given.values())
    for one in study.patient_ids:
        while str(one) not in given:
            code = "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))
            if code not in taken and not code.isdigit():
                given[str(one)] = code
                taken.add(code)
    return given


def _first_days(study: Study) -> pd.Series:
    """Day 0 of each patient: the first day of plan, else of log, else of anything."""
    plan = study.prescriptions
    found = plan.groupby(plan["patient_id"].astype(TEXT))["start_date"].min()
    dates = [
        (name, column)
        for name in INPUT_TABLES
        for column, spec in COLUMNS[name].items()
        if spec.kind in recoding.MOVED_KINDS and column != "onset_date" and len(getattr(study, name))
    ]
    for name, column in (("sessions", "performed_at"), *dates):
        frame = getattr(study, name)
        days = frame.groupby(frame["patient_id"].astype(TEXT))[column].min().dt.normalize()
        found = found.combine_first(days)
    everybody = found.reindex(pd.Index([str(one) for one in study.patient_ids], dtype=TEXT))
    return everybody.fillna(study.as_of)


def _shifts(study: Study, first: pd.Series) -> pd.Series:
    """By how much the days of each patient move; the week of day 0 is one that no day of the study comes near."""
    lowest, highest = first.min(), study.as_of
    for monday in map(pd.Timestamp, _WEEKS_OF_DAY_0):
        length = highest - lowest
        if monday - length > highest or monday + length + pd.Timedelta(days=7) < lowest - length:
            break
    weekday = pd.to_timedelta(first.dt.day_of_week, unit="D")
    moved_by: pd.Series = (monday + weekday) - first
    return moved_by


def _patients(study: Study) -> pd.DataFrame:
    """A row for everybody: how far the log goes is a fact of the whole study that each patient takes along."""
    table = study.patients.set_index(study.patients["patient_id"].astype(TEXT))
    table = table.reindex(pd.Index([str(one) for one in study.patient_ids], dtype=TEXT))
    through = table["data_through"].fillna(study.log_through)
    return table.assign(patient_id=table.index, data_through=through).reset_index(drop=True)


def _recoded(
    name: str,
    rows: pd.DataFrame,
    study: Study,
    ids: Mapping[str, str],
    moved_by: pd.Series,
    codes: dict[str, dict[str, str]],
    first: pd.Series,
) -> pd.DataFrame:
    whose = rows["patient_id"].astype(TEXT)
    found: dict[str, Any] = {"patient_id": whose.map(ids)}
    shift = whose.map(moved_by)
    day = LOG_DAYS.get(name)
    if day is not None:
        found["study_day"] = (rows[day].dt.normalize() - whose.map(first)).dt.days.astype("Int64").astype(TEXT)
    for column, spec in COLUMNS[name].items():
        values = rows[column]
        if spec.kind in recoding.MOVED_KINDS:
            moved = values + shift
            found[column] = moved.dt.strftime("%Y-%m-%d" if spec.kind == "date" else "%Y-%m-%d %H:%M:%S").astype(TEXT)
        elif column in recoding.CODED and spec.kind == "text":
            found[column] = recoding.codes_for(values.astype(TEXT), column, codes)
        elif column == "birth_year":
            age = whose.map(first).dt.year - values
            found["years_on_day_0"] = age.astype("Int64").astype(TEXT).mask(age > OLDEST, f"{OLDEST + 1}+")
        elif spec.kind == "exercise":
            found[column] = recoding.replaced(values, codes["exercise"])
        elif spec.kind in recoding.KEPT_KINDS:
            found[column] = values.astype(TEXT)
    table = pd.DataFrame(found)
    for column, positions, _ in unread_texts(study, name) if name != "patients" else ():
        if column in table:
            table[column] = table[column].mask(np.isin(np.arange(len(table)), positions), UNREADABLE)
    return table


def _with_unreadable(
    tables: dict[str, pd.DataFrame],
    study: Study,
    ids: Mapping[str, str],
    moved_by: pd.Series,
    exercises: Mapping[str, str],
) -> tuple[dict[str, pd.DataFrame], int]:
    """The tables with rows for what was rejected of known patients; they are rejected again."""
    lost = study.unreadable
    lost = lost[lost["patient_id"].isin(list(ids)) & lost["table"].isin(list(_UNREADABLE_CELL))]
    for name, rows in lost.groupby("table", sort=False):
        table, whose = str(name), rows["patient_id"].astype(TEXT)
        moved = (rows["day"] + whose.map(moved_by)).dt.strftime("%Y-%m-%d").astype(TEXT)
        found = {"patient_id": whose.map(ids), LOG_DAYS[table]: moved.fillna(UNREADABLE)}
        found |= {
            column: recoding.replaced(rows[column], exercises)
            for column in ("exercise", "side", "source")
            if column in COLUMNS[table]
        }
        said = rows["status"].astype(TEXT) if table == "sessions" else pd.Series(index=rows.index, dtype=TEXT)
        found[_UNREADABLE_CELL[table]] = said.where(said == "skipped", UNREADABLE)
        tables[table] = pd.concat([tables.get(table, pd.DataFrame()), pd.DataFrame(found)], ignore_index=True)
    return tables, len(lost)


def _left_out(study: Study) -> int:
    """How many free texts are left out."""
    return sum(
        int(getattr(study, name)[column].notna().sum())
        for name in INPUT_TABLES
        for column, spec in COLUMNS[name].items()
        if spec.kind == "text" and column not in recoding.CODED
    )
