"""Values against the schemas: every check of every row at once, by pandera."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.filled import Filled
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.model.pandera_settings import pa, pinned_validation
from footdrop_analytics.reading.cells.words import Reason
from footdrop_analytics.wording.language import general, marked, translated

ROWS_PER_BLOCK = 1_000_000
_FREQUENCY = ("days_per_week", "weekdays")
NOT_AFTER = "not_after"
"""The check that a day is not after the day of reading: on a later day, it may pass."""
_TOO_LATE = marked("a log cannot be more than one day after the day of reading ({day} by this computer's clock)")


@dataclass(frozen=True, eq=False)
class Failure:
    """Rows (positions in their file) that fail one check of one column, and the reason for each.

    ``check`` is its name, if it is one of pandera's.
    """

    column: str
    positions: np.ndarray
    reasons: Sequence[str]
    check: str = ""


def rows_of(failures: Iterable[Failure]) -> np.ndarray:
    """The rows that fail any of some checks, each once, in their order."""
    return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *(one.positions for one in failures)]))


def failed_checks(table: str, frame: pd.DataFrame, today: pd.Timestamp) -> Iterator[Failure]:
    """What pandera finds wrong in the values of one file; missing values are looked at by :func:`missing_required`.

    ``frame`` has a RangeIndex and only columns of the table, each in its dtype.
    """
    if frame.empty:
        return
    schema = _checking_schema(table, tuple(frame.columns), today)
    for block in blocks(frame):
        try:
            with pinned_validation():
                schema.validate(block, lazy=True, inplace=True)
        except pa.errors.SchemaErrors as found:
            for error in found.schema_errors:
                passed = getattr(error, "check_output", None)
                if passed is None:
                    raise AssertionError(f"{table}: a column was parsed into a wrong type: {error}") from found
                positions = passed.index[~passed.to_numpy(dtype=bool)].to_numpy()
                column = error.check.name if error.schema.name == table else error.schema.name
                yield Failure(column, positions, [translated(error.check.error)] * len(positions), error.check.name)


def blocks(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The frame in blocks of rows: what a check makes on the way then fits into memory that is at hand already."""
    for low in range(0, len(frame), ROWS_PER_BLOCK):
        yield frame.iloc[low : low + ROWS_PER_BLOCK]


def _checking_schema(table: str, columns: tuple[str, ...], today: pd.Timestamp) -> pa.DataFrameSchema:
    """The table's schema for some of its columns, before blanks are filled, with the day of reading as a limit."""
    schema = INPUT_TABLES[table]
    chosen = {}
    for name in columns:
        column = schema.columns[name]
        checks = list(column.checks)
        if COLUMNS[table][name].log_day:
            checks.append(_not_after(today))
        # Ids are categories by their making, and pandera would go through all of them one by one.
        dtype = None if COLUMNS[table][name].kind == "id" else column.dtype
        chosen[name] = pa.Column(dtype, checks, nullable=True)
    across = schema.checks if {"start_date", "end_date"} <= set(columns) else []
    return pa.DataFrameSchema(chosen, checks=across, name=table)


def _not_after(today: pd.Timestamp) -> pa.Check:
    # One day of grace: the clock of a server is not that of the clinic.
    end = today.normalize() + pd.Timedelta(days=2)
    return pa.Check(
        lambda values: values < end,
        name=NOT_AFTER,
        error=Filled.of(_TOO_LATE, {"day": f"{today:%Y-%m-%d}"}),
    )


def plan_frequencies(frame: pd.DataFrame, already: list[Failure]) -> Iterator[Failure]:
    """Prescriptions that do not say how often, or say it twice and differently."""
    number, named = frame["days_per_week"], frame["weekdays"]
    count = named.str.count(",") + 1
    unread = {position for failure in already if failure.column in _FREQUENCY for position in failure.positions}
    neither = np.setdiff1d(np.flatnonzero(number.isna() & named.isna()), list(unread))
    if neither.size:
        yield Failure(
            "days_per_week", neither, [translated("{column} is missing", column="days_per_week")] * len(neither)
        )
    differ = np.setdiff1d(np.flatnonzero(number.notna() & named.notna() & (number != count)), list(unread))
    if differ.size:
        said = marked(
            "{many} days of the week beside a days_per_week of {asked}; give one of the two, or the same number"
        )
        problem = translated("another number of days than days_per_week")
        reasons = [
            Reason.of(translated(said, many=general(many), asked=general(asked)), problem)
            for many, asked in zip(count.iloc[differ], number.iloc[differ], strict=True)
        ]
        yield Failure("weekdays", differ, reasons)


def missing_required(table: str, frame: pd.DataFrame, already: list[Failure]) -> Iterator[Failure]:
    """Blank cells of columns that every row must fill; cells that could not be understood are not blank."""
    for name, spec in COLUMNS[table].items():
        if not spec.required:
            continue
        missing = frame[name].isna().to_numpy(copy=True)
        for failure in already:
            if failure.column == name:
                missing[failure.positions] = False
        if missing.any():
            positions = np.flatnonzero(missing)
            yield Failure(name, positions, [translated("{column} is missing", column=name)] * len(positions))
